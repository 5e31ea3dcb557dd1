"""A tenant's report from its questions: each is asked of the period and of the one before, one section after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from chalicelib.anomalies import counts
from chalicelib.reports import page, sections, story, text, unusual
from chalicelib.reports.parts import Pair
from chalicelib.reports.periods import Period
from chalicelib.reports.story import Subject

# Gmail cuts what is longer, in bytes.
MAX_HTML = 100_000
# How many lines a list has; fewer where the pages' addresses are so long that the mail would be cut.
SHOWN = (sections.SHOWN, 5, 2, 1)
# The rows of a question in both periods, or why there are none.
Ask = Callable[[str, tuple[Period, Period]], Pair]


class Mail(NamedTuple):
    """A report as it is sent."""

    subject: str
    html: str
    text: str


def _periods(name: str, period: Period) -> tuple[Period, Period]:
    """The days that a question is asked of, and those before: as many, or what is needed to say what is usual."""
    return period, unusual.usual(period) if name == counts.QUESTION else period.before


def made(subject: Subject, questions: Iterable[str], ask: Ask) -> Mail:
    """The report of what these questions answer."""
    answers = {name: ask(name, _periods(name, subject.period)) for name in questions}
    for shown in SHOWN:
        report = story.report(subject, answers, shown)
        html = page.html(report)
        if len(html.encode()) < MAX_HTML:
            break
    return Mail(f"{report.title}: {report.span}", html, text.text(report))
