"""What the deletion of raw objects costs, as the job asks for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.lake import ageing
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import BucketObjects
from sluice.cloud import ageing_usage, cost
from sluice.cloud.month import NIGHTS
from sluice.cloud.usage import Load
from tests import month
from tests.chalicelib.lake.test_ageing import DAY, RAW_DAYS, compact, night, store
from tests.conftest import OWNER
from tests.month import FIRST

KEEPING = EVENTS._replace(ip_days=None)


@pytest.mark.parametrize(("alone", "batches"), [(5, 0), (0, 4)])
def test_a_night_asks_for_what_is_paid(alone: int, batches: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=FIRST)
        meter = month.Meter()
        meter.listen()
        objects = BucketObjects(FIRST, OWNER)
        store(objects, *map(str, range(alone)))
        for number in range(batches):
            store(objects, f"a{number}", f"b{number}", name=f"batch.{number:02}.json")
        compact(objects, DAY, kind=KEEPING)
        compact(objects, DAY + timedelta(days=3), kind=KEEPING)  # each night the watermark moves, and so does the mark
        kept = lambda after: meter.during(lambda: list(ageing.age(objects, night(after), KEEPING)))  # noqa: E731
        asked = lambda after: meter.during(lambda: list(ageing.age(objects, night(after), KEEPING, RAW_DAYS)))  # noqa: E731
        asked(RAW_DAYS)
        counted, without = asked(RAW_DAYS + 1), kept(RAW_DAYS + 1)

    rates = cost.sheet().ageing
    paid = ageing_usage.of_deletion(1, alone + batches, batches > 0, rates)
    assert {line: number - without[line] for line, number in counted.items() if line} == {
        line: pytest.approx(number / NIGHTS) for line, number in paid.items()
    }


def test_by_default_nothing_is_deleted_and_nothing_is_paid_for_it() -> None:
    load: dict[str, Any] = {"events": 1_000_000, "tenants": 10}
    off, on = cost.bill(Load(**load)), cost.bill(Load(**load, deleting=10))
    assert ageing_usage.of_deletion(0, 1000, False, cost.sheet().ageing) == {}
    more = {a.item: b.dollars - a.dollars for a, b in zip(off.lines, on.lines, strict=True) if a.dollars != b.dollars}
    assert set(more) == {"S3, PUT", "S3, LIST", "S3, GET and HEAD"}
    # By hand: 304 days of 3,288 objects: 4 calls that delete, twice 4 that list, and some ten others.
    assert on.total - off.total == pytest.approx(304.17 * (5 + 13) * 5 / 1e6, rel=0.1)
