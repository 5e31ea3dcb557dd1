"""What a model sees of a visit: for each feature a public list of levels, of which a visit has one.

The lists are the same for all tenants and come from no data, so that their weights can be added and that nothing rare is a level.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from sluice.learning.forms import Feature
from sluice.publishing import keys
from sluice.questions.library import PACKAGED, Library

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HOME, ABROAD, UNKNOWN, OTHER = "home", "abroad", "unknown", "other"
# Every fifth day is held out: whole days, so that no visitorId is on both sides.
FOLDS = 5


class Visit(NamedTuple):
    """Visits of one day that look alike: how many there were, and how many of them reached the goal."""

    day: date
    channel: str
    device: str
    country: str
    depth: int
    hour: int
    weekday: int
    views: int
    visits: int
    reached: int


class Data(NamedTuple):
    """A tenant's visits as numbers: a row of `levels` has the place of its level in each feature's list."""

    days: Ints
    levels: Ints
    visits: Floats
    reached: Floats
    home: str
    digest: str
    seed: int

    @property
    def training(self) -> Data:
        return self.rows(~self._held_out)

    @property
    def held_out(self) -> Data:
        """Every fifth day: the seed says which."""
        return self.rows(self._held_out)

    @property
    def halves(self) -> tuple[Data, Data]:
        """Training days apart: those to fit by, and every tenth day to compare by."""
        later = (self.days + self.seed) % (FOLDS * 2) == 1
        return self.rows(~later), self.rows(later)

    @property
    def _held_out(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (self.days + self.seed) % FOLDS == 0
        return found

    def rows(self, chosen: NDArray[np.bool_]) -> Data:
        """These rows alone."""
        return self._replace(
            days=self.days[chosen],
            levels=self.levels[chosen],
            visits=self.visits[chosen],
            reached=self.reached[chosen],
        )

    def at(self, feature: int, level: int) -> Data:
        """The same visits with one feature at this level."""
        levels = self.levels.copy()
        levels[:, feature] = level
        return self._replace(levels=levels)


@cache
def listed() -> tuple[Feature, ...]:
    """Every feature, in the order of a model's weights."""
    return (
        Feature("channel", tuple(keys.channels(Library(PACKAGED))), "the visit's channel"),
        Feature("device", ("desktop", "mobile", "tablet", OTHER), "the kind of device of its first event"),
        Feature("country", (HOME, ABROAD, UNKNOWN), "home is the country of most of the tenant's visits in training"),
        Feature("landing", ("/", "1", "2", "3+"), "how many parts the path of its first page has"),
        Feature("hour", ("0-5", "6-11", "12-17", "18-23"), "when it began, by the tenant's clock"),
        Feature("weekday", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "when it began, by the tenant's clock"),
        Feature(
            "views", ("0", "1", "2", "3-4", "5-9", "10+"), "page views before the goal, or all where it was not reached"
        ),
    )


@cache
def offsets() -> Ints:
    """Where each feature's weights begin."""
    return np.cumsum([0, *(len(one.levels) for one in listed()[:-1])]).astype(np.int64)


@cache
def width() -> int:
    """How many weights a model has, besides its intercept."""
    return sum(len(one.levels) for one in listed())


def names() -> list[str]:
    """Each weight's name: its feature and its level."""
    return [f"{one.name}={level}" for one in listed() for level in one.levels]


def read(rows: Iterable[Visit], seed: int) -> Data:
    """The visits as numbers, with a digest of all of them."""
    found = sorted(rows)
    digest = hashlib.sha256(msgspec.json.encode(found)).hexdigest()
    home = _home(found, seed)
    levels = [_levels(one, home) for one in found]
    return Data(
        np.array([one.day.toordinal() for one in found], dtype=np.int64),
        np.array(levels, dtype=np.int64).reshape(len(found), len(listed())),
        np.array([one.visits for one in found], dtype=np.float64),
        np.array([one.reached for one in found], dtype=np.float64),
        home,
        digest,
        seed,
    )


def _home(rows: Sequence[Visit], seed: int) -> str:
    counts: dict[str, int] = {}
    for one in rows:
        if one.country and (one.day.toordinal() + seed) % FOLDS:
            counts[one.country] = counts.get(one.country, 0) + one.visits
    return max(sorted(counts), key=lambda country: counts[country], default="")


def _levels(one: Visit, home: str) -> list[int]:
    country = UNKNOWN if not one.country else HOME if one.country == home else ABROAD
    texts: list[Any] = [one.channel, one.device, country]
    texts += ["/" if one.depth < 1 else "3+" if one.depth > 2 else str(one.depth)]
    named = [_place(feature, text) for feature, text in zip(listed(), texts, strict=False)]
    return [*named, one.hour // 6, one.weekday - 1, _band(one.views)]


def _place(feature: Feature, text: str) -> int:
    """The level's place; what is on no list is the last one."""
    return feature.levels.index(text) if text in feature.levels else len(feature.levels) - 1


def _band(views: int) -> int:
    return sum(views >= least for least in (1, 2, 3, 5, 10))
