"""A tenant's lake as Parquet files on this machine: its compacted days as they are, its raw days turned into the same.

A refresh takes only what is new. A query reads the whole snapshot that the last refresh left, whatever refreshes
at that moment. A killed refresh leaves files that no snapshot names; a later one takes them away.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, unquote

import duckdb
import msgspec

from chalicelib.lake import columns, listing, parquet, raw, watermarks
from chalicelib.lake.objects import Objects
from chalicelib.lake.raw import Unreadable
from chalicelib.lake.watermarks import Watermark
from chalicelib.records import day_prefix
from sluice import files
from sluice.errors import LOG
from sluice.mirror import arriving, visits

# Objects of a raw day that are read at a time: memory stays that of so many, however many the day has.
BATCH = 10_000
# A day that is looked at every second would else be of thousands of files.
MAX_PARTS = 16
# Bytes of a day's Parquet, some five thousand records: of a smaller one to work the visits out takes no longer than to read them.
WORTH_KEEPING = 200_000
# For as long may a query still read what a newer snapshot no longer names, in seconds.
LINGER = 3600
FETCHERS = 16

Progress = Callable[[str, int, int], None]


class Part(msgspec.Struct, frozen=True):
    """A Parquet file of the mirror: of a compacted day (its version) or of some of a raw day's objects (what they were).

    A compacted day whose Parquet is none has no path, so that it is not fetched again.
    """

    path: str
    version: str
    unreadable: tuple[Unreadable, ...] = ()


class Snapshot(msgspec.Struct, frozen=True):
    """What is there: one part a compacted day up to the watermark, any number a raw day after it."""

    watermark: date | None = None
    compacted: dict[date, Part] = {}
    raw: dict[date, tuple[Part, ...]] = {}

    @property
    def days(self) -> list[date]:
        """The days that have records, in order."""
        return sorted({*self.compacted, *self.raw})

    @property
    def unreadable(self) -> list[Unreadable]:
        """The objects that are not, or not wholly, in it."""
        return [named for parts in self.parts().values() for part in parts for named in part.unreadable]

    def parts(self, since: date = date.min, until: date = date.max) -> dict[date, tuple[Part, ...]]:
        """The parts of each of these days."""
        found = {day: (part,) for day, part in self.compacted.items()} | self.raw
        return {day: parts for day, parts in found.items() if since <= day <= until}

    def lacking(self, since: date, until: date) -> list[Unreadable]:
        """The compacted days' objects without which these days cannot be answered."""
        found = self.parts(since, until).values()
        return [named for parts in found for part in parts if not part.path for named in part.unreadable]


