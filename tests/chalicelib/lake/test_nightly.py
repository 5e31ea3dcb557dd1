"""The nightly jobs on moto: which days are due, in which order, and what a worker leaves."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib import records, settings
from chalicelib.lake import compaction, nightly
from chalicelib.lake.compaction import Outcome, compact
from chalicelib.lake.nightly import NotAdmitted, Plan, Task, TenantsUnseen
from chalicelib.lake.objects import BucketObjects
from sluice.doctor import lake
from tests.conftest import BUCKET, OWNER
from tests.records import record

NOW = datetime.now(UTC)
CLOSED = NOW.date() - timedelta(days=3)
MACHINE = f"arn:aws:states:us-east-1:{OWNER}:stateMachine:sluice-dev-compaction"


@pytest.fixture
def stage(s3: Any) -> settings.Settings:
    """A stage with a pattern, an exact entry with a bucket, and one whose bucket is not made yet."""
    s3.create_bucket(Bucket="exact-events")
    return load("*-analytics,exact-events,later-events")


def load(allowed: str) -> settings.Settings:
    return settings.load(
        {
            "STAGE": "dev",
            "ALLOWED_BUCKETS": allowed,
            "BUCKET_OWNER": OWNER,
            "SALTS": "memory",
            "GLUE_DATABASE": "sluice_dev",
            "COMPACTION": MACHINE,
        }
    )


def put(s3: Any, bucket: str, day: date, event_id: str = "event-0000000000") -> None:
    """A record of this day, stored as the tracker stores it."""
    moment = f"{day}T12:00:00.000Z"
    line = records.encode(record(event_id, timestamp=moment, server_timestamp=moment))
    s3.put_object(Bucket=bucket, Key=records.object_key(day, event_id), Body=line)


def test_every_closed_day_of_every_tenant_is_planned(stage: settings.Settings, s3: Any) -> None:
    for bucket in (BUCKET, "exact-events"):
        put(s3, bucket, CLOSED)
        put(s3, bucket, CLOSED - timedelta(days=1))
        put(s3, bucket, NOW.date())
    plan = nightly.plan(stage, NOW)
    days = [CLOSED - timedelta(days=1), CLOSED]
    assert plan == Plan([Task(bucket, day) for day in days for bucket in ("exact-events", BUCKET)], {}, [], 3)


def test_a_bucket_that_no_entry_admits_is_not_a_tenant(s3: Any) -> None:
    s3.create_bucket(Bucket="strangers")
    put(s3, "strangers", CLOSED)
    assert nightly.plan(load("*-analytics"), NOW).tasks == []


def test_a_day_that_is_done_is_not_planned_again(stage: settings.Settings, s3: Any) -> None:
    put(s3, BUCKET, CLOSED)
    nightly.work(stage, Task(BUCKET, CLOSED), NOW)
    assert nightly.plan(stage, NOW).tasks == []


def test_a_watermark_that_stayed_behind_is_planned_for(stage: settings.Settings, s3: Any) -> None:
    put(s3, BUCKET, CLOSED)
    compaction.compact(BucketObjects(BUCKET, OWNER), CLOSED, NOW)  # by a worker that stopped after it
    assert nightly.plan(stage, NOW).tasks == [Task(BUCKET, CLOSED)]


def test_a_tenant_that_cannot_be_looked_into_holds_up_nobody(
    stage: settings.Settings, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, BUCKET, CLOSED)
    due = compaction.due

    def denied(objects: Any, now: datetime, **given: Any) -> list[date]:
        if objects._bucket["Bucket"] == "exact-events":
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListObjectsV2")
        return due(objects, now, **given)

    monkeypatch.setattr(compaction, "due", denied)
    assert nightly.plan(stage, NOW) == Plan([Task(BUCKET, CLOSED)], {"exact-events": "AccessDenied"}, [], 3)


def test_no_tenant_waits_for_anothers_second_day_and_the_oldest_come_first(s3: Any) -> None:
    for bucket, days in (("a-analytics", 3), ("b-analytics", 1), ("c-analytics", 2)):
        s3.create_bucket(Bucket=bucket)
        for back in range(days):
            put(s3, bucket, CLOSED - timedelta(days=back))
    found = [(task.bucket[0], (CLOSED - task.day).days) for task in nightly.plan(load("*-analytics"), NOW).tasks]
    assert found == [("a", 2), ("c", 1), ("b", 0), ("a", 1), ("c", 0), ("a", 0)]


def test_what_does_not_fit_into_a_night_is_counted_and_begins_the_next(
    stage: settings.Settings, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nightly, "MAX_NIGHT", 1)
    put(s3, BUCKET, CLOSED - timedelta(days=1))
    put(s3, "exact-events", CLOSED)
    first = nightly.plan(stage, NOW)
    nightly.work(stage, first.tasks[0], NOW)
    second = nightly.plan(stage, NOW)
    assert (first.tasks, first.left) == ([Task(BUCKET, CLOSED - timedelta(days=1))], 1)
    assert (second.tasks, second.left) == ([Task("exact-events", CLOSED)], 0)


class States:
    """The client of Step Functions, as far as a planner needs it."""

    class exceptions:
        class ExecutionAlreadyExists(Exception):
            pass

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []

    def list_executions(self, **_: Any) -> dict[str, Any]:
        return {"executions": []}

    def start_execution(self, **asked: Any) -> None:
        self.started.append({**asked, "input": json.loads(asked["input"])})


def test_a_night_is_one_execution_with_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    client, now = States(), datetime(2026, 11, 4, 3, 0, 9, tzinfo=UTC)
    monkeypatch.setattr(nightly.boto3, "client", lambda *_, **__: client)
    plan = Plan([Task("a-analytics", date(2026, 11, 1)), Task("b-analytics", date(2026, 11, 2))], {}, [], 2)
    assert nightly.start(plan, MACHINE, now)
    days = [{"bucket": "a-analytics", "day": "2026-11-01"}, {"bucket": "b-analytics", "day": "2026-11-02"}]
    assert client.started == [{"stateMachineArn": MACHINE, "name": "2026-11-04T03", "input": {"days": days}}]


def test_a_night_without_days_starts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(nightly.boto3, "client")
    assert nightly.start(Plan([], {}, [], 2), MACHINE, NOW)


def test_a_tenant_that_cannot_be_seen_to_is_named_and_no_failure_of_the_job(
    deployed: Any, s3: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = States()
    monkeypatch.setenv("COMPACTION", MACHINE)
    monkeypatch.setattr(nightly.boto3, "client", lambda *_, **__: client)
    monkeypatch.setattr(
        nightly, "plan", lambda *_: Plan([Task("a-analytics", CLOSED)], {"x-analytics": "AccessDenied"}, [], 2)
    )
    deployed.app.plan_compaction(schedule(), None)
    assert len(client.started) == 1
    line = json.loads(log.getvalue())
    assert (line["faults"], line["unseen"], line["started"]) == ({"x-analytics": "AccessDenied"}, 1, True)


def test_a_job_that_sees_no_tenant_at_all_has_failed(
    deployed: Any, s3: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPACTION", MACHINE)
    monkeypatch.setattr(nightly, "plan", lambda *_: Plan([], {"x-analytics": "AccessDenied"}, [], 1))
    with pytest.raises(TenantsUnseen, match=r"x-analytics \(AccessDenied\)"):
        deployed.app.plan_compaction(schedule(), None)
    assert json.loads(log.getvalue())["unseen"] == 1


def test_a_job_without_tenants_has_not_failed() -> None:
    nightly.refuse_stop(Plan([], {}, [], 0))


def failing(objects: Any, day: date, now: datetime, *given: Any) -> Outcome:
    """A compaction that the day is too much for."""
    if day == CLOSED:
        raise MemoryError
    return compact(objects, day, now, *given)


def nights(stage: settings.Settings, start: datetime, many: int) -> list[Plan]:
    """The plans of so many nights, each with its workers."""
    plans = []
    for night in range(many):
        now = start + timedelta(days=night)
        plans.append(nightly.plan(stage, now))
        for task in plans[-1].tasks:
            with suppress(MemoryError):
                nightly.work(stage, task, now)
    return plans


def tried(plans: list[Plan], day: date = CLOSED) -> list[int]:
    """The nights on which the day was tried."""
    return [night for night, plan in enumerate(plans) if Task(BUCKET, day) in plan.tasks]


@pytest.fixture
def first_night(s3: Any, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The night in which a day that cannot be compacted has closed."""
    put(s3, BUCKET, CLOSED)
    monkeypatch.setattr(compaction, "compact", failing)
    return datetime.combine(compaction.closes(CLOSED).date(), time(3), UTC)


