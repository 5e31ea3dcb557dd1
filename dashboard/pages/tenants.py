"""All tenants that the user may see, side by side."""

from __future__ import annotations

from dataclasses import replace

from dashboard import parts
from dashboard.data import Data
from dashboard.scope import Scope

TITLE = "Tenants"
ICON = ":material/apartment:"
HEADINGS = {"days": "Days with events", "last_event": "Last event (UTC)"}


def show(data: Data, scope: Scope) -> None:
    """A row for each tenant; a click on it looks at that tenant, on every page."""
    parts.heading(
        "Tenants side by side",
        f"{scope.since} to {scope.until}, by UTC days; filters have no say here. Pick a row to look at its tenant.",
    )
    frame = data.ask(scope, "tenants")
    if frame.empty:
        return parts.empty(scope)
    shown = frame.assign(last_event=parts.moments(frame["last_event"]))
    scopes = [replace(scope, bucket=bucket, filters=()) for bucket in frame["tenant"]]
    return parts.picking(shown, key="tenants", scopes=scopes, headings=HEADINGS)
