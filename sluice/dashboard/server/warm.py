"""The answers of the first page, worked out before anybody looks: of a large lake they take some seconds."""

from __future__ import annotations

from sluice.analysis.cache import OPEN
from sluice.analysis.facade import Data
from sluice.analysis.slices import BrokenMirror
from sluice.analysis.viewers import EVERYBODY
from sluice.dashboard.pages import overview
from sluice.dashboard.view import sidebar, totals
from sluice.dashboard.view.widgets import TOLD
from sluice.errors import LOG

# Each tenant's page opens two slices: its days, and as many before.
TENANTS = OPEN // 2 - 1


def up(stage: str) -> None:
    """Ask what the first page asks, of the first tenants; what cannot be answered is logged, and shown when somebody looks."""
    data = Data(EVERYBODY, stage)
    try:
        buckets = data.buckets()[:TENANTS]
    except TOLD as error:
        LOG.warning("The first page could not be prepared: %s", error)
        return
    for bucket in buckets:
        try:
            scope = sidebar.first(data, bucket)
            overview.ask(data, scope)
            totals.before(data, scope)
        except (BrokenMirror, *TOLD) as error:
            LOG.warning("The first page of %s could not be prepared: %s", bucket, error)
