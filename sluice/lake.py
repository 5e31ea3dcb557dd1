"""A tenant's lake in DuckDB: the view `events` over the files of its mirror, and nothing else of this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from chalicelib import parquet
from chalicelib.columns import columns
from chalicelib.parquet import text
from sluice import macros
from sluice.mirror import Part, Snapshot

EVENTS = "events"
# What a question may take of this machine.
MEMORY = "3GB"


class Source(NamedTuple):
    """One tenant's mirror: its folder, and what of it is to be seen."""

    folder: Path
    snapshot: Snapshot


def connect(tenants: Mapping[str, Source], since: date = date.min, until: date = date.max) -> duckdb.DuckDBPyConnection:
    """A connection that sees these tenants' events of these days: by the view of each one's name (`events` for a lone one).

    It can read no file but theirs, write none, and change none of its own settings.
    """
    connection = duckdb.connect(config={"memory_limit": MEMORY})
    connection.execute("SET TimeZone = 'UTC'")
    # A name that no table has would else find a variable of ours.
    connection.execute("SET python_enable_replacements = false")
    for macro in macros.MACROS:
        connection.execute(macro)
    for name, source in tenants.items():
        connection.execute(f'CREATE VIEW "{name}" AS {view(source, since, until)}')
    folders = ", ".join(text(f"{source.folder}/") for source in tenants.values())
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def view(source: Source, since: date = date.min, until: date = date.max) -> str:
    """The tenant's events of these days: compacted up to the watermark, raw after it with each eventId once a day."""
    snapshot = source.snapshot
    compacted = [part for day, part in snapshot.compacted.items() if since <= day <= until]
    days = [parts for day, parts in snapshot.raw.items() if since <= day <= until]
    whole = [*compacted, *(parts[0] for parts in days if len(parts) == 1)]
    pieces = [part for parts in days if len(parts) > 1 for part in parts]
    selects = [
        *([_select(source.folder, whole)] if whole else []),
        *([f"{_select(source.folder, pieces)} QUALIFY {parquet.FIRST_OF_DAY}"] if pieces else []),
    ]
    union = " UNION ALL ".join(f"({select})" for select in selects) or _nothing()
    return f"SELECT {_names()}, {_PARTITION} FROM ({union})"


def schema() -> dict[str, str]:
    """The view's columns with their types in DuckDB."""
    return {**{column.name: column.duckdb for column in columns()}, **dict.fromkeys(PARTITION, "VARCHAR")}


PARTITION = ("year", "month", "day", "dt")
_PARTITION = "substr(dt, 1, 4) AS year, substr(dt, 6, 2) AS month, substr(dt, 9, 2) AS day, dt"


def _names() -> str:
    return ", ".join(f'"{column.name}"' for column in columns())


def _select(folder: Path, parts: Sequence[Part]) -> str:
    files = ", ".join(text(folder / part.path) for part in parts)
    # By name: the Parquet of a day before a field came does not have it.
    options = "hive_partitioning = true, hive_types = {'dt': VARCHAR}, union_by_name = true"
    return f"SELECT {_names()}, dt FROM read_parquet([{files}], {options})"


def _nothing() -> str:
    typed = ", ".join(f'CAST(NULL AS {column.duckdb}) AS "{column.name}"' for column in columns())
    return f"SELECT {typed}, CAST(NULL AS VARCHAR) AS dt WHERE false"
