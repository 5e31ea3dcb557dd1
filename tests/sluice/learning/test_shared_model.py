"""The shared model: clipping holds, noise is what OpenDP says, tenants that go stall nothing, and the seed decides the rest."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.learning import cards, features, federated, forms, privacy, synthetic, trial
from sluice.learning.errors import LearningError, TooFew
from sluice.learning.features import Ints
from sluice.learning.federated import Learner
from sluice.learning.forms import Terms
from sluice.learning.privacy import STEPS
from tests.sluice.learning.examples import FEW

TERMS = Terms(rounds=2)
ANY_FLOATS = st.lists(st.floats(), min_size=1, max_size=8)


def learners(number: int = 5, seed: int = 7) -> Iterator[Learner]:
    for name, visits in synthetic.tenants(number, seed):
        yield Learner(name, features.read(visits, 0).training)


def plain(total: Ints, _: Terms) -> Ints:
    return total


@FEW
@given(ANY_FLOATS, st.floats(0.01, 100))
def test_no_update_is_longer_than_the_clip(update: list[float], clip: float) -> None:
    found = privacy.clipped(np.array(update), clip).tolist()
    assert sum(one * one for one in found) <= (clip * STEPS) ** 2


@FEW
@given(st.lists(st.floats(-0.1, 0.1), min_size=1, max_size=8))
def test_a_short_update_stays_as_it_is_to_a_step(update: list[float]) -> None:
    found = privacy.clipped(np.array(update), 1.0) / STEPS
    assert np.abs(found - update).max() <= 1 / STEPS


def test_without_noise_the_same_tenants_make_the_same_model() -> None:
    first, second = (federated.learned(list(learners()), TERMS, plain).weights for _ in range(2))
    assert first.tolist() == second.tolist()
    assert np.abs(first).max() > 0.05


def test_noise_is_as_wide_as_the_terms_say_and_new_each_time() -> None:
    drawn = privacy.noisy(np.zeros(4000, dtype=np.int64), TERMS)
    width = TERMS.noise * TERMS.clip * STEPS
    # Six standard deviations of the mean and of the standard deviation.
    assert abs(drawn.mean()) < 6 * width / math.sqrt(4000)
    assert abs(drawn.std() / width - 1) < 6 / math.sqrt(2 * 4000)
    assert drawn.tolist() != privacy.noisy(np.zeros(4000, dtype=np.int64), TERMS).tolist()


def test_the_loss_is_what_the_formula_for_gaussian_noise_allows_at_most() -> None:
    # Bun and Steinke (2016): rounds times 1/(2 noise²) is ρ, and ε = ρ + 2 √(ρ ln(1/δ)) bounds it from above.
    rho = TERMS.rounds / (2 * TERMS.noise**2)
    found = privacy.epsilon(TERMS)
    assert rho < found <= rho + 2 * math.sqrt(rho * math.log(1 / TERMS.delta))
    assert privacy.epsilon(Terms(rounds=4)) > found > privacy.epsilon(Terms(rounds=2, noise=6.0))


def test_two_tenants_are_too_few() -> None:
    with pytest.raises(LearningError, match="2 tenants learn; it takes 3"):
        federated.learned(list(learners(2)), TERMS)


def test_tenants_that_go_before_and_after_they_send_stall_no_round() -> None:
    five = list(learners())
    early = five[1]._replace(sends=lambda _: False)
    late = five[3]._replace(finishes=lambda _: False)
    found = federated.learned([five[0], early, five[2], late, five[4]], TERMS, plain)
    assert found.missing == [["tenant-002"]] * 2
    # What arrived counts, also of one who went after that; what did not is nothing.
    nothing = five[1]._replace(
        data=five[1].data._replace(visits=five[1].data.visits * 0, reached=five[1].data.reached * 0)
    )
    same = federated.learned([five[0], nothing, five[2], five[3], five[4]], TERMS, plain)
    assert np.abs(found.weights - same.weights).max() < 1e-9


def test_a_round_that_too_few_finish_ends_with_its_reason() -> None:
    gone = [one._replace(finishes=lambda _: False) for one in learners()]
    with pytest.raises(TooFew, match="0 of 5 tenants finished"):
        federated.learned(gone, TERMS, plain)


def test_fifty_tenants_gain_by_learning_together() -> None:
    made = trial.learned(50, 5, 1, Terms())
    gone = {name for names in made.card.missing for name in names}
    assert len(made.card.gains) == 50 and gone == {f"tenant-{number:03}" for number in range(1, 6)}
    mean = sum(one.gained for one in made.card.gains) / 50
    # The noise is new each time: of 20 runs the mean gain was between 0.0042 and 0.0052.
    assert mean > 0.001
    assert cards.summary(made.card.gains).startswith("Held-out log loss 0.1098 alone")


def test_no_gain_is_said_too() -> None:
    gain = trial.learned(3, 0, 2, Terms(rounds=1, noise=50.0)).card.gains[0]
    worse = [
        forms.Gain(
            *(getattr(gain, name) for name in ("bucket", "visits", "reached", "digest", "together", "shared")),
            gain.local,
        )
    ]
    better = [one for one in (gain, *worse) if one.gained <= 0]
    assert better and cards.summary(better[:1]).startswith("No gain: each tenant's own model is as good or better.")
