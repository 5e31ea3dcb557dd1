"""The dashboard at the sizes of people's screens: what opens, and what is in tables and charts, is there as a whole."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import PROVE
from tests.dashboards import BUCKET
from tests.screens import BLANK, DAYS, SECOND, Look, go, settled

TRIES = 50
NAMED = re.compile("Canada.*Visitors", re.DOTALL)
SIZES = {"laptop": (1440, 900), "small laptop": (1366, 768), "phone": (400, 800)}


def sized(page: Page, size: str) -> Page:
    """The page at this size, settled."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    return settled(page)


def test_a_new_filter_shows_whole_and_no_column_of_a_table_is_out_of_view(started: str, look: Look) -> None:
    # The day of a page with a long address.
    page = look(f"{started}/?bucket={BUCKET}&from=2026-11-12&to=2026-11-12")
    for size in SIZES:
        sized(page, size)
        see_filter(page)
        see_columns(page, everywhere=True)
    for name in ("journeys", "quality"):
        go(page, name)
        sized(page, "small laptop")
        see_columns(page, everywhere=False)


def see_filter(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Filter")).click()
    expect(page.get_by_role("button", name="Show only these")).to_be_visible(timeout=20 * SECOND)
    body = page.get_by_test_id("stPopoverBody")
    box = body.bounding_box()
    assert box["height"] >= body.evaluate("one => one.scrollHeight")
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    page.keyboard.press("Escape")
    expect(body).to_have_count(0)


def see_columns(page: Page, everywhere: bool) -> None:
    tables = page.locator("[data-testid=stDataFrame]:visible")
    for number in range(tables.count() if everywhere else 1):
        tables.nth(number).scroll_into_view_if_needed()
        scroller = tables.nth(number).locator(".dvn-scroller")
        expect(scroller).to_be_attached(timeout=20 * SECOND)
        assert scroller.evaluate("one => one.scrollWidth <= one.clientWidth"), number


@pytest.mark.parametrize("scheme", ["dark", *(["light"] if PROVE else [])])
def test_the_map_names_the_country_under_the_pointer(started: str, look: Look, scheme: str) -> None:
    page = settled(look(f"{started}/?{DAYS}", scheme=scheme))
    country = page.locator("[data-testid=stVegaLiteChart] .role-mark.mark-shape").first
    country.scroll_into_view_if_needed()
    tooltip = page.locator("#vg-tooltip-element")
    for _ in range(TRIES):  # the page may still move below the pointer
        box = country.bounding_box()
        page.mouse.move(box["x"], box["y"])
        page.mouse.move(box["x"] + 0.27 * box["width"], box["y"] + 0.13 * box["height"])
        page.wait_for_timeout(200)
        if tooltip.count() and NAMED.search(tooltip.text_content()):
            break
    expect(tooltip).to_contain_text(NAMED)


# West of UTC a day that is taken for local time is the day before; east of it the clocks alone differ.
@pytest.mark.parametrize("zone", ["America/Toronto", *(["Asia/Tokyo"] if PROVE else [])])
def test_the_axis_has_each_day_once_by_no_clock_but_utc(started: str, look: Look, zone: str) -> None:
    page = look(BLANK)
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": zone})
    page.goto(f"{started}/?bucket={BUCKET}&from=2026-11-09&to=2026-11-11")
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == zone
    labels = page.locator("[data-testid=stVegaLiteChart]").first.locator(".role-axis-label text")
    expect(labels.first).to_be_attached(timeout=60 * SECOND)
    assert labels.evaluate_all("texts => texts.map(text => text.textContent)")[:3] == ["Nov 09", "Nov 10", "Nov 11"]
    points = page.locator("[data-testid=stVegaLiteChart]").first.locator("path[aria-label*='When: Nov 09']")
    assert "moment: Nov 09" in points.first.get_attribute("aria-label")
