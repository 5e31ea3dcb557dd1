"""The record's fields as columns: their names, and their types in Athena and in DuckDB."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from chalicelib.lake.columns import Column, columns
from chalicelib.records import Record


class Size(msgspec.Struct, rename="camel"):
    """Leaves of a struct."""

    in_pixels: int | None
    is_wide: bool


class Seen(msgspec.Struct, rename="camel"):
    """A record with each kind of field that a table has."""

    event_id: str
    user_id: str | None
    is_bot: bool
    shown_times: int | None
    screen_size: Size | None


class Dated(msgspec.Struct):
    """A record with a field that no table has."""

    day: datetime.date


class Listed(msgspec.Struct):
    """A record with a field whose type is not plain."""

    names: list[str]


class Mixed(msgspec.Struct):
    """A record with a field of two types."""

    width: int | str


def test_a_scalar_is_a_column_in_lower_case() -> None:
    assert columns(Seen)[:4] == (
        Column("eventId", "eventid", "string", "VARCHAR"),
        Column("userId", "userid", "string", "VARCHAR"),
        Column("isBot", "isbot", "boolean", "BOOLEAN"),
        Column("shownTimes", "showntimes", "int", "INTEGER"),
    )


def test_a_struct_is_a_column_of_its_leaves() -> None:
    assert columns(Seen)[4] == Column(
        "screenSize",
        "screensize",
        "struct<inpixels:int,iswide:boolean>",
        "STRUCT(inpixels INTEGER, iswide BOOLEAN)",
    )


def test_the_records_columns_are_its_fields_in_their_order() -> None:
    assert [column.field for column in columns()] == [field.encode_name for field in msgspec.structs.fields(Record)]


def test_no_two_columns_differ_in_letter_case_alone() -> None:
    names = [column.name for column in columns()]

    assert len(set(names)) == len(names)
    assert all(name == name.lower() for name in names)


@pytest.mark.parametrize("record", [Dated, Listed, Mixed])
def test_a_type_that_no_table_has_is_refused(record: type[msgspec.Struct]) -> None:
    with pytest.raises(TypeError, match="a table has no column of"):
        columns(record)
