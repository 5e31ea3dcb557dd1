"""The local server as its users meet it: `sluice serve`, curl, the demo."""

from __future__ import annotations

import http.client
import json
import logging
import os
import re
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest

from chalicelib import settings
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import Record, day_prefix, iso
from chalicelib.tracking import assembly, ingest
from sluice.local import demo_days, request_log
from tests.conftest import BUCKET, SAFARI, event_body, stored
from tests.paths import ROOT
from tests.served import SLUICE, Served, served


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """A server, and the folder that it stores in."""
    folder = tmp_path_factory.mktemp("served") / "data"
    with served(folder) as server:
        yield server, folder


def sluice(path: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What this PATH's `sluice` says."""
    environment = os.environ | {"PATH": path}
    return subprocess.run(["sluice", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def test_a_stage_without_a_store_or_a_region_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sluice.toml").write_text('[stages.local]\naccount = "111122223333"\n')
    nowhere = {name: text for name, text in os.environ.items() if name != "STORE" and not name.startswith("AWS_")}
    nowhere |= {"AWS_CONFIG_FILE": str(tmp_path / "none")}

    for command in (["sync"], ["serve", "--port", "0"]):
        said = subprocess.run([SLUICE, *command], cwd=tmp_path, env=nowhere, capture_output=True, text=True, timeout=60)

    assert said.returncode == 1
    assert said.stderr.count("\n") == 1 and 'write store = "dir:data" below [stages.local]' in said.stderr


def test_values_for_a_vault_that_is_not_there_are_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sluice.toml").write_text(
        '[stages.local]\nstore = "dir:data"\n[[stages.local.allow]]\nbucket = "a-analytics"\ntokenize = ["userId"]\n'
    )
    subprocess.run([SLUICE, "sync"], cwd=tmp_path, capture_output=True, timeout=60, check=True)

    said = subprocess.run([SLUICE, "serve", "--port", "0"], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        f"sluice: a-analytics has tokenize, and there is no vault in {tmp_path}/data/.stage/vault: run `sluice vault init`\n"
    )


def ask(
    server: Served, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", int(server.port), timeout=10)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    answer = json.loads(response.read() or b"{}")
    connection.close()
    return response.status, answer


def test_the_printed_curl_line_is_answered_with_the_key_of_its_record(shop: tuple[Served, Path]) -> None:
    server, folder = shop
    line = re.search(r"^  (curl .*)$", server.greeting, re.MULTILINE)
    assert line

    for shell in ("sh", "bash"):
        printed = subprocess.run([shell, "-c", line[1]], capture_output=True, check=True, timeout=10).stdout
        assert json.loads(printed)["status"] == "ok"

    receipt = json.loads(printed)
    assert "-H" not in line[1] and "$(date" in line[1]  # it stays right for as long as the server runs
    record = (folder / receipt["bucket"] / receipt["key"]).read_text()
    assert receipt["status"] == "ok"
    assert record.endswith("}\n") and record.count("\n") == 1
    assert tuple(json.loads(record)) == Record.__struct_encode_fields__
    assert str(folder) in server.greeting


def test_a_taken_port_is_one_clear_line(shop: tuple[Served, Path], programs: str) -> None:
    failed = sluice(programs, "serve", "--port", shop[0].port)

    assert failed.returncode == 1
    assert failed.stderr.splitlines() == [f"Port {shop[0].port} is taken. Free it, or take another: make run PORT=8001"]


def test_a_bad_setting_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, programs: str) -> None:
    monkeypatch.setenv("STORE", "ftp:x")

    failed = sluice(programs, "serve")

    assert failed.returncode == 1
    assert failed.stderr.splitlines() == [
        "sluice: STORE: 'ftp:x' is not a valid store; use s3, or dir:PATH for a folder"
    ]


def test_a_corrupt_city_database_is_named_at_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, programs: str
) -> None:
    monkeypatch.setenv("GEOIP_DB", str(tmp_path / "no.mmdb"))

    failed = sluice(programs, "serve")

    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.splitlines() == [f"sluice: GEOIP_DB: there is no file {tmp_path / 'no.mmdb'}"]


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/nope", 404, "Not Found"),
        ("GET", "/track/", 405, "Method Not Allowed"),
        ("BREW", "/track", 405, "Method Not Allowed"),
    ],
)
def test_the_gateways_own_errors_have_the_contracts_shape(
    method: str, path: str, status: int, error: str, shop: tuple[Served, Path]
) -> None:
    answered, answer = ask(shop[0], method, path)

    assert (answered, answer["error"], set(answer)) == (status, error, {"error", "message"})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content_Length": "x"}, 400),
        ({"Content_Length": "-1"}, 400),
        ({"Content_Length": "99999999999"}, 413),
        ({"Content_Length": "9" * 5000}, 413),
        ({"Transfer_Encoding": "chunked"}, 400),
    ],
)
def test_a_body_of_unknown_length_is_refused(headers: dict[str, str], status: int, shop: tuple[Served, Path]) -> None:
    assert ask(shop[0], "POST", "/track", None, **headers)[0] == status


