"""The tries of days that cannot be compacted: each leaves a mark in the tenant's bucket, and the next waits twice as long.

A day's first night leaves none, because nearly every day is done in it. After that a stuck day is tried 1, 3, 7 and 15
nights later, and then every 16.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from itertools import islice

from chalicelib.lake import raw
from chalicelib.lake.compaction import closes
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.listing import MAX_COMPACTED
from chalicelib.lake.objects import Objects

MOST_NIGHTS = 16
# A day with so many marks is one that needs somebody.
STUCK = 2
Marks = dict[date, list[date]]
_KEY = re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)\.json")


def marks(kind: Kind = EVENTS) -> str:
    """Where the marks are."""
    return f"{kind.compacted.path}_tried/"


def leave(objects: Objects, day: date, now: datetime, kind: Kind = EVENTS) -> None:
    """Mark that the day is tried tonight, before it is: a worker that is killed leaves nothing more."""
    if not is_first(day, now):
        objects.create(f"{marks(kind)}{day}/{now.date()}.json", b"{}", {})


def is_first(day: date, now: datetime) -> bool:
    """Whether this is the night after which the day closed."""
    return now - closes(day) < timedelta(days=1)


def found(objects: Objects, kind: Kind = EVENTS) -> Marks:
    """The nights on which each day was tried, in order."""
    tried: Marks = {}
    for key in islice(objects.keys(marks(kind)), MAX_COMPACTED):
        named = _KEY.fullmatch(key.removeprefix(marks(kind)))
        day, night = (raw.day_of(named[1]), raw.day_of(named[2])) if named else (None, None)
        if day and night:
            tried.setdefault(day, []).append(night)
    return tried


def is_due(nights: Collection[date], tonight: date) -> bool:
    """Whether a day that was tried on these nights is tried tonight."""
    wait = timedelta(days=min(2 ** len(nights), MOST_NIGHTS))
    # A mark of a night to come is nobody's.
    return not nights or tonight - max(nights) >= wait or max(nights) > tonight


def stuck(tried: Marks, due: Iterable[date]) -> list[date]:
    """Those of the days that are due which were tried on several nights."""
    return [day for day in due if len(tried.get(day, ())) >= STUCK]
