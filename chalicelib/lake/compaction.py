"""A closed day's raw objects into one Parquet object, at most once, whatever crashes and however many do it at once.

List, read, dedupe, write, put once, move the watermark. The put is the whole commit: it creates the object where there is
none, or replaces the version that it was made from, or loses the race and changes nothing. Raw objects are not touched here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import msgspec

from chalicelib.lake import parquet, raw, tombstones, watermarks
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.listing import compacted, listed
from chalicelib.lake.objects import Head, Objects
from chalicelib.lake.raw import Unreadable
from chalicelib.lake.watermarks import Watermark
from chalicelib.records import LATENESS, iso

COMPACTED = EVENTS.compacted.path
WATERMARK = EVENTS.watermark
# An event that was received in time may need its two tries of two seconds to be stored.
IN_FLIGHT = timedelta(minutes=1)
SHOWN = 20
# How the folders begin in which a day's Parquet is made.
SCRATCH = "sluice-"
_TORN = "raw objects went while the day was read"

Did = Literal["compacted", "already", "empty", "unchanged", "reconciled", "refused", "kept", "outrun"]


class OpenDay(ValueError):
    """A day that still takes events; the message says until when."""


class Outcome(msgspec.Struct, frozen=True):
    """What was done with a day: the records in its Parquet, the raw objects they came from, the copies that were dropped."""

    day: date
    did: Did
    records: int = 0
    objects: int = 0
    duplicates: int = 0
    unreadable: int = 0
    first_unreadable: tuple[Unreadable, ...] = ()
    reason: str | None = None


class Status(msgspec.Struct, frozen=True):
    """A day's state: open, due, compacted, late (raw or the record has changed since) or kept (raw is gone)."""

    day: date
    state: Literal["open", "due", "compacted", "late", "kept"]
    objects: int
    records: int | None = None


class _Made(msgspec.Struct, frozen=True):
    """A day's Parquet file, and what it was made from."""

    kind: Kind
    path: Path
    keys: list[str]
    gathered: raw.Gathered
    records: int
    is_bare: bool
    # Those of the Parquet that it takes in, where that holds what raw has no more.
    held: int = 0

    @property
    def metadata(self) -> dict[str, str]:
        # All keys count, also those that cannot be read: otherwise their day would be late for ever.
        return {
            "records": str(self.records),
            "objects": str(len(self.gathered.keys)),
            **origin(self.kind, raw.digest(self.keys)),
            **self.kind.said,
            **(parquet.WITHOUT_IP if self.is_bare else {}),
        }

    def outcome(self, day: date, did: Did, reason: str | None = None) -> Outcome:
        named = self.gathered.unreadable
        duplicates = self.gathered.records + self.held - self.records
        shown = tuple(named[:SHOWN])
        return Outcome(day, did, self.records, len(self.gathered.keys), duplicates, len(named), shown, reason)


def closes(day: date) -> datetime:
    """When a day takes no more events: 24 hours after its end."""
    return datetime.combine(day, time(), UTC) + timedelta(days=1) + LATENESS + IN_FLIGHT


def object_key(day: date, kind: Kind = EVENTS) -> str:
    """The key of a day's Parquet."""
    return kind.object_key(day)


def due(
    objects: Objects, now: datetime, until: date | None = None, kind: Kind = EVENTS, done: Iterable[date] | None = None
) -> Iterator[date]:
    """The closed days that have raw objects and no Parquet, in order; each is looked at when it is taken."""
    done = set(compacted(objects, kind) if done is None else done)
    for day in raw.days(objects, kind.raw):
        is_wanted = day not in done and closes(day) <= now and (until is None or day <= until)
        if is_wanted and raw.has_objects(objects, day, kind.raw):
            yield day


def late(objects: Objects, days: Iterable[date], kind: Kind = EVENTS) -> list[date]:
    """Those of these days to whose Parquet there are other raw objects than it was made from, some at least."""
    found = ((day, raw.keys(objects, day, kind.raw), objects.head(kind.object_key(day))) for day in days)
    return [day for day, keys, held in found if keys and held is not None and not _is_from(kind, held, keys)]


def unmarked(done: Iterable[date], mark: date | None) -> list[date]:
    """The last compacted day, if the watermark has not passed it: the process that compacted it stopped before."""
    last = max(done, default=None)
    return [] if last is None or (mark is not None and mark >= last) else [last]


