"""Curves over time. Where nothing is known there is a gap: a line never runs over days without events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import altair as alt
import pandas as pd
import streamlit as st

from dashboard.scope import UTC, Scope

HEIGHT = 260
# Told apart on light and on dark, and by who cannot tell red from green.
COLOURS = ["#0d9488", "#d97706", "#6366f1"]
# Days of which hours can still be told apart.
MAX_HOURLY_DAYS = 31


def days(frame: pd.DataFrame, scope: Scope, columns: Mapping[str, str]) -> None:
    """A line for each column over the scope's days, by the frame's `day`; a lone day is a dot."""
    index = [(scope.since + timedelta(number)).isoformat() for number in range(scope.days)]
    by_day = frame.set_index("day")[list(columns)].reindex(index)
    told = ", ".join(f"{name} {by_day[column].sum():,.0f}" for column, name in columns.items())
    _draw(by_day, columns, "%b %d", f"By day: {told}; {frame['day'].nunique()} of {scope.days} days have events.")


def hours(frame: pd.DataFrame, scope: Scope) -> None:
    """Page views and events by hour of the scope's zone, from quarter hours; by the zone's days where they are many."""
    if frame.empty:
        st.caption("None in these days.")
        return
    is_hourly = scope.days <= MAX_HOURLY_DAYS
    unit, form, told = ("h", "%b %d %H:%M", "hour") if is_hourly else ("D", "%b %d", "day")
    summed = by_zone(frame, scope.zone, unit)
    _draw(summed, {"page_views": "Page views", "events": "Events"}, form, f"By {told} of {scope.zone}.")
    if not is_hourly:
        st.caption(f"By day: of more than {MAX_HOURLY_DAYS} days, hours could not be told apart.")
    if scope.zone != UTC:
        st.caption("The range begins and ends at midnight UTC, so its first and last day here are not whole.")


def by_zone(frame: pd.DataFrame, zone: str, unit: str) -> pd.DataFrame:
    """The quarter hours summed up by the zone's clock; hours without events stay out of the sum, as NaN."""
    local = pd.to_datetime(frame["quarter"], utc=True).dt.tz_convert(zone).dt.tz_localize(None)
    grouped = frame[["page_views", "events"]].groupby(local.dt.floor(unit)).sum()
    return (
        grouped.asfreq(unit)
        if unit == "D"
        else grouped.reindex(pd.date_range(grouped.index[0], grouped.index[-1], freq=unit))
    )


def minutes(frame: pd.DataFrame) -> None:
    """A bar for each minute, by the frame's `minute` and `events`."""
    bars = (
        alt.Chart(frame)
        .mark_bar(color=COLOURS[0])
        .encode(
            x=alt.X("minute:T", title=None, axis=alt.Axis(format="%H:%M", labelOverlap=True)),
            y=alt.Y("events:Q", title=None, axis=alt.Axis(tickMinStep=1)),
            tooltip=[
                alt.Tooltip("minute:T", title="Minute (UTC)", format="%H:%M"),
                alt.Tooltip("events:Q", title="Events"),
            ],
        )
    )
    st.altair_chart(
        bars.properties(height=160), width="stretch", alt=f"Events by minute, {frame['events'].sum()} in all."
    )


def _draw(frame: pd.DataFrame, columns: Mapping[str, str], form: str, told: str) -> None:
    labels = list(columns.values())
    # Of two lines that run as one, the upper lets the lower through.
    dashes = [[1, 0], [1, 0], [5, 5]][: len(labels)]
    legend = alt.Legend(orient="top", symbolType="stroke", symbolSize=300, symbolStrokeWidth=3)
    told_apart = {"title": None, "sort": labels, "legend": legend}
    long = (
        frame.rename(columns=dict(columns))
        .rename_axis("moment")
        .reset_index()
        .melt("moment", var_name="what", value_name="count")
    )
    lines = (
        alt.Chart(long)
        .mark_line(point={"size": 25}, invalid="break-paths-show-path-domains", strokeWidth=2)
        .encode(
            x=alt.X("moment:T", title=None, axis=alt.Axis(format=form, labelOverlap=True, tickCount=8)),
            y=alt.Y("count:Q", title=None, axis=alt.Axis(tickMinStep=1, format="~s", tickCount=5)),
            color=alt.Color("what:N", scale=alt.Scale(domain=labels, range=COLOURS), **told_apart),
            strokeDash=alt.StrokeDash("what:N", scale=alt.Scale(domain=labels, range=dashes), **told_apart),
            tooltip=[
                alt.Tooltip("moment:T", title="When", format=form),
                alt.Tooltip("what:N", title="What"),
                alt.Tooltip("count:Q", title="Count", format=","),
            ],
        )
    )
    st.altair_chart(lines.properties(height=HEIGHT), width="stretch", alt=told)
