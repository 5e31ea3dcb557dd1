"""Which days a record can be of."""

from __future__ import annotations

from datetime import date

# Apache's first year: no web server wrote a log of today's form before.
FIRST_YEAR = 1995


def is_possible(day: date, today: date) -> bool:
    """Whether a record can be of this day, imported ones too: from `FIRST_YEAR` to the next year."""
    return FIRST_YEAR <= day.year <= today.year + 1
