"""What was refused, on this machine: copied once, gone with the bucket's, and asked by the relation `rejected`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from chalicelib.lake.objects import FolderObjects
from sluice.mirror import rejected
from tests import rejected_lines

ALL = (date.min, date.max)
NINTH = (date(2026, 11, 9), date(2026, 11, 9))


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """A bucket with all of the hand-written ones."""
    rejected_lines.write(tmp_path / "bucket")
    return tmp_path / "bucket"


def test_the_files_of_the_days_are_copied_once_and_follow_the_bucket(bucket: Path, tmp_path: Path) -> None:
    objects, folder = FolderObjects(bucket), tmp_path / "mirror"
    assert rejected.fetch(objects, folder, *NINTH) == 3
    assert rejected.fetch(objects, folder, *ALL) == 3
    assert rejected.fetch(objects, folder, *ALL) == 0
    assert len(rejected.of_days(folder, *NINTH)) == 3
    gone = rejected.of_days(bucket, *NINTH)[0]
    gone.unlink()
    assert rejected.fetch(objects, folder, *ALL) == 0
    names = [path.relative_to(folder) for path in rejected.of_days(folder, *ALL)]
    assert names == [path.relative_to(bucket) for path in rejected.of_days(bucket, *ALL)]
    assert gone.relative_to(bucket) not in names


def test_a_file_from_which_somebody_was_erased_is_copied_again(bucket: Path, tmp_path: Path) -> None:
    objects, folder = FolderObjects(bucket), tmp_path / "mirror"
    rejected.fetch(objects, folder, *ALL)
    key = rejected.of_days(bucket, *NINTH)[0].relative_to(bucket).as_posix()
    held = objects.head(key)
    assert held is not None
    objects.replace(key, b"", held.metadata, held.etag)

    assert (rejected.fetch(objects, folder, *ALL), (folder / key).read_bytes()) == (1, b"")
    assert rejected.fetch(objects, folder, *ALL) == 0


def test_a_copy_keeps_the_days_that_were_not_asked_for(bucket: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mirror"
    rejected.fetch(FolderObjects(bucket), folder, *ALL)
    rejected.fetch(FolderObjects(tmp_path / "empty"), folder, *NINTH)
    assert len(rejected.of_days(folder, *ALL)) == 3


@pytest.mark.parametrize(
    "key", ["rejected/reason=A/year=2026/month=02/day=31/a.json", "rejected/reason=../year=2026/month=02/day=03/a.json"]
)
def test_a_key_that_is_not_one_of_ours_is_not_copied(tmp_path: Path, key: str) -> None:
    path = tmp_path / "bucket" / "rejected" / "x" / "y" / "z" / "v" / "a.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}")

    class Odd(FolderObjects):
        def versions(self, prefix: str) -> Iterator[tuple[str, str]]:
            return iter([(key, "1")])

    assert rejected.fetch(Odd(tmp_path / "bucket"), tmp_path / "mirror", *ALL) == 0


def test_a_line_is_its_fields_and_one_that_is_not_json_has_no_weight(bucket: Path) -> None:
    path = rejected.of_days(bucket, *NINTH)[0]
    path.write_bytes(path.read_bytes() + b"not JSON\n")
    rows = duckdb.sql(
        f"SELECT reason, weight, field, day, dt FROM ({rejected.view([path])}) ORDER BY weight NULLS LAST"
    )
    assert rows.fetchall() == [
        ("InvalidField", 1, "eventType", "09", "2026-11-09"),
        ("InvalidField", None, None, "09", "2026-11-09"),
    ]


def test_without_a_file_there_is_no_row_of_the_same_columns(bucket: Path) -> None:
    none, some = (duckdb.sql(rejected.view(paths)) for paths in ((), rejected.of_days(bucket, *ALL)))
    assert none.fetchall() == []
    assert dict(zip(none.columns, none.types, strict=True)) == dict(zip(some.columns, some.types, strict=True))
