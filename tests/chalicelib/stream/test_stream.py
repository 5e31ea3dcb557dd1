"""An event's way through the stream: what the client is answered, what the bucket has, and what happens where parts fail."""

from __future__ import annotations

import io
import json
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from chalicelib.lake import tombstones
from chalicelib.records import iso
from chalicelib.stream import batches, releasing, replaying
from chalicelib.stream.batches import Arrived
from chalicelib.stream.reading import KinesisReader
from chalicelib.stream.releasing import StillParked
from chalicelib.tracking.stores import Put, S3Store, StoreUnavailable
from chalicelib.tracking.stream import Message, packed, unpacked
from tests import streams
from tests.conftest import Tracker, event_body
from tests.streams import NAME, OWN, Stage

SHOP, APP = "shop-analytics", "app-analytics"
LISTED = f"{SHOP},{APP},*-tenants"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with streams.stage(2, ALLOWED_BUCKETS=LISTED) as made:
        for bucket in (SHOP, APP, "first-tenants"):
            made.bucket(bucket)
        yield made


@pytest.fixture
def tracker(stage: Stage) -> Tracker:
    return Tracker(stage.app)


class Raw(io.BytesIO):
    """A body as urllib3 has it."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def answering(status: int, body: bytes) -> Any:
    """What Kinesis answers in place of moto."""

    def answer(**_: Any) -> AWSResponse:
        return AWSResponse("https://kinesis", status, {}, Raw(body))

    return answer


def failing_puts(stage: Stage, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no object into this bucket."""
    whole = S3Store.put

    def put(self: S3Store, owner: str | None, name: str, key: str, body: bytes) -> Put:
        if name == bucket:
            raise StoreUnavailable("AccessDenied")
        return whole(self, owner, name, key, body)

    monkeypatch.setattr(S3Store, "put", put)


def test_an_event_is_held_and_then_in_its_bucket(stage: Stage, tracker: Tracker, log: io.StringIO) -> None:
    answer = tracker.call(event_body(bucket=SHOP, page="/hello"))
    assert (answer.status, answer.json["status"]) == (202, "queued")
    assert set(answer.json) == {"status", "eventId", "bucket"}
    assert stage.keys(SHOP) == []

    stage.drain()
    (key,) = stage.keys(SHOP)
    day = datetime.now(UTC).date()
    assert key.startswith(f"analytics/year={day:%Y/month=%m/day=%d}/stream.") and key.endswith(".json.gz")
    (record,) = stage.records(SHOP)
    assert (record["eventId"], record["page"]) == (answer.json["eventId"], "/hello")
    line = json.loads(log.getvalue().splitlines()[0])
    assert (line["outcome"], line["statusCode"], line["bucket"]) == ("queued", 202, SHOP)


