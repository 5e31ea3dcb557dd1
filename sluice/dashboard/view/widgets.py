"""What the pages are made of. Everything stored is untrusted: it is shown as text, never read as markup."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial, wraps
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from chalicelib.settings import SettingsError
from sluice.analysis.scope import Scope
from sluice.analysis.slices import BrokenMirror
from sluice.aws import AwsError, explain
from sluice.dashboard.view.export import as_csv, as_parquet
from sluice.errors import SluiceError

LOG = logging.getLogger(__name__)
FAULT = "This cannot be shown, because of a fault in the dashboard; the log of its server has the details."
P = ParamSpec("P")
Made = TypeVar("Made")
SCOPE = "scope"  # in the session's state
SHOWN = (SluiceError, SettingsError)
# The colour of a chart's marks: visible on a light background and on a dark one.
ACCENT = "#0d9488"
MAX_CELL = 300
# A table on a phone, without the boxes that pick its rows; a letter of a heading, and what is around it. In pixels.
NARROW, LETTER, PADDING = 334, 7, 24
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
_BLANK = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")


def plain(value: object, length: int = MAX_CELL) -> str:
    """The value for where Streamlit reads Markdown: every character of it shows as it is."""
    text = _BLANK.sub(" ", "" if value is None else str(value))
    cut = text if len(text) <= length else f"{text[: length - 1]}…"
    return _MARKUP.sub(r"\\\1", cut)


@contextmanager
def telling(tell: Callable[..., Any] = st.error) -> Iterator[None]:
    """What cannot be shown, in a sentence that says what to do; the page goes on below."""
    try:
        yield
    except BrokenMirror as error:
        tell(
            f"A file of the mirror cannot be read: {plain(error)} — delete it with the `snapshot.json` of its tenant; of a local "
            "store it is made again, of a bucket by `sluice mirror`.",
            icon=":material/broken_image:",
        )
    except AwsError as error:
        tell(plain(explain(error)), icon=":material/cloud_off:")
    except SHOWN as error:
        tell(plain(error), icon=":material/error:")
    except Exception:  # the outermost door of a figure: a fault of ours takes no other figure with it
        LOG.exception("A part of a page could not be drawn.")
        tell(FAULT, icon=":material/bug_report:")


def figure(draw: Callable[P, Made]) -> Callable[P, Made | None]:
    """Make a function draw its tiles, table or chart by itself: what it cannot show, it says there, and the page goes on."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Made | None:
        with telling():
            return draw(*args, **kwargs)
        return None

    return drawn


class Tried(NamedTuple, Generic[Made]):
    """An answer, or in its place the sentence that says why there is none, and its icon."""

    value: Made | None
    fault: tuple[str, str] | None = None


def tried(ask: Callable[[], Made]) -> Tried[Made]:
    """What is answered now, to be drawn later."""
    faults: list[tuple[str, str]] = []
    with telling(lambda text, icon: faults.append((text, icon))):
        return Tried(ask())
    return Tried(None, faults[0])


def heading(title: str, note: str = "") -> None:
    """A page's or a panel's title, with what it answers below."""
    st.subheader(title, anchor=False)
    if note:
        st.caption(note)


def empty(scope: Scope, advice: str = "") -> None:
    """That there is nothing to show, and what to do about it."""
    filters = " Take a filter away, or choose other days." if scope.filters else " Choose other days."
    st.info(
        f"Nothing here from {scope.since} to {scope.until}.{(advice and f' {advice}') or filters}",
        icon=":material/inbox:",
    )


def hidden_bots(number: int, scope: Scope) -> bool:
    """Say how many events the choice of visitors hides, with a button that shows them; whether it hides any."""
    if not number or scope.bots != "exclude":
        return False
    said = "1 event from bots is hidden." if number == 1 else f"{number:,} events from bots are hidden."
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(said, icon=":material/smart_toy:")
        if st.button(
            "Show", on_click=partial(choose, replace(scope, bots="include")), help="Count bots, too", key="show-bots"
        ):
            st.rerun()  # the whole page, also where a part of it draws itself
    return True


def whole(value: float) -> str:
    """A number of things."""
    return f"{value:,.0f}"


def money(value: float) -> str:
    """An amount in a currency that is named next to it."""
    return f"{value:,.2f}"


def metric(
    label: str,
    now: float | None,
    before: float | None = None,
    *,
    show: Callable[[float], str] = whole,
    is_less_better: bool = False,
    note: str | None = None,
) -> None:
    """A number with its change to the previous period, in percent; a dash where there is none."""
    is_there = now is not None and not pd.isna(now)
    st.metric(
        label,
        show(float(now)) if is_there and now is not None else "–",
        _change(now, before),
        delta_color="inverse" if is_less_better else "normal",
        border=True,
        help=note,
    )


