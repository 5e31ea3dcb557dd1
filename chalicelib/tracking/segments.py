"""A stream in a folder: files that only grow, one for each process and hour, of frames that are on the disk when they count.

A frame is its length, its checksum and its time of arrival, then its data. A process that is killed leaves at most one broken
frame, at the end of its file: nobody was promised that, and no process writes behind it.
"""

from __future__ import annotations

import os
import secrets
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, time, time_ns
from typing import BinaryIO, NamedTuple

from chalicelib.tracking.stores import make_folder, sync_folder
from chalicelib.tracking.stream import StreamUnavailable

SUFFIX = ".segment"
# A file is written to for so long, and until it is so large.
HOUR, MAX_BYTES = 3600, 2**26
_HEAD = struct.Struct(">IIQ")


class Frame(NamedTuple):
    """One message: when it arrived, in milliseconds since 1970, its data, and where the next one begins in its file."""

    arrived: int
    data: bytes
    end: int


class FileStream:
    """A folder that holds messages, each synced to disk before it counts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._file: BinaryIO | None = None
        self._until = self._ends = 0.0

    def send(self, data: bytes, key: str) -> None:
        """Append the message; the order is that of all, so that no key matters."""
        with self._lock:
            try:
                self._append(_HEAD.pack(len(data), zlib.crc32(data), time_ns() // 1_000_000) + data)
            except OSError as error:
                # What is written may be cut: nothing may follow it.
                self._shut()
                raise StreamUnavailable(type(error).__name__) from error

    def writes(self, path: Path) -> bool:
        """Whether the next message may go into this file; where not, none ever does."""
        with self._lock:
            return self._file is not None and Path(self._file.name) == path

    def close(self) -> None:
        """Close the file; the next message begins another."""
        with self._lock:
            self._shut()

    def _shut(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()

    def _append(self, frame: bytes) -> None:
        file = self._file
        # By both clocks: the reader deletes old files by the one, which somebody may set back.
        if file is None or time() > self._until or monotonic() > self._ends or file.tell() > MAX_BYTES:
            file = self._file = self._next()
        file.write(frame)
        file.flush()
        os.fdatasync(file.fileno())

    def _next(self) -> BinaryIO:
        self._shut()
        make_folder(self._folder)
        self._until, self._ends = time() + HOUR, monotonic() + HOUR
        path = self._folder / f"{time_ns():020}-{secrets.token_hex(4)}{SUFFIX}"
        file = path.open("xb")
        sync_folder(self._folder)
        return file


def segments(folder: Path) -> list[Path]:
    """The files of a stream, the oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))


def frames(path: Path, start: int = 0) -> Iterator[Frame]:
    """The whole frames of a file from this byte on, up to where it ends, or is broken or still being written."""
    with path.open("rb") as file:
        file.seek(start)
        while len(head := file.read(_HEAD.size)) == _HEAD.size:
            length, checksum, arrived = _HEAD.unpack(head)
            data = file.read(length)
            if len(data) < length or zlib.crc32(data) != checksum:
                return
            yield Frame(arrived, data, file.tell())
