"""The bill is a test: what the code asks of AWS in a month, counted, against `sluice cost` and against what was recorded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

import app
from chalicelib import logs
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects
from chalicelib.tracking.stores import S3Store
from sluice import aws
from sluice.analysis import cache, engines, remote
from sluice.cloud import alarms, cost, counted, template
from sluice.cloud.cost import Bill, Load
from sluice.cloud.month import NIGHTS
from sluice.mirror.mirror import Mirror
from sluice.mirror.view import Source
from tests import bill, dashboards, month, project, shops
from tests.athena import Athena
from tests.bill import Counted
from tests.conftest import Tracker
from tests.lake_events import EVENTS
from tests.month import FIRST, STAGE, TABLE, TENANTS, Meter
from tests.paths import ROOT
from tests.watched import LINES

RECORDED = ROOT / "tests" / "data" / "bill.json"
MONTHS = cost.references(TENANTS)
IDLE, SINGLY, BATCHED, VIEWED = MONTHS
AGAIN = "sluice cost --tenants 10 --json > tests/data/bill.json"
# A month that is counted in a second, and has every line of a larger one.
SMALL = Load(3_042, TENANTS)
# A statement on Athena takes some seconds, in which the dashboard looks for the tenants again.
SECONDS = 2.0


class Simulated:
    """A deployed stage of ten tenants on moto, at the moment at which the nightly job begins."""

    def __init__(self, tracker: Tracker, meter: Meter, log: Any) -> None:
        self._tracker, self.meter, self._log = tracker, meter, log

    def count(self, load: Load, show: Callable[[], Athena] | None = None) -> Counted:
        """What this month repeats; the night comes first, when the lake has nothing but what fills it."""
        tracker, meter, log = self._tracker, self.meter, self._log
        empty = month.look(tracker, meter, log)
        if load.events:
            month.fill(round(load.objects / TENANTS / NIGHTS), cost.sheet().nights.months_kept)
        look, day = month.look(tracker, meter, log), month.compact(tracker, meter, log)
        month.open_day()
        view = None if show is None else month.view(meter, show)
        return Counted(
            cold=meter.during(lambda: month.send(tracker, 1)),
            requests=month.requests(tracker, meter, log, load.batch),
            lines=self._lines(),
            scripts=month.scripts(tracker, log),
            hour=month.hour(tracker, meter, log),
            forgetting=month.forget(tracker, meter, log),
            empty_look=empty,
            look=look,
            day=day,
            view=view,
        )

    def _lines(self) -> dict[str, list[dict[str, Any]]]:
        """The line of a request that is stored, and those of what may happen to one."""
        month.length(self._log)
        month.send(self._tracker, 1)
        always = [json.loads(self._log.getvalue())]
        month.length(self._log)
        for outcome in LINES.values():
            logs.request(outcome, stage="prod", request_id="request-1", route="/track", latency_ms=1.5)
        return {"all": always, "failing": [json.loads(line) for line in self._log.getvalue().splitlines()]}


@pytest.fixture
def simulated(tracker: Callable[..., Tracker], monkeypatch: pytest.MonkeyPatch, log: Any) -> Iterator[Simulated]:
    with mock_aws():
        month.make()
        meter = Meter()
        meter.listen()
        monkeypatch.setattr(app, "datetime", month.Clock)
        yield Simulated(tracker(**month.VARIABLES), meter, log)


@pytest.fixture
def dashboard(simulated: Simulated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Athena]:
    """Open the dashboard's first page over Athena, as somebody does who has not opened it for an hour."""
    project.edit(tmp_path, month.TOML)
    shutil.copytree(ROOT / "sql", tmp_path / "sql")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLUICE_DASHBOARD_USERS", raising=False)
    shops.store(tmp_path, EVENTS, FIRST)
    mirror = Mirror(tmp_path / "mirror")
    snapshot = mirror.refresh(FolderObjects(tmp_path / "data" / FIRST), date.min, date.max, lambda *_: None)
    client, desk, made = Athena({TABLE: Source(mirror.folder, snapshot)}), cache.Desk(), aws.client
    for module in (cache, remote):
        monkeypatch.setattr(module, "desk", lambda: desk)
    monkeypatch.setattr(aws, "client", lambda service, region: client if service == "athena" else made(service, region))
    monkeypatch.setattr(cache, "monotonic", lambda: SECONDS * len(client.sent))
    monkeypatch.setenv(engines.STAGE, STAGE.name)
    monkeypatch.setenv(engines.ENGINE, engines.ATHENA)

    def show() -> Athena:
        last = month.NOW.date()
        page = dashboards.opened(bucket=FIRST, since=str(last - timedelta(days=6)), to=str(last))
        assert not page.exception and not page.error
        return client

    return show


