"""Files to their places: once, verified, and safe to repeat, to run at the same time and to kill anywhere."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import privacy
from chalicelib.access_logs import moving
from chalicelib.access_logs.moving import NoSalt, Outcome, Tenant
from chalicelib.access_logs.sources import FolderSource, Source
from chalicelib.allowlist import Entry
from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.tracking.salts import MemorySalts
from tests import cloudfront

NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
HOUR = datetime(2026, 11, 9, 23, tzinfo=UTC)
ADDRESS = "203.0.113.9"
NAME = cloudfront.name(HOUR)
KEY = f"access/year=2026/month=11/day=09/{NAME}"
ENTRY = Entry("shop-analytics", distributions=frozenset({cloudfront.DISTRIBUTION}))


class Crash(BaseException):
    """The machine is gone: nothing of ours may catch it."""


class Dying:
    """A source or a bucket of which the call with this number never returns; whether it was still made is a coin's."""

    calls = 0
    last = 0

    def __init__(self, real: Any, chance: random.Random) -> None:
        self._real, self._chance = real, chance

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            Dying.calls += 1
            if Dying.calls != Dying.last:
                return getattr(self._real, name)(*given)
            if self._chance.random() < 0.5:
                getattr(self._real, name)(*given)
            raise Crash

        return call


def packed(*addresses: str) -> bytes:
    return cloudfront.packed(cloudfront.line(HOUR, {"c-ip": address}) for address in addresses)


def inbox(folder: Path, name: str = NAME, body: bytes | None = None) -> FolderSource:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(packed(ADDRESS) if body is None else body)
    return FolderSource(folder)


def shop(objects: Objects, **said: Any) -> Tenant:
    given = {"access_logs": "private", "keep_query": frozenset(), "salts": MemorySalts(), **said}
    entry = Entry(ENTRY.bucket, distributions=ENTRY.distributions, access_logs=given.pop("access_logs"))
    return Tenant(ENTRY.bucket, entry, objects, **given)


def move(source: Source, tenant: Tenant, key: str = NAME, *, now: datetime = NOW, delete: bool = True) -> Outcome:
    return moving.move(source, key, tenant, moving.distributions([ENTRY]), now, delete=delete)


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path / "bucket")


def test_a_file_goes_to_its_place_cleaned_and_then_from_where_it_was(tmp_path: Path, objects: FolderObjects) -> None:
    tenant = shop(objects)
    assert move(inbox(tmp_path / "in"), tenant).did == "moved"
    root = tenant.salts.root(HOUR.date(), NOW)
    address = privacy.parse_address(ADDRESS)
    line = gzip.decompress(objects.read(KEY)).decode().splitlines()[-1].split("\t")
    assert line[4] == privacy.hash_address(privacy.tenant_salt(root, ENTRY.bucket), address)
    assert list((tmp_path / "in").iterdir()) == []


def test_raw_moves_the_bytes(tmp_path: Path, objects: FolderObjects) -> None:
    body = packed(ADDRESS) + b"not even gzip"
    assert move(inbox(tmp_path / "in", body=body), shop(objects, access_logs="raw")).did == "moved"
    assert objects.read(KEY) == body


def test_a_day_whose_salt_is_forgotten_gets_no_hash(tmp_path: Path, objects: FolderObjects) -> None:
    late = NOW + timedelta(days=3)
    assert move(inbox(tmp_path / "in"), shop(objects), now=late).cleaned.unhashed == 1
    assert ADDRESS.encode() not in gzip.decompress(objects.read(KEY))


def test_a_salt_that_should_be_there_is_waited_for(tmp_path: Path, objects: FolderObjects) -> None:
    class Down:
        cause = "Timeout"

        def root(self, *_: object) -> None:
            return None

    with pytest.raises(NoSalt, match="2026-11-09 is not available \\(Timeout\\)"):
        move(inbox(tmp_path / "in"), shop(objects, salts=Down()))
    assert (tmp_path / "in" / NAME).exists()
    assert objects.head(KEY) is None


def test_the_second_time_it_is_there_also_when_its_salt_is_forgotten(tmp_path: Path, objects: FolderObjects) -> None:
    move(inbox(tmp_path / "in"), shop(objects), delete=False)
    before = objects.read(KEY)
    again = move(inbox(tmp_path / "in"), shop(objects), now=NOW + timedelta(days=3))
    assert (again.did, objects.read(KEY)) == ("there", before)
    assert list((tmp_path / "in").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "body", "did"),
    [
        ("notes.txt", b"", "foreign"),
        (cloudfront.name(HOUR, "E9UNKNOWN"), None, "unknown"),
        (NAME, b"plain", "unreadable"),
    ],
)
def test_what_is_not_the_tenant_s_or_no_log_is_left(
    tmp_path: Path, objects: FolderObjects, name: str, body: bytes | None, did: str
) -> None:
    outcome = move(inbox(tmp_path / "in", name, body), shop(objects), name)
    assert (outcome.did, bool(outcome.reason)) == (did, True)
    assert (tmp_path / "in" / name).exists()
    assert list(objects.keys("access/")) == []


def test_another_tenant_s_file_is_left_to_it(tmp_path: Path, objects: FolderObjects) -> None:
    source, owners = inbox(tmp_path / "in"), {cloudfront.DISTRIBUTION: "blog-analytics"}
    assert moving.move(source, NAME, shop(objects), owners, NOW, delete=True).did == "others"
    assert (tmp_path / "in" / NAME).exists()


def test_a_file_that_is_gone_meanwhile_does_not_matter(tmp_path: Path, objects: FolderObjects) -> None:
    source = inbox(tmp_path / "in")
    source.delete(NAME)
    source.delete(NAME)
    assert move(source, shop(objects)).did == "gone"


def test_a_place_that_has_another_file_is_left_as_is_and_the_file_too(tmp_path: Path, objects: FolderObjects) -> None:
    objects.create(KEY, b"another", {})
    assert move(inbox(tmp_path / "in"), shop(objects)).did == "taken"
    assert objects.read(KEY) == b"another"
    assert (tmp_path / "in" / NAME).exists()


def test_a_file_is_not_deleted_where_its_object_is_damaged(tmp_path: Path, objects: FolderObjects) -> None:
    class Damaged(FolderObjects):
        def read(self, key: str, most: int | None = None) -> bytes | None:
            found = super().read(key, most)
            return found and found[:-1]

    assert move(inbox(tmp_path / "in"), shop(Damaged(tmp_path / "bucket"))).did == "taken"
    assert (tmp_path / "in" / NAME).exists()


def test_a_move_that_is_killed_anywhere_is_finished_by_the_next(tmp_path: Path) -> None:
    for last in range(1, 8):
        for coin in (0, 1):
            folder = tmp_path / f"{last}-{coin}"
            objects, source = FolderObjects(folder / "bucket"), inbox(folder / "in")
            tenant = shop(objects)
            Dying.calls, Dying.last = 0, last
            chance = random.Random(coin)
            was_killed = False
            try:
                move(Dying(source, chance), tenant._replace(objects=Dying(objects, chance)))
            except Crash:
                was_killed = True
            assert was_killed == (last < 7), last
            # At every moment the file is in one place at least, whole.
            assert (folder / "in" / NAME).exists() or objects.read(KEY) is not None
            for name in source.listed():
                move(source, tenant, name)
            assert list(source.listed()) == []
            (stored,) = [key for key in objects.keys("access/") if key.endswith(".gz")]
            assert gzip.decompress(objects.read(stored)).count(b"\n") == 3
