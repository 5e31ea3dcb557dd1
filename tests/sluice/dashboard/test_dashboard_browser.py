"""The dashboard as people meet it: a real server, a real Chromium, by mouse and by keyboard, narrow and wide, light and dark."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Locator, expect

from chalicelib.records import iso
from sluice.analysis import viewers
from tests import browser
from tests.dashboards import BUCKET, CRUEL, OTHER, home, store
from tests.lake_events import ANN, EVENTS, PAGE, SHOP, event
from tests.screens import BLANK, DAYS, SECOND, Dashboard, Look, running, settled, shot
from tests.served import served

__all__ = ["home"]  # a fixture
LIVE = "live-analytics"
PAGES = ("", "live", "tenants", "funnels", "retention", "experiments", "journeys", "events", "sql", "quality")
# Dark and light are the reader's own.
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 21, 20)"}
PASSWORD = "correct horse battery"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_at_every_width_and_asks_no_other_host(started: str, look: Look, name: str) -> None:
    scheme = "dark" if name in {"", "experiments"} else "light"
    page = settled(look(f"{started}/{name}?{DAYS}", scheme=scheme))
    ground = page.locator("[data-testid=stApp]").evaluate("one => getComputedStyle(one).backgroundColor")
    assert ground == GROUNDS[scheme]
    for width in (1600, 400):
        page.set_viewport_size({"width": width, "height": 1000})
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, f"{name or 'overview'}-{width}")
    assert page.seen.hosts == {"127.0.0.1"}
    assert not page.seen.warnings
    expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_stored_markup_shows_as_text_and_runs_nothing(started: str, look: Look) -> None:
    page = look(BLANK)
    for name in ("", "live", "events", "journeys", "quality"):
        page.goto(f"{started}/{name}?{DAYS}&source={CRUEL.lower().replace('#', '%23')}")
        settled(page)
        expect(page.locator("img[src=x]")).to_have_count(0)
        expect(page.locator("a[href^=javascript]")).to_have_count(0)
        assert not [one for one in page.seen.hosts if one != "127.0.0.1"]


def test_a_click_on_a_row_filters_and_the_address_keeps_it(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}"))
    devices = page.locator("[data-testid=stDataFrame]").nth(-2)  # the last are the goals
    devices.scroll_into_view_if_needed()
    chip = page.get_by_role("button", name=re.compile("^.*Device: "))
    for _ in range(4):  # the page may still move below the pointer
        box = devices.bounding_box()
        page.mouse.click(box["x"] + 18, box["y"] + 52)  # the first row's box, in the canvas that the table is
        with suppress(AssertionError):
            expect(chip).to_be_visible(timeout=8 * SECOND)
            break
    expect(chip).to_be_visible(timeout=SECOND)
    expect(page).to_have_url(re.compile("device="))
    again = settled(look(page.url))
    expect(again.get_by_role("button", name=re.compile("Device: "))).to_be_visible()


def test_another_page_keeps_what_is_looked_at(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}&device=mobile"))
    page.get_by_role("link", name="Events").click()
    expect(page).to_have_url(re.compile(r"/events\?.*device=mobile"), timeout=20 * SECOND)
    expect(page.get_by_role("button", name=re.compile("Device: mobile"))).to_be_visible(timeout=20 * SECOND)


def test_the_first_page_may_be_any(started: str, look: Look) -> None:
    page = settled(look(f"{started}/live?bucket={OTHER}"))
    expect(page.get_by_text("The last 30 minutes", exact=True)).to_be_visible()


def test_bots_come_in_by_the_keyboard_alone(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}"))
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") in {"People", "All"}:
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("bots=include"), timeout=20 * SECOND)


def test_a_filter_is_added_without_a_mouse_on_a_table(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}"))
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


def test_who_signs_in_sees_their_bucket_alone_by_any_page(home: Path, look: Look) -> None:
    store(home, EVENTS)
    store(home, [event(1, "09 10:00:00", PAGE, "/secret", ANN)], OTHER)
    listed = home / "users.toml"
    listed.write_text(viewers.line("ann", PASSWORD, (BUCKET,)))
    with running(home, SLUICE_DASHBOARD_USERS=str(listed)) as address:
        page = settled(look(f"{address}/events?bucket={OTHER}&from=2026-11-08&to=2026-11-18"))
        shot(page, "sign-in")
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").first.fill(PASSWORD)
        page.get_by_label("Password").first.press("Enter")
        expect(page.get_by_text("that you may see")).to_be_visible(timeout=20 * SECOND)
        assert "secret" not in page.content()


def test_no_table_offers_a_csv_with_live_formulas(started: str, look: Look) -> None:
    page = settled(look(f"{started}/?{DAYS}"))
    page.locator("[data-testid=stDataFrame]:visible").first.hover()
    offered = page.locator('button[aria-label^="Download as CSV"]')
    expect(offered.first).to_be_attached(timeout=10 * SECOND)
    assert not any(one.is_visible() for one in offered.all())
