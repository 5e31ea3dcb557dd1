"""Made-up tenants, to try learning without anybody's data: what they have in common, and what each has of its own, is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from sluice.learning import features, model
from sluice.learning.features import Ints, Visit

FIRST = date(2026, 1, 5)
DAYS = 56
# Visits of a tenant: the logarithm's mean and spread.
_SIZE = (7.0, 0.8)
# How far weights are apart from feature to feature, and from tenant to tenant; and the log odds of a goal.
_COMMON, _OWN = 0.6, 0.2
_ODDS = (-3.2, 0.5)
_COUNTRIES = ("CA", "US", "")
_DEPTHS = (0, 1, 2, 3)
_VIEWS = (0, 1, 2, 3, 5, 10)


def tenants(number: int, seed: int) -> Iterator[tuple[str, list[Visit]]]:
    """So many tenants with their visits; the same for the same seed."""
    chance = np.random.default_rng(seed)
    common = chance.normal(0, _COMMON, features.width())
    for place in range(number):
        own = common + chance.normal(0, _OWN, features.width())
        yield f"tenant-{place + 1:03}", list(_visits(chance, own))


def _visits(chance: np.random.Generator, weights: features.Floats) -> Iterator[Visit]:
    size = int(np.exp(chance.normal(*_SIZE))) + 100
    levels = np.stack([_levels(chance, len(one.levels), size) for one in features.listed()], axis=1)
    days = chance.integers(0, DAYS, size)
    # The weekday is the day's own.
    levels[:, 5] = (FIRST.weekday() + days) % 7
    scores = chance.normal(*_ODDS) + weights[levels + features.offsets()].sum(axis=1)
    reached = chance.random(size) < model.rates(scores)
    listed = features.listed()
    for day, row, has_goal in zip(days.tolist(), levels.tolist(), reached.tolist(), strict=True):
        channel, device, country, depth, hour, weekday, views = row
        yield Visit(
            FIRST + timedelta(days=day),
            listed[0].levels[channel],
            listed[1].levels[device],
            _COUNTRIES[country],
            _DEPTHS[depth],
            hour * 6,
            weekday + 1,
            _VIEWS[views],
            1,
            int(has_goal),
        )


def _levels(chance: np.random.Generator, number: int, size: int) -> Ints:
    """Levels of so many visits, the first ones the most frequent, as they are in life."""
    shares = 1 / np.arange(1, number + 1)
    return chance.choice(number, size, p=shares / shares.sum()).astype(np.int64)
