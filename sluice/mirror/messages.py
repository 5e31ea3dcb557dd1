"""What the two processes of a person's own SQL say to each other: plain values, each message behind its length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec.msgpack import Ext

from sluice.questions.made import NamedGoal

_LENGTH = 8
# What a value takes of the reader's memory, besides its letters.
CELL = 64


class Limits(msgspec.Struct, frozen=True):
    """What a person's own SQL may take: seconds, rows (None takes all), and bytes of its answer, of memory and of disk."""

    seconds: float
    rows: int | None
    answer: int
    memory: int
    disk: int

    @property
    def space(self) -> int:
        """Bytes of address space. Before any question DuckDB, its threads and Python reserve 270 MB, on Linux."""
        return self.memory + 2**30

    @property
    def much_memory(self) -> str:
        """What is said to a question that wants more memory."""
        return f"This takes more than {self.memory // 10**6:,} MB of memory; ask for fewer days, columns or rows."

    @property
    def much_answer(self) -> str:
        """What is said to a question whose answer is larger."""
        return f"The answer is over {self.answer // 10**6:,} MB; ask for fewer columns or rows."


class Text(msgspec.Struct, tag=True):
    """The person's SQL: is it a question at all?"""

    sql: str


class Task(msgspec.Struct, tag=True, kw_only=True):
    """What to do with it. The relations and views are ours; `readable` and `columns` are what may be named."""

    sql: str
    engine: Literal["duckdb", "athena"]
    days: tuple[date, date, str]
    given: dict[str, str]
    readable: list[str]
    columns: list[str]
    relations: dict[str, str]
    goals: list[NamedGoal]
    tenants: dict[str, str]  # by bucket, the table
    sites: list[str]
    # DuckDB's: each view's SQL, and the files that the views read. None is to be asked where it is only explained.
    views: dict[str, str] | None = None
    files: list[str] = []
    # Athena's: only the scope's days of each table are read.
    is_of_days: bool = False


class Ready(msgspec.Struct, tag=True):
    """The process can be asked."""


class Known(msgspec.Struct, tag=True):
    """It is one question, of one tenant or of all."""

    is_of_all: bool


class Written(msgspec.Struct, tag=True):
    """The engine's SQL with the values of its names; Athena takes `literals` for its `?`."""

    sql: str
    values: dict[str, str | int | float]
    literals: list[str] = []


class Head(msgspec.Struct, tag=True):
    """The columns of the answer, and their types."""

    columns: list[str]
    types: list[str]


class Rows(msgspec.Struct, tag=True):
    """The next rows; none is the end."""

    rows: list[list[Any]]


class Fault(msgspec.Struct, tag=True):
    """Why there is no answer."""

    kind: Literal["query", "mirror", "much"]
    message: str


Request = Text | Task
Reply = Ready | Known | Written | Head | Rows | Fault
Kind = TypeVar("Kind")

# Values that MessagePack has no type for, or another one than Python.
_VALUES: tuple[tuple[type, Any, Any], ...] = (
    (datetime, datetime.isoformat, datetime.fromisoformat),
    (date, date.isoformat, date.fromisoformat),
    (time, time.isoformat, time.fromisoformat),
    (timedelta, lambda value: str(value // timedelta.resolution), lambda text: int(text) * timedelta.resolution),
    (Decimal, str, Decimal),
    (UUID, str, UUID),
    (int, str, int),
)
_MAP = len(_VALUES)
_NUMBER = {kind: number for number, (kind, _, _) in enumerate(_VALUES)}


def sent(value: Any) -> Any:
    """The value as it is sent."""
    if isinstance(value, list | tuple):
        return [sent(one) for one in value]
    if isinstance(value, dict):
        return _mapping(value)
    number = _NUMBER.get(type(value))
    if number is None or (type(value) is int and -(2**63) <= value < 2**63):
        return value
    return Ext(number, _VALUES[number][1](value).encode())


def _mapping(value: dict[Any, Any]) -> Any:
    """A struct is as it is; the keys of a map may be of any type."""
    if all(isinstance(key, str) for key in value):
        return {key: sent(one) for key, one in value.items()}
    return Ext(_MAP, msgspec.msgpack.encode([[sent(key), sent(one)] for key, one in value.items()]))


def _received(number: int, data: memoryview) -> Any:
    if number == _MAP:
        return dict(msgspec.msgpack.decode(data, type=list[tuple[Any, Any]], ext_hook=_received))
    return _VALUES[number][2](bytes(data).decode())


class TooLarge(Exception):
    """A message of more bytes than may be read."""


def encoded(message: Request | Reply) -> bytes:
    """The message as it is sent."""
    return msgspec.msgpack.encode(message)


def write(file: IO[bytes], message: bytes) -> None:
    """Send an encoded message; raises BrokenPipeError where nobody reads."""
    file.write(len(message).to_bytes(_LENGTH, "big"))
    file.write(message)
    file.flush()


def read(file: IO[bytes], most: int) -> bytes:
    """The next message, encoded; raises EOFError at the end, and TooLarge before more than so many bytes are read."""
    length = int.from_bytes(_exactly(file, _LENGTH), "big")
    if length > most:
        raise TooLarge
    return _exactly(file, length)


def decoded(message: bytes, kind: Any) -> Any:
    """The message, which is of this kind, or of one of these."""
    return msgspec.msgpack.decode(message, type=kind, ext_hook=_received)


def size(rows: Sequence[Sequence[Any]], message: bytes) -> int:
    """What these rows take of the reader's memory, nearly."""
    return len(message) + CELL * sum(map(len, rows))


def _exactly(file: IO[bytes], length: int) -> bytes:
    data = file.read(length)
    if len(data) < length:
        raise EOFError
    return data
