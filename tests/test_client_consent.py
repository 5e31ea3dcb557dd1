"""What the browser client sends, keeps and has stored by what its visitor agrees to, in a real Chromium before a real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import sleep
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response

from tests.browser import FIREFOX, let_go, watch
from tests.docs.page import blocks
from tests.paths import ROOT
from tests.sites import Site

pytestmark = pytest.mark.usefixtures("hurried")

SHOP = '<button data-track="buy">Buy</button>'
# What only one person has, in a record and in a request.
THEIRS = ("sessionId", "userId", "visitorId", "ip", "metadata")
TAGS = ("data-session=tab", "data-variant=B", "data-off=exit_intent,time_on_page")
GPC, DNT = ("Sec-GPC", "globalPrivacyControl"), ("DNT", "doNotTrack")
SIGNALS: dict[str | None, list[tuple[str, str]]] = {None: [], "gpc": [GPC], "dnt": [DNT], "both": [GPC, DNT]}
# Ends when all that the page had begun to send before it is on its way.
LAST = "new Promise((done) => setTimeout(() => fetch('/last', {method: 'POST', body: '{}'}).then(done), 100))"
_TAG, STUB = blocks((ROOT / "docs" / "browser.md").read_text(), "html")
STORED = "[localStorage.length, Object.keys(sessionStorage).join(), document.cookie]"


@contextmanager
def signalling(chromium: Browser, signal: str | None) -> Iterator[Page]:
    """A page of a browser that sends this signal, in its headers and to scripts."""
    said = SIGNALS[signal]
    context = chromium.new_context(user_agent=FIREFOX, extra_http_headers=dict.fromkeys((one for one, _ in said), "1"))
    for _, name in said:
        context.add_init_script(f"Object.defineProperty(Navigator.prototype, '{name}', {{get: () => '1'}})")
    yield context.new_page()
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def opened(site: Site, page: Page, *attributes: str, body: str = "") -> Page:
    # Same origin: elsewhere a header that Playwright adds, unlike a browser's own, would need a preflight.
    site.open_whole(page, site.page("/", SHOP + body, *TAGS, *attributes, host="shop"))
    return page


def sent(site: Site) -> list[dict[str, Any]]:
    """The events that have left the browser."""
    bodies = [body for path, _, body in site.posts if path.startswith("/track")]
    return [event for body in bodies for event in body.get("events", [body])]


def levels(records: list[dict[str, Any]]) -> list[tuple[str, str | None]]:
    return [(record["eventType"], record["consent"]["level"]) for record in records]


def theirs(record: dict[str, Any]) -> list[Any]:
    return [record.get(name) for name in THEIRS if record.get(name) is not None]


@contextmanager
def answers(page: Page) -> Iterator[list[dict[str, Any]]]:
    """The receipts that the page gets meanwhile."""
    found: list[Response] = []
    page.on("response", lambda one: found.append(one) if "/track" in one.url and one.request.method == "POST" else None)
    receipts: list[dict[str, Any]] = []
    yield receipts
    receipts.extend(one.json() for one in found)


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("word", [None, "full", "aggregate", "none"])
def test_the_record_and_the_receipt_are_what_word_and_signal_let_be(
    word: str | None, signal: str | None, site: Site, chromium: Browser
) -> None:
    level, decided = (word, word and "consent") if signal is None else ("aggregate", signal.replace("both", "gpc"))
    tags = (*TAGS, *([f"data-consent={word}"] if word else []))
    with signalling(chromium, signal) as page, answers(page) as receipts:
        open_ = page.goto if word == "none" else partial(site.open_whole, page)
        open_(site.page("/", SHOP, *tags, host="shop"))
        page.click("button")
        page.evaluate("sluice('own', {plan: 'pro'}); history.pushState({}, '', '/two')")
        let_go(page)
        if word == "none":
            page.evaluate(LAST)
        else:
            number = 2 if signal else 4
            site.wait_for(page, lambda found: len(found) == number and len(site.answers) == len(site.posts))
        kept = page.evaluate(STORED)

    records = site.records()
    if word == "none":
        assert (sent(site), records, receipts, kept) == ([], [], [], [0, "", ""])
        return
    views = [("page_view", level)] * 2
    between = [] if signal else [("cta_click", level), ("own", level)]
    assert levels(records) == [views[0], *between, views[1]]
    assert {record["consent"]["signal"] for record in records} == {decided}
    if level == "aggregate":
        assert [theirs(one) for one in (*records, *sent(site))] == [[]] * 2 * len(records)
        assert (kept, receipts[0]["consent"]) == ([0, "", ""], "aggregate")
        assert sum(one.get("aggregate", 1) for one in receipts) == len(records)
    else:
        assert all(record["sessionId"] and record["visitorId"] and record["metadata"] for record in records)
        assert kept == [0, "sluice", ""] and not any("consent" in one or "aggregate" in one for one in receipts)


@pytest.mark.parametrize("word", ["", "None"])
def test_a_word_that_is_none_of_ours_sends_nothing(word: str, site: Site, page: Page) -> None:
    page.goto(site.page("/", SHOP, *TAGS, f'data-consent="{word}"'))
    page.evaluate(f"sluice('own'); {LAST}")

    assert (sent(site), page.evaluate(STORED)) == ([], [0, "", ""])


@pytest.mark.parametrize("word", ["'none'", "undefined", "null", "true"])
def test_what_waits_is_dropped_by_none_and_by_a_word_that_is_none_of_ours(word: str, site: Site, page: Page) -> None:
    opened(site, page).evaluate("sluice('waits')")
    site.wait_for_number(1, page)
    page.evaluate(f"sluice.consent({word}); sluice('later'); history.pushState({{}}, '', '/two')")
    assert page.evaluate(STORED) == [0, "", ""]

    page.close(run_before_unload=True)
    sleep(0.2)
    assert levels(site.records()) == [("page_view", None)]
    assert len(sent(site)) == 1


@pytest.mark.parametrize("first", [[], ["data-consent=full"]])
def test_what_waits_is_sent_as_aggregate_after_a_lesser_word(first: list[str], site: Site, page: Page) -> None:
    opened(site, page, *first).evaluate("sluice('waits', {text: ',\"consent\":\"full\"'})")
    page.evaluate("sluice.consent('aggregate'); sluice('later', {plan: 'pro'})")
    kept = page.evaluate(STORED)
    page.close(run_before_unload=True)

    view, *others = site.wait_for_number(3)
    assert view["sessionId"] and kept == [0, "", ""]
    assert levels(others) == [("waits", "aggregate"), ("later", "aggregate")]
    assert [theirs(one) for one in (*others, *sent(site)[1:])] == [[]] * 4


def test_what_happened_before_a_greater_word_stays_as_it_was(site: Site, page: Page) -> None:
    opened(site, page, "data-consent=aggregate").evaluate("sluice('waits', {plan: 'pro'})")
    page.evaluate("sluice.consent('full'); sluice('later', {plan: 'pro'})")
    page.close(run_before_unload=True)

    records = site.wait_for_number(3)
    assert levels(records) == [("page_view", "aggregate"), ("waits", "aggregate"), ("later", "full")]
    assert [bool(theirs(record)) for record in records] == [False, False, True]
    assert records[2]["sessionId"] and [theirs(one) for one in sent(site)[:2]] == [[], []]


def test_a_drop_cannot_be_taken_back(site: Site, page: Page) -> None:
    opened(site, page, "data-consent=full").evaluate("sluice('waits')")
    page.evaluate("sluice.consent('none'); sluice('meanwhile'); sluice.consent('full'); sluice('later')")
    let_go(page)

    records = site.wait_for_number(2, page)
    assert levels(records) == [("page_view", "full"), ("later", "full")]


def test_what_failed_is_sent_again_only_as_far_as_is_agreed_to_by_then(site: Site, page: Page) -> None:
    site.refusals = [503]
    opened(site, page, "data-consent=full")
    page.evaluate("sluice.consent('aggregate')")

    (record,) = site.wait_for_number(1, page)
    assert (record["consent"]["level"], theirs(record)) == ("aggregate", [])


def test_what_is_in_flight_and_fails_is_not_sent_again_after_none(site: Site, page: Page) -> None:
    site.refusals = [503]
    held: list[Any] = []
    page.route("**/track", lambda route: held.append(route))
    opened(site, page)
    page.evaluate("sluice.consent('none')")
    held.pop().continue_()
    site.wait_for(page, lambda _: not site.refusals)
    page.wait_for_timeout(2100)  # the first try again is at most two seconds later

    assert (len(site.posts), held, site.records()) == (1, [], [])


def test_a_page_that_begins_with_none_counts_from_the_word_on(site: Site, page: Page) -> None:
    page.goto(site.page("/", SHOP, *TAGS, "data-consent=none") + "?utm_source=news")
    page.evaluate("sluice('early'); history.pushState({}, '', '/two')")
    page.click("button")
    asked = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name.split('/').pop()).join()")
    with page.expect_response("**/actions.js*"):
        page.evaluate("sluice.consent('full')")
    page.evaluate("sluice.consent('full')")
    page.click("button")
    let_go(page)

    records = site.wait_for_number(2, page)
    assert asked == "tracker.js"
    assert levels(records) == [("page_view", "full"), ("cta_click", "full")]
    assert (records[0]["page"], records[0]["utm"]["source"]) == (site.address("/two"), "news")
    assert records[0]["sessionId"] == records[1]["sessionId"] == json.loads(page.evaluate("sessionStorage.sluice"))[0]


def test_another_page_of_the_tab_knows_nothing_of_the_word(site: Site, page: Page) -> None:
    opened(site, page, "data-consent=aggregate")
    page.goto(site.page("/two", "", *TAGS))

    assert levels(site.wait_for_number(2, page)) == [("page_view", "aggregate"), ("page_view", None)]


@pytest.mark.parametrize("word", ["full", "aggregate", "none"])
def test_a_word_before_the_script_is_there_counts_from_the_first_view(word: str, site: Site, page: Page) -> None:
    page.goto(site.page("/", f"{STUB}<script>sluice('own', {{a: 1}}); sluice.consent('{word}')</script>", *TAGS))
    page.evaluate(LAST)
    let_go(page)

    expected = [] if word == "none" else [("own", word), ("page_view", word)]
    assert sorted(levels(site.wait_for_number(len(expected), page))) == expected
    assert len(sent(site)) == len(expected)


def test_who_left_themselves_out_is_left_out_whatever_the_word(site: Site, page: Page) -> None:
    page.goto(site.page("/", SHOP, *TAGS, "data-consent=none") + "?sluice=off")
    page.evaluate(f"sluice.consent('full'); sluice('own'); {LAST}")

    assert (sent(site), page.evaluate("[localStorage.sluice, sessionStorage.length]")) == ([], ["off", 0])


def close(page: Page) -> None:
    page.close(run_before_unload=True)


def hide(page: Page) -> None:
    page.evaluate(
        "Object.defineProperty(document, 'hidden', {value: true}); document.dispatchEvent(new Event('visibilitychange'))"
    )


def leave(page: Page) -> None:
    page.goto("about:blank")


@pytest.mark.parametrize("end", [close, hide, leave])
@pytest.mark.parametrize("keepalive", [True, False])
def test_the_end_of_a_page_keeps_to_the_word(
    end: Callable[[Page], None], keepalive: bool, site: Site, page: Page
) -> None:
    page.add_init_script("" if keepalive else "delete Request.prototype.keepalive")
    opened(site, page, "data-consent=full").evaluate("sluice('one', {a: 1}); sluice('two', {a: 1})")
    site.wait_for_number(1, page)
    page.evaluate("sluice.consent('aggregate')")
    end(page)

    records = site.wait_for_number(3)
    assert levels(records) == [("page_view", "full"), ("one", "aggregate"), ("two", "aggregate")]
    assert [theirs(record) for record in records[1:]] == [[], []]


@pytest.mark.parametrize("signal", [None, "gpc"])
@pytest.mark.parametrize("word", ["full", "aggregate", "none"])
def test_an_image_without_scripts_keeps_to_the_word(
    word: str, signal: str | None, site: Site, chromium: Browser
) -> None:
    image = f"/pixel.gif?bucket={site.bucket}&amp;eventType=page_view&amp;sessionId=s-7f3a9c&amp;consent={word}"
    said = {"Sec-GPC": "1"} if signal else {}
    context = chromium.new_context(user_agent=FIREFOX, java_script_enabled=False, extra_http_headers=said)
    page = context.new_page()
    with page.expect_response("**/pixel.gif*") as answered:
        page.goto(site.page("/", f'<noscript><img src="{image}" alt=""></noscript>', host="shop"))
    status, records = answered.value.status, site.records()
    context.close()

    assert status == 204
    if word == "none":
        assert records == []
        return
    (record,) = records
    level = "aggregate" if signal else word
    assert record["consent"] == {"level": level, "signal": signal or "consent"}
    assert bool(theirs(record)) is (level == "full")


def test_consent_makes_no_noise(site: Site, page: Page) -> None:
    seen = watch(page)
    page.goto(site.page("/", SHOP, *TAGS, "data-consent=none"))
    page.evaluate("for (const word of ['aggregate', 'full', 'none', Symbol()]) sluice.consent(word)")
    page.wait_for_load_state("networkidle")

    assert (seen.errors, seen.warnings) == ([], [])
