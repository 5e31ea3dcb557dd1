"""Odd days in a row as one incident, whichever of a tenant's figures they are of, with the day of the all-clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from chalicelib.anomalies.detector import Day


@dataclass(frozen=True)
class Incident:
    """The first and the last odd day, the odd days by figure, and the first ordinary day after them: None while it goes on.

    Judged again a day later, an incident has the same first day, but for silence: it is noticed once it is long enough.
    """

    since: date
    until: date
    clear: date | None
    odd: dict[str, list[Day]]


def incidents(judged: Mapping[str, Sequence[Day]]) -> list[Incident]:
    """The incidents of a tenant in order, from the judged days of each of its figures, which all are the same days."""
    odd = {name: [one for one in days if one.kind] for name, days in judged.items()}
    last = max((days[-1].day for days in judged.values() if days), default=date.min)
    return [_incident(run, odd, last) for run in _runs(sorted({one.day for days in odd.values() for one in days}))]


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    """The first and the last of each row of days without a gap."""
    starts = [day for day in days if day - timedelta(1) not in days]
    ends = [day for day in days if day + timedelta(1) not in days]
    return list(zip(starts, ends, strict=True))


def _incident(run: tuple[date, date], odd: Mapping[str, Sequence[Day]], last: date) -> Incident:
    since, until = run
    within = {name: [one for one in days if since <= one.day <= until] for name, days in odd.items()}
    clear = until + timedelta(1) if until < last else None
    return Incident(since, until, clear, {name: days for name, days in within.items() if days})