def test_what_the_stream_holds_is_what_the_bucket_gets(stage: Stage, tracker: Tracker) -> None:
    tracker.call(
        event_body(bucket=SHOP, page="/a?token=secret", userId="jane@shop.example", metadata={"a": "b@c.example"})
    )
    held = [one for shard in stage.shards() for one in stage.messages(shard)]
    (data,) = [one["kinesis"]["data"] for one in held]
    message = unpacked(b64decode(data))
    stage.drain()
    assert (
        message.lines == json.dumps(stage.records(SHOP)[0], separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    )
    for secret in (b"secret", b"jane", b"81.2.69", b"b@c"):
        assert secret not in message.lines
    assert all("jane" not in one["kinesis"]["partitionKey"] for one in held)


def test_a_batch_is_one_message_a_day(stage: Stage, tracker: Tracker) -> None:
    now = datetime.now(UTC)
    events = [event_body(timestamp=iso(now - timedelta(hours=23 * number))) for number in range(2)]
    bad = {"eventType": "page_view"}
    answer = tracker.call(
        {"bucket": SHOP, "events": [*({**one, "bucket": SHOP} for one in events), bad]}, path="/track/batch"
    )
    assert answer.status == 202
    assert {name: answer.json[name] for name in ("status", "accepted", "duplicates", "queued")} == {
        "status": "queued",
        "accepted": 0,
        "duplicates": 0,
        "queued": 2,
    }
    assert [one["index"] for one in answer.json["rejected"]] == [2]
    stage.drain()
    assert len(stage.records(SHOP)) == 2


def test_without_the_stream_an_event_is_put_directly(
    stage: Stage, tracker: Tracker, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttled = b'{"__type":"com.amazonaws.kinesis#ProvisionedThroughputExceededException"}'
    events = stage.app.service().store._stream._signer._emit.__self__
    events.register_first("before-send.kinesis.PutRecord", answering(400, throttled))
    answer = tracker.call(event_body(bucket=SHOP))
    assert (answer.status, answer.json["status"]) == (200, "ok")
    assert stage.keys(SHOP) == [answer.json["key"]]
    failure, request = map(json.loads, log.getvalue().splitlines())
    assert (failure["message"], failure["cause"]) == ("stream_failure", "ProvisionedThroughputExceededException")
    assert (request["outcome"], request["statusCode"]) == ("accepted", 200)


def test_a_pattern_s_bucket_proves_itself_by_its_first_event(stage: Stage, tracker: Tracker) -> None:
    assert tracker.call(event_body(bucket="nobody-tenants")).status == 403
    first, second = (tracker.call(event_body(bucket="first-tenants")).status for _ in range(2))
    assert (first, second) == (200, 202)
    assert tracker.call(event_body(bucket="nobody-tenants")).status == 403


def test_the_stage_s_own_bucket_takes_the_event_that_proves_a_deployment_directly(
    stage: Stage, tracker: Tracker
) -> None:
    stage.app.service().quotas._paid_until.clear()
    assert tracker.call(event_body(bucket=OWN)).status == 200
    stage.app.service().quotas._paid_until.clear()
    assert tracker.call(event_body(bucket=OWN)).status == 200
    assert len(stage.keys(OWN, "analytics/")) == 2


def test_a_batch_that_is_delivered_again_stores_nothing_twice(stage: Stage, tracker: Tracker) -> None:
    for _ in range(5):
        tracker.call(event_body(bucket=SHOP))
    batches = {shard: stage.handed(shard) for shard in stage.shards()}
    for _ in range(2):
        for batch in filter(None, batches.values()):
            stage.consume(batch)
    assert len(stage.records(SHOP)) == 5


def test_one_tenant_s_broken_bucket_holds_up_no_other(
    stage: Stage, tracker: Tracker, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bucket in (SHOP, APP, SHOP):
        tracker.call(event_body(bucket=bucket))
    with monkeypatch.context() as patch:
        failing_puts(stage, SHOP, patch)
        stage.drain()
        assert (len(stage.records(SHOP)), len(stage.records(APP))) == (0, 1)
        parked = stage.keys(OWN, f"parked/{SHOP}/")
        assert 1 <= len(parked) <= 2
        said = stage.release(parked=True)
        assert (said["released"], said["parked"], said["causes"]) == (0, len(parked), {SHOP: "AccessDenied"})
    assert stage.release(parked=True)["released"] == len(parked)
    assert (len(stage.records(SHOP)), stage.keys(OWN, "parked/")) == (2, [])
    assert all(key.rpartition("/")[2].startswith("stream.") for key in stage.keys(SHOP))


def test_what_is_parked_for_an_hour_raises_an_alarm(
    stage: Stage, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker.call(event_body(bucket=SHOP))
    failing_puts(stage, SHOP, monkeypatch)
    stage.drain()
    worker = streams.handling.worker()
    found = releasing.work(worker.consumer, worker.own, datetime.now(UTC), 300, parked=True)
    releasing.refuse_old(worker.own, found, datetime.now(UTC) + timedelta(minutes=50))
    with pytest.raises(StillParked, match=rf"{SHOP} \(AccessDenied\)"):
        releasing.refuse_old(worker.own, found, datetime.now(UTC) + timedelta(minutes=61))


@pytest.mark.parametrize("data", [b"", b"not packed", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_message_that_cannot_be_read_is_set_aside(stage: Stage, tracker: Tracker, data: bytes) -> None:
    tracker.call(event_body(bucket=SHOP))
    if data:
        stage.kinesis.put_record(StreamName=NAME, Data=data, PartitionKey="x")
    stage.drain()
    assert len(stage.records(SHOP)) == 1
    assert len(stage.keys(OWN, "parked/_unreadable/")) == bool(data)


@pytest.mark.parametrize(
    ("bucket", "folder", "lines"),
    [
        ("../x", "analytics/year=2026/month=11/day=28/", b"{}"),
        (SHOP, "compacted/year=2026/month=11/day=28/", b"{}"),
        (SHOP, "analytics/year=2026/month=13/day=28/", b"{}"),
        (SHOP, "analytics/year=2026/month=11/day=28/", b'{"page": "/"}'),
        (SHOP, "analytics/year=2026/month=11/day=28/", b"\xff"),
    ],
)
def test_a_message_of_no_place_or_record_is_set_aside(stage: Stage, bucket: str, folder: str, lines: bytes) -> None:
    stage.kinesis.put_record(StreamName=NAME, Data=packed(Message(bucket, folder, lines)), PartitionKey="x")
    stage.drain()
    assert len(stage.keys(OWN, "parked/")) == len(stage.keys(OWN, "parked/_unreadable/")) == 1
    assert stage.keys(SHOP) == []


def test_records_of_a_bucket_that_left_the_allowlist_wait(stage: Stage, tracker: Tracker) -> None:
    tracker.call(event_body(bucket=SHOP))
    with allowing(APP):
        stage.drain()
        assert stage.release(parked=True)["causes"] == {SHOP: "NotAllowed"}
    with allowing(SHOP):
        assert stage.release(parked=True)["released"] == 1
    assert len(stage.records(SHOP)) == 1


@contextmanager
def allowing(bucket: str) -> Iterator[None]:
    """A worker that starts with this list; the stage takes its own back when it ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALLOWED_BUCKETS", bucket)
        streams.handling.worker.cache_clear()
        yield


def test_a_person_who_was_erased_does_not_come_back_by_the_stream(stage: Stage, tracker: Tracker) -> None:
    before = iso(datetime.now(UTC) - timedelta(minutes=1))
    for user in ("u-1", "u-2"):
        tracker.call(event_body(bucket=SHOP, userId=user))
        tracker.call(event_body(bucket=APP, userId=user))
    own = streams.handling.worker().own
    name = tombstones.named(tombstones.secret_of(own, make=True), "user", "u-1")
    own.create(tombstones.lately_key(SHOP, name, datetime.now(UTC)), b"{}", {})
    stage.drain()
    stage.release(**{"from": before})
    assert {one["userId"] for one in stage.records(SHOP)} == {"u-2"}
    assert sorted(one["userId"] for one in stage.records(APP)) == ["u-1", "u-2"]

    tracker.call(event_body(bucket=SHOP, userId="u-1"))
    stage.drain()
    assert sorted(one["userId"] for one in stage.records(SHOP)) == ["u-1", "u-2"]


def test_a_batch_fails_only_where_nothing_can_be_parked(
    stage: Stage, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker.call(event_body(bucket=SHOP))
    failing_puts(stage, SHOP, monkeypatch)
    stage.s3.delete_bucket(Bucket=OWN)
    with pytest.raises(Exception, match="NoSuchBucket"):
        stage.drain()


def test_a_window_is_put_again_and_stores_nothing_twice(stage: Stage, tracker: Tracker) -> None:
    before = iso(datetime.now(UTC) - timedelta(minutes=1))
    for _ in range(3):
        tracker.call(event_body(bucket=SHOP))
    stage.drain()
    for key in stage.keys(SHOP):
        stage.s3.delete_object(Bucket=SHOP, Key=key)
    said = stage.release(**{"from": before})
    assert (said["records"], said["left"]) == (3, None)
    keys = stage.keys(SHOP)
    stage.release(**{"from": before})
    assert (len(stage.records(SHOP)), stage.keys(SHOP)) == (3, keys)


def given_up(batch: Any, *, as_text: bool) -> bytes:
    """A batch as Lambda writes it where it gives up."""
    payload = {"Records": batch}
    head = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "KinesisBatchInfo": {"batchSize": len(batch)}}
    return json.dumps({**head, "payload": json.dumps(payload) if as_text else payload}).encode()


@pytest.mark.parametrize("as_text", [True, False])
def test_a_batch_that_lambda_gave_up_is_put_after_all(stage: Stage, tracker: Tracker, as_text: bool) -> None:
    tracker.call(event_body(bucket=SHOP))
    (batch,) = [one for one in map(stage.handed, stage.shards()) if one]
    stage.s3.put_object(Bucket=OWN, Key="aws/lambda/a/b", Body=given_up(batch, as_text=as_text))
    assert stage.release(parked=True)["again"] == 1
    assert (len(stage.records(SHOP)), stage.keys(OWN, "aws/lambda/")) == (1, [])


def test_one_that_cannot_be_read_stays_and_raises_the_alarm(stage: Stage) -> None:
    stage.s3.put_object(Bucket=OWN, Key="aws/lambda/a/b", Body=b'{"payload": 1}')
    worker = streams.handling.worker()
    found = releasing.work(worker.consumer, worker.own, datetime.now(UTC), 300, parked=True)
    assert (found.again, len(stage.keys(OWN, "aws/lambda/"))) == (0, 1)
    with pytest.raises(StillParked, match="cannot be read: 1"):
        releasing.refuse_old(worker.own, found, datetime.now(UTC))


def test_what_is_parked_waits_where_time_is_short(
    stage: Stage, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker.call(event_body(bucket=SHOP))
    with monkeypatch.context() as patch:
        failing_puts(stage, SHOP, patch)
        stage.drain()
    worker = streams.handling.worker()
    assert releasing.release(worker.consumer, worker.own, monotonic() + 30) == (0, 1, {SHOP: "tried later"})
    assert releasing.release(worker.consumer, worker.own, monotonic() + 90) == (1, 0, {})


def test_a_shard_is_read_from_where_its_consumer_is(stage: Stage, tracker: Tracker) -> None:
    reader, own = KinesisReader(NAME, stage.kinesis), streams.handling.worker().own
    tracker.call(event_body(bucket=SHOP))
    assert sum(one.messages for one in reader.unread(own)) == 1
    stage.drain()
    assert sum(one.messages for one in reader.unread(own)) == 0


def test_a_position_of_a_stream_that_is_gone_says_nothing_of_one_of_its_name(stage: Stage, tracker: Tracker) -> None:
    reader, own = KinesisReader(NAME, stage.kinesis), streams.handling.worker().own
    for shard in stage.shards():
        batches.advance(own, Arrived(shard, "9" * 56, datetime(2025, 1, 1, tzinfo=UTC), b""))
    tracker.call(event_body(bucket=SHOP))
    assert sum(one.messages for one in reader.unread(own)) == 1


def test_a_replay_that_has_no_time_left_goes_on_where_it_was(stage: Stage, tracker: Tracker) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    for _ in range(6):
        tracker.call(event_body(bucket=SHOP))
    reader, consumer = KinesisReader(NAME, stage.kinesis), streams.handling.worker().consumer
    asked: replaying.Asked | None = replaying.Asked(since)
    rounds = 0
    while asked is not None:
        rounds += 1
        # From the third round on there is time enough.
        asked = replaying.replay(reader, consumer, asked, datetime.now(UTC), None if rounds > 2 else monotonic()).left
    assert rounds == 3
    assert len({one["eventId"] for one in stage.records(SHOP)}) == len(stage.records(SHOP)) == 6
