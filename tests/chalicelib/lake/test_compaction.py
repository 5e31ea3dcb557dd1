"""The steps of compaction, one by one, on a folder and on moto's S3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import duckdb
import msgspec
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from moto import mock_aws

from chalicelib.lake import compaction, listing, raw
from chalicelib.lake.columns import columns, schema
from chalicelib.lake.compaction import WATERMARK, OpenDay, Outcome, Status
from chalicelib.lake.objects import BucketObjects, FolderObjects
from chalicelib.lake.watermarks import Watermark
from chalicelib.records import Device, Location, Record, Utm, Viewport, day_prefix, encode
from tests import records
from tests.chalicelib.lake.test_compaction_crashes import Bucket, FolderBucket, S3Bucket
from tests.conftest import BUCKET, OWNER

DAY = date(2026, 11, 1)
NEXT = date(2026, 11, 2)
CLOSED = datetime(2026, 11, 3, 0, 1, tzinfo=UTC)
LATER = CLOSED + timedelta(days=15)
NOON = "2026-11-01T12:00:00.000Z"
PARQUET = "compacted/dt=2026-11-01/events.parquet"
WRITERS = 8


def record(event_id: str, **fields: Any) -> Record:
    """A record of the day that says much, with these fields over it."""
    whole = {
        "timestamp": NOON,
        "server_timestamp": NOON,
        "page": "/",
        "session_id": "s-1",
        "user_id": "u-1",
        "ip": "0" * 16,
        "visitor_id": "1" * 16,
        "location": Location("SE", "E", "Linköping"),
        "device": Device("mobile", "Safari", "iOS"),
        "viewport": Viewport(390, 844),
        "referrer": "https://example.org",
        "utm": Utm(source="letter"),
        "from_website": "shop",
        "user_agent": "Safari",
        "metadata": '{"plan":"pro"}',
    }
    return records.record(event_id, **{**whole, **fields})


def line(event_id: str, **fields: Any) -> bytes:
    """The record as it is stored."""
    return encode(record(event_id, **fields))


def altered(event_id: str, **fields: Any) -> bytes:
    """A record as nobody of ours stores it; what is set to `...` is missing."""
    record = {**msgspec.json.decode(line(event_id)), **fields}
    return msgspec.json.encode({name: value for name, value in record.items() if value is not ...})


class Tenant:
    """A bucket with a few objects of a day, and its Parquet as rows."""

    def __init__(self, bucket: Bucket, folder: Path) -> None:
        self.bucket, self.objects, self._seen = bucket, bucket.objects, folder / "seen.parquet"

    def stores(self, day: date = DAY, **bodies: bytes) -> None:
        """Each body under its name, as `<name>.json`."""
        for name, body in bodies.items():
            self.bucket.put(f"{day_prefix(day)}{name}.json", body)

    def expires(self, name: str) -> None:
        self.bucket.delete(f"{day_prefix(DAY)}{name}.json")

    def rows(self, ask: str = "eventid") -> list[Any]:
        """One expression of each row of the day's Parquet, in the file's order."""
        with self._parquet() as connection:
            return [row[0] for row in connection.execute(f"SELECT {ask} FROM day").fetchall()]

    def columns(self) -> dict[str, str]:
        """The columns of the day's Parquet with their types."""
        with self._parquet() as connection:
            # DuckDB puts a word of its own in quotes.
            return {name: kind.replace('"', "") for name, kind, *_ in connection.execute("DESCRIBE day").fetchall()}

    def _parquet(self) -> duckdb.DuckDBPyConnection:
        self._seen.unlink(missing_ok=True)
        self.objects.fetch(PARQUET, self._seen)
        connection = duckdb.connect()
        connection.execute(f"CREATE VIEW day AS FROM read_parquet('{self._seen}')")
        return connection


@pytest.fixture(params=["folder", "s3"])
def tenant(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tenant]:
    """A tenant whose bucket is empty."""
    if request.param == "folder":
        yield Tenant(FolderBucket(tmp_path / "data", BUCKET), tmp_path)
        return
    with mock_aws():
        yield Tenant(S3Bucket(boto3.client("s3"), BUCKET), tmp_path)


