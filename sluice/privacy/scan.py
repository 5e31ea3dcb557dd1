"""A scan for personal data in what was stored: a count by field and kind, and never a value."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from chalicelib.lake.objects import Objects
from chalicelib.prefixes import CODE, PREFIXES, STAGES
from chalicelib.tracking import segments
from sluice.errors import SluiceError
from sluice.privacy import kinds
from sluice.privacy.values import LINE, Unreadable, values

SAMPLE = 200  # objects below a prefix
# An object that is larger is read up to here: a day's Parquet of ten million events has as much.
MOST = 512 * 2**20
_LISTED = 10_000  # keys of one folder that a sample is drawn from
_SEED = 0
NAME = "(object's name)"
# What a tenant's bucket has, and a stage's own; code says nothing of a person.
OF_TENANT = tuple(one.path for one in PREFIXES)
OF_STAGE = tuple(dict.fromkeys(one.path for one in STAGES if one != CODE))

Object = tuple[str, str, bytes | None]  # its place, its name, and what is in it


class NothingThere(SluiceError):
    """There is nothing to scan; the message says where."""


class Row(msgspec.Struct, frozen=True):
    """What one field of one place holds of one kind: how many of its values, of how many; `example` is a shape."""

    place: str
    field: str
    kind: str
    found: int
    looked_at: int
    share: float
    example: str


class Scan(msgspec.Struct, frozen=True):
    """What was found, how many objects and values were looked at, and what could not be read."""

    rows: tuple[Row, ...]
    objects: int
    values: int
    unread: tuple[str, ...] = ()


def scan(objects: Iterable[Object]) -> Scan:
    """Look at all of these."""
    number, looked, hits = 0, Counter[tuple[str, str]](), Counter[tuple[str, str, str]]()
    examples: dict[tuple[str, str, str], str] = {}
    unread = []
    for place, name, body in objects:
        number += 1
        try:
            for field, value in [(NAME, name), *values(body or b"")]:
                shown = _shown(field)
                looked[place, shown] += 1
                for kind, shape in {one.kind: one.shape for one in sorted(kinds.found(value, field))}.items():
                    hits[place, shown, kind] += 1
                    examples.setdefault((place, shown, kind), shape)
        except Unreadable as error:
            unread.append(f"{_shown(name)}: {error}")
    return Scan(tuple(_rows(looked, hits, examples)), number, looked.total(), tuple(unread))


def of_path(path: Path, sample: int = 0) -> Iterator[Object]:
    """The file, or those of the folder, at most `sample` of each of its folders (0: all); raises NothingThere."""
    if not path.exists():
        raise NothingThere(f"{path} is not there")
    if path.is_file():
        yield from ((path.name, path.name, body) for body in _bodies(path))
        return
    chance = random.Random(_SEED)
    folders: dict[Path, list[Path]] = {}
    for file in sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink()):
        folders.setdefault(file.parent, []).append(file)
    for folder, files in folders.items():
        place = _place(folder.relative_to(path).parts)
        for file in files if not sample or len(files) <= sample else chance.sample(files, sample):
            yield from ((place, file.name, body) for body in _bodies(file))


def _bodies(file: Path) -> Iterator[bytes]:
    """What is in the file; of one of a stream in a folder, each message."""
    if file.suffix == segments.SUFFIX:
        return (frame.data for frame in segments.frames(file))
    return iter([file.read_bytes()])


def of_bucket(objects: Objects, sample: int = SAMPLE, prefixes: Iterable[str] = OF_TENANT) -> Iterator[Object]:
    """A sample of the newest objects below each prefix of the bucket (0: all). Raises what AWS refuses."""
    for prefix in prefixes:
        starts = [f"{prefix}{name}/" for name in objects.folders(prefix) if "reason=" in name] or [prefix]
        for start in starts:
            keys = list(islice(_newest(objects, start), sample or None))
            for key, body in objects.read_all(keys, MOST):
                yield prefix, key.removeprefix(prefix), body


def _newest(objects: Objects, prefix: str) -> Iterator[str]:
    """The keys, those of the newest days first, and of a day in no order: ids begin with their time, or are chance."""
    folders = objects.folders(prefix)
    for name in sorted(folders, reverse=True):
        yield from _newest(objects, f"{prefix}{name}/")
    if not folders:
        keys = list(islice(objects.keys(prefix), _LISTED))
        random.Random(_SEED).shuffle(keys)
        yield from keys


def _place(parts: tuple[str, ...]) -> str:
    """A folder without what differs from day to day."""
    return "/".join(part for part in parts if "=" not in part and not part.isdigit()) or "."


def _shown(field: str) -> str:
    """The field's name, unless it is itself what is looked for."""
    return field if field == LINE or not kinds.found(field) else kinds.shape(field)


def _rows(
    looked: Counter[tuple[str, str]], hits: Counter[tuple[str, str, str]], examples: dict[tuple[str, str, str], str]
) -> Iterator[Row]:
    for (place, field, kind), number in sorted(hits.items()):
        of = looked[place, field]
        yield Row(place, field, kind, number, of, round(number / of, 6), examples[place, field, kind])
