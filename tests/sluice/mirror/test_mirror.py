"""The mirror: only what is new is read, what is gone goes, and a question sees one whole snapshot."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import settings
from chalicelib.lake import compaction
from chalicelib.lake.objects import Objects
from chalicelib.records import day_prefix
from sluice.mirror import mirror, view, visits
from sluice.mirror.mirror import Mirror, Snapshot
from sluice.mirror.tenant import Place
from sluice.project.config import Allow, Stage
from tests.chalicelib.lake.test_compaction import line
from tests.chalicelib.lake.test_compaction_crashes import Bucket, FolderBucket, S3Bucket
from tests.conftest import BUCKET

DAY = date(2026, 11, 1)
NEXT = date(2026, 11, 2)
LATER = datetime(2026, 11, 20, tzinfo=UTC)


class Counting:
    """A bucket's objects, and the keys that were read of them."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self.read_keys: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._objects, name)

    def read_all(self, keys: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes | None]]:
        for key, body in self._objects.read_all(keys, most):
            self.read_keys.append(key.rpartition("/")[2])
            yield key, body

    def fetch(self, key: str, path: Path) -> str | None:
        self.read_keys.append(key)
        return self._objects.fetch(key, path)


class Tenant:
    """A tenant's bucket, and its mirror."""

    def __init__(self, bucket: Bucket, folder: Path) -> None:
        self._bucket, self.objects = bucket, Counting(bucket.objects)
        self.mirror = Mirror(folder / "mirror")

    def stores(self, day: date = DAY, **bodies: bytes) -> None:
        for name, body in bodies.items():
            self._bucket.put(f"{day_prefix(day)}{name}.json", body)

    def expires(self, name: str) -> None:
        self._bucket.delete(f"{day_prefix(DAY)}{name}.json")

    def compacts(self, day: date = DAY) -> None:
        """The day, and the watermark over it and no other."""
        compaction.compact(self.objects, day, LATER)
        compaction.advance(self.objects, compaction.closes(day))

    def refreshes(self, **days: date) -> Snapshot:
        """Bring the mirror up to date; reset what was read."""
        self.objects.read_keys.clear()
        return self.mirror.refresh(self.objects, **days)

    def shows(self, snapshot: Snapshot | None = None) -> list[str]:
        """The events that a question sees."""
        source = view.Source(self.mirror.folder, snapshot or self.refreshes())
        with view.connect({"events": source}) as connection:
            return [event for (event,) in connection.execute("SELECT eventid FROM events ORDER BY ALL").fetchall()]


@pytest.fixture(params=["folder", "s3"])
def tenant(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tenant]:
    """A tenant whose bucket is empty."""
    if request.param == "folder":
        yield Tenant(FolderBucket(tmp_path / "data", BUCKET), tmp_path)
        return
    with mock_aws():
        yield Tenant(S3Bucket(boto3.client("s3"), BUCKET), tmp_path)


def test_an_empty_bucket_has_an_empty_lake(tenant: Tenant) -> None:
    assert tenant.mirror.snapshot() is None
    assert tenant.shows() == []
    assert tenant.mirror.snapshot() == Snapshot()


def test_raw_days_show_each_event_once(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), more=line("a") + line("b"))
    tenant.stores(NEXT, c=line("c"))

    assert tenant.shows() == ["a", "b", "c"]


def test_only_new_objects_are_read(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("b"))
    tenant.refreshes()
    tenant.stores(c=line("c"))

    assert tenant.shows() == ["a", "b", "c"]
    assert tenant.objects.read_keys == ["c.json"]


