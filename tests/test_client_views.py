"""Which changes of a page's address the browser client counts as page views, and whose visits it leaves out."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser import Seen, watch
from tests.sites import Site

pytestmark = pytest.mark.usefixtures("hurried")

# Ends when all that the page had begun to send before it is on its way.
LAST = "new Promise((done) => setTimeout(() => fetch('/last', {method: 'POST', body: '{}'}).then(done)))"
TYPING = "for (const text of ['s', 'sh', 'sho', 'shoe', 'shoes']) history.replaceState({}, '', '?q=' + text)"
ANSWERS_ITSELF = "<script>navigation.addEventListener('navigate', (event) => event.intercept())</script>"
PROTOTYPE = "History.prototype.pushState.call(history, {}, '', '/app/cart')"
WITHOUT_NAVIGATION = "Object.defineProperty(window, 'navigation', {value: undefined})"


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(params=["navigation", "history"])
def any_page(request: pytest.FixtureRequest, page: Page) -> Page:
    """A page of a browser with the Navigation API, and of one without it."""
    if request.param == "history":
        page.add_init_script(WITHOUT_NAVIGATION)
    return page


def views(site: Site, page: Page) -> list[str]:
    """The pages that were viewed, in the order of their records."""
    return [
        record["page"].removeprefix(site.address(""))
        for record in site.all_of(page)
        if record["eventType"] == "page_view"
    ]


def opened(site: Site, page: Page, *attributes: str, body: str = "", query: str = "") -> Page:
    """The page at /app, with all of the client in it."""
    site.open_whole(page, site.page("/app", body, *attributes) + query)
    return page


def test_typing_into_the_address_is_one_page_view(site: Site, any_page: Page) -> None:
    opened(site, any_page).evaluate(TYPING + "; history.pushState({}, '', '#top')")

    assert views(site, any_page) == ["/app"]


def test_taking_the_campaign_out_of_the_address_makes_no_view_and_keeps_it(site: Site, any_page: Page) -> None:
    opened(site, any_page, query="?utm_source=news").evaluate("history.replaceState({}, '', '/app')")

    records = site.all_of(any_page)
    assert [record["eventType"] for record in records] == ["page_view", "last"]
    assert {record["utm"]["source"] for record in records} == {"news"}


def test_replacing_what_is_stored_of_the_address_is_a_view(site: Site, any_page: Page) -> None:
    opened(site, any_page, "data-keep-query='page, id'", query="?id=1&q=a").evaluate(
        "for (const query of ['?q=b&id=1', '?id=2', '?id=2&q=c', '?id=2&page=3']) history.replaceState({}, '', query);"
        "history.replaceState({}, '', '/other?id=2&page=3')"
    )

    assert views(site, any_page) == ["/app", "/app", "/app", "/other"]


def test_another_query_by_push_state_is_a_view(site: Site, any_page: Page) -> None:
    opened(site, any_page).evaluate("history.pushState({}, '', '?page=2')")

    assert views(site, any_page) == ["/app", "/app"]


def test_push_state_from_the_prototype_is_a_view(site: Site, any_page: Page) -> None:
    opened(site, any_page).evaluate(PROTOTYPE)

    assert views(site, any_page) == ["/app", "/app/cart"]


@pytest.mark.parametrize(
    ("before", "body"),
    [("", "<script>var navigation = {}</script>"), ("delete window.navigation", '<div id="navigation"></div>')],
)
def test_another_thing_called_navigation_does_not_hide_views(before: str, body: str, site: Site, page: Page) -> None:
    page.add_init_script(before)
    opened(site, page, body=body).evaluate(PROTOTYPE)

    assert views(site, page) == ["/app", "/app/cart"]
    assert not page.evaluate("navigation.currentEntry")


def test_going_back_is_a_view_in_any_browser(site: Site, any_page: Page) -> None:
    opened(site, any_page).evaluate(PROTOTYPE)
    any_page.evaluate("new Promise((done) => { addEventListener('popstate', done); history.back() })")

    assert views(site, any_page) == ["/app", "/app/cart", "/app"]


def test_a_push_before_all_of_the_client_is_here_is_a_view(site: Site, any_page: Page) -> None:
    any_page.goto(site.page("/app", f"<script>addEventListener('DOMContentLoaded', () => {PROTOTYPE})</script>"))
    site.wait_for_number(2, any_page)

    assert views(site, any_page) == ["/app", "/app/cart"]


def test_the_navigation_api_makes_views(site: Site, page: Page) -> None:
    opened(site, page, body=ANSWERS_ITSELF).evaluate("navigation.navigate('/app/cart').finished.then(() => 1)")
    page.evaluate("navigation.navigate('/app/pay', {history: 'replace'}).finished.then(() => 1)")
    page.evaluate("navigation.navigate('/app/pay?step=2', {history: 'replace'}).finished.then(() => 1)")

    assert views(site, page) == ["/app", "/app/cart", "/app/pay"]


@pytest.mark.parametrize("kind", ["defer", "type=module", "async"])
def test_a_script_that_is_there_twice_counts_once(kind: str, site: Site, page: Page) -> None:
    twice = site.tag().replace("defer", kind)
    site.page("/app", f"{twice}<b data-track='x'>x</b>")
    site.pages["/app"] = site.pages["/app"].replace("<script defer", f"<script {kind}", 1)

    page.goto(site.address("/app"))
    page.wait_for_load_state("networkidle")
    page.click("b")

    assert sorted(record["eventType"] for record in site.all_of(page)) == ["cta_click", "last", "page_view"]


def test_a_page_out_of_the_back_forward_cache_does_not_name_itself_as_referrer(site: Site, windowed: Page) -> None:
    windowed.goto(site.page("/one"), referer="https://www.example.org/")
    site.wait_for_number(1, windowed)
    windowed.evaluate("restored = 0; addEventListener('pageshow', (event) => { restored = event.persisted })")
    windowed.goto(site.page("/two"))
    site.wait_for_number(2, windowed)

    windowed.go_back(wait_until="commit")

    records = site.wait_for_number(3, windowed)
    assert windowed.evaluate("restored")
    assert [record["referrer"] for record in records if record["page"] == site.address("/one")] == [
        "https://www.example.org"
    ] * 2


@pytest.mark.parametrize(
    ("patterns", "counted"),
    [
        ("/admin/*", ["/admin", "/accounts", "/a.html", "/über/uns"]),
        ("/admin*, /accounts", ["/a.html", "/über/uns"]),
        ("/admin,/account", ["/admin/users/7", "/accounts", "/a.html", "/über/uns"]),
        ("/admin,/*s", ["/admin/users/7", "/a.html"]),
        ("/a*.html,/über/*", ["/admin", "/admin/users/7", "/accounts"]),
        ("/a.h,/ahhtml,/+(", ["/admin", "/admin/users/7", "/accounts", "/a.html", "/über/uns"]),
        ("", ["/admin", "/admin/users/7", "/accounts", "/a.html", "/über/uns"]),
    ],
)
def test_paths_can_be_left_out(patterns: str, counted: list[str], site: Site, page: Page) -> None:
    opened(site, page, f'data-exclude="{patterns}"')
    for path in ("/admin", "/admin/users/7", "/accounts", "/a.html", "/über/uns"):
        page.evaluate("(path) => { history.pushState({}, '', path); sluice('own') }", path)
    page.evaluate("history.pushState({}, '', '/app')")

    records = site.all_of(page)
    found = [path for path in counted if len(seen_at(site, path, records)) == 2]
    assert (found, len(records)) == (counted, 2 * len(counted) + 3)


def seen_at(site: Site, path: str, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    encoded = path.replace("ü", "%C3%BC")
    return [record for record in records if record["page"] == site.address(encoded)]


def test_who_switches_it_off_is_not_counted_until_they_switch_it_on(site: Site, page: Page) -> None:
    address, said = site.page("/app", "<b data-track='x'>x</b>"), list[str]()
    page.on("console", lambda message: said.append(message.text) if message.type == "info" else None)
    page.goto(address + "?sluice=off")
    page.goto(address)
    page.click("b")
    page.evaluate(f"sluice('own'); {LAST}")
    assert site.records() == [] and page.evaluate("localStorage.sluice") == "off"
    assert said == ["sluice is off: ?sluice=off"] * 2

    page.goto(address + "?sluice=on")

    assert views(site, page) == ["/app"]


def test_another_word_in_the_address_switches_nothing(site: Site, page: Page) -> None:
    opened(site, page, query="?sluice=offer")

    assert views(site, page) == ["/app"] and page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("attribute", ["data-x", "data-local"])
def test_a_page_on_this_machine_says_once_that_it_sends_nothing(attribute: str, site: Site, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "info" else None)
    site.page("/app", site.tag(attribute), attribute)

    page.goto(f"http://localhost:{site.port}/app")
    page.evaluate(f"sluice('own'); sluice('own'); {LAST}")

    assert said == (["sluice is off: no data-local"] if attribute == "data-x" else [])


def test_as_a_module_it_counts_and_makes_no_noise(site: Site, page: Page) -> None:
    seen: Seen = watch(page)
    site.page("/app", "<a id='out' href='https://elsewhere.example/' onclick='event.preventDefault()'>x</a>")
    site.pages["/app"] = site.pages["/app"].replace("defer", "type=module")

    page.goto(site.address("/app"))
    page.click("#out")

    assert [record["eventType"] for record in site.wait_for_number(2, page)] == ["page_view", "outbound_click"]
    assert (seen.errors, seen.warnings) == ([], [])
