"""A report's sections: which question each is made of, and how its rows become lines."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from chalicelib.anomalies import counts
from chalicelib.reports import numbers
from chalicelib.reports.parts import Fault, Line, Pair, Row, Section
from chalicelib.reports.periods import Period

SHOWN = 8
# Enough rows that what is shown of a period is among those of the one before it.
ASKED = "200"
OWN: dict[str, dict[str, str]] = {
    "totals": {},
    "visitors-and-visits": {},
    "top-pages": {"limit": ASKED},
    "sources": {"limit": ASKED},
    "goals": {},
    "revenue": {"limit": "1000"},
    "funnel": {},
    counts.QUESTION: {},
}
# Those that say how far a sample's numbers may be off.
WITH_MARGINS = ("totals", counts.QUESTION)
LOGS: dict[str, dict[str, str]] = {
    "access-days": {},
    "access-pages": {"limit": ASKED},
    "access-sources": {"limit": ASKED},
    "access-statuses": {},
    "access-cache": {},
    "access-protocols": {},
    "access-edges": {},
    "access-errors": {},
}


class Shape(NamedTuple):
    """How a question's rows become lines: what identifies one, its texts, the number that is compared, and how it is written."""

    title: str
    unit: str
    key: Callable[[Row], Hashable]
    label: Callable[[Row], str]
    number: Callable[[Row], float]
    detail: Callable[[Row], str] = lambda row: ""
    written: Callable[[Row], str] | None = None
    note: str = ""
    glad: int = 1
    is_share: bool = True


def _by(*names: str) -> Callable[[Row], tuple[object, ...]]:
    return lambda row: tuple(row[name] for name in names)


def _text(name: str, absent: str = "(none)") -> Callable[[Row], str]:
    return lambda row: absent if row[name] in (None, "") else str(row[name])


def _number(name: str) -> Callable[[Row], float]:
    return lambda row: row[name] or 0


def _percent(row: Row) -> str:
    return numbers.percent(row["share"])


def _addresses(row: Row) -> str:
    found = row["addresses"]
    return "" if found is None else f"{numbers.whole(found)} {'address' if found == 1 else 'addresses'}"


def _joined(*texts: str) -> str:
    return " \u00b7 ".join(filter(None, texts))


def _people(row: Row) -> str:
    return f"{numbers.whole(row['visitors'])} {'visitor' if row['visitors'] == 1 else 'visitors'}"


def _bounced(row: Row) -> str:
    return numbers.percent(row["bounce_rate"], " bounced")


def _direct(row: Row) -> str:
    return str(row["channel"] if row["source"] in (None, "", "(none)") else row["source"])


def _timed(row: Row) -> str:
    return "" if row["mean_ms"] is None else f"mean {row['mean_ms']:,} ms \u00b7 p95 {row['p95_ms']:,} ms"


_SHAPES = {
    "top-pages": Shape(
        "Pages",
        "views",
        _by("page"),
        _text("page"),
        _number("page_views"),
        lambda row: _joined(_people(row), _percent(row)),
    ),
    "sources": Shape(
        "Sources",
        "visits",
        _by("channel", "source"),
        _direct,
        _number("visits"),
        lambda row: _joined("" if _direct(row) == row["channel"] else str(row["channel"]), _bounced(row)),
    ),
    "goals": Shape(
        "Goals",
        "times reached",
        _by("goal"),
        _text("goal"),
        _number("conversions"),
        lambda row: numbers.percent(row["conversion_rate"], " of visits"),
    ),
    "revenue": Shape(
        "Revenue",
        "by source",
        _by("currency", "channel", "source"),
        _direct,
        _number("revenue"),
        lambda row: f"{numbers.whole(row['orders'])} {'order' if row['orders'] == 1 else 'orders'}",
        lambda row: numbers.money(row["revenue"], row["currency"]),
    ),
    "access-pages": Shape(
        "Pages",
        "hits",
        _by("page"),
        _text("page"),
        _number("hits"),
        lambda row: _joined(_addresses(row), _percent(row)),
    ),
    "access-sources": Shape("Sources", "hits", _by("source"), _text("source"), _number("hits"), _percent),
    "access-statuses": Shape(
        "Status codes", "requests", _by("status"), _text("status"), _number("requests"), _percent, glad=0
    ),
    "access-cache": Shape(
        "Cache",
        "requests",
        _by("result"),
        _text("result"),
        _number("requests"),
        lambda row: _joined(_percent(row), numbers.size(row["bytes"] or 0)),
        glad=0,
    ),
    "access-protocols": Shape(
        "HTTP versions", "requests", _by("version"), _text("version"), _number("requests"), _percent, glad=0
    ),
    "access-edges": Shape(
        "Edge locations", "requests", _by("edge"), _text("edge"), _number("requests"), _timed, glad=0
    ),
    "access-errors": Shape(
        "Errors",
        "requests",
        _by("path", "status"),
        _text("path"),
        _number("requests"),
        lambda row: _joined(str(row["status"]), _addresses(row)),
        glad=-1,
    ),
}


