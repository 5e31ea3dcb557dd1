"""The table of jobs: one more line in it is a role, a policy, a function, a log, an alarm and checks; and app.py has them all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

import app
from chalicelib import jobs
from chalicelib.jobs import Alarm, Job
from sluice.access import functions
from sluice.cloud import generated, template
from sluice.doctor import service
from sluice.doctor.subject import Service
from sluice.project.config import Allow, Config, Stage

STAGE = Stage(name="prod", account="111122223333", allow=(Allow("shop-analytics"),))
SWEEP = Job(
    "sweep_floor",
    "sweep-floor",
    schedule="cron(0 5 * * ? *)",
    timeout=60,
    memory=256,
    alarm=Alarm("floor-not-swept", "Nobody has swept for a day", period=3600, periods=24),
)
LOGS = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/sluice-prod-sweep-floor:*"


@pytest.fixture(autouse=True)
def one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "JOBS", (*jobs.JOBS, SWEEP))


def properties(resource: str) -> Any:
    return template.template(STAGE)["Resources"][resource]["Properties"]


def test_a_new_job_gets_a_policy_of_its_log_alone() -> None:
    (statement,) = functions.documents(STAGE)["sweep-floor.json"]["Statement"]
    assert (statement["Sid"], statement["Resource"]) == ("Log", LOGS)


def test_the_operator_may_look_at_a_new_job_s_function_and_role() -> None:
    operator = json.dumps(functions.documents(STAGE)["operator.json"])
    assert "function:sluice-prod-sweep-floor" in operator
    assert "role/sluice-prod-sweep-floor" in operator


def test_chalice_s_configuration_gives_a_new_job_its_policy_file(tmp_path: Path) -> None:
    made = generated.files(Config({"prod": STAGE}, ""), tmp_path)
    block = json.loads(made[Path(".chalice/config.json")])["stages"]["prod"]["lambda_functions"]["sweep_floor"]

    assert block == {"autogen_policy": False, "iam_policy_file": "../policies/prod/sweep-floor.json"}
    assert Path("policies/prod/sweep-floor.json") in made


def test_the_template_names_a_new_job_s_function_role_and_log() -> None:
    name = "sluice-prod-sweep-floor"
    function = properties("SweepFloor")
    assert function.pop("LoggingConfig")["LogFormat"] == "JSON"
    assert function == {"FunctionName": name, "MemorySize": 256, "Timeout": 60}
    assert properties("SweepFloorRole") == {"RoleName": name}
    assert properties("SweepFloorLogGroup")["LogGroupName"] == f"/aws/lambda/{name}"


def test_a_new_scheduled_job_is_watched_for_silence() -> None:
    alarm = properties("FloorNotSwept")

    assert (alarm["TreatMissingData"], alarm["EvaluationPeriods"], alarm["Period"]) == ("missing", 24, 3600)
    assert alarm["InsufficientDataActions"] == [{"Ref": "AlarmTopic"}]
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": "sluice-prod-sweep-floor"}]


def test_a_new_job_of_the_nights_is_watched_for_nights_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "JOBS", (*jobs.JOBS, SWEEP._replace(schedule="")))
    alarm = properties("FloorNotSwept")
    assert (alarm["MetricName"], alarm["Dimensions"][0]["Value"]) == ("ExecutionsFailed", STAGE.nights)


def test_the_doctor_looks_at_a_new_job_s_environment_and_role() -> None:
    def client(*_: str) -> Any:
        raise NoCredentialsError

    checks = {finding.check for finding in service.examine(Service(STAGE, client))}
    assert {"sweep-floor environment", "sweep-floor role"} <= checks


def test_app_has_a_handler_for_every_job_by_the_table_s_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    scheduled = {one.name: one.schedule_expression for one in app.app.event_sources}
    called = {one.name for one in app.app.pure_lambda_functions}

    assert scheduled == {job.name: job.schedule for job in jobs.JOBS if job.schedule}
    assert called == {job.name for job in jobs.JOBS if not job.schedule} - {jobs.TRACKER.name}
