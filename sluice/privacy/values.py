"""An object's values by their fields, whatever its form: records, lines of logs, Parquet, pages."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sluice.errors import SluiceError

# So much of an object is read, unpacked; and so many rows of a Parquet file.
MOST, ROWS = 64 * 2**20, 20_000
_PACKED, _PARQUET = (b"\x1f\x8b", b"\x78\x9c"), b"PAR1"  # gzip, and zlib as a stream's messages are
LINE = "line"  # the field of a line that has none

Value = tuple[str, str]


class Unreadable(SluiceError):
    """An object of which nothing can be read; the message says why."""


def values(body: bytes) -> Iterator[Value]:
    """Each text and number of the object with its field; raises Unreadable."""
    if body.startswith(_PACKED):
        body = _unpacked(body)
    if body.startswith(_PARQUET):
        yield from _rows(body)
        return
    if b"\0" in body[:4096]:
        raise Unreadable("it is neither a text nor Parquet")
    text = body[:MOST].decode("utf-8", "replace")
    whole = _json(text)
    if whole is not None:
        yield from flat("", whole)
        return
    yield from _lines(text)


def flat(field: str, value: Any) -> Iterator[Value]:
    """A JSON value's leaves, also of JSON within a text; a name that is not one of ours is a value, too."""
    if isinstance(value, dict):
        for name, one in value.items():
            if not name.isidentifier():
                yield f"{field}{'.' if field else ''}(name)", name
            yield from flat(f"{field}.{name}" if field else name, one)
    elif isinstance(value, list):
        for one in value:
            yield from flat(field, one)
    elif isinstance(value, str):
        inner = _json(value)
        yield from flat(field, inner) if inner is not None else [(field or LINE, value)]
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield field or LINE, str(value)


def _lines(text: str) -> Iterator[Value]:
    names: list[str] = []
    for line in text.split("\n"):
        if line.startswith("#Fields:"):
            names = line.split()[1:]
            continue
        parts = line.split("\t")
        found = _json(line)
        if found is not None:
            yield from flat("", found)
        elif names and len(parts) == len(names):
            # CloudFront escapes blanks and what is not printable.
            yield from ((name, unquote(part)) for name, part in zip(names, parts, strict=True) if part != "-")
        elif line.strip():
            yield LINE, line


def _json(text: str) -> Any:
    """The object or list that the text is; None for any other."""
    stripped = text.strip()
    if not stripped.startswith(("{", "[")) or not stripped.endswith(("}", "]")):
        return None
    try:
        return json.loads(stripped)
    except (ValueError, RecursionError):
        return None


def _unpacked(body: bytes) -> bytes:
    """What is packed, in one part or several, up to what is read of it."""
    made = bytearray()
    try:
        while body.startswith(_PACKED) and len(made) < MOST:
            unpacker = zlib.decompressobj(wbits=47)
            made += unpacker.decompress(body, MOST - len(made))
            body = unpacker.unused_data
    except zlib.error:
        pass  # what came before counts
    if not made:
        raise Unreadable("it cannot be unpacked")
    return bytes(made)


def _rows(body: bytes) -> Iterator[Value]:
    try:
        import duckdb  # not in the scheduled doctor's function, which reads what is not compacted
    except ImportError:
        raise Unreadable("it is Parquet, which needs DuckDB") from None
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "part.parquet"
        path.write_bytes(body)
        try:
            asked = connection.execute(
                f"SELECT * FROM read_parquet($file) USING SAMPLE {ROWS} ROWS", {"file": str(path)}
            )
            names = [column[0] for column in asked.description or ()]
            while rows := asked.fetchmany(1000):
                for row in rows:
                    yield from flat("", dict(zip(names, row, strict=True)))
        except duckdb.Error as error:
            raise Unreadable(type(error).__name__) from None
