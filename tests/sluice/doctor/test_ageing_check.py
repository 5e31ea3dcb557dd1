"""What the doctor says of days that are older than their rules."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from chalicelib.allowlist import Entry
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import FolderObjects
from sluice.doctor import lake
from sluice.doctor.findings import Seen
from tests.chalicelib.lake.test_ageing import DAY, FOREIGN, RAW_DAYS, aged, compact, night, store
from tests.conftest import BUCKET


def seen(objects: FolderObjects, after: int, raw_days: int | None = RAW_DAYS) -> Seen:
    return lake.seen(objects, EVENTS, Entry(BUCKET, raw_days=raw_days), night(after).date())


def test_days_that_are_not_aged_are_named_after_some_nights(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    store(objects, "a")
    compact(objects, DAY)
    assert [seen(objects, after).verdict for after in (RAW_DAYS + 4, RAW_DAYS + 5)] == ["ok", "warning"]
    assert seen(objects, RAW_DAYS + 5).found == f"raw objects of these days are older than raw_days: {DAY}"
    assert [seen(objects, after, None).verdict for after in (34, 35)] == ["ok", "warning"]
    assert seen(objects, 35, None).found == f"these days still have addresses' hashes: {DAY}"


def test_days_that_are_aged_are_well_and_an_object_of_somebody_else_is_named(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    store(objects, "a")
    compact(objects, DAY)
    for after in (40, 41):
        aged(objects, night(after))
    (tmp_path / FOREIGN).parent.rmdir()  # in S3 an empty folder is not there
    assert seen(objects, 60) == Seen("ok", f"1 compacted days, up to {DAY + timedelta(days=1)}")
    objects.create(FOREIGN, b"of somebody", {})
    assert "older than raw_days" in seen(objects, 60).found
