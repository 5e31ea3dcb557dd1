"""`sluice logs ask`: of files here, and of a stage's export on Athena."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sluice import aws
from sluice.cli.main import main
from sluice.dashboard.door import reports
from tests import log_lines
from tests.paths import ROOT


@pytest.fixture
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that name the hand-written files."""
    monkeypatch.chdir(ROOT)
    return [option for file in log_lines.files(tmp_path) for option in ("--local", str(file))]


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["logs", "ask", *arguments])


def test_files_are_asked_of_all_their_days(local: list[str]) -> None:
    asked = ask("latency", *local, "--format", "json")

    assert asked.exit_code == 0, asked.stderr
    assert [(row["day"], row["requests"]) for row in json.loads(asked.stdout)] == [("2026-11-09", 8), ("2026-11-10", 2)]


def test_days_and_parameters_are_asked_of(local: list[str]) -> None:
    days = ("--from", "2026-11-09", "--to", "2026-11-09")
    asked = ask("slowest", *local, *days, "--param", "limit=1", "--format", "csv")

    assert asked.stdout.splitlines()[1:] == [
        "2026-11-09T10:00:04.000Z,400.0,/track,accepted,news-analytics,click,false"
    ]


def test_failed_sign_ins_are_a_question_to_the_dashboards_own_log(local: list[str]) -> None:
    assert "2026-11-10,password,crowded,,1,1,9" in ask("sign-ins", *local, "--format", "csv").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("latncy",), "did you mean latency?"),
        ((), "name a question to the log"),
        (("latency", "--local", "absent.log"), "there is no file 'absent.log'"),
        (("latency", "--param", "limit=1"), "latency has no parameter 'limit'"),
        (("latency",), "its server prints its log; name the file with --local"),
        (("sign-ins", "--stage", "dev"), "asks the dashboard's own log"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    local = ("--local", "README.md") if "limit=1" in arguments else ()
    asked = ask(*arguments, *local)

    assert asked.exit_code == 1
    assert said in asked.stderr and asked.stderr.count("\n") == 1


def test_the_questions_are_listed_and_explained(local: list[str]) -> None:
    assert "error-budget" in ask("--list").stdout
    assert "$dt_from" in ask("latency", *local, "--explain").stdout
    assert "BETWEEN ? AND ?" in ask("latency", "--stage", "dev", "--explain").stdout


def test_a_sign_in_that_fails_is_found_in_the_log_that_the_dashboard_writes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    proxies: Any = SimpleNamespace(client=lambda connection: "192.0.2.7")
    for failures in (1, 2):
        reports.Reports(proxies, None).failed("password", "wrong", "ann", None, failures)  # type: ignore[arg-type]
    file = tmp_path / "dashboard.log"
    file.write_text("\n".join(caplog.messages))

    (row,) = json.loads(ask("sign-ins", "--local", str(file), "--format", "json").stdout)
    assert (row["way"], row["name"], row["failed"], row["addresses"], row["in_a_row"]) == ("password", "ann", 2, 1, 2)


class Athena:
    """Athena's client with one answer, or one error; it keeps what it was asked."""

    def __init__(self, error: str | None = None) -> None:
        self.asked: dict[str, Any] = {}
        self._state = {"State": "FAILED", "StateChangeReason": error} if error else {"State": "SUCCEEDED"}

    def start_query_execution(self, **asked: Any) -> dict[str, str]:
        self.asked = asked
        return {"QueryExecutionId": "query-1"}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        ended = {"Status": self._state, "StatementType": "DML", "Statistics": {"DataScannedInBytes": 1}}
        return {"QueryExecution": ended}

    def get_query_results(self, **asked: Any) -> dict[str, Any]:
        columns = [{"Name": "day", "Type": "varchar"}, {"Name": "requests", "Type": "bigint"}]
        rows = [{"Data": [{"VarCharValue": one} for one in row]} for row in (("day", "requests"), ("2026-11-09", "8"))]
        return {"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": columns}}}


def test_a_stages_export_is_asked_in_the_workgroup_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    athena = Athena()
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(aws, "client", lambda service, region: athena)

    asked = ask("latency", "--stage", "dev", "--from", "2026-11-09", "--to", "2026-11-10", "--format", "csv")

    assert asked.stdout.splitlines() == ["day,requests", "2026-11-09,8"]
    assert athena.asked["WorkGroup"] == "sluice-dev.all"
    assert athena.asked["QueryExecutionContext"] == {"Database": "sluice_dev"}
    assert "FROM api_events" in athena.asked["QueryString"]


def test_a_stage_without_the_table_is_answered_with_the_command_that_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = "TABLE_NOT_FOUND: Table 'awsdatacatalog.sluice_dev.api_events' does not exist"
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(aws, "client", lambda service, region: Athena(missing))

    asked = ask("latency", "--stage", "dev")

    assert asked.exit_code == 1
    assert "`sluice athena setup --all --stage dev --apply`" in asked.stderr
