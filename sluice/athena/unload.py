"""A day larger than one worker, compacted by Athena: UNLOAD into a fresh prefix, what it wrote looked at, and one put.

The statement takes of the raw table what compaction takes of raw objects, each eventId once, by the same order. Every part that
is there afterwards is read here before the manifest is put (`chalicelib.lake.parts`). A run that stops leaves parts that nobody
reads, and the next one makes its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb

from chalicelib.lake import compaction, parquet, parts, raw, tombstones, watermarks
from chalicelib.lake.compaction import OpenDay, Outcome, closes
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import Objects
from chalicelib.lake.parts import Manifest
from chalicelib.records import iso
from sluice.athena import client as athena
from sluice.athena import workgroups
from sluice.athena.tables import Setup
from sluice.athena.unloading import counts, statement
from sluice.aws import Client
from sluice.errors import SluiceError
from sluice.project import stage_own
from sluice.project.config import Stage
from sluice.project.tenants import Tenant


class UnloadError(SluiceError):
    """A day that is not unloaded; the message says why, and what to do."""


class Counts(NamedTuple):
    """What Athena says of a day's raw objects: lines, those that are records, their eventIds, and objects with a line."""

    lines: int
    records: int
    events: int
    objects: int


@dataclass(frozen=True)
class Lake:
    """Whose days they are: the bucket and what is in it, the raw table, and Athena with the workgroup to ask in."""

    bucket: str
    objects: Objects
    table: str
    athena: Any
    workgroup: str
    kind: Kind = EVENTS
    pause: athena.Pause = time.sleep


def run(
    stage: Stage, tenant: Tenant, objects: Objects, kind: Kind, day: date, clock: Callable[[], datetime], client: Client
) -> tuple[Outcome, date | None]:
    """Unload a tenant's day, move the watermark and the view: the outcome, the watermark. Raises what `unload` does."""
    asked = client("athena", stage.region)
    workgroups.make(stage, asked, workgroups.of_unload(stage, tenant))
    table = f"{stage.database}.{tenant.table}_raw"
    group = stage_own.unload_workgroup(stage, tenant.table)
    lake = Lake(tenant.bucket, objects, table, asked, group, kind)
    bring_view = partial(Setup(stage, client, lake.pause).make_view, tenant, in_parts=True)
    outcome = unload(lake, day, clock, bring_view)
    mark = compaction.advanced(objects, clock(), kind)
    # Also where nothing was to be done: an earlier run may have stopped here.
    if mark and day in mark.parts:
        bring_view()
    return outcome, mark.day if mark else None


def unload(lake: Lake, day: date, clock: Callable[[], datetime], prepare: Callable[[], None]) -> Outcome:
    """Compact the day by Athena, and publish it; raises UnloadError, AthenaError, OpenDay and BrokenLake.

    `prepare` makes the tenant's view one that knows of days in parts, before there is one.
    """
    objects, kind, began = lake.objects, lake.kind, clock()
    if closes(day) > began:
        raise OpenDay(f"{day} takes {kind.name} until {iso(closes(day))}; unload it after that")
    if objects.head(kind.object_key(day)) is not None:
        return Outcome(day, "already")
    number, digest = raw.counted(objects, day, kind.raw)
    held = parts.read(objects, day, kind)
    if not number:
        return Outcome(day, "kept" if held else "empty")
    said = {"objects": str(number), **compaction.origin(kind, digest)}
    if held and said.items() <= held.said.items() and _is_whole(objects, held):
        return Outcome(day, "unchanged")
    prepare()
    parts.sweep(objects, began, kind)
    place = parts.run(day, began)
    athena.execute(statement(lake.table, day, f"s3://{lake.bucket}/{place}"), **_asked(lake))
    found = _counted(lake, day)
    with TemporaryDirectory(prefix=compaction.SCRATCH) as name:
        fresh = _Looked(lake, day, Path(name), found, number, began)
        records_, keys = fresh.looked_at(place, held)
    manifest = Manifest(held.etag if held else "", lake.bucket, keys, {**said, **fresh.said, "records": str(records_)})
    if reason := _changed(lake, day, digest, fresh.erased) or _late(began, clock()):
        _drop(objects, keys)
        return Outcome(day, "outrun", reason=reason)
    return _published(lake, day, manifest, found, fresh.erased, clock)


def _published(
    lake: Lake, day: date, manifest: Manifest, found: Counts, erased: str, clock: Callable[[], datetime]
) -> Outcome:
    objects, kind = lake.objects, lake.kind
    is_first = manifest.etag or objects.head(kind.object_key(day)) is None
    if not (is_first and parts.publish(objects, day, manifest, kind)):
        parts.discard(objects, day, manifest.keys, kind)
        return Outcome(day, "already" if not manifest.etag else "outrun", reason="somebody else was faster")
    if (now := tombstones.load(objects, kind.secret)) and now.digest != erased:
        # Somebody was erased at this very moment.
        parts.without(objects, day, now, clock(), kind)
    did: Any = "reconciled" if manifest.etag else "compacted"
    number = int(manifest.said["records"])
    return Outcome(day, did, number, found.objects, found.records - found.events, found.lines - found.records)


