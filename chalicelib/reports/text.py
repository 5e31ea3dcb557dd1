"""A report as text, for mail programs that show no HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from chalicelib.reports import words
from chalicelib.reports.parts import Group, Line, Report, Section

WIDTH = 72
_VALUE, _CHANGE = 14, 11
_LABEL = WIDTH - _VALUE - _CHANGE


def text(report: Report) -> str:
    """The same sentences, figures and lines."""
    return "\n".join(words.shown(line) for line in _all(report)) + "\n"


def _all(report: Report) -> Iterator[str]:
    yield from (report.title, report.span, "", *wrap(report.headline, WIDTH))
    for note in report.notes:
        yield from ("", *wrap(note, WIDTH))
    if report.figures:
        yield ""
        yield from (_columns(one.label, one.value, one.change.text) for one in report.figures)
    for group in report.groups:
        yield from _group(group)
    yield from ("", "-" * WIDTH, *(line for one in report.foot for line in wrap(one, WIDTH)))


def _group(group: Group) -> Iterator[str]:
    yield from ("", "", group.title.upper())
    for section in group.sections:
        yield from ("", section.title + (f" ({section.unit})" if section.unit else ""), *_section(section))


def _section(section: Section) -> Iterable[str]:
    if section.fault:
        return wrap(f"This part could not be made: {section.fault}", WIDTH)
    lines = [*wrap(section.note, WIDTH), *(one for line in section.lines for one in _line(line))]
    if section.more:
        lines.append(section.more)
    return lines or ["Nothing in these days."]


def _line(line: Line) -> Iterator[str]:
    # A long label has lines of its own, and nothing of it is cut.
    *above, last = wrap(words.shown(line.label), _LABEL - 3, break_on_hyphens=False) or [""]
    yield from (f"  {one}" for one in above)
    yield _columns(f"  {last}", line.value, line.change.text)
    if line.detail:
        yield f"    {line.detail}"


def _columns(label: str, value: str, change: str) -> str:
    return f"{label:<{_LABEL}}{value:>{_VALUE}}{change:>{_CHANGE}}".rstrip()
