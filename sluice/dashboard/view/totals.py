"""A tenant's figures of some days, and what they were in as many days before."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from chalicelib.margins import MARGIN
from sluice import visit
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets
from sluice.dashboard.view.widgets import Tried

Show = Callable[[float], str]


class Figure(NamedTuple):
    """One of the totals: its column and name, how it is written, and what it means."""

    column: str
    label: str
    note: str | None = None
    show: Show = widgets.whole
    is_less_better: bool = False


FIGURES = (
    Figure("visitors", "Visitors", "People on each day: someone who visits on two days counts twice."),
    Figure("visits", "Visits", f"Events of one session, or of one visitor, with gaps under {visit.MINUTES} minutes."),
    Figure("page_views", "Page views"),
    Figure(
        "bounce_rate",
        "Bounce rate",
        "Visits that saw one page and did nothing there, of all with a page.",
        widgets.percent,
        True,
    ),
    Figure(
        "visible_seconds",
        "Visible time",
        "At least, for a page view: from the marks that time_on_page sends after 30, 60, 180 and 300 visible seconds.",
        widgets.seconds,
    ),
)


SAMPLED = (
    "Sampled: all counts are estimates from the events that were kept. A tile's note says how far its number may be off; "
    "tables and charts have the estimates alone."
)
NO_VISIT = 'These page views belong to no visit: set `data-session="tab"` on the script tag; a program has to send a sessionId.'


class Figures(NamedTuple):
    """The totals of some days, how often goals were reached (None without goals), and what each currency earned.

    Each was asked for on its own, so that one that fails takes none of the others with it.
    """

    totals: Tried[pd.Series]
    reached: Tried[int | None]
    earned: Tried[dict[str, float]]

    @property
    def has_events(self) -> bool:
        """Whether there are events, as far as is known."""
        return self.totals.value is None or bool(self.totals.value.events)

    @property
    def is_without_visits(self) -> bool:
        """Whether there are page views, and none of them in a visit."""
        known = self.totals.value
        return known is not None and bool(known.page_views) and not known.visits

    @property
    def is_sampled(self) -> bool:
        """Whether the totals are estimates from a sample."""
        known = self.totals.value
        return known is not None and any(known.get(one.column + MARGIN) for one in FIGURES)

    @property
    def faults(self) -> set[tuple[str, str]]:
        return {one.fault for one in self if one.fault}


def of(data: Data, scope: Scope) -> Figures:
    """The scope's figures."""
    return _of(data, scope, data.ask, data.estimate)


def before(data: Data, scope: Scope) -> Figures | None:
    """Those of as many days before; None where the tenant's events began only within them, so that nothing can be compared."""
    earlier = scope.previous
    if data.days(scope.bucket)[:1] > [earlier.since]:
        return None
    return _of(data, earlier, data.glance, data.glance)


def draw(slot: DeltaGenerator, now: Figures, earlier: Figures | None) -> None:
    """The figures in place of what the slot showed, with their changes where the earlier ones are known."""
    then = earlier or Figures(Tried(None), Tried(None), Tried(None))
    with slot.container():
        with st.container(horizontal=True):
            for answer, tiles in ((now.totals, _totals), (now.reached, _reached), (now.earned, _earned)):
                if answer.fault:
                    st.error(answer.fault[0], icon=answer.fault[1])
                else:
                    tiles(now, then)
        if now.is_sampled:
            st.caption(SAMPLED)
        for text, icon in sorted(then.faults - now.faults):
            st.error(f"The changes cannot be shown. {text}", icon=icon)


def _totals(now: Figures, then: Figures) -> None:
    for one in FIGURES:
        earlier = None if then.totals.value is None else then.totals.value[one.column]
        value = None if now.totals.value is None else now.totals.value[one.column]
        note = " ".join(filter(None, (one.note, _margin(now, one.column))))
        widgets.metric(one.label, value, earlier, show=one.show, is_less_better=one.is_less_better, note=note or None)


def _margin(now: Figures, column: str) -> str:
    """How far a sample's number may be off; nothing where there is no sample."""
    margin = 0.0 if now.totals.value is None else now.totals.value.get(column + MARGIN) or 0.0
    return f"± {widgets.whole(margin)} (95 %): an estimate from a sample." if margin else ""


def _reached(now: Figures, then: Figures) -> None:
    if now.reached.value is not None:
        note = "The goals of sluice.toml, together."
        widgets.metric("Goals reached", now.reached.value, then.reached.value, note=note)


def _earned(now: Figures, then: Figures) -> None:
    earlier = then.earned.value or {}
    for currency, amount in sorted((now.earned.value or {}).items()):
        name = f"Revenue {widgets.plain(currency, 12)}"
        note = "The sum of metadata.value in this metadata.currency."
        widgets.metric(name, amount, earlier.get(currency), show=widgets.money, note=note)


def _of(data: Data, scope: Scope, ask: Callable[..., pd.DataFrame], ask_totals: Callable[..., pd.DataFrame]) -> Figures:
    def totals() -> pd.Series:
        return ask_totals(scope, "totals").fillna({"events": 0}).iloc[0]

    def reached() -> int | None:
        return int(ask(scope, "goals")["conversions"].sum()) if data.goals(scope.bucket) else None

    def earned() -> dict[str, float]:
        return dict(ask(scope, "revenue-by-day").groupby("currency")["revenue"].sum())

    return Figures(widgets.tried(totals), widgets.tried(reached), widgets.tried(earned))
