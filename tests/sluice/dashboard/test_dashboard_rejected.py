"""The page about what was refused: what it shows was worked out on paper, and only of a tenant whose entry keeps it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sluice.analysis.facade import Data
from sluice.analysis.viewers import EVERYBODY
from sluice.dashboard.pages import rejected
from sluice.dashboard.view.panels import Panel
from tests import rejected_lines
from tests.dashboards import BUCKET, CRUEL, home, metrics, rows, table
from tests.shops import STAGE
from tests.sluice.dashboard.test_dashboard_pages import opened, plain, texts

__all__ = ["home"]  # a fixture


@pytest.fixture
def kept(home: Path) -> Path:
    """The project with an entry that keeps what is refused, and the hand-written ones."""
    (home / "sluice.toml").write_text(f"{STAGE}keep_rejected = true\n")
    rejected_lines.write(home / "data" / BUCKET)
    return home


def test_the_page_shows_what_its_questions_answer(kept: Path) -> None:
    shown = opened("rejected")
    assert metrics(shown) == {"Refused": "20", "Reasons": "3", "Days": "2"}
    answers = {(name, given): found for name, given, _, found in rejected_lines.ANSWERS}
    assert table(shown, "reason", "share") == answers["rejected-reasons", ""]
    fields = [(refused, field, message, reason) for reason, field, message, refused in answers["rejected-fields", ""]]
    assert table(shown, "message", "reason") == fields


def test_without_the_entry_s_key_a_page_says_how_to_switch_it_on_and_shows_nothing(home: Path) -> None:
    rejected_lines.write(home / "data" / BUCKET)
    shown = opened("rejected")
    assert [one.value for one in shown.info] == [rejected.SWITCH_ON]
    assert not shown.dataframe
    assert not Data(EVERYBODY).keeps_any_rejected()


def test_the_page_is_offered_where_an_entry_asks_for_it(kept: Path) -> None:
    assert Data(EVERYBODY).keeps_any_rejected()
    (kept / "sluice.toml").write_text("[stages.local")
    assert not Data(EVERYBODY).keeps_any_rejected()


def test_what_is_refused_of_a_bucket_that_the_user_may_not_see_is_not_shown(kept: Path) -> None:
    rejected_lines.write(kept / "data" / "b-analytics")
    shown = opened("rejected", bucket="b-analytics")
    assert "b-analytics" in plain(shown.error[0].value)
    assert not shown.dataframe


def test_days_without_any_are_reported(kept: Path) -> None:
    assert "Nothing here from 2026-12-01 to 2026-12-02" in opened("rejected", "2026-12-01", "2026-12-02").info[0].value


def test_what_a_stranger_sends_stays_text(kept: Path) -> None:
    rejected_lines.write(kept / "data" / BUCKET, [("12 10:00:00", "InvalidField", "page", CRUEL, 99, CRUEL)])
    shown = opened("rejected")
    assert not shown.error
    assert CRUEL in {row[2] for row in table(shown, "message", "reason")}
    assert not [text for text in texts(shown) if "<img" in text]


def test_a_curve_has_the_reasons_that_most_had_and_the_others_as_one() -> None:
    days = pd.DataFrame(
        [("2026-11-09", reason, number) for reason, number in zip("abcd", (9, 8, 2, 1), strict=True)],
        columns=["day", "reason", "refused"],
    )
    by_day, names = rejected.of_curve(days)
    assert list(names) == ["a", "b", "others"]
    assert rows(by_day[["day", *names]]) == [("2026-11-09", 9, 8, 3)]
    _, names = rejected.of_curve(days[:3])
    assert list(names) == ["a", "b", "c"]


@pytest.mark.parametrize("panel", [rejected.DAYS, rejected.REASONS, rejected.FIELDS, rejected.LATEST])
def test_each_table_asks_a_question_that_has_its_columns(panel: Panel) -> None:
    columns = next(columns for name, _, columns, _ in rejected_lines.ANSWERS if name == panel.question)
    assert set(panel.columns) <= set(columns.split())
