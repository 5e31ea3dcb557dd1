"""The browser client in a real Chromium, against a real server and its store."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import FIREFOX, Seen, let_go, watch
from tests.sites import Site

pytestmark = pytest.mark.usefixtures("hurried")

# Ends when all that the page had begun to send before it is on its way.
LAST = "new Promise((done) => setTimeout(() => fetch('/last', {method: 'POST', body: '{}'}).then(done)))"
LONG = '<div style="height:4000px"></div>'
SHOP = """
<button data-track="buy"><b>Buy</b></button>
<a id="out" href="https://elsewhere.example/x?secret=1" onclick="event.preventDefault()">Out</a>
<a id="file" href="/list.pdf" onclick="event.preventDefault()">List</a>
<form id="order" onsubmit="event.preventDefault()"><input name="id"><input name="mail"><button>Send</button></form>
"""


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@contextmanager
def quietly(context: BrowserContext) -> Iterator[Seen]:
    """What the context's pages did; afterwards: no cookie, no key, no other host, no error."""
    seen = watch(context)
    yield seen
    assert (seen.errors, seen.warnings) == ([], [])
    assert seen.hosts <= {"shop.example", "track.example"}
    assert context.cookies() == []


@pytest.fixture
def quiet(context: BrowserContext, site: Site) -> Iterator[Seen]:
    with quietly(context) as seen:
        yield seen


def types(records: list[dict[str, Any]]) -> Counter[str]:
    return Counter(record["eventType"] for record in records)


def only(records: list[dict[str, Any]], event_type: str) -> dict[str, Any]:
    (record,) = [record for record in records if record["eventType"] == event_type]
    return record


def of_type(site: Site, page: Page, event_type: str, number: int = 1) -> list[dict[str, Any]]:
    """The records of this type, once there are so many."""
    records = site.wait_for(page, lambda found: types(found)[event_type] >= number)
    return [record for record in records if record["eventType"] == event_type]


def test_a_page_view_has_its_page_campaign_referrer_screen_and_code(site: Site, page: Page, quiet: Seen) -> None:
    address = site.page("/") + "?utm_source=news&utm_medium=mail&fromWebsite=PROMO1#part"

    page.goto(address, referer="https://www.example.org/search?q=x")

    (record,) = site.wait_for_number(1, page)
    assert (record["eventType"], record["page"]) == ("page_view", site.address("/"))
    assert (record["utm"]["source"], record["utm"]["medium"]) == ("news", "mail")
    assert (record["referrer"], record["fromWebsite"]) == ("https://www.example.org", "PROMO1")
    assert record["viewport"] == {"width": 1000, "height": 600}
    assert record["visitorId"] and not record["isBot"]
    assert record["sessionId"] is None and record["metadata"] is None


