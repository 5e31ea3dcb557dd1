"""A funnel of steps picked by hand: how many visits come to each, and how many are lost before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import altair as alt
import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets
from sluice.errors import SluiceError

TITLE = "Funnels"
ICON = ":material/filter_list:"
# The question counts no more.
MAX_STEPS = 8
FIRST = ("page_view", "form_start", "form_submit")
PAGES = 50
# What the relation of hits takes off a page.
_NO_PATH = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*|[?#].*$")


def show(data: Data, scope: Scope) -> None:
    """The steps, and what became of the visits that took them."""
    widgets.heading(
        TITLE,
        "Visits that took the first step, then the second, and so on, with anything in between. A step is a type of event, or a "
        "page's path; in a path, an asterisk matches anything.",
    )
    _funnel(data, scope)


@widgets.figure
def _funnel(data: Data, scope: Scope) -> None:
    steps = _steps(known_steps(data, scope))
    if len(steps) < 2:
        st.info("Pick two steps or more.", icon=":material/touch_app:")
        return
    frame = data.ask(scope, "funnel", steps=",".join(steps))
    if not frame["visits"].any():
        widgets.empty(scope, "No visit took the first step." if not scope.filters else "")
        return
    _show_sentence(frame)
    _drawn(frame)
    shown = frame[["step", "name", "visits", "share", "drop_off"]]
    widgets.table(shown, scope, key="funnel-table", headings=HEADINGS)
    widgets.download(shown, "funnel", key="funnel")


HEADINGS = {"name": "What", "share": "Of first %", "drop_off": "Lost %"}


def known_steps(data: Data, scope: Scope) -> list[str]:
    """What the events of these days may be: their types, and the paths of the top pages."""
    types, pages = _types(data, scope), _pages(data, scope)
    return list(dict.fromkeys([*(FIRST if types is None else types), *(pages or ())]))


@widgets.figure
def _types(data: Data, scope: Scope) -> list[str]:
    return list(data.ask(scope, "events-by-type")["event_type"])


@widgets.figure
def _pages(data: Data, scope: Scope) -> list[str]:
    return list(data.ask(scope, "top-pages", limit=PAGES)["page"].dropna().map(path))


def path(page: str) -> str:
    """The page's path, as the question compares it."""
    return _NO_PATH.sub("", page) or "/"


def _steps(known: Sequence[str]) -> list[str]:
    choices = [step for step in known if is_step(step)]
    usual = [step for step in FIRST if step in choices]
    picked = st.multiselect(
        "Steps, in order",
        choices,
        # A site without forms begins with a step that it has, so that there is a funnel to see.
        default=usual if len(usual) > 1 else choices[:2],
        key="steps",
        bind="query-params",
        accept_new_options=True,
        max_selections=MAX_STEPS,
        select_all=False,
        placeholder="A type of event, or a path like /product/*",
    )
    wrong = [step for step in picked if not is_step(step)]
    if wrong:
        raise SluiceError(f"{wrong[0]!r} is not a valid step: a step has no comma and is not empty")
    return picked


def is_step(text: str) -> bool:
    """Whether the question can take this as one step."""
    return bool(text.strip()) and "," not in text


def _show_sentence(frame: pd.DataFrame) -> None:
    first, last = frame["visits"].iloc[0], frame["visits"].iloc[-1]
    # The first step is compared with nothing.
    later = frame.iloc[1:]
    worst = later.loc[later["drop_off"].idxmax()] if (later["drop_off"] > 0).any() else None
    with st.container(horizontal=True):
        widgets.metric("Took the first step", first)
        widgets.metric("Took them all", last, note=f"{widgets.percent(100 * last / first)} of the first.")
        name = f"{worst['step']}. {worst['name']}" if worst is not None else "–"
        st.metric("Most are lost before", widgets.plain(name, 60), border=True)


def _drawn(frame: pd.DataFrame) -> None:
    labelled = frame.assign(label=[f"{step}. {name}" for step, name in zip(frame["step"], frame["name"], strict=True)])
    base = alt.Chart(labelled).encode(y=alt.Y("label:N", title=None, sort=None, axis=alt.Axis(labelLimit=180)))
    bars = base.mark_bar(color=widgets.ACCENT, cornerRadiusEnd=3).encode(
        x=alt.X("visits:Q", title="Visits", axis=alt.Axis(tickMinStep=1, tickCount=6)),
        tooltip=[alt.Tooltip("name:N", title="Step"), alt.Tooltip("visits:Q", title="Visits", format=",")],
    )
    st.altair_chart(
        bars.properties(height=widgets.height(len(labelled))),
        width="stretch",
        alt="Visits at each step of the funnel; the table below says the same.",
    )
