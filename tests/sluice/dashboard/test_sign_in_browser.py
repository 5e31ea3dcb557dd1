"""Sign-in as people meet it: a real server, a real Chromium; and what foreign pages try with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sluice.analysis import viewers
from sluice.dashboard.door import forms, settings
from tests import browser, providers
from tests.dashboards import BUCKET, OTHER, home, store
from tests.doors import PASSWORD
from tests.lake_events import ANN, EVENTS, PAGE, event
from tests.screens import DAYS, SECOND, Dashboard, running, settled, shot
from tests.sites import Site

__all__ = ["home"]  # a fixture
# What would open every door of Streamlit, and take another path, if it counted.
STRAY = """
[server]
enableCORS = false
enableXsrfProtection = false
baseUrlPath = "elsewhere"
maxUploadSize = 1000
allowedHosts = ["nowhere.example"]
sslCertFile = "nowhere.pem"
[server.trustedUserHeaders]
"X-Anybody" = "name"
[client]
showErrorDetails = "full"
"""


@pytest.fixture
def listed(home: Path) -> Path:
    """A project with two tenants, and a file of users in which ann sees one."""
    store(home, EVENTS)
    store(home, [event(1, "09 10:00:00", PAGE, "/secret", ANN)], OTHER)
    path = home / "users.toml"
    path.write_text(viewers.line("ann", PASSWORD, (BUCKET,)))
    return path


@pytest.fixture
def ours(listed: Path) -> Iterator[str]:
    """The address of its dashboard."""
    with running(listed.parent, SLUICE_DASHBOARD_USERS=str(listed)) as address:
        yield address


@pytest.fixture
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser of the test's own, with nobody signed in."""
    context = chromium.new_context()
    yield context
    context.close()


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(password)
    page.get_by_label("Password").press("Enter")


def test_sign_in_reload_new_tab_removal_and_sign_out(ours: str, listed: Path, profile: BrowserContext) -> None:
    seen = browser.watch(profile)
    page = profile.new_page()
    page.goto(f"{ours}/live?bucket={BUCKET}")
    shot(page, "sign-in")
    sign_in(page, "wrong password")
    expect(page.get_by_role("alert")).to_have_text(forms.WRONG)
    assert not any(error for error in seen.errors if "401" not in error)
    sign_in(page)
    expect(page).to_have_url(re.compile(f"/live[?]bucket={BUCKET}"))
    settled(page).reload()
    settled(page)
    tab = profile.new_page()
    tab.goto(f"{ours}/?{DAYS}")
    settled(tab)
    assert not [error for error in seen.errors if "Content Security" in error]
    see_a_removed_user_lose_the_live_page(page, tab, listed)
    page.reload()
    settled(page).get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{ours}{forms.SIGN_IN}")
    tab.reload()
    expect(tab.get_by_label("Password")).to_be_visible()
    assert seen.hosts == {"127.0.0.1"}


def see_a_removed_user_lose_the_live_page(page: Page, tab: Page, listed: Path) -> None:
    """It asks every few seconds for what is new; without anybody's click the first of these is the last."""
    text = listed.read_text()
    with page.expect_event("console", lambda said: "code=1008" in said.text, timeout=60 * SECOND):
        listed.write_text(viewers.line("ben", PASSWORD, (BUCKET,)))
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()
    listed.write_text(text)
    tab.reload()
    settled(tab)


def test_who_signs_in_sees_their_bucket_alone_by_any_page(ours: str, profile: BrowserContext) -> None:
    page = profile.new_page()
    page.goto(f"{ours}/events?bucket={OTHER}&from=2026-11-08&to=2026-11-18")
    sign_in(page)
    expect(page.get_by_text("that you may see")).to_be_visible(timeout=20 * SECOND)
    assert "secret" not in page.content()


def test_by_a_provider_sign_in_reload_new_tab_and_sign_out(listed: Path, profile: BrowserContext) -> None:
    listed.write_text(f'[users."ann@example.com"]\nbuckets = ["{BUCKET}"]\n')
    with providers.run_server_in_thread() as server:
        client = {settings.CLIENT: "sluice", settings.CLIENT_SECRET: "secret"}
        given = {settings.USERS: str(listed), settings.ISSUER: f"http://localhost:{server.server_port}", **client}
        with running(listed.parent, **given) as address:
            page = profile.new_page()
            page.goto(f"{address}/?{DAYS}")
            page.get_by_role("link", name="Sign in by localhost").click()
            page.locator("input[name=sub]").fill("ann@example.com")
            page.locator("input[name=sub]").press("Enter")
            settled(page).reload()
            settled(page)
            expect(page).to_have_url(re.compile(f"^{address}/[?]bucket={BUCKET}"))
            tab = profile.new_page()
            tab.goto(f"{address}/live?bucket={BUCKET}")
            settled(tab).get_by_role("button", name="Sign out").click()
            expect(tab.get_by_role("link", name="Sign in by localhost")).to_be_visible()
            page.reload()
            expect(page.get_by_role("link", name="Sign in by localhost")).to_be_visible()


def port(shown: Dashboard) -> str:
    return shown.address.rpartition(":")[2]


def test_a_name_that_leads_here_by_rebinding_reads_nothing(shown: Dashboard, profile: BrowserContext) -> None:
    page = profile.new_page()
    answer = page.goto(f"http://evil.example:{port(shown)}/")
    assert answer is not None
    assert answer.status == 403
    opened = page.evaluate(SOCKET, f"ws://evil.example:{port(shown)}/_stcore/stream")
    assert opened == "refused"


SOCKET = """address => new Promise(done => {
    const socket = new WebSocket(address, ["streamlit"]);
    socket.onopen = () => done("opened");
    socket.onerror = () => done("refused");
})"""


def test_a_foreign_page_opens_no_websocket_and_no_frame(shown: Dashboard, profile: BrowserContext, site: Site) -> None:
    page = profile.new_page()
    page.goto(site.page("/evil", f'<iframe src="{shown.address}/"></iframe>'))
    assert page.evaluate(SOCKET, f"{shown.address.replace('http', 'ws')}/_stcore/stream") == "refused"
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert frame.url.startswith("chrome-error:")


def test_a_page_of_the_dashboards_own_opens_its_websocket(shown: Dashboard, profile: BrowserContext) -> None:
    page = profile.new_page()
    page.goto(f"{shown.address}/health")
    assert page.evaluate(SOCKET, f"{shown.address.replace('http', 'ws')}/_stcore/stream") == "opened"


def test_a_stray_configuration_file_opens_nothing(home: Path, profile: BrowserContext, site: Site) -> None:
    store(home, EVENTS)
    (home / ".streamlit").mkdir()
    (home / ".streamlit" / "config.toml").write_text(STRAY)
    (home / ".streamlit" / "secrets.toml").write_text('[auth]\ncookie_secret = "x"\n')
    with running(home, STORE=f"dir:{home}/data") as address:
        page = profile.new_page()
        page.goto(f"{address}/?{DAYS}")
        settled(page)
        page.goto(site.page("/evil"))
        assert page.evaluate(SOCKET, f"{address.replace('http', 'ws')}/_stcore/stream") == "refused"