@pytest.mark.parametrize("name", [IDLE, SINGLY])
def test_a_month_costs_what_was_counted_and_what_was_recorded(simulated: Simulated, name: str) -> None:
    check(name, simulated.count(MONTHS[name]))


def test_so_does_a_month_by_the_browser_client_and_one_with_views_of_the_dashboard(
    simulated: Simulated, dashboard: Callable[[], Athena]
) -> None:
    found = simulated.count(MONTHS[VIEWED], dashboard)
    check(BATCHED, found)
    check(VIEWED, found)


def check(name: str, found: Counted) -> None:
    """Fail, with the lines, where `sluice cost` does not say what was counted, or the month does not cost what was recorded."""
    load = MONTHS[name]
    made = bill.bill(load, found)
    apart = bill.apart(made, cost.bill(load))
    assert not apart, f"`sluice cost` does not say what was counted; correct prices.toml: {apart}"
    apart = bill.apart(made, recorded()[name])
    assert not apart, f"the bill of {name!r} is not what was recorded; where that is meant, run `{AGAIN}`: {apart}"


def recorded() -> dict[str, Bill]:
    return msgspec.json.decode(RECORDED.read_bytes(), type=dict[str, Bill])


def test_a_put_a_list_a_metric_and_an_alarm_that_are_planted_fail_each_by_its_line(
    simulated: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    apart = bill.apart(bill.bill(SMALL, simulated.count(SMALL)), cost.bill(SMALL))
    calls = ["S3, PUT", "S3, LIST"]
    # A second put takes its time, and keeps a second object.
    follow = ["Lambda, time (arm64)", "S3, keeping the month's records", "total"]
    watched = ["CloudWatch, metrics", "CloudWatch, alarms"]
    assert {one.partition(":")[0] for one in apart} == {*calls, *follow, *watched}


def plant(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more of each: a put with each event, a listing with each day, a metric of what is refused, an alarm."""
    put, compact = S3Store.put, compaction.compact

    def twice(store: S3Store, owner: str | None, bucket: str, key: str, body: bytes) -> Any:
        put(store, owner, bucket, f"{key}.copy", body)
        return put(store, owner, bucket, key, body)

    def after_a_look(objects: Any, *rest: Any) -> Any:
        list(objects.keys(compaction.COMPACTED))
        return compact(objects, *rest)

    made = {
        "Metric": counted._metric_filter(counted.TRACKERS, "refused", counted.FORBIDDEN),
        "Alarm": alarms.alarms(STAGE)["Throttles"],
    }
    monkeypatch.setattr(S3Store, "put", twice)
    monkeypatch.setattr(compaction, "compact", after_a_look)
    monkeypatch.setattr(template, "counted", lambda stage: {**counted.counted(stage), **made})


def test_a_month_has_every_job_and_no_resource_that_is_on_no_line() -> None:
    """A new one is to be counted in `tests.month`, and needs its line in prices.toml where it costs anything."""
    scheduled = {job.name: job.schedule for job in STAGE.jobs}
    assert scheduled == {
        **{"api_handler": "", "compact": ""},
        **{"forget_salts": "cron(0 * * * ? *)", "plan_compaction": f"cron(0 {month.NOW.hour} * * ? *)"},
    }
    made = {one["Type"] for one in template.template(STAGE)["Resources"].values() if "Type" in one}
    on_lines = {"AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter", "AWS::Logs::LogGroup", "AWS::DynamoDB::Table"}
    free = {"AWS::SNS::Topic", "AWS::Logs::QueryDefinition", "AWS::Serverless::LayerVersion", "AWS::IAM::ManagedPolicy"}
    on_lines, free = on_lines | {"AWS::StepFunctions::StateMachine"}, free | {"AWS::IAM::Role"}
    assert made <= on_lines | free


def test_a_call_without_a_price_fails(simulated: Simulated) -> None:
    with pytest.raises(AssertionError, match=r"no line of the bill has .*s3\.GetBucketTagging"):
        simulated.meter.during(lambda: suppressed(boto3.client("s3").get_bucket_tagging, Bucket=FIRST))


def suppressed(call: Callable[..., object], **arguments: str) -> None:
    with suppress(ClientError):
        call(**arguments)
