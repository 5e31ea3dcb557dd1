"""A day's count against the same weekdays of the eight weeks before, as a pure function over the daily counts.

What is usual is the last fortnight's mean times the weekday's share of its own fortnight (the median of up to eight weeks), so
growth is followed, and one odd week changes nothing. A day is odd if it is further away than chance takes a count (Poisson),
and further than the tenant's own days vary (a robust spread of eight weeks). Odd days leave the baseline: what was usual takes
their place, so that the weeks after an outage are not measured by it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import ceil, copysign, log, sqrt
from statistics import fmean, median
from typing import Literal

Kind = Literal["up", "down", "silent"]

WEEK, WEEKS = 7, 8
FORTNIGHT = 2 * WEEK
# Each weekday three times, behind a first day, which is rarely whole, and a week to compare the first of them with.
LEARNING = 1 + 4 * WEEK
# How many spreads away a day is odd.
LIMIT = 3.5
# The least spread: where days hardly vary, a third more or less is still not an incident.
SPREAD = 0.1
# The tenth of the deviations that the spread leaves out, and a normal distribution's standard deviation for each unit of the
# others' mean. It wavers half as much as one by the median does, and finds more for it.
KEPT, OF_KEPT = 0.9, 1.521
# What is expected at least where chance is measured: with nothing usual, the first few errors are not an incident.
LEAST = 1.0


@dataclass(frozen=True)
class Day:
    """A day with its count; `usual`, `low` and `high` are None while there is too little to compare with."""

    day: date
    counted: int
    usual: float | None = None
    low: int | None = None
    high: int | None = None
    kind: Kind | None = None


def judged(first: date, counts: Sequence[int], grains: Sequence[float] | None = None) -> list[Day]:
    """Each day from the first on, judged by those before it alone; the count of a day without events is 0.

    A day's grain is how many of its count come at once: in a sample that much more is chance.
    """
    judge = _Judge()
    for place, (count, grain) in enumerate(zip(counts, grains or [1.0] * len(counts), strict=True)):
        judge.add(first + timedelta(place), count, grain)
    return judge.days


def described(one: Day) -> str:
    """A judged day's count and what is usual, in a few words."""
    return f"{one.counted:,}, usually {short(one.usual or 0)} ({one.low:,} to {one.high:,})"


def short(usual: float) -> str:
    """What is usual, as people write it."""
    return f"{usual:,.0f}" if usual >= 10 else f"{usual:,.1f}"


class _Judge:
    """The days so far. `baseline` has what was usual in place of odd days; `deviations` is what the others were off by."""

    def __init__(self) -> None:
        self.days: list[Day] = []
        self.baseline: list[float] = []
        self.deviations: list[float] = []
        self.grains: list[float] = []

    def add(self, day: date, count: int, grain: float) -> None:
        """Judge the next day."""
        place = len(self.days)
        self.grains.append(grain)
        if place <= FORTNIGHT:
            self.days.append(Day(day, count))
            self.baseline.append(count)
            return
        usual = self._usual(place)
        bounds = _bounds(usual, self._spread(), self._grain(place)) if place >= LEARNING else (None, None)
        self.days.append(Day(day, count, None if bounds[0] is None else usual, *bounds))
        self.baseline.append(count)
        self._look(place)
        if self.days[-1].kind is None and usual >= LEAST:
            self.deviations.append(abs(_ratio(count, usual)))

    def _look(self, place: int) -> None:
        """Take the last day out of the baseline where it is odd."""
        last = self.days[place]
        if last.usual is None or last.low is None or last.high is None:
            return
        silence = self._silence()
        if silence and _chance(0, sum((self.days[one].usual or 0) / self._grain(one) for one in silence)) < -LIMIT:
            self._take_out("silent", silence)
        elif not last.low <= last.counted <= last.high:
            self._take_out("up" if last.counted > last.high else "down", [place])
            self._settle()

    def _usual(self, place: int) -> float:
        weekdays = range(place - WEEK, max(place - WEEK * WEEKS - 1, WEEK), -WEEK)
        shares = [self.baseline[one] / level for one in weekdays if (level := self._level(one))]
        return self._level(place) * median(shares or [0.0])

    def _spread(self) -> float:
        known = sorted(self.deviations[-WEEK * WEEKS :])
        kept = known[: ceil(KEPT * len(known))]
        return max(SPREAD, OF_KEPT * fmean(kept) if kept else 0.0)

    def _grain(self, place: int) -> float:
        """That of a day or of the fortnight before, by which the usual is known: the coarser."""
        return max(self.grains[place], median(self.grains[max(0, place - FORTNIGHT) : place] or [1.0]))

    def _level(self, place: int) -> float:
        """The mean of the fortnight before a day."""
        return fmean(self.baseline[max(0, place - FORTNIGHT) : place])

    def _silence(self) -> list[int]:
        """The last days without any count, from the first on which there should have been some."""
        places = []
        for place in reversed(range(LEARNING, len(self.days))):
            if self.days[place].counted:
                break
            places.append(place)
        return [one for one in reversed(places) if any((self.days[p].usual or 0) >= LEAST for p in places if p <= one)]

    def _take_out(self, kind: Kind, places: Sequence[int]) -> None:
        for place in places:
            self.days[place] = replace(self.days[place], kind=kind)
            self.baseline[place] = self.days[place].usual or 0

    def _settle(self) -> None:
        """After a fortnight of days that are odd in the same way, they are what is usual; silence never is."""
        last = self.days[-FORTNIGHT:]
        if all(one.kind == last[-1].kind for one in last):
            self.baseline[-FORTNIGHT:] = [one.counted for one in last]


def _bounds(usual: float, spread: float, grain: float) -> tuple[int, int]:
    """The least and the greatest count that is not odd."""
    counts = range(round(100 * (usual + 1)))

    def score(count: int) -> float:
        """How far away a count is: the less of what chance and what the tenant's own days make of it."""
        return copysign(
            min(abs(_chance(count / grain, usual / grain)), abs(_ratio(count, usual)) / spread), count - usual
        )

    return bisect_left(counts, -LIMIT, key=score), bisect_right(counts, LIMIT, key=score) - 1


def _ratio(count: float, usual: float) -> float:
    return log((count + 0.5) / (usual + 0.5))


def _chance(count: float, usual: float) -> float:
    """How many standard deviations a Poisson count is away: its signed root deviance, corrected for whole numbers."""
    expected = max(usual, LEAST)
    near = max(count - 0.5, expected) if count > expected else min(count + 0.5, expected)
    return copysign(sqrt(max(0.0, 2 * (near * log(near / expected) - near + expected))), near - expected)
