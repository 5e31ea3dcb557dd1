"""How many of the people first seen in each week came back in later weeks."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets

TITLE = "Retention"
ICON = ":material/event_repeat:"
# The accent of the dashboard, as light as the share is small.
TINT = "rgba(20, 150, 135, {:.2f})"


def show(data: Data, scope: Scope) -> None:
    """A row for each week in which people were first seen, a column for each week after it."""
    widgets.heading(
        TITLE,
        "People by the week in which they were first seen, and the share of them seen again. A visitor is known for one day "
        "only, so a person is a userId, else a sessionId. Weeks begin on Monday (UTC); the last may not be over.",
    )
    frame = data.ask(scope, "retention")
    if not frame["people"].any():
        widgets.empty(
            scope, 'Retention needs a userId or a sessionId in the events: `data-session="tab"` on the script tag.'
        )
        return
    _show_sentence(frame)
    cohorts = grid(frame)
    weeks = [column for column in cohorts.columns if column.startswith("+")]
    most = cohorts[weeks].max().max()
    tint = partial(_tint, most=most)
    st.dataframe(
        cohorts.style.format("{:,}", subset=["People"])
        .format("{:.0f} %", subset=weeks, na_rep="")
        .map(tint, subset=weeks),
        hide_index=True,
        key="retention-table",
        placeholder="",
        alt="The share of each week's people who came back, by weeks later.",
    )
    widgets.download(cohorts, "retention", key="retention")


def grid(frame: pd.DataFrame) -> pd.DataFrame:
    """The answer with a row a week: its people, and the percentage of them who came back 1, 2, … weeks later."""
    seen = frame[frame["people"] > 0].astype({"weeks_later": int, "people": int})
    shares = seen.pivot(index="first_week", columns="weeks_later", values="share")
    latest = (pd.to_datetime(seen["first_week"]) + pd.to_timedelta(7 * seen["weeks_later"], unit="D")).max()
    later = range(1, max(shares.columns.max(), 1) + 1)
    made = pd.DataFrame({"First seen": shares.index, "People": seen[seen["weeks_later"] == 0]["people"].to_numpy()})
    for week in later:
        made[f"+{week} wk"] = [_share(shares, first, week, latest) for first in shares.index]
    return made


def _share(shares: pd.DataFrame, first: str, week: int, latest: pd.Timestamp) -> float | None:
    """Nobody is 0 % in a week that has been, and nothing in one to come."""
    if pd.Timestamp(first) + pd.Timedelta(7 * week, unit="D") > latest:
        return None
    share = shares[week].get(first) if week in shares else None
    return 0.0 if share is None or pd.isna(share) else float(share)


def _tint(share: float | None, most: float) -> str:
    """The darker the nearer to the most: shares are often all small."""
    return (
        "" if share is None or pd.isna(share) else f"background-color: {TINT.format(0.06 + 0.5 * share / (most or 1))}"
    )


def _show_sentence(frame: pd.DataFrame) -> None:
    first = frame[frame["weeks_later"] == 0]
    back = frame[frame["weeks_later"] == 1]
    nobody = frame.drop_duplicates("first_week")["events_of_nobody"].sum()
    with st.container(horizontal=True):
        widgets.metric("People", first["people"].sum())
        widgets.metric("Came back a week later", back["people"].sum())
        widgets.metric(
            "Events without a person", nobody, note="With neither a userId nor a sessionId; they are in no row."
        )
