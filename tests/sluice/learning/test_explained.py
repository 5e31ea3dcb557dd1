"""What explains a model: values that add up, as Shapley's own formula has them, and changes that the model itself predicts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sluice.learning import explain, features, model, synthetic
from sluice.learning.features import Data
from sluice.learning.model import Model
from tests.sluice.learning.examples import FEW

((_, VISITS), *_) = synthetic.tenants(1, 5)
DATA = features.read(VISITS, 0)
FITTED = model.fitted(DATA, np.zeros(features.width()), 10.0)


@FEW
@given(st.integers(0, 2**32))
def test_shapley_values_add_up_to_the_prediction_less_the_base(seed: int) -> None:
    chance = np.random.default_rng(seed)
    found = Model(float(chance.normal()), chance.normal(0, 2, features.width()))
    values = explain.shapley(found, DATA, DATA)
    assert np.abs(values.sum(axis=1) - (found.scores(DATA) - explain.base(found, DATA))).max() < 1e-9


def test_they_are_what_shapleys_formula_gives() -> None:
    """The mean over all orders of what a feature adds, where a feature that is not known is as it is over all visits."""
    row = DATA.rows(np.arange(len(DATA.days)) == 3)
    players = (0, 1, 6)
    added = FITTED.weights[DATA.levels + features.offsets()]
    means = np.average(added, axis=0, weights=DATA.visits)

    def worth(known: tuple[int, ...]) -> float:
        mine = FITTED.weights[row.levels + features.offsets()][0]
        return float(sum(mine[one] if one in known else means[one] for one in players))

    orders = list(permutations(players))
    for player in players:
        gains = [worth(order[: order.index(player) + 1]) - worth(order[: order.index(player)]) for order in orders]
        assert abs(np.mean(gains) - explain.shapley(FITTED, DATA, row)[0, player]) < 1e-9


def test_a_segments_values_add_up_and_its_change_is_the_best_one() -> None:
    found = explain.segments(FITTED, DATA)
    assert [one.visits for one in found] == sorted((one.visits for one in found), reverse=True)
    for one in found:
        assert abs(sum(one.shapley.values()) - (one.score - explain.base(FITTED, DATA))) < 1e-9
    change = found[0].change
    assert change is not None and change.rate > found[0].rate
    names = [one.name for one in features.listed()]
    assert abs(_rate_at(DATA, found[0].levels, names.index(change.feature), change.level) - change.rate) < 1e-12


def _rate_at(data: Data, levels: dict[str, str], place: int, level: str) -> float:
    """The rate that the model predicts of the segment's visits with that level, one visit after the other."""
    listed = features.listed()
    rates = []
    for row in data.levels.tolist():
        named = {one.name: one.levels[number] for one, number in zip(listed, row, strict=True)}
        if levels.items() <= named.items():
            row[place] = listed[place].levels.index(level)
            score = FITTED.intercept + sum(FITTED.weights[one] for one in np.array(row) + features.offsets())
            rates.append(1 / (1 + np.exp(-score)))
    return float(np.mean(rates))


def test_a_model_finds_the_weights_that_visits_were_made_by() -> None:
    """Half of the visits from telephones reach the goal, a tenth of the others: log odds of 0 and of -2.2."""
    rows = [one._replace(visits=100, reached=50 if one.device == "mobile" else 10) for one in VISITS[:400]]
    data = features.read(rows, 0)
    found = model.fitted(data, np.zeros(features.width()), 1e-3)
    scores = found.scores(data)
    phones = data.levels[:, 1] == 1
    assert abs(scores[phones].mean()) < 0.01 and abs(scores[~phones].mean() + np.log(9)) < 0.01


def test_a_score_is_worked_out_on_paper() -> None:
    # Two visits with the goal at 0.5 and one without at 0.25: -(2 ln 0.5 + ln 0.75) / 3; the one pair is in order.
    data = features.read(
        [VISITS[0]._replace(visits=2, reached=2, device="mobile"), VISITS[0]._replace(reached=0, device="tablet")], 0
    )
    weights = np.zeros(features.width())
    weights[features.names().index("device=tablet")] = -np.log(3)
    found = model.score(Model(0.0, weights), data)
    assert abs(found.log_loss + (2 * np.log(0.5) + np.log(0.75)) / 3) < 1e-12
    assert found.auc == 1.0
    assert model.score(Model(0.0, weights), data.rows(data.reached > 0)).auc is None


def test_held_out_days_are_whole_days_and_the_seed_says_which() -> None:
    other = features.read(VISITS, 1)
    assert set(DATA.training.days.tolist()).isdisjoint(DATA.held_out.days.tolist())
    assert set(DATA.held_out.days.tolist()).isdisjoint(other.held_out.days.tolist())
    assert DATA.training.visits.sum() + DATA.held_out.visits.sum() == len(VISITS)
    assert DATA.digest == other.digest == features.read(reversed(VISITS), 0).digest
    assert DATA.digest != features.read(VISITS[1:], 0).digest
