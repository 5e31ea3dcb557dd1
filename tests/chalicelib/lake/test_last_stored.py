"""When a bucket's newest record came: the same of a bucket in S3 and of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.lake import raw
from chalicelib.lake.objects import BucketObjects, FolderObjects, Objects
from chalicelib.records import object_key
from tests.conftest import BUCKET, OWNER

DAYS = (date(2025, 12, 31), date(2026, 1, 2), date(2026, 1, 11))
NO_DAYS = ("analytics/year=2026/month=02/day=30/a.json", "analytics/year=2026/month=x/day=01/a.json")


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    keys = [*(object_key(day, "a") for day in DAYS), *NO_DAYS]
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        made: Any = FolderObjects(tmp_path) if request.param == "folder" else BucketObjects(BUCKET, OWNER)
        for key in keys:
            made.create(key, b"{}", {})
        if request.param == "folder":
            for file in tmp_path.rglob("*.json"):
                os.utime(file, (1_800_000_000, 1_800_000_000))
        yield made


def test_days_come_in_order_and_the_newest_first(objects: Objects) -> None:
    assert raw.days(objects) == list(DAYS)
    assert list(raw.newest_first(objects)) == list(reversed(DAYS))


def test_the_last_moment_is_that_of_the_newest_day(objects: Objects) -> None:
    moment = raw.last_stored(objects)
    assert moment is not None
    assert moment == objects.newest("analytics/year=2026/month=01/day=11/")


def test_a_bucket_without_records_has_none(tmp_path: Path) -> None:
    assert raw.last_stored(FolderObjects(tmp_path)) is None


def test_a_file_s_time_is_in_utc(tmp_path: Path) -> None:
    folder = FolderObjects(tmp_path)
    folder.create(object_key(DAYS[0], "a"), b"{}", {})
    os.utime(tmp_path / object_key(DAYS[0], "a"), (0, 0))
    for hidden in tmp_path.rglob(".*.json"):
        hidden.unlink()
    assert raw.last_stored(folder) == datetime(1970, 1, 1, tzinfo=UTC)
