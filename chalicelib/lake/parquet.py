"""A day's records as one Parquet file, by DuckDB, which in Lambda only the function that compacts has: as a layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chalicelib.lake.columns import REQUIRED, columns

# Half of what the function has: the rest is Python's, and the file's lines in the system's cache.
MEMORY = "1GB"
# The first arrival of an eventId counts. The times after it only make the choice the same for everyone.
EARLIEST = 'ORDER BY servertimestamp, "timestamp", page'
FIRST = f"row_number() OVER (PARTITION BY eventid {EARLIEST}) = 1"
FIRST_OF_DAY = f"row_number() OVER (PARTITION BY dt, eventid {EARLIEST}) = 1"
# What a file says of itself, and its object's metadata too: that its addresses' hashes are gone, and which people were erased.
WITHOUT_IP = {"ip": "null"}
ERASED_BY = "erased"


def write(lines: Path, target: Path, erased: str = "", *, is_bare: bool = False) -> int:
    """Write the file of records (a line of JSON each) as Parquet, each eventId once; how many those are.

    With `is_bare` it has no address's hash.
    """
    fields = ", ".join(f"{text(column.field)}: {text(column.duckdb)}" for column in columns())
    source = f"read_json({text(lines)}, format = 'newline_delimited', columns = {{{fields}}})"
    return _copy(source, target, erased, is_bare=is_bare)


def merge(parts: Iterable[Path], target: Path, erased: str = "", *, is_bare: bool = False) -> int:
    """Write one Parquet file in place of several of the same day, each eventId once; how many those are."""
    files = ", ".join(map(text, parts))
    fields = ", ".join(f'"{column.field}"' for column in columns())
    # A file of an older version of us lacks columns.
    source = f"(SELECT {fields} FROM ({_typed()} UNION ALL BY NAME FROM read_parquet([{files}], union_by_name = true)))"
    return _copy(source, target, erased, is_bare=is_bare)


def without_ip(held: Path, target: Path) -> int:
    """Write the same rows in the same order without addresses' hashes; how many those are."""
    return copy(f"SELECT * REPLACE (CAST(NULL AS VARCHAR) AS ip) FROM read_parquet({text(held)})", target, WITHOUT_IP)


def ids(held: Path) -> set[str]:
    """The eventIds that the file has."""
    import duckdb

    with duckdb.connect() as connection:
        rows = connection.execute("SELECT eventid FROM read_parquet($held)", {"held": str(held)})
        return {event for some in iter(lambda: rows.fetchmany(10_000), []) for (event,) in some}


def _copy(source: str, target: Path, erased: str, *, is_bare: bool) -> int:
    # Sorted: a question about one type of events reads that part alone, and a visit's events, which are alike, pack best.
    names = ", ".join(f'"{column.field}" AS "{column.name}"' for column in columns())
    first = f"SELECT {names} FROM {source} QUALIFY {FIRST}"
    kept = "SELECT * REPLACE (CAST(NULL AS VARCHAR) AS ip) " if is_bare else ""
    said = {ERASED_BY: erased} if erased else {}
    return copy(
        f'{kept}FROM ({first}) ORDER BY eventtype, coalesce(sessionid, visitorid), "timestamp", eventid',
        target,
        {**said, **WITHOUT_IP} if is_bare else said,
    )


def copy(ordered: str, target: Path, said: Mapping[str, str] | None = None) -> int:
    """Write the rows of this SQL as Parquet, in which also is what is `said` of them; how many those are.

    A file of which something else is said has another version, also where its rows are the same.
    """
    import duckdb

    listed = ", ".join(f"{name}: {text(value)}" for name, value in (said or {}).items())
    marked = f", KV_METADATA {{{listed}}}" if listed else ""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = {text(MEMORY)}")
        connection.execute(f"SET temp_directory = {text(target.parent / 'spilled')}")
        written = connection.execute(
            f"COPY ({ordered}) TO {text(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 9{marked})"
        ).fetchone()
    return int(written[0]) if written else 0


def read(files: Iterable[Path]) -> str:
    """SQL for the records of these files in folders like dt=2026-11-09: every column of today's records, and dt.

    A file from before a field was added does not have its column: there it is NULL.
    """
    empty = _typed(", CAST(NULL AS VARCHAR) AS dt")
    listed = ", ".join(map(text, files))
    if not listed:
        return empty
    options = "hive_partitioning = true, hive_types = {'dt': VARCHAR}, union_by_name = true"
    return f"{empty} UNION ALL BY NAME FROM read_parquet([{listed}], {options})"


def _typed(also: str = "") -> str:
    """SQL for no record, with the type of each column."""
    typed = ", ".join(f'CAST(NULL AS {column.duckdb}) AS "{column.name}"' for column in columns())
    return f"SELECT {typed}{also} WHERE false"


def misfit(path: Path) -> str | None:
    """Why this file, which a foreign hand may have put, is not a day's Parquet; None where its columns are a record's.

    One of an older version of us has fewer of them.
    """
    import duckdb

    with duckdb.connect() as connection:
        try:
            held = connection.from_parquet(str(path))
        except duckdb.Error:
            return "it cannot be read as Parquet"
        kinds = dict(zip(map(str.lower, held.columns), held.types, strict=True))
        wrong = [column.name for column in columns() if not _fits(kinds.get(column.name), duckdb.type(column.duckdb))]
    lacking = {name.replace("_", "") for name in REQUIRED} - kinds.keys()
    if lacking:
        return f"it has no {', '.join(sorted(lacking))}"
    return f"these columns are of another type: {', '.join(wrong)}" if wrong else None


def _fits(held: Any, ours: Any) -> bool:
    """Whether what a file has, where it has it, is of our type; a struct may lack leaves."""
    if held is None or held == ours:
        return True
    if held.id != "struct" or ours.id != "struct":
        return False
    leaves = dict(ours.children)
    return all(name in leaves and _fits(kind, leaves[name]) for name, kind in held.children)


def missing(held: Path, fresh: Path) -> int:
    """How many eventIds of the one Parquet file the other does not have."""
    return count("SELECT eventid FROM read_parquet($held) EXCEPT SELECT eventid FROM read_parquet($fresh)", held, fresh)


def count(sql: str, held: Path, fresh: Path) -> int:
    """How many rows this SQL over two files, `$held` and `$fresh`, has."""
    import duckdb

    with duckdb.connect() as connection:
        return len(connection.execute(sql, {"held": str(held), "fresh": str(fresh)}).fetchall())


def number(file: Path) -> int:
    """How many rows the file has."""
    import duckdb

    with duckdb.connect() as connection:
        return len(connection.from_parquet(str(file)))


def text(value: object) -> str:
    """A text as SQL writes it, for the places where a statement takes no parameter."""
    return "'" + str(value).replace("'", "''") + "'"
