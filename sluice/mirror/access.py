"""A tenant's access logs in DuckDB: the view `access` over its files and its compacted days, with the columns of Athena's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from chalicelib.access_logs import files, requests
from chalicelib.access_logs.fields import HEADER_LINES
from chalicelib.access_logs.requests import REQUESTS, TYPES
from chalicelib.lake import compaction, listing
from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.lake.parquet import text
from chalicelib.prefixes import ACCESS
from sluice.mirror.copied import copy, follow

PARTITION = ("year", "month", "day", "dt")


def of_days(folder: Path, since: date, until: date) -> tuple[Path, ...]:
    """The files below this folder, a bucket's or a copy of one, of these UTC days: Parquet up to the watermark, then raw.

    Raises BrokenLake.
    """
    objects = FolderObjects(folder)
    mark = compaction.watermark(objects, REQUESTS)
    done = sorted(listing.compacted(objects, REQUESTS)) if mark else []
    whole = [folder / REQUESTS.object_key(day) for day in done if mark and since <= day <= min(until, mark)]
    return tuple(path.absolute() for path in (*whole, *_raw(folder, _after(since, mark), until)))


def _after(since: date, mark: date | None) -> date:
    return since if mark is None else max(since, mark + timedelta(days=1))


def _raw(folder: Path, since: date, until: date) -> Iterator[Path]:
    for path in sorted((folder / ACCESS.path).glob("year=*/month=*/day=*/*.gz")):
        file = files.read(path.name)
        if file is not None and since <= file.hour.date() <= until:
            yield path


def fetch(objects: Objects, folder: Path, since: date, until: date) -> int:
    """Copy what the folder lacks of these days, also in another version, delete what the bucket has no more; how many came.

    What the watermark passes now is deleted by the next fetch: a question may still read it. Raises BrokenLake.
    """
    before, mark = compaction.watermark(FolderObjects(folder), REQUESTS), compaction.watermark(objects, REQUESTS)
    came = _fetch_compacted(objects, folder, since, until, mark)
    first = _after(since, mark)
    keys = {key: version for key, version in objects.versions(ACCESS.path) if _is_of(key, first, until)}
    for path in [*_raw(folder, since, until)]:
        file = files.read(path.name)
        is_passing = file is not None and mark is not None and (before or date.min) < file.hour.date() <= mark
        if path.relative_to(folder).as_posix() not in keys and not is_passing:
            path.unlink()
    came += follow(objects, folder, ACCESS, keys)
    if mark is not None:
        # Last: up to now its days are read raw.
        copy(objects, folder, REQUESTS.watermark)
    return came


def _fetch_compacted(objects: Objects, folder: Path, since: date, until: date, mark: date | None) -> int:
    """Copy each day's Parquet whose version is not here, and delete the days that the bucket has no more."""
    had = set(listing.compacted(FolderObjects(folder), REQUESTS))
    found = set(listing.compacted(objects, REQUESTS)) if mark or had else set()
    for day in had - found:
        (folder / REQUESTS.object_key(day)).unlink()
    came = 0
    for day in sorted(day for day in found if mark and since <= day <= min(until, mark)):
        key = REQUESTS.object_key(day)
        head, version = objects.head(key), (folder / key).with_suffix(".version")
        if head is None or ((folder / key).exists() and version.exists() and version.read_text() == head.etag):
            continue
        etag = copy(objects, folder, key)
        if etag is not None:
            version.write_text(etag)
            came += 1
    return came


def _is_of(key: str, since: date, until: date) -> bool:
    file = files.read(key)
    return file is not None and file.key == key and since <= file.hour.date() <= until


def view(paths: Sequence[Path]) -> str:
    """The lines of these files; a value that is not of its column's type is NULL, as on Athena."""
    whole = [path for path in paths if path.suffix == ".parquet"]
    lines = [path for path in paths if path.suffix != ".parquet"]
    names = ", ".join(f'"{name}"' for name in TYPES)
    parts = [_nothing()]
    if whole:
        listed = ", ".join(map(text, whole))
        parts.append(
            f"SELECT {names}, substr(dt, 1, 4) AS year, substr(dt, 6, 2) AS month, substr(dt, 9, 2) AS day, dt FROM "
            f"read_parquet([{listed}], hive_partitioning = true, hive_types = {{'dt': VARCHAR}}, union_by_name = true)"
        )
    if lines:
        partition = ", ".join(f"'{name}': 'VARCHAR'" for name in PARTITION[:3])
        options = f", hive_partitioning = true, hive_types = {{{partition}}}"
        also = ", year, month, day, concat(year, '-', month, '-', day) AS dt"
        parts.append(requests.rows(lines, packing="gzip", header=HEADER_LINES, also=also, options=options))
    return " UNION ALL BY NAME ".join(f"({part})" for part in parts)


def _nothing() -> str:
    """No row, of every column."""
    types = {**TYPES, **dict.fromkeys(PARTITION, "VARCHAR")}
    return f'SELECT {", ".join(f"""CAST(NULL AS {kind}) AS "{name}" """.strip() for name, kind in types.items())} WHERE false'
