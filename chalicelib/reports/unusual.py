"""Days out of the ordinary as a section: what was counted, and what is usual on such a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from chalicelib.anomalies.counts import FIGURES, HISTORY, of_rows
from chalicelib.anomalies.detector import Day, short
from chalicelib.margins import MARGIN
from chalicelib.reports import numbers
from chalicelib.reports.parts import Fault, Line, Pair, Row, Section
from chalicelib.reports.periods import Period

TITLE, NOTE = "Out of the ordinary", "Against the same weekdays of the eight weeks before."
# More of these figures is what people want, but for errors.
_GLAD = {"errors": -1}


def usual(period: Period) -> Period:
    """The days before a period by which what is usual is known."""
    return Period(period.since - HISTORY, period.since - timedelta(1))


def section(pair: Pair, since: date, until: date) -> Section | None:
    """The odd days from one to another, by the counts of these days and of those before; None where there is none."""
    if isinstance(pair.now, Fault) or isinstance(pair.before, Fault):
        fault = next(one for one in pair if isinstance(one, Fault))
        return Section(TITLE, fault=fault.reason)
    judged = of_rows(tuples([*pair.before, *pair.now]), until)
    odd = {figure: [one for one in days if one.kind and one.day >= since] for figure, days in judged.items()}
    return Section(TITLE, NOTE, "", tuple(lines(odd))) if any(odd.values()) else None


def lines(odd: Mapping[str, Sequence[Day]]) -> Iterable[Line]:
    """A line for each odd day of each figure, in the order of days."""
    found = [(one, figure) for figure, days in odd.items() for one in days]
    for one, figure in sorted(found, key=lambda pair: (pair[0].day, FIGURES.index(pair[1]))):
        name = f"{one.day:%a} {one.day.day} {one.day:%b}: {figure}"
        usual = one.usual or 0.0
        change = numbers.change(one.counted, usual, _GLAD.get(figure, 1))
        said = f"usually {short(usual)} ({one.low:,} to {one.high:,})"
        yield Line(name, said, numbers.whole(one.counted), change, one.counted / max(one.counted, usual, 1.0))


def tuples(rows: Iterable[Row]) -> list[tuple[object, ...]]:
    """The rows of the question as the judge takes them."""
    return [
        (str(row["day"]), *(row.get(name) or 0 for figure in FIGURES for name in (figure, figure + MARGIN)))
        for row in rows
    ]
