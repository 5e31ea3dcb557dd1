"""What the nightly export of the service's log costs: its calls counted on moto, its bytes measured, against `sluice cost`."""

from __future__ import annotations

import io
import json
import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

from chalicelib.lake.objects import BucketObjects
from chalicelib.service_logs import exporting
from sluice.cloud import cost, template
from sluice.cloud.usage import GB, NIGHTS, Load, of_exports
from sluice.project import stage_own
from tests import month
from tests.conftest import OWNER, Tracker
from tests.watched import measured

STAGE = msgspec.structs.replace(month.STAGE, export_logs=True)
BUCKET = stage_own.bucket(STAGE)
RATES = cost.sheet().nights


def test_a_nights_calls_and_line_are_those_that_are_billed(tracker: Callable[..., Tracker], log: io.StringIO) -> None:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        boto3.client("logs").create_log_group(logGroupName=STAGE.log_group("tracker"))
        app = tracker(**month.VARIABLES, STAGE_BUCKET=BUCKET).app
        for day in exporting.closed(datetime.now(UTC))[1:]:  # last night ended well
            exporting.export(lambda start, end: iter(()), BucketObjects(BUCKET, OWNER), day)
        meter = month.Meter()
        meter.listen()
        night = SimpleNamespace(context=SimpleNamespace(function_name=STAGE.function("export-logs")))

        units = meter.during(lambda: app.export_logs(night))

    billed = of_exports(Load(0, 1, exported=True), RATES)
    assert +units == {"s3_put": billed["s3_put"] / NIGHTS, "s3_list": billed["s3_list"] / NIGHTS}
    assert month.length(log) == pytest.approx(billed["logs"] * GB / NIGHTS, rel=0.05)


def test_a_kept_line_is_as_long_as_the_prices_file_says() -> None:
    chance = random.Random(18)
    lines = [_line(number, chance) for number in range(20_000)]

    number, body = exporting._compressed(iter(lines))

    assert number == len(lines)
    assert len(body) / number == pytest.approx(RATES.export_bytes, rel=0.1)


def _line(number: int, chance: random.Random) -> str:
    """A request's line as the tracker writes it, of one of many sessions."""
    moment = datetime(2026, 11, 27, tzinfo=UTC) + timedelta(milliseconds=round(number * 432 + 400 * chance.random()))
    said: dict[str, Any] = {
        **{"level": "INFO", "message": "request", "timestamp": moment.isoformat(timespec="milliseconds")},
        **{"service": "sluice", "requestId": str(uuid.UUID(int=chance.getrandbits(128))), "route": "/track"},
        **{"outcome": "accepted", "eventName": chance.choice(("page_view", "click", "scroll"))},
        **{"bucket": f"shop{chance.randrange(10)}-analytics", "entry": "*-analytics"},
        **{"sessionHash": f"{random.Random(chance.randrange(6000)).getrandbits(64):016x}", "statusCode": 200},
        **{"stage": "prod", "latencyMs": round(50 * chance.random(), 3)},
    }
    return json.dumps(said)


def test_the_export_is_billed_an_alarm_more_and_nothing_where_it_is_off() -> None:
    def watched(stage: Any) -> int:
        resources = template.template(stage)["Resources"].values()
        alarms = [one["Properties"] for one in resources if one.get("Type") == "AWS::CloudWatch::Alarm"]
        return sum(len(measured(alarm)) for alarm in alarms)

    on, off = (cost.bill(Load(1_000_000, 10, exported=exported)) for exported in (True, False))
    assert watched(STAGE) - watched(month.STAGE) == of_exports(on.load, RATES)["alarms"] == 1
    assert 0.10 < on.total - off.total < 0.11
    assert of_exports(off.load, RATES) == {}


def test_logs_that_are_kept_longer_cost_as_much_more() -> None:
    kept = {days: cost.bill(Load(1_000_000, 10, log_days=days)) for days in (30, 90)}
    lines = {
        days: next(line.dollars for line in bill.lines if line.item == "CloudWatch, logs of a month kept")
        for days, bill in kept.items()
    }

    assert lines[90] == pytest.approx(3 * lines[30])
