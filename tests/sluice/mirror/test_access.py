"""A bucket's access logs on this machine: copied once, and gone when the bucket has them no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from chalicelib.access_logs import files
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects
from sluice.mirror import access
from tests import cloudfront

HOUR = datetime(2026, 11, 9, 23, tzinfo=UTC)
HOURS = [HOUR + timedelta(hours=number) for number in range(3)]
ALL = (date.min, date.max)
# A minute after the first of the two days has closed.
CLOSED = datetime(2026, 11, 11, 0, 1, tzinfo=UTC)


def key(hour: datetime) -> str:
    found = files.read(cloudfront.name(hour))
    assert found is not None
    return found.key


def test_the_files_of_the_days_are_copied_once_and_follow_the_bucket(tmp_path: Path) -> None:
    bucket, folder = FolderObjects(tmp_path / "bucket"), tmp_path / "mirror"
    for hour in HOURS:
        bucket.create(key(hour), cloudfront.packed([cloudfront.line(hour, {})]), {})
    assert access.fetch(bucket, folder, HOUR.date(), HOUR.date()) == 1
    assert access.fetch(bucket, folder, *ALL) == 2
    assert access.fetch(bucket, folder, *ALL) == 0
    assert [path.relative_to(folder).as_posix() for path in access.of_days(folder, *ALL)] == [*map(key, HOURS)]
    (tmp_path / "bucket" / key(HOURS[1])).unlink()
    access.fetch(bucket, folder, *ALL)
    assert [path.name for path in access.of_days(folder, *ALL)] == [
        cloudfront.name(HOURS[0]),
        cloudfront.name(HOURS[2]),
    ]


def test_a_file_from_which_somebody_was_erased_is_copied_again(tmp_path: Path) -> None:
    bucket, folder = FolderObjects(tmp_path / "bucket"), tmp_path / "mirror"
    bucket.create(key(HOUR), cloudfront.packed([cloudfront.line(HOUR, {})]), {})
    access.fetch(bucket, folder, *ALL)
    held = bucket.head(key(HOUR))
    assert held is not None
    bucket.replace(key(HOUR), b"without", held.metadata, held.etag)

    assert (access.fetch(bucket, folder, *ALL), (folder / key(HOUR)).read_bytes()) == (1, b"without")
    assert access.fetch(bucket, folder, *ALL) == 0


def test_a_line_is_its_fields_whatever_quotes_it_has_and_other_lines_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / key(HOUR)
    path.parent.mkdir(parents=True)
    odd = cloudfront.line(HOUR, {"cs-uri-stem": '/"a', "cs(User-Agent)": "it's \\ #1", "sc-bytes": "-"})
    path.write_bytes(cloudfront.packed([odd, "a line\n", odd]))
    rows = duckdb.sql(
        f"SELECT cs_uri_stem, cs_user_agent, sc_bytes, day FROM ({access.view([path])}) WHERE sc_status = 200"
    )
    assert rows.fetchall() == [('/"a', "it's \\ #1", None, "09")] * 2


@pytest.fixture
def bucket(tmp_path: Path) -> FolderObjects:
    """A bucket with three hours of two days, the first of which is compacted."""
    made = FolderObjects(tmp_path / "bucket")
    for hour in HOURS:
        made.create(key(hour), cloudfront.packed([cloudfront.line(hour, {"cs-uri-stem": f"/{hour:%d}"})]), {})
    compaction.work(made, [HOUR.date()], CLOSED, kind=REQUESTS)
    assert compaction.watermark(made, REQUESTS) == HOUR.date()
    return made


def shown(folder: Path) -> list[tuple[object, ...]]:
    rows = duckdb.sql(
        f"SELECT cs_uri_stem, sc_status, year, month, day, dt FROM ({access.view(access.of_days(folder, *ALL))})"
    )
    return sorted(rows.fetchall())


BOTH = [("/09", 200, "2026", "11", "09", "2026-11-09")] + [("/10", 200, "2026", "11", "10", "2026-11-10")] * 2


def test_a_day_up_to_the_watermark_is_read_from_its_parquet_and_later_ones_raw(
    bucket: FolderObjects, tmp_path: Path
) -> None:
    root = tmp_path / "bucket"
    assert [path.suffix for path in access.of_days(root, *ALL)] == [".parquet", ".gz", ".gz"]
    assert shown(root) == BOTH
    assert [path.suffix for path in access.of_days(root, HOUR.date(), HOUR.date())] == [".parquet"]


def test_the_copy_has_each_day_once_before_and_after_compaction(tmp_path: Path) -> None:
    made, folder = FolderObjects(tmp_path / "bucket"), tmp_path / "mirror"
    for hour in HOURS:
        made.create(key(hour), cloudfront.packed([cloudfront.line(hour, {"cs-uri-stem": f"/{hour:%d}"})]), {})
    assert access.fetch(made, folder, *ALL) == 3
    assert shown(folder) == BOTH
    asking = access.of_days(folder, *ALL)
    compaction.work(made, [HOUR.date()], CLOSED, kind=REQUESTS)
    assert access.fetch(made, folder, *ALL) == 1
    assert shown(folder) == BOTH
    assert all(path.exists() for path in asking)  # a question that began before it
    assert access.fetch(made, folder, *ALL) == 0
    assert [path.exists() for path in asking] == [False, True, True]
    assert shown(folder) == BOTH


def test_a_day_that_was_reconciled_is_copied_again_and_one_that_expired_goes(
    bucket: FolderObjects, tmp_path: Path
) -> None:
    folder, late = tmp_path / "mirror", files.read(cloudfront.name(HOUR, part="late"))
    access.fetch(bucket, folder, *ALL)
    assert late is not None
    bucket.create(late.key, cloudfront.packed([cloudfront.line(HOUR, {"cs-uri-stem": "/late"})]), {})
    compaction.reconcile(bucket, HOUR.date(), CLOSED, REQUESTS)
    assert access.fetch(bucket, folder, *ALL) == 1
    assert [row[0] for row in shown(folder)] == ["/09", "/10", "/10", "/late"]
    (tmp_path / "bucket" / REQUESTS.object_key(HOUR.date())).unlink()
    access.fetch(bucket, folder, *ALL)
    assert [row[0] for row in shown(folder)] == ["/10", "/10"]
