"""The dashboard: who looks, at what, and the pages. `sluice dashboard` starts it."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Protocol

import streamlit as st

from chalicelib import settings
from sluice.analysis.engines import DUCKDB, ENGINE, STAGE
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.analysis.viewers import UsersError
from sluice.dashboard.view import published, sidebar, sign_in, widgets

REJECTED = "rejected"  # shown only where an entry asks for it
SECTIONS = {
    "": ("overview", "live", "tenants"),
    "Questions": ("funnels", "retention", "experiments", "journeys"),
    "Access logs": ("access", "unseen"),
    "Data": ("events", "sql", "quality", REJECTED),
}


# Streamlit's own download leaves formulas as they are stored; ours, below the tables, does not.
NO_RAW_CSV = '<style>button[aria-label^="Download as CSV"] { display: none }</style>'
# Streamlit fades code in a caption, which is faded itself, and a button's shortcut.
UNFADED = """<style>
[data-testid="stCaptionContainer"] code { color: inherit }
button kbd { opacity: 1 !important; color: inherit !important }
</style>"""
# Streamlit writes white on the primary colour, which on dark is too light for it.
ON_PRIMARY = """<style>
button[kind^="primary"]:enabled, [data-testid="stMultiSelect"] :has(> span[title]) * { color: #101514 }
</style>"""


class Page(Protocol):
    """A module of sluice.dashboard.pages."""

    TITLE: str
    ICON: str

    def show(self, data: Data, scope: Scope) -> None: ...


def main() -> None:
    """Draw the page that is asked for."""
    st.set_page_config(page_title="Sluice", page_icon="💧", layout="wide")
    st.html(NO_RAW_CSV)
    st.html(UNFADED)
    if st.context.theme.type == "dark":
        st.html(ON_PRIMARY)
    try:
        user = sign_in.enter()
    except UsersError as error:
        st.error(widgets.plain(error))
        return
    sidebar.keep_address()
    chosen = settings.environment()
    data = Data(user, chosen.get(STAGE) or settings.LOCAL, chosen.get(ENGINE) or DUCKDB, sign_in.session())
    keeps = data.keeps_any_rejected()
    pages = {
        section: [_page(name, data) for name in names if name != REJECTED or keeps]
        for section, names in SECTIONS.items()
    }
    # Streamlit hides the last of more than twelve pages.
    st.navigation(pages, expanded=True).run()
    with st.sidebar:
        sign_in.way_out()


def _page(name: str, data: Data) -> st.Page:
    page: Page = import_module(f"sluice.dashboard.pages.{name}")
    title, icon = page.TITLE, page.ICON
    return st.Page(partial(_show, page, data), title=title, icon=icon, url_path=name, default=name == "overview")


def _show(page: Page, data: Data) -> None:
    with widgets.telling():
        scope = sidebar.scope(data)
        if scope is None:
            return
        if scope.bucket in data.published():
            return published.show(data, scope.bucket)
        page.show(data, scope)
