"""The dashboard on a screen: a real server, and pages of it in a real Chromium."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import access_lines, browser, rejected_lines
from tests.conftest import LIGHT
from tests.lake_events import ANN, EVENTS, PAGE, event
from tests.paths import ROOT
from tests.shops import BUCKET, CRUEL, FIRST, LAST, OTHER, STAGE, make, store

# Where screenshots are kept, by who wants to look at them.
SHOTS = os.environ.get("SLUICE_SHOTS")
DAYS = f"bucket={BUCKET}&from=2026-11-08&to=2026-11-18"
BLANK = "about:blank"
SECOND = 1000  # of Playwright's milliseconds
Look = Callable[..., Page]


class Dashboard(NamedTuple):
    """A dashboard that runs: its address, and the folder of its store."""

    address: str
    data: Path


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the hand-written events, and their mirror as a first question leaves it."""
    from sluice.mirror import tenant

    home = make(tmp_path_factory.mktemp("stocked"))
    store(home, EVENTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        patch.setenv("STORE", f"dir:{home}/data")
        tenant.find("local", BUCKET).snapshot(FIRST, LAST, lambda *_: None)
    return home / "data"


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """The dashboard over the hand-written events, a cruel one among them, for all tests of a worker that only look."""
    project = make(tmp_path_factory.mktemp("started"))
    cruel = event(900, "12 10:00:00", PAGE, f"/{CRUEL}", {**ANN, "userAgent": CRUEL}, {"x": CRUEL}, utm=(CRUEL,) * 3)
    store(project, [*EVENTS, {**cruel, "referrer": CRUEL}])
    store(project, EVENTS[:3], OTHER)
    access_lines.write(project / "data" / BUCKET)
    (project / "sluice.toml").write_text(f"{STAGE}keep_rejected = true\n")
    rejected_lines.write(project / "data" / BUCKET)
    # Not by this process's environment, which the worker's other tests have too.
    with running(project, STORE=f"dir:{project}/data") as address:
        yield Dashboard(address, project / "data")


@pytest.fixture
def started(shown: Dashboard) -> str:
    """That dashboard's address."""
    return shown.address


class running:
    """The dashboard's server over a project, on a free port, until the end of the block."""

    def __init__(self, project: Path, **variables: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._project = project
        self._variables = variables

    def __enter__(self) -> str:
        ours = {name: value for name, value in os.environ.items() if name != "SLUICE_DASHBOARD_USERS"}
        environment = {**ours, **self._variables, "SLUICE_DASHBOARD_STAGE": "local", "PYTHONPATH": f"{LIGHT}:{ROOT}"}
        command = [sys.executable, "-m", "sluice.dashboard.server.start", "127.0.0.1", str(self._port)]
        self._process = subprocess.Popen(command, cwd=self._project, env=environment, stdout=subprocess.DEVNULL)
        self._wait()
        return f"http://127.0.0.1:{self._port}"

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def _wait(self) -> None:
        end = monotonic() + 60
        while monotonic() < end:
            with socket.socket() as door:
                if door.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            sleep(0.05)
        pytest.fail("the dashboard did not start")


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A browser profile for each colour scheme: scripts are read and compiled once for all pages of a worker."""
    made = {scheme: chromium.new_context(color_scheme=scheme) for scheme in ("light", "dark")}
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def look(profiles: dict[str, BrowserContext]) -> Iterator[Look]:
    """Open an address in a page of its own; its hosts and errors are the page's `seen`."""
    pages = []

    def open_(address: str, width: int = 1400, scheme: str = "light", height: int = 1000) -> Page:
        page = profiles[scheme].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.seen = browser.watch(page)
        page.goto(address)
        return page

    yield open_
    for page in pages:
        page.close()


def settled(page: Page) -> Page:
    """The page once it has drawn what it draws."""
    shown = "[data-testid=stMetric], [data-testid=stAlert], [data-testid=stDataFrame], [data-testid=stForm], textarea"
    expect(page.locator(shown).first).to_be_visible(timeout=60 * SECOND)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_attached(timeout=60 * SECOND)
    return page


def go(page: Page, name: str) -> None:
    """To another page by its link, at a width that shows the links; as a reader does, and cheaper than by its address."""
    page.set_viewport_size({"width": 1400, "height": 1000})
    title = import_module(f"sluice.dashboard.pages.{name}").TITLE
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    # The page itself writes its address, and is drawn when it no longer runs.
    expect(page).to_have_url(re.compile(f"/{name}[?]bucket"), timeout=20 * SECOND)
    settled(page)


def shot(page: Page, name: str) -> None:
    """Keep a picture of the whole page, where somebody asked for it."""
    if SHOTS:
        height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": page.viewport_size["width"], "height": min(int(height) + 40, 4000)})
        page.wait_for_timeout(1500)
        page.screenshot(path=f"{SHOTS}/{name}.png")
