"""Which days a record can be of, and how a moment is written."""

from __future__ import annotations

from datetime import UTC, date, datetime

# Apache's first year: no web server wrote a log of today's form before.
FIRST_YEAR = 1995


def is_possible(day: date, today: date) -> bool:
    """Whether a record can be of this day, imported ones too: from `FIRST_YEAR` to the next year."""
    return FIRST_YEAR <= day.year <= today.year + 1


def iso(moment: datetime) -> str:
    """UTC, ISO 8601, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
