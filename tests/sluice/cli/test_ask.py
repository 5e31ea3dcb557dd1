"""A question asked of Athena by `sluice query`: what is sent, and what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from sluice import aws
from sluice.cli.main import main
from tests.paths import ROOT

ASKED = ("query", "top-pages", "--stage", "dev", "--bucket", "shop-analytics", "--engine", "athena")
DAYS = ("--from", "2026-11-01", "--to", "2026-11-30")


class Athena:
    """Athena's client with one answer; it keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def start_query_execution(self, **asked: Any) -> dict[str, str]:
        self.asked = asked
        return {"QueryExecutionId": "query-1"}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        ended = {"Status": {"State": "SUCCEEDED"}, "StatementType": "DML", "Statistics": {"DataScannedInBytes": 1}}
        return {"QueryExecution": ended}

    def get_query_results(self, **asked: Any) -> dict[str, Any]:
        columns = [{"Name": "page", "Type": "varchar"}, {"Name": "page_views", "Type": "bigint"}]
        rows = [{"Data": [{"VarCharValue": text} for text in texts]} for texts in (("page", "page_views"), ("/a", "3"))]
        return {"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": columns}}}


@pytest.fixture
def athena(monkeypatch: pytest.MonkeyPatch) -> Athena:
    client = Athena()
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(aws, "client", lambda service, region: client)
    return client


def test_values_go_to_athena_as_literals_quoted_once(athena: Athena) -> None:
    asked = CliRunner().invoke(main, [*ASKED, *DAYS, "--param", "limit=5"])

    assert asked.exit_code == 0, asked.stderr
    assert {"'2026-11-01'", "'2026-11-30'", "'exclude'"} <= set(athena.asked["ExecutionParameters"])
    assert athena.asked["QueryString"].endswith("LIMIT 5")


def test_a_column_that_the_tables_do_not_have_yet_is_answered_with_the_command_that_adds_it(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = {
        "State": "FAILED",
        "StateChangeReason": "COLUMN_NOT_FOUND: line 1:8: Column 'h.sequence' cannot be resolved",
    }
    monkeypatch.setattr(athena, "get_query_execution", lambda QueryExecutionId: {"QueryExecution": {"Status": status}})

    asked = CliRunner().invoke(main, [*ASKED, *DAYS])

    assert asked.exit_code == 1
    assert "sluice athena setup --bucket shop-analytics --stage dev --apply" in asked.stderr.replace("\n", " ")


def test_a_tenant_without_a_workgroup_is_answered_with_the_command_that_makes_its_own(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: Any) -> None:
        said = {"Code": "InvalidRequestException", "Message": "WorkGroup is not found"}
        raise ClientError({"Error": said}, "StartQueryExecution")

    monkeypatch.setattr(athena, "start_query_execution", refused)

    asked = CliRunner().invoke(main, [*ASKED, *DAYS])

    assert asked.exit_code == 1
    said = asked.stderr.replace("\n", " ")
    assert "there is no workgroup sluice-dev-shop_analytics_events yet" in said
    assert "sluice athena setup --bucket shop-analytics --stage dev --apply" in said


def test_the_tenants_own_table_is_asked_in_its_own_workgroup(athena: Athena) -> None:
    CliRunner().invoke(main, [*ASKED, *DAYS])

    assert athena.asked["WorkGroup"] == "sluice-dev-shop_analytics_events"
    assert athena.asked["QueryExecutionContext"] == {"Database": "sluice_dev"}
    assert "shop_analytics_events AS events" in athena.asked["QueryString"]


def test_athenas_rows_are_the_answer(athena: Athena) -> None:
    asked = CliRunner().invoke(main, [*ASKED, *DAYS, "--format", "json"])

    assert json.loads(asked.stdout) == [{"page": "/a", "page_views": 3}]


def test_explaining_sends_nothing(athena: Athena) -> None:
    asked = CliRunner().invoke(main, [*ASKED, *DAYS, "--explain"])

    assert athena.asked == {}
    assert "2026-10-31 to 2026-12-01 at most" in asked.stdout
