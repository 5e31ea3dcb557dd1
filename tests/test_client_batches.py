"""What the browser client sends together, in a real Chromium: how many requests a visit is, and that nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from time import monotonic

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.paths import ROOT
from tests.sites import Site

VISIT = (
    '<button data-track="buy">Buy</button><form id="order"><input id="mail"></form><div style="height:4000px"></div>'
)
EVENTS = {"page_view": 1, "cta_click": 1, "form_start": 1, "scroll_depth": 4, "own": 1}


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def opened(site: Site, page: Page) -> Page:
    site.open_whole(page, site.page("/", VISIT, "data-off=exit_intent,time_on_page"))
    return page


def visit(page: Page) -> None:
    """Seven events after the page view."""
    page.click("button")
    page.type("#mail", "a")
    page.evaluate("new Promise((done) => { onscroll = done; scrollTo(0, 9000) })")
    page.evaluate("sluice('own')")


def close(page: Page, site: Site) -> None:
    page.close(run_before_unload=True)


def leave(page: Page, site: Site) -> None:
    page.goto(site.page("/elsewhere", "", "data-bucket=none", "data-off=page_view"))


def reload(page: Page, site: Site) -> None:
    site.pages["/"] = "gone"
    page.reload()


def stay(page: Page, site: Site) -> None:
    page.wait_for_timeout(4000)


@pytest.mark.parametrize("end", [close, leave, reload, stay])
def test_a_visit_of_eight_events_is_at_most_three_requests_and_whole(
    end: Callable[[Page, Site], None], site: Site, page: Page
) -> None:
    visit(opened(site, page))
    end(page, site)

    records = site.wait_for_number(8)
    assert Counter(record["eventType"] for record in records) == EVENTS
    assert len(site.posts) <= 3
    assert site.posts[0][0] == "/track"


def test_the_first_view_goes_at_once_and_what_is_not_urgent_within_three_seconds(site: Site, page: Page) -> None:
    began = monotonic()
    opened(site, page)
    site.wait_for_number(1, page)
    seen = monotonic() - began
    page.evaluate("sluice('own')")
    page.wait_for_timeout(1500)
    early = len(site.posts)
    site.wait_for_number(2, page)

    assert (seen < 3, early) == (True, 1)
    assert 2.5 < monotonic() - began < 6


def test_how_far_was_read_waits_for_what_comes_next_or_the_pages_end(site: Site, page: Page) -> None:
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/track")):
        opened(site, page)
    # After the answer to the first view: with it goes within three seconds what waits.
    page.evaluate("new Promise((done) => { onscroll = done; scrollTo(0, 9000) })")
    page.wait_for_timeout(4000)
    assert [path for path, _, _ in site.posts] == ["/track"]

    page.evaluate("sluice('own')")
    site.wait_for_number(6, page)
    assert [path for path, _, _ in site.posts] == ["/track", "/track/batch"]

    page.evaluate("sluice('time_on_page', {seconds: 30})")
    page.close(run_before_unload=True)
    assert len(site.wait_for_number(7)) == 7


def test_a_purchase_goes_at_once_with_what_waits(site: Site, page: Page) -> None:
    opened(site, page).evaluate("sluice('own')")
    began = monotonic()
    page.evaluate("sluice('purchase', {value: 9.5}); sluice('thanks')")

    site.wait_for_number(4, page)
    assert monotonic() - began < 2
    assert [path for path, _, _ in site.posts] == ["/track", "/track/batch"]


def test_what_waits_goes_when_the_page_is_hidden(site: Site, page: Page) -> None:
    opened(site, page).evaluate("sluice('own')")
    began = monotonic()
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true}); document.dispatchEvent(new Event('visibilitychange'))"
    )

    site.wait_for_number(2, page)
    assert monotonic() - began < 2


def test_what_waits_keeps_the_time_when_it_happened(site: Site, page: Page) -> None:
    happened = opened(site, page).evaluate("(sluice('own'), new Date().toISOString())")

    (own,) = [one for one in site.wait_for_number(2, page) if one["eventType"] == "own"]
    assert abs(page.evaluate("(two) => new Date(two[0]) - new Date(two[1])", [own["timestamp"], happened])) < 100


def test_after_an_opt_out_nothing_that_waited_is_sent(site: Site, page: Page) -> None:
    opened(site, page).evaluate("sluice('own')")
    page.evaluate("localStorage.sluice = 'off'")

    page.wait_for_timeout(4000)
    page.close(run_before_unload=True)

    assert [path for path, _, _ in site.posts] == ["/track"]


def test_an_event_that_is_too_long_takes_no_other_with_it(site: Site, page: Page) -> None:
    opened(site, page).evaluate("sluice('one'); sluice('long', {text: 'x'.repeat(300_000)}); sluice('two')")

    records = site.wait_for_number(3, page)
    assert {record["eventType"] for record in records} == {"page_view", "one", "two"}


def test_a_network_that_is_gone_for_a_while_loses_nothing(site: Site, page: Page, context: BrowserContext) -> None:
    opened(site, page)
    context.set_offline(True)
    visit(page)
    page.wait_for_timeout(4000)
    context.set_offline(False)

    assert Counter(record["eventType"] for record in site.wait_for_number(8, page)) == EVENTS


def test_a_hidden_page_leaves_a_server_that_fails_its_pause(site: Site, page: Page) -> None:
    opened(site, page)
    site.wait_for_number(1, page)
    site.is_down = True
    page.evaluate(
        "sluice('own'); Object.defineProperty(document, 'hidden', {value: true}); dispatchEvent(new Event('pagehide'))"
    )
    page.wait_for_timeout(900)

    assert len(site.posts) == 2


def test_after_a_failure_nothing_goes_before_the_pause_is_over_or_the_page_is_hidden(site: Site, page: Page) -> None:
    opened(site, page)
    site.wait_for_number(1, page)
    site.refusals = [503]
    page.evaluate("sluice('purchase')")
    site.wait_for(page, lambda _: not site.refusals)
    page.wait_for_timeout(100)
    page.evaluate("sluice('purchase')")
    page.wait_for_timeout(300)
    paused = len(site.posts)
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    page.wait_for_timeout(300)

    assert (paused, len(site.posts)) == (2, 3)


def test_without_actions_many_events_are_tried_again_together(site: Site, page: Page) -> None:
    page.route("**/actions.js*", lambda route: route.abort())
    site.is_down = True
    page.goto(site.page("/"))
    for _ in range(6):
        page.evaluate("for (let n = 0; n < 5; n++) sluice('own')")
        page.wait_for_timeout(400)
    tried = len(site.posts)
    site.is_down = False

    # The second one after 1 to 2 s, the third after 3 to 6: six times five would be at least six.
    assert 1 <= tried <= 3
    assert len(site.wait_for_number(31, page)) == 31


def test_without_actions_the_server_says_when_the_next_try_is(site: Site, page: Page) -> None:
    headers = {"Retry-After": "60", "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    asked: list[str] = []
    page.route("**/actions.js*", lambda route: route.abort())
    page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    page.route("**/track{,/batch}", lambda route: route.fulfill(status=429, headers=headers))
    with page.expect_response("**/track"):
        page.goto(site.page("/"))
    page.wait_for_timeout(100)
    page.evaluate("sluice('purchase')")
    page.wait_for_timeout(2200)

    assert asked == [site.address("/track", "track")]


@pytest.mark.parametrize(
    ("endpoint", "path"), [("", "/shop/track"), ("/", "/track"), ("../api/", "/api/track"), ("http://", "")]
)
def test_the_package_finds_its_endpoint_from_the_page_and_throws_nothing(
    endpoint: str, path: str, site: Site, page: Page
) -> None:
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.route("**/client/*.js", lambda route: route.fulfill(path=ROOT / "client" / route.request.url.split("/")[-1]))
    site.pages["/shop/a"] = "<!doctype html><h1>Shop</h1>"
    page.goto(site.address("/shop/a"))
    page.evaluate(START, [site.bucket, endpoint])
    site.wait_for(page if path else None, lambda _: bool(site.posts) or not path)
    page.evaluate("history.pushState({}, '', '/other/b/c'); own('purchase')")
    page.wait_for_timeout(300)

    assert {posted.removesuffix("/batch") for posted, _, _ in site.posts} == ({path} if path else set())
    assert thrown == []


START = """async ([bucket, endpoint]) => {
  const { start } = await import("/client/tracker.js");
  window.own = start({ bucket }, endpoint);
}"""
