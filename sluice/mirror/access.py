"""A tenant's access logs in DuckDB: the view `access` over its gzip files, with the columns that Athena's table has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib.access_logs import files
from chalicelib.access_logs.cleaning import MAX_LINE
from chalicelib.access_logs.fields import FIELDS, HEADER_LINES
from chalicelib.lake.objects import Objects
from chalicelib.lake.parquet import text
from chalicelib.prefixes import ACCESS

TYPES = {"string": "VARCHAR", "int": "INTEGER", "bigint": "BIGINT", "double": "DOUBLE"}
_PARTITION = ("year", "month", "day")


def of_days(folder: Path, since: date, until: date) -> tuple[Path, ...]:
    """The files below this folder, a bucket's or a copy of one, of these UTC days."""
    found = {path: files.read(path.name) for path in sorted((folder / ACCESS.path).glob("year=*/month=*/day=*/*.gz"))}
    return tuple(path.absolute() for path, file in found.items() if file and since <= file.hour.date() <= until)


def fetch(objects: Objects, folder: Path, since: date, until: date) -> int:
    """Copy the files of these days that the folder lacks, delete those that the bucket has no more; how many came."""
    keys = {key for key in objects.keys(ACCESS.path) if _is_of(key, since, until)}
    for path in of_days(folder, since, until):
        if path.relative_to(folder.absolute()).as_posix() not in keys:
            path.unlink()
    new = [key for key in sorted(keys) if not (folder / key).exists()]
    for key in new:
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        # Under another name first: a killed copy is never read.
        with TemporaryDirectory(dir=path.parent, prefix=".") as scratch:
            if objects.fetch(key, Path(scratch) / path.name) is not None:
                (Path(scratch) / path.name).replace(path)
    return len(new)


def _is_of(key: str, since: date, until: date) -> bool:
    file = files.read(key)
    return file is not None and file.key == key and since <= file.hour.date() <= until


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
