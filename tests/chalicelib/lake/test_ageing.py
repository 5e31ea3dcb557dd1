"""Closed days as they get older: no address's hash after thirty days, and no raw object after as many as the entry says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.lake import ageing, compaction, parquet, tombstones, watermarks
from chalicelib.lake.ageing import Aged
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BucketObjects, FolderObjects, Objects
from chalicelib.records import day_prefix, encode, iso, object_key
from tests.conftest import BUCKET, OWNER, PROVE
from tests.records import record

DAY = date(2026, 6, 1)
RAW_DAYS = 10
KIND = EVENTS._replace(ip_days=30)
FOREIGN = f"{day_prefix(DAY)}notes.txt"


def night(after: int, day: date = DAY) -> datetime:
    """Three o'clock, so many days after this one."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC) + timedelta(days=after)


def line(event: str, day: date = DAY, **fields: Any) -> bytes:
    at = iso(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    given = {"ip": "00aa", "visitor_id": "00bb", "session_id": f"session-{event}", **fields}
    return encode(record(event, timestamp=at, server_timestamp=at, **given))


def store(objects: Objects, *events: str, day: date = DAY, name: str | None = None) -> None:
    """Each event as an object of its own, or all as one of this name."""
    if name:
        objects.create(f"{day_prefix(day)}{name}", b"".join(line(event, day) for event in events), {})
    for event in () if name else events:
        objects.create(object_key(day, event), line(event, day), {})


def rows(objects: Objects, folder: Path, day: date = DAY) -> list[tuple[str, str | None]]:
    """The eventIds of the day's Parquet with the address's hash of each."""
    path = folder / f"seen-{len(list(folder.glob('seen-*')))}.parquet"
    objects.fetch(compaction.object_key(day), path)
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT eventid, ip FROM '{path}' ORDER BY eventid").fetchall()


def events(objects: Objects, folder: Path, day: date = DAY) -> list[str]:
    return [event for event, _ in rows(objects, folder, day)]


def raw(objects: Objects, day: date = DAY) -> list[str]:
    return [key.rpartition("/")[2] for key in objects.keys(day_prefix(day))]


def compact(objects: Objects, *days: date, kind: Kind = KIND) -> None:
    for day in days:
        compaction.reconcile(objects, day, night(3, day), kind)
    compaction.advance(objects, night(3, max(days)), kind)


def aged(objects: Objects, now: datetime, kind: Kind = KIND) -> list[Aged]:
    return list(ageing.age(objects, now, kind, RAW_DAYS))


def released(objects: Objects, after: int = RAW_DAYS + 1, kind: Kind = KIND) -> list[Aged]:
    """The night in which the day's raw objects go, and the one before."""
    return [*aged(objects, night(after - 1), kind), *aged(objects, night(after), kind)]


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    """A tenant's bucket that is a folder, and one in moto's S3."""
    if request.param == "s3":
        request.getfixturevalue("s3")
        yield BucketObjects(BUCKET, OWNER)
    else:
        yield FolderObjects(tmp_path / BUCKET)


def test_an_old_day_loses_its_addresses_and_nothing_else(objects: Objects, tmp_path: Path) -> None:
    store(objects, "a", "b")
    compact(objects, DAY)
    before = objects.head(compaction.object_key(DAY))
    assert list(ageing.age(objects, night(30), KIND)) == []

    assert list(ageing.age(objects, night(31), KIND)) == [Aged(DAY, "bare")]

    after = objects.head(compaction.object_key(DAY))
    assert rows(objects, tmp_path) == [("a", None), ("b", None)]
    assert before and after and after.etag != before.etag
    assert after.metadata == {**before.metadata, "ip": "null"}
    assert list(ageing.age(objects, night(32), KIND)) == []


def test_only_the_addresses_differ(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, *"cab")
    compact(objects, DAY)
    held, bare = tmp_path / "held.parquet", tmp_path / "bare.parquet"
    objects.fetch(compaction.object_key(DAY), held)
    ageing.strip(objects, DAY)
    objects.fetch(compaction.object_key(DAY), bare)
    others = "SELECT * EXCLUDE (ip) FROM read_parquet(?)"
    with duckdb.connect() as connection:
        first, second = (connection.execute(others, [str(one)]).fetchall() for one in (held, bare))
        (said,) = connection.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{bare}')").fetchall()
    assert (first, said) == (second, ("ip", "null"))


def test_a_day_without_any_address_is_another_version_too(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    objects.create(object_key(DAY, "a"), line("a", ip=None), {})
    compact(objects, DAY)
    before = objects.read(compaction.object_key(DAY))
    ageing.strip(objects, DAY)
    assert objects.read(compaction.object_key(DAY)) != before


def test_an_old_day_that_is_made_again_has_no_addresses(objects: Objects, tmp_path: Path) -> None:
    store(objects, "a")
    compact(objects, DAY)
    list(ageing.age(objects, night(31), KIND))
    store(objects, "b")
    # By somebody who knows nothing of the entry.
    assert compaction.reconcile(objects, DAY, night(32)).did == "reconciled"
    assert rows(objects, tmp_path) == [("a", None), ("b", None)]


def test_a_day_that_is_imported_when_it_is_old_never_has_addresses(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, "a")
    compaction.compact(objects, DAY, night(99), KIND)
    assert rows(objects, tmp_path) == [("a", None)]


def test_a_day_that_somebody_compacts_by_hand_has_none_where_the_mark_has_passed_it(tmp_path: Path) -> None:
    """The command line knows nothing of the entry."""
    objects, first = FolderObjects(tmp_path / BUCKET), DAY - timedelta(days=3)
    store(objects, "a")
    compact(objects, DAY)
    list(ageing.age(objects, night(31), KIND))
    store(objects, "b", day=first)
    assert compaction.compact(objects, first, night(32)).did == "compacted"
    assert rows(objects, tmp_path, first) == [("b", None)]


def test_raw_objects_go_when_their_days_are_over_and_not_before(objects: Objects, tmp_path: Path) -> None:
    store(objects, "a", "b")
    store(objects, "c", "d", name="batch.00.json")
    compact(objects, DAY)
    assert aged(objects, night(RAW_DAYS)) == []
    assert len(raw(objects)) == 3

    assert aged(objects, night(RAW_DAYS + 1)) == [Aged(DAY, "released", deleted=3)]

    assert raw(objects) == []
    assert events(objects, tmp_path) == list("abcd")
    assert compaction.reconcile(objects, DAY, night(12), KIND).did == "kept"
    assert aged(objects, night(RAW_DAYS + 2)) == []


def test_nothing_goes_in_the_night_in_which_the_watermark_passes_it(tmp_path: Path) -> None:
    """A question that was asked just before reads raw objects by the old watermark."""
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, "a")
    compact(objects, DAY)
    for _ in range(2):  # two workers of one night
        aged(objects, night(RAW_DAYS + 20))
    mark = watermarks.read(objects)
    assert mark and (raw(objects), mark.released, mark.next) == (["a.json"], None, DAY + timedelta(days=1))
    assert Aged(DAY, "released", deleted=1) in aged(objects, night(RAW_DAYS + 21))


@pytest.mark.parametrize("name", ["bare", "released", "next", "asked"])
def test_a_mark_that_is_still_to_come_is_refused(tmp_path: Path, name: str) -> None:
    objects, later = FolderObjects(tmp_path / BUCKET), datetime.now(UTC).date() + timedelta(days=2)
    objects.create(EVENTS.watermark, f'{{"day":"{DAY}","{name}":"{later}"}}'.encode(), {})
    with pytest.raises(watermarks.BrokenWatermark, match=str(later)):
        watermarks.read(objects)


def test_nothing_goes_that_the_parquet_does_not_hold(objects: Objects, tmp_path: Path) -> None:
    store(objects, "a")
    objects.create(f"{day_prefix(DAY)}batch.01.json", line("b") + b"{}\n", {})
    objects.create(FOREIGN, b"of somebody", {})
    compact(objects, DAY)

    (done,) = released(objects)

    assert (done.did, done.deleted, done.left) == ("left", 1, 2)
    assert raw(objects) == ["batch.01.json", "notes.txt"]
    assert events(objects, tmp_path) == ["a", "b"]


def test_an_object_that_a_foreign_hand_took_out_of_the_parquet_stays(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, "a", "b")
    compact(objects, DAY)
    key = compaction.object_key(DAY)
    held, made = tmp_path / "held", tmp_path / "made"
    objects.fetch(key, held)
    parquet.copy(f"FROM read_parquet({parquet.text(held)}) WHERE eventid <> 'b'", made)
    head = objects.head(key)
    assert head and objects.replace(key, made.read_bytes(), head.metadata, head.etag)
    (done,) = released(objects)
    assert (done.did, done.deleted, raw(objects)) == ("left", 1, ["b.json"])


def test_a_late_event_is_added_before_the_deletion_and_after_it(objects: Objects, tmp_path: Path) -> None:
    store(objects, "a")
    compact(objects, DAY)
    store(objects, "b")
    assert released(objects) == [Aged(DAY, "released", deleted=2)]
    assert events(objects, tmp_path) == ["a", "b"]

    store(objects, "c")
    store(objects, "a", "d", name="log.00.json")
    assert compaction.reconcile(objects, DAY, night(40), KIND).did == "reconciled"
    assert events(objects, tmp_path) == list("abcd")
    assert Aged(DAY, "released", deleted=2) in aged(objects, night(41))
    assert (raw(objects), events(objects, tmp_path)) == ([], list("abcd"))


def test_a_reconcile_by_somebody_who_knows_nothing_of_the_entry_adds_too(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, "a")
    compact(objects, DAY)
    released(objects)
    store(objects, "b")
    done = compaction.reconcile(objects, DAY, night(20))
    assert (done.did, done.records, done.duplicates) == ("reconciled", 2, 0)
    assert compaction.reconcile(objects, DAY, night(20)).did == "unchanged"


def test_raw_that_shrank_by_another_hand_is_still_refused(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, "a", "b")
    compact(objects, DAY)
    objects.delete(object_key(DAY, "a"))
    assert compaction.reconcile(objects, DAY, night(9), KIND).did == "refused"


def test_a_stuck_day_keeps_its_own_raw_objects_and_those_of_the_days_after_it(tmp_path: Path) -> None:
    """The view reads raw objects of every day after the watermark."""
    objects, later = FolderObjects(tmp_path / BUCKET), DAY + timedelta(days=1)
    before = DAY - timedelta(days=1)
    for day in (before, DAY, later):
        store(objects, "a", day=day)
    compact(objects, before, later)
    assert compaction.watermark(objects) == before

    for after in (RAW_DAYS + 5, RAW_DAYS + 6):
        aged(objects, night(after))

    assert [raw(objects, day) for day in (before, DAY, later)] == [[], ["a.json"], ["a.json"]]
    compact(objects, DAY)
    for after in (RAW_DAYS + 8, RAW_DAYS + 9):
        aged(objects, night(after))
    assert [raw(objects, day) for day in (DAY, later)] == [[], []]


def test_days_that_cannot_go_hold_up_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ageing, "MAX_DAYS", 2)
    objects = FolderObjects(tmp_path / BUCKET)
    days = [DAY + timedelta(days=number) for number in range(4)]
    for day in days:
        store(objects, f"e{day:%d}", day=day)
    compact(objects, *days)
    for day in days[:3]:
        objects.create(f"{day_prefix(day)}notes.txt", b"x", {})

    for after in range(RAW_DAYS + 3, RAW_DAYS + 8):
        aged(objects, night(after))

    assert [raw(objects, day) for day in days] == [["notes.txt"]] * 3 + [[]]


