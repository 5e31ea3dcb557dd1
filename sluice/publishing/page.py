"""What the public gets: a page without a script, and the same numbers as JSON. Both are made of stored releases alone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import msgspec

from sluice.publishing.ledger import Release, Row, Table
from sluice.publishing.mechanism import MILLION
from sluice.publishing.release import CUT, CUTS

UNIT = "one visitorId on one day"
CONFIDENCE = "95 %"
CURVE = 13  # weeks of the day curve
_TITLES = {
    "pages": ("Top pages", "page"),
    "sources": ("Sources", "channel"),
    "countries": ("Countries", "country"),
}
_STYLE = """
:root { color-scheme: light dark; --ink: #111827; --soft: #57606a; --sheet: #fff; --rule: #e5e7eb; --bar: #0f766e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f0f3f6; --soft: #9da7b3; --sheet: #151b23; --rule: #2b333d; --bar: #2dd4bf; }
}
body { margin: 0 auto; max-width: 46rem; padding: 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--sheet); overflow-wrap: anywhere; }
p, .soft { color: var(--soft); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .4rem; border-top: 1px solid var(--rule); text-align: right; vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
th { font-weight: 600; }
.curve { width: 40%; }
h1 { text-wrap: balance; }
.bar { height: .4rem; margin-top: .55rem; background: var(--bar); }
"""


class Number(msgspec.Struct, frozen=True):
    """One published number: its error bar, and how many visitor-days may be missing, because they had more than counts."""

    key: str
    value: int
    error: int
    lost: int
    lost_error: int


class Part(msgspec.Struct, frozen=True):
    """One part of a week: how much of it one visitor-day can be, its share of the loss in millionths of ε, and its numbers."""

    name: str
    reach: int
    micro_epsilon: int
    numbers: list[Number]


class Week(msgspec.Struct, frozen=True):
    """One closed week."""

    week: str
    since: str
    until: str
    published: str
    micro_epsilon: int
    parts: list[Part]


class Public(msgspec.Struct, frozen=True):
    """The JSON: the privacy unit, what an error bar holds, and the weeks, the oldest first."""

    bucket: str
    unit: str
    confidence: str
    weeks: list[Week]


def public(releases: Sequence[Release]) -> Public:
    """What the public gets of these releases, one a week."""
    return Public(releases[0].bucket, UNIT, CONFIDENCE, [_week(one) for one in releases])


def encoded(found: Public) -> bytes:
    return msgspec.json.format(msgspec.json.encode(found)) + b"\n"


def html(found: Public, wanted: str) -> str:
    """The page of one of the weeks, with the day curve up to it."""
    week = next(one for one in found.weeks if one.week == wanted)
    parts = {part.name: part for part in week.parts}
    tables = "".join(_section(*_TITLES[name], parts[name]) for name in _TITLES)
    shown = [one for one in found.weeks if one.since <= week.since][-CURVE:]
    curve = [number for one in shown for part in one.parts if part.name == "days" for number in part.numbers]
    return _page(f"{found.bucket}, {week.since} to {week.until}", f"{_notice(found, week)}{_days(curve)}{tables}")


def empty(bucket: str) -> str:
    """The page of a bucket that has no release."""
    return _page(bucket, "<p>No week is published yet.</p>\n")


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f"{body}</body>\n</html>\n"
    )


def _week(release: Release) -> Week:
    cut = next(table for table in release.tables if table.name == CUT)
    lost = {row.key: row.value for row in cut.rows}
    parts = [_part(table, lost.get(table.name, 0), cut.error) for table in release.tables if table.name != CUT]
    return Week(release.week, f"{release.since}", f"{release.until}", release.at, release.micro, parts)


def _part(table: Table, lost: int, lost_error: int) -> Part:
    has_loss = table.name in CUTS
    numbers = [_number(row, table.error, max(0, lost), lost_error if has_loss else 0) for row in table.rows]
    return Part(table.name, table.reach, table.micro, numbers)


def _number(row: Row, error: int, lost: int, lost_error: int) -> Number:
    return Number(row.key, row.value, error, lost, lost_error)


def _notice(found: Public, week: Week) -> str:
    return (
        f"<p>Each number has random noise, so that it hardly shows whether one visitor of a day is in it ({escape(found.unit)}, "
        f"ε = {week.micro_epsilon / MILLION:g} for the week). What was counted is within the error bar in {found.confidence} of "
        "all cases; a small one says little. Days are UTC. Crawlers, and visitors who opted out, are not counted.</p>\n"
    )


def _days(numbers: Sequence[Number]) -> str:
    most = max((number.value for number in numbers), default=0) or 1
    rows = "".join(
        f"<tr><td>{escape(one.key)}</td><td>{_shown(one)}</td>"
        f'<td><div class="bar" style="width:{max(0, one.value) * 100 // max(most, 1)}%"></div></td></tr>\n'
        for one in numbers
    )
    head = '<tr><th>day</th><th>visitors</th><th class="curve"></th></tr>'
    note = f"<p>Of the published weeks up to this one, the last {CURVE} at most.</p>"
    return f"<h2>Visitors a day</h2>\n{note}\n<table>\n{head}\n{rows}</table>\n"


def _section(title: str, key: str, part: Part) -> str:
    ordered = sorted(part.numbers, key=lambda one: (-one.value, one.key))
    rows = "".join(
        f"<tr><td>{escape(one.key)}</td><td>{_shown(one)}</td><td>{one.lost:,} ± {one.lost_error:,}</td></tr>\n"
        for one in ordered
    )
    each = "one" if part.reach == 1 else f"at most {part.reach}"
    return (
        f"<h2>{title}</h2>\n<p>A visitor of a day is counted for {each}. Those who had more are the last column: so many may be "
        f"missing in a row.</p>\n<table>\n<tr><th>{key}</th><th>visitors</th><th>may be missing</th></tr>\n{rows}</table>\n"
    )


def _shown(number: Number) -> str:
    """The number as people read it: one that noise took below zero is shown as 0."""
    return f"{max(0, number.value):,} ± {number.error:,}"
