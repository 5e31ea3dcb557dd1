"""The state machine of a night as it is generated, run by moto's interpreter: how many days at once, and what a failure stops."""

from __future__ import annotations

import io
import json
import threading
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

from chalicelib.jobs import COMPACT
from chalicelib.lake import nightly
from chalicelib.lake.nightly import Plan, Task
from sluice.cloud import cost, nights
from sluice.project.config import Allow, ConfigError, Stage, parse
from tests.sluice.cloud.test_infrastructure import TOML

STAGE = Stage(name="prod", account="123456789012", allow=(Allow("*-analytics"),))
NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
TWENTY = [Task(f"tenant-{number:02}-analytics", date(2026, 11, 26)) for number in range(20)]
PATIENCE = 30  # seconds


class Compactor:
    """Lambda's client: each call takes a moment, and ends as `ends` says of its bucket."""

    def __init__(self) -> None:
        self.ends: dict[str, list[str]] = {}
        self.done: list[str] = []
        self.calls: Counter[str] = Counter()
        self.running = self.most = 0
        self._lock = threading.Lock()

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        assert FunctionName == STAGE.function(COMPACT.role)
        bucket = json.loads(Payload)["bucket"]
        with self._lock:
            self.calls[bucket] += 1
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(0.05)
        with self._lock:
            self.running -= 1
            end = self.ends.get(bucket, [])
            error = end.pop(0) if end else ""
        return self._ended(bucket, error)

    def _ended(self, bucket: str, error: str) -> dict[str, Any]:
        if error == "TooManyRequestsException":
            answer = {
                "Error": {"Code": error, "Message": ""},
                "ResponseMetadata": {"HTTPStatusCode": 429, "RequestId": ""},
            }
            raise ClientError(answer, "Invoke")  # type: ignore[arg-type]
        if error:
            said = json.dumps({"errorType": error, "errorMessage": "x" * 9000}).encode()
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": io.BytesIO(said)}
        self.done.append(bucket)
        return {"StatusCode": 200, "Payload": io.BytesIO(b"null")}


@pytest.fixture
def compactor(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The workers, with AWS around them: its interpreter of state machines, too, which waits a second instead of minutes."""
    workers = Compactor()
    monkeypatch.setattr(lambda_eval_utils, "boto_client_for", lambda **_: workers)
    monkeypatch.setattr(nights, "_BUSY", {**nights._BUSY, "IntervalSeconds": 1, "BackoffRate": 1})
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield workers


def make(definition: dict[str, Any]) -> str:
    client = boto3.client("stepfunctions")
    made = client.create_state_machine(
        name=STAGE.function("compaction"), definition=json.dumps(definition), roleArn=STAGE.role_arn("compaction")
    )
    return str(made["stateMachineArn"])


def ended(machine: str) -> dict[str, Any]:
    """The machine's one execution, when it has ended."""
    client, end = boto3.client("stepfunctions"), time.monotonic() + PATIENCE
    (execution,) = client.list_executions(stateMachineArn=machine)["executions"]
    while time.monotonic() < end:
        found: dict[str, Any] = client.describe_execution(executionArn=execution["executionArn"])
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.05)
    raise TimeoutError(found)


def left(execution: dict[str, Any], state: str) -> list[Any]:
    """What each state of this name left, as the execution's history has it."""
    client = boto3.client("stepfunctions")
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution["executionArn"])
    details = [event.get("stateExitedEventDetails", {}) for page in pages for event in page["events"]]
    return [json.loads(one["output"]) for one in details if one.get("name") == state]


def run(definition: dict[str, Any]) -> dict[str, Any]:
    """The execution of a night of all tasks, when it has ended."""
    machine = make(definition)
    assert nightly.start(Plan(TWENTY, {}, [], len(TWENTY)), machine, NOW)
    return ended(machine)


def test_never_more_days_are_at_work_than_the_stage_has_workers(compactor: Compactor) -> None:
    assert run(nights.definition(STAGE))["status"] == "SUCCEEDED"
    assert sorted(compactor.done) == [task.bucket for task in TWENTY]
    assert compactor.most == STAGE.compaction_workers == 2


