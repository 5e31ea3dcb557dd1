"""The odd days on the dashboard's curve by day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sluice.analysis.scope import Scope
from sluice.dashboard.view import odd
from sluice.dashboard.view.curves import Mark
from tests import dashboards
from tests.dashboards import everything, home
from tests.sluice.anomalies import weeks
from tests.sluice.anomalies.weeks import BUCKET, LETTER, SILENT

__all__ = ["home"]  # a fixture
SCOPE = Scope(BUCKET, date(2026, 2, 23), date(2026, 3, 15))
UP = "Mar 06: visits up, 60, usually 20 (7 to 38); events up, 60, usually 20 (7 to 38)"


@pytest.fixture
def ten_weeks(home: Path) -> Path:
    weeks.fill(home / "data")
    return home


def drawn(page: AppTest) -> str:
    """The curve's description, which names the odd days."""
    return str(page.get("vega_lite_chart")[0].proto)


def test_odd_days_are_marked_with_what_they_counted_and_what_was_usual(ten_weeks: Path) -> None:
    letter, *silent = odd.marks(everything(), SCOPE)

    assert letter == Mark(LETTER, "visits", UP, True)
    assert [(one.day, one.is_up) for one in silent] == [(day, False) for day in SILENT]


def test_the_curve_by_day_has_the_marks(ten_weeks: Path) -> None:
    page = dashboards.opened(bucket=BUCKET, since="2026-02-23", to="2026-03-15")
    assert not page.error and not page.exception
    assert UP in drawn(page)


def test_under_a_filter_nothing_is_marked(ten_weeks: Path) -> None:
    assert odd.marks(everything(), SCOPE.filtered("source", "google")) == []


def test_days_that_are_not_closed_are_not_marked(ten_weeks: Path) -> None:
    today = datetime.now(UTC).date()
    assert odd.marks(everything(), Scope(BUCKET, today, today)) == []
