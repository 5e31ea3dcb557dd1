"""Logs of many makers: each line has its address, time, page and status, and no record holds an address."""

from __future__ import annotations

import json
import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib import settings
from sluice.imports import importer, texts, weblogs
from sluice.imports.lines import Line, MalformedLine
from tests.paths import ROOT

LOGS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests/data/logs.toml").read_text())["log"]
SAMPLES = os.environ.get("SLUICE_LOG_SAMPLES")
AGENT = "Mozilla/5.0 (X11)"
SECOND = datetime(2015, 5, 17, 10, 5, 3, tzinfo=UTC)
BUCKET = "shop-analytics"
by_name = pytest.mark.parametrize("log", LOGS, ids=lambda log: log["name"])


def parsed(log: dict[str, Any]) -> Line:
    parse = weblogs.FORMATS[log["format"]]()
    found = [parse(line.encode()) for line in log["lines"]]
    assert found[:-1] == [None] * (len(found) - 1)
    assert found[-1] is not None
    return found[-1]


def imported(folder: Path, *files: Path, **options: Any) -> tuple[importer.Summary, list[dict[str, Any]]]:
    """What an import says, and the records that are in the bucket then."""
    given = settings.load({"ALLOWED_BUCKETS": "*-analytics", "STORE": f"dir:{folder}"})
    summary = importer.import_logs([str(file) for file in files], BUCKET, given, **options)
    return summary, [json.loads(path.read_bytes()) for path in sorted(folder.glob(f"{BUCKET}/**/*.json"))]


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "access.log"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


@by_name
def test_a_line_is_read_as_its_maker_means_it(log: dict[str, Any]) -> None:
    line = parsed(log)
    assert (line.address, line.status, line.size) == (log["address"], 200, 12)
    assert line.time.replace(microsecond=0) == SECOND
    agent = log.get("agent")
    assert (line.referrer, line.user_agent) == (log.get("referrer"), AGENT if agent == "*" else agent)


@by_name
def test_its_format_is_found_out(log: dict[str, Any]) -> None:
    assert weblogs.detect([line.encode() for line in log["lines"]]) == log["format"]


@by_name
def test_its_record_has_the_page_and_no_address(log: dict[str, Any], tmp_path: Path) -> None:
    summary, records = imported(tmp_path / "store", write(tmp_path, *log["lines"]))
    assert (summary.read, summary.stored, summary.page_views, summary.malformed) == (1, 1, 1, 0)
    assert summary.formats == {log["format"]: 1}
    (record,) = records
    page = log["page"].partition("?")[0]
    assert (record["eventType"], record["page"]) == ("page_view", page)
    assert record["utm"]["source"] == ("news" if "?" in log["page"] else None)
    is_named = log["address"].endswith(".example")
    assert (record["visitorId"] is None, summary.unaddressed) == (is_named, int(is_named))
    assert log["address"] not in json.dumps(record)
    assert json.loads(record["metadata"]) == {"method": parsed(log).method, "status": 200, "bytes": 12}


def test_a_site_s_own_page_is_not_its_source(tmp_path: Path) -> None:
    line = 'shop.example:443 192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET /b HTTP/1.1" 200 12 "{}" "-"'
    lines = [line.format("https://shop.example/a?x=1"), line.format("https://e.example/a?x=1")]
    _, records = imported(tmp_path / "store", write(tmp_path, *lines))
    assert {record["referrer"] for record in records} == {"https://shop.example/a", "https://e.example"}


def test_lines_without_an_address_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    line = '{} - - [17/May/2015:10:05:03 +0000] "GET /{} HTTP/1.1" 200 12 "-" "-"'
    senders = ["192.0.2.7", "dsl-7.isp.example", "-", "unix:"]
    path = write(tmp_path, *(line.format(sender, number) for number, sender in enumerate(senders)))
    summary, records = imported(tmp_path / "store", path)
    assert (summary.read, summary.stored, summary.unaddressed) == (4, 4, 3)
    assert summary.first_unaddressed == (str(path), 2, "a name")
    assert sum(record["visitorId"] is not None for record in records) == 1


def test_malformed_lines_are_counted_by_their_reasons(tmp_path: Path) -> None:
    good = '192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 12 "-" "-"'
    path = write(tmp_path, good, "x", good.replace("2015", "1990"), "y", good.replace("17/May", "31/Feb"))
    summary, _ = imported(tmp_path / "store", path)
    assert (summary.read, summary.stored, summary.malformed) == (5, 1, 4)
    assert summary.reasons == {
        "not a line of the combined format": 2,
        "a time that is none, or has no zone": 1,
        "no log is of a day before 1995 or after next year: its clock is wrong": 1,
    }


def test_a_line_of_many_words_is_not_searched_for_an_address_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    monkeypatch.setattr(texts, "parse_address", lambda word: looked.append(word))
    line = b"a " * 50_000 + b'- - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 12 "-" "-"'
    assert weblogs.FORMATS["combined"]()(line) is not None
    assert len(looked) == texts.PREFIX


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["2015-05-17 10:05:03 192.0.2.7 GET / 200"], "there is no #Fields before it"),
        (["#Fields: date time c-ip", "2015-05-17 10:05:03"], "it has more or fewer fields than #Fields names"),
        (["#Fields: date time c-ip", "2015-05-17 10:05:03 192.0.2.7"], "no status"),
        (["#Fields: c-ip sc-status", "192.0.2.7 200"], "a time that is none, or has no zone"),
    ],
)
def test_a_line_of_a_table_that_does_not_fit_says_why(lines: list[str], reason: str) -> None:
    parse = weblogs.FORMATS["w3c"]()
    for line in lines[:-1]:
        assert parse(line.encode()) is None
    with pytest.raises(MalformedLine, match=reason):
        parse(lines[-1].encode())


@pytest.mark.skipif(SAMPLES is None, reason="SLUICE_LOG_SAMPLES names no folder of logs")
@pytest.mark.parametrize("path", sorted(Path(SAMPLES or ".").glob("*.log")), ids=lambda path: path.name)
def test_a_sample_of_another_maker_is_read_whole(path: Path, tmp_path: Path) -> None:
    summary, records = imported(tmp_path / "store", path)
    assert (summary.malformed, summary.unaddressed) == (0, 0)
    assert len(records) == summary.read > 0
    assert all(record["page"].startswith("https://") for record in records)
    assert not any(address in json.dumps(records) for address in ("1.2.3.4", "192.0.2.10"))
