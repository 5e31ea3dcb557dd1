"""The record's fields as columns: the one place from which Athena's tables, the Parquet files and the readers take them."""

from __future__ import annotations

import types
from functools import cache
from hashlib import sha256
from typing import NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from chalicelib.records import Record

# The fields that a record of every version of us has.
REQUIRED = ("event_id", "event_type", "timestamp", "server_timestamp", "is_bot")
_ATHENA: dict[type, str] = {str: "string", bool: "boolean", int: "int", float: "double"}
_DUCKDB: dict[type, str] = {str: "VARCHAR", bool: "BOOLEAN", int: "INTEGER", float: "DOUBLE"}


class Column(NamedTuple):
    """A field of the record (`eventId`), its column (`eventid`), and its type in Athena's DDL and in DuckDB's."""

    field: str
    name: str
    athena: str
    duckdb: str


@cache
def columns(record: type[msgspec.Struct] = Record) -> tuple[Column, ...]:
    """The columns of a record's fields, in their order; TypeError for a type that no table has."""
    hints = get_type_hints(record)
    return tuple(_column(field.encode_name, _bare(hints[field.name])) for field in msgspec.structs.fields(record))


@cache
def schema() -> str:
    """The digest of the columns' names and types. A file of another one was made by another version, and is made again."""
    listed = ",".join(f"{column.name}:{column.athena}" for column in columns())
    return sha256(listed.encode()).hexdigest()[:16]


def _column(field: str, kind: type) -> Column:
    if kind in _ATHENA:
        return Column(field, field.lower(), _ATHENA[kind], _DUCKDB[kind])
    if not issubclass(kind, msgspec.Struct):
        raise TypeError(f"{field}: a table has no column of {kind.__name__}")
    leaves = columns(kind)
    athena = ",".join(f"{leaf.name}:{leaf.athena}" for leaf in leaves)
    duckdb = ", ".join(f"{leaf.name} {leaf.duckdb}" for leaf in leaves)
    return Column(field, field.lower(), f"struct<{athena}>", f"STRUCT({duckdb})")


def _bare(hint: object) -> type:
    """The type of an optional one."""
    if get_origin(hint) in {types.UnionType, Union}:
        kinds = [one for one in get_args(hint) if one is not types.NoneType]
        hint = kinds[0] if len(kinds) == 1 else hint
    if not isinstance(hint, type):
        raise TypeError(f"a table has no column of {hint}")
    return hint
