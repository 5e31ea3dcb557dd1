"""A compacted day as one file on this machine: its Parquet as it is, or its parts put together."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

from chalicelib.lake import parquet, parts
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import BrokenLake, Objects


class Arrived(NamedTuple):
    """A day's file, the version of what it was made of, and why it is not a day's Parquet, or None."""

    file: Path
    version: str
    fault: str | None = None


def key(day: date, *, in_parts: bool) -> str:
    """The key of what is published of the day."""
    return EVENTS.manifest_key(day) if in_parts else EVENTS.object_key(day)


def fetch(objects: Objects, day: date, folder: Path, version: str, *, in_parts: bool) -> Arrived | None:
    """The day in this folder; None where it is gone. `version` is what was seen of it before."""
    file = folder / "arrived.parquet"
    try:
        if in_parts:
            return _joined(objects, day, folder, file)
        found = objects.fetch(key(day, in_parts=False), file)
    except BrokenLake as error:
        return Arrived(file, version, str(error))
    return None if found is None else Arrived(file, found, parquet.misfit(file))


def _joined(objects: Objects, day: date, folder: Path, file: Path) -> Arrived | None:
    manifest = parts.read(objects, day)
    if manifest is None:
        return None
    files = parts.fetched(objects, manifest.keys, folder)
    if fault := next(filter(None, map(parquet.misfit, files)), None):
        return Arrived(file, manifest.etag, fault)
    parquet.merge(files, file)
    return Arrived(file, manifest.etag)
