"""Athena's texts as Python's own values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo


def typed(kind: str, text: str | None) -> Any:
    """A value of Athena's type from its text; NULL has none. Arrays, maps and rows stay text."""
    return None if text is None else _TYPES.get(kind, str)(text)


def _zoned(text: str) -> datetime:
    """A moment from `2025-12-17 10:00:00.000 UTC`, or with an offset or a place for its zone."""
    moment, _, zone = text.rpartition(" ")
    if zone.startswith(("+", "-")):
        return datetime.fromisoformat(moment + zone)
    return datetime.fromisoformat(moment).replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))


_TYPES: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "boolean": lambda text: text == "true",
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "timestamp with time zone": _zoned,
}
