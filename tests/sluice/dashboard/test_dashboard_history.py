"""The browser's Back and Forward through what was looked at, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import sleep

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.conftest import PROVE
from tests.dashboards import OTHER
from tests.screens import BLANK, DAYS, SECOND, Look, settled

Shown = tuple[str, str, str, str]


def bucket(page: Page) -> None:
    page.get_by_role("combobox", name="Bucket").click()
    page.get_by_role("option", name=OTHER).click()


def visitors(page: Page) -> None:
    page.get_by_role("radio", name="All").click()


def days(page: Page) -> None:
    page.get_by_role("spinbutton", name="day, Days start date").press_sequentially("07")
    page.locator("h3").first.click()  # the field gives its days when it is left


def quality(page: Page) -> None:
    page.get_by_role("link", name="Quality").click()


def live(page: Page) -> None:
    page.get_by_role("link", name="Live").click()


# What is done, and what the address has then.
STEPS: list[tuple[Callable[[Page], None], str]] = [
    (bucket, f"bucket={OTHER}"),
    (visitors, "bots=include"),
    (days, "from=[0-9-]*-07&"),
    (quality, "/quality[?]"),
    (live, "/live[?]"),
]


def shown(page: Page) -> Shown:
    """What the page says that it shows: its bucket, visitors, first day and title."""
    settled(page)
    return (
        page.get_by_role("combobox", name="Bucket").input_value(),
        page.locator("[data-testid=stSidebar] [role=radio][aria-checked=true]").inner_text(),
        page.get_by_role("spinbutton", name="day, Days start date").inner_text(),
        page.locator("h3").first.inner_text(),
    )


def expect_shown(page: Page, address: str, wanted: Shown) -> None:
    """The page comes to show this at this address, and stays."""
    expect(page).to_have_url(address, timeout=20 * SECOND)
    expect(page.get_by_role("combobox", name="Bucket")).to_have_value(wanted[0], timeout=20 * SECOND)
    checked = page.locator("[data-testid=stSidebar] [role=radio][aria-checked=true]")
    expect(checked).to_have_text(wanted[1], timeout=20 * SECOND)
    expect(page.get_by_role("spinbutton", name="day, Days start date")).to_have_text(wanted[2])
    expect(page.locator("h3").first).to_have_text(wanted[3], timeout=20 * SECOND)
    settled(page)
    assert page.url == address


def slowly(socket: WebSocketRoute) -> None:
    """Hand on what the server says piece by piece, as over a slow line."""
    server = socket.connect_to_server()

    def pass_on(message: str | bytes) -> None:
        sleep(0.05)  # the browser draws between two messages
        socket.send(message)

    server.on_message(pass_on)


def test_a_page_is_in_the_history_once_however_slow_the_line_is(started: str, look: Look) -> None:
    page = look(BLANK)
    page.route_web_socket(re.compile("_stcore/stream"), slowly)
    page.goto(f"{started}/events?{DAYS}&bots=exclude")
    before = settled(page).evaluate("history.length")
    page.get_by_role("link", name="SQL").click()
    expect(page).to_have_url(re.compile("/sql[?]bucket"), timeout=20 * SECOND)
    settled(page)
    assert page.evaluate("history.length") == before + 1


@pytest.mark.parametrize("first", ["events", *([""] if PROVE else [])])
def test_back_and_forward_bring_back_bucket_visitors_days_and_page(started: str, look: Look, first: str) -> None:
    page = look(BLANK)
    with page.expect_websocket() as opened:
        page.goto(f"{started}/{first}?{DAYS}&bots=exclude")
    states = [(settled(page).url, shown(page))]
    for step, address in STEPS:
        step(page)
        expect(page).to_have_url(re.compile(address), timeout=20 * SECOND)
        states.append((page.url, shown(page)))
    assert len(set(states)) == len(STEPS) + 1
    for state in reversed(states[:-1]):
        page.go_back()
        expect_shown(page, *state)
    for state in states[1:]:
        page.go_forward()
        expect_shown(page, *state)
    for _ in range(10):  # the live page draws itself again each second
        opened.value.wait_for_event("framereceived")
    expect_shown(page, *states[-1])