def test_what_is_not_http_is_refused_in_the_contracts_shape(shop: tuple[Served, Path]) -> None:
    with socket.create_connection(("127.0.0.1", int(shop[0].port)), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/9.9.9\r\n\r\n")
        answer = connection.makefile("rb").read()

    assert b'"error":"Invalid JSON"' in answer and b"Traceback" not in answer


def test_the_demo_shows_what_landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: str) -> None:
    with served(tmp_path / "data") as server:
        monkeypatch.setenv("STORE", f"dir:{tmp_path / 'data'}")
        shown = sluice(programs, "demo", "--port", server.port, "--visits", "40", "--days", "2")

    past = [path for path in stored(tmp_path / "data") if path.name.startswith("batch.")]
    records = [json.loads(path.read_text()) for path in stored(tmp_path / "data") if path not in past]
    written = sum(len(path.read_text().splitlines()) for path in past)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert len(past) == 2
    assert f"{written:,} events of 2 days before today are new" in shown.stdout
    assert f"{len(records)} events of 40 visits are stored" in shown.stdout
    assert len({record["location"]["country"] for record in records}) > 1
    assert len({record["ip"] for record in records}) > 10
    assert {record["sessionId"] for record in records} == {None}
    # What is sent is by chance; what the tables show is the commonest of it.
    devices = Counter(record["device"]["device_type"] for record in records)
    sources = Counter(record["utm"]["source"] for record in records if record["utm"]["source"])
    assert all(commonest in shown.stdout for counted in (devices, sources) for commonest, _ in counted.most_common(1))


def test_what_the_demo_adds_to_a_compacted_day_shows_there(
    shop: tuple[Served, Path], monkeypatch: pytest.MonkeyPatch, programs: str
) -> None:
    server, folder = shop
    now = datetime.now(UTC)
    day, objects = now.date() - timedelta(days=3), FolderObjects(folder / demo_days.BUCKET)
    click = event_body(bucket=demo_days.BUCKET, timestamp=iso(now - timedelta(days=3)))
    path = assembly.assemble(settings.load({"ALLOWED_BUCKETS": demo_days.BUCKET, "STORE": f"dir:{folder}"}))
    path.track(ingest.Request(json.dumps(click).encode(), {}, "192.0.2.1", now - timedelta(days=3)))
    compaction.compact(objects, day, now)
    compaction.advance(objects, now)
    monkeypatch.setenv("STORE", f"dir:{folder}")
    shown = sluice(programs, "demo", "--port", server.port, "--visits", "1", "--days", "3")

    state, *others = (state for state in compaction.status(objects, now) if state.day >= day)
    added = sum(
        len(path.read_bytes().splitlines()) for path in (folder / demo_days.BUCKET / day_prefix(day)).glob("batch.*")
    )
    assert added > 100
    assert state.records == added + 1
    assert f"{day}  reconciled" in shown.stderr
    mark = compaction.watermark(objects)
    assert mark and all(one.records for one in others if one.day <= mark)


def test_the_demo_without_a_server_says_what_to_do_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: str
) -> None:
    monkeypatch.setenv("STORE", f"dir:{tmp_path / 'data'}")
    failed = sluice(programs, "demo", "--port", "1")

    assert failed.returncode == 1
    assert "start it with `make run`" in failed.stderr
    assert not (tmp_path / "data").exists()


