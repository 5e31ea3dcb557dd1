"""The answers of the first page, worked out before anybody looks: of a large lake they take some seconds."""

from __future__ import annotations

from contextlib import suppress

from sluice.analysis.cache import OPEN
from sluice.analysis.facade import Data
from sluice.analysis.slices import BrokenMirror
from sluice.analysis.viewers import EVERYBODY
from sluice.dashboard.pages import overview
from sluice.dashboard.view import sidebar, totals
from sluice.dashboard.view.widgets import TOLD

# Each tenant's page opens two slices: its days, and as many before.
TENANTS = OPEN // 2 - 1


def up(stage: str) -> None:
    """Ask what the first page asks, of the first tenants; what cannot be answered is told when somebody looks."""
    data = Data(EVERYBODY, stage)
    try:
        buckets = data.buckets()[:TENANTS]
    except TOLD:
        return
    for bucket in buckets:
        with suppress(BrokenMirror, *TOLD):
            scope = sidebar.first(data, bucket)
            overview.ask(data, scope)
            totals.before(data, scope)
