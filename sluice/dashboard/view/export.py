"""An answer as a file to keep: CSV that a spreadsheet takes for text and numbers and nothing else, or Parquet."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from chalicelib.records import iso

FORMULA = "=+-@"  # a cell that begins so is a formula to a spreadsheet: =1+1, +1, -1, @SUM(…)
UNSEEN = "ZC"  # Unicode's separators and controls, formats among them: some spreadsheets strip them before they look


def as_csv(frame: pd.DataFrame) -> bytes:
    """RFC 4180 in UTF-8 with its mark, without which Excel takes it for another; texts like formulas get a leading '.

    All fields are in quotes, so that none ends at a character that a program's locale takes for the separator.
    """
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(harmless(column) for column in frame.columns)
    writer.writerows([_cell(value) for value in row] for row in frame.itertuples(index=False, name=None))
    return file.getvalue().encode("utf-8-sig")


def as_parquet(frame: pd.DataFrame) -> bytes:
    """One Parquet file with the answer's types; it holds the values as they are, since nothing evaluates them."""
    file = io.BytesIO()
    frame.to_parquet(file, index=False, compression="zstd")
    return file.getvalue()


def harmless(text: str) -> str:
    """The text, led by ' where a spreadsheet would take it for a formula."""
    seen = next((one for one in text if unicodedata.category(one)[0] not in UNSEEN), "")
    is_formula = seen != "" and unicodedata.normalize("NFKC", seen)[0] in FORMULA
    return f"'{text}" if is_formula or text.startswith(("\t", "\r", "\n")) else text


def _cell(value: Any) -> Any:
    """The value as a cell: nothing for NULL, JSON for lists and structs."""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, dict | list | np.ndarray):
        return msgspec.json.encode(value, enc_hook=_listed).decode()
    if pd.isna(value):
        return ""
    return _moment(value) if isinstance(value, pd.Timestamp) else value


def _moment(value: pd.Timestamp) -> str:
    """The time as a record has it; one without a zone is UTC's, as everywhere in the lake."""
    return iso(value if value.tzinfo else value.tz_localize("UTC"))


def _listed(value: Any) -> Any:
    """What JSON has no word for: an array as a list, anything else as text."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else str(value)
