"""The lines of log files, also packed by gzip or from standard input."""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from stat import S_ISREG
from typing import Any, BinaryIO

from sluice.errors import SluiceError

STANDARD_INPUT = "-"
GZIP = b"\x1f\x8b"
CHUNK = 64 * 1024  # bytes between two reports of progress, some 300 lines
# Servers take 8 KB each of a request's line, its referrer and its user agent, and may log every byte as four (`\\xhh`).
MAX_LINE = 128 * 1024
_BLANK = re.compile(rb"(?:[ \t\r\v\f]*+\n)++")

Progress = Callable[[int], None]


class ImportProblem(SluiceError):
    """Why an import cannot start or go on; the message names the file or the bucket, and how to fix it."""


def lines(path: str, progress: Progress) -> Generator[tuple[int, bytes]]:
    """The lines that are not blank, with their numbers from 1; raises ImportProblem where the file cannot be read.

    A line that is longer than MAX_LINE is cut to one byte more, so that a file without a newline fills no memory.
    """
    number = 0
    try:
        with _opened(path, progress) as file:
            while line := _line(file):
                number += 1
                if len(line) > MAX_LINE or not line.isspace():
                    yield number, line.rstrip(b"\r\n")
                else:
                    number += _skipped(file)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ImportProblem(f"cannot read {path}: {reason}") from error


def _line(file: io.BufferedReader[Any]) -> bytes:
    """The next line, empty at the end; of one that is too long the beginning."""
    line = rest = file.readline(MAX_LINE + 1)
    while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
        rest = file.readline(MAX_LINE + 1)
    return line


def _skipped(file: io.BufferedReader[Any]) -> int:
    """How many of the next lines are blank, and are read; as many at once as the buffer holds: a file may be nothing else."""
    count = 0
    while blank := _BLANK.match(file.peek()):
        count += file.read(blank.end()).count(b"\n")
    return count


@contextmanager
def _opened(path: str, progress: Progress) -> Iterator[io.BufferedReader[Any]]:
    """The file's bytes, unpacked where they begin as gzip does, whatever the file is called."""
    opened = nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else Path(path).open("rb")  # noqa: SIM115  # closed below
    with opened as file, io.BufferedReader(_Counted(file, progress), CHUNK) as plain:
        if plain.peek(len(GZIP))[: len(GZIP)] != GZIP:
            yield plain
        else:
            with gzip.GzipFile(fileobj=plain) as packed, io.BufferedReader(packed, CHUNK) as unpacked:
                yield unpacked


class _Counted(io.RawIOBase):
    """A file that reports the bytes read from it: a pipe has no position, and gzip hides the compressed one."""

    def __init__(self, file: BinaryIO, progress: Progress) -> None:
        self._file = file
        self._progress = progress

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read1(len(buffer))  # type: ignore[attr-defined]  # of what is there, at most so much
        buffer[: len(data)] = data
        self._progress(len(data))
        return len(data)


def total_bytes(paths: Sequence[str]) -> int | None:
    """How many bytes `progress` will report in total, or None if that is unknown (standard input, a pipe)."""
    try:
        found = [Path(path).stat() for path in paths if path != STANDARD_INPUT]
    except OSError:
        return None  # import_logs says which file it is, and why
    if len(found) < len(paths) or not all(S_ISREG(file.st_mode) for file in found):
        return None
    return sum(file.st_size for file in found)
