"""The raw objects of a tenant's day: which days there are, their keys, and their records as lines that fit the columns."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, get_type_hints

import msgspec

from chalicelib.days import is_possible
from chalicelib.lake.columns import REQUIRED
from chalicelib.lake.objects import BrokenLake, Objects
from chalicelib.prefixes import OBJECTS, PACKED, RECORDS, Prefix
from chalicelib.records import Record, day_prefix

ROOT = RECORDS.path
# A batch of 256 KiB makes records of six times as many bytes at most, in one object; the demo's days have two million. So much
# is read of many objects at a time, and of a larger one, by itself, up to the limit.
AT_ONCE, MAX_BYTES = 2**20, 2**23
# Twice what the largest day that one worker compacts has.
MAX_OBJECTS = 2_000_000
# An object that is not a record's may be in any number of days, and no record in any of them.
LOOKED_AT = 10
_YEAR, _MONTH, _DAY = re.compile(r"year=(\d{4})"), re.compile(r"month=(\d\d)"), re.compile(r"day=(\d\d)")


GONE = "gone while the day was read"


class Unreadable(NamedTuple):
    """An object below a day's prefix of which not every line is a record, and why."""

    key: str
    reason: str


class Gathered(NamedTuple):
    """What was read: the keys that gave only records, how many those are, and the objects that are named for the rest."""

    keys: list[str]
    records: int
    unreadable: list[Unreadable]

    @property
    def is_torn(self) -> bool:
        """Whether an object went while the others were read: what came in its place was not read."""
        return any(one.reason == GONE for one in self.unreadable)


def days(objects: Objects, root: Prefix = RECORDS) -> list[date]:
    """The days that have a partition, in order."""
    return sorted(newest_first(objects, root))


def newest_first(objects: Objects, root: Prefix = RECORDS) -> Iterator[date]:
    """The days that have a partition, the newest first; only as much is listed as is taken. Raises BrokenLake."""
    for year in _partitions(objects, root.path, _YEAR):
        if day_of(f"{year}-01-01") is None:
            continue
        for month in _partitions(objects, f"{root.path}year={year}/", _MONTH):
            for day in _partitions(objects, f"{root.path}year={year}/month={month}/", _DAY):
                if found := day_of(f"{year}-{month}-{day}"):
                    yield found


def odd_years(objects: Objects, root: Prefix = RECORDS) -> list[str]:
    """The folders of years of which no record can be; raises BrokenLake."""
    years = (folder for folder in objects.folders(root.path) if folder.startswith("year="))
    return [folder for folder in years if day_of(f"{folder.removeprefix('year=')}-01-01") is None]


def last_stored(objects: Objects) -> datetime | None:
    """When the newest object of the newest day that has one was stored; of ten days without one, no more are listed."""
    moments = (objects.newest(day_prefix(day)) for day in islice(newest_first(objects), LOOKED_AT))
    return next((moment for moment in moments if moment is not None), None)


def keys(objects: Objects, day: date, root: Prefix = RECORDS) -> list[str]:
    """The keys of a day's partition, in order; raises BrokenLake where they are too many."""
    prefix = root.of_day(day)
    found = sorted(islice(objects.keys(prefix), MAX_OBJECTS + 1))
    if len(found) > MAX_OBJECTS:
        raise BrokenLake(
            f"{prefix} holds more than {MAX_OBJECTS} objects. Delete those that are not {root.title}; "
            "a day of so many records is compacted by `sluice unload`"
        )
    return found


def has_objects(objects: Objects, day: date, root: Prefix = RECORDS) -> bool:
    """Whether the day has a raw object."""
    return next(iter(objects.keys(root.of_day(day))), None) is not None


def counted(objects: Objects, day: date, root: Prefix = RECORDS) -> tuple[int, str]:
    """How many objects the day has, and the digest of their keys, in bounded memory. Both stores list keys in order."""
    return _counted(objects.keys(root.of_day(day)))


def digest(held: Iterable[str]) -> str:
    """SHA-256 over the keys, in order, a line each."""
    return _counted(sorted(held))[1]


def _counted(ordered: Iterable[str]) -> tuple[int, str]:
    found, number = hashlib.sha256(), 0
    for number, key in enumerate(ordered, start=1):
        # A file's name may not be valid text; its bytes count all the same.
        found.update(f"\n{key}"[number == 1 :].encode("utf-8", "surrogateescape"))
    return number, found.hexdigest()


class Form(NamedTuple):
    """How the raw objects of a lake are read: which keys are ours, how many bytes one may have, and what lines it makes.

    `copied` writes the lines of a key's body into the file, and returns how many those are, and what is wrong with the rest.
    """

    is_ours: Callable[[str], bool]
    foreign: str
    most: int
    copied: Callable[[str, bytes, BinaryIO], tuple[int, str | None]]


