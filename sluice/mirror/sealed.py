"""A DuckDB connection that sees some views and the files that they read, and nothing else of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from chalicelib.lake.parquet import text
from sluice.mirror import visits


def connect(views: Mapping[str, str], files: Iterable[object], **config: str) -> duckdb.DuckDBPyConnection:
    """A connection with these views. It can read no other file, write none, and change none of its own settings."""
    connection = visits.connect(**config)
    # A name that no table has would else find a variable of ours.
    connection.execute("SET python_enable_replacements = false")
    for name, sql in views.items():
        connection.execute(f'CREATE VIEW "{name}" AS {sql}')
    connection.execute(f"SET allowed_paths = [{', '.join(map(text, files))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
