"""Access logs and events together: what a script saw of each page, what none saw, and who asks without anybody looking."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import curves, panels, widgets
from sluice.dashboard.view.panels import Panel

TITLE = "Script and no script"
ICON = ":material/visibility_off:"
NOTE = "Requests for pages in the access logs, each compared with the page views that the script sent."
LIMITS = (
    "People whom no script saw have a blocker, or left before it ran, or are a program that says it is a browser: the share is "
    "of all three. Those who opt out are not in it: their events have no hash, so at most so many are unclear."
)
PAGES = Panel(
    "Pages",
    "script-pages",
    {
        "page": "Page",
        "requests": "Requests",
        "script_views": "Script saw",
        "without_request": "No request",
        "unseen": "Unseen",
        "unseen_share": "Unseen %",
        "crawlers": "Crawlers",
        "ai_crawlers": "AI",
        "assistants": "Assistants",
        "programs": "Programs",
    },
)
NOTES = {
    "script_views": "Page views of people that the script sent.",
    "without_request": "Those of them that asked for nothing: from the browser's cache, or within a single-page app.",
    "unseen": "Requests of people for which no page view came.",
    "unseen_share": "Their share of the requests of people.",
    "ai_crawlers": "Crawlers of AI companies.",
    "assistants": "Programs that fetch a page because somebody asked an assistant.",
    "programs": "curl and its like, and requests without a user agent.",
}
DAYS = Panel("Days", "script-days", {}, is_limited=False)
BY_DAY = {"seen": "Script saw", "unseen": "No script saw", "programs": "Crawlers etc."}
PEOPLE = Panel(
    "People by day",
    "script-people",
    {"day": "Day", "people": "People", "unclear": "Unclear", "unseen_share": "Unseen %"},
    is_limited=False,
)
CRAWLERS = (
    Panel(
        "Crawlers by name",
        "script-crawlers",
        {"name": "Name", "kind": "What it is", "requests": "Requests", "pages": "Pages"},
    ),
    Panel(
        "By page",
        "script-crawler-pages",
        {"page": "Page", "name": "Name", "kind": "What it is", "requests": "Requests"},
    ),
)


def show(data: Data, scope: Scope) -> None:
    """The whole page, or how to switch access logs on."""
    asked = panels.logged(data, scope, TITLE, NOTE)
    if asked is None:
        return
    days = panels.ask(data, asked, DAYS)
    if days.empty:
        widgets.empty(asked)
        return
    _tiles(data, asked, days)
    curves.days(of_curve(days), asked, BY_DAY)
    _pages(data, asked)
    left, right = st.columns(2)
    with left:
        panels.tabs(data, asked, (PEOPLE,))
        st.caption(LIMITS)
    with right:
        panels.tabs(data, asked, CRAWLERS)


def of_curve(days: pd.DataFrame) -> pd.DataFrame:
    """Each day's views that a script saw and that none saw, and what nobody looked at."""
    others = days[["crawlers", "ai_crawlers", "assistants", "programs"]].sum(axis=1)
    return pd.DataFrame(
        {"day": days["day"], "seen": days["script_views"], "unseen": days["unseen"], "programs": others}
    )


@widgets.figure
def _tiles(data: Data, scope: Scope, days: pd.DataFrame) -> None:
    people = panels.ask(data, scope, PEOPLE)
    number, unseen = people["people"].sum(), people["unseen"].sum()
    with st.container(horizontal=True):
        widgets.metric("Script saw", days["script_views"].sum(), note=NOTES["script_views"])
        widgets.metric("No script saw", days["unseen"].sum(), note=NOTES["unseen"])
        widgets.metric("People unseen", 100 * unseen / number if number else None, show=widgets.percent, note=LIMITS)
        widgets.metric("Crawlers", days["crawlers"].sum())
        widgets.metric("AI crawlers", days["ai_crawlers"].sum())
        widgets.metric("Assistants", days["assistants"].sum(), note=NOTES["assistants"])


@widgets.figure
def _pages(data: Data, scope: Scope) -> None:
    widgets.heading(PAGES.title)
    frame = panels.ask(data, scope, PAGES, 20)
    widgets.table(frame[list(PAGES.columns)], scope, key="script-pages", headings=PAGES.columns, notes=NOTES)
    widgets.download(panels.ask(data, scope, PAGES, panels.MOST), PAGES.question, key=PAGES.question)
