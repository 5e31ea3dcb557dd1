"""What every page shows of a tenant whose entry has the dashboard show only published numbers."""

from __future__ import annotations

import streamlit as st

from sluice.analysis.facade import Data
from sluice.dashboard.view import widgets

HEIGHT = 900  # pixels


def show(data: Data, bucket: str) -> None:
    """The page that anyone may open, in a frame of its own."""
    st.info(
        f"The dashboard shows only published numbers of {widgets.plain(bucket)}, on every page and to every user.",
        icon=":material/public:",
    )
    # A height of its own: to measure the content Streamlit would put a script into it, which our headers refuse.
    st.iframe(data.page(bucket), height=HEIGHT)
