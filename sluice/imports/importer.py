"""Web-server logs to events, through the path that every event goes."""

from __future__ import annotations

import hmac
import re
import secrets
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import msgspec

from chalicelib import allowlist
from chalicelib.allowlist import SITE_FORM, is_site
from chalicelib.records import FIRST_YEAR, is_possible
from chalicelib.rejections import Rejection, StorageUnavailable, UnknownBucket
from chalicelib.settings import Settings
from chalicelib.tracking import ingest
from chalicelib.tracking.stores import DirectoryStore
from sluice.imports import logfiles, weblogs
from sluice.imports.logfiles import ImportProblem, Progress
from sluice.imports.weblogs import Format, Line, MalformedLine

SAMPLE = 100
SHOWN = 10
WINDOW = 60  # minutes of log time
ID_HEX = 32
PAGE_STATUSES = (200, 304)
KNOWN_FORMATS = " and ".join(weblogs.FORMATS)
# What a page loads or links to as a file, not pages: GoAccess's list of static files, and what came since.
_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv"
    r"|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?"
    r"|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm"
    r"|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)",
    re.IGNORECASE,
)


class Malformed(NamedTuple):
    """A line that became no event: its file, its number from 1, and why."""

    file: str
    line: int
    reason: str


@dataclass
class Summary:
    """What an import did: `read` lines (blank ones do not count) are the sum of all the others."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    skipped: int = 0
    malformed: int = 0
    first_malformed: list[Malformed] = field(default_factory=list)
    days: set[date] = field(default_factory=set, compare=False)  # that got an event

    def add_malformed(self, file: str, line: int, reason: str) -> None:
        """Count the line, and keep the first ten."""
        self.malformed += 1
        if len(self.first_malformed) < SHOWN:
            self.first_malformed.append(Malformed(file, line, reason))


class RunSalts:
    """Salts of one import: every day's root comes from one secret, which nobody ever sees and which ends with the process.

    Log files come in any order, so no day is forgotten while the import runs. Two imports never share a hash: a day of
    which parts came in by two of them counts its visitors twice.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)

    cause = None

    def root(self, day: date, now: datetime, zone: str = allowlist.UTC) -> bytes:
        return hmac.digest(self._secret, f"{day} {zone}".encode(), "sha256")


class Ordinals:
    """The ordinals of one file's lines: among those of their second, and among those that are equal.

    They are counted by the minute of log time, and the last 60 minutes that had a line are remembered: memory stays flat,
    and lines up to an hour late still get their own.
    """

    def __init__(self) -> None:
        self._minutes: OrderedDict[datetime, dict[bytes | int, int]] = OrderedDict()

    def event_id(self, line: Line) -> str:
        """32 hex of SHA-256 over the line without its address, and its ordinal among equal ones.

        The same at every import, and the same whatever address the line has.
        """
        digest = sha256(msgspec.json.encode(line._replace(address=None)))
        ordinal = self._next(line.time, digest.digest()[:8])
        digest.update(b"%d" % ordinal)
        return digest.hexdigest()[:ID_HEX]

    def sequence(self, line: Line) -> int:
        """The ordinal among the lines of one second, which a log does not split further."""
        return self._next(line.time, line.time.second)

    def _next(self, moment: datetime, counted: bytes | int) -> int:
        minute = moment.replace(second=0, microsecond=0)
        counts = self._minutes.setdefault(minute, {})
        self._minutes.move_to_end(minute)
        if len(self._minutes) > WINDOW:
            self._minutes.popitem(last=False)
        ordinal = counts.get(counted, 0)
        counts[counted] = ordinal + 1
        return ordinal


def import_logs(
    paths: Sequence[str],
    bucket: str,
    settings: Settings,
    *,
    format: str | None = None,
    every_request: bool = False,
    sites: Sequence[str] = (),
    progress: Progress = lambda advance: None,
) -> Summary:
    """Store the lines of these files (`-` is standard input) as events of the bucket; raises ImportProblem.

    `format` is a name in `weblogs.FORMATS`, None finds it out. Only page views are stored, or `every_request`.
    `sites` are hosts of the logged site, next to those of the bucket's entry: a referrer on one is not a source.
    `progress` gets the bytes read since it was last called, as they are on disk.
    """
    if settings.allowlist.find(bucket) is None:
        raise ImportProblem(f"the bucket {bucket!r} is not on the allowlist of the stage {settings.stage!r}")
    if format is not None and format not in weblogs.FORMATS:
        raise ImportProblem(f"there is no format {format!r}; known are {KNOWN_FORMATS}")
    if wrong := [site for site in sites if not is_site(site)]:
        raise ImportProblem(f"the site {wrong[0]!r} cannot be used; {SITE_FORM}")
    run = _Import(_path(settings), bucket, every_request, frozenset(sites), Summary())
    for path in paths:
        with closing(logfiles.lines(path, progress)) as lines:
            run.read(path, *_parsing(path, lines, format))
    return run.summary


