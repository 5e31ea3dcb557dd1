"""The dashboard at the sizes of people's screens: what opens, and what is in tables and charts, is there as a whole."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.test_dashboard_browser import BLANK, DAYS, SECOND, Look, look, settled, started

__all__ = ["look", "started"]  # fixtures
SIZES = {"laptop": (1440, 900), "small laptop": (1366, 768), "phone": (400, 800)}


def opened(look: Look, address: str, size: str) -> Page:
    """The page at this size, settled."""
    page = look(BLANK)
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    return settled(page)


@pytest.mark.parametrize("size", SIZES)
def test_a_new_filter_shows_whole(started: str, look: Look, size: str) -> None:
    page = opened(look, f"{started}/?{DAYS}", size)
    page.get_by_role("button", name=re.compile("Filter")).click()
    expect(page.get_by_role("button", name="Show only these")).to_be_visible(timeout=20 * SECOND)
    body = page.get_by_test_id("stPopoverBody")
    box = body.bounding_box()
    assert box["height"] >= body.evaluate("one => one.scrollHeight")
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= page.viewport_size["height"]
    assert box["x"] + box["width"] <= page.viewport_size["width"]
