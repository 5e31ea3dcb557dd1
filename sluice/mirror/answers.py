"""The answer to a question, and how it is written: as a table for people, CSV, JSON (a list of objects), or Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import msgspec
from rich.table import Table
from rich.text import Text

from chalicelib.lake.parquet import text
from chalicelib.margins import MARGIN
from chalicelib.records import iso
from sluice import tables
from sluice.athena.client import Result

NUMBERS = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "DOUBLE", "FLOAT", "DECIMAL")
_DUCKDB_TYPES = {
    **{"tinyint": "TINYINT", "smallint": "SMALLINT", "integer": "INTEGER", "bigint": "BIGINT"},
    **{"float": "FLOAT", "double": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"},
}
# Such a type has no rows in JSON that would read back as it: Parquet takes the text.
_TYPED = (*NUMBERS, "BOOLEAN", "VARCHAR", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE")


class Answer(NamedTuple):
    """Rows with the names of their columns, and these in DuckDB's types."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[Any, ...]]


def of_athena(result: Result, rows: Iterable[Sequence[Any]]) -> Answer:
    """What Athena answered, of whose rows these are wanted, its types as DuckDB's."""
    kinds = [_DUCKDB_TYPES.get(column.type, "VARCHAR") for column in result.columns]
    return Answer([column.name for column in result.columns], kinds, [tuple(row) for row in rows])


def is_empty(answer: Answer) -> bool:
    """Whether it has no rows, or none that counts anything."""
    named = zip(answer.columns, answer.types, strict=True)
    # A funnel's step numbers are not counts.
    counts = [place for place, (name, kind) in enumerate(named) if kind.startswith(NUMBERS) and name != "step"]
    return not answer.rows or (bool(counts) and not any(row[place] for row in answer.rows for place in counts))


def without_idle_margins(answer: Answer) -> Answer:
    """The answer without margins where no event counts as more than one: there they all are 0."""
    margins = {place for place, name in enumerate(answer.columns) if name.endswith(MARGIN)}
    if any(row[place] for row in answer.rows for place in margins):
        return answer
    kept = [place for place in range(len(answer.columns)) if place not in margins]
    columns, types, *rows = ([row[place] for place in kept] for row in (answer.columns, answer.types, *answer.rows))
    return Answer(columns, types, [tuple(row) for row in rows])


def table(answer: Answer) -> Table:
    """For people: numbers to the right."""
    made = Table()
    for column, kind in zip(answer.columns, answer.types, strict=True):
        made.add_column(
            Text("±" if column.endswith(MARGIN) else column), justify="right" if kind.startswith(NUMBERS) else "left"
        )
    for row in answer.rows:
        made.add_row(*(Text("" if value is None else str(_plain(value))) for value in row))
    return made


def as_table(answer: Answer) -> bytes:
    """The whole table, nothing cut."""
    return tables.text(table(answer)).encode()


def as_csv(answer: Answer) -> bytes:
    """RFC 4180, NULL as nothing between the commas."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(answer.columns)
    writer.writerows([_cell(value) for value in row] for row in answer.rows)
    return file.getvalue().encode()


def as_json(answer: Answer) -> bytes:
    """A list of objects; times in ISO 8601."""
    return msgspec.json.format(msgspec.json.encode(_objects(answer))) + b"\n"


def as_parquet(answer: Answer) -> bytes:
    """One Parquet file with the answer's types."""
    with TemporaryDirectory(prefix="sluice-") as name, duckdb.connect() as connection:
        lines, made = Path(name) / "rows.json", Path(name) / "rows.parquet"
        lines.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in _objects(answer)))
        kinds = [kind if kind.startswith(_TYPED) else "JSON" for kind in answer.types]
        fields = ", ".join(f"{text(column)}: {text(kind)}" for column, kind in zip(answer.columns, kinds, strict=True))
        source = f"read_json({text(lines)}, format = 'newline_delimited', columns = {{{fields}}})"
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"COPY (FROM {source}) TO {text(made)} (FORMAT parquet, COMPRESSION zstd)")
        return made.read_bytes()


FORMATS: dict[str, Callable[[Answer], bytes]] = {
    "table": as_table,
    "csv": as_csv,
    "json": as_json,
    "parquet": as_parquet,
}


def _objects(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.columns, map(_plain, row), strict=True)) for row in answer.rows]


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(value, datetime):
        return iso(value if value.tzinfo else value.replace(tzinfo=UTC))
    return value


def _cell(value: Any) -> Any:
    """The value as a cell: lists and structs as JSON."""
    if isinstance(value, dict | list):
        return msgspec.json.encode(value).decode()
    return str(value).lower() if isinstance(value, bool) else _plain(value)
