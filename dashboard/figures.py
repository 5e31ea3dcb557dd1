"""A tenant's figures of some days, and what they were in as many days before."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
from streamlit.delta_generator import DeltaGenerator

from dashboard import parts
from dashboard.data import Data
from dashboard.scope import Scope

Show = Callable[[float], str]


class Figure(NamedTuple):
    """One of the totals: its column and name, how it is written, and what it means."""

    column: str
    label: str
    note: str | None = None
    show: Show = parts.whole
    is_less_better: bool = False


FIGURES = (
    Figure("visitors", "Visitors", "People of each UTC day: whoever comes on two days counts twice."),
    Figure("visits", "Visits", "Events of one session, or of one visitor, with gaps under 30 minutes."),
    Figure("page_views", "Page views"),
    Figure("bounce_rate", "Bounce rate", "Visits that saw one page only, of those that saw any.", parts.percent, True),
    Figure(
        "visible_seconds",
        "Visible time",
        "Of a page view, at least: from the marks that time_on_page sends after 30, 60, 180 and 300 visible seconds.",
        parts.seconds,
    ),
)


class Figures(NamedTuple):
    """The totals of some days, how often goals were reached (None without goals), and what each currency earned."""

    totals: pd.Series
    reached: int | None
    earned: dict[str, float]

    @property
    def has_events(self) -> bool:
        return bool(self.totals.events)


def of(data: Data, scope: Scope) -> Figures:
    """The scope's figures."""
    return _of(data, scope, data.ask)


def before(data: Data, scope: Scope) -> Figures:
    """Those of as many days before."""
    return _of(data, scope.previous, data.glance)


def draw(slot: DeltaGenerator, now: Figures, earlier: Figures | None) -> None:
    """The figures in place of what the slot showed, with their changes where the earlier ones are known."""
    with slot.container(horizontal=True):
        for one in FIGURES:
            then = earlier.totals[one.column] if earlier else None
            parts.metric(
                one.label,
                now.totals[one.column],
                then,
                show=one.show,
                is_less_better=one.is_less_better,
                note=one.note,
            )
        if now.reached is not None:
            then = earlier.reached if earlier else None
            parts.metric("Goals reached", now.reached, then, note="The goals of sluice.toml, together.")
        for currency, amount in sorted(now.earned.items()):
            then = earlier.earned.get(currency) if earlier else None
            name = f"Revenue {parts.plain(currency, 12)}"
            parts.metric(
                name, amount, then, show=parts.money, note="The sum of metadata.value in this metadata.currency."
            )


def _of(data: Data, scope: Scope, ask: Callable[..., pd.DataFrame]) -> Figures:
    reached = int(ask(scope, "goals")["conversions"].sum()) if data.goals(scope.bucket) else None
    earned = ask(scope, "revenue-by-day").groupby("currency")["revenue"].sum().to_dict()
    return Figures(ask(scope, "totals").fillna({"events": 0}).iloc[0], reached, earned)
