"""What was refused and kept: how much by day and reason, the fields and messages that most got, and the newest."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import curves, panels, widgets
from sluice.dashboard.view.panels import Panel

TITLE = "Rejected"
ICON = ":material/block:"
NOTE = (
    "Events that were refused, kept for 30 days without personal data. Above ten a second one is kept for several, and "
    "counts for them."
)
SWITCH_ON = (
    "What is refused is not kept. Write `keep_rejected = true` in `sluice.toml`, in the entry of this bucket, and run "
    "`sluice sync`; docs/rejected.md says how."
)
UNFILTERED = "Filters and the choice of visitors have no effect here: what was refused is not an event."
DAYS = Panel("Days", "rejected-days", {"day": "Day", "reason": "Reason", "refused": "Refused"}, is_limited=False)
REASONS = Panel(
    "Reasons",
    "rejected-reasons",
    {"reason": "Reason", "refused": "Refused", "share": "Share %", "first_came": "First", "last_came": "Last"},
    is_limited=False,
)
FIELDS = Panel(
    "Fields and messages",
    "rejected-fields",
    {"refused": "Refused", "field": "Field", "message": "Message", "reason": "Reason"},
)
LATEST = Panel(
    "Newest",
    "rejected-latest",
    {"servertimestamp": "Came", "reason": "Reason", "field": "Field", "weight": "Counts for", "body": "Body"},
)
CURVES = 3  # lines that differ by their colours; the others are one


def show(data: Data, scope: Scope) -> None:
    """The whole page, or how to have what is refused kept."""
    widgets.heading(TITLE, NOTE)
    if not data.keeps_rejected(scope.bucket):
        st.info(SWITCH_ON, icon=ICON)
        return
    if scope.filters or scope.bots != "exclude":
        st.caption(UNFILTERED)
    asked = replace(scope, filters=(), bots="exclude")
    days = panels.ask(data, asked, DAYS)
    if days.empty:
        widgets.empty(asked)
        return
    _tiles(data, asked, days)
    by_day, names = of_curve(days)
    curves.days(by_day, asked, names)
    st.subheader(REASONS.title)
    panels.table(data, asked, REASONS)
    panels.tabs(data, asked, (FIELDS, LATEST))


def of_curve(days: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The refused of each day by reason, a column each for those that most had, and one for all others; and its headings."""
    order = [str(one) for one in days.groupby("reason")["refused"].sum().sort_values(ascending=False).index]
    shown = order if len(order) <= CURVES else order[: CURVES - 1]
    reason = days["reason"].where(days["reason"].isin(shown), "others")
    by_day = days.assign(reason=reason).pivot_table(index="day", columns="reason", values="refused", aggfunc="sum")
    by_day = by_day.fillna(0).reset_index()
    return by_day, {name: name for name in (*shown, "others") if name in by_day}


@widgets.figure
def _tiles(data: Data, scope: Scope, days: pd.DataFrame) -> None:
    reasons = panels.ask(data, scope, REASONS)
    with st.container(horizontal=True):
        widgets.metric("Refused", days["refused"].sum())
        widgets.metric("Reasons", len(reasons))
        widgets.metric("Days", days["day"].nunique())
