"""Access logs' closed days as one Parquet object each: by the compaction of events, at most once, and with what comes late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

from chalicelib import settings
from chalicelib.access_logs import files
from chalicelib.access_logs.fields import FIELDS
from chalicelib.access_logs.requests import KINDS, REQUESTS
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake import compaction, listing, nightly, watermarks
from chalicelib.lake.compaction import OpenDay
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.nightly import NotAdmitted, Task
from chalicelib.lake.objects import BucketObjects, FolderObjects, Objects
from tests import cloudfront
from tests.conftest import BUCKET, OWNER

NOW = datetime.now(UTC)
DAY = NOW.date() - timedelta(days=3)
NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
PARQUET = f"access-compacted/dt={DAY}/requests.parquet"


def store(objects: Objects, *lines: dict[str, str], part: str = "", at: datetime = NOON) -> str:
    file = files.read(cloudfront.name(at, part=part))
    assert file is not None
    objects.create(file.key, cloudfront.packed([cloudfront.line(at, line) for line in lines or [{}]]), {})
    return file.key


def rows(objects: Objects, tmp_path: Path, wanted: str = "cs_uri_stem") -> list[Any]:
    path = tmp_path / f"seen-{len(list(tmp_path.iterdir()))}.parquet"
    assert objects.fetch(PARQUET, path)
    return duckdb.sql(f"SELECT {wanted} FROM '{path}' ORDER BY ALL").fetchall()


@pytest.fixture(params=["folder", "S3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    if request.param == "folder":
        return FolderObjects(tmp_path / "bucket")
    return BucketObjects(BUCKET, OWNER, request.getfixturevalue("s3"))


def test_a_closed_day_is_one_object_with_every_line_and_typed_columns(objects: Objects, tmp_path: Path) -> None:
    store(objects, {"cs-uri-stem": "/b", "sc-bytes": "-"}, {"cs-uri-stem": '/"a'})
    store(objects, {"cs-uri-stem": "/b", "sc-bytes": "-"}, part="second")  # no copy: another file
    outcome = compaction.compact(objects, DAY, NOW, REQUESTS)
    assert (outcome.did, outcome.records, outcome.objects, outcome.unreadable) == ("compacted", 3, 2, 0)
    assert rows(objects, tmp_path, "cs_uri_stem, sc_bytes, time_taken") == [
        ('/"a', 1024, 0.01),
        ("/b", None, 0.01),
        ("/b", None, 0.01),
    ]
    assert compaction.compact(objects, DAY, NOW, REQUESTS).did == "already"


def test_its_columns_are_those_of_the_tables(objects: Objects, tmp_path: Path) -> None:
    store(objects)
    compaction.compact(objects, DAY, NOW, REQUESTS)
    path = tmp_path / "made.parquet"
    objects.fetch(PARQUET, path)
    assert duckdb.read_parquet(str(path), hive_partitioning=False).columns == [field.column for field in FIELDS]


def test_a_day_is_closed_a_day_after_its_end(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    store(objects)
    end = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(days=2)
    with pytest.raises(OpenDay, match="takes requests until"):
        compaction.compact(objects, DAY, end, REQUESTS)
    assert compaction.compact(objects, DAY, end + timedelta(minutes=1), REQUESTS).did == "compacted"


def test_what_is_not_a_log_file_is_named_and_the_rest_compacted(objects: Objects, tmp_path: Path) -> None:
    key = store(objects, {"cs-uri-stem": "/a"})
    folder = key.rpartition("/")[0]
    objects.create(f"{folder}/notes.gz", b"x", {})
    objects.create(f"{folder}/{cloudfront.name(NOON, part='cut')}", cloudfront.packed(["x\n"])[:-9], {})
    odd = cloudfront.packed([cloudfront.line(NOON, {"cs-uri-stem": "/c"}), "a line\n"])
    objects.create(f"{folder}/{cloudfront.name(NOON, part='odd')}", odd, {})
    outcome = compaction.compact(objects, DAY, NOW, REQUESTS)
    assert (outcome.did, outcome.records, outcome.unreadable) == ("compacted", 2, 3)
    reasons = sorted(one.reason for one in outcome.first_unreadable)
    assert [reason.partition(":")[0] for reason in reasons] == [
        "1 lines are not of its fields",
        "it is not a whole gzip file",
        "not a log file",
    ]
    assert rows(objects, tmp_path) == [("/a",), ("/c",)]


def test_a_late_file_comes_into_its_day_by_the_next_night(s3: Any, tmp_path: Path) -> None:
    stage, objects = given(distributions=frozenset({"E1ABC"})), BucketObjects(BUCKET, OWNER, s3)
    store(objects, {"cs-uri-stem": "/a"})
    task = Task(BUCKET, DAY, "requests")
    assert nightly.plan(stage, NOW, KINDS).tasks == [task]
    nightly.work(stage, task, NOW, KINDS)
    assert nightly.plan(stage, NOW, KINDS).tasks == []
    store(objects, {"cs-uri-stem": "/b"}, part="late")
    assert nightly.plan(stage, NOW, KINDS).tasks == [task]
    assert nightly.work(stage, task, NOW, KINDS)[0].did == "reconciled"
    assert rows(objects, tmp_path) == [("/a",), ("/b",)]
    assert nightly.plan(stage, NOW, KINDS).tasks == []


def test_raw_files_that_expired_take_nothing_from_the_parquet(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / "bucket")
    first, second = store(objects, {"cs-uri-stem": "/a"}), store(objects, {"cs-uri-stem": "/b"}, part="second")
    compaction.compact(objects, DAY, NOW, REQUESTS)
    (tmp_path / "bucket" / first).unlink()
    assert compaction.reconcile(objects, DAY, NOW, REQUESTS).did == "kept"
    (tmp_path / "bucket" / second).unlink()
    assert compaction.reconcile(objects, DAY, NOW, REQUESTS).did == "kept"
    assert rows(objects, tmp_path) == [("/a",), ("/b",)]


def given(**entry: Any) -> settings.Settings:
    found = settings.load({"STAGE": "dev", "ALLOWED_BUCKETS": BUCKET, "BUCKET_OWNER": OWNER, "SALTS": "memory"})
    object.__setattr__(found, "allowlist", Allowlist([Entry(BUCKET, **entry)]))
    return found


def test_without_distributions_nothing_below_access_is_planned_or_done(s3: Any) -> None:
    store(BucketObjects(BUCKET, OWNER, s3))
    assert nightly.plan(given(), NOW, KINDS).tasks == []
    with pytest.raises(NotAdmitted, match="has no requests"):
        nightly.work(given(), Task(BUCKET, DAY, "requests"), NOW, KINDS)


def test_a_task_of_an_older_night_is_of_events_and_one_of_events_is_written_as_before() -> None:
    old = {"bucket": BUCKET, "day": f"{DAY}"}
    assert msgspec.convert(old, Task) == Task(BUCKET, DAY, EVENTS.name)
    assert msgspec.to_builtins(Task(BUCKET, DAY)) == old
    assert str(Task(BUCKET, DAY, "requests")) == f"{BUCKET} {DAY} requests"


def test_each_kind_has_its_own_watermark_and_neither_sees_the_other(s3: Any) -> None:
    objects = BucketObjects(BUCKET, OWNER, s3)
    store(objects)
    compaction.work(objects, [DAY], NOW, kind=REQUESTS)
    assert (compaction.watermark(objects), list(listing.compacted(objects))) == (None, [])
    assert compaction.watermark(objects, REQUESTS) == NOW.date() - timedelta(days=2)
    assert list(listing.compacted(objects, REQUESTS)) == [DAY]


def test_a_broken_watermark_is_named_by_its_own_key(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.create(REQUESTS.watermark, b"{}", {})
    with pytest.raises(watermarks.BrokenWatermark, match=r"access-compacted/_watermark\.json is not a watermark"):
        compaction.watermark(objects, REQUESTS)
