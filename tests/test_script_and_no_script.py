"""A site is visited in Chromium, with and without a blocker, and by programs: its log and its events give what was done."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from chalicelib import settings
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake.objects import FolderObjects
from sluice.imports import access_logs
from tests import cloudfront
from tests.asked import asked
from tests.browser import FIREFOX, let_go
from tests.moto_served import moto_served
from tests.paths import ROOT
from tests.salts_tables import salts_table
from tests.script_lines import CHATGPT, CLAUDEBOT, GOOGLEBOT, GPTBOT, SAFARI
from tests.served import served
from tests.sites import Road, Site, serve_site

BUCKET = "shop-analytics"
SALTS = "salts"
PRIVATE = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
GUIDE = "/guide"  # which browsers may keep
API = "/api/cart"
# The split of each page's requests and views, worked out from the visits below.
SPLIT = {
    # Ann, Ben behind the same address, and Gil, who opts out; Cat and Dan block, Eve's browser runs no script.
    "/": {"requests": 12, "script_views": 3, "without_request": 0, "unseen": 3, "unseen_share": 50.0}
    | {"crawlers": 2, "ai_crawlers": 2, "assistants": 1, "programs": 1},
    # Ann twice, and Cat.
    "/pricing": {"requests": 4, "script_views": 2, "without_request": 0, "unseen": 1, "unseen_share": 33.3}
    | {"crawlers": 0, "ai_crawlers": 1, "assistants": 0, "programs": 0},
    # Ben twice, the second time from his browser's cache; Cat.
    GUIDE: {"requests": 2, "script_views": 2, "without_request": 1, "unseen": 1, "unseen_share": 50.0}
    | {"crawlers": 0, "ai_crawlers": 0, "assistants": 0, "programs": 0},
    # Fay, whose app goes on without a request.
    "/app": {"requests": 1, "script_views": 1, "without_request": 0, "unseen": 0, "unseen_share": 0.0}
    | {"crawlers": 0, "ai_crawlers": 0, "assistants": 0, "programs": 0},
    "/app/inbox": {"requests": 0, "script_views": 1, "without_request": 1, "unseen": 0, "unseen_share": None}
    | {"crawlers": 0, "ai_crawlers": 0, "assistants": 0, "programs": 0},
}
# Seven people asked for a page; curl and crawlers are none. Gil opts out: his event has no hash.
PEOPLE = {"people": 7, "seen": 3, "unclear": 1, "unseen": 3, "unseen_share": 42.9, "hits_without_address": 0}
CRAWLERS = {
    ("ai", "GPTBot", 2),
    ("ai", "ClaudeBot", 1),
    ("assistant", "ChatGPT-User", 1),
    ("crawler", "Googlebot", 2),
    ("program", "curl", 1),
}


@dataclass
class LoggedSite:
    """A site with its access log, the address of who visits it at the moment, and the store behind it."""

    folder: Path
    site: Site = field(default_factory=lambda: Site(0))
    log: list[tuple[datetime, dict[str, str]]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def salts() -> Iterator[str]:
    """The address of moto's server, with a table of salts that the API and who brings the logs share."""
    with moto_served() as address:
        salts_table(boto3.client("dynamodb", endpoint_url=address, region_name="us-east-1"), SALTS)
        yield address


@pytest.fixture
def logged(salts: str, tmp_path: Path) -> Iterator[LoggedSite]:
    """The site before a real server, with a page for each path."""
    found = LoggedSite(tmp_path / "data")
    endpoint = {**PRIVATE, "SALTS": f"dynamodb:{SALTS}", "AWS_ENDPOINT_URL_DYNAMODB": salts}
    road = type("OfLog", (Logged,), {"logged": found})
    with served(found.folder, **endpoint) as server, serve_site(int(server.port), road) as site:
        found.site, site.folder, site.bucket = site, found.folder, BUCKET
        for path in ("/", "/pricing", GUIDE, "/app"):
            site.page(path, "a page", host="shop")
        yield found


class Logged(Road):
    """Writes a line for each request as CloudFront does, and says to the API who visits, as CloudFront does."""

    logged: LoggedSite

    def do_GET(self) -> None:
        self._note()
        if self.path == API:
            self.answer(200, b"{}", "application/json")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self._note()
        super().do_POST()

    def answer(self, status: int, content: bytes, content_type: str) -> None:
        said = {"sc-status": str(status), "sc-content-type": cloudfront.escaped(content_type)}
        self.logged.log[-1][1].update(said)
        super().answer(status, content, content_type)

    def send_header(self, keyword: str, value: str) -> None:
        super().send_header(keyword, value)
        if keyword == "Content-Type" and self.path == GUIDE:
            super().send_header("Cache-Control", "max-age=600")

    def _note(self) -> None:
        address = self.logged.address
        self.headers["CloudFront-Viewer-Address"] = f"{address}:50100"
        said = {"c-ip": address, "cs-method": self.command, "cs-uri-stem": self.path.partition("?")[0]}
        agent = cloudfront.escaped(self.headers["User-Agent"])
        others = {"x-host-header": self.headers["Host"], "sc-content-type": "-", "cs(User-Agent)": agent}
        self.logged.log.append((datetime.now(UTC), {**said, **others}))


