"""What arrives now: the last half hour, looked at again every second; by Athena, which is paid, every minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pandas as pd
import streamlit as st

from chalicelib.records import iso
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import curves, widgets

TITLE = "Live"
ICON = ":material/sensors:"
MINUTES = 30
EVERY, EVERY_REMOTE = 1.0, 60.0  # seconds
LIMIT = 20_000
SHOWN = 50
HEADINGS = {
    "arrived": "Arrived (UTC)",
    "event_type": "Event",
    "page": "Page",
    "country": "Country",
    "device_type": "Device",
    "browser": "Browser",
    "referrer": "Referrer",
}


def show(data: Data, scope: Scope) -> None:
    """The page; what is in it draws itself again."""
    widgets.heading("The last 30 minutes", "By the time of arrival; the days chosen at the side do not apply here.")
    if data.is_remote:
        st.caption("Athena is asked once a minute at most, since each question of it costs money.")
    today = datetime.now(UTC).date()
    if data.is_sampled(replace(scope, since=today - timedelta(1), until=today)):
        st.caption("Sampled: here are the events that were kept, of which some count as more than one elsewhere.")
    is_slow = data.is_remote and not data.reads_stream(scope.bucket)
    st.fragment(partial(_now, data, scope), run_every=EVERY_REMOTE if is_slow else EVERY)()


@widgets.figure
def _now(data: Data, scope: Scope) -> None:
    now = datetime.now(UTC)
    frame, fault = since(data, scope, now - timedelta(minutes=MINUTES))
    if fault is not None:
        st.caption(f"The stream cannot be read, so only what has landed is here: {widgets.plain(fault)}")
    with st.container(horizontal=True):
        widgets.metric("Visitors", frame["visitorid"].nunique())
        widgets.metric("Page views", int((frame["event_type"] == "page_view").sum()))
        widgets.metric("Events", len(frame))
    if frame.empty:
        _nothing(data, scope, now)
        return
    curves.minutes(by_minute(frame, now))
    _tables(frame, scope)


def _nothing(data: Data, scope: Scope, now: datetime) -> None:
    bots, _ = since(data, replace(scope, bots="only"), now - timedelta(minutes=MINUTES))
    if not widgets.hidden_bots(len(bots), scope):
        st.info(
            "Nothing has arrived in the last 30 minutes; a visit's first page view shows here within "
            + ("2 minutes." if data.is_remote else "3 seconds, clicks and forms within 6."),
            icon=":material/inbox:",
        )


def since(data: Data, scope: Scope, moment: datetime) -> tuple[pd.DataFrame, str | None]:
    """The events that arrived since the moment, newest first, and why those of the stream are missing, or None."""
    # A late event is in the previous day.
    today = datetime.now(UTC).date()
    days = replace(scope, since=today - timedelta(1), until=today)
    # The same question for a whole minute is asked once.
    after = moment.replace(second=0, microsecond=0) if data.is_remote else moment
    frame, fault = data.latest(days, iso(after), LIMIT)
    return (frame[frame["arrived"] >= iso(moment)] if data.is_remote else frame), fault


def by_minute(frame: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """The events of each minute of the last half hour, also of those without any."""
    arrived = pd.to_datetime(frame["arrived"], utc=True).dt.floor("min")
    minutes = pd.date_range(end=pd.Timestamp(now).floor("min"), periods=MINUTES + 1, freq="min")
    counted = arrived.value_counts().reindex(minutes, fill_value=0)
    return counted.rename_axis("minute").rename("events").reset_index()


def _tables(frame: pd.DataFrame, scope: Scope) -> None:
    views = frame[frame["event_type"] == "page_view"]
    pages = (
        views.groupby("page").size().rename("views").sort_values(ascending=False, kind="stable").head(10).reset_index()
    )
    widgets.heading("Pages")
    widgets.table(pages, scope, key="live-pages")
    widgets.heading("Events")
    latest = frame.head(SHOWN)[list(HEADINGS)]
    widgets.table(
        latest.assign(arrived=latest["arrived"].str.slice(11, 19)), scope, key="live-events", headings=HEADINGS
    )
