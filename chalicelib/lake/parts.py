"""A day in several Parquet objects, for days larger than one worker compacts: a manifest names them, and its put publishes them.

The manifest is a text with an address a line (`s3://bucket/key`), as Hive's SymlinkTextInputFormat reads it, so that Athena,
Trino and Spark follow it by themselves. It is created where there is none, or put in place of the version that was read.

Parts are never changed: what is to be written again gets a name in a run of its own. What no manifest names is nobody's, and
is deleted a day after its run began. A run that takes longer than half a day does not publish.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import NamedTuple

from chalicelib.lake import parquet, raw
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BrokenLake, Objects
from chalicelib.lake.tombstones import Tombstones
from chalicelib.prefixes import UNLOADED

# Parts of one day: an engine of a hundred workers writes some hundred.
MAX_PARTS = 10_000
MAX_MANIFEST = MAX_PARTS * 400
TRIES = 5
MOST, LEFT_FOR = timedelta(hours=12), timedelta(days=1)
_LINE = re.compile(rf"s3://([a-z0-9.-]+)/({re.escape(UNLOADED)}[!-~]+)")
_RUN = re.compile(rf"{re.escape(UNLOADED)}dt=(\d{{4}}-\d\d-\d\d)/(\d{{8}}T\d{{6}}Z)-[0-9a-f]{{8}}/")
_STAMP = "%Y%m%dT%H%M%SZ"

# Writes the rows of the first file that stay into the second; how many those are.
Change = Callable[[Path, Path], int]


class Manifest(NamedTuple):
    """A published day: the version of its manifest, the keys of its parts, and what was said of them."""

    etag: str
    bucket: str
    keys: tuple[str, ...]
    said: dict[str, str]


def read(objects: Objects, day: date, kind: Kind = EVENTS) -> Manifest | None:
    """The day's manifest, or None where it has none. Raises BrokenLake where it is not one."""
    key = kind.manifest_key(day)
    # The version first: a manifest that changes in between is then replaced by nobody.
    head = objects.head(key)
    body = objects.read(key, MAX_MANIFEST) if head else None
    if head is None or body is None:
        return None
    found = [_LINE.fullmatch(line) for line in body.decode("utf-8", "replace").splitlines()]
    named = [one for one in found if one is not None]
    if not named or len(named) < len(found) or len({one[1] for one in named}) > 1:
        raise BrokenLake(f"{key} is not a manifest. Delete it; then `sluice unload` makes the day again")
    return Manifest(head.etag, named[0][1], tuple(one[2] for one in named), head.metadata)


def publish(objects: Objects, day: date, manifest: Manifest, kind: Kind = EVENTS) -> bool:
    """Put the manifest in place of its version, or as a new one where that is empty; False where somebody else was faster."""
    key = kind.manifest_key(day)
    body = "".join(f"s3://{manifest.bucket}/{one}\n" for one in manifest.keys).encode()
    done = (
        objects.replace(key, body, manifest.said, manifest.etag)
        if manifest.etag
        else objects.create(key, body, manifest.said)
    )
    # A lost answer is made up for by a second try, which finds what the first one stored.
    return done or objects.read(key, len(body) + 1) == body


def discard(objects: Objects, day: date, keys: Iterable[str], kind: Kind = EVENTS) -> None:
    """Delete those of these files that the day's manifest does not name."""
    held = read(objects, day, kind)
    for key in set(keys) - set(held.keys if held else ()):
        objects.delete(key)


def run(day: date, now: datetime) -> str:
    """A fresh prefix for a day's parts, which says when its run began."""
    return f"{UNLOADED}dt={day.isoformat()}/{now.astimezone(UTC):{_STAMP}}-{token_hex(4)}/"


def sweep(objects: Objects, now: datetime, kind: Kind = EVENTS) -> int:
    """Delete what runs left a day ago or earlier and no manifest names; how many objects those were."""
    done = 0
    for key in orphans(objects, now - LEFT_FOR, kind):
        objects.delete(key)
        done += 1
    return done


def orphans(objects: Objects, before: datetime, kind: Kind = EVENTS) -> Iterator[str]:
    """The keys of runs that began before this and that no manifest names."""
    named: dict[date, tuple[str, ...]] = {}
    for key in objects.keys(UNLOADED):
        found = _RUN.match(key)
        day = raw.day_of(found[1]) if found else None
        if found is None or day is None or datetime.strptime(found[2], _STAMP).replace(tzinfo=UTC) >= before:
            continue
        if day not in named:
            manifest = read(objects, day, kind)
            named[day] = manifest.keys if manifest else ()
        if key not in named[day]:
            yield key


def fetched(objects: Objects, keys: tuple[str, ...], folder: Path) -> list[Path]:
    """The parts as files in this folder, in order. Raises BrokenLake where one is gone."""
    files = []
    for number, key in enumerate(keys):
        files.append(folder / f"{number:05}.parquet")
        if objects.fetch(key, files[-1]) is None:
            raise BrokenLake(f"{key} is gone, and a manifest names it. Run `sluice unload` for its day again")
    return files


def rewrite(
    objects: Objects,
    day: date,
    change: Change,
    now: datetime,
    said: Mapping[str, str],
    kind: Kind = EVENTS,
    *,
    is_of_rows: bool = True,
) -> int | None:
    """Change the rows of a published day, and say this of it; how many rows are left, or None where it has no manifest.

    With `is_of_rows` a part that keeps all of its rows stays as it is. At least one part gets a new name, so that a run that is
    under way fails to publish what it made before. Raises BrokenLake.
    """
    for _ in range(TRIES):
        held = read(objects, day, kind)
        if held is None:
            return None
        keys, records = _changed(objects, held, change, run(day, now), is_of_rows=is_of_rows)
        after = held._replace(keys=keys, said={**held.said, **said, "records": str(records)})
        is_published = publish(objects, day, after, kind)
        discard(objects, day, held.keys if is_published else keys, kind)
        if is_published:
            return records
    raise BrokenLake(f"the parts of {day} are made again by somebody else all the time; run the same command again")


def without(objects: Objects, day: date, erased: Tombstones, now: datetime, kind: Kind = EVENTS) -> int | None:
    """Take those who were erased out of a published day; how many rows are left, None where it has no manifest."""
    return rewrite(objects, day, erased.without, now, erased.said, kind)


def _changed(
    objects: Objects, held: Manifest, change: Change, place: str, *, is_of_rows: bool
) -> tuple[tuple[str, ...], int]:
    """The keys of the parts once they are changed, and how many rows they have together."""
    keys, records = [], 0
    for number, key in enumerate(held.keys):
        with TemporaryDirectory(prefix="sluice-") as name:
            (file,) = fetched(objects, (key,), Path(name))
            made = Path(name) / "made.parquet"
            left = change(file, made)
            records += left
            is_kept = is_of_rows and number > 0 and left == parquet.number(file)
            if not is_kept:
                objects.create(f"{place}{number:05}.parquet", made.read_bytes(), {})
            keys.append(key if is_kept else f"{place}{number:05}.parquet")
    return tuple(keys), records