def seconds(value: float) -> str:
    """A time as people say it: 42 s, 3 min 05 s, 2 h 10 min."""
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def percent(value: float) -> str:
    """A share that is in percent already."""
    return f"{value:,.1f} %"


def moments(times: pd.Series) -> pd.Series:
    """Times in ISO 8601 as people read them: 2026-11-21 10:06:04. The heading says that they are UTC's."""
    return times.str.replace("T", " ").str.removesuffix("Z")


def height(rows: int) -> int:
    """The height of a chart with a bar or a dot in each row, and its axis below."""
    return 34 * rows + 80


def table(
    frame: pd.DataFrame,
    scope: Scope,
    *,
    key: str,
    dimension: str | None = None,
    column: str | None = None,
    headings: dict[str, str] | None = None,
    notes: dict[str, str] | None = None,
    words: dict[str, Callable[[str], str]] | None = None,
    is_narrow: bool = False,
) -> None:
    """The frame as text and numbers; a click on a row filters every page by its value in `column`."""
    scopes: list[Scope | None] = []
    if dimension is not None and column is not None:
        name, values = dimension, frame[column].tolist()
        scopes = [None if value is None else scope.filtered(name, str(value)) for value in values]
    picking(frame, key=key, scopes=scopes, headings=headings, notes=notes, words=words, is_narrow=is_narrow)


def picking(
    frame: pd.DataFrame,
    *,
    key: str,
    scopes: Sequence[Scope | None] = (),
    headings: dict[str, str] | None = None,
    notes: dict[str, str] | None = None,
    words: dict[str, Callable[[str], str]] | None = None,
    is_narrow: bool = False,
) -> None:
    """The frame as text and numbers; a click on a row looks at the scope of its number, where it has one.

    `words` say what the values of a column are called; the values stay what they are. A narrow table has every column in
    view on a phone and in half a page: long texts are cut, numbers are not.
    """
    shown = columns(frame, headings, notes)
    for name, width in _widths(shown).items() if is_narrow else ():
        shown[name]["width"] = width
    st.dataframe(
        frame.style.format(words, subset=list(words), na_rep="–") if words else frame,
        hide_index=True,
        placeholder="–",
        column_config=shown,
        key=key,
        selection_mode="single-row",
        on_select=partial(_picked, key, scopes) if scopes else "ignore",
    )


def columns(
    frame: pd.DataFrame, headings: dict[str, str] | None = None, notes: dict[str, str] | None = None
) -> dict[str, Any]:
    """How each column shows, and what it means where that is noted."""
    names, said = headings or {}, notes or {}
    return {
        name: _column(values, names.get(name, name.replace("_", " ").capitalize()), said.get(name))
        for name, values in frame.items()
    }


def _column(values: pd.Series, heading: str, note: str | None) -> Any:
    """Thousands apart, as in the figures; and of shares as many decimals in every row."""
    if pd.api.types.is_integer_dtype(values):
        return st.column_config.NumberColumn(heading, format="%,d", help=note)
    if pd.api.types.is_float_dtype(values):
        return st.column_config.NumberColumn(heading, format="%,.1f", help=note)
    return st.column_config.Column(heading, help=note)


def _widths(shown: dict[str, Any]) -> dict[str, int]:
    """As wide as each heading, and the first column as wide as is left; where there is more room, all grow alike."""
    widths = {name: PADDING + LETTER * len(str(one["label"])) for name, one in shown.items()}
    first, *others = widths
    return {**widths, first: NARROW - sum(widths[name] for name in others)}


def download(frame: pd.DataFrame, name: str, *, key: str) -> None:
    """Two buttons: the frame as CSV that no spreadsheet runs, and as Parquet."""
    left, right = st.columns(2)
    left.download_button("CSV", lambda: as_csv(frame), f"{name}.csv", "text/csv", key=f"{key}-csv", width="stretch")
    right.download_button(
        "Parquet",
        lambda: as_parquet(frame),
        f"{name}.parquet",
        "application/octet-stream",
        key=f"{key}-parquet",
        width="stretch",
    )


def choose(scope: Scope) -> None:
    """Look at this scope from now on: call it in a callback, before the page is drawn."""
    st.session_state[SCOPE] = scope


def _picked(key: str, scopes: Sequence[Scope | None]) -> None:
    rows = st.session_state[key].selection.rows
    chosen = scopes[rows[0]] if rows else None
    if chosen is not None:
        choose(chosen)


def _change(now: float | None, before: float | None) -> str | None:
    """How much more than before, as `+12 %`; None where there was nothing to compare with."""
    if now is None or before is None or pd.isna(now) or pd.isna(before) or not before:
        return None
    return f"{100 * (now - before) / before:+,.0f} %"
