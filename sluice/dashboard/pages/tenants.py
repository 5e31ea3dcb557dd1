"""All tenants that the user may see, side by side."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets

TITLE = "Tenants"
ICON = ":material/apartment:"
NUMBERS = ("events", "page_views", "visitors", "days")
HEADINGS = {"days": "Days with events", "last_event": "Last event (UTC)"}


def show(data: Data, scope: Scope) -> None:
    """A row for each tenant; a click on it looks at that tenant, on every page."""
    widgets.heading(
        "Tenants side by side",
        f"{scope.since} to {scope.until}, by UTC days; filters do not apply here. Pick a row to look at its tenant.",
    )
    frame, faults = data.tenants(scope)
    if faults:
        said = (
            "1 tenant could not be asked; its row says"
            if len(faults) == 1
            else f"{len(faults)} tenants could not be asked; their rows say"
        )
        st.warning(f"{said} why. The others are shown as they are.")
        frame = _with_faults(frame, faults)
    if frame.empty:
        return widgets.empty(scope)
    shown = frame.assign(last_event=widgets.moments(frame["last_event"]))
    known = data.buckets()
    scopes = [replace(scope, bucket=one, filters=()) if one in known else None for one in frame["tenant"]]
    return widgets.picking(shown, key="tenants", scopes=scopes, headings=HEADINGS)


def _with_faults(frame: pd.DataFrame, faults: dict[str, str]) -> pd.DataFrame:
    """The frame with a row for each tenant that has a fault, which has no figures."""
    columns = ["tenant", *NUMBERS, "last_event", "fault"]
    whole = frame.reindex(columns=columns).to_dict("records")
    rows = [*whole, *({"tenant": bucket, "fault": fault} for bucket, fault in faults.items())]
    made = pd.DataFrame(rows, columns=columns)
    texts = {name: made[name].astype("string") for name in ("last_event", "fault")}
    return made.assign(**{name: made[name].astype("Int64") for name in NUMBERS}, **texts)
