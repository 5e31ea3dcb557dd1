"""The pages about access logs: what they show was worked out on paper, and without logs they say how to switch them on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sluice.dashboard.pages import access, unseen
from sluice.dashboard.view import panels
from tests import access_lines, cloudfront, script_lines
from tests.dashboards import BUCKET, CRUEL, home, metrics, rows, store, table
from tests.sluice.dashboard.test_dashboard_pages import opened as alone
from tests.sluice.dashboard.test_dashboard_pages import plain, texts

__all__ = ["home"]  # fixtures
PAGES = ("access", "unseen")
OTHER = "b-analytics"


def filtered() -> None:
    """The page of one country's bots."""
    from datetime import date

    from sluice.analysis.facade import Data
    from sluice.analysis.scope import Scope
    from sluice.analysis.viewers import EVERYBODY
    from sluice.dashboard.pages import unseen

    days = date(2026, 11, 8), date(2026, 11, 18)
    unseen.show(Data(EVERYBODY), Scope("shop-analytics", *days, bots="only", filters=(("country", "DE"),)))


@pytest.mark.parametrize("page", PAGES)
def test_without_access_logs_a_page_says_in_one_sentence_how_to_switch_them_on(home: Path, page: str) -> None:
    store(home, script_lines.EVENTS)
    shown = alone(page)
    assert [one.value for one in shown.info] == [panels.SWITCH_ON]
    assert "distributions = " in panels.SWITCH_ON
    assert not shown.dataframe
    assert not shown.error


@pytest.mark.parametrize("page", PAGES)
def test_a_tenant_without_any_event_has_its_logs_all_the_same(home: Path, page: str) -> None:
    access_lines.write(home / "data" / BUCKET, script_lines.REQUESTS)
    shown = alone(page)
    assert not shown.error
    assert shown.dataframe
    assert metrics(shown)["Page hits" if page == "access" else "No script saw"] == ("20" if page == "access" else "10")


@pytest.mark.parametrize("page", PAGES)
def test_days_without_logs_are_reported(home: Path, page: str) -> None:
    access_lines.write(home / "data" / BUCKET, script_lines.REQUESTS)
    shown = alone(page, "2026-11-12", "2026-11-13")
    assert "Nothing here from 2026-11-12 to 2026-11-13" in shown.info[0].value


@pytest.mark.parametrize("page", PAGES)
def test_the_logs_of_a_bucket_that_the_user_may_not_see_are_not_shown(home: Path, page: str) -> None:
    store(home, script_lines.EVENTS)
    access_lines.write(home / "data" / BUCKET, script_lines.REQUESTS)
    shutil.copytree(home / "data" / BUCKET, home / "data" / OTHER)
    shown = alone(page, bucket=OTHER)
    assert OTHER in plain(shown.error[0].value)
    assert not shown.dataframe
    assert not shown.metric


def test_the_access_logs_are_shown_as_their_questions_answer(home: Path) -> None:
    access_lines.write(home / "data" / BUCKET)
    shown = alone("access")
    # Five of the ten are hits of the cache, 3,248 of 8,368 bytes; three are errors.
    tiles = {"Requests": "10", "Page hits": "4", "Sent": "8.4 kB", "From the cache": "50.0 %", "Errors": "30.0 %"}
    assert metrics(shown) == tiles
    answers = {(name, given): rows for name, given, _, rows in access_lines.ANSWERS}
    assert table(shown, "page", "hits") == answers["access-pages", ""]
    assert table(shown, "status", "share") == answers["access-statuses", ""]


@pytest.mark.parametrize("panel", [*access.LEFT, *access.RIGHT], ids=lambda panel: panel.question)
def test_each_tab_asks_a_question_that_has_its_columns(panel: panels.Panel) -> None:
    columns = next(columns for name, _, columns, _ in access_lines.ANSWERS if name == panel.question)
    assert set(panel.columns) <= set(columns.split())


def test_all_eight_questions_about_access_logs_are_on_the_page() -> None:
    asked = {one.question for one in (access.DAYS, *access.LEFT, *access.RIGHT)}
    assert asked == {name for name, *_ in access_lines.ANSWERS}


def test_what_a_script_saw_and_did_not_see_is_shown_as_it_was_worked_out(home: Path) -> None:
    store(home, script_lines.EVENTS)
    access_lines.write(home / "data" / BUCKET, script_lines.REQUESTS)
    shown = alone("unseen")
    paper = {name: answer for name, _, answer in script_lines.SPLIT}
    # On the 9th and the 10th: 7 + 3 views, 3 + 1 unseen; two of six people, and of programs 2, 3, and 1.
    tiles = {"Script saw": "10", "No script saw": "4", "People unseen": "33.3 %"}
    assert metrics(shown) == {**tiles, "Crawlers": "2", "AI crawlers": "3", "Assistants": "1"}
    assert table(shown, "page", "unseen_share") == paper["script-pages"]
    assert table(shown, "day", "unclear") == [(row[0], row[1], row[3], row[5]) for row in paper["script-people"]]
    assert table(shown, "name", "kind") == [(row[1], row[0], row[2], row[3]) for row in paper["script-crawlers"]]


def test_the_curve_has_what_nobody_looked_at_in_one_line(home: Path) -> None:
    store(home, script_lines.EVENTS)
    access_lines.write(home / "data" / BUCKET, script_lines.REQUESTS)
    days = [
        dict(zip(script_lines.COLUMNS.split(), row[1:], strict=True)) | {"day": row[0]}
        for row in script_lines.SPLIT[1][2]
    ]
    assert rows(unseen.of_curve(pd.DataFrame(days))) == [("2026-11-09", 7, 3, 8), ("2026-11-10", 3, 1, 0)]


def test_filters_and_the_choice_of_visitors_change_nothing_and_that_is_said(home: Path) -> None:
    store(home, script_lines.EVENTS)
    access_lines.write(home / "data" / BUCKET, script_lines.REQUESTS)
    shown = AppTest.from_function(filtered, default_timeout=30).run()
    assert metrics(shown)["Script saw"] == "10"
    assert panels.UNFILTERED in texts(shown)


def test_what_a_stranger_writes_into_a_request_stays_text(home: Path) -> None:
    agent = cloudfront.escaped(f"{CRUEL}bot/1.0")
    access_lines.write(
        home / "data" / BUCKET,
        [("09 10:00:00", "/<img>", "200", "a1", {"cs(User-Agent)": agent}), ("09 10:00:00", "/", "200", "a1", {})],
    )
    shown = alone("unseen")
    assert not shown.error
    assert "/<img>" in {row[0] for row in table(shown, "page", "unseen_share")}
    assert not [text for text in texts(shown) if "<img" in text]


@pytest.mark.parametrize(
    ("octets", "said"), [(0, "0 B"), (999, "999 B"), (8368, "8.4 kB"), (86_300_000, "86.3 MB"), (2e12, "2.0 TB")]
)
def test_bytes_are_said_as_people_say_them(octets: float, said: str) -> None:
    assert access.size(octets) == said