def listed(name: str, pair: Pair, shown: int = SHOWN) -> Section | None:
    """A question's section, its first lines against the same ones before; None where neither period has a row."""
    shape = _SHAPES[name]
    if isinstance(pair.now, Fault):
        return Section(shape.title, fault=pair.now.reason)
    if not pair.now and not (isinstance(pair.before, list) and pair.before):
        return None
    before = _before(shape, pair)
    rows = pair.now[:shown]
    most = max((shape.number(row) for row in rows), default=0)
    lines = tuple(_line(shape, row, before, most) for row in rows)
    return Section(shape.title, shape.note, shape.unit, lines, _more(pair.now, rows))


def _more(found: Sequence[Row], shown: Sequence[Row]) -> str:
    # A list that was cut has nobody knows how many.
    number = len(found) - len(shown)
    return "" if not number else "and more" if len(found) >= int(ASKED) else f"and {number:,} more"


def _before(shape: Shape, pair: Pair) -> Callable[[Hashable], float | None]:
    """What was counted before for a key; None where that is not known."""
    if isinstance(pair.before, Fault):
        return lambda key: None
    found = {shape.key(row): shape.number(row) for row in pair.before}
    # A list that was cut may have had it further down.
    absent = None if len(found) >= int(ASKED) else 0.0
    return lambda key: found.get(key, absent)


def _line(shape: Shape, row: Row, before: Callable[[Hashable], float | None], most: float) -> Line:
    number = shape.number(row)
    written = shape.written(row) if shape.written else numbers.whole(number)
    change = numbers.change(number, before(shape.key(row)), shape.glad)
    return Line(shape.label(row), shape.detail(row), written, change, _share(number, most))


def by_day(
    title: str,
    unit: str,
    pair: Pair,
    period: Period,
    number: str,
    detail: Callable[[Row], str],
    open_from: date | None,
) -> Section:
    """A line for each day of the period, against the day at the same place of the one before."""
    if isinstance(pair.now, Fault):
        return Section(title, fault=pair.now.reason)
    now = {str(row["day"]): row for row in pair.now}
    before = None if isinstance(pair.before, Fault) else {str(row["day"]): row[number] or 0 for row in pair.before}
    earlier = period.before.days
    most = max((row[number] or 0 for row in pair.now), default=0)
    lines = []
    for place, day in enumerate(period.days):
        row = now.get(day.isoformat())
        counted = (row[number] or 0) if row else 0
        same = before.get(earlier[place].isoformat(), 0) if before is not None and place < len(earlier) else None
        is_open = open_from is not None and day >= open_from
        said = _joined(detail(row) if row else "", "still open" if is_open else "")
        change = numbers.NONE if is_open else numbers.change(counted, same)
        lines.append(Line(f"{day:%a} {day.day} {day:%b}", said, numbers.whole(counted), change, _share(counted, most)))
    return Section(title, "", unit, tuple(lines))


def funnel(pair: Pair, steps: Sequence[str]) -> Section | None:
    """The steps by their names, with the share of the first."""
    if isinstance(pair.now, Fault):
        return Section("Funnel", fault=pair.now.reason)
    if not any(row["visits"] for row in pair.now):
        return None
    before = {} if isinstance(pair.before, Fault) else {row["step"]: row["visits"] for row in pair.before}
    most = max(row["visits"] for row in pair.now)
    lines = (
        Line(
            name,
            numbers.percent(row["share"], " of the first step"),
            numbers.whole(row["visits"]),
            numbers.change(row["visits"], before.get(row["step"])),
            _share(row["visits"], most),
        )
        for row, name in zip(pair.now, steps, strict=False)
    )
    return Section("Funnel", "Visits that took each step after the one above.", "visits", tuple(lines))


def total(rows: Iterable[Row], name: str) -> float:
    """The sum of a column; NULL counts nothing."""
    return sum(row[name] or 0 for row in rows)


def _share(number: float, most: float) -> float:
    return max(0.0, number / most) if most > 0 else 0.0