def is_page_view(line: Line) -> bool:
    """Whether a person may have seen a page: GET, 200 or 304 (from a cache), and no asset by its extension."""
    if line.method != "GET" or line.status not in PAGE_STATUSES or line.target is None:
        return False
    path = line.target.partition("?")[0]
    return _ASSET.fullmatch(PurePosixPath(path).suffix) is None


@dataclass(frozen=True)
class _Import:
    path: ingest.Ingest
    bucket: str
    every_request: bool
    sites: frozenset[str]
    summary: Summary

    def read(self, file: str, parse: Format, lines: Iterator[tuple[int, bytes]]) -> None:
        """Take every line of one file; only what would stop every other line too stops it."""
        ordinals = Ordinals()
        for number, raw in lines:
            self.summary.read += 1
            try:
                self._take(_parsed(parse, raw), ordinals)
            except UnknownBucket as error:
                raise ImportProblem(f"there is no bucket {self.bucket!r}") from error
            except StorageUnavailable as error:
                raise ImportProblem(_store_failed(file, number, error)) from error
            except (MalformedLine, Rejection) as error:
                self.summary.add_malformed(file, number, str(error))

    def _take(self, line: Line, ordinals: Ordinals) -> None:
        if not is_possible(line.time.astimezone(UTC).date(), datetime.now(UTC).date()):
            raise MalformedLine(
                f"it is of {line.time:%Y-%m-%d}, and no log is of before {FIRST_YEAR} or after next year"
            )
        sequence = ordinals.sequence(line)
        if not (self.every_request or is_page_view(line)):
            self.summary.skipped += 1
            return
        receipt = self.path.track(self._request(line, ordinals.event_id(line), sequence)).receipt
        if receipt.duplicate:
            self.summary.duplicates += 1
        else:
            self.summary.stored += 1
            self.summary.days.add(line.time.astimezone(UTC).date())

    def _request(self, line: Line, event_id: str, sequence: int) -> ingest.Request:
        """The line's request as if it had arrived here as an event; the log's time is the clock."""
        headers = {"user-agent": line.user_agent} if line.user_agent else {}
        body = msgspec.json.encode(self._event(line, event_id, sequence))
        return ingest.Request(
            body, headers, source_ip=line.address or "", received=line.time, posted=False, sites=self.sites
        )

    def _event(self, line: Line, event_id: str, sequence: int) -> dict[str, Any]:
        event = {
            "bucket": self.bucket,
            "eventType": "page_view",
            "timestamp": line.time,
            "eventId": event_id,
            "page": line.target,
            "referrer": line.referrer,
            "sequence": sequence,
        }
        if self.every_request:
            metadata = {"method": line.method, "status": line.status, "bytes": line.size}
            event |= {"eventType": "request", "metadata": metadata}
        return event


def _parsed(parse: Format, raw: bytes) -> Line:
    if len(raw) > logfiles.MAX_LINE:
        raise MalformedLine(f"longer than {logfiles.MAX_LINE:,} bytes")
    return parse(raw)


def _path(settings: Settings) -> ingest.Ingest:
    """The stage's own path, with the import's salts, and without a sync for each file: an import can be run again."""
    path = ingest.assemble(replace(settings, salts_table=None))  # so that no client of a table is made
    directory = settings.store_directory
    store = path.store if directory is None else DirectoryStore(directory, durable=False)
    return replace(path, store=store, salts=RunSalts())


def _store_failed(file: str, number: int, error: StorageUnavailable) -> str:
    return (
        f"the store failed ({error.cause}) at line {number} of {file}. "
        "Running the import again is safe: it adds only what is not there yet"
    )


def _parsing(
    path: str, lines: Iterator[tuple[int, bytes]], format: str | None
) -> tuple[Format, Iterator[tuple[int, bytes]]]:
    """The format of these lines, and the lines; raises ImportProblem where the first ones fit no format."""
    if format is not None:
        return weblogs.FORMATS[format], lines
    sample = list(islice(lines, SAMPLE))
    parse = weblogs.detect([line for _, line in sample]) if sample else weblogs.combined
    if parse is None:
        raise ImportProblem(
            f"{path} is in no known format; known are {KNOWN_FORMATS}, and --format says which one it is"
        )
    return parse, chain(sample, lines)
