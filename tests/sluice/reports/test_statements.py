"""The statements that go into the package: Lambda's answers are the library's, and nothing can be put into them."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlglot import exp

from chalicelib.lake.days import Days
from chalicelib.reports import packaged
from chalicelib.reports.packaged import Reports
from sluice.mirror import answers, ask
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Question
from sluice.mirror.tenant import Place
from sluice.project.config import Allow, Goal, Stage
from sluice.project.stages import Report
from sluice.questions import dialect
from sluice.questions.library import Library
from sluice.reports import statements
from sluice.reports.questions import questions, steps
from tests import cloudfront
from tests.paths import ROOT
from tests.sluice.reports.answering import Duck

EVIL = "o'clock' OR 1=1; DROP TABLE x --"
ALLOW = Allow(
    "shop-analytics",
    distributions=(cloudfront.DISTRIBUTION,),
    sites=("shop.example",),
    goals=(Goal("Home", page="/"), Goal(EVIL, "signup", metadata={"plan": EVIL}), Goal("Bought", "purchase")),
    report=Report(to=("ann@shop.example",)),
)
STAGE = Stage(name="prod", account="111122223333", mail_from="Sluice <reports@shop.example>", allow=(ALLOW,))
DAYS = (
    Days(date(2026, 3, 2), date(2026, 3, 8)),
    Days(date(2026, 3, 6), date(2026, 3, 6), "America/New_York"),
)


@pytest.fixture(scope="module")
def made() -> Reports:
    return statements.of_stage(STAGE)


@pytest.mark.parametrize("days", DAYS, ids=["week", "day"])
def test_what_lambda_asks_has_the_library_s_answer(here: Path, place: Place, made: Reports, days: Days) -> None:
    duck, asked = Duck(place), questions(ALLOW)
    (tenant,) = made.tenants
    answered = {name: duck.answer(made.statement(tenant, name, days)) for name in tenant.statements}
    found = {name: answers.without_idle_margins(one).rows for name, one in answered.items()}
    wanted = {name: _here(place, name, days, dict(given)).rows for name, given in asked.items()}
    assert found == wanted
    assert len(found) == 16 and all(found[name] for name in ("totals", "funnel", "goals", "access-days"))


def _here(place: Place, name: str, days: Days, given: dict[str, str]) -> Answer:
    ours = _with(place, ALLOW)
    answer = ask.here(Library(), Question(Library().get(name), days, given), [ours], lambda *_: None)
    assert isinstance(answer, Answer)
    return answer


def _with(place: Place, allow: Allow) -> Place:
    return Place(place.stage, place.bucket, allow, place.settings, place.mirror)


def test_the_days_are_all_that_is_left_open(made: Reports) -> None:
    (tenant,) = made.tenants
    named = {part for parts in tenant.statements.values() for part in parts if isinstance(part, str)}
    assert named == {"from", "to", "dt_from", "dt_to", "near_from", "near_to", "since", "before", "zone"} & named
    for name in tenant.statements:
        tree = dialect.parse(made.statement(tenant, name, DAYS[0]))
        assert list(tree.find_all(exp.Placeholder)) == []


def test_a_zone_and_a_goal_are_texts_whatever_is_in_them(made: Reports) -> None:
    (tenant,) = made.tenants
    values: dict[str, Any] = {**DAYS[0].placeholders(), "zone": EVIL}

    class Odd(Days):
        def placeholders(self) -> dict[str, str]:
            return values

    tree = dialect.parse(made.statement(tenant, "funnel", Odd(*DAYS[0])))
    texts = {one.this for one in tree.find_all(exp.Literal) if one.is_string}
    assert EVIL in texts


def test_many_tenants_share_what_is_the_same_for_all() -> None:
    one = len(packaged.encoded(statements.of_stage(STAGE)))
    many = [msgspec.structs.replace(ALLOW, bucket=f"shop-{number}") for number in range(20)]
    assert len(packaged.encoded(statements.of_tenants(STAGE, many))) < 8 * one


def test_a_tenant_s_report_asks_what_it_has() -> None:
    bare = Allow("shop-analytics")
    assert set(questions(bare)) == {"totals", "visitors-and-visits", "top-pages", "sources", "revenue", "daily-counts"}
    assert steps(ALLOW) == ("Any page viewed", "Home", EVIL, "Bought")
    assert questions(ALLOW)["funnel"] == {"steps": f"page_view,/,signup[plan={EVIL}],purchase"}
    assert steps(msgspec.structs.replace(ALLOW, goals=ALLOW.goals[:1])) == ()


def test_what_lambda_runs_of_reports_has_no_parser_and_no_engine() -> None:
    found = {
        name.split(".")[0]
        for path in (ROOT / "chalicelib" / "reports").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert not found & {"sqlglot", "pandas", "duckdb", "sluice"}
    assert "chalicelib" in found
