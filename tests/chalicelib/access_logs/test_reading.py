"""The lines of CloudFront's files in each form: legacy text, and standard logging v2 as JSON lines and as Parquet."""

from __future__ import annotations

import gzip
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.access_logs import cleaning, reading
from chalicelib.access_logs.fields import NAMES, PLACES
from chalicelib.access_logs.reading import UnreadableFile
from tests import cloudfront

AT = datetime(2026, 11, 9, 23, 30, 5, tzinfo=UTC)
GIVEN = {"cs-uri-stem": "/a%20b", "cs(Referer)": "https://x.example/?q=1", "c-ip": "192.0.2.9", "sc-bytes": "77"}
LINE = cloudfront.line(AT, GIVEN)
VALUES = LINE.rstrip("\n").split("\t")


def as_json(*records: object, is_packed: bool = True) -> bytes:
    text = "".join(f"{json.dumps(one)}\n" for one in records).encode()
    return gzip.compress(text, mtime=0) if is_packed else text


@pytest.mark.parametrize("form", ["legacy", "W3C", "JSON", "plain JSON", "Parquet"])
def test_a_request_has_the_same_33_values_in_each_form(form: str, tmp_path: Path) -> None:
    file = {
        "legacy": lambda: cloudfront.packed([LINE]),
        "W3C": lambda: gzip.decompress(cloudfront.packed([LINE])),
        "JSON": lambda: cloudfront.of_json([(AT, GIVEN)]),
        "plain JSON": lambda: cloudfront.of_json([(AT, GIVEN)], is_packed=False),
        "Parquet": lambda: cloudfront.of_parquet([(AT, GIVEN)], tmp_path),
    }[form]()
    assert list(reading.lines(file)) == [VALUES]


def test_a_field_that_was_not_chosen_is_nothing_and_one_that_we_do_not_know_is_left_out() -> None:
    record = {"date": "2026-11-09", "time": "23:30:05", "sc-status": 200, "asn": "16509", "cs(Cookie)": None}
    (values,) = reading.lines(as_json(record))
    assert values is not None
    known = {name: value for name, value in zip(NAMES, values, strict=True) if value != "-"}
    assert known == {"date": "2026-11-09", "time": "23:30:05", "sc-status": "200"}


def test_the_moment_in_milliseconds_serves_as_date_and_time() -> None:
    (values,) = reading.lines(as_json({"timestamp(ms)": "1794267005123"}))
    assert values is not None
    assert reading.moment(values) == datetime(2026, 11, 9, 23, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize("stamp", ["", "soon", "9" * 30, None, []])
def test_a_line_without_a_moment_is_left_out_and_counted(stamp: object) -> None:
    made = cleaning.cleaned(as_json({"timestamp(ms)": stamp, "sc-status": "200"}, cloudfront.record(AT, {})), None)
    assert (made.lines, made.malformed) == (1, 1)


def test_what_would_end_a_line_or_a_field_is_escaped() -> None:
    (values,) = reading.lines(as_json({"cs(User-Agent)": "a\tb\nc\x7f"}))
    assert values is not None
    assert values[PLACES["cs(User-Agent)"]] == "a%09b%0Ac%7F"


def test_lines_that_are_not_objects_are_left_out() -> None:
    good = json.dumps(cloudfront.record(AT, {})).encode()
    found = list(reading.lines(good + b'\n{"date":\n{"a":' + b"[" * 10_000 + b"\n" + good + b"\n"))
    assert [values is not None for values in found] == [True, False, False, True]


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"PAR1 but not Parquet", "it cannot be read as Parquet"),
        (b"[1, 2]\n", "neither JSON lines nor Parquet"),
        (as_json({"date": "2026-11-09"})[:-6], "it is not a whole gzip file"),
    ],
)
def test_another_file_is_refused(file: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        list(reading.lines(file))


def test_where_duckdb_is_not_parquet_waits_for_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = cloudfront.of_parquet([(AT, GIVEN)], tmp_path)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(UnreadableFile, match="run `sluice access sync`"):
        list(reading.lines(file))


def test_only_gzip_of_legacy_text_is_stored_as_it_came(tmp_path: Path) -> None:
    legacy = cloudfront.packed([LINE])
    others = [
        gzip.decompress(legacy),
        cloudfront.of_json([(AT, GIVEN)]),
        cloudfront.of_parquet([(AT, GIVEN)], tmp_path),
    ]
    assert [reading.is_stored_form(file) for file in (legacy, *others)] == [True, False, False, False]
    assert [gzip.decompress(cleaning.cleaned(file, None).body) for file in others] == [gzip.decompress(legacy)] * 3
