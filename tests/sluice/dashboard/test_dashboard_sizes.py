"""The dashboard at the sizes of people's screens: what opens, and what is in tables and charts, is there as a whole."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.dashboards import BUCKET
from tests.screens import DAYS, SECOND, Look, settled

TRIES = 50
NAMED = re.compile("Canada.*Visitors", re.DOTALL)
SIZES = {"laptop": (1440, 900), "small laptop": (1366, 768), "phone": (400, 800)}


def sized(page: Page, size: str) -> Page:
    """The page at this size, settled."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    return settled(page)


def test_a_new_filter_shows_whole(started: str, look: Look) -> None:
    page = look(f"{started}/?{DAYS}")
    for size in SIZES:
        sized(page, size)
        page.get_by_role("button", name=re.compile("Filter")).click()
        expect(page.get_by_role("button", name="Show only these")).to_be_visible(timeout=20 * SECOND)
        body = page.get_by_test_id("stPopoverBody")
        box = body.bounding_box()
        assert box["height"] >= body.evaluate("one => one.scrollHeight"), size
        assert box["y"] >= 0, size
        assert box["y"] + box["height"] <= page.viewport_size["height"], size
        assert box["x"] + box["width"] <= page.viewport_size["width"], size
        page.keyboard.press("Escape")
        expect(body).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
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


@pytest.mark.parametrize(
    ("name", "sizes"), [("", tuple(SIZES)), ("journeys", ("small laptop",)), ("quality", ("small laptop",))]
)
def test_no_column_of_a_table_is_out_of_view(started: str, look: Look, name: str, sizes: tuple[str, ...]) -> None:
    # The day of a page with a long address.
    page = look(f"{started}/{name}?bucket={BUCKET}&from=2026-11-12&to=2026-11-12")
    for size in sizes:
        sized(page, size)
        tables = page.locator("[data-testid=stDataFrame]:visible")
        for number in range(tables.count() if name == "" else 1):
            tables.nth(number).scroll_into_view_if_needed()
            scroller = tables.nth(number).locator(".dvn-scroller")
            expect(scroller).to_be_attached(timeout=20 * SECOND)
            assert scroller.evaluate("one => one.scrollWidth <= one.clientWidth"), (size, number)


@pytest.mark.parametrize("zone", ["America/Toronto", "Asia/Tokyo"])
def test_the_axis_has_each_day_once_by_no_clock_but_utc(started: str, chromium: Browser, zone: str) -> None:
    context = chromium.new_context(timezone_id=zone)
    page = context.new_page()
    page.goto(f"{started}/?bucket={BUCKET}&from=2026-11-09&to=2026-11-11")
    labels = page.locator("[data-testid=stVegaLiteChart]").first.locator(".role-axis-label text")
    expect(labels.first).to_be_attached(timeout=60 * SECOND)
    assert labels.evaluate_all("texts => texts.map(text => text.textContent)")[:3] == ["Nov 09", "Nov 10", "Nov 11"]
    points = page.locator("[data-testid=stVegaLiteChart]").first.locator("path[aria-label*='When: Nov 09']")
    assert "moment: Nov 09" in points.first.get_attribute("aria-label")
    context.close()
