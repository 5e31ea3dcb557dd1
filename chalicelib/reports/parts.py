"""What a report is made of, whichever way it is written: as HTML or as text. All texts are as they are, not escaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

Mood = Literal["good", "bad", "even"]
Row = Mapping[str, Any]


class Fault(NamedTuple):
    """Why a question has no answer, in a sentence for readers."""

    reason: str


class Pair(NamedTuple):
    """A question's rows of the period, and of the one before."""

    now: list[Row] | Fault
    before: list[Row] | Fault


class Change(NamedTuple):
    """What became of a number since the period before, and whether people are glad of it."""

    text: str
    mood: Mood = "even"


class Figure(NamedTuple):
    """A number that is shown large."""

    label: str
    value: str
    change: Change


class Line(NamedTuple):
    """A line of a section; the bar is as long as its share of the longest, from 0 to 1."""

    label: str
    detail: str
    value: str
    change: Change
    share: float


class Section(NamedTuple):
    """A part under a heading. `note` is a sentence below it, `more` says of lines that are not shown."""

    title: str
    note: str = ""
    unit: str = ""
    lines: tuple[Line, ...] = ()
    more: str = ""
    fault: str = ""


class Group(NamedTuple):
    """Sections with one subject."""

    title: str
    sections: tuple[Section, ...]


class Report(NamedTuple):
    """The whole: `span` are its days in words, `notes` are sentences that readers need to know."""

    title: str
    span: str
    headline: str
    notes: tuple[str, ...]
    figures: tuple[Figure, ...]
    groups: tuple[Group, ...]
    foot: tuple[str, ...]
