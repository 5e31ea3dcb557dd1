"""Questions about access logs as tables in tabs; they are of whole days, without filters and whatever visitors are chosen."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pandas as pd
import streamlit as st

from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets

SWITCH_ON = (
    "No access logs yet. CloudFront writes a line for every request, also where no script runs. Name the site's distributions in "
    '`sluice.toml`, in the entry of this bucket: `distributions = ["E1ABC2DEF3GHIJ"]`. Then run `sluice sync` and '
    "`sluice access sync`; docs/access-logs.md says how."
)
UNFILTERED = "Filters and the choice of visitors have no effect here: a line of the log says neither."
MOST = 1000


class Panel(NamedTuple):
    """A table: its question, what it shows of the answer under which headings, and whether it has a limit."""

    title: str
    question: str
    columns: dict[str, str]
    is_limited: bool = True


def logged(data: Data, scope: Scope, title: str, note: str) -> Scope | None:
    """The page's heading, and the scope to ask; None where the tenant has no access logs, which is then said."""
    widgets.heading(title, note)
    if not data.has_access_logs(scope.bucket):
        st.info(SWITCH_ON, icon=":material/receipt_long:")
        return None
    if scope.filters or scope.bots != "exclude":
        st.caption(UNFILTERED)
    return replace(scope, filters=(), bots="exclude")


def ask(data: Data, scope: Scope, panel: Panel, limit: int = 10) -> pd.DataFrame:
    """The answer of a panel's question."""
    return data.glance(scope, panel.question, **({"limit": limit} if panel.is_limited else {}))


def tabs(data: Data, scope: Scope, panels: tuple[Panel, ...]) -> None:
    """The panels in tabs; only the one that is open is asked for."""
    for tab, panel in zip(
        st.tabs([one.title for one in panels], key=f"tabs-{panels[0].question}", on_change="rerun"), panels, strict=True
    ):
        if tab.open:
            with tab:
                table(data, scope, panel)


@widgets.figure
def table(data: Data, scope: Scope, panel: Panel) -> None:
    """The panel's table with its downloads."""
    frame = ask(data, scope, panel)
    if frame.empty:
        st.caption("None in these days.")
        return
    shown = frame[list(panel.columns)]
    widgets.table(shown, scope, key=f"table-{panel.question}", headings=panel.columns, is_narrow=True)
    widgets.download(ask(data, scope, panel, MOST), panel.question, key=panel.question)
