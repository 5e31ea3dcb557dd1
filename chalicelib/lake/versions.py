"""A file as an object of a bucket: its version is its inode, size and time of change.

Its metadata is next to it in a hidden file that names the version: written first, so that a kill between the two leaves a
file without metadata, and never one with another's.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import msgspec


class Head(NamedTuple):
    """An object's version, and what was said of it when it was stored."""

    etag: str
    metadata: dict[str, str]


class _Said(msgspec.Struct):
    """What was said of a file: of this version of it alone."""

    etag: str
    metadata: dict[str, str]


def etag(stat: os.stat_result) -> str:
    """The file's version."""
    return f"{stat.st_ino:x}-{stat.st_size:x}-{stat.st_mtime_ns:x}"


def head(path: Path) -> Head | None:
    """The file's version and metadata, or None where there is no file."""
    try:
        found = etag(path.stat())
        said = msgspec.json.decode(_metadata_path(path).read_bytes(), type=_Said)
    except FileNotFoundError:
        return Head(etag(path.stat()), {}) if path.exists() else None
    return Head(found, said.metadata if said.etag == found else {})


def write(path: Path, body: bytes, metadata: dict[str, str]) -> None:
    """Put the file there in one step, durably."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _synced(path.with_name(f".{path.name}.new"), body)
    said = _Said(etag(temporary.stat()), metadata)
    _synced(path.with_name(f".{path.name}.said"), msgspec.json.encode(said)).replace(_metadata_path(path))
    temporary.replace(path)


def delete(path: Path) -> None:
    """Take the file away with what is said of it; the file first, so that what is left names no file."""
    path.unlink(missing_ok=True)
    _metadata_path(path).unlink(missing_ok=True)


def _metadata_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.json")


def _synced(path: Path, body: bytes) -> Path:
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return path