class Mirror:
    """One tenant's mirror in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._manifest = folder / "snapshot.json"

    def snapshot(self) -> Snapshot | None:
        """What the last refresh left; None before the first."""
        try:
            return msgspec.json.decode(self._manifest.read_bytes(), type=Snapshot)
        except FileNotFoundError:
            return None

    def refreshed(self) -> datetime | None:
        """When `confirm` was last called, or something new came after it; None where there is nothing yet."""
        with suppress(FileNotFoundError):
            return datetime.fromtimestamp(self._manifest.stat().st_mtime, UTC)
        return None

    def confirm(self) -> None:
        """Note that all days up to now have been looked at, also where nothing was new."""
        self._manifest.touch()

    def refresh(
        self,
        objects: Objects,
        since: date = date.min,
        until: date = date.max,
        progress: Progress = lambda what, done, total: None,
    ) -> Snapshot:
        """Bring these days up to date; the other days stay as they are, where the watermark has not passed them."""
        with self._locked():
            before = self.snapshot() or Snapshot()
            # First: whatever happens meanwhile, every day up to it is compacted.
            found = watermarks.read(objects)
            mark = found.day if found else None
            compacted = self._compacted(objects, before, found, since, until, progress)
            days = [day for day in raw.days(objects) if mark is None or day > mark]
            pieces = {day: before.raw.get(day, ()) for day in days}
            for day in days:
                if since <= day <= until:
                    pieces[day] = self._raw(objects, day, pieces[day], progress)
            after = Snapshot(mark, compacted, {day: some for day, some in pieces.items() if some})
            if after != before or not self._manifest.exists():
                self._commit(before, after)
            self._keep_spans(after, since, until, progress)
            return after

    def forget(self, objects: Objects) -> None:
        """Bring all days up to date, and delete what they had before at once: someone was erased from it."""
        self.refresh(objects)
        with self._locked():
            self._sweep(self._files(self.snapshot() or Snapshot()), 0)

    def _keep_spans(self, snapshot: Snapshot, since: date, until: date, progress: Progress) -> None:
        """Keep the visits of each of these days that is one file, and no small one."""
        days = snapshot.parts(since, until).values()
        whole = [self.folder / parts[0].path for parts in days if len(parts) == 1 and parts[0].path]
        new = [file for file in whole if file.stat().st_size >= WORTH_KEEPING and not visits.path(file).exists()]
        for number, file in enumerate(new, start=1):
            with TemporaryDirectory(dir=self.folder, prefix=".making-") as scratch:
                try:
                    visits.make(file, Path(scratch))
                except duckdb.Error as error:  # the question that reads this day works them out, or says why it cannot
                    LOG.warning("The visits in %s could not be kept: %s", file, str(error).splitlines()[0])
            progress("visits of days", number, len(new))

    def _compacted(
        self, objects: Objects, before: Snapshot, mark: Watermark | None, since: date, until: date, progress: Progress
    ) -> dict[date, Part]:
        days = [] if mark is None else [day for day in listing.compacted(objects) if day <= mark.day]
        wanted = [day for day in days if since <= day <= until]
        in_parts = mark.parts if mark else ()

        def fetch(day: date) -> Part | None:
            return self._fetch(objects, day, before.compacted.get(day), in_parts=day in in_parts)

        with ThreadPoolExecutor(FETCHERS) as fetchers:
            fetched = fetchers.map(fetch, wanted)
            found = {}
            for number, (day, part) in enumerate(zip(wanted, fetched, strict=True), start=1):
                found[day] = part
                progress("days", number, len(wanted))
        kept = {day: part for day, part in before.compacted.items() if day in days}
        return {**kept, **{day: part for day, part in found.items() if part is not None}}

    def _fetch(self, objects: Objects, day: date, known: Part | None, *, in_parts: bool) -> Part | None:
        """The compacted day's present version."""
        head = objects.head(arriving.key(day, in_parts=in_parts))
        if head is None or (known is not None and known.version == head.etag):
            return known if head else None
        with TemporaryDirectory(dir=self.folder, prefix=".making-") as name:
            arrived = arriving.fetch(objects, day, Path(name), head.etag, in_parts=in_parts)
            if arrived is None:
                return None
            if arrived.fault:
                return Part("", arrived.version, (Unreadable(arriving.key(day, in_parts=in_parts), arrived.fault),))
            path = self._day("compacted", day) / f"{_short(arrived.version)}.parquet"
            arrived.file.replace(path)
            return Part(self._name(path), arrived.version)

    def _raw(self, objects: Objects, day: date, parts: tuple[Part, ...], progress: Progress) -> tuple[Part, ...]:
        keys = set(raw.keys(objects, day))
        known = {key for part in parts for key in self._held(part)}
        if not known <= keys or any(_schema(part) != columns.schema() for part in parts):
            parts, known = (
                (),
                set(),
            )  # raw has shrunk, so what is gone there goes here; or it has fields that these lack
        new = iter(sorted(keys - known))
        done, total = len(known), len(keys)
        while some := list(islice(new, BATCH)):
            parts = (*parts, self._part(objects, day, some))
            done += len(some)
            progress(day.isoformat(), done, total)
        return self._merged(day, parts) if len(parts) > MAX_PARTS else parts

    def _part(self, objects: Objects, day: date, keys: list[str]) -> Part:
        version = _version(keys)
        path = self._day("raw", day) / f"{_short(version)}.parquet"
        with TemporaryDirectory(dir=self.folder, prefix=".making-") as name:
            lines, made = Path(name) / "lines.json", Path(name) / "made.parquet"
            gathered = raw.gather(objects, keys, lines)
            parquet.write(lines, made)
            return self._keep(day, path, made, keys, version, tuple(gathered.unreadable))

    def _merged(self, day: date, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """One part in place of many."""
        keys = sorted({key for part in parts for key in self._held(part)})
        version = _version(keys)
        path = self._day("raw", day) / f"{_short(version)}.parquet"
        with TemporaryDirectory(dir=self.folder, prefix=".making-") as name:
            made = Path(name) / "made.parquet"
            parquet.merge([self.folder / part.path for part in parts], made)
            unreadable = tuple(named for part in parts for named in part.unreadable)
            return (self._keep(day, path, made, keys, version, unreadable),)

    def _keep(
        self, day: date, path: Path, made: Path, keys: list[str], version: str, unreadable: tuple[Unreadable, ...]
    ) -> Part:
        # A foreign key may hold a line feed; ours hold nothing that this changes.
        names = "\n".join(quote(key.removeprefix(day_prefix(day)), errors="surrogateescape") for key in keys)
        path.with_suffix(".keys").write_text(names)
        made.replace(path)
        return Part(self._name(path), version, unreadable)

    def _held(self, part: Part) -> list[str]:
        """The keys that a raw part was made from."""
        path = self.folder / part.path
        prefix = day_prefix(date.fromisoformat(path.parent.name.removeprefix("dt=")))
        names = path.with_suffix(".keys").read_text().split("\n")
        return [f"{prefix}{unquote(name, errors='surrogateescape')}" for name in names]

    def _day(self, part: str, day: date) -> Path:
        folder = self.folder / part / f"dt={day.isoformat()}"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.folder))

    def _commit(self, before: Snapshot, after: Snapshot) -> None:
        named = self._files(after)
        for path in self._files(before) - named:
            os.utime(path)  # from now on it lingers, however long ago it was made
        files.replace(self._manifest, msgspec.json.encode(after))
        self._sweep(named)

    def _sweep(self, named: set[Path], linger: float = LINGER) -> None:
        for path in self.folder.glob("*/dt=*/*"):
            if path.with_suffix(".parquet") not in named and path.stat().st_mtime < time.time() - linger:
                path.unlink()
        for left in self.folder.glob(".making-*"):
            shutil.rmtree(left)  # left by a killed refresh: we hold the lock, so nobody is writing it

    def _files(self, snapshot: Snapshot) -> set[Path]:
        return {self.folder / part.path for parts in snapshot.parts().values() for part in parts if part.path}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with files.locked(self.folder):
            yield


def _version(keys: list[str]) -> str:
    """The version of a raw part: of which fields, and of which keys."""
    return f"{columns.schema()}.{raw.digest(keys)}"


def _schema(part: Part) -> str:
    """The digest of the fields that a raw part has; those of older versions of us have none."""
    return part.version.rpartition(".")[0]


def _short(version: str) -> str:
    return hashlib.sha256(version.encode()).hexdigest()[:16]
