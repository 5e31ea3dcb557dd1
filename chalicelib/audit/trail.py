"""The trail in its place: a bucket of its own with Object Lock, or a folder on this machine.

A row is committed by the create-only PUT of its number: of several writers at once one has it, the others take the next, so that
the chain never forks. Each row is then remembered as a head outside the trail, because a chain alone does not show that its end
was cut off.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.audit import rows
from chalicelib.audit.rows import Head, Row, TrailError, Verdict
from chalicelib.days import iso
from chalicelib.lake.objects import Objects
from chalicelib.prefixes import HEADS, TRAIL

# Each lost race is another writer's row, and the writers of a stage are a job and a few people.
MAX_RACES = 100


class Place(NamedTuple):
    """Where a trail is: its name, its rows, and where its heads are remembered."""

    name: str
    rows: Objects
    heads: Objects


class Trail:
    """What one actor adds to a trail. Actors are roles and operators; no row names a visitor."""

    def __init__(self, place: Place, actor: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._place, self._actor, self._now = place, actor, now

    def append(self, action: str, subject: str, details: dict[str, Any] | None = None) -> Row:
        """The row, once it is stored for good; raises TrailError, and what S3 or the disk refuses.

        `action`: words with a dot, `person.erased`. `subject`: a bucket, a stage, or what `rows.subject` makes of a person's id.
        """
        for _ in range(MAX_RACES):
            row = self._next(action, subject, details or {})
            where, body = rows.key(row.seq), rows.encoded(row)
            # The answer to a first try may have been lost: then the row that is there is ours.
            if self._place.rows.create(where, body, {}) or self._place.rows.read(where) == body:
                self._remember(row)
                return row
        raise TrailError(
            f"{MAX_RACES} other rows came first; try again when fewer write to the trail {self._place.name}"
        )

    def _next(self, action: str, subject: str, details: dict[str, Any]) -> Row:
        last = _last(self._place)
        row = Row(
            seq=last.seq + 1,
            time=iso(self._now()),
            actor=self._actor,
            action=action,
            subject=subject,
            details=details,
            nonce=secrets.token_hex(8),
            previous=last.hash,
        )
        return rows.sealed(row)

    def _remember(self, row: Row) -> None:
        body = msgspec.json.encode(Head(row.seq, row.hash))
        # The row is stored, and must not be written twice; the head of the next one covers it. `verify` counts what has none.
        with suppress(ClientError, BotoCoreError, OSError):
            self._place.heads.create(_head_key(row.seq), body, {})


def read(place: Place) -> Iterator[Row]:
    """The rows in order; raises TrailError at the first that is not one."""
    for where, body in place.rows.read_all(_keys(place)):
        row = rows.decoded(body)
        if row is None:
            raise TrailError(f"{where} is not a row; see `sluice audit verify`")
        yield row


def verify(place: Place, remembered: Iterable[Head] = ()) -> Verdict:
    """What is wrong with the whole trail, by its chain, the heads next to it, and those that someone kept elsewhere."""
    kept = place.heads.read_all(place.heads.keys(HEADS.path))
    found: list[Head] = []
    broken: list[str] = []
    for where, body in kept:
        try:
            found.append(msgspec.json.decode(body or b"", type=Head))
        except msgspec.MsgspecError:
            broken.append(f"{where} is not a remembered head")
    verdict = rows.verified(place.name, place.rows.read_all(_keys(place)), [*found, *remembered])
    verdict.findings += broken
    return verdict


def _keys(place: Place) -> list[str]:
    return sorted(place.rows.keys(TRAIL.path))


def _last(place: Place) -> Head:
    """The newest row's number and hash; for a trail without rows, those of a row 0."""
    folders = place.rows.folders(TRAIL.path)
    newest = max(place.rows.keys(f"{TRAIL.path}{max(folders)}/"), default=None) if folders else None
    if newest is None:
        return Head(0, rows.first(place.name))
    row = rows.decoded(place.rows.read(newest))
    if row is None or rows.key(row.seq) != newest or not rows.is_whole(row):
        raise TrailError(f"{newest} was changed, and nothing can follow it; see `sluice audit verify`")
    return Head(row.seq, row.hash)


def _head_key(seq: int) -> str:
    return rows.key(seq).replace(TRAIL.path, HEADS.path, 1)
