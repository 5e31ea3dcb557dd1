"""A stage's stream while parts of it fail: which request kills a function, which buckets refuse, and what holds all along."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Literal
from urllib.parse import unquote

import boto3
import duckdb
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from chalicelib.lake import compaction
from chalicelib.lake.objects import BucketObjects
from chalicelib.records import iso
from chalicelib.stream import batches, handling
from chalicelib.stream.reading import KinesisReader
from chalicelib.stream.releasing import StillParked
from chalicelib.tracking.stream import BrokenMessage, unpacked
from tests import streams
from tests.conftest import OWNER, Tracker, event_body
from tests.streams import NAME, OWN, Stage

TENANTS = ("shop-analytics", "app-analytics", "blog-analytics")
LATER = datetime.now(UTC) + timedelta(days=9)
# From the first of so many of a function's requests on, all fail: its machine is gone. Or before it the other function runs.
Fault = tuple[Literal["dies", "other"], int]
Event = tuple[str, str]  # a bucket and an id


class Crash(BaseException):
    """The worker's machine is gone: nothing of ours may catch it."""


class Violation(AssertionError):
    """What must not be; the message says what."""


class Body(BytesIO):
    """A body as urllib3 has it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


class Chaos:
    """The stage, what was sent and acknowledged, and what fails at the moment."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.tracker = stage, Tracker(stage.app)
        self.sent: set[Event] = set()
        self.acknowledged: set[Event] = set()
        self.refusing: dict[str, str] = {}
        self.throttled = ""
        self.fault: Fault | None = None
        self.other: Any = None
        self.calls, self.number, self.seconds = 0, 0, 0.0
        self._lock = Lock()
        # Only the stage's own clients, which are made after this, are disturbed.
        boto3.setup_default_session()
        events: Any = boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
        events.register_first("before-send.s3", self._before_s3)
        events.register_first("before-send.kinesis.PutRecord", self._before_put)
        self.worker = handling.worker()
        self.worker.consumer._clock = lambda: self.seconds
        stage.app.service()

    # The client.

    def send(self, tenant: int, days: int, many: int, *, again: bool = False) -> None:
        """Post a batch of events of one day; with `again` twice, as where an answer was lost."""
        bucket, moment = TENANTS[tenant], datetime.now(UTC) - timedelta(hours=23 * days)
        ids = [f"{bucket}-event-{self.number + one:06}" for one in range(many)]
        self.number += many
        events = [event_body(bucket=bucket, eventId=one, timestamp=iso(moment)) for one in ids]
        self.sent |= {(bucket, one) for one in ids}
        for _ in range(1 + again):
            self.stage.app.service().quotas._paid_until.clear()
            answer = self.tracker.call({"bucket": bucket, "events": events}, path="/track/batch")
            if answer.status in (200, 202):
                self.acknowledged |= {(bucket, one) for one in ids}

    def poison(self, data: bytes) -> None:
        self.stage.kinesis.put_record(StreamName=NAME, Data=data, PartitionKey=str(data))

    def switch(self, patch: Any, writes: bool) -> None:
        """Deploy a tracker that writes into the stream, or past it; the consumer stays."""
        patch.setenv("STREAM_WRITES", "1" if writes else "off")
        self.stage.app.service.cache_clear()

    # The functions.

    def consume(self, shard: str, many: int, fault: Fault | None, *, again: bool = False) -> None:
        """Hand a batch over, once more where it does not end well; other tenants' records are where they belong at once."""
        batch = self.stage.handed(shard)[:many]
        if not batch:
            return
        is_done = self._run(lambda: self.stage.consume(batch), fault, lambda: self._release(0))
        self._holds_what_is_passed()
        if not is_done:
            return
        self._is_prompt(batch)
        before = self._keys()
        if again and self._run(lambda: self.stage.consume(batch), None) and self._keys() != before:
            raise Violation(f"a batch that came again stored {self._keys() - before}")
        self.stage.done(shard, batch)

    def release(self, minutes: int, fault: Fault | None, shard: str) -> None:
        """The job, so many minutes from now."""
        batch = self.stage.handed(shard)
        other = (lambda: self.stage.consume(batch)) if batch else None
        self._run(lambda: self._release(minutes), fault, other)

    def _release(self, minutes: int) -> None:
        with suppress(StillParked):
            now = datetime.now(UTC).replace(minute=0) + timedelta(hours=1, minutes=minutes)
            handling.release({}, now if minutes else datetime.now(UTC).replace(minute=1), None)

    def _run(self, work: Any, fault: Fault | None, other: Any = None) -> bool:
        """Whether the function ended well, with this fault."""
        self.fault, self.calls, self.other = fault, 0, other
        try:
            work()
        except (Crash, ClientError):
            return False
        finally:
            is_dead = self.fault is not None and self.fault[0] == "dies" and self.calls >= self.fault[1]
            self.fault = self.other = None
        return not is_dead

    def settle(self) -> None:
        """All works again: everything is handed over, and released."""
        self.refusing, self.throttled, self.seconds = {}, "", self.seconds + 1000
        self.stage.drain()
        self.seconds += 1000
        self._release(20)

    # What holds.

    def check(self) -> None:
        """Each acknowledged event is in its tenant's view once, and nothing else is but what was sent; nothing waits."""
        seen: Counter[Event] = Counter()
        for bucket in TENANTS:
            seen.update((bucket, one) for one in _compacted(bucket))
        if lost := self.acknowledged - set(seen):
            raise Violation(f"lost: {sorted(lost)[:5]}")
        if strange := set(seen) - self.sent:
            raise Violation(f"in another's bucket: {sorted(strange)[:5]}")
        if doubled := [one for one, times in seen.items() if times > 1]:
            raise Violation(f"doubled: {doubled[:5]}")
        left = [key for key in self.stage.keys(OWN) if not key.startswith(("stream/", "parked/_unreadable/"))]
        if left:
            raise Violation(f"still waiting: {left}")

    def _is_prompt(self, batch: Sequence[dict[str, Any]]) -> None:
        """No bucket that takes objects waits for one that does not."""
        if self.stage.keys(OWN, "gathered/"):
            return
        resting = {bucket for bucket, until in self.worker.consumer._failed.items() if until > self.seconds}
        wanted = {one for one in _messages(batch) if one[0] not in resting}
        if late := wanted - self._landed():
            raise Violation(f"not in their buckets with their batch: {sorted(late)[:5]}")

    def _holds_what_is_passed(self) -> None:
        """What a position says is read, some bucket holds."""
        passed: set[Event] = set()
        reader = KinesisReader(NAME, self.stage.kinesis)
        for shard in self.stage.shards():
            position = batches.position(self.worker.own, shard)
            upto = 0 if position is None else int(position.sequence)
            some = (one for found in reader.read(shard, ShardIteratorType="TRIM_HORIZON") for one in found)
            passed |= {event for one in some if int(one.sequence) <= upto for event in _events(one.data)}
        if missing := passed - self._landed() - self._waiting():
            raise Violation(f"the position has passed {sorted(missing)[:5]}, and no bucket holds them")

    def _landed(self) -> set[Event]:
        return {(bucket, one["eventId"]) for bucket in TENANTS for one in self.stage.records(bucket)}

    def _waiting(self) -> set[Event]:
        """What the stage's own bucket holds."""
        found: set[Event] = set()
        for key in self.stage.keys(OWN):
            body = self.stage.s3.get_object(Bucket=OWN, Key=key)["Body"].read()
            if key.startswith("gathered/"):
                found |= {event for data in batches.messages_of(body) for event in _events(data)}
            elif key.startswith("parked/") and key.endswith(".gz"):
                bucket = key.split("/")[1]
                found |= {(bucket, json.loads(line)["eventId"]) for line in gzip.decompress(body).splitlines()}
        return found

    def _keys(self) -> set[str]:
        return {f"{bucket}/{key}" for bucket in (OWN, *TENANTS) for key in self.stage.keys(bucket)}

    # What fails.

    def _before_s3(self, request: Any, **_: Any) -> AWSResponse | None:
        other = None
        with self._lock:
            self.calls += self.fault is not None
            if self.fault is not None and self.calls > self.fault[1]:
                if self.fault[0] == "dies":
                    raise Crash
                other, self.fault = self.other, None
        if other is not None:
            with suppress(ClientError):
                other()
        bucket, _, key = request.url.partition("amazonaws.com/")[2].partition("/")
        how = self.refusing.get(bucket) if request.method == "PUT" else None
        if how == "unsure" and isinstance(request.body, bytes):  # stored, and the answer says something else
            with suppress(ClientError):  # it is there already
                self.stage.s3.put_object(Bucket=bucket, Key=unquote(key), Body=request.body, IfNoneMatch="*")
        return _answer(request, b"<Error><Code>AccessDenied</Code></Error>") if how else None

    def _before_put(self, request: Any, **_: Any) -> AWSResponse | None:
        if self.throttled == "unsure":
            asked = json.loads(request.body)
            self.stage.kinesis.put_record(
                StreamName=NAME, Data=b64decode(asked["Data"]), PartitionKey=asked["PartitionKey"]
            )
        said = b'{"__type":"ProvisionedThroughputExceededException"}'
        return _answer(request, said) if self.throttled else None


