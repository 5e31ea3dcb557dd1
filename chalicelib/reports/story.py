"""What a report says: the answers to its questions as a headline, a few large figures, and sections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.anomalies import counts
from chalicelib.margins import MARGIN
from chalicelib.reports import numbers, sections, unusual
from chalicelib.reports.parts import Change, Fault, Figure, Group, Pair, Report, Row, Section
from chalicelib.reports.periods import Period, closed_at

FIGURES = 5
_NO_BOTS = "Crawlers and monitors are not counted as visitors; someone who comes on two days counts twice."
_ESTIMATED = {"visitors": "visitors", "visits": "visits", "page_views": "page views"}
_LINES = "The access logs count requests, people's and programs' alike."


class Subject(NamedTuple):
    """Whom a report is about, which days, and from which day on they still take events."""

    bucket: str
    period: Period
    zone: str
    steps: tuple[str, ...] = ()  # the funnel's, by the goals' names
    has_logs: bool = False
    open_from: date | None = None

    @property
    def called(self) -> str:
        return self.period.every


def report(subject: Subject, answers: Mapping[str, Pair], shown: int = sections.SHOWN) -> Report:
    """The report of these answers, by the names of their questions; a list has `shown` lines."""
    groups = [_own(subject, answers, shown), _logs(subject, answers, shown)]
    return Report(
        title=subject.bucket,
        span=_span(subject),
        headline=_headline(subject, answers),
        notes=(*_notes(subject), *_sampled(answers["totals"].now)),
        figures=tuple(_figures(answers)[:FIGURES]),
        groups=tuple(group for group in groups if group is not None),
        foot=_foot(subject),
    )


def _own(subject: Subject, answers: Mapping[str, Pair], shown: int) -> Group | None:
    """The sections of the tenant's own events; nothing where it has none."""
    if not _has_events(answers) and subject.has_logs:
        return None
    made = [
        sections.by_day(
            "Visitors by day",
            "visitors",
            answers["visitors-and-visits"],
            subject.period,
            "visitors",
            lambda row: f"{numbers.whole(row['visits'])} visits \u00b7 {numbers.whole(row['page_views'])} views",
            subject.open_from,
        ),
        *(
            sections.listed(name, answers[name], shown)
            for name in ("top-pages", "sources", "goals", "revenue")
            if name in answers
        ),
        sections.funnel(answers["funnel"], subject.steps) if "funnel" in answers else None,
        _unusual(subject, answers[counts.QUESTION]) if counts.QUESTION in answers else None,
    ]
    return Group("What visitors did", tuple(one for one in made if one is not None))


def _unusual(subject: Subject, pair: Pair) -> Section | None:
    """The days out of the ordinary, of those that take no more events."""
    last = subject.period.until if subject.open_from is None else subject.open_from - timedelta(1)
    return unusual.section(pair, subject.period.since, last)


def _logs(subject: Subject, answers: Mapping[str, Pair], shown: int) -> Group | None:
    if not subject.has_logs:
        return None
    days = sections.by_day(
        "Requests by day",
        "requests",
        answers["access-days"],
        subject.period,
        "requests",
        lambda row: f"{numbers.whole(row['page_hits'])} page hits \u00b7 {numbers.size(row['bytes'] or 0)}",
        subject.open_from,
    )
    others = (sections.listed(name, answers[name], shown) for name in sections.LOGS if name != "access-days")
    return Group("What the access logs say", (days, *(one for one in others if one is not None)))


def _figures(answers: Mapping[str, Pair]) -> list[Figure]:
    """Visitors, visits, views, goals and revenue; where there are no events, what the access logs count."""
    if not _has_events(answers):
        return _of_logs(answers)
    named = (("visitors", "Visitors"), ("visits", "Visits"), ("page_views", "Page views"))
    made = [_figure(label, answers["totals"], name) for name, label in named]
    if "goals" in answers:
        made.append(_figure("Goals reached", answers["goals"], "conversions"))
    made += _revenue(answers["revenue"])
    if "access-days" in answers:
        made.append(_figure("Page hits", answers["access-days"], "page_hits"))
    return [one for one in made if one is not None]


def _of_logs(answers: Mapping[str, Pair]) -> list[Figure]:
    if "access-days" not in answers:
        return []
    days, statuses = answers["access-days"], answers["access-statuses"]
    errors = Pair(_errors(statuses.now), _errors(statuses.before))
    made = [
        _figure("Page hits", days, "page_hits"),
        _figure("Requests", days, "requests"),
        _figure("Errors", errors, "requests", glad=-1),
        _figure("Sent", days, "bytes", glad=0),
    ]
    return [one for one in made if one is not None]


def _errors(rows: list[Row] | Fault) -> list[Row] | Fault:
    return rows if isinstance(rows, Fault) else [row for row in rows if row["status"] >= 400]


def _figure(label: str, pair: Pair, name: str, glad: int = 1) -> Figure | None:
    """The sum of a column; None where the question has no answer."""
    if isinstance(pair.now, Fault):
        return None
    now = sections.total(pair.now, name)
    written = numbers.size(now) if name == "bytes" else numbers.whole(now)
    return Figure(label, written, numbers.change(now, _sum(pair.before, name), glad))


