"""The demo shop of the local server: its pages, what has just landed, and what a visitor of it leaves."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sluice.local import shop as demo_site
from tests.conftest import event_body
from tests.served import Served, served

PAGES = ("", "product.html", "contact.html", "journal.html", "studio.html", "shop.css", "shop.js", "care.pdf")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    folder = tmp_path_factory.mktemp("shop") / "data"
    with served(folder) as server:
        yield server, folder


def get(server: Served, path: str) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", int(server.port), timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    answer = (response.status, response.getheader("Content-Type", ""), response.read())
    connection.close()
    return answer


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_shop_is_served(shop: tuple[Served, Path], name: str) -> None:
    status, kind, body = get(shop[0], f"/demo/{name}?utm_source=x")
    assert status == 200
    assert kind in demo_site.TYPES.values()
    assert body


def test_the_shop_links_to_nothing_of_its_own_that_is_not_there() -> None:
    linked = {
        name for page in demo_site.FOLDER.glob("*.html") for name in re.findall(r'"/demo/([^"?]*)', page.read_text())
    }
    assert {name or "index.html" for name in linked} <= {file.name for file in demo_site.FOLDER.iterdir()}


@pytest.mark.parametrize(
    "path",
    [
        *("/demo/x.html", "/demo/../sluice.toml", "/demo//etc/passwd", "/demo/%2e%2e/app.py"),
        *("/demo/traffic.toml", "/demo/cities.py", "/demo/cities.mmdb"),
    ],
)
def test_nothing_else_of_the_machine_is_served(shop: tuple[Served, Path], path: str) -> None:
    assert get(shop[0], path)[0] == 404


def test_what_has_just_landed_is_shown_newest_first(local: Any, folder: Path) -> None:
    for page in ("/one", "/two"):
        local.call(event_body(bucket="demo-analytics", page=page))
    shown = demo_site.landed(folder, datetime.now(UTC).date())
    assert [record.page for record in shown] == ["/two", "/one"]


def test_of_a_batch_each_record_is_shown_the_last_first(tracker: Any, folder: Path) -> None:
    events = [{**event_body(page=page), "bucket": "demo-analytics"} for page in ("/one", "/two")]
    body = json.dumps({"bucket": "demo-analytics", "events": events})
    tracker(STORE=f"dir:{folder}").call(body, path="/track/batch")
    assert [record.page for record in demo_site.landed(folder, datetime.now(UTC).date())] == ["/two", "/one"]


def test_nothing_has_landed_in_a_new_store(tmp_path: Path) -> None:
    page = demo_site.page(demo_site.LANDED, tmp_path)
    assert page is not None
    assert json.loads(page.body) == []


def test_a_visit_of_the_shop_lands_and_is_shown_next_to_it(shop: tuple[Served, Path], context: Any) -> None:
    page = context.new_page()
    page.goto(f"{shop[0].address}/demo/?utm_source=newsletter&utm_campaign=spring")
    page.click("[data-track=hero-trail-runner]")
    page.click("[data-buy]")
    page.wait_for_selector("#landed li:has-text('purchase')", timeout=10_000)
    said = page.inner_text("#landed")
    assert all(word in said for word in ("page_view", "cta_click", "spring", '"currency":"EUR"'))
