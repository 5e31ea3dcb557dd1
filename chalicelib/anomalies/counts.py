"""A tenant's figures by day, as the question `daily-counts` answers, judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.anomalies.detector import WEEKS, Day, judged
from chalicelib.lake.compaction import closes
from chalicelib.lake.days import Days, zone_of
from chalicelib.margins import grain

FIGURES = ("visits", "events", "goals", "errors")
QUESTION = "daily-counts"
# The spread of the first day is that of eight weeks, whose days have eight weeks of their own, and a fortnight, before them.
HISTORY = timedelta(weeks=2 * WEEKS + 2)


def of_rows(rows: Sequence[tuple[Any, ...]], until: date) -> dict[str, list[Day]]:
    """Each figure's days up to this one, judged, from the question's rows: a day without a row has no events.

    With their margins the days of a sample are not odd for what chance left out.
    """
    counts = {date.fromisoformat(day): _with_grains(figures) for day, *figures in rows}
    first = min(counts, default=until + timedelta(1))
    days = [first + timedelta(number) for number in range((until - first).days + 1)]
    by_day = [counts.get(day, [(0, 1.0)] * len(FIGURES)) for day in days]
    return {
        figure: judged(first, *zip(*(figures[place] for figures in by_day), strict=True)) if by_day else []
        for place, figure in enumerate(FIGURES)
    }


def _with_grains(figures: Sequence[int]) -> list[tuple[int, float]]:
    """Each figure with its grain, from figures alone, or each with its margin behind it."""
    if len(figures) == len(FIGURES):
        return [(count, 1.0) for count in figures]
    pairs = zip(figures[::2], figures[1::2], strict=True)
    return [(count, grain(count, margin)) for count, margin in pairs]


def last_closed(now: datetime, zone: str) -> date:
    """The zone's last day that takes no more events."""
    day = now.astimezone(zone_of(zone)).date()
    while closes(Days(day, day, zone).partitions[1]) > now.astimezone(UTC):
        day -= timedelta(1)
    return day
