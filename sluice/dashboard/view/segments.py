"""Segments: sets of filters that a tenant's people have given a name, in a file next to the tenant's mirror.

A save reads the file again under a lock and puts a whole new one in its place, so two people who save at once both keep
what they saved. A file that cannot be read is never written over: the next save keeps it under another name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import msgspec

from sluice import files
from sluice.analysis.facade import Data
from sluice.analysis.scope import Filters, filters_of
from sluice.errors import SluiceError

NAME = "segments.json"
MAX_NAME = 60
MAX_NUMBER = 50
# RecursionError: ten thousand opening brackets.
_NO_SEGMENTS = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
# As they are in the file, also with filters that this version does not know: a save keeps those.
Kept = dict[str, dict[str, str]]


class SegmentsError(SluiceError):
    """Segments that cannot be read or kept; the message says why and what to do."""


class BrokenSegments(SegmentsError):
    """A file that holds no segments."""


def load(data: Data, bucket: str) -> dict[str, Filters]:
    """The segments by name; none where there is no file. Raises NotAllowed and SegmentsError."""
    kept = _read(data.file(bucket, NAME))
    return {name: filters_of(kept[name]) for name in sorted(kept)}


def save(data: Data, bucket: str, name: str, filters: Filters) -> str | None:
    """Keep the filters under the name, in place of what it had; raises NotAllowed and SegmentsError.

    Where the file before could not be read, a sentence on what it is called now.
    """
    path = data.file(bucket, NAME)
    with _locked(path):
        kept, note = _read_or_keep_aside(path)
        called = name.strip()[:MAX_NAME]
        if not called.isprintable():
            raise SegmentsError("A segment's name has visible characters only. Write another, and save again.")
        if called not in kept and len(kept) >= MAX_NUMBER:
            raise SegmentsError(
                f"{called} was not saved: {len(kept)} segments are saved and at most {MAX_NUMBER} can be. "
                "Delete one under Segments, and save again."
            )
        files.replace(path, msgspec.json.encode({**kept, called: dict(filters)}))
    return note


def forget(data: Data, bucket: str, name: str) -> None:
    """Keep this segment no more; raises NotAllowed and SegmentsError."""
    path = data.file(bucket, NAME)
    with _locked(path):
        left = {one: filters for one, filters in _read(path).items() if one != name}
        files.replace(path, msgspec.json.encode(left))


def _read(path: Path) -> Kept:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except FileNotFoundError:
        return {}
    except _NO_SEGMENTS as error:
        raise BrokenSegments(
            f"The saved segments cannot be read. Repair {path}, or save a segment: "
            f"the broken file is then kept under another name. What is wrong: {error}"
        ) from None
    except OSError as error:
        raise _unusable(path, error) from None


def _read_or_keep_aside(path: Path) -> tuple[Kept, str | None]:
    """What the file holds; where that cannot be read, nothing, and a sentence on what the file is called now."""
    try:
        return _read(path), None
    except BrokenSegments:
        aside = _kept_aside(path)
        return (
            {},
            f"The segments saved before could not be read. Their file is kept as {aside}; repair it to have them.",
        )


def _kept_aside(path: Path) -> Path:
    """A further name of the broken file, which no file has."""
    aside = next(one for number in count(1) if not (one := path.with_name(f"{path.name}.broken-{number}")).exists())
    os.link(path, aside)
    return aside


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the one lock of those who write this file; the system lets go of it when its holder dies."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock")
        lock.touch()
        with files.locked(lock):
            yield
    except OSError as error:
        raise _unusable(path, error) from None


def _unusable(path: Path, error: OSError) -> SegmentsError:
    return SegmentsError(
        f"{path} cannot be used for segments: {error.strerror or error}. Make it a file that can be written."
    )
