"""Events of one moment in the order in which they happened, end to end: a browser's by its tick, a log's by its second."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext

from tests.browser import Ask
from tests.conftest import PROVE
from tests.sites import Site
from tests.sluice.imports.test_importer import combined
from tests.tenants import SITE, Shop

VISITORS = 30 if PROVE else 12
CARTS = 20 if PROVE else 5
LOGGED = 20
TAB = "data-session=tab"  # so that each tab of one context is a visit
EARLY = "window.sluice=window.sluice||function(){(sluice.q=sluice.q||[]).push(arguments)}"
PURCHASE = "sluice('purchase', {value: 9, currency: 'EUR'})"
STEPS = "abcdefgh"


def visits(ask: Ask, steps: str) -> list[int]:
    """How many visits took each step."""
    return [row["visits"] for row in ask("funnel", f"steps={steps}")]


@pytest.fixture
def stopped(context: BrowserContext) -> BrowserContext:
    """A browser whose clock does not go on: whatever a page sends shares its millisecond."""
    context.clock.set_fixed_time(datetime.now(UTC))
    return context


def test_a_purchase_before_the_client_has_loaded_follows_the_page_view(
    site: Site, stopped: BrowserContext, ask: Ask
) -> None:
    address = site.page("/thanks", f"<script>{EARLY};{PURCHASE}</script>", TAB)

    for _ in range(VISITORS):
        stopped.new_page().goto(address)

    records = site.wait_for_number(2 * VISITORS, stopped.pages[0])
    assert len({record["timestamp"] for record in records}) == 1
    assert visits(ask, "page_view,purchase") == [VISITORS, VISITORS]
    (earned,) = ask("revenue")
    assert (earned["currency"], earned["orders"], earned["revenue"]) == ("EUR", VISITORS, 9 * VISITORS)


def test_a_purchase_in_the_click_that_opens_a_page_follows_its_view(
    site: Site, stopped: BrowserContext, ask: Ask
) -> None:
    click = f"history.pushState({{}}, '', '/thanks'); {PURCHASE}"
    address = site.page("/cart", f'<button onclick="{click}">Buy</button>', TAB)

    for _ in range(VISITORS):
        page = stopped.new_page()
        page.goto(address)
        page.evaluate("document.querySelector('button').click()")

    site.wait_for_number(3 * VISITORS, stopped.pages[0])
    assert visits(ask, "/cart,/thanks,purchase") == [VISITORS] * 3


def test_calls_in_one_click_keep_their_order(site: Site, stopped: BrowserContext, ask: Ask) -> None:
    calls = ";".join(f"sluice('{step}')" for step in STEPS)
    page = stopped.new_page()
    page.goto(site.page("/", f'<button onclick="{calls}">All</button>', TAB))

    page.evaluate("document.querySelector('button').click()")

    site.wait_for_number(1 + len(STEPS), page)
    assert visits(ask, ",".join(STEPS)) == [1] * len(STEPS)
    assert visits(ask, ",".join(reversed(STEPS))) == [1] + [0] * (len(STEPS) - 1)


def test_a_cart_that_goes_on_at_once_is_in_order(site: Site, context: BrowserContext, ask: Ask) -> None:
    cart = site.page("/cart", f"<script>{EARLY};{PURCHASE};onload = () => location.assign('/thanks')</script>", TAB)
    thanks = site.page("/thanks", "", TAB)

    for _ in range(CARTS):
        page = context.new_page()
        page.goto(cart)
        page.wait_for_url(thanks)

    site.wait_for_number(3 * CARTS, context.pages[0])
    assert visits(ask, "/cart,purchase,/thanks") == [CARTS] * 3
    assert {row["page"]: row["exits"] for row in ask("exit-pages")} == {thanks: CARTS}


def test_the_lines_of_a_logs_second_are_in_the_logs_order(shop: Callable[..., Shop]) -> None:
    tenant, start = shop(), datetime(2026, 11, 9, 10, tzinfo=UTC)
    lines = []
    for number in range(LOGGED):
        who, at = f"192.0.2.{number}", start + timedelta(seconds=number)
        lines += [
            combined(who, at, "/landing", referrer="https://www.google.com"),
            combined(who, at, "/account", referrer=f"{SITE}/landing"),
        ]

    tenant.import_log("".join(lines))

    day = ("2026-11-09", "2026-11-09")
    assert [(row["page"], row["entries"]) for row in tenant.ask("entry-pages", day)] == [("/landing", LOGGED)]
    assert [(row["page"], row["exits"]) for row in tenant.ask("exit-pages", day)] == [("/account", LOGGED)]
    assert [(row["source"], row["visits"]) for row in tenant.ask("sources", day)] == [("google", LOGGED)]
    assert [row["visits"] for row in tenant.ask("funnel", day, "steps=/landing,/account")] == [LOGGED, LOGGED]