def test_a_night_takes_the_states_that_the_cost_counts(compactor: Compactor) -> None:
    execution, rates = run(nights.definition(STAGE)), cost.sheet().nights
    entered = [len(left(execution, state)) for state in ("Days", "Day", "Failed", "Ended", "Done")]

    # The start is paid as a state is.
    assert 1 + sum(entered) == rates.states_of_night + len(TWENTY) * rates.states_of_day


def test_without_that_limit_they_would_all_run_at_once(compactor: Compactor) -> None:
    unlimited = nights.definition(STAGE)
    del unlimited["States"]["Days"]["MaxConcurrency"]

    run(unlimited)

    assert compactor.most > 2


def test_a_stage_may_have_more_workers(compactor: Compactor) -> None:
    run(nights.definition(parse(TOML.replace("[stages.prod]", "[stages.prod]\ncompaction_workers = 3")).stage("prod")))
    assert compactor.most == 3


@pytest.mark.parametrize("error", ["Sandbox.Timedout", "Runtime.ExitError", "MemoryError", "AccessDeniedException"])
def test_a_day_that_fails_or_is_killed_leaves_the_others_done_and_fails_the_night(
    compactor: Compactor, error: str
) -> None:
    bad = TWENTY[0].bucket
    compactor.ends[bad] = [error]

    execution = run(nights.definition(STAGE))

    assert (execution["status"], execution["error"]) == ("FAILED", "DaysFailed")
    (days,) = left(execution, "Days")
    assert [one["task"] for one in days["days"] if "task" in one] == [{"bucket": bad, "day": str(TWENTY[0].day)}]
    assert sorted(compactor.done) == [task.bucket for task in TWENTY[1:]]
    assert set(compactor.calls.values()) == {1}


def test_a_day_that_finds_no_worker_waits_for_one(compactor: Compactor) -> None:
    compactor.ends[TWENTY[3].bucket] = ["TooManyRequestsException"] * 2

    assert run(nights.definition(STAGE))["status"] == "SUCCEEDED"
    assert compactor.calls[TWENTY[3].bucket] == 3


def test_a_day_that_never_finds_a_worker_fails_the_night(compactor: Compactor) -> None:
    compactor.ends[TWENTY[3].bucket] = ["TooManyRequestsException"] * 9

    assert run(nights.definition(STAGE))["status"] == "FAILED"
    assert compactor.calls[TWENTY[3].bucket] == 5
    assert len(compactor.done) == 19


def test_the_call_waits_longer_than_a_worker_can_work() -> None:
    day = nights.definition(STAGE)["States"]["Days"]["ItemProcessor"]["States"]["Day"]
    assert day["TimeoutSeconds"] > (COMPACT.timeout or 0)


def test_the_fullest_night_fits_into_an_execution() -> None:
    longest = Task("a" * 63, date(2026, 11, 28))
    given = nightly.msgspec.json.encode({"days": [longest] * nightly.MAX_NIGHT})
    # A day has: begun and ended, its state entered and left, three for each try, and the state of those that failed.
    events = 4 + 3 * (1 + nights._BUSY["MaxAttempts"]) + 2

    # What fails leaves a word more than it came with.
    assert len(given) + 40 * nightly.MAX_NIGHT < 256 * 1024
    assert nightly.MAX_NIGHT * events < 25_000 - 20


@pytest.mark.parametrize("workers", [0, 41])
def test_as_many_workers_as_step_functions_does_not_take_are_refused(workers: int) -> None:
    with pytest.raises(ConfigError, match="Expected `int`"):
        parse(TOML.replace("[stages.prod]", f"[stages.prod]\ncompaction_workers = {workers}"))


def test_a_night_that_still_runs_is_not_joined_by_another(compactor: Compactor) -> None:
    machine, plan = make(nights.definition(STAGE)), Plan(TWENTY, {}, [], 20)

    assert nightly.start(plan, machine, NOW)
    assert not nightly.start(plan, machine, NOW + timedelta(days=1))
    ended(machine)
    assert set(compactor.calls.values()) == {1}


def test_an_event_that_comes_twice_starts_one_night(compactor: Compactor) -> None:
    machine, plan = make(nights.definition(STAGE)), Plan(TWENTY, {}, [], 20)

    nightly.start(plan, machine, NOW)
    ended(machine)
    nightly.start(plan._replace(tasks=TWENTY[:3]), machine, NOW + timedelta(minutes=2))

    assert ended(machine)["status"] == "SUCCEEDED"
    assert set(compactor.calls.values()) == {1}
