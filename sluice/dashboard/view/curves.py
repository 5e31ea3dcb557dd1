"""Curves over time. Where nothing is known there is a gap: a line never runs over days without events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import altair as alt
import pandas as pd
import streamlit as st

from chalicelib.allowlist import UTC
from sluice.analysis.scope import Scope

HEIGHT = 260
# Distinct on light and on dark, also for people who cannot distinguish red from green.
COLOURS = ["#0d9488", "#d97706", "#6366f1"]
# Marks on the lines.
ODD = "#dc2626"
# The number of days up to which hours can be distinguished.
MAX_HOURLY_DAYS = 31
# Ticks of an axis that have room.
TICKS = 8
DAY, YEAR = "%b %d", 365
# Moments are written as they are asked for: by the browser's own clock, midnight UTC is another day's evening.
CLOCK = alt.Scale(type="utc")


class Mark(NamedTuple):
    """A day to mark on the curves, the column on whose line the mark is, and what to say of it."""

    day: date
    column: str
    text: str
    is_up: bool


def days(frame: pd.DataFrame, scope: Scope, columns: Mapping[str, str], marks: Sequence[Mark] = ()) -> None:
    """A line for each column over the scope's days, by the frame's `day`; a lone day is a dot."""
    index = pd.date_range(scope.since, scope.until, freq="D")
    by_day = frame.set_index(pd.to_datetime(frame["day"]))[list(columns)].reindex(index)
    summary = ", ".join(f"{name} {by_day[column].sum():,.0f}" for column, name in columns.items())
    odd = "".join(f" {one.text}." for one in marks)
    text = f"By day: {summary}; {frame['day'].nunique()} of {scope.days} days have events.{odd}"
    _draw(by_day, columns, text, _marked(by_day, marks) if marks else None)


def _marked(by_day: pd.DataFrame, marks: Sequence[Mark]) -> alt.Chart:
    """A triangle on each day, up or down; on a day without events it is at 0."""
    counts = by_day.fillna(0)
    rows = pd.DataFrame(
        {
            "moment": pd.DatetimeIndex([one.day for one in marks]).tz_localize(UTC),
            "count": [counts.loc[pd.Timestamp(one.day), one.column] for one in marks],
            "kind": ["up" if one.is_up else "down" for one in marks],
            "text": [one.text for one in marks],
        }
    )
    kinds = alt.Scale(domain=["up", "down"], range=["triangle-up", "triangle-down"])
    marked: alt.Chart = (
        alt.Chart(rows)
        .mark_point(size=160, filled=True, opacity=1, color=ODD)
        .encode(
            x=alt.X("moment:T", scale=CLOCK),
            y="count:Q",
            shape=alt.Shape("kind:N", scale=kinds, legend=None),
            tooltip=[alt.Tooltip("text:N", title="Out of the ordinary")],
        )
    )
    return marked


def hours(frame: pd.DataFrame, scope: Scope) -> None:
    """Page views and events by hour of the scope's zone, from quarter hours; by the zone's days where they are many."""
    if frame.empty:
        st.caption("None in these days.")
        return
    is_hourly = scope.days <= MAX_HOURLY_DAYS
    unit, span = ("h", "hour") if is_hourly else ("D", "day")
    summed = by_zone(frame, scope.zone, unit)
    _draw(summed, {"page_views": "Page views", "events": "Events"}, f"By {span} of {scope.zone}.")
    if not is_hourly:
        st.caption(f"By day: hours are too narrow to show for more than {MAX_HOURLY_DAYS} days.")
    for day, length in scope.odd_days():
        st.caption(f"{day:%b %d} has {length} hours: the clock is set {'forward' if length < 24 else 'back'}.")


def by_zone(frame: pd.DataFrame, zone: str, unit: str) -> pd.DataFrame:
    """The quarter hours summed up by the zone's clock; those without events stay out of the sum, as NaN.

    An hour that the clock has twice is two; by days the index is without a zone.
    """
    quarters = pd.DatetimeIndex(pd.to_datetime(frame["quarter"], utc=True)).tz_convert(zone)
    counts = frame[["page_views", "events"]]
    if unit == "D":
        return counts.groupby(quarters.tz_localize(None).floor("D")).sum().asfreq("D")
    every = pd.date_range(quarters.min(), quarters.max(), freq="15min")
    return counts.groupby(_hours_of(quarters)).sum().reindex(_hours_of(every).unique())


def _hours_of(moments: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """When each moment's hour began by the clock of its zone, which some zones set by half hours."""
    clock = moments.tz_localize(None)
    return moments - (clock - clock.floor("h"))


