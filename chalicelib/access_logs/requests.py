"""The requests of access logs as a kind of days that are compacted: their files as SQL, and one Parquet of a day's."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from chalicelib.access_logs import files, reading
from chalicelib.access_logs.fields import FIELDS, NOTHING, OF_ACCESS
from chalicelib.access_logs.fields import Kind as Type
from chalicelib.access_logs.reading import MAX_LINE, UnreadableFile
from chalicelib.access_logs.sources import MAX_FILE
from chalicelib.lake import parquet
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.parquet import text
from chalicelib.lake.raw import Form
from chalicelib.prefixes import ACCESS, ACCESS_COMPACTED

DUCKDB: dict[Type, str] = {"string": "VARCHAR", "int": "INTEGER", "bigint": "BIGINT", "double": "DOUBLE"}
TYPES = {field.column: DUCKDB[field.type] for field in FIELDS}
_ROWS = ", ".join(f'"{column}"' for column in TYPES)
# A question names a status, a site or a page; a day's requests of a page are alike.
_ORDER = 'x_host_header, cs_uri_stem, "date", "time", x_edge_request_id'


def rows(paths: Iterable[Path], *, packing: str, header: int, also: str = "", options: str = "") -> str:
    """SQL for the lines of these files, with these columns `also`; a value that is not of its column's type is NULL."""
    names = ", ".join(f"{text(column)}: 'VARCHAR'" for column in TYPES)
    typed = ", ".join(_typed(column, kind) for column, kind in TYPES.items())
    # No quotes and no escapes: a line is what is between tabs. A file of another form has fewer fields, or more.
    return (
        f"SELECT {typed}{also} FROM read_csv([{', '.join(map(text, paths))}], columns = {{{names}}}, delim = '\\t', "
        f"quote = '', escape = '', header = false, skip = {header}, auto_detect = false, null_padding = true, "
        f"ignore_errors = true, strict_mode = false, max_line_size = {MAX_LINE}, compression = '{packing}'{options})"
    )


def _typed(column: str, kind: str) -> str:
    if kind == DUCKDB["string"]:
        return f'"{column}"'
    # A cast of the column itself is made by the reader of the lines, which then leaves out the whole line.
    return f'TRY_CAST(NULLIF("{column}", \'{NOTHING}\') AS {kind}) AS "{column}"'


def _copied(_: str, body: bytes, file: BinaryIO) -> tuple[int, str | None]:
    """Write the file's lines; those of other fields are left out."""
    found = others = 0
    try:
        for values in reading.lines(body):
            if values is None:
                others += 1
            else:
                file.write(("\t".join(values) + "\n").encode())
                found += 1
    except UnreadableFile as error:
        return found, str(error)
    return found, f"{others} lines are not of its fields" if others else None


def _is_ours(key: str) -> bool:
    file = files.read(key)
    return file is not None and file.key == key


def _schema() -> str:
    return sha256(",".join(f"{field.column}:{field.type}" for field in FIELDS).encode()).hexdigest()[:16]


def _write(lines: Path, target: Path) -> int:
    """No line is left out as a copy of another: a file that is delivered twice has one name, and is stored once."""
    return parquet.copy(f"FROM ({rows([lines], packing='none', header=0)}) ORDER BY {_ORDER}", target)


def _missing(held: Path, fresh: Path) -> int:
    of = f"SELECT {_ROWS} FROM read_parquet"
    return parquet.count(f"{of}($held) EXCEPT ALL {of}($fresh)", held, fresh)


REQUESTS = Kind(
    name="requests",
    raw=ACCESS,
    compacted=ACCESS_COMPACTED,
    form=Form(
        is_ours=_is_ours,
        foreign="not a log file: its name is not one of CloudFront's",
        most=MAX_FILE,
        copied=_copied,
    ),
    schema=_schema,
    write=_write,
    missing=_missing,
    table=OF_ACCESS,
    has=lambda entry: bool(entry.distributions),
    comes_late=True,
)
KINDS = (EVENTS, REQUESTS)
