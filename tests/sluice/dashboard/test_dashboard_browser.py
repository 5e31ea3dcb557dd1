"""The dashboard as people meet it: a real server, a real Chromium, by mouse and by keyboard, narrow and wide, light and dark."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection
from time import monotonic

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from chalicelib.records import iso
from tests import browser
from tests.conftest import PROVE
from tests.dashboards import CRUEL, OTHER, home
from tests.lake_events import SHOP
from tests.screens import DAYS, SECOND, Dashboard, Look, go, settled, shot
from tests.served import served

__all__ = ["home"]  # a fixture
LIVE = "live-analytics"
PAGES = (
    "",
    "live",
    "tenants",
    "funnels",
    "retention",
    "experiments",
    "journeys",
    "access",
    "unseen",
    "events",
    "sql",
    "quality",
    "rejected",
)
WIDTHS = (1600, 400)
# Dark and light are the reader's own.
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 20)"}
# DuckDB takes a minute to plan it.
NESTED = "SELECT " + "json_extract_scalar(" * 6 + "metadata" + ", '$.a')" * 6 + " AS it FROM events"
PASSWORD = "correct horse battery"


def ground(page: Page) -> str:
    colour: str = page.locator("[data-testid=stApp]").evaluate("one => getComputedStyle(one).backgroundColor")
    return colour


def check(page: Page, name: str) -> None:
    """This page is drawn at every width, and has asked nobody else."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, f"{name or 'overview'}-{width}")
    assert page.seen.hosts == {"127.0.0.1"}
    assert not page.seen.warnings
    assert not [error for error in page.seen.errors if "Content Security Policy" in error]
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_every_page_is_drawn_at_every_width_and_asks_no_other_host(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}"))
    assert ground(page) == GROUNDS["light"]
    see_no_live_formulas(page)
    check(page, "")
    for name in PAGES[1:]:
        go(page, name)
        check(page, name)


def see_no_live_formulas(page: Page) -> None:
    """No table offers Streamlit's own CSV."""
    page.locator("[data-testid=stDataFrame]:visible").first.hover()
    offered = page.locator('button[aria-label^="Download as CSV"]')
    expect(offered.first).to_be_attached(timeout=20 * SECOND)
    assert not any(one.is_visible() for one in offered.all())


@pytest.mark.parametrize("name", PAGES if PROVE else ["experiments"])
def test_a_page_is_drawn_by_its_address_and_in_the_dark(started: str, look: Look, name: str) -> None:
    page = settled(look(f"{started}/{name}?{DAYS}", scheme="dark"))
    assert ground(page) == GROUNDS["dark"]
    check(page, f"{name}-dark")


def test_stored_markup_shows_as_text_and_runs_nothing(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}&source={CRUEL.lower().replace('#', '%23')}"))
    for name in ("", "live", "events", "journeys", "quality"):
        if name:
            go(page, name)
        expect(page.get_by_role("button", name=re.compile("Source: "))).to_be_visible()
        expect(page.locator("img[src=x]")).to_have_count(0)
        expect(page.locator("a[href^=javascript]")).to_have_count(0)
        assert page.seen.hosts == {"127.0.0.1"}


def test_a_click_on_a_row_filters_this_page_and_the_next_and_the_address_keeps_it(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}"))
    devices = page.locator("[data-testid=stDataFrame]").nth(-2)  # the last are the goals
    chip = page.get_by_role("button", name=re.compile("^.*Device: "))
    for _ in range(4):  # the page may still move below the pointer, and the table out of the window
        devices.scroll_into_view_if_needed()
        box = still(devices)
        page.mouse.click(box["x"] + 18, box["y"] + 52)  # the first row's box, in the canvas that the table is
        with suppress(AssertionError):
            expect(chip).to_be_visible(timeout=20 * SECOND)
            break
    expect(chip).to_be_visible(timeout=SECOND)
    expect(page).to_have_url(re.compile("device="))
    go(page, "events")
    expect(page).to_have_url(re.compile(r"/events\?.*device="))
    expect(chip).to_be_visible(timeout=20 * SECOND)
    again = settled(look(page.url))
    expect(again.get_by_role("button", name=re.compile("Device: "))).to_be_visible()


def still(one: Locator) -> FloatRect:
    """Where this is once it has stopped to move."""
    before = None
    while (box := one.bounding_box()) is None or box != before:
        before = box
        one.page.wait_for_timeout(200)
    return box


def test_the_first_page_may_be_any(started: str, look: Look) -> None:
    page = settled(look(f"{started}/live?bucket={OTHER}"))
    expect(page.get_by_text("The last 30 minutes", exact=True)).to_be_visible()


def test_bots_and_a_filter_come_in_by_the_keyboard_alone(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") in {"People", "All"}:
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("bots=include"), timeout=20 * SECOND)
    settled(page)
    page.get_by_role("button", name=re.compile("Filter")).press("Enter")
    value = page.get_by_role("combobox", name=re.compile("Is"))
    expect(value).to_be_visible(timeout=20 * SECOND)
    value.fill(f"{SHOP}/pricing")
    value.press("Enter")
    only = page.get_by_role("button", name="Show only these")
    expect(only).to_be_enabled(timeout=20 * SECOND)
    only.press("Enter")
    expect(page).to_have_url(re.compile("page=https"), timeout=20 * SECOND)


def test_what_is_sent_is_seen_within_three_seconds(shown: Dashboard, look: Look) -> None:
    (shown.data / LIVE).mkdir(parents=True)
    with served(shown.data) as server:
        page = settled(look(f"{shown.address}/live?bucket={LIVE}"))
        views = page.locator("[data-testid=stMetric]").nth(1)
        # The first opens the day; of the others one has to be quick, whatever else this machine does meanwhile.
        took = [seen(server.port, views, number) for number in range(1, 5)]
        assert min(took[1:]) < 3


def seen(port: str, views: Locator, number: int) -> float:
    """Seconds from the request to the sight of this many page views."""
    started = monotonic()
    send(port, f"/{number}")
    expect(views).to_contain_text(str(number), timeout=30 * SECOND)
    return monotonic() - started


def send(port: str, path: str) -> None:
    now = iso(datetime.now(UTC))
    body = {"bucket": LIVE, "eventType": "page_view", "timestamp": now, "page": f"{SHOP}{path}"}
    connection = HTTPConnection("127.0.0.1", int(port), timeout=10)
    connection.request("POST", "/track", json.dumps(body), {"User-Agent": browser.FIREFOX})
    assert connection.getresponse().status == 200
    connection.close()


def test_meanwhile_sql_that_takes_too_long_holds_up_no_other_page_of_the_same_bucket(started: str, look: Look) -> None:
    asking = settled(look(f"{started}/sql?{DAYS}"))
    asking.get_by_label("SQL", exact=True).fill(NESTED)
    asking.get_by_role("button", name="Run").click()
    running_still = asking.locator("[data-testid=stApp][data-test-script-state=running]")
    expect(running_still).to_be_attached()
    other = look(f"{started}/?{DAYS}")
    settled(other)
    expect(other.get_by_test_id("stMetric").first).to_be_visible()
    assert running_still.count() == 1
    expect(asking.get_by_text("This took longer than 10 seconds")).to_be_visible(timeout=30 * SECOND)
    expect(running_still).to_have_count(0)
