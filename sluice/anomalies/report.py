"""A tenant's odd days: its figures by day, judged, as incidents, each with what explains most of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from chalicelib.anomalies.counts import HISTORY, QUESTION, of_rows
from chalicelib.anomalies.detector import WEEK, WEEKS, Day
from chalicelib.anomalies.incidents import Incident, incidents
from chalicelib.lake.days import Days
from sluice.anomalies.slices import Slice, explaining
from sluice.questions.dialect import QueryError

CHANGES = "changes"

# The rows of a question of the library, by its name, days and parameters.
Ask = Callable[[str, Days, Mapping[str, str]], Sequence[tuple[Any, ...]]]


@dataclass(frozen=True)
class Odd:
    """The odd days of one figure within an incident: the one that is furthest away, and what explains most of it."""

    figure: str
    worst: Day
    slice: Slice | None


@dataclass(frozen=True)
class Explained:
    """An incident with its figures."""

    incident: Incident
    odd: list[Odd]


@dataclass(frozen=True)
class Report:
    """The judged days of each figure, and the incidents that have one of these days."""

    days: dict[str, list[Day]]
    incidents: list[Explained]


def find(ask: Ask, days: Days, closed: date) -> Report:
    """What was odd on these days, up to the last closed one; raises QueryError where there is none, and what `ask` raises."""
    if days.since > closed:
        raise QueryError(f"{days.since} still takes events; the last closed day is {closed}")
    if days.since > days.until:
        raise QueryError(f"the first day, {days.since}, is after the last, {days.until}")
    days = days._replace(until=min(days.until, closed))
    whole = of_rows(ask(QUESTION, days._replace(since=days.since - HISTORY), {}), days.until)
    found = [one for one in incidents(whole) if one.until >= days.since]
    shown = {figure: [one for one in judged if one.day >= days.since] for figure, judged in whole.items()}
    return Report(
        shown, [Explained(one, [_odd(ask, days.zone, whole, *pair) for pair in one.odd.items()]) for one in found]
    )


def _odd(ask: Ask, zone: str, whole: Mapping[str, Sequence[Day]], figure: str, odd: Sequence[Day]) -> Odd:
    worst = max(odd, key=lambda one: abs(one.counted - (one.usual or 0)))
    weekdays = {worst.day - timedelta(WEEK * number) for number in range(1, WEEKS + 1)}
    against = [one.day for one in whole[figure] if one.day in weekdays and not one.kind]
    if not against:
        return Odd(figure, worst, None)
    values = {"figure": figure, "against": ",".join(map(str, against))}
    return Odd(figure, worst, explaining([(*row,) for row in ask(CHANGES, Days(against[0], worst.day, zone), values)]))
