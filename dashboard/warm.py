"""The answers of the first page, worked out before anybody looks: of a large lake they take some seconds."""

from __future__ import annotations

from contextlib import suppress

from dashboard import figures, sidebar
from dashboard.data import Data
from dashboard.desk import OPEN
from dashboard.pages import overview
from dashboard.parts import TOLD
from dashboard.slices import BrokenMirror
from dashboard.users import EVERYBODY

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
            figures.before(data, scope)
