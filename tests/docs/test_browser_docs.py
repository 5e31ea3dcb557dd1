"""The page on the browser client is right: its code runs in a real Chromium, and its tables name what the client has."""

from __future__ import annotations

import json
import re

from playwright.sync_api import BrowserContext

from tests.browser import watch
from tests.docs.page import blocks, first_cells, section
from tests.paths import ROOT
from tests.sites import Site

PAGE = (ROOT / "docs" / "browser.md").read_text()
CLIENT = ROOT / "client"
TAG, EARLY = blocks(PAGE, "html")
HOST = "https://track.example.com"


def test_the_code_sends_its_events_under_the_pages_content_security_policy(site: Site, context: BrowserContext) -> None:
    (policy,) = blocks(PAGE, "")
    calls, _module = blocks(PAGE, "js")
    early = EARLY.partition(">")[2].partition("</script>")[0]
    # What the page says of the queue's line: it is inline, so it needs a nonce.
    allowed = policy.strip().replace(HOST, f"'nonce-n' {site.address('', 'track')}", 1)
    site.pages["/"] = (
        f'<!doctype html><meta http-equiv="Content-Security-Policy" content="{allowed}"><link rel="icon" href="data:,">'
        f'<script nonce="n">{early}</script><script nonce="n">{calls}</script>'
        + TAG.replace("shop-analytics", site.bucket)
    ).replace(HOST, site.address("", "track"))
    seen, page = watch(context), context.new_page()

    page.goto(site.address())

    records = {record["eventType"]: record["metadata"] for record in site.wait_for_number(3, page)}
    assert (seen.errors, set(records)) == ([], {"page_view", "signup", "purchase"})
    assert json.loads(records["purchase"]) == {"value": 49.9, "currency": "EUR"}


def test_the_page_lists_every_option_of_the_tag() -> None:
    options = re.search(r"interface Options \{(.*?)\n\}", (CLIENT / "tracker.d.ts").read_text(), re.DOTALL)

    assert options is not None
    named = re.findall(r"^  (\w+)\??:", options[1], re.MULTILINE)
    attributes = {"data-" + re.sub(r"([A-Z])", lambda found: f"-{found[1].lower()}", name) for name in named}
    assert set(first_cells(section(PAGE, "Options"))) >= attributes
    assert set(first_cells(section(PAGE, "Options"))) - attributes == {"data-vitals"}


def test_the_page_lists_every_event_of_the_client() -> None:
    source = "".join((CLIENT / name).read_text() for name in ("core.js", "actions.js", "vitals.js"))

    sent = set(re.findall(r'(?:auto|report|track|sender\(view\))\("(\w+)"', source))
    assert set(re.findall(r"^\| `(\w+)`", section(PAGE, "Events"), re.MULTILINE)) == sent


def test_the_module_imports_what_the_package_exports() -> None:
    _calls, module = blocks(PAGE, "js")
    exports = json.loads((CLIENT / "package.json").read_text())["exports"]

    for names, package in re.findall(r'import \{ (\w+) \} from "(.*)"', module):
        file = exports[package.replace("sluice-tracker", ".")]["default"]
        assert re.search(rf"export const {names}\b", (CLIENT / file).read_text())
    assert len(re.findall("import", module)) == 2
