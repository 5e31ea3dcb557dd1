"""The statements that unload a day, and that count what it has."""

from __future__ import annotations

from datetime import date

from chalicelib.lake import parquet
from chalicelib.lake.columns import REQUIRED, columns

# As `raw` asks of a record's times.
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"
_TIMES = ('"timestamp"', "servertimestamp")
_REQUIRED = [f'"{name.replace("_", "")}"' for name in REQUIRED]


def records(table: str, day: date) -> str:
    """SQL for the day's records, each eventId once: what compaction would keep of them."""
    names = ", ".join(f'"{column.name}"' for column in columns())
    return (
        f"SELECT {names}\nFROM (\n"
        f"  SELECT {names},\n    row_number() OVER (PARTITION BY eventid {parquet.EARLIEST}) AS copy\n"
        f"  FROM {table}\n  WHERE {_of(day)}\n    AND {_is_record()}\n)\nWHERE copy = 1"
    )


def statement(table: str, day: date, place: str) -> str:
    """The statement that writes them below `s3://…/`."""
    return f"UNLOAD (\n{records(table, day)}\n)\nTO '{place}'\nWITH (format = 'PARQUET', compression = 'ZSTD')"


def counts(table: str, day: date) -> str:
    """The statement that counts what the day has."""
    is_record = f"({_is_record()})"
    return (
        f"SELECT count(*) AS lines, count_if({is_record}) AS records,\n"
        f"  count(DISTINCT CASE WHEN {is_record} THEN eventid END) AS events,\n"
        f'  count(DISTINCT "$path") AS objects\nFROM {table}\nWHERE {_of(day)}'
    )


def _of(day: date) -> str:
    return f"year = '{day:%Y}' AND month = '{day:%m}' AND day = '{day:%d}'"


def _is_record() -> str:
    """What compaction asks of a record, as SQL: nothing that it needs is missing, and its times are times."""
    there = [f"{name} IS NOT NULL" for name in _REQUIRED]
    timed = [f"regexp_like({name}, '{_MOMENT}') AND try(from_iso8601_timestamp({name})) IS NOT NULL" for name in _TIMES]
    return " AND ".join([*there, *timed])
