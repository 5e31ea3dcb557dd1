"""Custom SQL over the tenant's events, with the library's questions to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, count
from time import perf_counter

import pandas as pd
import streamlit as st

from chalicelib.lake.columns import columns
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.dashboard.view import widgets

TITLE = "SQL"
ICON = ":material/terminal:"
ROWS, MAX_ROWS = 1000, 100_000
SECONDS, MAX_SECONDS = 10, 60
OWN = "SQL of your own"
# Streamlit's text area has the font of prose.
MONOSPACE = '<style>textarea[aria-label="SQL"] { font-family: monospace; font-size: 0.875rem }</style>'
START = """SELECT eventtype, count(*) AS events
FROM events
GROUP BY eventtype
ORDER BY events DESC"""


def show(data: Data, scope: Scope) -> None:
    """A question as text, and its answer."""
    widgets.heading(
        TITLE,
        "One SELECT in Athena's SQL; nothing can be written. `events` has these days' events as they are stored; `hits`, "
        "`visits`, `visit_hits` and `conversions` have the filters, too.",
    )
    st.html(MONOSPACE)
    st.selectbox("Begin with", [OWN, *data.library.names()], key="question", on_change=_begin, args=(data,))
    asked = _form()
    _schema()
    if asked is not None:
        st.session_state["asked"] = asked
    if "asked" in st.session_state:
        _answer(data, scope, *st.session_state["asked"])


def _begin(data: Data) -> None:
    """Put the chosen question's text where it can be changed."""
    name = st.session_state["question"]
    st.session_state["sql"] = START if name == OWN else data.library.get(name).sql
    st.session_state.pop("asked", None)


def _form() -> tuple[str, int, int] | None:
    """The text, the rows and the seconds at the moment of asking; None until then."""
    st.session_state.setdefault("sql", START)
    with st.form("sql-form", border=False):
        text = st.text_area("SQL", key="sql", height=240, max_chars=50_000)
        left, middle, right = st.columns([1, 1, 1], vertical_alignment="bottom")
        rows = left.number_input("Rows at most", 1, MAX_ROWS, ROWS, key="sql-rows")
        seconds = middle.number_input("Seconds at most", 1, MAX_SECONDS, SECONDS, key="sql-seconds")
        is_asked = right.form_submit_button("Run", type="primary", width="stretch", shortcut="ctrl+enter")
    return (text, int(rows), int(seconds)) if is_asked else None


def _schema() -> None:
    with st.expander("Columns of `events`"):
        named = [(column.name, column.athena) for column in columns()]
        st.dataframe(
            pd.DataFrame([*named, ("dt", "string")], columns=["Column", "Type"]), hide_index=True, key="sql-columns"
        )


@widgets.figure
def _answer(data: Data, scope: Scope, text: str, rows: int, seconds: int) -> None:
    started = perf_counter()
    frame = data.sql(scope, text, limit=rows, seconds=seconds)
    took = perf_counter() - started
    frame.columns = pd.Index(apart(frame.columns))
    cut = f" There are more than these; raise the limit, up to {MAX_ROWS:,}." if frame.attrs.get("cut") else ""
    st.caption(f"{len(frame):,} rows in {took:.2f} s.{cut}")
    st.dataframe(frame, hide_index=True, key="sql-answer", alt="The answer to your SQL.")
    widgets.download(frame, "answer", key="sql-download")


def apart(names: Iterable[str]) -> list[str]:
    """The names, a number behind each that was there before: a table has no two columns of one name."""
    found: list[str] = []
    for name in names:
        tries = chain([name], (f"{name}_{number}" for number in count(2)))
        found.append(next(one for one in tries if one not in found))
    return found
