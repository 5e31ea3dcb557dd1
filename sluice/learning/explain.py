"""Why a model predicts what it does, exactly: Shapley values of its features, and what one change would do to a segment.

The features of a linear model add up, so a feature's Shapley value is its weight less the mean of its weights over the tenant's
visits. Values are log odds. All of it is made of the tenant's own visits, and is in the tenant's file alone.
"""

from __future__ import annotations

import numpy as np

from sluice.learning import features, model
from sluice.learning.features import Data, Floats
from sluice.learning.forms import Change, Segment
from sluice.learning.model import Model

# What a segment is: visits that are alike in these.
SEGMENTS = ("channel", "device")
# What a tenant may change: where links lead to, when it advertises, how much of the site is seen.
CHANGEABLE = ("landing", "hour", "weekday", "views")
MOST = 10
FEWEST_VISITS = 20


def base(found: Model, data: Data) -> float:
    """The mean log odds of the tenant's visits: what Shapley values are counted from."""
    return float(np.average(found.scores(data), weights=data.visits))


def shapley(found: Model, data: Data, rows: Data) -> Floats:
    """For each of the rows each feature's value; they add up to the row's log odds less the base."""
    added = found.weights[data.levels + features.offsets()]
    means = np.average(added, axis=0, weights=data.visits)
    values: Floats = found.weights[rows.levels + features.offsets()] - means
    return values


def segments(found: Model, data: Data) -> list[Segment]:
    """The largest segments, the largest first."""
    names = [one.name for one in features.listed()]
    places = [names.index(name) for name in SEGMENTS]
    alike, groups = np.unique(data.levels[:, places], axis=0, return_inverse=True)
    sizes = np.bincount(groups, data.visits, len(alike))
    ordered = [place for place in np.argsort(-sizes, kind="stable")[:MOST] if sizes[place] >= FEWEST_VISITS]
    return [_segment(found, data, data.rows(groups == place)) for place in ordered]


def _segment(found: Model, data: Data, rows: Data) -> Segment:
    listed, scores = features.listed(), found.scores(rows)
    values = np.average(shapley(found, data, rows), axis=0, weights=rows.visits)
    rate = _rate(scores, rows)
    return Segment(
        {one.name: one.levels[rows.levels[0, place]] for place, one in enumerate(listed) if one.name in SEGMENTS},
        int(rows.visits.sum()),
        float(rows.reached.sum() / rows.visits.sum()),
        rate,
        float(np.average(scores, weights=rows.visits)),
        {one.name: float(value) for one, value in zip(listed, values, strict=True)},
        _best(found, rows, rate),
    )


def _best(found: Model, rows: Data, rate: float) -> Change | None:
    """The one change with the highest rate among levels that the segment has visits of, if any is above the segment's."""
    changes = [
        Change(one.name, one.levels[level], _rate(found.scores(rows.at(place, level)), rows))
        for place, one in enumerate(features.listed())
        if one.name in CHANGEABLE
        for level in np.unique(rows.levels[:, place]).tolist()
    ]
    best = max(changes, key=lambda one: one.rate)
    return best if best.rate > rate else None


def _rate(scores: Floats, rows: Data) -> float:
    return float(np.average(model.rates(scores), weights=rows.visits))
