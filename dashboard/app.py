"""The dashboard: who looks, at what, and the pages. `sluice dashboard` starts it."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Protocol

import streamlit as st

from chalicelib import settings
from dashboard import door, parts, sidebar
from dashboard.data import Data
from dashboard.engines import DUCKDB, ENGINE, STAGE
from dashboard.scope import Scope
from dashboard.users import UsersError

SECTIONS = {
    "": ("overview", "live", "tenants"),
    "Questions": ("funnels", "retention", "experiments", "journeys"),
    "Data": ("events", "sql", "quality"),
}


# Streamlit's own download leaves formulas as they are stored; ours, below the tables, does not.
NO_RAW_CSV = '<style>button[aria-label^="Download as CSV"] { display: none }</style>'


class Page(Protocol):
    """A module of dashboard.pages."""

    TITLE: str
    ICON: str

    def show(self, data: Data, scope: Scope) -> None: ...


def main() -> None:
    """Draw the page that is asked for."""
    st.set_page_config(page_title="Sluice", page_icon="💧", layout="wide")
    st.html(NO_RAW_CSV)
    try:
        user = door.enter()
    except UsersError as error:
        st.error(parts.plain(error))
        return
    if user is None:
        return
    sidebar.keep_address()
    chosen = settings.environment()
    data = Data(user, chosen.get(STAGE) or settings.LOCAL, chosen.get(ENGINE) or DUCKDB)
    pages = {section: [_page(name, data) for name in names] for section, names in SECTIONS.items()}
    st.navigation(pages).run()


def _page(name: str, data: Data) -> st.Page:
    page: Page = import_module(f"dashboard.pages.{name}")
    title, icon = page.TITLE, page.ICON
    return st.Page(partial(_show, page, data), title=title, icon=icon, url_path=name, default=name == "overview")


def _show(page: Page, data: Data) -> None:
    with parts.telling():
        scope = sidebar.scope(data)
        if scope is not None:
            page.show(data, scope)