def test_a_day_is_compacted_into_one_parquet_of_all_its_events(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("b"))

    outcome = compaction.compact(tenant.objects, DAY, CLOSED)

    assert outcome == Outcome(DAY, "compacted", records=2, objects=2)
    assert tenant.rows() == ["a", "b"]


def test_the_parquet_has_the_tables_columns(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)

    assert tenant.columns() == {column.name: column.duckdb for column in columns()}


def test_every_value_of_a_record_arrives_in_the_parquet(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)

    assert tenant.rows("location.city || device.os || viewport.width || utm.source || metadata") == [
        'LinköpingiOS390letter{"plan":"pro"}'
    ]


def test_an_open_day_is_refused_with_the_hour_when_it_closes(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))

    with pytest.raises(OpenDay, match=r"2026-11-03T00:01:00\.000Z"):
        compaction.compact(tenant.objects, DAY, CLOSED - timedelta(microseconds=1))
    assert tenant.objects.head(PARQUET) is None


def test_a_day_without_objects_counts_as_done(tenant: Tenant) -> None:
    tenant.stores(NEXT, b=line("b"))
    tenant.stores(NEXT + timedelta(days=2), c=line("c"))
    for day in compaction.due(tenant.objects, LATER):
        compaction.compact(tenant.objects, day, LATER)

    assert compaction.compact(tenant.objects, NEXT + timedelta(days=1), LATER).did == "empty"
    assert compaction.advance(tenant.objects, CLOSED + timedelta(days=3)) == NEXT + timedelta(days=2)


def test_the_watermark_stops_before_a_day_that_is_still_to_be_compacted(tenant: Tenant) -> None:
    tenant.stores(DAY, a=line("a"))
    tenant.stores(NEXT, b=line("b"))
    tenant.stores(NEXT + timedelta(days=1), c=line("c"))
    for day in (DAY, NEXT + timedelta(days=1)):
        compaction.compact(tenant.objects, day, LATER)

    assert compaction.advance(tenant.objects, LATER) == DAY


def test_the_watermark_does_not_pass_a_day_that_is_open(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)

    assert compaction.advance(tenant.objects, CLOSED - timedelta(seconds=1)) is None
    assert compaction.advance(tenant.objects, CLOSED) == DAY


