"""One visit's path: what happened in it, step by step."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets

TITLE = "Journeys"
ICON = ":material/route:"
VISITS, STEPS = 100, 500
SHOWN = [
    "began",
    "seconds",
    "events",
    "page_views",
    "entry_page",
    "exit_page",
    "channel",
    "source",
    "country",
    "device",
]
# In pixels: together as wide as a laptop's page; what is longer is cut, and each column is in view.
WIDTHS = dict(zip(SHOWN, (145, 70, 58, 56, 125, 125, 72, 90, 66, 64), strict=True))
HEADINGS = {
    "seconds_later": "Seconds later",
    "event_type": "Event",
    "happened": "Time (UTC)",
    "began": "Began (UTC)",
    "page_views": "Views",
}


def show(data: Data, scope: Scope) -> None:
    """The latest visits, and the path of the one that is picked."""
    widgets.heading(TITLE, "Pick a visit to see its path. The latest one is shown where none is picked.")
    person = st.text_input(
        "Only visits of",
        key="person",
        bind="query-params",
        placeholder="a visitor's, session's or user's id",
        max_chars=200,
    )
    visits = data.ask(scope, "latest-visits", person=person.strip(), limit=VISITS)
    if visits.empty:
        widgets.empty(scope, "No visit is of this visitor, session or user." if person else "")
        return
    _path(data, scope, _picked(visits, scope))


def _picked(visits: pd.DataFrame, scope: Scope) -> pd.Series:
    # Two addresses have to fit into a row with all else.
    pages = {name: visits[name].str.removeprefix("https://") for name in ("entry_page", "exit_page")}
    shown = visits[SHOWN].assign(began=widgets.moments(visits["began"]).str.slice(0, 19), **pages)
    configured = widgets.columns(shown, HEADINGS)
    for name, width in WIDTHS.items():
        configured[name]["width"] = width
    event = st.dataframe(
        shown,
        hide_index=True,
        column_config=configured,
        key="visits",
        placeholder="",
        selection_mode="single-row",
        on_select="rerun",
        alt="The latest visits; a row that is picked shows its path below.",
    )
    rows = [row for row in event.selection.rows if row < len(visits)]
    return visits.iloc[rows[0] if rows else 0]


@widgets.figure
def _path(data: Data, scope: Scope, visit: pd.Series) -> None:
    """The whole visit, also where only its events on one page are looked at."""
    widgets.heading("The visit's path")
    with st.container(horizontal=True):
        widgets.metric("Events", visit["events"])
        widgets.metric("Page views", visit["page_views"])
        widgets.metric("Length", visit["seconds"], show=widgets.seconds)
        st.metric("Channel", visit["channel"], border=True)
    steps = data.ask(scope.without("page"), "journeys", visit=visit["visit"], limit=STEPS)
    shown = steps.drop(columns="visit")
    widgets.table(shown.assign(happened=widgets.moments(shown["happened"])), scope, key="path", headings=HEADINGS)
    widgets.download(shown, "visit", key="visit")
    if len(steps) == STEPS:
        st.caption(f"The first {STEPS} steps; SQL shows them all.")
