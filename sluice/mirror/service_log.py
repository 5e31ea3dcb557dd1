"""Questions to the service's own log: to captured or exported files by DuckDB, to a stage's export by Athena."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from chalicelib.lake.days import Days
from chalicelib.lake.parquet import text
from chalicelib.service_logs.fields import KEPT, TABLE
from sluice.athena import client as athena
from sluice.athena.client import AthenaError
from sluice.mirror import answers, sealed
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Explained
from sluice.project import stage_own
from sluice.project.config import Stage
from sluice.questions import dialect, library, lint, statement
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library, Prepared, Query

SIGN_INS = "sign_ins"  # the dashboard's lines of failed sign-ins, which its own log alone has
_TYPES = {"string": "VARCHAR", "int": "INTEGER", "double": "DOUBLE", "boolean": "BOOLEAN"}
_OF_SIGN_INS = {
    **dict.fromkeys(("timestamp", "message", "way", "why", "name", "address"), "VARCHAR"),
    "failures": "INTEGER",
}
_COLUMNS = [*(field.column for field in KEPT), "year", "month", "day", "dt"]


def questions() -> Library:
    """The questions to the log, and the project's own over them."""
    return Library(library.OF_LOGS, library.FOLDER / library.OF_LOGS.name)


def in_files(query: Query, files: Sequence[Path], days: Days, given: Mapping[str, str]) -> Answer:
    """What DuckDB answers of the lines in these files; raises QueryError."""
    asked = _prepared(query, days, given)
    with _connected(files) as connection:
        return _answer(connection, dialect.to_duckdb(asked.expression), asked.values)


def explained(query: Query, days: Days, given: Mapping[str, str], *, is_remote: bool) -> Explained:
    """What Athena would be asked, or DuckDB."""
    asked = _prepared(query, days, given)
    if is_remote:
        sql, literals = statement.to_athena(asked.expression, asked.values)
        return Explained(sql, literals, f"the partitions of {days.since} to {days.until} at most")
    return Explained(dialect.to_duckdb(asked.expression), asked.values, "the named files")


def span(files: Sequence[Path]) -> tuple[date, date] | None:
    """The first and the last UTC day of which these files have a line that can be asked; None where they have none."""
    days = " UNION ALL ".join(f"SELECT dt FROM {name}" for name in (TABLE, SIGN_INS))
    with _connected(files) as connection:
        ((first, last),) = _answer(connection, f"SELECT min(dt), max(dt) FROM ({days})", {}).rows
    return (date.fromisoformat(first), date.fromisoformat(last)) if first else None


def on_athena(
    query: Query,
    stage: Stage,
    days: Days,
    given: Mapping[str, str],
    client: Callable[[str, str], Any],
    on_progress: Callable[[athena.Progress], None] = lambda progress: None,
) -> Answer:
    """What Athena answers of a stage's export, in the workgroup of all tenants; raises QueryError or AthenaError."""
    asked = _prepared(query, days, given)
    if any(table.name.lower() == SIGN_INS for table in dialect.reads(asked.expression)):
        raise QueryError(f"{query.name} asks the dashboard's own log, which no stage has; name its file with --local")
    sql, values = statement.to_athena(asked.expression, asked.values)
    group, database = stage_own.workgroup(stage), stage.database
    service = client("athena", stage.region)
    try:
        result = athena.run(sql, values, client=service, workgroup=group, database=database, on_progress=on_progress)
        return answers.of_athena(result, result.rows)
    except AthenaError as error:
        if TABLE not in str(error) and group not in str(error):
            raise
        command = f"sluice athena setup --all --stage {stage.name} --apply"
        raise AthenaError(
            f"{error}; where the stage has `export_logs = true`, run `{command}`, and ask again"
        ) from None


def _prepared(query: Query, days: Days, given: Mapping[str, str]) -> Prepared:
    asked = questions().prepare(query, given=given, days=days)
    lint.refuse(asked.expression)
    return asked


def _connected(files: Sequence[Path]) -> duckdb.DuckDBPyConnection:
    for file in files:
        if not file.is_file():
            raise QueryError(f"there is no file {str(file)!r}")
    return sealed.connect({TABLE: _requests(files), SIGN_INS: _sign_ins(files)}, [file.absolute() for file in files])


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> Answer:
    try:
        cursor = connection.execute(sql, values)
        described = cursor.description or []
        return Answer([one[0] for one in described], [str(one[1]) for one in described], cursor.fetchall())
    except duckdb.Error as error:
        raise QueryError(library.explain_missing(str(error), _COLUMNS, [TABLE, SIGN_INS])) from None


def _requests(files: Sequence[Path]) -> str:
    """The lines of requests, with the columns that the table on Athena has, and its days."""
    lines = _lines(files, {field.name: _TYPES[field.type] for field in KEPT})
    named = ", ".join(f'"{field.name}" AS "{field.column}"' for field in KEPT)
    return f"SELECT {named}, {_DAYS} FROM {lines} WHERE route IS NOT NULL AND outcome IS NOT NULL"


def _sign_ins(files: Sequence[Path]) -> str:
    return f"SELECT *, {_DAYS} FROM {_lines(files, _OF_SIGN_INS)} WHERE message = 'sign_in_failed'"


_DAYS = (
    'substr("timestamp", 1, 4) AS year, substr("timestamp", 6, 2) AS month, substr("timestamp", 9, 2) AS day, '
    'substr("timestamp", 1, 10) AS dt'
)


def _lines(files: Sequence[Path], types: Mapping[str, str]) -> str:
    """The lines that are JSON objects, compressed or not; what else is in the files is a row of NULLs."""
    listed = ", ".join(text(file.absolute()) for file in files)
    columns = ", ".join(f"{text(name)}: '{kind}'" for name, kind in types.items())
    return f"read_json([{listed}], columns = {{{columns}}}, format = 'newline_delimited', ignore_errors = true)"
