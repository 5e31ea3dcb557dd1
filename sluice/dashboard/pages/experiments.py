"""A/B tests: each variant's rate with its interval, and what can be said of the difference."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from chalicelib.margins import MARGIN, grain
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import significance, widgets
from sluice.dashboard.view.significance import Judged, Variant

TITLE = "Experiments"
ICON = ":material/science:"
GOAL = """[[stages.local.allow]]
bucket = "shop-analytics"
goals = [{ name = "signup", eventType = "form_submit", page = "/signup" }]"""
NONE = "(none)"
NOTES = {
    "95 % interval": "The range that holds the true rate in 95 of 100 such experiments.",
    "Difference in points": "The range that holds the true difference to the control's rate, in percentage points.",
    "p": "How often chance alone would make a difference as large as this.",
}


def show(data: Data, scope: Scope) -> None:
    """Every experiment of these days against one goal."""
    widgets.heading(
        TITLE,
        "The share of the visits that saw a variant and reached the goal afterwards, with its 95 % interval. A variant is "
        "what the script tag's data-variant says, or metadata.variant, of metadata.experiment where there is one.",
    )
    goals = [goal.name for goal in data.goals(scope.bucket)]
    if not goals:
        _ask_for_goals()
        return
    goal = st.selectbox("Goal", goals, key="goal", bind="query-params")
    frame = data.estimate(scope, "experiments", goal=goal)
    if frame.empty:
        widgets.empty(scope, "No event of these days has a metadata.variant.")
    for name, counts in frame.groupby("experiment", sort=True):
        _experiment(str(name), counts, scope)


def _ask_for_goals() -> None:
    st.info(
        "An experiment is judged by a goal, and this tenant has none. Write one into sluice.toml:",
        icon=":material/flag:",
    )
    st.code(GOAL, language="toml")


@widgets.figure
def _experiment(name: str, counts: pd.DataFrame, scope: Scope) -> None:
    """One experiment's variants, judged against the one that is chosen as the control."""
    variants = [_variant(row) for row in counts.to_dict("records")]
    with st.container(border=True):
        st.markdown(f"**{widgets.plain('Without a name' if name == NONE else name)}**")
        names = [variant.name for variant in variants]
        control = st.selectbox("Control", names, key=f"control-{name}") if len(names) > 1 else names[0]
        judged = significance.judge(variants, control)
        for one in judged[1:]:
            _verdict(one)
        if len(judged) == 1:
            st.info("There is one variant alone; an experiment compares two.", icon=":material/info:")
        _drawn(judged)
        widgets.table(table(judged), scope, key=f"experiment-{name}", headings={"p": "p"}, notes=NOTES)


def _variant(row: dict[Hashable, Any]) -> Variant:
    visits = int(row["visits"])
    return Variant(str(row["variant"]), visits, int(row["converted"]), grain(visits, row.get("visits" + MARGIN) or 0))


def _verdict(one: Judged) -> None:
    if not one.is_fair:
        st.warning(widgets.plain(one.verdict), icon=":material/hourglass_top:")
    elif one.is_clear:
        st.success(widgets.plain(one.verdict), icon=":material/check_circle:")
    else:
        st.info(widgets.plain(one.verdict), icon=":material/balance:")


def table(judged: list[Judged]) -> pd.DataFrame:
    """A row for each variant, in percent and points of it."""
    return pd.DataFrame([_row(one) for one in judged])


def _row(one: Judged) -> dict[str, object]:
    variant, compared = one.variant, one.comparison
    return {
        "Variant": variant.name,
        "Visits": variant.visits,
        "Converted": variant.converted,
        "Rate": significance.percent(variant.rate),
        "95 % interval": _between(one.interval.low, one.interval.high),
        "Difference in points": _between(*compared.interval, sign="+") if compared else "",
        "p": f"{compared.p_value:.3f}" if compared else "",
    }


def _between(low: float, high: float, sign: str = "") -> str:
    return f"{100 * low:{sign}.1f} to {100 * high:{sign}.1f}"


def _drawn(judged: list[Judged]) -> None:
    rows = [
        (one.variant.name, 100 * one.variant.rate, 100 * one.interval.low, 100 * one.interval.high) for one in judged
    ]
    base = alt.Chart(pd.DataFrame(rows, columns=["variant", "rate", "low", "high"])).encode(
        y=alt.Y("variant:N", title=None, sort=None, axis=alt.Axis(labelLimit=160))
    )
    interval = base.mark_rule(strokeWidth=3, opacity=0.6, color=widgets.ACCENT).encode(
        x=alt.X("low:Q", title="Conversion, %", axis=alt.Axis(tickCount=6), scale=alt.Scale(zero=False, nice=True)),
        x2="high:Q",
    )
    rate = base.mark_point(filled=True, size=120, opacity=1, color=widgets.ACCENT).encode(x="rate:Q")
    st.altair_chart(
        (interval + rate).properties(height=widgets.height(len(rows))),
        width="stretch",
        alt="Each variant's rate with its 95 % interval; the table below says the same.",
    )