def test_where_nothing_is_new_nothing_is_read_or_written(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.stores(NEXT, b=line("b"))
    tenant.compacts()
    before, manifest = tenant.refreshes(), tenant.mirror.folder / "snapshot.json"
    os.utime(manifest, (0, 0))

    assert tenant.refreshes() == before
    assert tenant.objects.read_keys == []
    assert manifest.stat().st_mtime == 0


def test_a_mirror_that_was_looked_at_without_anything_new_is_as_fresh_as_that(tenant: Tenant) -> None:
    assert tenant.mirror.refreshed() is None
    tenant.stores(a=line("a"))
    tenant.refreshes()
    os.utime(tenant.mirror.folder / "snapshot.json", (0, 0))
    tenant.refreshes()
    assert tenant.mirror.refreshed() == datetime.fromtimestamp(0, UTC)

    tenant.mirror.confirm()

    refreshed = tenant.mirror.refreshed()
    assert refreshed and datetime.now(UTC) - refreshed < timedelta(minutes=5)


def test_a_place_in_s3_is_known_up_to_its_mirror_and_a_folder_up_to_now(tmp_path: Path) -> None:
    mirrored = Mirror(tmp_path)
    (tmp_path / "snapshot.json").touch()
    os.utime(tmp_path / "snapshot.json", (0, 0))
    stores = (
        settings.load({"ALLOWED_BUCKETS": BUCKET, **store})
        for store in ({"BUCKET_OWNER": "111122223333"}, {"STORE": f"dir:{tmp_path}"})
    )

    known = [Place(Stage("any"), BUCKET, Allow(BUCKET), one, mirrored).known(LATER) for one in stores]

    assert known == [datetime.fromtimestamp(0, UTC), LATER]


def test_an_event_that_comes_again_in_a_later_refresh_shows_once(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.refreshes()
    tenant.stores(copy=line("a"))

    assert tenant.shows() == ["a"]


def test_one_event_id_on_two_days_is_two_events(tenant: Tenant) -> None:
    for name in "ab":
        tenant.stores(DAY, **{name: line("same")})
        tenant.stores(NEXT, **{name: line("same")})
        tenant.refreshes()

    assert tenant.shows() == ["same", "same"]


def test_what_is_gone_from_raw_goes_from_the_lake(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("b"))
    tenant.refreshes()
    tenant.expires("a")

    assert tenant.shows() == ["b"]


def test_a_raw_day_that_is_gone_goes_whole(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.stores(NEXT, b=line("b"))
    tenant.refreshes()
    tenant.expires("a")

    assert tenant.shows() == ["b"]


def test_a_day_that_the_watermark_passes_is_taken_as_parquet(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.stores(NEXT, b=line("b"))
    tenant.refreshes()
    tenant.compacts()

    snapshot = tenant.refreshes()

    assert (list(snapshot.compacted), list(snapshot.raw)) == ([DAY], [NEXT])
    assert tenant.objects.read_keys == [compaction.object_key(DAY)]
    assert tenant.shows(snapshot) == ["a", "b"]


def test_a_parquet_that_the_watermark_has_not_passed_is_not_looked_at(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.stores(NEXT, b=line("b"))
    tenant.compacts()
    compaction.compact(tenant.objects, NEXT, LATER)

    snapshot = tenant.refreshes()

    assert (list(snapshot.compacted), list(snapshot.raw)) == ([DAY], [NEXT])
    assert tenant.shows(snapshot) == ["a", "b"]


def test_before_there_is_a_watermark_every_day_is_raw(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, LATER)

    assert (tenant.refreshes().compacted, tenant.shows()) == ({}, ["a"])


def test_a_reconciled_day_is_fetched_again(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.compacts()
    tenant.refreshes()
    tenant.stores(b=line("b"))
    assert tenant.shows() == ["a"]

    compaction.reconcile(tenant.objects, DAY, LATER)

    assert tenant.shows() == ["a", "b"]


def test_many_small_refreshes_become_one_part(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "MAX_PARTS", 3)
    parts = []
    for name in "abcd":
        tenant.stores(**{name: line(name) + line("a")})
        parts.append(len(tenant.refreshes().raw[DAY]))

    assert parts == [1, 2, 3, 1]
    assert tenant.shows() == ["a", "b", "c", "d"]
    assert tenant.objects.read_keys == []


def test_a_large_day_is_read_in_batches(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mirror, "BATCH", 2)
    tenant.stores(**{name: line(name) + line("e") for name in "abcde"})

    snapshot = tenant.refreshes()

    assert len(snapshot.raw[DAY]) == 3
    assert tenant.shows(snapshot) == ["a", "b", "c", "d", "e"]


def test_a_question_reads_its_snapshot_while_the_mirror_is_refreshed(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("b"))
    former = tenant.refreshes()
    _age(tenant.mirror.folder)
    tenant.expires("a")
    tenant.compacts()

    tenant.refreshes()

    assert tenant.shows(former) == ["a", "b"]


def test_what_no_snapshot_has_named_for_long_is_swept(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.refreshes()
    tenant.compacts()
    tenant.refreshes()
    _age(tenant.mirror.folder)
    tenant.stores(NEXT, b=line("b"))

    tenant.refreshes()

    assert list((tenant.mirror.folder / "raw" / f"dt={DAY}").iterdir()) == []
    assert tenant.shows() == ["a", "b"]


class Killed(BaseException):
    """The refresh is gone."""


def test_a_killed_refresh_leaves_the_former_snapshot(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant.stores(a=line("a"))
    former = tenant.refreshes()
    tenant.stores(b=line("b"))
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Mirror, "_commit", _dies)
        tenant.refreshes()

    assert tenant.mirror.snapshot() == former
    assert tenant.shows(former) == ["a"]
    assert tenant.shows() == ["a", "b"]


def test_a_refresh_that_was_killed_between_a_parts_files_is_made_good(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.stores(a=line("a"))
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Path, "replace", _dies)
        tenant.refreshes()

    assert tenant.mirror.snapshot() is None
    assert tenant.shows() == ["a"]


def test_what_a_killed_refresh_left_is_swept(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.refreshes()
    left = tenant.mirror.folder / ".making-left"
    left.mkdir()
    (left / "lines.json").write_bytes(line("b"))
    _age(tenant.mirror.folder)
    tenant.stores(b=line("b"))

    tenant.refreshes()

    assert not left.exists()


def test_unreadable_objects_are_named_at_every_refresh(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), bad=b"{")
    tenant.refreshes()

    snapshot = tenant.refreshes()

    assert [named.key for named in snapshot.unreadable] == [f"{day_prefix(DAY)}bad.json"]
    assert tenant.objects.read_keys == []


def test_a_file_whose_name_is_not_text_is_named(tmp_path: Path) -> None:
    tenant = Tenant(FolderBucket(tmp_path / "data", BUCKET), tmp_path)
    tenant.stores(a=line("a"))
    (tmp_path / "data" / BUCKET / day_prefix(DAY) / "\udcff.txt").write_bytes(b"mine")

    assert tenant.refreshes() == tenant.refreshes()
    assert len(tenant.mirror.refresh(tenant.objects).unreadable) == 1
    assert tenant.objects.read_keys == []


def test_only_the_days_that_are_asked_for_are_read(tenant: Tenant) -> None:
    for number, name in enumerate("abc"):
        tenant.stores(DAY + timedelta(days=number), **{name: line(name)})

    assert tenant.shows(tenant.refreshes(since=NEXT, until=NEXT)) == ["b"]
    assert tenant.objects.read_keys == ["b.json"]


def test_days_that_are_not_asked_for_stay_as_they_are(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.refreshes()
    tenant.stores(late=line("late"))
    tenant.stores(NEXT, b=line("b"))

    assert tenant.shows(tenant.refreshes(since=NEXT)) == ["a", "b"]
    assert tenant.shows() == ["a", "b", "late"]


def test_compacted_days_outside_the_range_are_not_fetched(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.stores(NEXT, b=line("b"))
    tenant.compacts()
    tenant.compacts(NEXT)

    assert list(tenant.refreshes(since=NEXT).compacted) == [NEXT]
    assert tenant.objects.read_keys == [compaction.object_key(NEXT)]


def test_the_progress_of_each_day_is_reported(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("b"))
    calls: list[tuple[str, int, int]] = []

    tenant.mirror.refresh(tenant.objects, progress=lambda *what: calls.append(what))

    assert calls == [("2026-11-01", 2, 2)]


def test_a_small_days_visits_are_not_worth_keeping(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    (part,) = tenant.refreshes().raw[DAY]
    assert not visits.path(tenant.mirror.folder / part.path).exists()


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visits of every day are worth keeping."""
    monkeypatch.setattr(mirror, "WORTH_KEEPING", 0)


@pytest.mark.usefixtures("keeping")
def test_the_visits_of_each_whole_day_are_kept_and_those_of_a_killed_refresh_made_up_for(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.stores(a=line("a"))
    tenant.stores(NEXT, b=line("b"))
    tenant.compacts()
    with monkeypatch.context() as dying:
        dying.setattr(visits, "make", _dies)
        with pytest.raises(Killed):
            tenant.refreshes()
    snapshot = tenant.refreshes()

    parts = [snapshot.compacted[DAY], *snapshot.raw[NEXT]]
    assert all(visits.path(tenant.mirror.folder / part.path).exists() for part in parts)


@pytest.mark.usefixtures("keeping")
def test_why_a_day_s_visits_cannot_be_kept_is_logged(tenant: Tenant, caplog: pytest.LogCaptureFixture) -> None:
    tenant.stores(a=line("a"))
    (part,) = tenant.refreshes().raw[DAY]
    file = tenant.mirror.folder / part.path
    visits.path(file).unlink()
    file.write_bytes(b"no Parquet at all")

    tenant.refreshes()

    assert f"The visits in {file} could not be kept: " in caplog.text
    assert not visits.path(file).exists()


@pytest.mark.usefixtures("keeping")
def test_a_day_of_several_files_keeps_no_visits_and_is_shown_all_the_same(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.refreshes()
    tenant.stores(b=line("b"))
    snapshot = tenant.refreshes()

    _, second = snapshot.raw[DAY]
    assert not visits.path(tenant.mirror.folder / second.path).exists()
    assert tenant.shows(snapshot) == ["a", "b"]


@pytest.mark.usefixtures("keeping")
def test_a_days_kept_visits_go_when_its_file_goes(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    (part,) = tenant.refreshes().raw[DAY]
    kept = visits.path(tenant.mirror.folder / part.path)
    tenant.compacts()
    tenant.refreshes()
    assert kept.exists()
    _age(tenant.mirror.folder)
    tenant.stores(NEXT, b=line("b"))
    tenant.refreshes()

    assert not kept.exists()


def _dies(*_: Any) -> None:
    raise Killed


def _age(folder: Path) -> None:
    """Let everything be older than a question lasts."""
    then = time.time() - 2 * mirror.LINGER
    for path in folder.rglob("*"):
        os.utime(path, (then, then))