@contextmanager
def staged(shards: int = 2) -> Iterator[Chaos]:
    """Such a stage with three tenants."""
    with streams.stage(shards, ALLOWED_BUCKETS=",".join(TENANTS)) as stage:
        for bucket in TENANTS:
            stage.bucket(bucket)
        yield Chaos(stage)


def _answer(request: Any, body: bytes) -> AWSResponse:
    """A refusal. boto3 asks moto all the same, which would do what is refused: it knows nothing of this other address."""
    answer = AWSResponse(request.url, 403, {}, Body(body))
    request.url = "https://refused.invalid/"
    return answer


def _events(data: bytes) -> Iterator[Event]:
    with suppress(BrokenMessage):
        message = unpacked(data)
        yield from ((message.bucket, json.loads(line)["eventId"]) for line in message.lines.splitlines())


def _messages(batch: Sequence[dict[str, Any]]) -> Iterator[Event]:
    for one in batch:
        yield from _events(b64decode(one["kinesis"]["data"]))


def _compacted(bucket: str) -> Iterator[str]:
    """The ids of the bucket's view, each as often as it shows."""
    objects = BucketObjects(bucket, OWNER)
    for day in list(compaction.due(objects, LATER)):
        compaction.compact(objects, day, LATER)
        with TemporaryDirectory() as folder, duckdb.connect() as connection:
            path = Path(folder) / "day.parquet"
            objects.fetch(compaction.object_key(day), path)
            sql = "SELECT eventid FROM read_parquet($path)"
            yield from (one for (one,) in connection.execute(sql, {"path": str(path)}).fetchall())
