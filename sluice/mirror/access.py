"""A tenant's access logs in DuckDB: the view `access` over its gzip files, with the columns that Athena's table has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from chalicelib.access_logs import files
from chalicelib.access_logs.cleaning import MAX_LINE
from chalicelib.access_logs.fields import FIELDS, HEADER_LINES
from chalicelib.lake.parquet import text
from chalicelib.prefixes import ACCESS

TYPES = {"string": "VARCHAR", "int": "INTEGER", "bigint": "BIGINT", "double": "DOUBLE"}
_PARTITION = ("year", "month", "day")


def of_days(folder: Path, since: date, until: date) -> tuple[Path, ...]:
    """The files below this folder, a bucket's or a copy of one, of these UTC days."""
    found = {path: files.read(path.name) for path in sorted((folder / ACCESS.path).glob("year=*/month=*/day=*/*.gz"))}
    return tuple(path.absolute() for path, file in found.items() if file and since <= file.hour.date() <= until)


def view(paths: Sequence[Path]) -> str:
    """The lines of these files; a value that is not of its column's type is NULL, as on Athena."""
    if not paths:
        types = {**{field.column: TYPES[field.type] for field in FIELDS}, **dict.fromkeys(_PARTITION, "VARCHAR")}
        nulls = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in types.items())
        return f"SELECT {nulls} WHERE false"
    listed = ", ".join(text(path) for path in paths)
    names = ", ".join(f"{text(field.column)}: 'VARCHAR'" for field in FIELDS)
    partition = ", ".join(f"'{name}': 'VARCHAR'" for name in _PARTITION)
    # No quotes and no escapes: a line is what is between tabs. A file of another form has fewer fields, or more.
    lines = (
        f"read_csv([{listed}], columns = {{{names}}}, delim = '\\t', quote = '', escape = '', header = false, "
        f"skip = {HEADER_LINES}, auto_detect = false, null_padding = true, ignore_errors = true, strict_mode = false, "
        f"max_line_size = {MAX_LINE}, compression = 'gzip', hive_partitioning = true, hive_types = {{{partition}}})"
    )
    typed = [_typed(field.column, TYPES[field.type]) for field in FIELDS]
    return f"SELECT {', '.join([*typed, *_PARTITION])} FROM {lines}"


def _typed(column: str, kind: str) -> str:
    return f'TRY_CAST("{column}" AS {kind}) AS "{column}"'
