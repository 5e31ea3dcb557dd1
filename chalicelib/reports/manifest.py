"""What a report was made of, so that it can be made again: of the same objects come the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from chalicelib import __version__
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import compaction
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


def encoded(manifest: Manifest) -> str:
    """The manifest's text."""
    return msgspec.json.format(msgspec.json.encode(manifest)).decode() + "\n"


def _read(subject: Subject, objects: Objects) -> Iterator[Source]:
    last = subject.period.asked(subject.zone).nearby[1]
    # Events are also asked of the weeks by which it is known what is usual.
    for kind, before in ((EVENTS, unusual.usual), (REQUESTS, lambda period: period.before))[: 1 + subject.has_logs]:
        first = before(subject.period).asked(subject.zone).nearby[0]
        days = [first + timedelta(number) for number in range((last - first).days + 1)]
        mark = compaction.watermark(objects, kind)
        wanted = {kind.watermark, *map(kind.object_key, days)}
        # As the view reads them: compacted up to the watermark, raw after it.
        prefixes = [kind.compacted.path, *(kind.raw.of_day(day) for day in days if mark is None or day > mark)]
        for prefix in prefixes:
            for key, etag in objects.versions(prefix):
                if prefix != kind.compacted.path or key in wanted:
                    yield Source(key, etag)
