"""A real Chromium, what is seen of its pages, and what tests of pages are given."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, sync_playwright

from tests.asked import asked
from tests.paths import ROOT
from tests.served import served
from tests.sites import Site, serve_site

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