def test_the_demo_says_where_something_else_answers_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: str
) -> None:
    monkeypatch.setenv("STORE", f"dir:{tmp_path / 'data'}")
    other = HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    threading.Thread(target=other.serve_forever, daemon=True).start()

    failed = sluice(programs, "demo", "--port", str(other.server_port))
    other.shutdown()
    other.server_close()

    assert (failed.returncode, "Traceback" in failed.stderr) == (1, False)
    assert "What answers there is not Sluice" in failed.stderr
    assert not (tmp_path / "data").exists()


def test_once_it_greets_it_answers(tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        assert ask(server, "GET", "/health") == (200, {"status": "ok"})


@pytest.fixture(scope="module", params=["text", "json"])
def requested(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines that a server shows of a good event, a bad one, a batch and a path that is not there."""
    event = event_body(page="/a-page", userAgent=SAFARI)
    batch = {"bucket": BUCKET, "events": [event_body(), event_body(page=7)]}
    with served(tmp_path_factory.mktemp("requested") / "data", options=("--log", request.param)) as server:
        ask(server, "POST", "/track", json.dumps(event).encode(), User_Agent=SAFARI)
        ask(server, "POST", "/track", b'{"page": "/a-page"', User_Agent=SAFARI)
        ask(server, "POST", "/track/batch", json.dumps(batch).encode(), User_Agent=SAFARI)
        ask(server, "GET", "/a-page", User_Agent=SAFARI)
    return [line for line in map(str.strip, server.log) if line]


@pytest.mark.parametrize("requested", ["text"], indirect=True)
def test_each_request_is_a_short_line_for_people(requested: list[str]) -> None:
    greeted, *lines = requested

    assert "demo shop" in greeted
    assert all(re.match(r"[0-2][0-9]:[0-5][0-9]:[0-5][0-9] ", line) for line in lines)
    assert [re.sub(r"[0-9]+\.[0-9] ms$", "N ms", line[9:]) for line in lines] == [
        "POST /track 200 accepted shop-analytics N ms",
        "POST /track 400 rejected InvalidJson N ms",
        "POST /track/batch 200 batch shop-analytics accepted 1, rejected_InvalidField 1 N ms",
        "GET unknown 404 rejected NotFound N ms",
    ]


@pytest.mark.parametrize("requested", ["json"], indirect=True)
def test_with_log_json_each_request_is_a_line_for_machines(requested: list[str]) -> None:
    lines = [json.loads(line) for line in requested[1:]]

    assert [(line["route"], line["statusCode"], line["outcome"]) for line in lines] == [
        ("/track", 200, "accepted"),
        ("/track", 400, "rejected"),
        ("/track/batch", 200, "batch"),
        ("unknown", 404, "rejected"),
    ]
    assert [line.get("coldStart") for line in lines] == [True, None, None, None]  # the process's first


def test_no_line_of_either_kind_holds_a_body_an_address_or_a_user_agent(requested: list[str]) -> None:
    lines = "\n".join(requested[1:])

    assert len(requested) == 5
    assert not [secret for secret in ("127.0.0.1", "a-page", SAFARI[:20], "Mozilla") if secret in lines]


def test_a_fault_is_a_line_with_its_kind_and_place_and_without_its_message() -> None:
    record = logging.LogRecord("sluice", logging.ERROR, "app.py", 1, "fault", None, None)
    record.facts = {"error": "ValueError", "frames": ["app.py:1 door", "chalicelib/tracking/ingest.py:7 track"]}

    assert request_log.Lines().format(record)[9:] == "ERROR fault ValueError chalicelib/tracking/ingest.py:7 track"


def test_nothing_is_imported_that_asks_the_terminal_what_it_can_do(tmp_path: Path) -> None:
    with (tmp_path / "imported").open("w+") as imported:
        with served(tmp_path / "data", imported, PYTHONPROFILEIMPORTTIME="1") as server:
            assert ask(server, "GET", "/health") == (200, {"status": "ok"})
        imported.seek(0)
        names = {line.rpartition("|")[2].strip().partition(".")[0] for line in imported}

    assert {"chalice", "sluice", "chalicelib"} <= names
    assert not names & {"inquirer", "blessed", "curses"}


def test_twenty_requests_at_once_are_all_stored(shop: tuple[Served, Path]) -> None:
    server, folder = shop
    bodies = [json.dumps(event_body(bucket="many-analytics")).encode() for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda body: ask(server, "POST", "/track", body, Content_Type="text/plain"), bodies))

    assert [status for status, _ in answers] == [200] * 20
    assert len(stored(folder / "many-analytics")) == 20
