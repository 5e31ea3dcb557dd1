"""A real Chromium, and the site that it opens: pages, and a road to a real server that can fail."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, sync_playwright

from tests.asked import asked
from tests.conftest import stored
from tests.paths import ROOT
from tests.served import served

SERVED = {"/tracker.js", "/actions.js", "/vitals.js", "/pixel.gif"}  # by the API
# Debian's, then the names that others give it.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Chromium without windows: a page takes half the time, and is gone when it is left.
SHELL = "chromium-headless-shell"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # Pages have names of their own, as on the internet: the client ignores localhost.
    "--host-resolver-rules=MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    # A request that outlives its page loses its context's user agent: without this it would be a headless browser's, a bot's.
    f"--user-agent={FIREFOX}",
)
# Playwright turns the back/forward cache off; without its switch pages are kept as they are for people.
UNWANTED = ("--disable-back-forward-cache",)
NO_CHROMIUM = (
    "No Chromium is here. On Debian: apt-get install chromium; elsewhere: .venv/bin/playwright install chromium"
)
# The client gathers events for three seconds; where a test is about something else, for a tenth of that.
HURRIED = """
(wait => { setTimeout = (call, time, ...given) => wait(call, time === 3000 ? 300 : time, ...given) })(setTimeout)
"""
Ask = Callable[..., list[dict[str, Any]]]
PATIENCE = 30  # seconds until a record that has not come is missing: three tries may be 14 apart


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """What drives the browsers of a worker."""
    with sync_playwright() as playwright:
        yield playwright


def found(driver: Playwright, *programs: str) -> str:
    """The first of these that is here; fails where there is none."""
    program = next(filter(None, map(shutil.which, programs)), driver.chromium.executable_path)
    if not Path(program).exists():
        pytest.fail(NO_CHROMIUM, pytrace=False)
    return program


def launched(driver: Playwright, *programs: str) -> Browser:
    """The first of these that is here."""
    program = found(driver, *programs)
    return driver.chromium.launch(executable_path=program, args=list(FLAGS), ignore_default_args=list(UNWANTED))


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """One browser for all tests of a worker."""
    browser = launched(driver, SHELL, *PROGRAMS)
    yield browser
    browser.close()


@pytest.fixture
def windowed(driver: Playwright) -> Iterator[Page]:
    """A page of the browser that has windows and keeps pages for its Back."""
    browser = launched(driver, *PROGRAMS)
    yield browser.new_page(user_agent=FIREFOX)
    browser.close()


@dataclass
class Seen:
    """What a context's pages did that a visitor or an auditor would see."""

    hosts: set[str] = field(default_factory=set)
    posts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        self.hosts.add(parts.hostname or "")
        if request.method == "POST":
            self.posts.append(parts.path)


def watch(looked_at: BrowserContext | Page) -> Seen:
    """Note from now on every host that is asked, and what the console says."""
    seen = Seen()
    looked_at.on("request", seen.request)
    if isinstance(looked_at, Page):
        looked_at.on("pageerror", lambda error: seen.errors.append(str(error)))
    else:
        looked_at.on("weberror", lambda error: seen.errors.append(str(error.error)))
    lists = {"error": seen.errors, "warning": seen.warnings}
    looked_at.on("console", lambda message: lists.get(message.type, []).append(message.text))
    return seen


