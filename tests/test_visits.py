"""The numbers of visits as people make them: the README's one-line tag in a real Chromium, asked by `sluice query`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import FIREFOX, Ask
from tests.sites import Site

pytestmark = pytest.mark.usefixtures("hurried")

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
FORM = '<form id="order" onsubmit="event.preventDefault()"><input name="mail"><button>Send</button></form>'
PAGES = ("/one", "/two", "/three", "/four", "/five")
STEPS = "/one,/three,form_submit"


def click_through(site: Site, page: Page, *attributes: str) -> list[dict[str, Any]]:
    """One person's five pages, each of them loaded, and the form of the last one sent; the records."""
    before = len(site.records())
    for number, path in enumerate(PAGES, 1):
        page.goto(site.page(path, FORM, *attributes))
        site.wait_for_number(before + number, page)
    page.click("button")
    return site.wait_for_number(before + len(PAGES) + 1, page)


def test_five_pages_of_one_person_are_one_visit(site: Site, context: BrowserContext, ask: Ask) -> None:
    records = click_through(site, context.new_page())

    times = [datetime.fromisoformat(record["timestamp"]) for record in records]
    (totals,) = ask("totals")
    assert {record["sessionId"] for record in records} == {None}
    assert (totals["visitors"], totals["visits"], totals["page_views"], totals["bounce_rate"]) == (1, 1, 5, 0)
    assert totals["seconds_per_visit"] == pytest.approx((max(times) - min(times)).total_seconds(), abs=0.06)
    assert [step["visits"] for step in ask("funnel", f"steps={STEPS}")] == [1, 1, 1]


def test_two_people_behind_one_address_are_two_visits(site: Site, chromium: Browser, ask: Ask) -> None:
    for agent in (FIREFOX, CHROME):
        context = chromium.new_context(user_agent=agent)
        click_through(site, context.new_page())
        context.close()

    (totals,) = ask("totals")
    assert (totals["visitors"], totals["visits"], totals["bounce_rate"]) == (2, 2, 0)
    assert [step["visits"] for step in ask("funnel", f"steps={STEPS}")] == [2, 2, 2]


def test_who_comes_back_after_31_minutes_begins_another_visit(
    site: Site, context: BrowserContext, chromium: Browser, ask: Ask
) -> None:
    earlier, page = datetime.now(UTC) - timedelta(minutes=31), context.new_page()
    page.clock.install(time=earlier)
    site.date = format_datetime(earlier, usegmt=True)
    page.goto(site.page("/one"))
    site.wait_for_number(1, page)

    site.date = ""
    later = chromium.new_context(user_agent=FIREFOX)  # a clock of its own
    page = later.new_page()
    page.goto(site.page("/two"))
    first, second = site.wait_for_number(2, page)
    later.close()

    gap = datetime.fromisoformat(second["timestamp"]) - datetime.fromisoformat(first["timestamp"])
    (totals,) = ask("totals")
    assert gap > timedelta(minutes=30)
    assert (totals["visits"], totals["bounce_rate"], totals["seconds_per_visit"]) == (2, 100, 0)


def test_page_views_of_a_person_who_opts_out_are_in_no_visit(site: Site, chromium: Browser, ask: Ask) -> None:
    context = chromium.new_context(user_agent=FIREFOX, extra_http_headers={"Sec-GPC": "1"})
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")
    page = context.new_page()
    for number, path in enumerate(PAGES, 1):
        page.goto(site.page(path, host="shop"))
        site.wait_for_number(number, page)
    context.close()

    (totals,) = ask("totals")
    assert (totals["visitors"], totals["visits"], totals["page_views"]) == (0, 0, 5)
    assert (totals["bounce_rate"], totals["seconds_per_visit"]) == (None, None)


def test_pages_without_a_session_make_nobody_a_person_of_retention(
    site: Site, context: BrowserContext, ask: Ask
) -> None:
    click_through(site, context.new_page())

    assert [(row["people"], row["events_of_nobody"]) for row in ask("retention")] == [(0, 6)]


def test_a_tab_that_keeps_a_session_is_one_person_of_retention(site: Site, context: BrowserContext, ask: Ask) -> None:
    click_through(site, context.new_page(), "data-session=tab")

    assert [(row["people"], row["events_of_nobody"]) for row in ask("retention")] == [(1, 0)]
