"""A sample as people see it: `sluice query`, the dashboard, the report, and what is not done with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chalicelib.reports.parts import Pair
from chalicelib.reports.periods import week
from chalicelib.reports.story import Subject, report
from sluice.cli.main import main
from sluice.dashboard.view import significance
from sluice.dashboard.view.significance import Variant
from tests.dashboards import home, opened
from tests.lake_events import EVENTS
from tests.shops import BUCKET, store

__all__ = ["home"]  # a fixture
DAYS = ("--bucket", BUCKET, "--from", "2026-11-09", "--to", "2026-11-10")
SAMPLED = "2026-11-10"


def a_fifth(day: str) -> list[dict[str, Any]]:
    """The hand-written events, as if those of this day were a fifth of all, and the others of before weights were written."""
    old = [{name: value for name, value in one.items() if name != "sampleWeight"} for one in EVENTS]
    return [{**one, "sampleWeight": 5.0} if one["dt"] == day else one for one in old]


def query(*words: str) -> Any:
    done = CliRunner().invoke(main, ["query", *words])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout) if "json" in words else done.stdout


@pytest.fixture
def sampled(home: Path) -> Path:
    store(home, a_fifth(SAMPLED))
    return home


@pytest.mark.parametrize("is_compacted", [False, True])
def test_a_count_of_a_sampled_day_has_its_margin_next_to_it(sampled: Path, is_compacted: bool) -> None:
    if is_compacted:
        assert CliRunner().invoke(main, ["compact", "--bucket", BUCKET]).exit_code == 0
    before, day = query("daily-page-views", *DAYS, "--format", "json")
    # On paper: 8 by 4, kept whole; then nine views in five visits and two of nobody, each of which counts for five.
    assert before == {
        "day": "2026-11-09",
        "page_views": 8,
        "page_views_margin": 0,
        "visitors": 4,
        "visitors_margin": 0,
    }
    assert (day["page_views"], day["visitors"]) == (45, 30)
    # Six visitors are six chances: 1.96 * sqrt(6 * 5 * 4).
    assert day["visitors_margin"] == 22
    # Two of them viewed two pages, one of them one: 1.96 * sqrt(20 * (n1² + n2² + …)).
    assert day["page_views_margin"] > day["visitors_margin"]
    assert "±" in query("daily-page-views", *DAYS)


def test_days_that_were_kept_whole_have_no_margin(sampled: Path) -> None:
    days = ("--bucket", BUCKET, "--from", "2026-11-09", "--to", "2026-11-09")
    assert query("daily-page-views", *days, "--format", "json") == [
        {"day": "2026-11-09", "page_views": 8, "visitors": 4}
    ]
    assert "±" not in query("daily-page-views", *days)


def test_the_first_page_of_the_dashboard_says_that_it_shows_estimates(sampled: Path) -> None:
    page = opened(since="2026-11-08", to="2026-11-18")
    (visitors, *_) = page.metric
    assert "(95 %): an estimate from a sample" in visitors.help
    assert any("estimates from the events that were kept" in one.value for one in page.caption)


def test_the_dashboard_says_nothing_of_samples_where_all_was_kept(home: Path) -> None:
    store(home, EVENTS)
    page = opened()
    assert "sample" not in page.metric[0].help
    assert not any("estimates" in one.value for one in page.caption)


def test_an_experiment_in_a_sample_is_judged_by_the_visits_that_were_kept() -> None:
    kept = [Variant("A", 100, 10), Variant("B", 100, 20)]
    tenfold = [Variant(one.name, 10 * one.visits, 10 * one.converted, 10.0) for one in kept]
    _, by_kept = significance.judge(kept, "A")
    _, by_sample = significance.judge(tenfold, "A")

    assert by_sample.comparison == by_kept.comparison
    assert by_sample.is_fair == by_kept.is_fair


def test_the_report_says_how_far_a_samples_numbers_may_be_off() -> None:
    row = {"visitors": 500, "visits": 600, "page_views": 2000, "events": 3000}
    margins = {"visitors_margin": 44, "visits_margin": 48, "page_views_margin": 120, "events_margin": 150}
    subject = Subject(BUCKET, week("2026-W46"), "UTC")

    (said,) = report(subject, _answers({**row, **margins})).notes
    assert said == (
        "The counts are estimates from a sample: in 95 of 100 cases they are off by at most "
        "±\u00a044 visitors, ±\u00a048 visits and ±\u00a0120 page views."
    )
    assert report(subject, _answers(row)).notes == ()


def _answers(totals: dict[str, int]) -> dict[str, Pair]:
    nothing = Pair([], [])
    listed = dict.fromkeys(("visitors-and-visits", "top-pages", "sources", "revenue"), nothing)
    return {"totals": Pair([totals], [totals]), **listed}
