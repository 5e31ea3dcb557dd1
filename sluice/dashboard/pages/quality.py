"""What is wrong with the events of these days, how much of it, and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets

TITLE = "Data quality"
ICON = ":material/fact_check:"
NAMED = 200
# Short enough to be read whole on a laptop.
MEANING = {
    "late": "Arrived over 24 hours late: offline, or a clock that is behind.",
    "future": "A clock over 5 minutes ahead; they count for their arrival.",
    "bot": "Crawlers, and programs without a user agent; hidden by default.",
    "unknown device": "The user agent names no device.",
    "unknown country": "In no City database, or none is installed: sluice geo install.",
    "no visitor": "IP_HASH is off, no salt, an opt-out, or a program of yours.",
    "no visitor or session": 'In no visit; data-session="tab" on the script tag sets one.',
    "no session": "Their visits are found by visitor and gap.",
    "no user": "Nobody was signed in, or the app sends no userId.",
    "no page": "Sent without a page.",
    "no referrer": "Typed, bookmarked, or from a site that does not say.",
    "no metadata": "Sent without metadata.",
    "no amount": "A currency, but no number as value; not in the revenue.",
}
# What a tenant would want to fix, and the share (in percent) from which it is worth a look.
SUSPICIOUS = {
    "late": 5,
    "future": 1,
    "unknown device": 20,
    "unknown country": 50,
    "no visitor": 20,
    "no visitor or session": 10,
    "no amount": 0.1,
}


def show(data: Data, scope: Scope) -> None:
    """The findings, the days without events, and the objects that cannot be read."""
    widgets.heading(TITLE, "Bots count here, whatever you choose in the sidebar.")
    _found(data, scope)
    _missing(data, scope)
    _unreadable(data, scope)


@widgets.figure
def _found(data: Data, scope: Scope) -> None:
    frame = data.ask(replace(scope, bots="include"), "data-quality")
    if frame["events"].iloc[0]:
        _show_sentence(frame)
    else:
        widgets.empty(scope)


def _show_sentence(frame: pd.DataFrame) -> None:
    shares = dict(zip(frame["finding"], frame["share"], strict=True))
    with st.container(horizontal=True):
        widgets.metric("Events", frame["events"].iloc[0])
        for name in ("late", "bot", "unknown country"):
            widgets.metric(name.capitalize(), shares[name], show=widgets.percent)
    findings = frame.iloc[1:].assign(
        worth_a_look=lambda rows: [_is_suspicious(*row) for row in rows[["finding", "share"]].to_numpy()]
    )
    findings["means"] = [MEANING[name] for name in findings["finding"]]
    st.dataframe(
        findings[["finding", "events", "share", "worth_a_look", "means"]],
        hide_index=True,
        height="content",
        column_config={
            "finding": st.column_config.Column("Finding", width=145),
            "events": st.column_config.NumberColumn("Events", format="%,d", width=70),
            "share": st.column_config.ProgressColumn("Share", format="%.1f %%", min_value=0, max_value=100, width=120),
            "worth_a_look": st.column_config.Column("Worth a look", width=100),
            "means": st.column_config.Column("What it means", width=410),
        },
        key="quality-table",
        alt="How many events have each fault, and what it means.",
    )
    widgets.download(frame, "data-quality", key="quality")


def _is_suspicious(finding: str, share: float) -> str:
    return "yes" if share >= SUSPICIOUS.get(finding, 101) else ""


def missing(days: list[date], scope: Scope) -> list[date]:
    """The days of the scope without events, between the first and the last that have some."""
    between = (scope.since + timedelta(number) for number in range(scope.days))
    return [day for day in between if days and days[0] < day < days[-1] and day not in set(days)]


@widgets.figure
def _missing(data: Data, scope: Scope) -> None:
    found = missing(data.days(scope.bucket), scope)
    widgets.heading("Days without events")
    if found:
        st.warning(
            f"{len(found)} of {scope.days} days: {', '.join(map(str, found[:31]))}", icon=":material/event_busy:"
        )
    else:
        st.caption("None between the first and the last day that have some.")


@widgets.figure
def _unreadable(data: Data, scope: Scope) -> None:
    found = data.unreadable(scope.bucket)
    widgets.heading("Objects that cannot be read")
    if found is None:
        st.caption(
            "Athena does not report them: it reads a line that is not a record as nothing. `sluice mirror` names them."
        )
        return
    if not found:
        st.caption("None: every object of these days is in the answers.")
        return
    st.warning(
        f"Objects that are in no answer, or not wholly, and stay where they are: {len(found):,}",
        icon=":material/broken_image:",
    )
    st.dataframe(pd.DataFrame({"Object and reason": found[:NAMED]}), hide_index=True, key="unreadable-table")
