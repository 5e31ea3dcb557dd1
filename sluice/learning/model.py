"""Logistic regression: one weight for each level of each feature and an intercept, fitted by Newton's method."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sluice.learning import features
from sluice.learning.features import Data, Floats, Ints
from sluice.learning.forms import Score

STEPS = 30
# Weights that change by less than this are found.
_NEAR = 1e-6
# The intercept is drawn so little towards the tenant's own rate that only a tenant without any goal or without a miss feels it.
_LOOSE = 1e-2
# How strongly weights are drawn to where they begin; the best of these on other training days is taken.
STRENGTHS = (3.0, 10.0, 30.0, 100.0, 300.0)
# So strongly that only the intercept is fitted.
FIXED = 1e9
_FEWEST = 1e-12


class Model(NamedTuple):
    """The intercept, and the weights in the order of `features.names`."""

    intercept: float
    weights: Floats

    def scores(self, data: Data) -> Floats:
        """The log odds of each row."""
        found: Floats = self.intercept + self.weights[data.levels + features.offsets()].sum(axis=1)
        return found


def rates(scores: Floats) -> Floats:
    """The share that these log odds stand for."""
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(scores, -30.0, 30.0)))
    return found


def fitted(data: Data, towards: Floats, strength: float) -> Model:
    """The model of these visits whose weights are drawn to `towards`; the intercept is the tenant's own."""
    # A row is in few columns: sums by column take a tenth of what products of matrices take, and no threads.
    columns = np.hstack([np.zeros((len(data.levels), 1), dtype=np.int64), data.levels + features.offsets() + 1])
    width = len(towards) + 1
    pairs = (columns[:, :, None] * width + columns[:, None, :]).reshape(len(columns), -1)
    rate = (data.reached.sum() + 0.5) / (data.visits.sum() + 1.0)
    centre = np.concatenate([[np.log(rate / (1 - rate))], towards])
    drawn = np.concatenate([[_LOOSE], np.full(len(towards), strength)])
    weights = centre.copy()
    for _ in range(STEPS):
        likely = rates(weights[columns].sum(axis=1))
        slope = _sums(columns, data.visits * likely - data.reached, width) + drawn * (weights - centre)
        curve = _sums(pairs, data.visits * likely * (1 - likely), width * width).reshape(width, width)
        step = np.linalg.solve(curve + np.diag(drawn), slope)
        # A Newton step from far away may overshoot; a bounded one does not.
        weights -= step / max(1.0, float(np.abs(step).max()) / 2.0)
        if np.abs(step).max() < _NEAR:
            break
    return Model(float(weights[0]), weights[1:])


def _sums(columns: Ints, values: Floats, width: int) -> Floats:
    """For each column the sum of the values of the rows that are in it."""
    found: Floats = np.bincount(columns.ravel(), np.repeat(values, columns.shape[1]), width).astype(np.float64)
    return found


def chosen(data: Data, towards: Floats) -> tuple[Model, float]:
    """The model by the strength that predicts other training days best, and that strength."""
    earlier, later = data.halves
    if not earlier.visits.sum() or not later.visits.sum():
        return fitted(data, towards, STRENGTHS[-1]), STRENGTHS[-1]
    losses = [score(fitted(earlier, towards, one), later).log_loss for one in STRENGTHS]
    strength = STRENGTHS[int(np.argmin(losses))]
    return fitted(data, towards, strength), strength


def score(found: Model, data: Data) -> Score:
    """How well it predicts these visits."""
    scores = found.scores(data)
    likely = np.clip(rates(scores), _FEWEST, 1 - _FEWEST)
    missed = data.visits - data.reached
    loss = -(data.reached * np.log(likely) + missed * np.log(1 - likely)).sum() / data.visits.sum()
    return Score(float(loss), _auc(scores, data.reached, missed))


def _auc(scores: Floats, reached: Floats, missed: Floats) -> float | None:
    """The chance that a visit with the goal has the higher score than one without; a tie counts half."""
    if not reached.sum() or not missed.sum():
        return None
    _, groups = np.unique(scores, return_inverse=True)
    with_goal, without = np.bincount(groups, reached), np.bincount(groups, missed)
    below = np.cumsum(without) - without
    return float((with_goal * (below + without / 2)).sum() / (reached.sum() * missed.sum()))
