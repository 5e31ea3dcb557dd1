"""The Parquet of days in which somebody is erased: made again without them, so that nobody who began before can put another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import compaction, parts, raw, tombstones
from chalicelib.lake.kinds import Kind
from chalicelib.lake.objects import Objects
from chalicelib.lake.tombstones import Tombstones
from chalicelib.prefixes import UNLOADED
from sluice.subjects import stores
from sluice.subjects.certificate import PersonError
from sluice.subjects.people import People
from sluice.subjects.stores import Looked

TRIES = 5


def clean(objects: Objects, days: Iterable[date], kind: Kind, erased: Tombstones, now: datetime) -> None:
    """Make these days' Parquet of events again, each in a version of its own. Raises PersonError."""
    for day in days:
        _clean_day(objects, day, kind, erased, now)


def clean_requests(objects: Objects, days: Iterable[date], people: People, now: datetime) -> None:
    """Take these people's lines out of these days' Parquet of access logs. Raises PersonError."""
    for day in days:
        _clean_requests(objects, day, people, now)


def drop_unpublished(objects: Objects, looked: Iterable[Looked], kind: Kind) -> None:
    """Delete those people's files of runs that published nothing: such a run sees the tombstone, or that its files are gone."""
    hits = [hit for one in looked for hit in one.hits if hit.own and hit.day and hit.key.startswith(UNLOADED)]
    for day in {date.fromisoformat(hit.day) for hit in hits}:
        held = parts.read(objects, day, kind)
        for hit in hits:
            if hit.day == day.isoformat() and (held is None or hit.key not in held.keys):
                objects.delete(hit.key)


def _clean_day(objects: Objects, day: date, kind: Kind, erased: Tombstones, now: datetime) -> None:
    # A day in parts is larger than this machine makes of raw objects: what is left out of it is all that changes.
    if parts.without(objects, day, erased, now, kind) is not None and not objects.head(kind.object_key(day)):
        return
    for _ in range(TRIES):
        if objects.head(kind.object_key(day)) is None:
            if compaction.closes(day) > now or _created(objects, day, kind, now):
                return
        elif _replaced(objects, day, kind, erased):
            _remade(objects, day, kind, now)
            return
    raise PersonError(f"{day} is made again by somebody else all the time; run the same command again")


def _replaced(objects: Objects, day: date, kind: Kind, erased: Tombstones) -> bool:
    """Whether the Parquet is there without the erased rows, in place of the version that was read."""
    key = kind.object_key(day)
    head, keys = objects.head(key), raw.keys(objects, day, kind.raw)
    with TemporaryDirectory(prefix=compaction.SCRATCH) as name:
        held, made = Path(name) / "held.parquet", Path(name) / "made.parquet"
        if head is None or objects.fetch(key, held) != head.etag:
            return False
        number = erased.without(held, made)
        # As if it were made from other raw objects, so that it is made again from those that are there.
        said = {**head.metadata, "records": str(number), **erased.said}
        said |= {"digest": "erased"} if keys else {}
        return objects.replace(key, made.read_bytes(), said, head.etag)


def _remade(objects: Objects, day: date, kind: Kind, now: datetime) -> None:
    """Make the day again from its raw objects, of which the erased are gone by now; so does anyone who comes first."""
    for _ in range(TRIES):
        if compaction.reconcile(objects, day, now, kind).did != "outrun":
            return


def _created(objects: Objects, day: date, kind: Kind, now: datetime) -> bool:
    """The Parquet of a closed day that has none, also one without a record: nobody can put another in its place."""
    did = compaction.compact(objects, day, now, kind).did
    if did != "empty":
        return did == "compacted"
    with TemporaryDirectory(prefix=compaction.SCRATCH) as name:
        lines, made = Path(name) / "lines", Path(name) / "made.parquet"
        lines.touch()
        tombstones.heeding(kind, objects).write(lines, made)
        said = {"records": "0", "objects": "0", "digest": raw.digest([]), "schema": kind.schema()}
        return objects.create(kind.object_key(day), made.read_bytes(), said)


def _clean_requests(objects: Objects, day: date, people: People, now: datetime) -> None:
    key = REQUESTS.object_key(day)
    for _ in range(TRIES):
        head, body = objects.head(key), objects.read(key)
        if head is None or body is None:
            if compaction.closes(day) > now or _created(objects, day, REQUESTS, now):
                return
        elif objects.replace(key, stores.without_lines(body, people), head.metadata, head.etag):
            return
    raise PersonError(f"{key} is replaced by somebody else all the time; run the same command again")