class _Looked:
    """What a run wrote, as files here."""

    def __init__(self, lake: Lake, day: date, folder: Path, found: Counts, number: int, now: datetime) -> None:
        self._lake, self._day, self._folder, self._found, self._number = lake, day, folder, found, number
        self._tombstones = tombstones.load(lake.objects, lake.kind.secret)
        self.erased = _digest(self._tombstones)
        self.is_bare = watermarks.is_bare(lake.objects, day, now.date(), lake.kind)

    @property
    def said(self) -> dict[str, str]:
        """What the manifest says of the files."""
        erased = self._tombstones.said if self._tombstones else {}
        return erased | (parquet.WITHOUT_IP if self.is_bare else {})

    def looked_at(self, place: str, held: Manifest | None) -> tuple[int, tuple[str, ...]]:
        """How many records the parts have, and their keys, once they are right; raises UnloadError."""
        objects = self._lake.objects
        keys = tuple(objects.keys(place))
        if not keys or len(keys) > parts.MAX_PARTS:
            raise UnloadError(f"Athena wrote {len(keys)} files below {place}; a day has 1 to {parts.MAX_PARTS}")
        self._compare_counts()
        fresh = self._files("fresh", keys)
        for key, file in zip(keys, fresh, strict=True):
            if fault := parquet.misfit(file):
                raise UnloadError(f"{key} is not a day's Parquet: {fault}")
        self._compare_rows(fresh)
        clean = list(self._clean(fresh))
        self._compare_held(clean, held)
        for key, file, left in zip(keys, fresh, clean, strict=True):
            if left != file:
                objects.delete(key)
                objects.create(f"{key}.clean", left.read_bytes(), {})
        named = tuple(
            f"{key}.clean" if left != file else key for key, file, left in zip(keys, fresh, clean, strict=True)
        )
        return _rows(clean)[0], named

    def _files(self, name: str, keys: tuple[str, ...]) -> list[Path]:
        folder = self._folder / name
        folder.mkdir()
        return parts.fetched(self._lake.objects, keys, folder)

    def _compare_counts(self) -> None:
        if self._found.objects != self._number:
            raise UnloadError(
                f"{self._day} has {self._number} raw objects, and Athena found lines in {self._found.objects}. "
                "Delete the empty ones, which are not ours, and those of another name, and run again"
            )

    def _compare_rows(self, fresh: list[Path]) -> None:
        rows, events = _rows(fresh)
        if not rows == events == self._found.events:
            raise UnloadError(
                f"{self._day} has {self._found.events} events, and Athena wrote {rows} rows of {events}; run again"
            )

    def _clean(self, fresh: list[Path]) -> Iterator[Path]:
        """Each file, or another one without those who were erased, and of an old day without addresses' hashes."""
        for file in fresh:
            made, bare = file.with_suffix(".clean"), file.with_suffix(".bare")
            is_clean = self._tombstones is None or self._tombstones.without(file, made) == parquet.number(file)
            clean = file if is_clean else made
            if self.is_bare:
                parquet.without_ip(clean, bare)
            yield bare if self.is_bare else clean

    def _compare_held(self, fresh: list[Path], held: Manifest | None) -> None:
        """Refuse to lose an event that the day has; one of somebody who was erased is gone from there already."""
        if held is None:
            return
        # Where one is gone, the day is made again for that.
        there = self._files("held", tuple(key for key in held.keys if self._lake.objects.head(key) is not None))
        sql = "SELECT count(*) FROM (SELECT eventid FROM read_parquet({}) EXCEPT SELECT eventid FROM read_parquet({}))"
        with duckdb.connect() as connection:
            ((lost,),) = connection.execute(sql.format(_listed(there or fresh), _listed(fresh))).fetchall()
        if lost:
            raise UnloadError(f"raw has shrunk: {lost} events of {self._day} are not there any more; its parts stay")


def _asked(lake: Lake) -> dict[str, Any]:
    return {"client": lake.athena, "workgroup": lake.workgroup, "pause": lake.pause}


def _counted(lake: Lake, day: date) -> Counts:
    (row,) = athena.run(counts(lake.table, day), **_asked(lake)).rows
    return Counts(*row)


def _changed(lake: Lake, day: date, digest: str, erased: str) -> str | None:
    """Why what was written is not what the day has now, or None."""
    if raw.counted(lake.objects, day, lake.kind.raw)[1] != digest:
        return "raw objects came or went while Athena read; run again"
    # Last: who is erased from now on is looked for after the put.
    if _digest(tombstones.load(lake.objects, lake.kind.secret)) != erased:
        return "somebody was erased meanwhile; run again"
    return None


def _late(began: datetime, now: datetime) -> str | None:
    return (
        "it took more than half a day, and another run may have taken its parts away"
        if now - began > parts.MOST
        else None
    )


def _digest(found: tombstones.Tombstones | None) -> str:
    return found.digest if found else ""


def _is_whole(objects: Objects, held: Manifest) -> bool:
    """Whether every part is there."""
    return all(objects.head(key) is not None for key in held.keys)


def _drop(objects: Objects, keys: tuple[str, ...]) -> None:
    for key in keys:
        objects.delete(key)


def _rows(files: list[Path]) -> tuple[int, int]:
    """How many rows the files have together, and how many eventIds."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{parquet.MEMORY}'")
        sql = f"SELECT count(*), count(DISTINCT eventid) FROM read_parquet({_listed(files)})"
        ((rows, events),) = connection.execute(sql).fetchall()
    return int(rows), int(events)


def _listed(files: list[Path]) -> str:
    return f"[{', '.join(map(parquet.text, files))}]"
