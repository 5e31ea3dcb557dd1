"""The model's cards: one for the operator, one for each tenant with its own model, and what anybody may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib import __version__
from chalicelib.records import iso
from sluice.learning import explain, features, model, privacy
from sluice.learning.features import Data, Floats
from sluice.learning.federated import Shared
from sluice.learning.forms import Card, Gain, Own, Public, Score, Subject, Terms
from sluice.learning.model import Model

UNIT = "one tenant: all its visits"
CAVEAT = (
    "One operator who runs all tenants can read every tenant's events anyway. Masks and noise keep the shared model "
    "from revealing what one tenant has; they hide nothing from the person who runs this command."
)


class Cards(NamedTuple):
    """All cards of a run."""

    card: Card
    own: list[Own]


def made(
    subject: Subject,
    found: Mapping[str, Data],
    shared: Shared,
    terms: Terms,
    left_out: Mapping[str, str],
    now: datetime,
) -> Cards:
    """The cards of these tenants' visits and the model that they share."""
    own = [_own(subject, bucket, data, shared.weights) for bucket, data in found.items()]
    card = Card(
        subject,
        iso(now),
        __version__,
        features.listed(),
        _named(shared.weights),
        terms,
        privacy.epsilon(terms),
        UNIT,
        [one.gain for one in own],
        shared.missing,
        dict(left_out),
        CAVEAT,
    )
    return Cards(card, own)


def public(card: Card) -> Public:
    """What may be published of it."""
    subject = card.subject
    return Public(
        subject.goal,
        subject.since,
        subject.until,
        len(card.gains),
        card.features,
        card.weights,
        card.terms,
        card.epsilon,
        card.unit,
    )


def summary(gains: Sequence[Gain]) -> str:
    """What learning together brought, in one sentence; also where it brought nothing."""
    before, after = (sum(one.log_loss for one in column) / len(gains) for column in _columns(gains))
    better = sum(one.gained > 0 for one in gains)
    said = f"Held-out log loss {before:.4f} alone, {after:.4f} together; better for {better} of {len(gains)} tenants."
    return said if after < before else f"No gain: each tenant's own model is as good or better. {said}"


def _columns(gains: Sequence[Gain]) -> tuple[list[Score], list[Score]]:
    return [one.local for one in gains], [one.together for one in gains]


def _own(subject: Subject, bucket: str, data: Data, shared: Floats) -> Own:
    training, held_out = data.training, data.held_out
    alone, _ = model.chosen(training, shared * 0)
    together, strength = model.chosen(training, shared)
    gain = Gain(
        bucket,
        int(data.visits.sum()),
        int(data.reached.sum()),
        data.digest,
        model.score(alone, held_out),
        model.score(model.fitted(training, shared, model.FIXED), held_out),
        model.score(together, held_out),
    )
    return _explained(subject, gain, data, together, strength)


def _explained(subject: Subject, gain: Gain, data: Data, found: Model, strength: float) -> Own:
    return Own(
        subject,
        gain,
        data.home,
        strength,
        found.intercept,
        _named(found.weights),
        explain.base(found, data),
        explain.segments(found, data),
    )


def _named(weights: Floats) -> dict[str, float]:
    return dict(zip(features.names(), weights.tolist(), strict=True))
