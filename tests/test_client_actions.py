"""What visitors do on a page, as the browser client sees it: odd links and targets, shadow roots, events before all is here."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser import watch
from tests.sites import Site

pytestmark = pytest.mark.usefixtures("hurried")

OUT = "https://elsewhere.example/x"
STAY = 'onclick="event.preventDefault()" onauxclick="event.preventDefault()"'
IN_SHADOW = f"""
<div id="host"></div>
<script>
host.attachShadow({{mode: "open"}}).innerHTML = `<div id="inner"></div>`;
host.shadowRoot.getElementById("inner").attachShadow({{mode: "open"}}).innerHTML = `
<button data-track="buy"><b id="buy">Buy</b></button>
<a id="out" href="{OUT}?q=1" {STAY}><i>Out</i></a>
<form name="order" onsubmit="event.preventDefault()"><input id="mail"><button id="send">Send</button></form>`;
</script>
"""
ODD = """
<svg id="svg" width="100" height="100"><circle id="dot" cx="50" cy="50" r="40"/></svg>
<form id="order"><input name="closest"><input name="matches"><input name="dataset"></form>
"""
ODD_EVENTS = """() => {
  const text = document.body.appendChild(document.createTextNode("text"));
  const targets = [text, document, window, svg, dot, order, document.createElement("i"), document.createComment("")];
  for (const type of ["click", "auxclick", "input", "submit", "scroll", "mouseout"])
    for (const target of targets) target.dispatchEvent(new Event(type, {bubbles: true, composed: true}));
}"""


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def opened(site: Site, page: Page, body: str, *attributes: str) -> Page:
    """The page with all of the client in it."""
    site.open_whole(page, site.page("/", body, *attributes))
    return page


def actions(site: Site, page: Page) -> list[tuple[str, Any]]:
    """What was sent of its own accord after the page view, once the page has sent one more event."""
    records = site.all_of(page)
    return [
        (record["eventType"], json.loads(record["metadata"] or "null"))
        for record in records
        if record["eventType"] not in {"page_view", "last"}
    ]


@pytest.mark.parametrize(
    ("link", "spot"),
    [
        (f'<a href="{OUT}" {STAY}>text <i id="spot">out</i></a>', "#spot"),
        (
            f'<svg width="90" height="90"><a href="{OUT}" {STAY}><circle id="spot" cx="40" cy="40" r="30"/></a></svg>',
            "#spot",
        ),
        (
            '<svg width="90" height="90" xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<a xlink:href="{OUT}" {STAY}><circle id="spot" cx="40" cy="40" r="30"/></a></svg>',
            "#spot",
        ),
        (
            '<img usemap="#map" width="100" height="100" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
            f'<map name="map"><area id="spot" shape="rect" coords="0,0,100,100" href="{OUT}" {STAY}></map>',
            "img",
        ),
    ],
)
@pytest.mark.parametrize("button", ["left", "middle"])
def test_a_link_out_is_seen_whatever_it_is_made_of(link: str, spot: str, button: Any, site: Site, page: Page) -> None:
    opened(site, page, link).click(spot, button=button, force=True)

    assert actions(site, page) == [("outbound_click", {"url": OUT})]


def test_the_right_button_and_a_middle_click_on_no_link_are_nothing(site: Site, page: Page) -> None:
    opened(site, page, f'<a href="{OUT}" data-track="x">out</a><button data-track="buy">Buy</button>')
    page.click("a", button="right")
    page.click("button", button="middle")

    assert actions(site, page) == []


def test_a_middle_click_on_a_marked_link_is_both(site: Site, page: Page) -> None:
    opened(site, page, f'<a href="{OUT}" data-track="x" {STAY}>out</a>').click("a", button="middle")

    assert actions(site, page) == [("cta_click", {"name": "x"}), ("outbound_click", {"url": OUT})]


@pytest.mark.parametrize("name", ["a.exe", "a.dmg", "A.MP4", "a.txt", "a.pdf", "a.docx", "a.csv", "a.zip"])
def test_a_click_on_one_of_these_files_is_a_download(name: str, site: Site, page: Page) -> None:
    opened(site, page, f'<a href="/{name}?v=1" {STAY}>file</a>').click("a")

    assert actions(site, page) == [("file_download", {"url": site.address(f"/{name}")})]


def test_what_is_in_open_shadow_roots_is_seen(site: Site, page: Page) -> None:
    opened(site, page, IN_SHADOW)
    page.click("#buy")
    page.click("#out")
    page.type("#mail", "ab")
    page.click("#send")
    page.click("#send")

    form = {"form": "order"}
    assert actions(site, page) == [
        ("cta_click", {"name": "buy"}),
        ("outbound_click", {"url": OUT}),
        ("form_start", form),
        *[("form_submit", form)] * 2,
    ]


def test_scrolling_a_box_within_the_page_is_not_depth(site: Site, page: Page) -> None:
    box = '<div id="box" style="height:400px;overflow:scroll"><div style="height:4000px"></div></div>'
    opened(site, page, box + '<div style="height:900px"></div>')
    page.evaluate("new Promise((done) => { box.onscroll = done; box.scrollTo(0, 2000) })")

    assert actions(site, page) == []


def test_odd_targets_make_no_noise(site: Site, page: Page) -> None:
    seen = watch(page)
    opened(site, page, ODD, "data-off=exit_intent")
    page.click("#dot")
    page.evaluate(ODD_EVENTS)

    assert {name for name, _ in actions(site, page)} <= {"form_start", "form_submit", "scroll_depth"}
    assert (seen.errors, seen.warnings) == ([], [])


EARLY = (
    f'<button data-track="buy">Buy</button><a href="{OUT}" {STAY}>out</a>{IN_SHADOW}<div style="height:4000px"></div>'
)


def test_what_happens_before_all_of_the_client_is_here_is_kept(site: Site, page: Page) -> None:
    held: list[Route] = []
    page.route("**/actions.js*", lambda route: held.append(route))
    page.goto(site.page("/", EARLY, "data-off=time_on_page"))
    page.click("button >> nth=0")
    page.click("a >> nth=0", button="middle")
    page.type("#mail", "a")
    page.click("#send")
    page.evaluate("document.documentElement.dispatchEvent(new MouseEvent('mouseout', {bubbles: true, clientY: -1}))")
    page.evaluate("new Promise((done) => { onscroll = done; scrollTo(0, 2000) })")
    page.evaluate("scrollTo(0, 0); history.pushState({}, '', '/next')")
    page.wait_for_timeout(1000)
    (route,) = held
    arrived = page.evaluate("new Date().toISOString()")
    route.continue_()

    records = site.wait_for_number(9, page)
    found = [record for record in records if record["eventType"] != "page_view"]
    assert sorted((record["eventType"], record["metadata"] or "") for record in found) == [
        ("cta_click", '{"name":"buy"}'),
        ("exit_intent", ""),
        ("form_start", '{"form":"order"}'),
        ("form_submit", '{"form":"order"}'),
        ("outbound_click", f'{{"url":"{OUT}"}}'),
        ("scroll_depth", '{"percent":25}'),
        ("scroll_depth", '{"percent":50}'),
    ]
    assert {record["page"] for record in found} == {site.address("/")}
    assert all(record["timestamp"] < arrived for record in found)


def test_where_the_rest_of_the_client_never_comes_pages_are_counted(site: Site, page: Page) -> None:
    seen = watch(page)
    page.route("**/actions.js*", lambda route: route.abort())
    page.goto(site.page("/", EARLY))
    page.click("button >> nth=0")
    page.evaluate("history.pushState({}, '', '/next'); sluice('own')")

    records = site.wait_for_number(3, page)
    assert [record["eventType"] for record in records] == ["page_view", "page_view", "own"]
    assert [text for text in seen.errors if "ERR_FAILED" not in text] == []


def test_an_early_event_that_cannot_be_read_takes_no_other_with_it(site: Site, page: Page) -> None:
    held: list[Route] = []
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    page.route("**/actions.js*", lambda route: held.append(route))
    page.goto(site.page("/", '<form><input id="odd" name="getAttribute"></form><button data-track="buy">Buy</button>'))
    page.type("#odd", "a")
    page.click("button")
    site.wait_for(page, lambda _: bool(held))
    held[0].continue_()

    records = site.wait_for_number(2, page)
    assert [record["eventType"] for record in records] == ["page_view", "cta_click"]
    assert thrown == []


def test_time_before_all_of_the_client_is_here_counts(site: Site, page: Page) -> None:
    held: list[Route] = []
    page.route("**/actions.js*", lambda route: held.append(route))
    page.clock.install()
    page.goto(site.page("/"))
    page.clock.run_for(61_000)

    held[0].continue_()
    page.clock.resume()

    found = site.wait_for_number(3, page)
    seconds = {record["metadata"] for record in found if record["eventType"] == "time_on_page"}
    assert seconds == {'{"seconds":30}', '{"seconds":60}'}
