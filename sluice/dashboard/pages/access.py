"""What the access logs say: requests by day, and by page, status, cache, source, version of HTTP and edge location."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import curves, panels, widgets
from sluice.dashboard.view.panels import Panel

TITLE = "Access logs"
ICON = ":material/receipt_long:"
NOTE = "What CloudFront was asked for, people and programs alike. A page is what a GET was answered with, and no file of one."
BY_DAY = {"requests": "Requests", "page_hits": "Page hits"}
DAYS = Panel(
    "Days",
    "access-days",
    {**BY_DAY, "addresses": "Addresses", "bytes": "Bytes"},
    is_limited=False,
)
STATUSES = Panel(
    "Statuses",
    "access-statuses",
    {"status": "Status", "requests": "Requests", "share": "Share %"},
    is_limited=False,
)
CACHE = Panel(
    "Cache",
    "access-cache",
    {"result": "Result", "requests": "Requests", "share": "Share %", "bytes": "Bytes"},
    is_limited=False,
)
LEFT = (
    Panel("Pages", "access-pages", {"page": "Page", "hits": "Hits", "addresses": "Addresses", "share": "Share %"}),
    Panel("Sources", "access-sources", {"source": "Source", "hits": "Hits", "share": "Share %"}),
    Panel(
        "Errors",
        "access-errors",
        {"path": "Path", "status": "Status", "requests": "Requests", "addresses": "Addresses"},
        is_limited=False,
    ),
)
RIGHT = (
    STATUSES,
    CACHE,
    Panel(
        "Edges",
        "access-edges",
        {"edge": "Edge", "requests": "Requests", "mean_ms": "Mean ms", "p95_ms": "p95 ms"},
        is_limited=False,
    ),
    Panel(
        "HTTP",
        "access-protocols",
        {"version": "Version", "requests": "Requests", "share": "Share %"},
        is_limited=False,
    ),
)
# What CloudFront calls an answer from its cache.
CACHED = ("Hit", "RefreshHit")


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
    curves.days(days, asked, BY_DAY)
    left, right = st.columns(2)
    for column, tables in ((left, LEFT), (right, RIGHT)):
        with column:
            panels.tabs(data, asked, tables)


@widgets.figure
def _tiles(data: Data, scope: Scope, days: pd.DataFrame) -> None:
    requests = days["requests"].sum()
    statuses, cache = panels.ask(data, scope, STATUSES), panels.ask(data, scope, CACHE)
    failed = statuses.loc[statuses["status"] >= 400, "requests"].sum()
    cached = cache.loc[cache["result"].isin(CACHED), "requests"].sum()
    with st.container(horizontal=True):
        widgets.metric("Requests", requests)
        widgets.metric("Page hits", days["page_hits"].sum())
        widgets.metric("Sent", days["bytes"].sum(), show=size)
        widgets.metric("From the cache", 100 * cached / requests, show=widgets.percent)
        widgets.metric(
            "Errors", 100 * failed / requests, show=widgets.percent, note="Answered with a status of 400 or more."
        )


def size(octets: float) -> str:
    """A number of bytes as people say it: 950 B, 12.3 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if octets < 1000:
            return f"{octets:,.0f} B" if unit == "B" else f"{octets:,.1f} {unit}"
        octets /= 1000
    return f"{octets:,.1f} TB"
