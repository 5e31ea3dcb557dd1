"""Which days a tenant's compacted prefix has, by one listing of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from chalicelib.lake import raw
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BrokenLake, Objects
from chalicelib.prefixes import UNLOADED

# A Parquet and some marks of tries for each day of as many years as records can be of, and a little more.
MAX_COMPACTED = 40_000
# Some hundred for each day that is in parts.
MAX_UNLOADED = 1_000_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Listed(NamedTuple):
    """The days that have a Parquet, those that have a manifest of several in its place, and those of which runs left files."""

    files: set[date]
    parts: set[date]
    unloaded: set[date]


def listed(objects: Objects, kind: Kind = EVENTS) -> Listed:
    """What each day has; raises BrokenLake where there are more objects than days."""
    place, found = kind.compacted.path, Listed(set(), set(), set())
    number = unloaded = 0
    for key in objects.keys(place):
        if key.startswith(UNLOADED):
            unloaded += 1
        else:
            number += 1
        if number > MAX_COMPACTED or unloaded > MAX_UNLOADED:
            raise BrokenLake(
                f"{place} holds more than {MAX_COMPACTED} objects. Delete those that are not a day's Parquet"
            )
        named = _DAY.search(key)
        if named and (day := raw.day_of(named[0])):
            if key == kind.object_key(day):
                found.files.add(day)
            elif key == kind.manifest_key(day):
                found.parts.add(day)
            elif key.startswith(UNLOADED):
                found.unloaded.add(day)
    return found


def compacted(objects: Objects, kind: Kind = EVENTS) -> Iterator[date]:
    """The days that have a Parquet, or several; raises BrokenLake where there are more objects than days."""
    found = listed(objects, kind)
    yield from sorted(found.files | found.parts)
