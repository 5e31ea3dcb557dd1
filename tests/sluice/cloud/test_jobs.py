"""The table of jobs: one more line in it is a role, a policy, a function, a log, an alarm and checks; and app.py has them all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
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
from sluice.project.stages import Stream
from tests.paths import ROOT

STAGE = Stage(name="prod", account="111122223333", allow=(Allow("shop-analytics"),))
SWEEP = Job(
    "sweep_floor",
    "sweep-floor",
    schedule="cron(0 5 * * ? *)",
    timeout=60,
    memory=256,
    alarm=Alarm("floor-not-swept", "Nobody has swept for a day", period=3600, periods=24, watches="silence"),
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
    assert SWEEP.alarm is not None
    watched = SWEEP._replace(schedule="", alarm=SWEEP.alarm._replace(watches="nights"))
    monkeypatch.setattr(jobs, "JOBS", (*jobs.JOBS[:-1], watched))
    alarm = properties("FloorNotSwept")
    assert (alarm["MetricName"], alarm["Dimensions"][0]["Value"]) == ("ExecutionsFailed", STAGE.nights)


def test_the_doctor_looks_at_a_new_job_s_environment_and_role() -> None:
    def client(*_: str) -> Any:
        raise NoCredentialsError

    checks = {finding.check for finding in service.examine(Service(STAGE, client), datetime.now(UTC))}
    assert {"sweep-floor environment", "sweep-floor role"} <= checks


def test_app_has_a_handler_for_every_job_by_the_table_s_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    scheduled = {one.name: one.schedule_expression for one in app.app.event_sources}
    called = {one.name for one in app.app.pure_lambda_functions}

    every = [job for job in jobs.JOBS if job not in jobs.OPTIONAL]
    assert scheduled == {job.name: job.schedule for job in every if job.schedule}
    assert called == {job.name for job in every if not job.schedule} - {jobs.TRACKER.name}


REGISTERED = """
import app
for one in app.app.event_sources:
    started = [getattr(one, name, None) for name in ("schedule_expression", "event_pattern", "stream")]
    print(one.name, one.handler_string, *filter(None, started), sep="\t")
"""


def test_app_has_a_handler_for_each_optional_job_that_its_stage_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    wanted = {"JOBS": ",".join(job.name for job in jobs.OPTIONAL), "DOCTOR_SCHEDULE": "cron(0 6 ? * MON *)"}
    wanted |= {"STAGE_BUCKET": "sluice-prod-own", "STREAM": "kinesis:sluice-prod-events"}
    command = [sys.executable, "-c", REGISTERED]
    done = subprocess.run(command, env={**os.environ, **wanted}, cwd=ROOT, capture_output=True, text=True, check=True)
    found = {line.split("\t")[0]: line.split("\t")[1:] for line in done.stdout.splitlines()}

    for job in jobs.OPTIONAL:
        started = job.schedule or str(job.arriving("sluice-prod-own"))
        started = {jobs.CHECK: "cron(0 6 ? * MON *)", jobs.CONSUME: "sluice-prod-events"}.get(job, started)
        assert found[job.name] == [f"app.{job.name}", started]


def test_an_optional_job_is_part_of_the_stages_that_ask_for_it_alone(tmp_path: Path) -> None:
    asked = msgspec.structs.replace(STAGE, doctor_schedule="cron(0 6 * * ? *)", alarm_email="ops@shop.example")
    for stage, has in ((STAGE, False), (asked, True)):
        made = generated.files(Config({"prod": stage}, ""), tmp_path)
        block = json.loads(made[Path(".chalice/config.json")])["stages"]["prod"]
        resources = json.loads(made[Path("infra/prod.json")])["Resources"]
        assert ("Check" in resources, "DoctorLayer" in resources, "CheckFailed" in resources) == (has, has, has)
        assert (Path("policies/prod/check.json") in made) == has
        assert ("check" in block["lambda_functions"]) == has
        assert block["environment_variables"].get("JOBS") == ("check" if has else None)


def test_the_export_is_part_of_the_stages_that_ask_for_it_alone(tmp_path: Path) -> None:
    for stage, has in ((STAGE, False), (msgspec.structs.replace(STAGE, export_logs=True), True)):
        made = generated.files(Config({"prod": stage}, ""), tmp_path)
        resources = json.loads(made[Path("infra/prod.json")])["Resources"]
        assert ("ExportLogs" in resources, "LogsNotExported" in resources) == (has, has)
        assert (Path("policies/prod/export-logs.json") in made) == has
        assert ("export_logs" in made[Path(".chalice/config.json")]) == has
        assert ("/logs/*" in made[Path("policies/prod/analyst-of-all.json")]) == has


def test_a_job_that_nobody_asks_for_any_more_leaves_chalice_s_configuration(tmp_path: Path) -> None:
    asked = msgspec.structs.replace(STAGE, doctor_schedule="rate(1 day)", alarm_email="ops@shop.example")
    path = tmp_path / ".chalice" / "config.json"
    path.parent.mkdir()
    path.write_text(generated.files(Config({"prod": asked}, ""), tmp_path)[Path(".chalice/config.json")])
    block = json.loads(generated.files(Config({"prod": STAGE}, ""), tmp_path)[Path(".chalice/config.json")])
    assert set(block["stages"]["prod"]["lambda_functions"]) == {job.name for job in STAGE.jobs}
    assert not {"JOBS", "DOCTOR_SCHEDULE"} & set(block["stages"]["prod"]["environment_variables"])


def test_a_stream_is_part_of_the_stages_that_ask_for_it_alone(tmp_path: Path) -> None:
    draining = Stream(writes=False)
    for stream, has, writes in ((None, False, False), (Stream(shards=2), True, True), (draining, True, False)):
        stage = msgspec.structs.replace(STAGE, stream=stream)
        made = generated.files(Config({"prod": stage}, ""), tmp_path)
        resources = json.loads(made[Path("infra/prod.json")])["Resources"]
        named = {
            "Stream",
            "Consume",
            "Release",
            "ConsumeRole",
            "ReleaseRole",
            "StreamBehind",
            "StreamParked",
            "CountUnqueued",
        }
        assert named & set(resources) == (named if has else set())
        assert [Path(f"policies/prod/{job}.json") in made for job in ("consume", "release")] == [has, has]
        assert ("kinesis:PutRecord" in made[Path("policies/prod/tracker.json")]) == writes
        given = json.loads(made[Path(".chalice/config.json")])["stages"]["prod"]["environment_variables"]
        assert ("STREAM" in given, given.get("STREAM_WRITES")) == (has, "off" if has and not writes else None)
        assert "kinesis" not in made[Path("policies/prod/tracker.json")] or writes