def gather(objects: Objects, wanted: Iterable[str], lines: Path, form: Form | None = None) -> Gathered:
    """Write the lines of these keys' objects into a file: of records the fields of today's, with null for what is missing.

    A line of another form is left out, and its object named; so is an object that Sluice did not write.
    """
    form = form or RECORD
    gathered = Gathered([], 0, [])
    with lines.open("wb") as file:
        ours = only_ours(wanted, gathered.unreadable, form)
        for key, part in objects.read_all(ours, AT_ONCE + 1):
            is_whole = part is None or len(part) <= AT_ONCE
            found, reason = copied(key, part if is_whole else objects.read(key, form.most + 1), file, form)
            gathered = gathered._replace(records=gathered.records + found)
            if reason is None:
                gathered.keys.append(key)
            else:
                gathered.unreadable.append(Unreadable(key, reason))
    return gathered


def day_of(text: str) -> date | None:
    """The day that a foreign hand may have written, or None where it is none of ours: the year 1000, or a 31st of June."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if is_possible(found, datetime.now(UTC).date()) else None


def _partitions(objects: Objects, prefix: str, pattern: re.Pattern[str]) -> list[str]:
    folders = sorted(objects.folders(prefix), reverse=True)
    return [found[1] for folder in folders if (found := pattern.fullmatch(folder))]


def only_ours(wanted: Iterable[str], unreadable: list[Unreadable], form: Form) -> Iterator[str]:
    """Those of these keys that are ours; the others are added to what is unreadable."""
    for key in wanted:
        if form.is_ours(key) and _is_text(key):
            yield key
        else:
            # As text that a log and a snapshot can hold, also where the file's name is none.
            unreadable.append(Unreadable(key.encode("utf-8", "backslashreplace").decode(), form.foreign))


def _is_text(key: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in key)


def copied(key: str, body: bytes | None, file: BinaryIO, form: Form) -> tuple[int, str | None]:
    """Write the lines of a key's body; how many those are, and what is wrong with the rest."""
    if not body:
        return 0, GONE if body is None else "empty"
    if len(body) > form.most:
        return 0, f"more than {form.most} bytes"
    return form.copied(key, body, file)


def unpacked(body: bytes) -> bytes:
    """What a packed object holds; raises ValueError with what is wrong with it, or where that is too much."""
    packed = zlib.decompressobj(wbits=31)  # a header of gzip, and nothing else
    try:
        found = packed.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise ValueError("not packed by gzip") from None
    if len(found) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES} bytes, unpacked")
    if not packed.eof or packed.unused_data:
        raise ValueError("not one whole gzip")
    return found


def _records(key: str, body: bytes, file: BinaryIO) -> tuple[int, str | None]:
    """Write the body's records as lines; what is wrong with the others."""
    try:
        plain = unpacked(body) if key.endswith(PACKED) else body
    except ValueError as error:
        return 0, str(error)
    found, reason = _readable(plain)
    file.write(b"".join(found))
    return len(found), reason


def _readable(body: bytes) -> tuple[list[bytes], str | None]:
    try:
        return [_line(line) for line in body.split(b"\n") if line], None
    except _NO_RECORD:
        pass
    # It has lines that are not records.
    good, reason = [], ""
    for number, line in enumerate(body.split(b"\n"), start=1):
        try:
            good += [_line(line)] if line else []
        except _NO_RECORD as error:
            reason = reason or f"line {number}: {error}"
    return good, reason


def _line(text: bytes) -> bytes:
    return _ENCODE(_DECODE(text)) + b"\n"


def _check(record: Any) -> None:
    # One time that is none would fail every query over its day.
    for moment in (record.timestamp, record.server_timestamp):
        if not _MOMENT.fullmatch(moment):
            raise ValueError("a time is not one that Sluice writes")
        datetime.fromisoformat(moment)


# RecursionError: ten thousand opening brackets.
_NO_RECORD = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_HINTS = get_type_hints(Record)
# The record as any version of us may have stored it: a field that it does not have is null.
_Stored = msgspec.defstruct(
    "Stored",
    [(name, _HINTS[name]) for name in REQUIRED]
    + [(name, _HINTS[name] | None, None) for name in _HINTS if name not in REQUIRED],
    namespace={"__post_init__": _check},
    rename="camel",
)
_DECODE = msgspec.json.Decoder(_Stored).decode
_ENCODE = msgspec.json.Encoder().encode
RECORD = Form(
    is_ours=lambda key: key.endswith(OBJECTS),
    foreign=f"not a record's object: its name is not a text that ends in {' or '.join(OBJECTS)}",
    most=MAX_BYTES,
    copied=_records,
)