def compact(objects: Objects, day: date, now: datetime, kind: Kind = EVENTS) -> Outcome:
    """Make the Parquet of a closed day where there is none; raises OpenDay."""
    if closes(day) > now:
        raise OpenDay(f"{day} takes {kind.name} until {iso(closes(day))}; compact it after that")
    kind = tombstones.heeding(kind, objects)
    if any(objects.head(key) is not None for key in (kind.object_key(day), kind.manifest_key(day))):
        return Outcome(day, "already")
    keys = raw.keys(objects, day, kind.raw)
    if not keys:
        return Outcome(day, "empty")
    with _making(objects, keys, kind, is_bare=watermarks.is_bare(objects, day, now.date(), kind)) as made:
        if made.gathered.is_torn:
            return made.outcome(day, "outrun", _TORN)
        created = objects.create(kind.object_key(day), made.path.read_bytes(), made.metadata)
        return made.outcome(day, "compacted") if created else Outcome(day, "already")


def work(
    objects: Objects,
    days: Iterable[date],
    now: datetime,
    move: Callable[[Watermark], None] | None = None,
    kind: Kind = EVENTS,
) -> tuple[list[Outcome], date | None]:
    """Compact these days, move the watermark, and with `move` the view in Athena too: the outcomes, the watermark."""
    done = reconcile if kind.comes_late else compact
    outcomes = [done(objects, day, now, kind) for day in days]
    mark = advanced(objects, now, kind)
    if mark is not None and move is not None:
        move(mark)
    return outcomes, mark.day if mark else None


def reconcile(objects: Objects, day: date, now: datetime, kind: Kind = EVENTS) -> Outcome:
    """Bring late objects and new fields into a compacted day; refuses where raw lacks an event that the Parquet holds.

    Where raw objects may be gone on purpose, the Parquet's events stay, and those of raw are added.
    """
    kind = tombstones.heeding(kind, objects)
    held = objects.head(kind.object_key(day))
    if held is None and (published := objects.head(kind.manifest_key(day))) is not None:
        return _of_parts(objects, day, published, kind)
    if held is None:
        outcome = compact(objects, day, now, kind)
        return outcome if outcome.did != "already" else Outcome(day, "outrun", reason="somebody else compacted it")
    keys = raw.keys(objects, day, kind.raw)
    if not keys:
        return Outcome(day, "kept", reason="its raw objects are gone; the Parquet is all there is")
    if _is_from(kind, held, keys):
        return Outcome(day, "unchanged")
    is_bare = parquet.WITHOUT_IP.items() <= held.metadata.items() or watermarks.is_bare(objects, day, now.date(), kind)
    with _making(objects, keys, kind, is_bare=is_bare) as made:
        return _replace(objects, day, held, made)


def _of_parts(objects: Objects, day: date, published: Head, kind: Kind) -> Outcome:
    """A day in parts, which is larger than one worker, is not made again here."""
    number, digest = raw.counted(objects, day, kind.raw)
    if not number or origin(kind, digest).items() <= published.metadata.items():
        return Outcome(day, "unchanged" if number else "kept")
    return Outcome(day, "kept", reason="it is in parts, and raw has changed since: `sluice unload` makes them again")


def reconcilable(objects: Objects, kind: Kind = EVENTS) -> list[date]:
    """The days that reconciling looks at: those with a Parquet, and those up to the watermark that were empty."""
    mark = watermark(objects, kind)
    passed = [day for day in raw.days(objects, kind.raw) if mark is not None and day <= mark]
    return sorted({*compacted(objects, kind), *passed})


def advance(objects: Objects, now: datetime, kind: Kind = EVENTS) -> date | None:
    """Move the watermark over every closed day that is compacted or empty; where it is then."""
    mark = advanced(objects, now, kind)
    return mark.day if mark else None


def advanced(objects: Objects, now: datetime, kind: Kind = EVENTS) -> Watermark | None:
    """The same, with the days that are read in parts."""
    while True:
        mark, done = watermarks.read(objects, kind), listed(objects, kind)
        reached = _reached(objects, mark.day if mark else None, now, kind, done.files | done.parts)
        if reached is None:
            return mark
        parts = {day for day in done.parts if day <= reached}
        if mark and reached == mark.day and parts <= {*mark.parts}:
            return mark
        if watermarks.advance(objects, reached, parts, kind):
            return Watermark(reached, parts=tuple(sorted({*parts, *(mark.parts if mark else ())})))


