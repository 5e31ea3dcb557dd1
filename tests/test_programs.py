"""A tenant's own programs: what posts with an HTTP library is not a crawler, and is in no visit unless it names a session."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from typer.testing import CliRunner

from chalicelib.records import Device, iso
from chalicelib.tracking import devices
from sluice.cli.main import main
from tests.conftest import BUCKET, PROVE, SAFARI, Tracker, event_body, stored
from tests.dashboards import home
from tests.served import served

__all__ = ["home"]  # a fixture
# As each library names itself where nobody says otherwise, by their own documents and sources.
LIBRARIES = """
curl/8.5.0
Wget/1.21.4
HTTPie/3.2.2
python-requests/2.32.3
python-urllib3/2.2.1
Python-urllib/3.11
python-httpx/0.27.0
Python/3.11 aiohttp/3.9.5
node
node-fetch/1.0 (+https://github.com/bitinn/node-fetch)
undici
axios/1.7.2
got (https://github.com/sindresorhus/got)
Deno/1.44.0
Bun/1.1.13
Go-http-client/1.1
Go-http-client/2.0
go-resty/2.13.1 (https://github.com/go-resty/resty)
Java/17.0.11
Java-http-client/21.0.3
okhttp/4.12.0
Apache-HttpClient/4.5.14 (Java/17.0.11)
Apache-HttpClient/5.3.1 (Java/21.0.3)
ReactorNetty/1.1.19
GuzzleHttp/7
PHP/8.3.7
Symfony HttpClient (Curl)
Ruby
Faraday v2.9.1
rest-client/2.1.0 (linux x86_64) ruby/3.3.2p78
http.rb/5.2.0
Typhoeus - https://github.com/typhoeus/typhoeus
libwww-perl/6.77
RestSharp/111.2.0.0
Java1.8.0_201
Google-HTTP-Java-Client/1.42.0 (gzip)
PowerShell/7.4.0
Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.22621.2506
my-backend/1.0 python-requests/2.31.0
FernThreadOrders/3.2 (orders; Go-http-client/2.0)
PostmanRuntime/7.39.0
""".strip().splitlines()
CRAWLERS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "python-requests/2.32 SomeBot/1.0",
    "curl/8.5.0 (compatible; AcmeCrawler; +https://acme.example)",
    "Java/17 PriceSpider",
    "python-requests/2.25.1 zgrab/0.x",
    "Go-http-client/1.1 uptime-kuma",
    "Apache-HttpClient/4.5 (Java 1.8) heritrix/3.4",
    "Scrapy/2.11 (+https://scrapy.org)",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
)


def sent(local: Tracker, folder: Path, agent: str, **fields: Any) -> dict[str, Any]:
    """The record of an event that is posted by this user agent."""
    local.call(event_body(**fields), headers={"User-Agent": agent})
    (path,) = stored(folder)
    record: dict[str, Any] = json.loads(path.read_text())
    return record


@pytest.mark.parametrize("agent", LIBRARIES)
def test_a_library_that_posts_is_not_a_bot(local: Tracker, folder: Path, agent: str) -> None:
    record = sent(local, folder, agent)

    assert (record["isBot"], record["device"]["device_type"], record["userAgent"]) == (False, "other", agent)


@pytest.mark.parametrize("agent", CRAWLERS)
def test_a_crawler_that_posts_stays_a_bot(local: Tracker, folder: Path, agent: str) -> None:
    record = sent(local, folder, agent)

    assert (record["isBot"], record["device"]["device_type"]) == (True, "bot")


@pytest.mark.parametrize("agent", ["MyShop/3.2 (Android 14; Pixel 8) okhttp/4.12.0", "Dart/3.4 (dart:io)"])
def test_an_app_on_a_phone_is_a_visitor(local: Tracker, folder: Path, agent: str) -> None:
    record = sent(local, folder, agent)

    assert not record["isBot"] and record["visitorId"] is not None


@pytest.mark.parametrize("agent", ["Got a bad UA", "Dart board browser", "Ruby on Rails app", "Nodejs", SAFARI])
def test_a_name_that_only_begins_alike_is_not_a_library(agent: str) -> None:
    assert devices.library(agent) is None


@pytest.mark.parametrize("empty", ["", "\u200e"])
def test_an_empty_session_or_user_is_none(local: Tracker, folder: Path, empty: str) -> None:
    local.call(event_body(sessionId=empty, userId=empty), headers={"User-Agent": "Go-http-client/1.1"})
    local.call(event_body(sessionId=empty, userId=empty), headers={"User-Agent": ""})

    records = [json.loads(path.read_text()) for path in stored(folder)]
    assert {(one["isBot"], one["visitorId"] is None) for one in records} == {(False, True), (True, False)}


@pytest.mark.parametrize("agent", ["", "curl/8.5.0"])
@pytest.mark.parametrize(("session", "has_visitor"), [(None, False), ("s1", True)])
def test_a_program_is_a_visitor_only_with_a_session(
    local: Tracker, folder: Path, agent: str, session: str | None, has_visitor: bool
) -> None:
    record = sent(local, folder, agent, userId="u1", sessionId=session)

    assert (record["isBot"], record["device"]["device_type"]) == (False, "other")
    assert (record["visitorId"] is not None, record["ip"] is not None) == (has_visitor, True)


def test_without_a_user_agent_and_a_user_it_is_a_bots(local: Tracker, folder: Path) -> None:
    assert sent(local, folder, "", sessionId="s1")["isBot"]


@pytest.mark.parametrize("agent", ["curl/8.5.0", "python-requests/2.32.3"])
def test_a_library_that_a_backend_names_as_its_visitors_stays_a_bot(local: Tracker, folder: Path, agent: str) -> None:
    record = sent(local, folder, "GuzzleHttp/7", userAgent=agent, userId="u1")

    assert (record["isBot"], record["visitorId"] is not None) == (True, True)


def test_a_browser_that_a_backend_names_is_a_visitor(local: Tracker, folder: Path) -> None:
    record = sent(local, folder, "GuzzleHttp/7", userAgent=SAFARI)

    assert (record["isBot"], record["device"]["device_type"], record["visitorId"] is None) == (False, "mobile", False)


def test_the_events_of_a_batch_are_judged_one_by_one(local: Tracker, folder: Path) -> None:
    events = [event_body(**fields) for fields in ({}, {"sessionId": "s1"}, {"userAgent": SAFARI})]
    body = json.dumps({"bucket": BUCKET, "events": events})

    local.call(body, path="/track/batch", headers={"User-Agent": "curl/8.5.0"})

    records = [json.loads(line) for path in stored(folder) for line in path.read_text().splitlines()]
    kinds = {(one["device"]["device_type"], one["sessionId"], one["visitorId"] is not None) for one in records}
    assert kinds == {("other", None, False), ("other", "s1", True), ("mobile", None, True)}


def test_a_pixel_that_a_library_asks_for_is_a_bots(local: Tracker, folder: Path) -> None:
    query = {"bucket": [BUCKET], "eventType": ["mail_open"], "userId": ["u1"]}
    for agent in ("curl/8.5.0", ""):
        local.call(method="GET", path="/pixel.gif", query=query, headers={"User-Agent": agent})

    assert [json.loads(path.read_text())["isBot"] for path in stored(folder)] == [True, True]


def test_a_dry_run_shows_no_visitor_where_none_would_be_stored(local: Tracker) -> None:
    record = local.call(event_body(), headers={"User-Agent": "curl/8.5.0"}, query={"dryRun": ["1"]}).json["record"]

    assert record["visitorId"] is None
    assert set(record["ip"]) == {"*"}


def test_a_library_has_the_device_that_its_name_says() -> None:
    assert devices.library("curl/8.5.0") == Device("other", "curl", "Other")
    assert devices.library(SAFARI) is None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("programs") / "data"
    with served(folder) as server:
        yield server.address, folder


def by_curl(address: str, event: dict[str, Any]) -> None:
    subprocess.run(
        ["curl", "-sS", "--fail", f"{address}/track", "-H", "Content-Type: application/json", "-d", json.dumps(event)],
        check=True,
        capture_output=True,
    )


def by_requests(address: str, event: dict[str, Any]) -> None:
    assert requests.post(f"{address}/track", json=event, timeout=10).ok


def by_urllib(address: str, event: dict[str, Any]) -> None:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/track", json.dumps(event).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("post", "user"),
    [
        *((by_curl, None), (by_requests, "u-81"), (by_urllib, None)),
        *(((by_curl, "u-81"), (by_requests, None), (by_urllib, "u-81")) if PROVE else ()),
    ],
)
def test_ten_purchases_of_a_backend_are_revenue_and_nobodys_visit(
    home: Path, server: tuple[str, Path], post: Any, user: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every twenty minutes one: were the backend a visitor, that would be a visit of 10,800 seconds."""
    address, folder = server
    bucket, now = f"t-{post.__name__.replace('_', '-')}-{user}-analytics".lower(), datetime.now(UTC)
    for number in range(10):
        event = event_body(
            bucket=bucket,
            eventType="purchase",
            timestamp=iso(now - timedelta(minutes=20 * number)),
            metadata={"value": 1, "currency": "EUR"},
            userId=user,
        )
        post(address, event)
    monkeypatch.setenv("STORE", f"dir:{folder}")

    def ask(name: str) -> list[dict[str, Any]]:
        days = ("--from", "yesterday", "--to", "today")
        done = CliRunner().invoke(main, ["query", name, "--bucket", bucket, *days, "--format", "json"])
        assert done.exit_code == 0, done.output
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows

    (revenue,), (totals,) = ask("revenue"), ask("totals")
    assert (revenue["channel"], revenue["orders"], revenue["revenue"]) == ("(no visit)", 10, 10)
    assert (totals["visitors"], totals["visits"], totals["events"], totals["seconds_per_visit"]) == (0, 0, 10, None)
    (sale,) = [row for row in ask("goals") if row["goal"] == "sale"]
    assert (sale["conversions"], sale["converted"], sale["visits"]) == (10, 0, 0)
    assert [(row["campaign"], row["converted"]) for row in ask("conversion-by-campaign")] == [("(no visit)", 10)]
