"""The stored events themselves, the newest first."""

from __future__ import annotations

import msgspec
import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets

TITLE = "Events"
ICON = ":material/list_alt:"
LIMITS = (100, 1000, 10_000)
ANY = "any"
HEADINGS = {"happened": "Time (UTC)", "event_type": "Event", "event_id": "Event id", "user_id": "User"}


def show(data: Data, scope: Scope) -> None:
    """The newest events that are asked for, and one of them in full."""
    widgets.heading(TITLE, "The newest events of these days, as they are stored. Pick a row to see all of it.")
    _stored(data, scope, *_chosen(data, scope))


@widgets.figure
def _stored(data: Data, scope: Scope, event: str, contains: str, limit: int) -> None:
    frame = data.ask(scope, "stored-events", event=event, contains=contains, limit=limit)
    if frame.empty:
        widgets.empty(scope, "No event is of this type and has this text." if event or contains else "")
        return
    _one(frame)
    found = f"{len(frame):,}"
    st.caption(f"The newest {found}; there may be more." if len(frame) == limit else f"All that there are: {found}.")
    widgets.download(frame, "events", key="events")


def _chosen(data: Data, scope: Scope) -> tuple[str, str, int]:
    """The type, empty for any; the text to be found; and how many."""
    types = _types(data, scope) or ()
    columns = st.columns([2, 3, 1])
    event = columns[0].selectbox("Event type", [ANY, *types], key="event", bind="query-params")
    contains = columns[1].text_input(
        "Has the text",
        key="contains",
        bind="query-params",
        max_chars=200,
        placeholder="in its page, referrer, user, session, user agent or metadata",
    )
    limit = columns[2].selectbox("At most", LIMITS, key="events-limit")
    return "" if event == ANY else event, contains, limit


@widgets.figure
def _types(data: Data, scope: Scope) -> list[str]:
    return list(data.ask(scope, "events-by-type", limit=200)["event_type"])


def _one(frame: pd.DataFrame) -> None:
    """The table, and the event that is picked in it."""
    # As a tick it would look like the box that picks the row.
    bots = frame["bot"].map({True: "yes", False: ""})
    shown = frame.assign(happened=widgets.moments(frame["happened"]), bot=bots)
    picked = st.dataframe(
        shown,
        hide_index=True,
        column_config=widgets.columns(shown, HEADINGS),
        key="events-table",
        placeholder="",
        selection_mode="single-row",
        on_select="rerun",
        alt="The newest events; a row that is picked is shown in full below.",
    )
    rows = [row for row in picked.selection.rows if row < len(frame)]
    if rows:
        st.code(in_full(frame.iloc[rows[0]].to_dict()), language="json", wrap_lines=True)


def in_full(event: dict[str, object]) -> str:
    """The event as JSON for reading, its metadata opened."""
    shown = {name: None if pd.isna(value) else value for name, value in event.items()}
    if isinstance(shown.get("metadata"), str):
        shown["metadata"] = msgspec.Raw(str(shown["metadata"]).encode())
    return msgspec.json.format(msgspec.json.encode(shown, enc_hook=str)).decode()
