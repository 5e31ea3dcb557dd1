"""What the browser client counts of a page that the browser loads before anybody sees it: prerendered, or in the background."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import Playwright

from tests.browser import FLAGS, PROGRAMS, found
from tests.sites import PATIENCE, Site

# Prerenders the next page, and opens it as soon as the test has put up a sign.
OPENS_NEXT = """
<script type="speculationrules">{"prerender": [{"urls": ["/two"], "eagerness": "immediate"}]}</script>
<script>setInterval(async () => (await fetch("/open")).ok && location.assign("/two"), 100)</script>
"""
SAYS_HOW = """<script>
const say = (when) => fetch("/said", {method: "POST", body: JSON.stringify({when, prerendering: document.prerendering,
  start: performance.getEntriesByType("navigation")[0].activationStart})});
say("loaded");
document.addEventListener("prerenderingchange", () => say("opened"));
addEventListener("DOMContentLoaded", () => sluice("own"));
setInterval(async () => (await fetch("/leave")).ok && location.assign("/three"), 100);
</script><h1>Two</h1>"""
HIDDEN = '<script>addEventListener("visibilitychange", () => location.assign("/late"), {once: true})</script>'
LONGER = 2  # seconds that a page waits for its visitor


@pytest.fixture
def undriven(driver: Playwright, tmp_path: Path) -> Iterator[Undriven]:
    """A Chromium without a DevTools session: one would stop it from prerendering and make every page visible."""
    flags = (*FLAGS, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={tmp_path}", "about:blank")
    process = subprocess.Popen([found(driver, *PROGRAMS), *flags], stderr=subprocess.DEVNULL)
    port_file = tmp_path / "DevToolsActivePort"
    wait_until(lambda: port_file.exists() and port_file.read_text().strip())
    yield Undriven(int(port_file.read_text().split()[0]))
    process.terminate()
    process.wait()


@dataclass
class Undriven:
    """The tabs of a browser, by the port on which it opens them."""

    port: int

    def open(self, address: str) -> str:
        """Open a tab in front of the others; its id."""
        return str(json.loads(self._ask("PUT", f"new?{address}"))["id"])

    def bring_to_front(self, tab: str) -> None:
        self._ask("GET", f"activate/{tab}")

    def _ask(self, method: str, path: str) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, f"/json/{path}")
        answer = connection.getresponse().read().decode()
        connection.close()
        return answer


def said(site: Site, when: str) -> list[tuple[dict[str, str], dict[str, Any]]]:
    return [(headers, body) for path, headers, body in site.posts if path == "/said" and body["when"] == when]


def wait_until(is_so: Callable[[], object]) -> None:
    end = monotonic() + PATIENCE
    while not is_so() and monotonic() < end:
        sleep(0.05)


def of_page(site: Site, path: str) -> list[dict[str, Any]]:
    return [record for record in site.records() if record["page"] == site.address(path)]


def test_a_prerendered_page_counts_when_it_is_seen(site: Site, undriven: Undriven) -> None:
    site.page("/two", SAYS_HOW, "data-vitals", "data-session=tab")
    site.page("/three")
    undriven.open(site.page("/one", OPENS_NEXT, "data-session=tab"))
    wait_until(lambda: said(site, "loaded"))
    sleep(LONGER)
    before = of_page(site, "/two")

    opened = datetime.now(UTC)
    site.pages["/open"] = "yes"
    wait_until(lambda: len(of_page(site, "/two")) == 2)
    site.pages["/leave"] = "yes"
    wait_until(lambda: len(of_page(site, "/two")) == 3)

    ((headers, loaded),), ((_, then),) = said(site, "loaded"), said(site, "opened")
    assert (headers["Sec-Purpose"], loaded["prerendering"]) == ("prefetch;prerender", True)
    assert not then["prerendering"] and then["start"] > LONGER * 1000
    records = of_page(site, "/two")
    assert (before, [record["eventType"] for record in records]) == ([], ["page_view", "own", "web_vitals"])
    assert datetime.fromisoformat(records[0]["timestamp"]) >= opened
    assert len({record["sessionId"] for path in ("/one", "/two") for record in of_page(site, path)}) == 1
    vitals = json.loads(records[2]["metadata"])
    assert vitals["ttfb"] == 0 and vitals["fcp"] < LONGER * 1000


def test_a_page_that_is_never_opened_sends_nothing(site: Site, undriven: Undriven) -> None:
    site.page("/two", SAYS_HOW)
    undriven.open(site.page("/one", OPENS_NEXT))
    wait_until(lambda: said(site, "loaded"))
    sleep(LONGER)

    assert {record["page"] for record in site.records()} == {site.address("/one")}


def test_web_vitals_are_of_pages_that_were_seen_as_they_loaded(site: Site, undriven: Undriven) -> None:
    first = undriven.open(site.page("/one"))
    site.page("/late", "<h1>Late</h1>", "data-vitals")
    # In front, and as it is hidden it loads the page that nobody sees.
    tab = undriven.open(site.page("/wait", f"<h1>Wait</h1>{HIDDEN}", "data-vitals"))
    wait_until(lambda: of_page(site, "/wait"))
    sleep(LONGER)
    undriven.bring_to_front(first)
    wait_until(lambda: of_page(site, "/late"))
    sleep(LONGER)

    undriven.bring_to_front(tab)
    sleep(LONGER)
    undriven.bring_to_front(first)

    wait_until(lambda: len(of_page(site, "/wait")) == 2)
    sleep(LONGER)
    assert [record["eventType"] for record in of_page(site, "/wait")] == ["page_view", "web_vitals"]
    assert [record["eventType"] for record in of_page(site, "/late")] == ["page_view"]
