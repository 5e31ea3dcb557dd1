"""Web-server logs to events, through the path that every event goes."""

from __future__ import annotations

import hmac
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import msgspec

from chalicelib import allowlist
from chalicelib.allowlist import SITE_FORM
from chalicelib.days import FIRST_YEAR, is_possible
from chalicelib.names import is_site
from chalicelib.privacy import parse_address
from chalicelib.rejections import Rejection, StorageUnavailable, UnknownBucket
from chalicelib.settings import Settings
from chalicelib.tracking import assembly, ingest
from chalicelib.tracking.stores import DirectoryStore
from chalicelib.tracking.tenant_keys import NoKeys
from sluice.imports import logfiles, weblogs
from sluice.imports.ids import Earlier, Ordinals
from sluice.imports.lines import Line, MalformedLine, Parse
from sluice.imports.logfiles import ImportProblem, Progress

SAMPLE = 100
SHOWN = 10
PAGE_STATUSES = (200, 304)
REASONS = 20
KNOWN_FORMATS = ", ".join(weblogs.FORMATS)
# What a page loads or links to as a file, not pages: GoAccess's list of static files, and what came since.
_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv"
    r"|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?"
    r"|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm"
    r"|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """A line of a file, counted from 1, and what is odd about it."""

    file: str
    line: int
    reason: str


@dataclass
class Summary:
    """What an import did: `read` lines (blank ones and those that describe others do not count) are the sum of the next four.

    `earlier`: lines of days that an earlier version imported, under other ids. `unaddressed`: of those read, lines without
    the client's address, whose events have no visitor.
    """

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    earlier: int = 0
    malformed: int = 0
    page_views: int = 0  # of those stored
    unaddressed: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)  # why lines are malformed
    first_malformed: list[Place] = field(default_factory=list)
    first_unaddressed: Place | None = None
    days: set[date] = field(default_factory=set, compare=False)  # that got an event
    earlier_days: set[date] = field(default_factory=set, compare=False)

    def add_malformed(self, file: str, line: int, reason: str) -> None:
        """Count the line by its reason, and keep the first ten."""
        self.malformed += 1
        if reason in self.reasons or len(self.reasons) < REASONS:
            self.reasons[reason] += 1
        if len(self.first_malformed) < SHOWN:
            self.first_malformed.append(Place(file, line, reason))

    def add_unaddressed(self, file: str, line: int, has_name: bool) -> None:
        """Count a line without an address, and keep the first."""
        self.unaddressed += 1
        if self.first_unaddressed is None:
            self.first_unaddressed = Place(file, line, "a name" if has_name else "nothing")


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


def import_logs(
    paths: Sequence[str],
    bucket: str,
    settings: Settings,
    *,
    format: str | None = None,
    sites: Sequence[str] = (),
    is_there: Callable[[str], bool] = lambda key: False,
    progress: Progress = lambda advance: None,
) -> Summary:
    """Store each line of these files (`-` is standard input) as an event of the bucket; raises ImportProblem.

    A line is a `page_view` where somebody may have seen a page, else a `request`. `format` is a name in `weblogs.FORMATS`,
    None finds it out. `sites` are hosts of the logged site, next to those of the bucket's entry: a referrer on one is not a
    source. `is_there` says whether the bucket has this key: a day that an earlier version imported is left alone.
    `progress` gets the bytes read since it was last called, as they are on disk.
    """
    if settings.allowlist.find(bucket) is None:
        raise ImportProblem(f"the bucket {bucket!r} is not on the allowlist of the stage {settings.stage!r}")
    if format is not None and format not in weblogs.FORMATS:
        raise ImportProblem(f"there is no format {format!r}; known are {KNOWN_FORMATS}")
    if wrong := [site for site in sites if not is_site(site)]:
        raise ImportProblem(f"the site {wrong[0]!r} cannot be used; {SITE_FORM}")
    run = _Import(_path(settings), bucket, frozenset(sites), Earlier(is_there), Summary())
    for path in paths:
        with closing(logfiles.lines(path, progress)) as lines:
            name, lines_again = _format(path, lines, format)
            before = run.summary.read
            run.read(path, weblogs.FORMATS[name](), lines_again)
            run.summary.formats[name] += run.summary.read > before
    return run.summary


def is_page_view(line: Line) -> bool:
    """Whether a person may have seen a page: GET, 200 or 304 (from a cache), and no asset by its extension."""
    # Some formats log no method.
    if line.method not in ("GET", None) or line.status not in PAGE_STATUSES or line.target is None:
        return False
    path = line.target.partition("?")[0]
    return _ASSET.fullmatch(PurePosixPath(path).suffix) is None


@dataclass(frozen=True)
class _Import:
    path: ingest.Ingest
    bucket: str
    sites: frozenset[str]
    earlier: Earlier
    summary: Summary

    def read(self, file: str, parse: Parse, lines: Iterator[tuple[int, bytes]]) -> None:
        """Take every line of one file; only what would stop every other line too stops it."""
        ordinals = Ordinals()
        for number, raw in lines:
            try:
                line = _parsed(parse, raw)
                if line is None:
                    continue
                self._take(line, ordinals)
                if line.address is None or parse_address(line.address) is None:
                    self.summary.add_unaddressed(file, number, line.address is not None)
            except UnknownBucket as error:
                raise ImportProblem(f"there is no bucket {self.bucket!r}") from error
            except StorageUnavailable as error:
                raise ImportProblem(_store_failed(file, number, error)) from error
            except (MalformedLine, Rejection) as error:
                self.summary.add_malformed(file, number, str(error))
            self.summary.read += 1

    def _take(self, line: Line, ordinals: Ordinals) -> None:
        day = line.time.astimezone(UTC).date()
        if not is_possible(day, datetime.now(UTC).date()):
            raise MalformedLine(f"no log is of a day before {FIRST_YEAR} or after next year: its clock is wrong")
        sequence, is_view = ordinals.sequence(line), is_page_view(line)
        if is_view and self.earlier.imported(line, day):
            self.summary.earlier_days.add(day)
        if day in self.summary.earlier_days:
            self.summary.earlier += 1
            return
        if self.path.track(self._request(line, ordinals.event_id(line), sequence, is_view)).is_duplicate:
            self.summary.duplicates += 1
        else:
            self.summary.stored += 1
            self.summary.page_views += is_view
            self.summary.days.add(day)

    def _request(self, line: Line, event_id: str, sequence: int, is_view: bool) -> ingest.Request:
        """The line's request as if it had arrived here as an event; the log's time is the clock."""
        headers = {"user-agent": line.user_agent} if line.user_agent else {}
        return ingest.Request(
            msgspec.json.encode(self._event(line, sequence, is_view)),
            headers,
            source_ip=line.address or "",
            received=line.time,
            posted=False,
            sites=self.sites,
            logged=ingest.Logged(event_id, is_view),
        )

    def _event(self, line: Line, sequence: int, is_view: bool) -> dict[str, Any]:
        return {
            "bucket": self.bucket,
            "eventType": "page_view" if is_view else "request",
            "timestamp": line.time,
            "page": line.page,
            "referrer": line.referrer,
            "sequence": sequence,
            "metadata": {"method": line.method, "status": line.status, "bytes": line.size},
        }


def _parsed(parse: Parse, raw: bytes) -> Line | None:
    if len(raw) > logfiles.MAX_LINE:
        raise MalformedLine(f"longer than {logfiles.MAX_LINE:,} bytes")
    return parse(raw)


def _path(settings: Settings) -> ingest.Ingest:
    """The stage's own path, with the import's salts, and without a sync for each file: an import can be run again."""
    path = assembly.assemble(replace(settings, salts_table=None, stream=None))  # so that no client is made of a table
    directory = settings.store_directory
    store = path.store if directory is None else DirectoryStore(directory, durable=False)
    return replace(path, store=store, salts=RunSalts(), tenant_keys=NoKeys(), vault=None)


def _store_failed(file: str, number: int, error: StorageUnavailable) -> str:
    return (
        f"the store failed ({error.cause}) at line {number} of {file}. "
        "Running the import again is safe: it adds only what is not there yet"
    )


def _format(
    path: str, lines: Iterator[tuple[int, bytes]], format: str | None
) -> tuple[str, Iterator[tuple[int, bytes]]]:
    """The name of the format of these lines, and the lines; raises ImportProblem where the first ones fit no format."""
    if format is not None:
        return format, lines
    sample = list(islice(lines, SAMPLE))
    name = weblogs.detect([line for _, line in sample]) if sample else "combined"
    if name is None:
        raise ImportProblem(
            f"{path} is in no known format; known are {KNOWN_FORMATS}, and --format says which one it is"
        )
    return name, chain(sample, lines)
