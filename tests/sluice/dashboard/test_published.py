"""An entry with `publish = "only"`: the dashboard shows everyone its published numbers, and nobody anything else of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sluice.analysis import cache as desk
from sluice.analysis.engines import ENGINES
from sluice.analysis.facade import Data, NotAllowed
from sluice.analysis.scope import Scope
from sluice.analysis.viewers import EVERYBODY, User
from sluice.dashboard.pages import overview
from sluice.dashboard.server import app, warm
from sluice.dashboard.view import segments
from sluice.questions.dialect import QueryError
from tests import browser
from tests.dashboards import BUCKET, FIRST, LAST, OTHER, STAGE, home, markdown, opened, rows, store
from tests.lake_events import ANN, EVENTS, PAGE, event
from tests.screens import SECOND, SHOTS, go, running, settled, shot
from tests.sluice.dashboard.door.test_public import ONLY, publish

__all__ = ["home"]  # a fixture
THERE, ELSEWHERE = Scope(BUCKET, FIRST, LAST), Scope(OTHER, FIRST, LAST)
# The other pages, all but the one that is offered where an entry keeps what is refused.
PAGES = [name for names in app.SECTIONS.values() for name in names if name not in ("overview", app.REJECTED)]
# A value for each parameter that a question to `Data` has.
GIVEN: dict[str, Any] = {
    "bucket": BUCKET,
    "scope": THERE,
    "name": "top-pages",
    "text": "SELECT page FROM events",
    "now": datetime.now(UTC),
    "after": "2026-11-01T00:00:00.000Z",
    "limit": 10,
}
# What asks of no single tenant.
OF_ALL = {"buckets", "published", "tenants", "keeps_any_rejected"}


@pytest.fixture
def shop(home: Path) -> Path:
    """A tenant with events of which only a published week is shown, and another tenant."""
    store(home, EVENTS)
    store(home, [event(1, "09 10:00:00", PAGE, "/secret", ANN)], OTHER)
    publish(home)
    (home / "sluice.toml").write_text(STAGE + ONLY)
    return home


def asks() -> dict[str, Callable[..., Any]]:
    """What can be asked of a tenant: every public method of Data."""
    found = inspect.getmembers(Data, inspect.isfunction)
    return {name: method for name, method in found if not name.startswith("_") and name not in {*OF_ALL, "page"}}


@pytest.mark.parametrize("name", asks())
@pytest.mark.parametrize("user", [EVERYBODY, User("ann", (BUCKET,))], ids=["operator", "ann"])
@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_can_be_asked_of_it_by_anyone(shop: Path, name: str, user: User, engine: str) -> None:
    data, method = Data(user, engine=engine), asks()[name]
    wanted = [one for one in inspect.signature(method).parameters.values() if one.name != "self"]
    needed = {
        one.name: GIVEN[one.name]
        for one in wanted
        if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    }
    with pytest.raises(NotAllowed, match="only published numbers"):
        method(data, **needed)


def test_the_same_can_be_asked_of_a_tenant_that_publishes_nothing(shop: Path) -> None:
    (shop / "sluice.toml").write_text(STAGE)
    assert Data(EVERYBODY).buckets() == [OTHER, BUCKET]
    assert len(Data(EVERYBODY).ask(THERE, "top-pages")) > 0


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT page FROM shop_analytics_events",
        "SELECT page FROM tenants JOIN shop_analytics_events AS s ON true",
        f"SELECT * FROM read_json('data/{BUCKET}/**/*.json')",
    ],
)
def test_sql_that_is_asked_elsewhere_does_not_reach_it(shop: Path, sql: str) -> None:
    with pytest.raises(QueryError):
        Data(EVERYBODY).sql(ELSEWHERE, sql)


def test_tenants_side_by_side_leave_it_out(shop: Path) -> None:
    frame, faults = Data(EVERYBODY).tenants(ELSEWHERE)
    assert (frame["tenant"].tolist(), faults) == ([OTHER], {})
    assert rows(Data(EVERYBODY).sql(ELSEWHERE, "SELECT DISTINCT tenant FROM tenants")) == [(OTHER,)]


def test_segments_of_it_are_neither_read_nor_kept(shop: Path) -> None:
    for way in (lambda data: segments.load(data, BUCKET), lambda data: segments.save(data, BUCKET, "x", ())):
        with pytest.raises(NotAllowed):
            way(Data(EVERYBODY))


def test_what_was_asked_before_is_not_answered_again(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "sluice.toml").write_text(STAGE)
    assert len(Data(EVERYBODY).sql(THERE, "SELECT page FROM events")) > 0
    (shop / "sluice.toml").write_text(STAGE + ONLY)
    monkeypatch.setattr(desk.desk(), "tenants", desk.Fresh())
    with pytest.raises(NotAllowed):
        Data(EVERYBODY).sql(THERE, "SELECT page FROM events")


def test_its_page_is_for_those_who_may_see_the_bucket_and_of_no_other_bucket(shop: Path) -> None:
    assert "2026-03-02 to 2026-03-08" in Data(User("ann", (BUCKET,))).page(BUCKET)
    for user, bucket in ((User("ben", (OTHER,)), BUCKET), (EVERYBODY, OTHER), (EVERYBODY, "nowhere-analytics")):
        with pytest.raises(NotAllowed, match="that you may see"):
            Data(user).page(bucket)


def test_before_anybody_looks_it_is_not_asked(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(overview, "ask", lambda data, scope: asked.append(scope.bucket))
    warm._ask("local")
    assert asked == [OTHER]


@pytest.mark.parametrize("query", [{"bucket": BUCKET}, {"bucket": BUCKET, "since": "2026-11-09", "page": "/secret"}])
def test_a_link_to_it_shows_the_notice_and_none_of_its_figures(shop: Path, query: dict[str, str]) -> None:
    page = opened(**query)
    assert not page.exception and not page.error
    assert any("only published numbers" in one for one in markdown(page))
    assert not (page.metric or page.dataframe or page.date_input or page.button)


def test_another_tenant_is_shown_as_before_and_can_be_left_for_it(shop: Path) -> None:
    page = opened(bucket=OTHER, since="2026-11-08", to="2026-11-18")
    assert page.metric and page.date_input
    page.selectbox(key="w_bucket").select(BUCKET).run()
    assert not (page.metric or page.dataframe or page.exception)
    page.selectbox(key="w_bucket").select(OTHER).run()
    assert page.metric and not page.exception


def test_where_it_is_the_one_tenant_the_dashboard_opens_with_it(home: Path) -> None:
    store(home, EVENTS)
    publish(home)
    (home / "sluice.toml").write_text(STAGE + ONLY)
    page = opened()
    assert page.selectbox(key="w_bucket").options == [BUCKET]
    assert any("only published numbers" in one for one in markdown(page)) and not page.exception


@pytest.fixture
def address(shop: Path) -> Iterator[str]:
    """The address of its dashboard, without users: anyone at this machine is the operator."""
    with running(shop, STORE=f"dir:{shop}/data") as found:
        yield found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_shows_the_published_week_alone(address: str, chromium: Browser, scheme: Any) -> None:
    context = chromium.new_context(color_scheme=scheme)
    seen = browser.watch(context)
    page = context.new_page()
    page.goto(f"{address}/?bucket={BUCKET}&from=2026-11-08&to=2026-11-18")
    has_the_week_alone(settled(page))
    for name in PAGES if scheme == "light" else []:
        go(page, name)
        has_the_week_alone(page)
    shot(page, f"only-{scheme}")
    page.goto(f"{address}/public/{BUCKET}")
    expect(page.get_by_role("heading", name="Top pages")).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/public-{scheme}.png")
    # Chromium warns of Streamlit's own frame; the page in it has no script.
    assert {one for one in seen.errors if "sandbox attribute" not in one} == set()
    assert seen.hosts == {"127.0.0.1"}
    context.close()


def has_the_week_alone(page: Page) -> None:
    heading = page.frame_locator("iframe").get_by_role("heading", name=f"{BUCKET}, 2026-03-02 to 2026-03-08")
    expect(heading).to_be_visible(timeout=30 * SECOND)
    for mark in ("stMetric", "stDataFrame", "stDownloadButton", "stTextArea", "stDateInput", "stPopover"):
        expect(page.get_by_test_id(mark)).to_have_count(0)