def _revenue(pair: Pair) -> list[Figure]:
    """The sum of the currency in which most orders were paid."""
    if isinstance(pair.now, Fault) or not pair.now:
        return []
    orders: dict[str, int] = {}
    for row in pair.now:
        orders[row["currency"]] = orders.get(row["currency"], 0) + row["orders"]
    currency = max(sorted(orders), key=lambda name: orders[name])
    of_now, of_before = (
        rows if isinstance(rows, Fault) else [row for row in rows if row["currency"] == currency] for rows in pair
    )
    assert not isinstance(of_now, Fault)
    now = sections.total(of_now, "revenue")
    return [Figure("Revenue", numbers.money(now, currency), numbers.change(now, _sum(of_before, "revenue")))]


def _sum(rows: list[Row] | Fault, name: str) -> float | None:
    return None if isinstance(rows, Fault) else sections.total(rows, name)


def _has_events(answers: Mapping[str, Pair]) -> bool:
    """Whether there are events in either period; so it is believed where that is not known."""
    totals = answers["totals"]
    known = [rows for rows in totals if not isinstance(rows, Fault)]
    return len(known) < 2 or any(sections.total(rows, "events") for rows in known)


def _headline(subject: Subject, answers: Mapping[str, Pair]) -> str:
    if _has_events(answers):
        if isinstance(answers["totals"].now, Fault):
            return f"How many came this {subject.called} could not be found out."
        visitors = _figure("visitors", answers["totals"], "visitors")
        visits = _figure("visits", answers["totals"], "visits")
        assert visitors and visits
        first = f"{_count(visitors.value, 'visitor')} made {_count(visits.value, 'visit')}, {_compared(visits.change, subject)}"
        return f"{first}.{_most(answers, 'sources', 'top-pages')}"
    if subject.has_logs and (hits := _figure("hits", answers["access-days"], "page_hits")):
        most = _most(answers, "access-sources", "access-pages")
        return f"{_count(hits.value, 'page hit')}, {_compared(hits.change, subject)}.{most}"
    return f"Nothing was seen this {subject.called}, and nothing the {subject.called} before."


def _compared(change: Change, subject: Subject) -> str:
    if change.text in ("same", ""):
        return f"as many as the {subject.called} before" if change.text else f"this {subject.called}"
    if change.text == "new":
        return f"after none the {subject.called} before"
    if change.text.startswith("\u00d7"):
        return f"{change.text[1:]} times as many as the {subject.called} before"
    more = "more" if change.text.startswith("+") else "fewer"
    return f"{change.text[1:]} {more} than the {subject.called} before"


def _most(answers: Mapping[str, Pair], sources: str, pages: str) -> str:
    """Where most came from, and what was looked at most."""
    source, page = (
        section.lines[0].label if (section := sections.listed(name, answers[name])) and section.lines else ""
        for name in (sources, pages)
    )
    came = f"Most came from {source}" if source and source != "Direct" else "Most came directly" if source else ""
    seen = f"{page} was viewed most" if page else ""
    return f" {' and '.join(filter(None, (came, seen)))}." if came or seen else ""


def _count(number: str, noun: str) -> str:
    return f"{number} {noun}{'' if number == '1' else 's'}"


def _span(subject: Subject) -> str:
    since, until = subject.period.since, subject.period.until
    zone = "" if subject.zone == "UTC" else f" ({subject.zone})"
    if since == until:
        return f"{since:%A} {_date(since)}{zone}"
    week = f"Week {since.isocalendar().week}, " if subject.period.every == "week" and since.weekday() == 0 else ""
    if subject.period.every == "month":
        return f"{since:%B %Y}{zone}"
    first = f"{since.day}" if (since.year, since.month) == (until.year, until.month) else f"{since.day} {since:%B}"
    first = first if since.year == until.year else _date(since)
    return f"{week}{first} to {_date(until)}{zone}"


def _notes(subject: Subject) -> tuple[str, ...]:
    if subject.open_from is None:
        return ()
    first, last = subject.open_from, subject.period.until
    which = f"{first:%A}" if first == last else f"{first:%A} to {last:%A}"
    until = closed_at(last, subject.zone)
    return (f"{which} still takes events until {until:%A} {until:%H:%M}: its figures may grow.",)


def _sampled(totals: list[Row] | Fault) -> tuple[str, ...]:
    """How far the numbers of a sample may be from the true ones."""
    known = [] if isinstance(totals, Fault) else totals
    margins = [sum(row.get(name + MARGIN) or 0 for row in known) for name in _ESTIMATED]
    if not any(margins):
        return ()
    *far, last = (
        f"\u00b1{numbers.NARROW}{numbers.whole(margin)} {label}"
        for label, margin in zip(_ESTIMATED.values(), margins, strict=True)
    )
    return (
        f"The counts are estimates from a sample: in 95 of 100 cases they are off by at most {', '.join(far)} and {last}.",
    )


def _foot(subject: Subject) -> tuple[str, ...]:
    compared = f"Changes are against the {subject.called} before: {_days(subject.period.before)}."
    return (compared, f"Days are those of {subject.zone}.", _NO_BOTS, *((_LINES,) if subject.has_logs else ()))


def _days(period: Period) -> str:
    return _date(period.since) if period.since == period.until else f"{_date(period.since)} to {_date(period.until)}"


def _date(day: date | datetime) -> str:
    return f"{day.day} {day:%B %Y}"
