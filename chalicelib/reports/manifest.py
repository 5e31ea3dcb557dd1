"""What a report was made of, so that it can be made again: of the same objects come the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from chalicelib import __version__
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import compaction, parquet, watermarks
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import Objects
from chalicelib.reports import unusual
from chalicelib.reports.story import Subject


class Source(msgspec.Struct, frozen=True):
    """An object that the questions may read, in this version."""

    key: str
    etag: str


class Manifest(msgspec.Struct, frozen=True, rename="camel"):
    """A report's period, what asked, and the objects as they were before anything was asked."""

    bucket: str
    period: str
    since: date
    until: date
    timezone: str
    open_from: date | None
    version: str
    statements: str
    objects: tuple[Source, ...]


def of(subject: Subject, statements: str, objects: Objects) -> Manifest:
    """The manifest of a report that is about to be made; lists the bucket, and raises what that raises."""
    period = subject.period
    return Manifest(
        bucket=subject.bucket,
        period=period.name,
        since=period.since,
        until=period.until,
        timezone=subject.zone,
        open_from=subject.open_from,
        version=__version__,
        statements=statements,
        objects=tuple(sorted(_read(subject, objects), key=lambda one: one.key)),
    )


class Change(msgspec.Struct, frozen=True):
    """An object that is not as a report read it.

    `bare`: addresses' hashes were taken out of its day, and nothing else is said to have changed. `erased`: somebody was
    erased from it. `deleted`: it was a raw object, and its day's Parquet has its events. `gone`: nobody knows why.
    """

    key: str
    why: Literal["bare", "erased", "deleted", "rewritten", "gone"]


def changes(manifest: Manifest, objects: Objects) -> list[Change]:
    """What of the manifest is not there any more as it was read, but for the watermark, which moves each night."""
    marks = {kind.watermark for kind in (EVENTS, REQUESTS)}
    listed = [one for one in manifest.objects if one.key not in marks]
    folders = {f"{one.key.rpartition('/')[0]}/" for one in listed}
    now = {key: etag for folder in sorted(folders) for key, etag in objects.versions(folder)}
    differing = [one.key for one in listed if now.get(one.key) != one.etag]
    return [Change(key, _why(objects, key, now)) for key in differing]


def _why(objects: Objects, key: str, now: dict[str, str]) -> Literal["bare", "erased", "deleted", "rewritten", "gone"]:
    if key not in now:
        return "deleted" if _is_released(objects, key) else "gone"
    head = objects.head(key)
    said = {} if head is None else head.metadata
    if parquet.ERASED_BY in said:
        return "erased"
    return "bare" if parquet.WITHOUT_IP.items() <= said.items() else "rewritten"


def _is_released(objects: Objects, key: str) -> bool:
    """Whether it was a raw object of a day whose raw objects Sluice deletes."""
    mark = watermarks.read(objects)
    if mark is None or mark.released is None or not key.startswith(EVENTS.raw.path):
        return False
    return key < EVENTS.raw.of_day(mark.released + timedelta(days=1))


def encoded(manifest: Manifest) -> str:
    """The manifest's text."""
    return msgspec.json.format(msgspec.json.encode(manifest)).decode() + "\n"


def decoded(text: bytes) -> Manifest:
    """The manifest of this text; raises msgspec.MsgspecError where it is none."""
    return msgspec.json.decode(text, type=Manifest)


def _read(subject: Subject, objects: Objects) -> Iterator[Source]:
    last = subject.period.asked(subject.zone).nearby[1]
    # Events are also asked of the weeks by which it is known what is usual.
    for kind, before in ((EVENTS, unusual.usual), (REQUESTS, lambda period: period.before))[: 1 + subject.has_logs]:
        first = before(subject.period).asked(subject.zone).nearby[0]
        days = [first + timedelta(number) for number in range((last - first).days + 1)]
        mark = compaction.watermark(objects, kind)
        wanted = {kind.watermark, *map(kind.object_key, days), *map(kind.manifest_key, days)}
        # As the view reads them: compacted up to the watermark, raw after it.
        prefixes = [kind.compacted.path, *(kind.raw.of_day(day) for day in days if mark is None or day > mark)]
        for prefix in prefixes:
            for key, etag in objects.versions(prefix):
                if prefix != kind.compacted.path or key in wanted:
                    yield Source(key, etag)
