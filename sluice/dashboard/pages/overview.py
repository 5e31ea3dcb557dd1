"""A tenant's figures at a glance: each against the previous period, day by day, and what they are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import curves, odd, totals, widgets, worldmap

TITLE = "Overview"
ICON = ":material/monitoring:"
TOP = 10
ALL = 10_000
SENDING = "Send an event to see it here within seconds: `sluice demo`, or the script tag on a page."


class Panel(NamedTuple):
    """A table of the library's: its question, what it shows of the answer, and what a click on a row filters by."""

    title: str
    question: str
    columns: dict[str, str]
    dimension: str
    column: str


PAGES = (
    Panel("Pages", "top-pages", {"page": "Page", "page_views": "Views", "visitors": "Visitors"}, "page", "page"),
    Panel(
        "Entry pages", "entry-pages", {"page": "Page", "entries": "Entries", "bounce_rate": "Bounce %"}, "entry", "page"
    ),
    Panel("Exit pages", "exit-pages", {"page": "Page", "exits": "Exits", "exit_rate": "Exit %"}, "exit", "page"),
)
SOURCES = (
    Panel(
        "Sources",
        "sources",
        {"source": "Source", "channel": "Channel", "visits": "Visits", "bounce_rate": "Bounce %"},
        "source",
        "source",
    ),
    Panel(
        "Campaigns",
        "campaigns",
        {"campaign": "Campaign", "source": "Source", "visits": "Visits", "clicks": "Clicks", "bounce_rate": "Bounce %"},
        "campaign",
        "campaign",
    ),
)
PLACES = (
    Panel(
        "Countries",
        "countries",
        {"country": "Country", "visitors": "Visitors", "page_views": "Views", "share": "Share %"},
        "country",
        "country",
    ),
    Panel("Cities", "cities", {"city": "City", "country": "Country", "visitors": "Visitors"}, "city", "city"),
)
MACHINES = (
    Panel(
        "Devices",
        "devices",
        {"device_type": "Device", "visitors": "Visitors", "page_views": "Views", "share": "Share %"},
        "device",
        "device_type",
    ),
    Panel("Browsers", "browsers", {"browser": "Browser", "os": "System", "visitors": "Visitors"}, "browser", "browser"),
)
BY_DAY = {"page_views": "Page views", "visits": "Visits", "visitors": "Visitors"}
GOALS = {"conversions": "Reached", "converted": "In visits", "visits": "Of visits", "conversion_rate": "Rate %"}


def show(data: Data, scope: Scope) -> None:
    """The whole page; what it was before comes last, since nobody waits for it."""
    widgets.heading(widgets.plain(scope.bucket))
    now = totals.of(data, scope)
    if not now.has_events:
        _nothing(data, scope)
        return
    tiles = st.empty()
    totals.draw(tiles, now, None)
    caption = st.empty()
    caption.caption(f"{_days_of(scope)}.")
    if now.is_without_visits:
        st.caption(totals.NO_VISIT)
    slot = _curves(data, scope)
    left, right = st.columns(2)
    for column, panels in ((left, PAGES), (right, SOURCES), (left, PLACES), (right, MACHINES)):
        with column:
            _panels(data, scope, panels)
    with right:
        st.markdown("**Goals**")
        _goals(data, scope)
    earlier = totals.before(data, scope)
    totals.draw(tiles, now, earlier)
    if earlier is not None:
        before = scope.previous
        text = f"{_days_of(scope)}; changes are against {before.since} to {before.until}."
        caption.caption(text)
    if slot is not None:
        _mark(data, scope, slot)


def _days_of(scope: Scope) -> str:
    return f"{scope.since} to {scope.until}, by the days of {widgets.plain(scope.zone)}"


def ask(data: Data, scope: Scope) -> None:
    """What the page asks at first, but for the figures before."""
    totals.of(data, scope)
    data.ask(scope, "visitors-and-visits")
    for question in ("top-pages", "sources", "countries", "devices"):
        data.ask(scope, question, limit=_limit(question))
    data.ask(scope, "goals")
    odd.marks(data, scope)


@widgets.figure
def _nothing(data: Data, scope: Scope) -> None:
    bots = data.ask(replace(scope, bots="only"), "totals")["events"].fillna(0)
    if widgets.hidden_bots(int(bots.iloc[0]), scope):
        return
    days = data.days(scope.bucket)
    known = f"Its events are of {days[0]} to {days[-1]}." if days else SENDING
    widgets.empty(scope, "" if scope.filters else known)


def _curves(data: Data, scope: Scope) -> DeltaGenerator | None:
    """The curve by day or by hour; where the one by day is drawn."""
    by_day, by_hour = st.tabs(
        [f"{unit} ({widgets.plain(scope.zone)})" for unit in ("By day", "By hour")], key="curve", on_change="rerun"
    )
    tab, draw = (by_hour, _hours) if by_hour.open else (by_day, _days)
    with tab:
        return draw(data, scope)


@widgets.figure
def _hours(data: Data, scope: Scope) -> None:
    curves.hours(data.ask(scope, "quarter-hours"), scope)


@widgets.figure
def _days(data: Data, scope: Scope) -> DeltaGenerator:
    frame = data.ask(scope, "visitors-and-visits")
    slot = st.empty()
    with slot:
        curves.days(frame, scope, BY_DAY)
    with st.expander("As a table"):
        widgets.table(frame, scope, key="days")
    return slot


def _mark(data: Data, scope: Scope, slot: DeltaGenerator) -> None:
    """Mark the odd days on the curve, which is there already: what is usual takes months of days to know."""
    found = widgets.tried(lambda: odd.marks(data, scope))
    if found.fault:
        st.error(f"The days out of the ordinary cannot be marked. {found.fault[0]}", icon=found.fault[1])
    elif found.value:
        with slot:
            curves.days(data.ask(scope, "visitors-and-visits"), scope, BY_DAY, found.value)


def _panels(data: Data, scope: Scope, panels: tuple[Panel, ...]) -> None:
    """The panels in tabs; only the one that is open is asked for."""
    tabs = st.tabs([one.title for one in panels], key=panels[0].question, on_change="rerun")
    for tab, panel in zip(tabs, panels, strict=True):
        if tab.open:
            with tab:
                _panel(data, scope, panel)


@widgets.figure
def _panel(data: Data, scope: Scope, panel: Panel) -> None:
    frame = data.ask(scope, panel.question, limit=_limit(panel.question))
    if panel.question == "countries":
        worldmap.show(frame)
    frame = frame.head(TOP)
    if frame.empty:
        st.caption("None in these days.")
        return
    shown = frame[list(panel.columns)]
    words: dict[str, Callable[[str], str]] | None = {"country": worldmap.named} if "country" in shown else None
    key = f"table-{panel.question}"
    widgets.table(
        shown,
        scope,
        key=key,
        dimension=panel.dimension,
        column=panel.column,
        headings=panel.columns,
        words=words,
        is_narrow=True,
    )


def _limit(question: str) -> int:
    """The map shows every country."""
    return ALL if question == "countries" else TOP


@widgets.figure
def _goals(data: Data, scope: Scope) -> None:
    frame = data.ask(scope, "goals")
    if frame.empty:
        st.caption('None yet. In sluice.toml, in the entry: goals = [{ name = "Sign-up", eventType = "form_submit" }]')
    else:
        widgets.table(frame, scope, key="goals", headings=GOALS, is_narrow=True)