@dataclass
class Site:
    """A site on this machine: its pages, what its road to the real server was asked, and how that road fails."""

    port: int
    bucket: str = ""
    folder: Path = Path()
    pages: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    receipt: bytes = b"{}"  # what these say
    is_down: bool = False
    loses_answers: int = 0
    date: str = ""  # of every answer, where it is not the server's own

    def address(self, path: str = "/", host: str = "shop") -> str:
        return f"http://{host}.example:{self.port}{path}"

    def tag(self, *attributes: str, host: str = "track") -> str:
        """The script tag, the API by default on another origin than the page."""
        options = " ".join((f'data-bucket="{self.bucket}"', *attributes))
        return f'<script defer src="{self.address("/tracker.js", host)}" {options}></script>'

    def page(self, path: str, body: str = "", *attributes: str, host: str = "track") -> str:
        """Make a page with the tag in it; its address."""
        icon = '<link rel="icon" href="data:,">'
        self.pages[path] = f"<!doctype html><title>{path}</title>{icon}{self.tag(*attributes, host=host)}<body>{body}"
        return self.address(path)

    def records(self) -> list[dict[str, Any]]:
        """What is stored in the test's bucket, by time, and within a millisecond in a page's own order."""
        texts = (path.read_text() for path in stored(self.folder / self.bucket))
        # A batch is one object; where a retry was in another batch than before, its records are twice, and count once.
        found = {line["eventId"]: line for text in texts for line in map(json.loads, text.splitlines())}.values()
        return sorted(found, key=lambda record: (record["timestamp"], record["sequence"] or 0))

    def wait_for(self, page: Page | None, is_there: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The records as soon as they are as wanted, or as they are when patience ends; the page lives on meanwhile."""
        end = monotonic() + PATIENCE
        while not is_there(records := self.records()) and monotonic() < end:
            page.wait_for_timeout(20) if page else sleep(0.02)
        return records

    def all_of(self, page: Page) -> list[dict[str, Any]]:
        """All records of a page, which sends one more event, `last`."""
        page.evaluate("sluice('last')")
        # A batch is stored one record after another: its answer comes after them.
        return self.wait_for(
            page,
            lambda records: len(self.answers) == len(self.posts) and any(r["eventType"] == "last" for r in records),
        )

    def open_whole(self, page: Page, address: str) -> None:
        """Open a page and wait until all of the client is in it, also what it loads on demand."""
        with page.expect_response("**/actions.js*") as answered:
            page.goto(address)
        page.evaluate("(file) => import(file).then(() => 1)", answered.value.url)

    def wait_for_number(self, number: int, page: Page | None = None) -> list[dict[str, Any]]:
        """The records once there are so many."""
        return self.wait_for(page, lambda records: len(records) >= number)


def let_go(page: Page) -> None:
    """Have the page send what waits, as if it were left, once it has seen where it was scrolled to."""
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {"
        "['pagehide', 'visibilitychange'].map((type) => dispatchEvent(new Event(type))); done() })))"
    )


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site before a real server, for all tests of a worker."""
    folder = tmp_path_factory.mktemp("browser") / "data"
    with served(folder) as server, serve_site(int(server.port)) as site:
        site.folder = folder
        yield site


@pytest.fixture
def site(road: Site) -> Iterator[Site]:
    """The site with a bucket of the test's own, and a road that fails nothing."""
    road.bucket = f"t{uuid4().hex[:12]}-analytics"
    road.pages, road.posts, road.answers, road.refusals, road.is_down = {}, [], [], [], False
    road.loses_answers, road.date, road.receipt = 0, "", b"{}"
    yield road


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A visitor's own browser profile: a real user agent, and a screen."""
    context = chromium.new_context(user_agent=FIREFOX, viewport={"width": 1000, "height": 600})
    yield context
    context.close()


@pytest.fixture
def hurried(context: BrowserContext) -> None:
    """The visitor's pages send what they have gathered ten times as soon."""
    context.add_init_script(HURRIED)


@pytest.fixture
def ask(site: Site, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What `sluice query` answers of the test's bucket, today and yesterday, in which a test before dawn may have begun."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("STORE", f"dir:{site.folder}")
    return lambda name, *given: asked(name, site.bucket, ("yesterday", "today"), *given)


@contextmanager
def serve_site(server_port: int, road: type[BaseHTTPRequestHandler] | None = None) -> Iterator[Site]:
    """A site on a free port, before the real server on that port."""
    site = Site(0)
    handler = type("OfSite", (road or Road,), {"site": site, "server_port": server_port})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    # A page that closes drops its connections; that is normal.
    server.handle_error = lambda *_: None
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Road(BaseHTTPRequestHandler):
    """Pages of the site, and all else from the real server or as the site fails."""

    site: Site
    server_port: int

    def log_message(self, *_: object) -> None:
        """The test says what it needs of a request."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in SERVED:
            self.pass_on()
        elif path in self.site.pages:
            self.answer(200, self.site.pages[path].encode(), "text/html; charset=utf-8")
        else:
            self.answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.site.posts.append((self.path, dict(self.headers), json.loads(body)))
        if self.site.is_down:
            self.close_connection = True
        elif self.site.refusals:
            self.answer(self.site.refusals.pop(0), self.site.receipt, "application/json")
        else:
            self.pass_on(body)

    def pass_on(self, body: bytes | None = None) -> None:
        connection = HTTPConnection("127.0.0.1", self.server_port, timeout=10)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if body:
            self.site.answers.append(answer.status)
        if body and self.site.loses_answers:
            self.site.loses_answers -= 1
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, self.site.date or value if name.lower() == "date" else value)
        self._finish(content)

    def answer(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Access-Control-Allow-Origin", "*")
        self._finish(content)

    def _finish(self, content: bytes) -> None:
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
