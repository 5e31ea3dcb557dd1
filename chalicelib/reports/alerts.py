"""An email about a day out of the ordinary: once for an incident, and once when it is over.

Each morning the day that has closed last is judged. What was sent is marked as reports are, so nobody gets an email twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from chalicelib.anomalies.counts import FIGURES, QUESTION, last_closed, of_rows
from chalicelib.anomalies.detector import Day, Kind
from chalicelib.anomalies.incidents import Incident, incidents
from chalicelib.lake.days import zone_of
from chalicelib.reports import page, text, unusual
from chalicelib.reports.making import Ask, Mail
from chalicelib.reports.parts import Fault, Group, Report, Section
from chalicelib.reports.periods import HOUR, Period

# An email may come so late: after that, what was odd is in the next report.
LATE = timedelta(weeks=1)
_WORDS = {"up": "far more", "down": "far fewer", "silent": "no"}


class Occasion(NamedTuple):
    """What an email is about, by the name of its mark; `after` is the one without which it makes no sense."""

    name: str
    mail: Mail
    after: str | None = None


def due(zone: str, now: datetime) -> date | None:
    """The day that has closed last, from 08:00 on by the tenant's clock."""
    return last_closed(now, zone) if now.astimezone(zone_of(zone)).hour >= HOUR else None


def checked(day: date) -> str:
    """The name of the mark of a day that was judged."""
    return f"judged-{day}"


def occasions(bucket: str, zone: str, day: date, ask: Ask) -> Iterator[Occasion] | Fault:
    """What is to be said of the days up to this one, the oldest first; why that cannot be known, if so."""
    # A question is always asked of two periods.
    fortnight = Period(day - 2 * LATE, day)
    pair = ask(QUESTION, (fortnight, unusual.usual(fortnight)))
    if isinstance(pair.now, Fault):
        return pair.now
    if isinstance(pair.before, Fault):
        return pair.before
    judged = of_rows(unusual.tuples([*pair.before, *pair.now]), day)
    return _occasions(bucket, zone, day, judged)


def _occasions(bucket: str, zone: str, day: date, judged: Mapping[str, Sequence[Day]]) -> Iterator[Occasion]:
    for incident in incidents(judged):
        begun = f"incident-{incident.since}"
        if incident.until > day - LATE:
            yield Occasion(begun, _mail(bucket, zone, incident, _odd(incident)))
        if incident.clear is not None and incident.clear > day - LATE:
            said = f"Since {_written(incident.clear)} the days are ordinary again."
            yield Occasion(f"clear-{incident.since}", _mail(bucket, zone, incident, said), after=begun)


def _odd(incident: Incident) -> str:
    """The incident in a sentence: what was odd of it, in the order of the figures."""
    figures: dict[Kind, list[str]] = {}
    for figure in FIGURES:
        if days := incident.odd.get(figure):
            figures.setdefault(days[-1].kind or "up", []).append(figure)
    said = [f"{_WORDS[kind]} {_joined(some, 'or' if kind == 'silent' else 'and')}" for kind, some in figures.items()]
    since = "on" if incident.since == incident.until else "since"
    return f"There were {_joined(said, 'and')} {since} {_written(incident.since)}."


def _joined(said: Sequence[str], word: str) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} {word} {said[-1]}"


def _mail(bucket: str, zone: str, incident: Incident, headline: str) -> Mail:
    section = Section(unusual.TITLE, unusual.NOTE, "", tuple(unusual.lines(incident.odd)))
    report = Report(
        title=bucket,
        span=_written(incident.since) if incident.since == incident.until else f"From {_written(incident.since)}",
        headline=headline,
        notes=(),
        figures=(),
        groups=(Group("Days", (section,)),),
        foot=(f"Days are those of {zone}, judged once they take no more events.",),
    )
    return Mail(f"{bucket}: {headline.rstrip('.')}", page.html(report), text.text(report))


def _written(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"