def minutes(frame: pd.DataFrame) -> None:
    """A bar for each minute, by the frame's `minute` and `events`."""
    labelled = frame.assign(when=frame["minute"].dt.strftime("%H:%M"))
    bars = (
        alt.Chart(labelled)
        .mark_bar(color=COLOURS[0])
        .encode(
            x=alt.X("minute:T", title=None, scale=CLOCK, axis=alt.Axis(format="%H:%M", labelOverlap=True)),
            y=alt.Y("events:Q", title=None, axis=alt.Axis(tickMinStep=1)),
            tooltip=[
                alt.Tooltip("when:N", title="Minute (UTC)"),
                alt.Tooltip("events:Q", title="Events"),
            ],
        )
    )
    st.altair_chart(
        bars.properties(height=160), width="stretch", alt=f"Events by minute, {frame['events'].sum()} in all."
    )


def ticks(moments: pd.DatetimeIndex) -> tuple[pd.DatetimeIndex, str]:
    """The moments that the axis names, eight at most, and how: each day once, and hours where there is room for them."""
    for hours in (1, 2, 3, 6, 12):
        at = moments[moments.hour % hours == 0]
        if len(at) <= TICKS and at.hour.any():
            return at, "%b %d %H:%M" if len(moments.normalize().unique()) > 1 else "%H:%M"
    midnights = moments[moments.hour == 0]
    return midnights[:: -(-len(midnights) // TICKS)], DAY if (moments[-1] - moments[0]).days < YEAR else f"{DAY}, %Y"


def _axis(moments: pd.DatetimeIndex) -> alt.Axis:
    """The axis of these moments, with the ticks that we choose: a time's own axis has more ticks than days where they are few."""
    named, form = ticks(moments)
    values = [_at(moment) for moment in _placed(named, moments)]
    if not (changes := _changes(moments)):
        return alt.Axis(format=form, values=values, labelOverlap=True)
    later = "".join(f" + (time(datum.value) >= {at} ? {by} : 0)" for at, by in changes)
    return alt.Axis(values=values, labelExpr=f"utcFormat(time(datum.value){later}, '{form}')", labelOverlap=True)


def _at(moment: pd.Timestamp) -> alt.DateTime:
    return alt.DateTime(
        year=moment.year, month=moment.month, date=moment.day, hours=moment.hour, minutes=moment.minute, utc=True
    )


def _placed(moments: pd.DatetimeIndex, among: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Where a chart has these moments, which are some among others: by the clock of the first, as if it were UTC's.

    Without a zone, a browser would take them for its own clock's. An hour that the clock has twice has two places.
    """
    if moments.tz is None:
        return moments.tz_localize(UTC)
    return moments.tz_convert(UTC) + pd.Timedelta(among[0].utcoffset())


def _changes(moments: pd.DatetimeIndex) -> list[tuple[int, int]]:
    """Where the clock is set, and by how much, in milliseconds."""
    offsets = [] if moments.tz is None else [moment.utcoffset() / timedelta(milliseconds=1) for moment in moments]
    at = [int(place.timestamp() * 1000) for place in _placed(moments, moments)]
    pairs = zip(at[1:], offsets, offsets[1:], strict=False)
    return [(place, int(after - before)) for place, before, after in pairs if before != after]


def _draw(frame: pd.DataFrame, columns: Mapping[str, str], summary: str, marks: alt.Chart | None = None) -> None:
    labels = list(columns.values())
    # Where two lines coincide, the upper one lets the lower one show.
    dashes = [[1, 0], [1, 0], [5, 5]][: len(labels)]
    legend = alt.Legend(orient="top", symbolType="stroke", symbolSize=300, symbolStrokeWidth=3)
    distinct: dict[str, Any] = {"title": None, "sort": labels, "legend": legend}
    moments = pd.DatetimeIndex(frame.index)
    long = (
        frame.rename(columns=dict(columns))
        .rename_axis("moment")
        .reset_index()
        .melt("moment", var_name="what", value_name="count")
    )
    form = f"{DAY} %H:%M" if moments.hour.any() else DAY
    long["when"] = long["moment"].dt.strftime(f"{form} %Z" if _changes(moments) else form)
    long["moment"] = _placed(pd.DatetimeIndex(long["moment"]), moments)
    lines = (
        alt.Chart(long)
        .mark_line(point={"size": 25}, invalid="break-paths-show-path-domains", strokeWidth=2)
        .encode(
            x=alt.X("moment:T", title=None, scale=CLOCK, axis=_axis(moments)),
            y=alt.Y("count:Q", title=None, axis=alt.Axis(tickMinStep=1, format="~s", tickCount=5)),
            color=alt.Color("what:N", scale=alt.Scale(domain=labels, range=COLOURS), **distinct),
            strokeDash=alt.StrokeDash("what:N", scale=alt.Scale(domain=labels, range=dashes), **distinct),
            tooltip=[
                alt.Tooltip("when:N", title="When"),
                alt.Tooltip("what:N", title="What"),
                alt.Tooltip("count:Q", title="Count", format=","),
            ],
        )
    )
    drawn = lines if marks is None else alt.layer(lines, marks)
    st.altair_chart(drawn.properties(height=HEIGHT), width="stretch", alt=summary)