def test_thirty_nights_of_a_stuck_day_cost_at_most_twice_one_nights_three_tries(
    stage: settings.Settings, first_night: datetime
) -> None:
    assert tried(nights(stage, first_night, 30)) == [0, 1, 3, 7, 15]


def test_a_stuck_day_is_never_given_up(stage: settings.Settings, first_night: datetime) -> None:
    assert tried(nights(stage, first_night, 70))[-3:] == [31, 47, 63]


def test_a_day_that_failed_on_three_nights_is_named_until_it_is_done(
    stage: settings.Settings, s3: Any, first_night: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = nights(stage, first_night, 8)
    assert [plan.stuck for plan in plans] == [[]] * 4 + [[Task(BUCKET, CLOSED)]] * 4
    seen = lake.seen(BucketObjects(BUCKET, OWNER))
    assert seen.verdict == "fault"
    assert seen.found == f"these days were tried on several nights and are not compacted: {CLOSED}"
    monkeypatch.setattr(compaction, "compact", compact)
    nightly.work(stage, Task(BUCKET, CLOSED), first_night + timedelta(days=9))
    assert nightly.plan(stage, first_night + timedelta(days=10)).stuck == []
    assert "tried" not in lake.seen(BucketObjects(BUCKET, OWNER)).found


def test_a_stuck_day_holds_up_no_other_day(stage: settings.Settings, s3: Any, first_night: datetime) -> None:
    later = CLOSED + timedelta(days=1)
    put(s3, BUCKET, later)
    plans = nights(stage, first_night, 9)
    assert tried(plans, later) == [1]
    assert tried(plans) == [0, 1, 3, 7]


def test_a_mark_that_nobody_of_ours_made_holds_up_nothing(stage: settings.Settings, s3: Any) -> None:
    put(s3, BUCKET, CLOSED)
    for name in (
        "x",
        f"{CLOSED}/x.json",
        f"{CLOSED}/9999-12-31.json",
        f"{CLOSED}/{NOW.date() + timedelta(days=9)}.json",
    ):
        s3.put_object(Bucket=BUCKET, Key=f"compacted/_tried/{name}", Body=b"")
    assert nightly.plan(stage, NOW).tasks == [Task(BUCKET, CLOSED)]


def test_a_day_that_is_done_in_its_first_night_leaves_no_mark(stage: settings.Settings, s3: Any) -> None:
    put(s3, BUCKET, CLOSED)
    nightly.work(stage, Task(BUCKET, CLOSED), compaction.closes(CLOSED) + timedelta(hours=9))
    assert list(BucketObjects(BUCKET, OWNER).keys("compacted/_tried/")) == []


def test_a_worker_compacts_the_day_and_moves_the_watermark(stage: settings.Settings, s3: Any) -> None:
    put(s3, BUCKET, CLOSED)
    outcome, mark = nightly.work(stage, Task(BUCKET, CLOSED), NOW)
    assert (outcome.did, outcome.records) == ("compacted", 1)
    assert mark == compaction.watermark(BucketObjects(BUCKET, OWNER))
    assert mark is not None and mark >= CLOSED


def view(day: str) -> str:
    """A view as Glue keeps it, of the setup's two tables and this watermark."""
    sql = f"SELECT * FROM shop_compacted WHERE dt <= '{day}' UNION ALL SELECT * FROM shop_raw WHERE dt > '{day}'"
    stored = {"originalSql": sql, "catalog": "awsdatacatalog", "schema": "sluice_dev", "columns": []}
    return f"/* Presto View: {base64.b64encode(json.dumps(stored).encode()).decode()} */"


@pytest.mark.parametrize("location", [f"s3://{BUCKET}/compacted/", f"s3://{BUCKET}/compacted"])
def test_a_worker_moves_the_watermark_of_the_tenants_view(stage: settings.Settings, s3: Any, location: str) -> None:
    glue = boto3.client("glue")
    glue.create_database(DatabaseInput={"Name": "sluice_dev"})
    place = {"Location": location}
    glue.create_table(DatabaseName="sluice_dev", TableInput={"Name": "shop_compacted", "StorageDescriptor": place})
    text = view("0001-01-01")
    glue.create_table(DatabaseName="sluice_dev", TableInput={"Name": "shop", "ViewOriginalText": text})
    put(s3, BUCKET, CLOSED)
    _, mark = nightly.work(stage, Task(BUCKET, CLOSED), NOW)
    now = glue.get_table(DatabaseName="sluice_dev", Name="shop")["Table"]["ViewOriginalText"]
    assert now == view(str(mark))


def test_a_worker_takes_no_bucket_that_is_not_admitted(stage: settings.Settings) -> None:
    with pytest.raises(NotAdmitted, match="strangers"):
        nightly.work(stage, Task("strangers", CLOSED), NOW)


def test_the_function_of_a_worker_takes_a_tenant_and_a_day(deployed: Any, s3: Any, log: Any) -> None:
    put(s3, BUCKET, CLOSED)
    deployed.app.compact({"bucket": BUCKET, "day": CLOSED.isoformat()}, SimpleNamespace())
    before, line = map(json.loads, log.getvalue().splitlines())
    assert (before["message"], before["bucket"], before["day"]) == ("compact_try", BUCKET, CLOSED.isoformat())
    assert (line["message"], line["bucket"], line["did"], line["records"]) == ("compact", BUCKET, "compacted", 1)


def test_the_planner_starts_the_night_and_logs_what_it_found(
    deployed: Any, s3: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(s3, BUCKET, CLOSED)
    given: list[Any] = []

    def start(plan: Plan, machine: str, now: datetime) -> bool:
        given.append((plan.tasks, machine))
        return False

    monkeypatch.setenv("COMPACTION", MACHINE)
    monkeypatch.setattr(nightly, "start", start)
    deployed.app.plan_compaction(schedule(), None)
    assert given == [([Task(BUCKET, CLOSED)], MACHINE)]
    line = json.loads(log.getvalue())
    assert (line["tasks"], line["left"], line["started"]) == (1, 0, False)


def schedule() -> dict[str, Any]:
    """A scheduled event as EventBridge sends it."""
    names = ("version", "account", "region", "detail-type", "source", "time", "id")
    return {**dict.fromkeys(names, "x"), "detail": {}, "resources": []}


def test_a_local_stage_plans_nothing(local: Any, log: Any) -> None:
    local.app.plan_compaction(schedule(), None)
    assert log.getvalue() == ""
