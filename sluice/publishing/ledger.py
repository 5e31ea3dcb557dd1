"""What was published, and what it cost: each release is one object with its numbers, its loss and its place in the week.

The create-only PUT of that place is both the spending and the release: no crash comes between them, of several publishers at once
one has the place, and nothing is ever given back. Numbers that were drawn and not stored were seen by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NamedTuple

import msgspec

from chalicelib.lake.objects import Objects
from chalicelib.prefixes import PUBLISHED
from sluice.publishing.errors import PublishError, Spent

# Each lost race is another release of the same week.
MAX_RACES = 100


class Row(msgspec.Struct, frozen=True):
    """One number as it was drawn; it may be below zero."""

    key: str
    value: int


class Table(msgspec.Struct, frozen=True):
    """One part: its numbers with noise, their error bar, and what it was drawn by."""

    name: str
    reach: int
    micro: int
    error: int
    rows: tuple[Row, ...]


class Release(msgspec.Struct, frozen=True):
    """One release of a week. `micro` is what it spent, in millionths of ε, of the `budget` of that moment."""

    id: str
    bucket: str
    week: str
    since: date
    until: date
    at: str
    micro: int
    budget: int
    tables: tuple[Table, ...]


class Asked(NamedTuple):
    """What is to be released: its id says everything that it asks, `micro` what it would spend of the week's `budget`."""

    id: str
    bucket: str
    week: str
    micro: int
    budget: int


class Week(msgspec.Struct, frozen=True):
    """What a week of a tenant's has spent."""

    week: str
    spent: int
    releases: int


def releases(own: Objects, bucket: str, week: str) -> list[Release]:
    """The week's releases in order; raises PublishError where one is missing or was changed."""
    found = []
    for number, key in enumerate(sorted(own.keys(_folder(bucket, week))), 1):
        try:
            release = msgspec.json.decode(own.read(key) or b"", type=Release)
        except msgspec.MsgspecError:
            raise PublishError(f"{key} is not a release; nothing can be spent on {week} until it is back") from None
        if key != _key(bucket, week, number) or (release.bucket, release.week) != (bucket, week):
            raise PublishError(f"{key} is not release {number} of {week}: one was deleted or moved")
        found.append(release)
    return found


def weeks(own: Objects, bucket: str) -> list[str]:
    """The weeks that have a release, the oldest first."""
    return sorted(own.folders(f"{PUBLISHED.path}{bucket}/"))


def spending(own: Objects, bucket: str) -> Iterator[Week]:
    """What each week has spent; raises PublishError."""
    for week in weeks(own, bucket):
        held = releases(own, bucket, week)
        yield Week(week, sum(one.micro for one in held), len(held))


def newest(own: Objects, bucket: str) -> Iterator[Release]:
    """The last release of each week that has numbers, which a published model has not, the newest week first.

    Raises PublishError.
    """
    for week in reversed(weeks(own, bucket)):
        yield from [one for one in releases(own, bucket, week) if one.tables][-1:]


def find(held: Iterable[Release], asked: Asked) -> Release | None:
    """The release of this id, if it is among them."""
    return next((one for one in held if one.id == asked.id), None)


def take(own: Objects, asked: Asked, draw: Callable[[], Release]) -> Release:
    """The release as it is stored; where there is none and the week has room, drawn now and stored by one PUT.

    Raises Spent where there is no room, and PublishError where other releases of the week came first each time.
    """
    drawn: Release | None = None
    for _ in range(MAX_RACES):
        held = releases(own, asked.bucket, asked.week)
        # Also where the answer to our own PUT was lost.
        if (same := find(held, asked)) is not None:
            return same
        refuse(held, asked)
        drawn = drawn or draw()
        if own.create(_key(asked.bucket, asked.week, len(held) + 1), msgspec.json.encode(drawn), {}):
            return drawn
    raise PublishError(f"{MAX_RACES} other releases of {asked.week} came first; try again")


def refuse(held: Iterable[Release], asked: Asked) -> None:
    """Raise Spent where what the week has spent leaves no room."""
    spent = sum(one.micro for one in held)
    if spent + asked.micro > asked.budget:
        raise Spent(
            f"{asked.week} has spent {spent:,} of {asked.budget:,} millionths of ε, and this would take {asked.micro:,}. "
            "What was published stays; ask for the same again, or wait for the next week"
        )


def _folder(bucket: str, week: str) -> str:
    return f"{PUBLISHED.path}{bucket}/{week}/"


def _key(bucket: str, week: str, number: int) -> str:
    return f"{_folder(bucket, week)}{number:04}.json"
