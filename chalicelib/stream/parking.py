"""What cannot be put into its tenant's bucket now, in the stage's own bucket until it can; and what waits there to be more.

A parked object is the one that the tenant's bucket would have: `parked/<bucket>/year=…/…/stream.<digest>.json.gz`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from chalicelib.days import iso
from chalicelib.lake.objects import Objects
from chalicelib.prefixes import PARKED, RECORDS

SINCE = "since"  # of an object's metadata
# Messages that are none of ours.
UNREADABLE = f"{PARKED.path}_unreadable/"
_PLACE = re.compile(
    rf"{PARKED.path}([a-z0-9.-]{{3,63}})/(year=\d{{4}}/month=\d\d/day=\d\d/stream\.[0-9a-f]{{32}}\.json\.gz)"
)


class Parked(NamedTuple):
    """An object that waits, and where it goes."""

    key: str
    bucket: str
    target: str


def park(own: Objects, bucket: str, key: str, body: bytes, now: datetime) -> None:
    """Keep the object for this key of this bucket; one that waits already is the same. Raises what the stage's bucket raises."""
    own.create(f"{PARKED.path}{bucket}/{key.removeprefix(RECORDS.path)}", body, {SINCE: iso(now)})


def set_aside(own: Objects, data: bytes) -> None:
    """Keep a message that cannot be read, as it came."""
    own.create(f"{UNREADABLE}{sha256(data).hexdigest()[:32]}", data, {})


def parked(own: Objects) -> Iterator[Parked]:
    """What waits, bucket by bucket."""
    for key in own.keys(PARKED.path):
        if found := _PLACE.fullmatch(key):
            yield Parked(key, found[1], f"{RECORDS.path}{found[2]}")


def since(own: Objects, key: str) -> datetime | None:
    """When the object was parked; None where it is gone meanwhile."""
    held = own.head(key)
    return None if held is None else datetime.fromisoformat(held.metadata[SINCE])


def unreadable(own: Objects) -> list[str]:
    """The keys of messages that could not be read."""
    return list(own.keys(UNREADABLE))