def test_the_loser_of_the_race_for_the_watermark_looks_where_it_is(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    create = tenant.objects.create
    # Somebody else has it created just before.
    monkeypatch.setattr(tenant.objects, "create", lambda *put: create(*put) and create(*put))

    assert compaction.advance(tenant.objects, CLOSED) == DAY


def test_the_watermark_is_one_small_object(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    compaction.advance(tenant.objects, CLOSED)

    assert tenant.objects.read(WATERMARK) == b'{"day":"2026-11-01"}'
    assert compaction.watermark(tenant.objects) == DAY


def test_an_empty_bucket_has_no_watermark_and_nothing_to_do(tenant: Tenant) -> None:
    assert list(compaction.due(tenant.objects, LATER)) == []
    assert compaction.advance(tenant.objects, LATER) is None
    assert compaction.status(tenant.objects, LATER) == []


def test_what_is_due_are_closed_days_with_objects_and_without_a_parquet(tenant: Tenant) -> None:
    for number in range(4):
        tenant.stores(DAY + timedelta(days=number), a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)

    assert list(compaction.due(tenant.objects, CLOSED + timedelta(days=2))) == [NEXT, NEXT + timedelta(days=1)]
    assert list(compaction.due(tenant.objects, LATER, until=NEXT)) == [NEXT]


def test_a_day_that_was_compacted_without_the_watermark_is_found(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)

    assert compaction.unmarked([DAY], compaction.watermark(tenant.objects)) == [DAY]
    compaction.advance(tenant.objects, CLOSED)
    assert compaction.unmarked([DAY], compaction.watermark(tenant.objects)) == []


def test_copies_of_an_event_are_dropped_and_counted(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), more=line("a") + line("b") + line("a"))

    outcome = compaction.compact(tenant.objects, DAY, CLOSED)

    assert (outcome.records, outcome.duplicates) == (2, 2)
    assert tenant.rows() == ["a", "b"]


@pytest.mark.parametrize(("first", "second"), [("early", "late"), ("late", "early")])
def test_of_the_copies_the_first_arrival_is_kept(tenant: Tenant, first: str, second: str) -> None:
    arrived = {"early": "2026-11-01T12:00:01.000Z", "late": "2026-11-01T12:00:02.000Z"}
    tenant.stores(a=line("a", page=first, server_timestamp=arrived[first]))
    tenant.stores(b=line("a", page=second, server_timestamp=arrived[second]))

    compaction.compact(tenant.objects, DAY, CLOSED)

    assert tenant.rows("page") == ["early"]


def test_the_parquet_is_sorted_by_type_and_visit(tenant: Tenant) -> None:
    tenant.stores(
        a=line("a", event_type="z", session_id="a"), b=line("b", event_type="b", session_id=None, visitor_id="z")
    )
    tenant.stores(c=line("c", event_type="b", session_id="y"), d=line("d", event_type="a", session_id="x"))

    compaction.compact(tenant.objects, DAY, CLOSED)

    assert tenant.rows("eventtype || coalesce(sessionid, visitorid)") == ["ax", "by", "bz", "za"]


def test_the_parquet_says_of_itself_what_it_was_made_from(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)

    head = tenant.objects.head(PARQUET)

    keys = [f"{day_prefix(DAY)}{name}.json" for name in "ab"]
    assert head is not None
    assert head.metadata == {
        **{"records": "1", "objects": "2", "digest": raw.digest(keys)},
        "schema": schema(),
    }


UNREADABLE = {
    "truncated": line("x")[:-9],
    "empty": b"",
    "pretty-printed": msgspec.json.format(line("x"), indent=2),
    "a list": b"[]",
    "not text": b"\x1f\x8b\x00\x00",
    "half a character": line("x").replace(b'"s-1"', b'"\\ud800"'),
    "a width that is none": altered("x", viewport={"width": "abc", "height": 1}),
    "a width beyond its column": altered("x", viewport={"width": 3_000_000_000, "height": 1}),
    "a device that is none": altered("x", device="x"),
    "metadata that is an object": altered("x", metadata={"plan": "pro"}),
    "a time that is none": altered("x", timestamp="yesterday"),
    "a day that is none": altered("x", timestamp="2026-02-30T00:00:00.000Z"),
    "a time without its zone": altered("x", serverTimestamp="2026-11-01T12:00:00.000"),
    "no event id": altered("x", eventId=...),
    "a null event id": altered("x", eventId=None),
    "too deep": altered("x")[:-1] + b',"more":' + b"[" * 9000 + b"]" * 9000 + b"}",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_an_object_that_cannot_be_read_is_named_and_stops_nothing(tenant: Tenant, body: bytes) -> None:
    tenant.stores(a=line("a"), bad=body)

    outcome = compaction.compact(tenant.objects, DAY, CLOSED)

    assert (outcome.did, outcome.records, outcome.objects, outcome.unreadable) == ("compacted", 1, 1, 1)
    assert [named.key for named in outcome.first_unreadable] == [f"{day_prefix(DAY)}bad.json"]
    assert tenant.objects.read(f"{day_prefix(DAY)}bad.json") == body


def test_a_foreign_object_is_named_and_left_where_it_is(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    tenant.bucket.put(f"{day_prefix(DAY)}notes.txt", b"mine")

    outcome = compaction.compact(tenant.objects, DAY, CLOSED)

    assert [named.key for named in outcome.first_unreadable] == [f"{day_prefix(DAY)}notes.txt"]
    assert tenant.objects.read(f"{day_prefix(DAY)}notes.txt") == b"mine"


def test_a_bad_line_is_named_and_its_neighbours_are_kept(tenant: Tenant) -> None:
    tenant.stores(a=line("a") + b'{"eventId":\n' + line("b"))

    outcome = compaction.compact(tenant.objects, DAY, CLOSED)

    assert tenant.rows() == ["a", "b"]
    assert outcome.first_unreadable[0].reason.startswith("line 2: ")


def test_a_day_of_nothing_readable_is_done_too(tenant: Tenant) -> None:
    tenant.stores(bad=b"{")

    assert compaction.compact(tenant.objects, DAY, CLOSED).unreadable == 1
    assert compaction.advance(tenant.objects, CLOSED) == DAY
    assert tenant.rows() == []


def test_of_many_unreadable_objects_all_are_counted_and_the_first_are_named(tenant: Tenant) -> None:
    tenant.stores(**{f"bad-{number:02}": b"{" for number in range(compaction.SHOWN + 5)})

    outcome = compaction.compact(tenant.objects, DAY, CLOSED)

    assert outcome.unreadable == compaction.SHOWN + 5
    assert len(outcome.first_unreadable) == compaction.SHOWN


def test_a_day_with_an_unreadable_object_is_compacted_and_not_late(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), bad=b"{")
    compaction.compact(tenant.objects, DAY, CLOSED)

    assert [day.state for day in compaction.status(tenant.objects, CLOSED)] == ["compacted"]


def test_a_key_that_the_record_does_not_have_is_kept_out(tenant: Tenant) -> None:
    tenant.stores(a=altered("a", password="secret"))

    assert compaction.compact(tenant.objects, DAY, CLOSED).unreadable == 0
    assert "secret" not in str(tenant.rows("COLUMNS(*)::VARCHAR"))
    assert b"secret" not in (tenant.objects.read(PARQUET) or b"secret")


def test_a_field_that_an_older_record_does_not_have_is_null(tenant: Tenant) -> None:
    tenant.stores(a=altered("a", fromWebsite=..., utm=...))

    assert compaction.compact(tenant.objects, DAY, CLOSED).unreadable == 0
    assert tenant.rows("coalesce(fromwebsite, utm.source)") == [None]


FOREIGN = [
    "analytics/notes.txt",
    "analytics/year=latest/month=11/day=01/a.json",
    "analytics/year=2026/month=11/day=31/a.json",
    "analytics/year=0000/month=01/day=01/a.json",
    "analytics/year=9999/month=12/day=31/a.json",
    "compacted/notes.txt",
    "compacted/dt=2026-99-99/events.parquet",
    "compacted/dt=2026-11-01/events.parquet.bak",
]


@pytest.mark.parametrize("key", FOREIGN)
def test_a_foreign_key_changes_nothing(tenant: Tenant, key: str) -> None:
    tenant.stores(a=line("a"))
    tenant.bucket.put(key, b"mine")

    assert list(compaction.due(tenant.objects, CLOSED)) == [DAY]
    assert compaction.compact(tenant.objects, DAY, CLOSED).did == "compacted"
    assert compaction.advance(tenant.objects, CLOSED) == DAY
    assert Status(DAY, "compacted", 1, 1) in compaction.status(tenant.objects, CLOSED)
    assert tenant.objects.read(key) == b"mine"


def test_a_second_compactor_finds_the_day_done(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))

    done = [compaction.compact(tenant.objects, DAY, CLOSED) for _ in range(2)]

    assert [outcome.did for outcome in done] == ["compacted", "already"]


def test_of_two_compactors_at_once_one_compacts(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant.stores(a=line("a"))
    found = tenant.objects.head
    monkeypatch.setattr(tenant.objects, "head", lambda key: None)
    first = compaction.compact(tenant.objects, DAY, CLOSED)
    second = compaction.compact(tenant.objects, DAY, CLOSED)
    monkeypatch.setattr(tenant.objects, "head", found)

    assert (first.did, second.did) == ("compacted", "already")
    assert tenant.rows() == ["a"]


def test_a_late_object_shows_after_reconciling(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    tenant.stores(b=line("b"))

    outcome = compaction.reconcile(tenant.objects, DAY, CLOSED)

    assert (outcome.did, outcome.records) == ("reconciled", 2)
    assert tenant.rows() == ["a", "b"]


def test_reconciling_again_changes_nothing(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    before = tenant.objects.head(PARQUET)

    assert compaction.reconcile(tenant.objects, DAY, CLOSED).did == "unchanged"
    assert tenant.objects.head(PARQUET) == before


def test_a_late_object_in_a_day_that_was_empty_shows_after_reconciling(tenant: Tenant) -> None:
    tenant.stores(NEXT, b=line("b"))
    tenant.stores(NEXT - timedelta(days=2), c=line("c"))
    for day in compaction.due(tenant.objects, LATER):
        compaction.compact(tenant.objects, day, LATER)
    compaction.advance(tenant.objects, LATER)
    tenant.stores(a=line("a"))

    assert DAY in compaction.reconcilable(tenant.objects)
    assert compaction.reconcile(tenant.objects, DAY, LATER).did == "compacted"
    assert tenant.rows() == ["a"]


def test_reconciling_refuses_where_raw_has_shrunk(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("b"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    tenant.expires("b")
    tenant.stores(c=line("c"))

    outcome = compaction.reconcile(tenant.objects, DAY, CLOSED)

    assert (outcome.did, outcome.reason) == (
        "refused",
        "raw has shrunk: 1 events of the Parquet are not there any more",
    )
    assert tenant.rows() == ["a", "b"]


def test_reconciling_keeps_a_day_whose_raw_objects_are_gone(tenant: Tenant) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    tenant.expires("a")

    assert compaction.reconcile(tenant.objects, DAY, CLOSED).did == "kept"
    assert compaction.status(tenant.objects, CLOSED) == [Status(DAY, "kept", 0, 1)]


def test_a_copy_that_expires_is_not_a_loss(tenant: Tenant) -> None:
    tenant.stores(a=line("a"), b=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    tenant.expires("b")

    assert compaction.reconcile(tenant.objects, DAY, CLOSED).did == "reconciled"


def test_reconciling_says_so_where_a_compactor_was_faster(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    tenant.stores(b=line("b"))
    monkeypatch.setattr(tenant.objects, "head", lambda key: None)

    assert compaction.reconcile(tenant.objects, DAY, CLOSED).did == "outrun"


def test_reconciling_yields_to_the_one_that_replaced_the_parquet_meanwhile(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    former = tenant.objects.head(PARQUET)
    tenant.stores(b=line("b"))
    compaction.reconcile(tenant.objects, DAY, CLOSED)
    tenant.stores(c=line("c"))
    monkeypatch.setattr(tenant.objects, "head", lambda key: former)

    assert compaction.reconcile(tenant.objects, DAY, CLOSED).did == "outrun"
    assert tenant.rows() == ["a", "b"]


@pytest.mark.parametrize(
    ("stored", "now", "state"),
    [("open", CLOSED - timedelta(days=1), "open"), ("open", CLOSED, "due"), ("late", CLOSED, "late")],
)
def test_the_status_of_a_day(tenant: Tenant, stored: str, now: datetime, state: str) -> None:
    tenant.stores(a=line("a"))
    if stored == "late":
        compaction.compact(tenant.objects, DAY, now)
        tenant.stores(b=line("b"))

    assert [day.state for day in compaction.status(tenant.objects, now)] == [state]


def test_an_object_that_is_there_is_not_created_again(tenant: Tenant) -> None:
    assert tenant.objects.create("compacted/a", b"first", {"records": "1"})
    assert not tenant.objects.create("compacted/a", b"second", {"records": "2"})
    assert tenant.objects.read("compacted/a") == b"first"


def test_only_the_version_that_was_seen_is_replaced(tenant: Tenant) -> None:
    tenant.objects.create("compacted/a", b"first", {})
    seen = tenant.objects.head("compacted/a")
    assert seen is not None

    assert tenant.objects.replace("compacted/a", b"second", {"records": "2"}, seen.etag)
    assert not tenant.objects.replace("compacted/a", b"third", {}, seen.etag)
    assert tenant.objects.read("compacted/a") == b"second"


def test_every_replacement_is_another_version(tenant: Tenant) -> None:
    tenant.objects.create("compacted/a", b"0", {})
    etags = set()
    for number in range(1, 6):
        head = tenant.objects.head("compacted/a")
        assert head is not None
        tenant.objects.replace("compacted/a", str(number).encode(), {}, head.etag)
        etags.add(head.etag)

    assert len(etags) == 5


def test_what_is_not_there_is_not_replaced(tenant: Tenant) -> None:
    assert not tenant.objects.replace("compacted/a", b"x", {}, '"1"')
    assert tenant.objects.head("compacted/a") is None
    assert tenant.objects.read("compacted/a") is None


def test_what_is_not_there_is_not_fetched(tenant: Tenant, tmp_path: Path) -> None:
    assert tenant.objects.fetch("compacted/a", tmp_path / "a") is None


def test_what_is_fetched_names_its_version(tenant: Tenant, tmp_path: Path) -> None:
    tenant.objects.create("compacted/a", b"x", {})
    head = tenant.objects.head("compacted/a")

    assert head is not None
    assert tenant.objects.fetch("compacted/a", tmp_path / "a") == head.etag
    assert (tmp_path / "a").read_bytes() == b"x"


def test_objects_are_read_in_their_keys_order(tenant: Tenant) -> None:
    tenant.stores(**{f"n{number:03}": str(number).encode() for number in range(330)})
    keys = raw.keys(tenant.objects, DAY)

    read = list(tenant.objects.read_all([*keys, "gone"]))

    assert read == [*((key, str(number).encode()) for number, key in enumerate(keys)), ("gone", None)]


def test_of_writers_at_once_one_creates(tenant: Tenant) -> None:
    bodies = [str(number).encode() for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as writers:
        created = list(writers.map(lambda body: tenant.objects.create("compacted/a", body, {}), bodies))

    assert created.count(True) == 1
    assert tenant.objects.read("compacted/a") == bodies[created.index(True)]


# Not on moto, which looks at the version and stores in two steps.
def test_of_writers_at_once_one_replaces_a_file(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.create("compacted/a", b"x", {})
    head = objects.head("compacted/a")
    assert head is not None
    with ThreadPoolExecutor(WRITERS) as writers:
        replaced = list(writers.map(lambda body: objects.replace("compacted/a", body, {}, head.etag), [b"y"] * WRITERS))

    assert replaced.count(True) == 1


class Killed(BaseException):
    """The writer is gone."""


@pytest.fixture
def killed_before_the_file(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the writer die when what is said of a file is there, and the file is not."""
    move = Path.replace

    def dies(path: Path, target: Path) -> Path:
        if not target.name.startswith("."):
            raise Killed
        return move(path, target)

    return lambda: monkeypatch.setattr(Path, "replace", dies)


def test_a_killed_creation_leaves_nothing_and_is_done_again(
    tmp_path: Path, killed_before_the_file: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    objects = FolderObjects(tmp_path)
    killed_before_the_file()
    with pytest.raises(Killed):
        objects.create(PARQUET, b"x", {"records": "1"})
    monkeypatch.undo()

    assert objects.head(PARQUET) is None
    assert list(listing.compacted(objects)) == []
    assert objects.create(PARQUET, b"x", {"records": "1"})


def test_a_killed_replacement_leaves_the_file_without_the_others_metadata(
    tmp_path: Path, killed_before_the_file: Callable[[], None]
) -> None:
    objects = FolderObjects(tmp_path)
    objects.create(PARQUET, b"x", {"records": "1"})
    before = objects.head(PARQUET)
    assert before is not None
    killed_before_the_file()
    with pytest.raises(Killed):
        objects.replace(PARQUET, b"y", {"records": "2"}, before.etag)

    after = objects.head(PARQUET)
    assert (after and after.etag, after and after.metadata) == (before.etag, {})


def test_a_day_whose_replacement_was_killed_is_reconciled(
    tmp_path: Path, killed_before_the_file: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant = Tenant(FolderBucket(tmp_path, BUCKET), tmp_path)
    tenant.stores(a=line("a"))
    compaction.compact(tenant.objects, DAY, CLOSED)
    tenant.stores(b=line("b"))
    killed_before_the_file()
    with pytest.raises(Killed):
        compaction.reconcile(tenant.objects, DAY, CLOSED)
    monkeypatch.undo()

    assert compaction.reconcile(tenant.objects, DAY, CLOSED).did == "reconciled"
    assert tenant.rows() == ["a", "b"]


def test_a_file_whose_name_is_not_text_stops_nothing(tmp_path: Path) -> None:
    tenant = Tenant(FolderBucket(tmp_path, BUCKET), tmp_path)
    tenant.stores(a=line("a"))
    (tmp_path / BUCKET / day_prefix(DAY) / "\udcff.txt").write_bytes(b"mine")

    assert compaction.compact(tenant.objects, DAY, CLOSED).unreadable == 1
    assert compaction.reconcile(tenant.objects, DAY, CLOSED).did == "unchanged"
    assert [day.state for day in compaction.status(tenant.objects, CLOSED)] == ["compacted"]


def test_an_outcome_with_a_name_that_is_not_text_can_be_logged(tmp_path: Path) -> None:
    tenant = Tenant(FolderBucket(tmp_path, BUCKET), tmp_path)
    tenant.stores(a=line("a"))
    (tmp_path / BUCKET / day_prefix(DAY) / "\udcff.txt").write_bytes(b"mine")

    assert b"udcff.txt" in msgspec.json.encode(compaction.compact(tenant.objects, DAY, CLOSED))


CONFLICT = ("ConditionalRequestConflict", 409)


@pytest.mark.parametrize(("code", "status"), [CONFLICT, ("PreconditionFailed", 412), ("NoSuchKey", 404)])
def test_a_lost_race_is_not_a_fault(code: str, status: int) -> None:
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_object", code, http_status_code=status)
        objects = BucketObjects(BUCKET, OWNER, client)

        assert objects.replace("compacted/a", b"", {}, "1") is False


@pytest.mark.parametrize("is_there", [True, False])
def test_another_writer_at_this_moment_may_still_die(is_there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.lake.objects.CONFLICT_PAUSE", 0)
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        code, status = CONFLICT
        stubber.add_client_error("put_object", code, http_status_code=status)
        if is_there:
            stubber.add_client_error("put_object", "PreconditionFailed", http_status_code=412)
        else:
            stubber.add_response("put_object", {"ETag": "1"})

        assert BucketObjects(BUCKET, OWNER, client).create("compacted/a", b"", {}) is not is_there


def test_a_writer_that_never_ends_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.lake.objects.CONFLICT_BUDGET", -1)
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_object", CONFLICT[0], http_status_code=CONFLICT[1])

        with pytest.raises(ClientError, match=CONFLICT[0]):
            BucketObjects(BUCKET, OWNER, client).create("compacted/a", b"", {})


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("SlowDown", 503), ("NoSuchBucket", 404)])
def test_what_s3_refuses_is_raised(code: str, status: int) -> None:
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_client_error("put_object", code, http_status_code=status)

        with pytest.raises(ClientError, match=code):
            BucketObjects(BUCKET, OWNER, client).create("compacted/a", b"", {})


@mock_aws
def test_a_bucket_that_is_not_there_is_a_fault() -> None:
    objects = BucketObjects("nobodys-analytics", OWNER)

    with pytest.raises(ClientError, match="NoSuchBucket"):
        list(compaction.due(objects, LATER))
    with pytest.raises(ClientError, match="NoSuchBucket"):
        objects.read(WATERMARK)


def test_every_request_names_the_buckets_owner(s3: Any, tmp_path: Path) -> None:
    asked: list[tuple[str, Any]] = []
    s3.meta.events.register(
        "before-parameter-build.s3",
        lambda params, model, **_: asked.append((model.name, params.get("ExpectedBucketOwner"))),
    )
    tenant = Tenant(FolderBucket(tmp_path, BUCKET), tmp_path)
    tenant.objects = objects = BucketObjects(BUCKET, OWNER, s3)
    s3.put_object(Bucket=BUCKET, Key=f"{day_prefix(DAY)}a.json", Body=line("a"), ExpectedBucketOwner=OWNER)
    compaction.compact(objects, DAY, CLOSED)
    compaction.advance(objects, CLOSED)
    s3.put_object(Bucket=BUCKET, Key=f"{day_prefix(DAY)}b.json", Body=line("b"), ExpectedBucketOwner=OWNER)
    compaction.reconcile(objects, DAY, CLOSED)

    assert {name for name, _ in asked} == {"ListObjectsV2", "GetObject", "HeadObject", "PutObject"}
    assert {owner for _, owner in asked} == {OWNER}


def test_the_view_moves_after_the_watermark_and_only_where_there_is_one(tmp_path: Path) -> None:
    moved: list[Watermark] = []
    objects = FolderObjects(tmp_path)
    now = datetime(2026, 11, 21, 3, tzinfo=UTC)

    assert compaction.work(objects, [], now, moved.append) == ([], None)
    objects.create("analytics/year=2026/month=11/day=18/a.json", b"{}", {})
    outcomes, mark = compaction.work(objects, compaction.due(objects, now), now, moved.append)

    assert [outcome.did for outcome in outcomes] == ["compacted"]
    assert [one.day for one in moved] == [mark] == [compaction.watermark(objects)]