def test_nothing_is_kept_on_the_device(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", SHOP))
    page.click("b")

    of_type(site, page, "cta_click")

    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


@pytest.mark.parametrize(
    ("selector", "event_type", "metadata"),
    [
        ("b", "cta_click", '{"name":"buy"}'),
        ("#out", "outbound_click", '{"url":"https://elsewhere.example/x"}'),
        ("form button", "form_submit", '{"form":"order"}'),
    ],
)
def test_a_click_is_sent_once(
    selector: str, event_type: str, metadata: str, site: Site, page: Page, quiet: Seen
) -> None:
    page.goto(site.page("/", SHOP))

    page.click(selector)

    records = site.wait_for_number(2, page)
    assert types(records) == {"page_view": 1, event_type: 1}
    assert only(records, event_type)["metadata"] == metadata


def test_a_click_on_a_file_is_a_download(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", SHOP))

    page.click("#file")

    (record,) = of_type(site, page, "file_download")
    assert record["metadata"] == f'{{"url":"{site.address("/list.pdf")}"}}'


def test_a_form_begins_once_and_nothing_typed_is_sent(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", SHOP))

    page.type("[name=mail]", "a@b.example")
    page.click("form button")

    records = site.wait_for_number(3, page)
    assert types(records) == {"page_view": 1, "form_start": 1, "form_submit": 1}
    assert only(records, "form_start")["metadata"] == '{"form":"order"}'


def test_each_quarter_of_a_page_is_sent_once(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", LONG))

    for depth in (1500, 4600, 0, 4600):
        page.evaluate("(y) => scrollTo(0, y)", depth)

    let_go(page)
    records = of_type(site, page, "scroll_depth", 4)
    assert sorted(record["metadata"] for record in records) == sorted(
        f'{{"percent":{percent}}}' for percent in (25, 50, 75, 100)
    )


def test_visible_time_is_sent_at_its_marks(site: Site, page: Page, quiet: Seen) -> None:
    page.clock.install()
    page.goto(site.page("/"))

    page.clock.run_for(400_000)

    page.clock.resume()
    records = of_type(site, page, "time_on_page", 4)
    # By no order: an answer in between corrects the clock that this test has run ahead.
    seconds = sorted(record["metadata"] for record in records)
    assert seconds == sorted(f'{{"seconds":{mark}}}' for mark in (30, 60, 180, 300))


def test_the_mouse_leaving_at_the_top_is_sent_once(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/"))
    leave = "document.documentElement.dispatchEvent(new MouseEvent('mouseout', {bubbles: true, clientY: %d}))"

    page.evaluate(leave % 50)
    for _ in range(2):
        page.evaluate(leave % -1)

    let_go(page)
    records = site.wait_for_number(2, page)
    assert types(records) == {"page_view": 1, "exit_intent": 1}


def test_ones_own_event_has_its_metadata_and_the_variant(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", "", 'data-variant="B"'))

    page.evaluate("sluice('purchase', {value: 9.5, currency: 'EUR'})")

    (record,) = of_type(site, page, "purchase")
    assert record["metadata"] == '{"variant":"B","value":9.5,"currency":"EUR"}'


def test_calls_before_the_script_are_not_lost(site: Site, page: Page, quiet: Seen) -> None:
    early = "window.sluice=window.sluice||function(){(sluice.q=sluice.q||[]).push(arguments)}"

    page.goto(site.page("/", f"<script>{early};sluice('early',{{plan:'pro'}})</script>"))

    records = site.wait_for_number(2, page)
    assert only(records, "early")["metadata"] == '{"plan":"pro"}'


@pytest.mark.parametrize("event_type", ["page_view", "cta_click", "outbound_click", "form_submit"])
def test_an_event_can_be_turned_off(event_type: str, site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", SHOP, f'data-off="x,{event_type}"'))

    for selector in ("b", "#out", "form button"):
        page.click(selector)

    records = site.wait_for_number(3, page)
    assert event_type not in types(records) and len(records) == 3


def test_history_changes_are_page_views_and_the_same_address_is_none(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/app") + "?utm_source=news")

    page.evaluate("history.pushState({}, '', '/app/cart'); history.replaceState({}, '', '/app/cart#a')")
    page.evaluate("history.replaceState({}, '', '/app/pay')")

    records = site.wait_for_number(3, page)
    assert [record["page"] for record in records] == [site.address(path) for path in ("/app", "/app/cart", "/app/pay")]
    assert [record["referrer"] for record in records[1:]] == [site.address("/app"), site.address("/app/cart")]
    assert {record["utm"]["source"] for record in records} == {"news"}


def test_going_back_in_a_single_page_app_is_a_page_view(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/app"))
    page.evaluate("history.pushState({}, '', '/app/cart')")
    site.wait_for_number(2, page)

    page.evaluate("history.back()")

    records = site.wait_for_number(3, page)
    assert [record["page"] for record in records[1:]] == [site.address("/app/cart"), site.address("/app")]


def test_a_page_out_of_the_back_forward_cache_is_viewed_again(site: Site, windowed: Page) -> None:
    with quietly(windowed.context):
        windowed.goto(
            site.page("/one", "<script>addEventListener('pageshow', e => { restored = e.persisted })</script>")
        )
        site.wait_for_number(1, windowed)
        windowed.goto(site.page("/two"))
        site.wait_for_number(2, windowed)

        windowed.go_back(wait_until="commit")

        records = site.wait_for_number(3, windowed)
        assert windowed.evaluate("restored")
    assert Counter(record["page"] for record in records) == {site.address("/one"): 2, site.address("/two"): 1}


def test_an_event_on_the_way_out_by_navigation_arrives(site: Site, page: Page, quiet: Seen) -> None:
    site.page("/two")
    page.goto(site.page("/one", '<a href="/two" data-track="next">next</a>'))

    page.click("a")

    records = site.wait_for_number(3, page)
    assert types(records) == {"page_view": 2, "cta_click": 1}


def test_events_on_closing_the_tab_arrive(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/"))
    page.evaluate("for (const name of ['a', 'b', 'c']) sluice(name)")

    page.close(run_before_unload=True)

    assert types(site.wait_for_number(4)) == {"page_view": 1, "a": 1, "b": 1, "c": 1}


def test_an_event_sent_in_pagehide_arrives(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", "<script>addEventListener('pagehide', () => sluice('bye'))</script>"))
    site.wait_for_number(1, page)

    page.close(run_before_unload=True)

    assert types(site.wait_for_number(2)) == {"page_view": 1, "bye": 1}


def test_after_three_failed_tries_an_event_arrives_once(site: Site, page: Page) -> None:
    site.refusals = [503, 500, 429]
    page.clock.install()

    page.goto(site.page("/", "", "data-off=time_on_page"))
    run_clock_until(page, lambda: len(site.answers) == 1)

    assert types(site.records()) == {"page_view": 1}
    assert len({body["eventId"] + body["timestamp"] for _, _, body in site.posts}) == 1


def test_a_server_that_is_down_for_five_seconds_loses_nothing(site: Site, page: Page) -> None:
    site.is_down = True
    page.clock.install()
    page.goto(site.page("/", "", "data-off=time_on_page"))
    page.evaluate("sluice('meanwhile')")
    run_clock_until(page, lambda: len(site.posts) == 3)

    site.is_down = False
    run_clock_until(page, lambda: len(site.records()) == 2)

    assert types(site.records()) == {"page_view": 1, "meanwhile": 1}


def run_clock_until(page: Page, is_so: Callable[[], bool]) -> None:
    """Let the page's clock run, a quarter of a second at a time, until it is so, for 50 of its seconds at most."""
    for _ in range(200):
        if is_so():
            return
        page.clock.run_for(250)


def test_a_lost_answer_doubles_nothing(site: Site, page: Page) -> None:
    site.loses_answers = 1
    page.clock.install()

    page.goto(site.page("/", "", "data-off=time_on_page"))
    run_clock_until(page, lambda: len(site.answers) == 2)

    assert site.answers == [200, 200]
    assert types(site.records()) == {"page_view": 1}


def test_a_refused_event_is_said_and_not_sent_again(site: Site, page: Page, context: BrowserContext) -> None:
    seen = watch(context)
    page.clock.install()
    page.goto(site.page("/", "", "data-off=page_view,time_on_page"))

    page.evaluate("sluice('not a name')")
    site.wait_for(page, lambda _: bool(seen.warnings))
    page.clock.run_for(60_000)

    assert len(site.posts) == 1
    assert len(seen.warnings) == 1 and "eventType" in seen.warnings[0]


@pytest.mark.parametrize(
    "receipt",
    [
        {"status": "not_stored", "bucket": "shop-analytics", "sampled": True},
        {"status": "ok", "accepted": 0, "duplicates": 0, "rejected": [], "sampled": 1},
    ],
)
def test_an_event_that_is_left_out_of_a_sample_is_not_sent_again(
    receipt: dict[str, Any], site: Site, page: Page, quiet: Seen
) -> None:
    site.refusals, site.receipt = [200], json.dumps(receipt).encode()
    page.clock.install()
    page.goto(site.page("/", "", "data-off=page_view,time_on_page"))

    page.evaluate("sluice('left')")
    site.wait_for(page, lambda _: not site.refusals)
    page.clock.run_for(60_000)
    page.evaluate("sluice('next')")
    run_clock_until(page, lambda: bool(site.records()))

    assert [one["eventType"] for _, _, body in site.posts for one in body.get("events", [body])] == ["left", "next"]


def test_of_a_batch_only_the_refused_event_is_said(site: Site, page: Page, context: BrowserContext) -> None:
    seen = watch(context)
    page.goto(site.page("/", "", "data-off=page_view"))

    page.evaluate("sluice('good'); sluice('not a name'); sluice('fine')")

    assert types(site.wait_for_number(2, page)) == {"good": 1, "fine": 1}
    site.wait_for(page, lambda _: bool(seen.warnings))
    assert len(seen.warnings) == 1 and '"index":1' in seen.warnings[0].replace(" ", "")


def test_five_hundred_events_at_once_arrive_once_each(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", "", "data-off=page_view"))

    page.evaluate("for (let n = 0; n < 500; n++) sluice('burst', {n})")

    records = site.wait_for_number(500, page)
    assert len({record["metadata"] for record in records}) == len(records) == 500
    assert len(site.posts) < 20


def test_on_leaving_at_most_64_kb_are_in_flight(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", "", "data-off=page_view"))
    page.evaluate("for (let n = 0; n < 300; n++) sluice('burst', {n, text: 'ä'.repeat(300)})")

    page.close(run_before_unload=True)

    records = site.wait_for_number(40)
    assert 40 <= len(records) < 80
    assert sum(int(headers["Content-Length"]) for _, headers, _ in site.posts) <= 64 * 1024


@pytest.mark.parametrize(("attribute", "sessions"), [("data-x", {None}), ("data-session=tab", 2)])
def test_two_tabs_are_one_visitor_and_two_sessions_only_by_choice(
    attribute: str, sessions: Any, site: Site, context: BrowserContext, quiet: Seen
) -> None:
    address = site.page("/", "", attribute)

    for _ in range(2):
        context.new_page().goto(address)

    records = site.wait_for_number(2, context.pages[0])
    found = {record["sessionId"] for record in records}
    assert found == sessions or len(found) == sessions
    assert len({record["visitorId"] for record in records}) == 1


def test_a_frame_that_may_store_nothing_has_no_session(site: Site, page: Page, context: BrowserContext) -> None:
    inner = site.page("/inner", "", "data-session=tab")

    page.goto(site.page("/outer", f'<iframe sandbox="allow-scripts" src="{inner}"></iframe>', "data-bucket=none"))

    records = site.wait_for(page, lambda found: any(record["page"] == inner for record in found))
    assert {record["sessionId"] for record in records if record["page"] == inner} == {None}


def test_a_session_by_choice_is_the_tabs_with_its_first_touch(site: Site, page: Page, quiet: Seen) -> None:
    first = site.page("/", "", "data-session=tab") + "?utm_source=news&fromWebsite=PROMO1"
    page.goto(first)
    site.wait_for_number(1, page)

    page.goto(site.page("/two", "", "data-session=tab"))

    records = site.wait_for_number(2, page)
    journeys = {(record["sessionId"], record["utm"]["source"], record["fromWebsite"]) for record in records}
    assert len(journeys) == 1 and journeys.pop()[1:] == ("news", "PROMO1")
    assert page.evaluate("Object.keys(sessionStorage)") == ["sluice"]


def test_two_campaigns_of_a_tab_are_not_mixed(site: Site, page: Page, quiet: Seen) -> None:
    tab = "data-session=tab"
    page.goto(site.page("/", "", tab) + "?utm_source=news&utm_medium=mail&utm_campaign=spring")
    site.wait_for_number(1, page)
    page.goto(site.page("/two", "", tab) + "?x=1&UTM_Source=ads")
    site.wait_for_number(2, page)

    page.goto(site.page("/three", "", tab) + "?x=1")

    records = site.wait_for_number(3, page)
    said = {record["page"]: [record["utm"][leaf] for leaf in ("source", "medium", "campaign")] for record in records}
    first = ["news", "mail", "spring"]
    assert said == {site.address("/"): first, site.address("/two"): ["ads", None, None], site.address("/three"): first}


@pytest.mark.parametrize("sign", ["&", "&amp;", "&#038;"])
def test_a_campaign_in_capitals_and_with_the_signs_of_html_is_on_every_event(
    sign: str, site: Site, page: Page, quiet: Seen
) -> None:
    page.goto(site.page("/app") + f"?UTM_Source=news{sign}utm_medium=mail#part")
    page.evaluate("history.pushState({}, '', '/app/cart')")

    records = site.wait_for_number(2, page)
    assert {record["utm"]["source"] for record in records} == {"news"}
    assert records[0]["page"] == site.address("/app") and records[0]["utm"]["medium"] == "mail"


@pytest.mark.parametrize("days", [-3, 3])
def test_a_clock_three_days_off_is_corrected_by_the_first_answer(
    days: int, site: Site, page: Page, quiet: Seen
) -> None:
    page.clock.install(time=datetime.now(UTC) + timedelta(days=days))
    page.goto(site.page("/"))

    def is_corrected(records: list[dict[str, Any]]) -> bool:
        page.evaluate("sluice('later')")
        return any(is_now(record) for record in records if record["eventType"] == "later")

    assert any(is_now(record) for record in site.wait_for(page, is_corrected))


def is_now(record: dict[str, Any]) -> bool:
    """Whether its timestamp is when it arrived, give or take the minute that a clock may be off."""
    off = datetime.fromisoformat(record["timestamp"]) - datetime.fromisoformat(record["serverTimestamp"])
    return abs(off) < timedelta(seconds=90)


def test_a_page_of_the_apis_own_origin_is_tracked_too(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", "", host="shop"))

    assert types(site.wait_for_number(1, page)) == {"page_view": 1}


@pytest.mark.parametrize(
    ("header", "signal"),
    [("Sec-GPC", "globalPrivacyControl"), ("DNT", "doNotTrack")],
)
def test_who_asks_for_privacy_is_a_bare_page_view(header: str, signal: str, site: Site, chromium: Browser) -> None:
    context = chromium.new_context(user_agent=FIREFOX, extra_http_headers={header: "1"})
    context.add_init_script(f"Object.defineProperty(Navigator.prototype, '{signal}', {{get: () => '1'}})")
    page = context.new_page()

    # Same origin: elsewhere a header that Playwright adds, unlike a browser's own, would need a preflight.
    page.goto(site.page("/", SHOP, "data-session=tab", "data-variant=B", host="shop"))
    page.click("b")
    page.evaluate("sluice('own', {plan: 'pro'}); history.pushState({}, '', '/two')")

    records = site.wait_for_number(2, page)
    assert page.evaluate("sessionStorage.length") == 0
    context.close()
    assert types(records) == {"page_view": 2}
    assert {record[name] for record in records for name in ("sessionId", "visitorId", "ip", "userId", "metadata")} == {
        None
    }


def test_who_asks_for_privacy_sends_nothing_where_the_page_says_so(site: Site, context: BrowserContext) -> None:
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})")
    page, seen = context.new_page(), watch(context)

    page.goto(site.page("/", SHOP, "data-gpc=off"))
    page.click("b")
    page.evaluate(LAST)

    assert seen.posts == ["/last"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize(("attribute", "sent"), [("data-x", ["/last"]), ("data-local", ["/track", "/last"])])
def test_a_page_on_this_machine_counts_only_by_choice(
    attribute: str, sent: list[str], host: str, site: Site, page: Page, context: BrowserContext
) -> None:
    seen = watch(context)
    site.page("/", "", attribute)

    page.goto(f"http://{host}:{site.port}/")
    page.evaluate(LAST)

    assert seen.posts == sent


def test_nothing_is_thrown_into_the_page(site: Site, page: Page, context: BrowserContext) -> None:
    seen = watch(context)
    page.goto(site.page("/"))

    page.evaluate(
        "const ring = {}; ring.ring = ring; sluice('ring', ring); sluice(); document.dispatchEvent(new Event('click'))"
    )

    assert seen.errors == []
    assert types(site.wait_for_number(1, page)) == {"page_view": 1}


def test_a_page_that_hides_clicks_from_others_hides_none_from_us(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", '<b data-track="x" onclick="event.stopPropagation()">x</b>'))

    page.click("b")

    assert len(of_type(site, page, "cta_click")) == 1


def test_web_vitals_are_sent_once_when_the_page_is_left(site: Site, page: Page, quiet: Seen) -> None:
    page.goto(site.page("/", "<h1>Hello</h1>", "data-vitals"))
    page.wait_for_load_state("networkidle")

    page.close(run_before_unload=True)

    record = only(site.wait_for_number(2), "web_vitals")
    assert '"ttfb":' in record["metadata"] and '"fcp":' in record["metadata"]


def test_a_browser_without_keepalive_leaves_by_beacon(site: Site, context: BrowserContext, quiet: Seen) -> None:
    context.add_init_script("delete Request.prototype.keepalive")
    page = context.new_page()
    page.goto(site.page("/", "<script>addEventListener('pagehide', () => sluice('bye'))</script>"))
    site.wait_for_number(1, page)

    page.close(run_before_unload=True)

    assert types(site.wait_for_number(2)) == {"page_view": 1, "bye": 1}
