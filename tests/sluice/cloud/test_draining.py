"""What a stream still holds, what puts it by hand, and when a stream may go: moto's Kinesis, the tracker, and the handlers."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.records import iso
from chalicelib.tracking.stores import Put, S3Store, StoreUnavailable
from sluice import aws
from sluice.access import functions, parts
from sluice.cloud import draining, releasing, waiting
from sluice.cloud.formation import DeploymentError
from sluice.cloud.releasing import StreamError
from sluice.project import config
from sluice.project.config import Stage
from tests import rights, streams
from tests.conftest import OWNER, Tracker, event_body
from tests.evaluator import Judge, Request

SHOP, APP = "shop-analytics", "app-analytics"
OWN = f"sluice-prod-{OWNER}-us-east-1"
TEXT = f"""
[stages.prod]
account = "{OWNER}"
region = "us-east-1"
[[stages.prod.allow]]
bucket = "*-analytics"
"""
WITHOUT = config.parse(TEXT).stage("prod")
PROD = config.parse(f"{TEXT}[stages.prod.stream]\n").stage("prod")
WRITES, STOPPED = (
    {"STREAM": "kinesis:sluice-prod-events"},
    {"STREAM": "kinesis:sluice-prod-events", "STREAM_WRITES": "off"},
)


class Functions:
    """Lambda: the tracker as it is deployed, and the function that puts what waits."""

    def __init__(self, live: streams.Stage) -> None:
        self.live = live
        self.variables: dict[str, str] = dict(WRITES)
        self.changed = datetime.now(UTC) - timedelta(days=1)
        self.seconds = [900.0]
        self.invoked: list[dict[str, Any]] = []

    def get_function(self, FunctionName: str) -> dict[str, Any]:
        assert FunctionName == "sluice-prod-tracker"
        modified = self.changed.strftime("%Y-%m-%dT%H:%M:%S.000+0000")  # as Lambda writes it
        return {"Configuration": {"Environment": {"Variables": self.variables}, "LastModified": modified}}

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:
        assert FunctionName == "sluice-prod-release"
        event = json.loads(Payload)
        self.invoked.append(event["detail"])
        seconds = self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0]
        context = SimpleNamespace(aws_request_id="w", get_remaining_time_in_millis=lambda: seconds * 1000)
        try:
            said = self.live.app.release(event, context)
        except Exception as error:
            return {"FunctionError": "Unhandled", "Payload": body({"errorMessage": str(error)})}
        return {"Payload": body(said)}

    def client(self, service: str, region: str) -> Any:
        return self if service == "lambda" else aws.client(service, region)


def body(said: Any) -> io.BytesIO:
    return io.BytesIO(json.dumps(said).encode())


@pytest.fixture
def live() -> Iterator[streams.Stage]:
    with streams.stage(2, STAGE_BUCKET=OWN, ALLOWED_BUCKETS=f"{SHOP},{APP}") as made:
        for bucket in (OWN, SHOP, APP):
            made.bucket(bucket)
        yield made


@pytest.fixture
def there(live: streams.Stage) -> Functions:
    return Functions(live)


@pytest.fixture
def tracker(live: streams.Stage) -> Tracker:
    return Tracker(live.app)


@pytest.fixture
def break_bucket(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], set[str]]:
    """Let nothing into a bucket, until its name is taken out of the set."""
    broken: set[str] = set()
    whole = S3Store.put

    def put(self: S3Store, owner: str | None, name: str, key: str, body: bytes) -> Put:
        if name in broken:
            raise StoreUnavailable("AccessDenied")
        return whole(self, owner, name, key, body)

    monkeypatch.setattr(S3Store, "put", put)

    def broke(name: str) -> set[str]:
        broken.add(name)
        return broken

    return broke


def left(there: Functions) -> dict[str, int]:
    found = waiting.state(PROD, there.client)
    assert found is not None
    return {name: one.number for name, one in found.left.items()}


def refused(there: Functions, later: timedelta = timedelta()) -> str:
    """Why the stream may not go, so much later; empty where it may."""
    try:
        draining.refuse_loss(WITHOUT, datetime.now(UTC) + later, there.client)
    except DeploymentError as error:
        return str(error)
    return ""


def test_what_is_in_the_stream_and_behind_it_is_counted(
    live: streams.Stage, tracker: Tracker, there: Functions, break_bucket: Callable[[str], set[str]]
) -> None:
    assert left(there) == {}
    before = datetime.now(UTC) - timedelta(seconds=2)
    for number in range(3):
        tracker.call(event_body(bucket=SHOP, sessionId=f"session-{number}"))
    found = waiting.state(PROD, there.client)
    assert found is not None and set(found.unread) == set(live.shards())
    oldest = found.left["unread messages"].oldest
    assert left(there) == {"unread messages": 3}
    assert oldest is not None and oldest > before

    broken = break_bucket(SHOP)
    live.drain()
    live.s3.put_object(Bucket=OWN, Key="gathered/1796000000000-ab", Body=b"")
    live.s3.put_object(Bucket=OWN, Key="parked/_unreadable/ab", Body=b"")
    live.s3.put_object(Bucket=OWN, Key="aws/lambda/0a/shardId-0/2026/11/28/x", Body=b"")
    names = ("gathered batches", "unreadable messages", "batches given up")
    parked = len(live.keys(OWN, f"parked/{SHOP}/"))
    assert left(there) == {**dict.fromkeys(names, 1), "parked objects": parked}
    state = waiting.state(PROD, there.client)
    assert state is not None and set(state.kept.parked) == {SHOP}
    assert broken == {SHOP}


def test_a_stage_whose_stream_is_not_there_has_no_state(live: streams.Stage, there: Functions) -> None:
    live.kinesis.delete_stream(StreamName=streams.NAME)
    assert waiting.state(PROD, there.client) is None
    assert refused(there) == ""


def test_what_is_parked_is_released_by_hand(
    live: streams.Stage, tracker: Tracker, there: Functions, break_bucket: Callable[[str], set[str]]
) -> None:
    tracker.call(event_body(bucket=SHOP))
    broken = break_bucket(SHOP)
    live.drain()
    said = releasing.release(PROD, there.client)
    assert (said["released"], said["parked"], said["causes"]) == (0, 1, {SHOP: "AccessDenied"})
    broken.clear()
    said = releasing.release(PROD, there.client)
    assert (said["released"], said["parked"]) == (1, 0)
    assert len(live.records(SHOP)) == 1
    assert left(there) == {}


def test_what_a_run_has_no_time_for_is_asked_for_again(
    live: streams.Stage, tracker: Tracker, there: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [(4, {SHOP: "tried later"}), (2, {SHOP: "tried later"}), (1, {APP: "AccessDenied"})]
    said = iter([{"released": number, "parked": 9, "causes": causes} for number, causes in runs])
    monkeypatch.setattr(there, "invoke", lambda **_: {"Payload": body(next(said))})
    assert releasing.release(PROD, there.client) == {"released": 7, "parked": 9, "causes": {APP: "AccessDenied"}}


def test_a_run_that_has_time_for_nothing_is_the_last(there: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    said = iter([{"released": 0, "parked": 9, "causes": {SHOP: "tried later"}}])
    monkeypatch.setattr(there, "invoke", lambda **_: {"Payload": body(next(said))})
    assert releasing.release(PROD, there.client)["released"] == 0


def test_a_window_is_sent_again_run_by_run_until_none_is_left(
    live: streams.Stage, tracker: Tracker, there: Functions
) -> None:
    start = datetime.now(UTC) - timedelta(minutes=1)
    for number in range(6):
        tracker.call(event_body(bucket=SHOP, sessionId=f"session-{number}"))
    there.seconds = [0.0, 900.0]  # the first run has no time left after its first messages
    runs = list(releasing.replay(PROD, start, datetime.now(UTC), there.client))
    assert len(runs) == 2
    assert there.invoked[0] == {"from": iso(start)}
    assert set(there.invoked[1]) == {"from", "shards", "until"}
    assert sum(one["records"] for one in runs) == 6
    assert len({one["eventId"] for one in live.records(SHOP)}) == 6


def test_a_window_of_the_future_is_refused(there: Functions) -> None:
    now = datetime.now(UTC)
    with pytest.raises(StreamError, match="is in the future"):
        list(releasing.replay(PROD, now + timedelta(hours=1), now, there.client))


def test_what_the_function_fails_of_is_said(live: streams.Stage, there: Functions) -> None:
    live.kinesis.delete_stream(StreamName=streams.NAME)
    with pytest.raises(
        StreamError, match=r"sluice-prod-release failed: .*more in its log group /aws/lambda/sluice-prod"
    ):
        list(releasing.replay(PROD, datetime.now(UTC), datetime.now(UTC), there.client))


def test_a_stage_without_the_function_has_no_stream(live: streams.Stage) -> None:
    with pytest.raises(StreamError, match="there is no function sluice-prod-release"):
        releasing.release(PROD, aws.client)


def test_while_the_tracker_writes_the_stream_stays(there: Functions) -> None:
    assert "the tracker still writes into it. Have `writes = false` in [stages.prod.stream]" in refused(there)


def test_just_after_the_tracker_stopped_the_stream_stays(there: Functions) -> None:
    there.variables, there.changed = STOPPED, datetime.now(UTC)
    assert "Try again in two minutes" in refused(there)
    assert refused(there, timedelta(minutes=3)) == ""


def test_while_anything_waits_the_stream_stays(live: streams.Stage, tracker: Tracker, there: Functions) -> None:
    tracker.call(event_body(bucket=SHOP))
    there.variables = STOPPED
    assert "1 unread messages. `sluice stream status --stage prod` says what to do" in refused(there)
    live.drain()
    assert refused(there) == ""


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ("gathered/1796000000000-ab", "1 gathered batches"),
        (f"parked/{SHOP}/year=2026/month=11/day=28/stream.{'a' * 32}.json.gz", "1 parked objects"),
        ("parked/_unreadable/ab", "1 unreadable messages"),
        ("aws/lambda/0a/shardId-0/2026/11/28/x", "1 batches given up"),
    ],
)
def test_while_anything_waits_behind_the_stream_it_stays(
    live: streams.Stage, there: Functions, key: str, what: str
) -> None:
    there.variables = STOPPED
    live.s3.put_object(Bucket=OWN, Key=key, Body=b"")
    assert what in refused(there)


def test_a_stack_without_its_tracker_has_no_writer(there: Functions, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(FunctionName: str) -> dict[str, Any]:
        raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetFunction")

    monkeypatch.setattr(there, "get_function", gone)
    assert refused(there) == ""


def test_a_deployment_that_keeps_the_stream_is_not_refused(there: Functions) -> None:
    draining.refuse_loss(PROD, datetime.now(UTC), there.client)
    with pytest.raises(DeploymentError, match="still writes"):
        draining.require_drained(PROD, datetime.now(UTC), there.client)


@pytest.mark.parametrize(("name", "stage"), [("operator", PROD), ("deployer", WITHOUT)])
def test_what_counts_has_the_rights_for_it(
    live: streams.Stage, tracker: Tracker, there: Functions, name: str, stage: Stage
) -> None:
    """The operator's of a stage with a stream, and the deployer's of the one that loses it."""
    tracker.call(event_body(bucket=SHOP))
    live.drain()
    calls: list[tuple[str, str, dict[str, Any]]] = []

    def client(service: str, region: str) -> Any:
        made = there.client(service, region)
        if made is not there:
            made.meta.events.register(
                "provide-client-params", lambda params, model, **_: calls.append((service, model.name, dict(params)))
            )
        return made

    assert waiting.state(stage, client) is not None
    judge = Judge(parts.numbered(name, functions.documents(stage)))
    needed = [right for call in calls for right in rights.asked(stage, *call)]
    who = f"arn:aws:iam::{OWNER}:role/{name}"
    assert {
        action for action, place, given in needed if not judge.allows(Request(who, action, place, OWNER, given))
    } == set()
    assert {action for action, _, _ in needed} == {
        *("kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:GetShardIterator", "kinesis:GetRecords"),
        *("s3:GetObject", "s3:ListBucket"),
    }


def test_who_operates_a_stage_without_a_stream_has_no_right_for_one() -> None:
    allowed = json.dumps(parts.numbered("operator", functions.documents(WITHOUT)))
    assert "kinesis:" not in allowed and "lambda:InvokeFunction" not in allowed
    assert "lambda:InvokeFunction" in json.dumps(parts.numbered("operator", functions.documents(PROD)))


class Traffic:
    """A stage in mid traffic, of which the stream is taken away: its tracker as it is deployed, and the one before."""

    def __init__(
        self, chance: random.Random, live: streams.Stage, there: Functions, broken: set[str], *, is_guarded: bool
    ) -> None:
        self.chance, self.live, self.there, self.broken, self.is_guarded = chance, live, there, broken, is_guarded
        self.acknowledged: set[str] = set()
        self.tracker = self.before = Tracker(live.app)
        self.clock = datetime.now(UTC)
        self.is_there = True

    def send(self) -> None:
        # For 29 seconds after a deployment, requests end that began before it.
        is_late = self.clock - self.there.changed < timedelta(seconds=29)
        tracker = self.before if is_late and self.chance.random() < 0.5 else self.tracker
        bucket = self.chance.choice([one for one in (SHOP, APP) if one not in self.broken] or [SHOP])
        answer = tracker.call(event_body(bucket=bucket, sessionId=f"session-{self.chance.randrange(9)}"))
        if answer.status in {200, 202}:
            self.acknowledged.add(answer.json["eventId"])

    def consume(self) -> None:
        if self.is_there:
            shard = self.chance.choice(self.live.shards())
            if batch := self.live.handed(shard):
                some = batch[: self.chance.randint(1, len(batch))]
                self.live.consume(some)
                self.live.done(shard, some)

    def release(self) -> None:
        if self.is_there:
            self.live.release(parked=True)

    def breaks(self) -> None:
        self.broken.symmetric_difference_update({APP})

    def waits(self) -> None:
        self.clock += timedelta(seconds=self.chance.choice((5, 60)))

    def stops_writing(self, patch: pytest.MonkeyPatch) -> None:
        patch.setenv("STREAM_WRITES", "off")
        self.tracker = Tracker(streams._app())
        self.there.variables, self.there.changed = STOPPED, self.clock

    def goes(self, patch: pytest.MonkeyPatch) -> None:
        """The second deployment: it is refused, or the stream and its functions go."""
        try:
            if self.is_guarded:
                draining.refuse_loss(WITHOUT, self.clock, self.there.client)
        except DeploymentError:
            return
        for _ in range(5):  # packaging takes a minute
            self.send()
        self.live.kinesis.delete_stream(StreamName=streams.NAME)
        patch.setenv("STREAM", "")
        patch.setenv("JOBS", "")
        self.tracker, self.is_there = Tracker(streams._app()), False


def switched(traffic: Traffic) -> set[str]:
    """Flip the switch both times in mid traffic; the acknowledged events that no bucket has in the end."""
    with pytest.MonkeyPatch.context() as patch:  # undone before the stage's own
        steps = [traffic.send] * 4 + [traffic.consume] * 3 + [traffic.release, traffic.breaks, traffic.waits]
        stop = traffic.chance.randrange(5, 25)
        for number in range(200):
            traffic.chance.choice(steps)()
            if number == stop:
                traffic.stops_writing(patch)
            if traffic.is_there and traffic.chance.random() < 0.1:
                traffic.goes(patch)
        traffic.broken.clear()
        traffic.clock += timedelta(hours=1)
        if traffic.is_there:
            traffic.live.drain()
            traffic.release()
            traffic.goes(patch)
        assert not traffic.is_there
    stored = {one["eventId"] for bucket in (SHOP, APP) for one in traffic.live.records(bucket)}
    return traffic.acknowledged - stored


@pytest.mark.parametrize("seed", range(12))
def test_a_stream_that_is_taken_away_in_mid_traffic_loses_nothing(
    seed: int,
    live: streams.Stage,
    there: Functions,
    break_bucket: Callable[[str], set[str]],
) -> None:
    traffic = Traffic(random.Random(seed), live, there, break_bucket(APP), is_guarded=True)
    assert switched(traffic) == set()
    assert len(traffic.acknowledged) > 20


def test_without_the_refusal_it_would_lose_events(
    live: streams.Stage, there: Functions, break_bucket: Callable[[str], set[str]]
) -> None:
    traffic = Traffic(random.Random(1), live, there, break_bucket(APP), is_guarded=False)
    assert switched(traffic)