def watermark(objects: Objects, kind: Kind = EVENTS) -> date | None:
    """The last day of the compacted part of the view; None where all is raw. Raises BrokenWatermark."""
    found = watermarks.read(objects, kind)
    return None if found is None else found.day


def status(objects: Objects, now: datetime, kind: Kind = EVENTS) -> list[Status]:
    """Every day that has raw objects or a Parquet, in order."""
    done = listed(objects, kind)
    days = sorted({*raw.days(objects, kind.raw), *done.files, *done.parts})
    return [_status(objects, day, now, kind, is_in_parts=day in done.parts) for day in days]


def _status(objects: Objects, day: date, now: datetime, kind: Kind, *, is_in_parts: bool) -> Status:
    number, digest = raw.counted(objects, day, kind.raw)
    held = objects.head(kind.manifest_key(day) if is_in_parts else kind.object_key(day))
    if held is None:
        return Status(day, "due" if closes(day) <= now else "open", number)
    records = int(held.metadata.get("records", 0))
    if not number:
        return Status(day, "kept", 0, records)
    is_whole = origin(kind, digest).items() <= held.metadata.items()
    return Status(day, "compacted" if is_whole else "late", number, records)


def origin(kind: Kind, digest: str) -> dict[str, str]:
    """What a Parquet was made from, as its metadata: the digest of the raw keys, and the columns at that time."""
    return {"digest": digest, "schema": kind.schema()}


def _is_from(kind: Kind, held: Head, keys: list[str]) -> bool:
    """Whether the Parquet was made from these keys, by a version that has today's columns."""
    return origin(kind, raw.digest(keys)).items() <= held.metadata.items()


@contextmanager
def _making(objects: Objects, keys: list[str], kind: Kind, *, is_bare: bool) -> Iterator[_Made]:
    """The Parquet of these keys, in a folder of its own that goes with it."""
    bare = {"is_bare": True} if is_bare else {}
    with TemporaryDirectory(prefix=SCRATCH) as name:
        lines, path = Path(name) / "lines", Path(name) / "made.parquet"
        gathered = raw.gather(objects, keys, lines, kind.form)
        yield _Made(kind, path, keys, gathered, kind.write(lines, path, **bare), is_bare)


def _replace(objects: Objects, day: date, held: Head, made: _Made) -> Outcome:
    kind, before = made.kind, made.path.with_name("held.parquet")
    if made.gathered.is_torn:
        return made.outcome(day, "outrun", _TORN)
    if objects.fetch(kind.object_key(day), before) != held.etag:
        return Outcome(day, "outrun", reason="somebody else replaced it meanwhile")
    if lost := kind.missing(before, made.path):
        if not watermarks.is_released(objects, day, kind):
            reason = f"raw has shrunk: {lost} {kind.name} of the Parquet are not there any more"
            # What expires has shrunk by itself.
            return made.outcome(day, "kept" if kind.raw.days else "refused", reason)
        made = _joined(made, before)
    replaced = objects.replace(kind.object_key(day), made.path.read_bytes(), made.metadata, held.etag)
    return made.outcome(day, "reconciled") if replaced else Outcome(day, "outrun", reason="somebody else replaced it")


def _joined(made: _Made, held: Path) -> _Made:
    """The Parquet that is held, and what was made of raw, as one."""
    assert made.kind.merge is not None
    target = held.with_name("joined.parquet")
    records = made.kind.merge([held, made.path], target, is_bare=made.is_bare)
    number = parquet.number(held)
    return msgspec.structs.replace(made, path=target, records=records, held=number)


def _reached(objects: Objects, mark: date | None, now: datetime, kind: Kind, done: set[date]) -> date | None:
    """The last closed day up to which nothing is left to compact; the mark itself where the next one is not there yet."""
    found = set(takewhile(lambda day: mark is None or day > mark, raw.newest_first(objects, kind.raw)))
    first = min([*done, *found], default=None)
    day = mark + timedelta(days=1) if mark is not None else first
    while day is not None and closes(day) <= now:
        if day not in done and day in found and raw.has_objects(objects, day, kind.raw):
            break
        mark, day = day, day + timedelta(days=1)
    return mark
