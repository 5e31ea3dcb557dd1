"""One figure that fails says so in its place, and takes no other figure of its page with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from chalicelib.records import iso
from sluice.analysis import filters
from sluice.analysis.facade import Data
from sluice.dashboard.view import widgets, worldmap
from sluice.questions.library import Library
from tests import dashboards
from tests.dashboards import BUCKET, everything, home, looked_at, shop, store
from tests.lake_events import ANN, PAGE, event
from tests.sluice.dashboard import test_dashboard_pages

__all__ = ["home", "looked_at", "shop"]  # fixtures
BROKEN = "SELECT CAST(concat('broken', CAST(0 * count(*) AS varchar)) AS bigint) AS number FROM hits"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
Break = Callable[[str], None]
TOTALS = {"Visitors", "Visits", "Page views", "Bounce rate", "Visible time"}
# Each page with its questions, and what of it each of them answers: names of tiles, and first columns of tables.
PAGES = {
    "overview": {
        "totals": TOTALS,
        "goals": {"Goals reached", "goal"},
        "revenue-by-day": {"Revenue EUR", "Revenue USD"},
        "visitors-and-visits": {"day", "chart"},
        "top-pages": {"page"},
        "sources": {"source"},
        "countries": {"country", "chart"},
        "devices": {"device_type"},
    },
    "funnels": {
        "events-by-type": set(),
        "top-pages": set(),
        "funnel": {"Took the first step", "Took them all", "Most are lost before", "step", "chart"},
    },
    "retention": {"retention": {"People", "Came back a week later", "Events without a person", "First seen"}},
    "experiments": {"experiments": {"Variant", "chart"}},
    "journeys": {"journeys": {"step"}, "latest-visits": {"Events", "Page views", "Length", "Channel", "began", "step"}},
    "events": {"events-by-type": set(), "stored-events": {"happened"}},
    "quality": {"data-quality": {"Events", "Late", "Bot", "Unknown country", "finding"}},
}
CASES = [(page, question) for page, questions in PAGES.items() for question in questions]


@pytest.fixture
def broken(shop: Path) -> Iterator[Break]:
    """Put SQL that the engine cannot run in a question's place, until the test's end."""

    def put(name: str) -> None:
        path = shop / "sql" / "queries" / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        head = [line for line in Library().get(name).sql.splitlines() if line.startswith("--")]
        path.write_text("\n".join([*head, BROKEN]))
        filters.question.cache_clear()
        filters.library.cache_clear()

    filters.question.cache_clear()
    filters.library.cache_clear()
    yield put
    filters.question.cache_clear()
    filters.library.cache_clear()


def opened(page: str) -> AppTest:
    return dashboards.opened(bucket=BUCKET, since="2026-11-08", to="2026-11-18") if page == "overview" else of(page)


def of(page: str) -> AppTest:
    return test_dashboard_pages.opened(page)


def drawn(page: AppTest) -> list[str]:
    """What the page shows: its tiles with what they say, its tables with their first columns, its charts."""
    assert not page.exception
    tiles = [f"{one.label}: {one.value} {one.delta}" for one in page.metric]
    charts = ["chart"] * len(page.get("arrow_vega_lite_chart"))
    return sorted([*tiles, *(str(one.value.columns[0]) for one in page.dataframe), *charts])


@cache
def whole(page: str) -> list[str]:
    """What the page shows where every question is answered."""
    return drawn(opened(page))


@pytest.mark.parametrize(("page", "question"), CASES)
def test_a_question_that_fails_takes_no_other_figure_with_it(broken: Break, page: str, question: str) -> None:
    lost = PAGES[page][question]
    kept = [figure for figure in whole(page) if figure.split(":")[0] not in lost]
    broken(question)
    failed = opened(page)
    assert [figure for figure in drawn(failed) if figure.split(":")[0] not in lost] == kept
    assert not [figure for figure in drawn(failed) if figure.split(":")[0] in lost - {"chart"}]
    said = {one.value for one in failed.error}
    assert len(said) == 1, said
    assert "broken" in said.pop()


def test_a_question_of_all_that_fails_is_said_in_each_tenants_row(broken: Break) -> None:
    broken("tenants")
    (frame,) = (one.value for one in opened("tenants").dataframe)
    assert frame["fault"].notna().all() and len(frame)


def test_the_figures_stay_where_the_days_before_cannot_be_read(
    looked_at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"since": "2026-11-16", "to": "2026-11-17"}
    whole = [f"{one.label}: {one.value}" for one in dashboards.opened(bucket=BUCKET, **days).metric]
    with monkeypatch.context() as patch:
        for asks in ("glance", "daily_counts"):
            patch.setattr(Data, asks, lambda *_, **__: everything().sql(dashboards.scope(), BROKEN))
        page = dashboards.opened(bucket=BUCKET, **days)
    assert [f"{one.label}: {one.value}" for one in page.metric] == whole
    changes, marks = sorted({one.value for one in page.error})
    assert changes.startswith("The changes cannot be shown.")
    assert marks.startswith("The days out of the ordinary cannot be marked.")


def test_nothing_is_compared_with_days_in_which_the_tenant_began(looked_at: Path) -> None:
    """The first event is of the 9th: of the 10th to the 11th only the 9th would stand for the two days before."""
    page = dashboards.opened(bucket=BUCKET, since="2026-11-10", to="2026-11-11")
    assert {one.delta for one in page.metric} == {""}


def test_a_fault_of_the_dashboard_is_logged_and_stays_in_its_figure(
    shop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = whole("overview")
    monkeypatch.setattr(worldmap, "show", lambda _: {}["no such key"])
    page = opened("overview")
    kept = [figure for figure in before if figure not in {"chart", "country"}]
    assert [figure for figure in drawn(page) if figure not in {"chart", "country"}] == kept
    assert [one.value for one in page.error] == [widgets.FAULT]
    assert "no such key" in caplog.text


def bots(home: Path, number: int, moment: datetime) -> None:
    """Events of a crawler alone."""
    made = [event(one, "09 10:00:00", PAGE, f"/{one}", {**ANN, "userAgent": GOOGLEBOT}) for one in range(number)]
    stamp = {"timestamp": iso(moment), "serverTimestamp": iso(moment), "dt": moment.date().isoformat(), "isBot": True}
    store(home, [one | stamp for one in made])


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1 event from bots is hidden."), (2, "2 events from bots are hidden.")]
)
def test_events_of_bots_alone_are_named_and_shown_on_a_click(home: Path, number: int, said: str) -> None:
    bots(home, number, datetime(2026, 11, 9, 10, tzinfo=UTC))
    page = dashboards.opened(bucket=BUCKET)
    assert [one.value for one in page.info] == [said]
    page.button(key="show-bots").click().run()
    assert page.query_params["bots"] == "include"
    assert dashboards.metrics(page)["Page views"] == str(number)


def test_live_names_the_bots_that_it_hides(home: Path) -> None:
    now = datetime.now(UTC)
    bots(home, 3, now)
    page = test_dashboard_pages.opened("live")
    assert [one.value for one in page.info] == ["3 events from bots are hidden."]
    page.button(key="show-bots").click().run()
    assert page.session_state[widgets.SCOPE].bots == "include"


def test_nothing_is_said_of_bots_where_there_are_none(home: Path) -> None:
    store(home, [event(1, "09 10:00:00", PAGE, "/", ANN)])
    page = dashboards.opened(bucket=BUCKET, since="2026-11-01", to="2026-11-02")
    assert not [one.value for one in page.info if "bots" in one.value]


def test_page_views_without_a_visit_are_explained_under_the_tiles(home: Path) -> None:
    nobody = {"sessionId": None, "visitorId": None, "userId": None, "ip": None}
    store(home, [event(1, "09 10:00:00", PAGE, "/", ANN) | nobody])
    page = dashboards.opened(bucket=BUCKET)
    shown = dashboards.metrics(page)
    assert (shown["Visits"], shown["Page views"]) == ("0", "1")
    (said,) = [one.value for one in page.caption if "belong to no visit" in one.value]
    assert 'data-session="tab"' in said


def test_visits_are_not_explained_where_there_are_some(looked_at: Path) -> None:
    assert not [one.value for one in opened("overview").caption if "belong to no visit" in one.value]