def test_a_larger_number_of_days_keeps_what_was_announced_before(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, "a")
    compact(objects, DAY)
    for after in range(3, 9):
        aged(objects, night(after))  # announces the day, which is to go on the eleventh
    for after in range(9, 61):
        assert list(ageing.age(objects, night(after), KIND._replace(ip_days=1000), raw_days=60)) == []
    assert raw(objects) == ["a.json"]
    assert [one.did for one in ageing.age(objects, night(61), KIND._replace(ip_days=1000), raw_days=60)] == ["released"]


def test_a_tenant_that_asks_for_nothing_keeps_all_its_raw_objects(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path / BUCKET)
    store(objects, "a")
    compact(objects, DAY)
    for after in (400, 401):
        list(ageing.age(objects, night(after, DAY - timedelta(days=370)), KIND))
    assert raw(objects) == ["a.json"]


def test_who_was_erased_stays_erased_when_raw_is_gone(tmp_path: Path) -> None:
    objects, secret = FolderObjects(tmp_path / BUCKET), bytes(32)
    kind = KIND._replace(secret=lambda: secret)
    store(objects, "a", "b")
    compact(objects, DAY, kind=kind)
    released(objects, kind=kind)
    name = tombstones.named(secret, "session", "session-a")
    objects.create(tombstones.object_key(name, night(20)), b"", {})

    store(objects, "a", "c", name="stream.00.json")  # it waited somewhere
    assert compaction.reconcile(objects, DAY, night(21), kind).did == "reconciled"

    assert events(objects, tmp_path) == ["b", "c"]
    assert aged(objects, night(22), kind) == [Aged(DAY, "released", deleted=1)]
    assert (raw(objects), events(objects, tmp_path)) == ([], ["b", "c"])


