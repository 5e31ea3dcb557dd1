"""Daily counts of tenants who do not exist, and what is planted in them, by seeds.

The detector's constants were chosen on the seeds of TUNED. The seeds of HELD were asked only afterwards, and are what tests
assert. Both leave the first eight weeks of a series as they are, to compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from chalicelib.anomalies.detector import Day, judged

TUNED, HELD = range(0, 20), range(1000, 1012)
FIRST = date(2026, 1, 5)  # a Monday
DAYS = 240
# By weekday, from Monday on: a shop, an office's tool, and one that is closed on weekends.
SHOP = (1.1, 1.12, 1.05, 1.0, 0.95, 0.85, 0.9)
OFFICE = (1.2, 1.25, 1.2, 1.15, 1.0, 0.3, 0.25)
CLOSED = (1.3, 1.3, 1.2, 1.2, 1.0, 0.0, 0.0)
# The first day on which something is planted: before it, eight weeks.
EIGHT_WEEKS = 63
QUARTER = 91


class Tenant(NamedTuple):
    """Its mean of a day, by weekday; by how much it grows a week; and by how much days vary besides chance (a log-normal)."""

    mean: float
    week: Sequence[float] = SHOP
    growth: float = 0.0
    noise: float = 0.0
    days: int = DAYS

    def counts(self, seed: int) -> list[int]:
        dice = np.random.default_rng(seed)
        place = np.arange(self.days)
        usual = self.mean * np.array(self.week)[place % 7] * np.exp(self.growth * place / 7)
        return [int(one) for one in dice.poisson(usual * np.exp(self.noise * dice.standard_normal(self.days)))]


class Planted(NamedTuple):
    """Counts, and the places of what was planted in them."""

    counts: list[int]
    places: list[int]


def outages(counts: Sequence[int], seed: int) -> Planted:
    """Outages of one to four days, with nothing at all."""
    return _planted(counts, seed, lambda count: 0, longest=4)


def halves(counts: Sequence[int], seed: int) -> Planted:
    """Days with half of what they had."""
    return _planted(counts, seed, lambda count: round(count / 2))


def spikes(counts: Sequence[int], seed: int) -> Planted:
    """Days with 1.8 times what they had."""
    return _planted(counts, seed, lambda count: round(count * 1.8))


def _planted(counts: Sequence[int], seed: int, change: Callable[[int], int], longest: int = 1) -> Planted:
    dice = np.random.default_rng(seed)
    changed, places = list(counts), []
    starts = range(EIGHT_WEEKS + int(dice.integers(14)), len(counts) - longest, 21)
    for start in (one + int(dice.integers(7)) for one in starts):
        for place in range(start, min(start + int(dice.integers(longest)) + 1, len(counts))):
            if counts[place]:
                changed[place] = change(counts[place])
                places.append(place)
    return Planted(changed, places)


def found(planted: Planted) -> list[bool]:
    """Whether each planted day is odd."""
    days = judged(FIRST, planted.counts)
    return [days[place].kind is not None for place in planted.places]


def others(planted: Planted) -> list[Day]:
    """The odd days on which nothing was planted, and something was to be counted."""
    return [
        one
        for place, one in enumerate(judged(FIRST, planted.counts))
        if one.kind and place not in planted.places and (one.usual or 0) >= 1
    ]


def quarters(counts: Sequence[int]) -> list[int]:
    """How many times an odd day follows one that is not, in each quarter that is judged."""
    kinds = [one.kind for one in judged(FIRST, counts) if one.usual is not None]
    starts = [bool(kind and not before) for before, kind in zip([None, *kinds], kinds, strict=False)]
    return [sum(starts[place : place + QUARTER]) for place in range(0, len(starts), QUARTER)]