def test_each_pages_split_equals_what_was_done(
    logged: LoggedSite, salts: str, chromium: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _warm(logged)
    _visits(logged, chromium)
    _programs(logged, chromium)
    assert _brought(logged, salts, tmp_path, monkeypatch) == len(logged.log)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("STORE", f"dir:{logged.folder}")
    assert {row.pop("page"): row for row in _asked("script-pages")} == SPLIT
    (people,) = _asked("script-people")
    assert {name: people[name] for name in PEOPLE} == PEOPLE
    assert {(row["kind"], row["name"], row["requests"]) for row in _asked("script-crawlers")} == CRAWLERS


def _asked(name: str) -> list[dict[str, Any]]:
    return asked(name, BUCKET, ("yesterday", "today"))


def _warm(logged: LoggedSite) -> None:
    """The day's salt is made and known before anybody comes: a server that waits too long for it stores no hash."""
    for _ in range(20):
        logged.address = "203.0.113.99"
        body = f'{{"bucket":"warm-analytics","eventType":"x","timestamp":"{datetime.now(UTC).isoformat()}"}}'
        _sent(logged.site, "POST", "/track", {"User-Agent": FIREFOX, "Content-Type": "text/plain"}, body)
        texts = [path.read_text() for path in (logged.folder / "warm-analytics").rglob("*.json")]
        if any('"ip":null' not in text for text in texts):
            logged.log.clear()
            return
    pytest.fail("the server has no salt")


def _visits(logged: LoggedSite, chromium: Browser) -> None:
    """What people do."""
    site = logged.site
    everywhere = _opening(site, "/", "/pricing", GUIDE)
    _visit(logged, chromium, "192.0.2.1", _viewing(site, "/", "/pricing", "/pricing"), user_agent=FIREFOX)
    _visit(logged, chromium, "192.0.2.1", _viewing(site, "/", GUIDE, GUIDE), user_agent=SAFARI)
    _visit(logged, chromium, "192.0.2.3", everywhere, user_agent=FIREFOX, blocks="**/tracker.js")
    _visit(logged, chromium, "192.0.2.4", _opening(site, "/"), user_agent=SAFARI, blocks="**/track*")
    _visit(logged, chromium, "192.0.2.5", _opening(site, "/"), user_agent=FIREFOX, java_script_enabled=False)
    _visit(logged, chromium, "192.0.2.6", lambda page: _in_the_app(site, page), user_agent=FIREFOX)
    opted_out = {"Sec-GPC": "1"}
    _visit(logged, chromium, "192.0.2.7", _viewing(site, "/"), user_agent=FIREFOX, extra_http_headers=opted_out)


def _viewing(site: Site, *paths: str) -> Callable[[Page], None]:
    """Open pages, each until the script's view of it is stored."""

    def visit(page: Page) -> None:
        for path in paths:
            before = len(_views(site.records()))
            page.goto(site.address(path))
            let_go(page)
            site.wait_for(page, lambda records, before=before: len(_views(records)) > before)

    return visit


def _opening(site: Site, *paths: str) -> Callable[[Page], None]:
    """Open pages that no script sees."""

    def visit(page: Page) -> None:
        for path in paths:
            page.goto(site.address(path))

    return visit


def _in_the_app(site: Site, page: Page) -> None:
    """A single-page app: its second page asks only for what is on it."""
    _viewing(site, "/app")(page)
    page.evaluate("fetch('/api/cart').then(() => history.pushState({}, '', '/app/inbox'))")
    let_go(page)
    site.wait_for(page, lambda records: any(one["page"].endswith("/app/inbox") for one in records))


def _programs(logged: LoggedSite, chromium: Browser) -> None:
    """A crawler that runs scripts, crawlers that do not, an assistant, and curl."""
    site = logged.site
    _visit(logged, chromium, "66.249.66.1", _viewing(site, "/"), user_agent=GOOGLEBOT)
    for address, agent, path in (
        ("66.249.66.2", GOOGLEBOT, "/"),
        ("192.0.2.60", GPTBOT, "/"),
        ("192.0.2.60", GPTBOT, "/"),
        ("192.0.2.61", CLAUDEBOT, "/pricing"),
        ("192.0.2.62", CHATGPT, "/"),
    ):
        logged.address = address
        _sent(site, "GET", path, {"User-Agent": agent})
    logged.address = "192.0.2.63"
    subprocess.run(
        ["curl", "--silent", "--fail", f"http://127.0.0.1:{site.port}/", "-H", "Host: shop.example"], check=True
    )


def _visit(
    logged: LoggedSite,
    chromium: Browser,
    address: str,
    act: Callable[[Page], None],
    *,
    blocks: str = "",
    **browser: Any,
) -> None:
    """One person's visit, from a profile of its own."""
    logged.address = address
    context: BrowserContext = chromium.new_context(**browser)
    if blocks:
        context.route(blocks, lambda route: route.abort())
    page = context.new_page()
    act(page)
    context.close()


def _views(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in records if one["eventType"] == "page_view"]


def _sent(site: Site, method: str, path: str, headers: dict[str, str], body: str | None = None) -> None:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request(method, path, body, {"Host": f"shop.example:{site.port}", **headers})
    connection.getresponse().read()
    connection.close()


def _brought(logged: LoggedSite, salts: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many lines of the site's log come into the tenant's bucket, as `sluice access sync` brings them."""
    for name, value in {**PRIVATE, "AWS_ENDPOINT_URL_DYNAMODB": salts}.items():
        monkeypatch.setenv(name, value)
    cloudfront.write(folder / "logs", logged.log)
    values = {"ALLOWED_BUCKETS": BUCKET, "STORE": f"dir:{logged.folder}", "SALTS": f"dynamodb:{SALTS}"}
    given = settings.load(values)
    entry = Entry(BUCKET, distributions=frozenset({cloudfront.DISTRIBUTION}))
    object.__setattr__(given, "allowlist", Allowlist([entry]))
    done = access_logs.sync(
        str(folder / "logs"), BUCKET, given, FolderObjects(logged.folder / BUCKET), datetime.now(UTC)
    )
    assert (done.unhashed, done.malformed) == (0, 0)
    return done.lines
