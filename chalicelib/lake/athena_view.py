"""A tenant's view on Athena, and moving its watermark in the Glue catalog, without a query.

Glue keeps a view of Athena's as a comment around base64 of JSON, which holds the view's SQL.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

TRIES = 3
_STORED = re.compile(r"/\* Presto View: ([A-Za-z0-9+/=]+) \*/")
_DAY = re.compile(r"(?<=')[0-9]{4}-[0-9]{2}-[0-9]{2}(?=')")
# The days that are read in parts, as the view lists them twice: to leave them out, and to take them.
_PARTS = re.compile(r"(?i)(?<=\bIN)\s*\((\s*'[0-9]{4}-[0-9]{2}-[0-9]{2}'\s*,?)+\)")
# What UpdateTable takes of what GetTable gives; the rest is Glue's own.
_INPUT = (
    *("Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys"),
    *("ViewOriginalText", "ViewExpandedText", "TableType", "Parameters"),
)


def moved(
    glue: GlueClient, database: str, table: str, day: date, parts: Collection[date] = (), tries: int = TRIES
) -> bool:
    """Whether the watermark of the tenant's view was moved forward to this day, with the days that are read in parts.

    False where there is no such view, where it is not the one that the setup makes, where it is as far already, and where it
    is one for days without parts: that one goes on to read such days raw.
    """
    try:
        view: Mapping[str, Any] = glue.get_table(DatabaseName=database, Name=table)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return False
    text = _advanced(view.get("ViewOriginalText", ""), table, day, parts)
    if text is None:
        return False
    try:
        _update(glue, database, view, text)
    except glue.exceptions.ConcurrentModificationException:
        if tries == 1:
            raise
        # Somebody else has just changed it, perhaps to a later day: look again.
        return moved(glue, database, table, day, parts, tries - 1)
    return True


def knows_no_parts(text: str, table: str) -> bool:
    """Whether this is the text of the setup's view for days without parts, which never moves over a day in parts."""
    sql = _decoded(text).get("originalSql", "")
    return _is_setups(sql, table) and not _PARTS.search(sql)


def table_input(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table of Glue's as UpdateTable takes it back."""
    return {key: table[key] for key in _INPUT if key in table}


def _update(glue: GlueClient, database: str, view: Mapping[str, Any], text: str) -> None:
    changed: Any = {**table_input(view), "ViewOriginalText": text}
    # With the version an older day never overwrites a later one. A version a night for each tenant would meet Glue's quota.
    glue.update_table(DatabaseName=database, TableInput=changed, VersionId=view["VersionId"], SkipArchive=True)


def _advanced(stored: str, table: str, day: date, parts: Collection[date] = ()) -> str | None:
    """The view's text with the later watermark, or None where there is nothing to move."""
    view = _decoded(stored)
    sql = view.get("originalSql", "")
    named = {one for found in _PARTS.finditer(sql) for one in _DAY.findall(found[0])}
    days = set(_DAY.findall(_PARTS.sub("", sql)))
    # The watermark is the one date in the view of the setup; another one was put there by somebody else.
    if len(days) != 1 or not _is_setups(sql, table):
        return None
    # A day that is named stays so: its manifest is there for good.
    wanted = named | {one.isoformat() for one in parts}
    mark = days.pop()
    if (wanted and not named) or mark > day.isoformat() or (mark == day.isoformat() and wanted == named):
        return None
    pieces = _PARTS.split(sql)[:: 1 + _PARTS.groups]
    written = f" {listed(wanted)}".join(_DAY.sub(day.isoformat(), piece) for piece in pieces)
    return _encoded({**view, "originalSql": written})


def _is_setups(sql: str, table: str) -> bool:
    return f"{table}_raw" in sql and f"{table}_compacted" in sql


def listed(days: Collection[str]) -> str:
    """The days that are read in parts, as SQL lists them."""
    return f"({', '.join(repr(one) for one in sorted(days))})"


def _decoded(stored: str) -> dict[str, Any]:
    """The view that Glue stores; empty for any other text."""
    found = _STORED.fullmatch(stored)
    try:
        view = json.loads(base64.b64decode(found[1], validate=True)) if found else {}
    except ValueError:
        return {}
    return view if isinstance(view, dict) else {}


def _encoded(view: dict[str, Any]) -> str:
    return f"/* Presto View: {base64.b64encode(json.dumps(view).encode()).decode()} */"
