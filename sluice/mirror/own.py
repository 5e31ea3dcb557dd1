"""A person's own SQL. Nothing of it is parsed in this process: one of its own does, and is killed at the time limit."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from types import TracebackType
from typing import Any

import msgspec

from sluice.errors import SluiceError
from sluice.mirror import door, messages
from sluice.mirror.answers import Answer
from sluice.mirror.messages import (
    Fault,
    Head,
    Kind,
    Known,
    Limits,
    Ready,
    Reply,
    Request,
    Rows,
    Task,
    Text,
    TooLarge,
    Written,
)
from sluice.questions.dialect import QueryError

# Seconds for a process to start: Python and its imports take half a second, on a machine that is not busy.
START = 60.0
# Bytes that a reply may have besides rows: a statement, for example.
_MORE = 2**24
_WORKER = "sluice.mirror.worker"
_ROOT = Path(__file__).parents[2]
_MB = 10**6
# At a terminal the whole answer is wanted, and nobody else waits: of ten million events every relation can be asked.
TERMINAL = Limits(seconds=600, rows=None, answer=500 * _MB, memory=3000 * _MB, disk=20_000 * _MB)


class TooLong(SluiceError):
    """A question that took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This took longer than {seconds:g} seconds; ask for fewer days.")


class TooMuch(SluiceError):
    """A question that took more memory, or has a larger answer, than it may."""


class UnreadableMirror(SluiceError):
    """A file of the mirror that cannot be read, in DuckDB's words."""


class Own:
    """A person's own SQL, and the process that knows it: started when it is needed, and ended with the block."""

    def __init__(self, sql: str, limits: Limits) -> None:
        door.refuse_long(sql)
        self.sql = sql
        self.limits = limits
        self._left = limits.seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: TemporaryDirectory[str] | None = None
        # What was asked last: the engine's SQL and its values.
        self.written: Written | None = None

    def __enter__(self) -> Own:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Kill the process, if there is one, with all that it has on the disk."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()

    @cached_property
    def is_of_all(self) -> bool:
        """Whether it is asked of all tenants at once; raises QueryError, TooLong or TooMuch, as all below does."""
        with self._timed() as process:
            self._say(process, Text(self.sql))
            return self._reply(process, Known).is_of_all

    def statement(self, task: Task) -> Written:
        """The engine's statement, which is not asked."""
        with self._timed() as process:
            self._say(process, task)
            self.written = self._reply(process, Written)
            return self.written

    def ask(self, task: Task) -> tuple[Answer, bool]:
        """The answer of DuckDB, and whether there were more rows than wanted; also raises UnreadableMirror."""
        with self._timed() as process:
            self._say(process, task)
            self.written, head = self._reply(process, Written), self._reply(process, Head)
            rows = self._rows(process)
        most = self.limits.rows
        return Answer(head.columns, head.types, rows[:most]), most is not None and len(rows) > most

    def _rows(self, process: subprocess.Popen[bytes]) -> list[tuple[Any, ...]]:
        """The rows. The process counts their bytes; this one does, too, since it is not to be trusted."""
        rows: list[tuple[Any, ...]] = []
        left = self.limits.answer + _MORE
        while True:
            message = self._message(process, left)
            some = self._opened(message, Rows).rows
            if not some:
                return rows
            rows += map(tuple, some)
            left -= messages.size(some, message)

    @contextmanager
    def _timed(self) -> Iterator[subprocess.Popen[bytes]]:
        """The process, which is killed when its time is over; what it dies of is raised."""
        if self._process is None:
            self._folder = TemporaryDirectory(prefix="sluice-")
            self._process = _started(self.limits, self._folder.name)
            with self._killed_after(START, self._process):
                self._reply(self._process, Ready)
        started = monotonic()
        with self._killed_after(self._left, self._process):
            yield self._process
        self._left -= monotonic() - started

    @contextmanager
    def _killed_after(self, seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
        late = threading.Event()

        def kill() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(seconds, kill)
        timer.start()
        try:
            yield
        except (EOFError, BrokenPipeError, TooLarge) as error:
            process.kill()
            raise self._death(process.wait(), is_late=late.is_set()) from error
        finally:
            timer.cancel()

    def _death(self, code: int, *, is_late: bool) -> Exception:
        """What a process that has ended by this signal, or with this exit code, has died of."""
        if is_late or code == -signal.SIGXCPU:
            return TooLong(self.limits.seconds)
        if code < 0:
            return TooMuch(self.limits.much_memory)
        return RuntimeError(f"the process of a person's SQL has ended with {code}; its log says why")

    def _say(self, process: subprocess.Popen[bytes], request: Request) -> None:
        assert process.stdin is not None
        messages.write(process.stdin, messages.encoded(request))

    def _reply(self, process: subprocess.Popen[bytes], kind: type[Kind]) -> Kind:
        return self._opened(self._message(process, _MORE), kind)

    def _message(self, process: subprocess.Popen[bytes], most: int) -> bytes:
        assert process.stdout is not None
        return messages.read(process.stdout, most)

    def _opened(self, message: bytes, kind: type[Kind]) -> Kind:
        reply = messages.decoded(message, Reply)
        if isinstance(reply, Fault):
            raise _FAULTS[reply.kind](reply.message)
        assert isinstance(reply, kind)
        return reply


def within(limits: Limits, rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
    """The rows of an engine that is not here; raises TooMuch once they are of more bytes than they may be."""
    size = 0
    for row in rows:
        size += messages.CELL * len(row) + sum(len(value) for value in row if isinstance(value, str))
        if size > limits.answer:
            raise TooMuch(limits.much_answer)
        yield row


def _started(limits: Limits, folder: str) -> subprocess.Popen[bytes]:
    """A process with nothing of this one's environment, and with a group of its own: Ctrl-C is for its parent."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", _WORKER, msgspec.json.encode(limits).decode()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=folder,
        # Each arena of glibc's reserves address space.
        env={"PYTHONPATH": str(_ROOT), "MALLOC_ARENA_MAX": "2"},
        process_group=0,
    )


_FAULTS: dict[str, type[SluiceError]] = {"query": QueryError, "mirror": UnreadableMirror, "much": TooMuch}
