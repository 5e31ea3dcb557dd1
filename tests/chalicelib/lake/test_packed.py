"""Objects of the stream: several records packed by gzip, read next to plain ones, and what is wrong with others."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from chalicelib.lake import raw
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import day_prefix, encode
from tests import records

DAY = date(2026, 11, 1)
FOLDER = day_prefix(DAY)


def lines(*names: str) -> bytes:
    return b"".join(encode(records.record(name)) for name in names)


def gathered(tmp_path: Path, bodies: dict[str, bytes]) -> raw.Gathered:
    objects = FolderObjects(tmp_path / "bucket")
    for name, body in bodies.items():
        objects.create(f"{FOLDER}{name}", body, {})
    return raw.gather(objects, raw.keys(objects, DAY), tmp_path / "lines")


def test_packed_and_plain_objects_are_read_side_by_side(tmp_path: Path) -> None:
    packed = gzip.compress(lines("second", "third"))
    found = gathered(tmp_path, {"first.json": lines("first"), "stream.ab.json.gz": packed})
    assert (found.records, found.unreadable) == (3, [])
    assert (tmp_path / "lines").read_bytes().count(b"\n") == 3


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("stream.a.json.gz", lines("a"), "not packed by gzip"),
        ("stream.a.json.gz", gzip.compress(lines("a"))[:-4], "not one whole gzip"),
        ("stream.a.json.gz", gzip.compress(lines("a")) + b"more", "not one whole gzip"),
        ("stream.a.json.gz", gzip.compress(b" " * (raw.MAX_BYTES + 1)), f"more than {raw.MAX_BYTES} bytes, unpacked"),
        ("a.json", gzip.compress(lines("a")), "line 1: "),
        (
            "a.gz",
            gzip.compress(lines("a")),
            "not a record's object: its name is not a text that ends in .json or .json.gz",
        ),
    ],
)
def test_what_is_wrong_with_an_object_is_named(tmp_path: Path, name: str, body: bytes, reason: str) -> None:
    found = gathered(tmp_path, {name: body, "good.json": lines("good")})
    assert found.keys == [f"{FOLDER}good.json"]
    assert [(one.key, one.reason.startswith(reason)) for one in found.unreadable] == [(f"{FOLDER}{name}", True)]


def test_a_deleted_object_is_gone_with_what_was_said_of_it(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.create("some/key.json", b"{}", {"said": "much"})
    objects.delete("some/key.json")
    objects.delete("some/other.json")
    assert list(objects.keys("some/")) == [] and objects.head("some/key.json") is None
    assert list((tmp_path / "some").iterdir()) == []
    assert objects.create("some/key.json", b"{}", {})