def test_a_deletion_that_s3_refuses_is_a_fault_of_the_job(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = BucketObjects(BUCKET, OWNER)
    refused = {"Errors": [{"Key": "x", "Code": "AccessDenied"}]}
    monkeypatch.setattr(objects._client, "delete_objects", lambda **_: refused)
    with pytest.raises(ClientError, match="AccessDenied"):
        objects.delete_all(["x"])


def test_many_objects_are_deleted_a_thousand_at_a_time(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    objects, calls = BucketObjects(BUCKET, OWNER), []
    monkeypatch.setattr(objects._client, "delete_objects", lambda **given: calls.append(given) or {})
    objects.delete_all(map(str, range(2500)))
    assert [len(call["Delete"]["Objects"]) for call in calls] == [1000, 1000, 500]


class Crash(BaseException):
    """The machine is gone."""


class Dying:
    """Objects of a machine that is gone before its so many-th change, or after it; also in the middle of a deletion."""

    def __init__(self, objects: Objects, left: list[int], *, after: bool = False) -> None:
        self._objects, self._left, self._after = objects, left, after

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._objects, name)
        return self._changing(found) if name in {"create", "replace", "delete"} else found

    def delete_all(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.delete(key)

    def _changing(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*given: Any) -> Any:
            self._left[0] -= 1
            if self._left[0] == 0 and not self._after:
                raise Crash
            done = change(*given)
            if self._left[0] == 0:
                raise Crash
            return done

        return changed


@settings(max_examples=60 if PROVE else 4)
@given(steps=st.lists(st.integers(1, 14), min_size=1, max_size=4), after=st.booleans())
def test_wherever_a_night_crashes_nothing_is_lost_and_the_next_goes_on(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], after: bool
) -> None:
    folder = tmp_path_factory.mktemp("crashes")
    objects, days = FolderObjects(folder / BUCKET), [DAY + timedelta(days=number) for number in range(2)]
    for day in days:
        store(objects, "a", "b", day=day)
    compact(objects, *days)
    store(objects, "late")
    for number, step in enumerate(steps):
        try:
            aged(Dying(objects, [step], after=after), night(40 + number))
        except Crash:
            assert _all(objects, folder, days) >= {*_expected(days)}
    for number in range(3):
        aged(objects, night(50 + number))
    assert [raw(objects, day) for day in days] == [[], []]
    assert _all(objects, folder, days) == {*_expected(days)}
    assert {ip for day in days for _, ip in rows(objects, folder, day)} == {None}


def _expected(days: Iterable[date]) -> Iterator[tuple[date, str]]:
    yield from ((day, event) for day in days for event in "ab")
    yield DAY, "late"


def _all(objects: Objects, folder: Path, days: Iterable[date]) -> set[tuple[date, str]]:
    """What a reconcile would find: the days' Parquets, and raw objects."""
    found = {(day, event) for day in days for event in events(objects, folder, day)}
    return found | {(day, name.removesuffix(".json")) for day in days for name in raw(objects, day)}
