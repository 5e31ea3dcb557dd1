"""A bucket's access logs on this machine: copied once, and gone when the bucket has them no more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from chalicelib.access_logs import files
from chalicelib.lake.objects import FolderObjects
from sluice.mirror import access
from tests import cloudfront

HOUR = datetime(2026, 11, 9, 23, tzinfo=UTC)
HOURS = [HOUR + timedelta(hours=number) for number in range(3)]
ALL = (date.min, date.max)


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


def test_a_line_is_its_fields_whatever_quotes_it_has_and_other_lines_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / key(HOUR)
    path.parent.mkdir(parents=True)
    odd = cloudfront.line(HOUR, {"cs-uri-stem": '/"a', "cs(User-Agent)": "it's \\ #1", "sc-bytes": "-"})
    path.write_bytes(cloudfront.packed([odd, "a line\n", odd]))
    rows = duckdb.sql(
        f"SELECT cs_uri_stem, cs_user_agent, sc_bytes, day FROM ({access.view([path])}) WHERE sc_status = 200"
    )
    assert rows.fetchall() == [('/"a', "it's \\ #1", None, "09")] * 2
