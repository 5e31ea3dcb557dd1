"""The answers of the first page, worked out before anybody looks: of a large lake they take some seconds."""

from __future__ import annotations

import atexit
import gc

from sluice.analysis.facade import Data
from sluice.analysis.slices import BrokenMirror
from sluice.analysis.viewers import EVERYBODY
from sluice.dashboard.pages import overview
from sluice.dashboard.view import sidebar, totals
from sluice.dashboard.view.widgets import SHOWN
from sluice.errors import LOG

# The tenants whose first page is asked before anybody looks.
TENANTS = 10


def up(stage: str) -> None:
    """Ask what the first page asks, of the first tenants, and settle down."""
    _ask(stage)
    settle()


def settle() -> None:
    """Leave out of each later collection what is there by now. Streamlit collects after each page, half as long as it draws."""
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # else DuckDB says at the end what it takes for leaks


def _ask(stage: str) -> None:
    """What cannot be answered is logged, and shown when somebody looks."""
    data = Data(EVERYBODY, stage)
    try:
        buckets = data.buckets()[:TENANTS]
    except SHOWN as error:
        LOG.warning("The first page could not be prepared: %s", error)
        return
    for bucket in buckets:
        try:
            scope = sidebar.first(data, bucket)
            overview.ask(data, scope)
            totals.before(data, scope)
        except (BrokenMirror, *SHOWN) as error:
            LOG.warning("The first page of %s could not be prepared: %s", bucket, error)
