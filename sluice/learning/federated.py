"""Federated averaging: tenants improve a shared model in rounds, and only the sum of their updates is seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sluice.learning import features, masking, model, privacy
from sluice.learning.errors import LearningError
from sluice.learning.features import Data, Floats, Ints
from sluice.learning.forms import Terms
from sluice.learning.masking import Member

# With two, each could subtract its own update from the sum.
FEWEST = 3
# How strongly a tenant's weights are drawn to the shared ones in a round.
_PULL = 10.0
Noise = Callable[[Ints, Terms], Ints]


class Learner(NamedTuple):
    """A tenant with its training visits. `sends` and `finishes` say in which rounds it is there for both parts of the round."""

    name: str
    data: Data
    sends: Callable[[int], bool] = lambda _: True
    finishes: Callable[[int], bool] = lambda _: True

    def update(self, shared: Floats) -> Floats:
        """What this tenant would change of the shared weights."""
        return model.fitted(self.data, shared, _PULL).weights - shared


class Shared(NamedTuple):
    """The shared weights, and who was missing in each round."""

    weights: Floats
    missing: list[list[str]]


def learned(
    learners: Sequence[Learner], terms: Terms, noise: Noise = privacy.noisy, progress: Callable[[], Any] = lambda: None
) -> Shared:
    """The shared weights of these tenants; raises LearningError for fewer than three, and TooFew."""
    if len(learners) < FEWEST:
        raise LearningError(too_few(len(learners)))
    weights = np.zeros(features.width())
    missing = []
    for number in range(terms.rounds):
        total, arrived = _round(learners, terms, weights, number)
        # By all tenants, also the missing ones: how many are there would depend on the data of each.
        weights = weights + noise(total, terms) / privacy.STEPS / len(learners)
        missing.append([one.name for place, one in enumerate(learners, 1) if place not in arrived])
        progress()
    return Shared(weights, missing)


def too_few(number: int) -> str:
    learn = "1 tenant learns" if number == 1 else f"{number} tenants learn"
    return f"{learn}; it takes {FEWEST}, or one could subtract its own from the sum"


def _round(learners: Sequence[Learner], terms: Terms, shared: Floats, number: int) -> tuple[Ints, frozenset[int]]:
    """The sum of one round's clipped updates, and whose are in it."""
    members = {place: Member(place) for place in range(1, len(learners) + 1)}
    publics = met(members)
    covered = {
        place: members[place].masked(privacy.clipped(one.update(shared), terms.clip))
        for place, one in enumerate(learners, 1)
        if one.sends(number)
    }
    arrived = frozenset(covered)
    finished = [place for place in sorted(arrived) if learners[place - 1].finishes(number)]
    given = {place: members[place].revealed(arrived) for place in finished}
    return masking.opened(covered, publics, given), arrived


def met(members: Mapping[int, Member]) -> dict[int, bytes]:
    """Everybody's public keys, once each has everybody's shares."""
    publics = {place: member.public for place, member in members.items()}
    for place, member in members.items():
        for other, share in member.meet(publics).items():
            members[other].hold(place, share)
    return publics
