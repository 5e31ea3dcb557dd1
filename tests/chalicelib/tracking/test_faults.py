"""Faults of store and salts: the contract's status, in time, nothing half-written; and once only, whatever happens."""

from __future__ import annotations

import io
import secrets
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from unittest import mock

import boto3
import msgspec
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import botocore_stubber
from moto.server import ThreadedMotoServer

from chalicelib.records import iso
from chalicelib.rejections import StorageUnavailable
from chalicelib.settings import Settings, load
from chalicelib.tracking import stores
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.salts import MemorySalts
from chalicelib.tracking.stores import S3Store
from tests import wire
from tests.conftest import BUCKET, OWNER, PROVE, Tracker, event_body, keys

ID = "b" * 20
KEPT = "kept-analytics"  # not BUCKET: moto's server and its mock share their buckets
LONGEST = 6.0  # seconds that the contract gives a request
Fault = Callable[[Any], AWSResponse | None]
MOTO = BotocoreStubber.__call__


def refuses(status: int, code: str) -> Fault:
    """A fault that answers as S3 does, and stores nothing."""
    body = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()

    def fault(request: Any) -> AWSResponse:
        return AWSResponse(request.url, status, {}, _Raw(body))

    return fault


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def once(fault: Fault) -> Fault:
    """The fault at the first try alone."""
    waiting = [fault]
    return lambda request: waiting.pop()(request) if waiting else None


def loses_answer(request: Any) -> AWSResponse:
    """Stored, then the connection is reset."""
    MOTO(botocore_stubber, "before-send.s3.PutObject", request)
    raise ConnectionClosedError(endpoint_url=request.url)


def raises(error: Exception) -> Fault:
    def fault(request: Any) -> AWSResponse:
        raise error

    return fault


@contextmanager
def injected(fault: Fault) -> Iterator[None]:
    """Let the fault answer or fail PutObject in moto's place; where it returns None, moto answers."""

    def answer(stubber: BotocoreStubber, event_name: str, request: Any, **rest: Any) -> AWSResponse | None:
        answered = fault(request) if event_name == "before-send.s3.PutObject" else None
        return answered or MOTO(stubber, event_name, request, **rest)

    with mock.patch.object(BotocoreStubber, "__call__", answer):
        yield


@pytest.fixture
def no_pauses() -> Iterator[None]:
    """Back-off without waiting."""
    with mock.patch("botocore.endpoint.time.sleep"), mock.patch("chalicelib.tracking.stores.sleep"):
        yield


UNREACHABLE = EndpointConnectionError(endpoint_url="http://s3")
TIMED_OUT = ReadTimeoutError(endpoint_url="http://s3")
CONFLICT = refuses(409, "ConditionalRequestConflict")


@pytest.mark.parametrize(
    "fault",
    [
        refuses(503, "SlowDown"),
        loses_answer,
        raises(UNREACHABLE),
        raises(TIMED_OUT),
        refuses(500, "InternalError"),
        CONFLICT,
    ],
)
@pytest.mark.usefixtures("no_pauses")
def test_a_fault_that_passes_ends_in_one_object(fault: Fault, deployed: Tracker, s3: Any) -> None:
    with injected(once(fault)):
        answer = deployed.call(event_body())

    assert (answer.status, "duplicate" in answer.json) == (200, False)
    assert keys(s3) == [answer.json["key"]]


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (refuses(503, "SlowDown"), "SlowDown"),
        (refuses(403, "AccessDenied"), "AccessDenied"),
        (raises(UNREACHABLE), "EndpointConnectionError"),
        (raises(TIMED_OUT), "ReadTimeoutError"),
        (CONFLICT, "ConditionalRequestConflict"),
    ],
)
@pytest.mark.usefixtures("no_pauses")
def test_a_fault_that_stays_is_a_503_and_stores_nothing(
    fault: Fault, cause: str, deployed: Tracker, s3: Any, log: io.StringIO
) -> None:
    with injected(fault):
        answer = deployed.call(event_body())

    assert (answer.status, answer.json["error"], answer.headers["retry-after"]) == (503, "Storage Unavailable", "2")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert keys(s3) == []
    assert f'"cause":"{cause}"' in log.getvalue()


def test_a_bucket_that_a_pattern_lets_in_but_is_not_there_is_refused_like_any_other(deployed: Tracker) -> None:
    missing, unlisted = deployed.call(event_body(bucket="gone-analytics")), deployed.call(event_body(bucket="other"))

    assert (missing.status, missing.json) == (403, unlisted.json)


def test_an_exact_bucket_that_is_not_there_is_our_trouble(tracker: Callable[..., Tracker], s3: Any) -> None:
    exact = tracker(STAGE="dev", ALLOWED_BUCKETS="gone-bucket", BUCKET_OWNER=OWNER, SALTS="memory")

    assert exact.call(event_body(bucket="gone-bucket")).status == 503


@pytest.mark.parametrize("peer", [wire.reset, wire.silent, None])
def test_a_peer_that_does_not_answer_ends_in_a_503_in_time(
    peer: wire.Behaviour | None, tracker: Callable[..., Tracker]
) -> None:
    with wire.peer(peer or wire.reset) as address:
        endpoint = address if peer else wire.closed_port()
        deployed = tracker(STAGE="dev", BUCKET_OWNER=OWNER, SALTS="memory", AWS_ENDPOINT_URL_S3=endpoint)
        started = time.monotonic()

        answer = deployed.call(event_body())

    assert answer.status == 503
    assert time.monotonic() - started < LONGEST


def test_salts_that_are_down_cost_the_hashes_and_nothing_else(tracker: Callable[..., Tracker], s3: Any) -> None:
    tried = []

    def silent(connection: socket.socket) -> None:
        tried.append(connection)
        wire.silent(connection)

    with wire.peer(silent) as address:
        down = tracker(STAGE="dev", BUCKET_OWNER=OWNER, SALTS="dynamodb:salts")
        client = boto3.client("dynamodb", endpoint_url=address, config=down.app.service().salts._client.meta.config)
        with mock_without_dynamodb(), mock.patch.object(down.app.service().salts, "_client", client):
            answers = [down.call(event_body()) for _ in range(5)]

    assert [answer.status for answer in answers] == [200] * 5
    assert len(tried) == 1  # then the negative cache
    assert len(keys(s3)) == 5


def mock_without_dynamodb() -> Any:
    """Let requests to loopback through moto, to reach the peer."""
    from moto.core.config import default_user_config

    return mock.patch.dict(default_user_config["core"], {"passthrough": {"urls": ["http://127.0.0.1"], "services": []}})


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of moto's server."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    yield server.get_host_and_port()[1]
    server.stop()


class TestOverHttp:
    """moto's server, over real connections."""

    @pytest.fixture
    def bucket(self, server: int) -> Any:
        client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server}")
        client.create_bucket(Bucket=BUCKET)
        yield client
        for key in keys(client):
            client.delete_object(Bucket=BUCKET, Key=key)
        client.delete_bucket(Bucket=BUCKET)

    def test_a_hundred_requests_with_one_id_leave_one_object_and_one_first_receipt(
        self, server: int, bucket: Any
    ) -> None:
        path = path_to(f"http://127.0.0.1:{server}")
        request = request_of(datetime.now(UTC))

        with ThreadPoolExecutor(100) as pool:
            receipts = [stored.receipt for stored in pool.map(path.track, [request] * 100)]

        assert [receipt.duplicate for receipt in receipts].count(False) == 1
        assert keys(bucket) == [receipts[0].key]

    def test_a_retry_across_midnight_meets_the_same_key(self, server: int, bucket: Any) -> None:
        path = path_to(f"http://127.0.0.1:{server}")
        happened = datetime(2026, 3, 1, 23, 59, 58, tzinfo=UTC)

        first = path.track(request_of(happened)).receipt
        second = path.track(request_of(happened, received=happened + timedelta(hours=23, minutes=59))).receipt

        assert (first.key, first.duplicate, second.duplicate) == (second.key, False, True)
        assert keys(bucket) == [first.key]

    @pytest.mark.parametrize("event_id", [ID, None])
    def test_a_lost_answer_ends_in_a_200_and_one_object(self, event_id: str | None, server: int, bucket: Any) -> None:
        with wire.peer(wire.losing_answers(server, times=1)) as address:
            receipt = path_to(address).track(request_of(datetime.now(UTC), event_id=event_id)).receipt

        assert receipt.duplicate is (event_id is not None)
        assert keys(bucket) == [receipt.key]


def path_to(endpoint: str) -> Ingest:
    """The path of a deployed stage whose S3 is at this endpoint; it waits longer, as a busy machine's S3 is a slow one."""
    patient = stores._CONFIG.merge(Config(connect_timeout=60, read_timeout=60))
    with (
        mock.patch.dict("os.environ", {"AWS_ENDPOINT_URL_S3": endpoint}),
        mock.patch.object(stores, "_CONFIG", patient),
    ):
        return Ingest(stage_settings(), S3Store(), MemorySalts(), EdgeHeaders())


def stage_settings() -> Settings:
    return load({"STAGE": "dev", "ALLOWED_BUCKETS": "*-analytics", "BUCKET_OWNER": OWNER, "SALTS": "memory"})


def request_of(
    happened: datetime, *, received: datetime | None = None, event_id: str | None = ID, bucket: str = BUCKET
) -> Request:
    body = msgspec.json.encode(event_body(bucket=bucket, timestamp=iso(happened), eventId=event_id))
    return Request(body, {"user-agent": "x"}, "81.2.69.142", received or happened)


# What becomes of a try. "lost" is stored, by the bucket's own put, before the connection is reset.
ATTEMPTS: dict[str, Fault | None] = {
    "stored": None,
    "lost": raises(ConnectionClosedError(endpoint_url="http://s3")),
    "slow down": refuses(503, "SlowDown"),
    "conflict": CONFLICT,
    "denied": refuses(403, "AccessDenied"),
    "unreachable": raises(UNREACHABLE),
    "silent": raises(TIMED_OUT),
}
faults = st.lists(st.sampled_from(sorted(ATTEMPTS)), max_size=6)
waits = st.lists(st.integers(0, 8 * 3600), min_size=3, max_size=3).map(sorted)


class Memory:
    """A bucket that keeps every version, at the other end of the client: it answers PutObject in moto's place."""

    def __init__(self) -> None:
        self._versions: Counter[str] = Counter()

    def put(self, request: Any) -> AWSResponse:
        if request.headers.get("If-None-Match") and self._versions[request.url]:
            return refuses(412, "PreconditionFailed")(request)
        self._versions[request.url] += 1
        return AWSResponse(request.url, 200, {"ETag": '"9b2c"'}, _Raw(b""))

    def versions(self, event_id: str) -> int:
        return sum(many for url, many in self._versions.items() if event_id in url)


class OnMoto:
    """moto's bucket that keeps every version."""

    def __init__(self, client: Any) -> None:
        self.client = client
        client.create_bucket(Bucket=KEPT)
        client.put_bucket_versioning(Bucket=KEPT, VersioningConfiguration={"Status": "Enabled"})

    def put(self, request: Any) -> AWSResponse:
        return MOTO(botocore_stubber, "before-send.s3.PutObject", request)

    def versions(self, event_id: str) -> int:
        found = self.client.list_object_versions(Bucket=KEPT).get("Versions", [])
        versions = [{"Key": item["Key"], "VersionId": item["VersionId"]} for item in found]
        if versions:
            self.client.delete_objects(Bucket=KEPT, Delete={"Objects": versions})
        return sum(event_id in version["Key"] for version in versions)


class Versioned(NamedTuple):
    """A path, and its bucket that keeps every version, so that an overwritten record shows."""

    path: Ingest
    bucket: Memory | OnMoto


@pytest.fixture
def path() -> Iterator[Ingest]:
    """For one test: moto empties its buckets only when no test is in it, and the next one finds what is left."""
    with mock_aws():
        yield Ingest(stage_settings(), S3Store(), MemorySalts(), EdgeHeaders())


@pytest.fixture
def in_memory(path: Ingest) -> Versioned:
    return Versioned(path, Memory())


@pytest.fixture
def on_moto(path: Ingest) -> Iterator[Versioned]:
    bucket = OnMoto(boto3.client("s3", region_name="us-east-1"))
    yield Versioned(path, bucket)
    bucket.client.delete_bucket(Bucket=KEPT)


def first_receipts_and_versions(
    versioned: Versioned, faults: list[str], waits: list[int], spoil: Fault = lambda request: None
) -> tuple[int, int, int]:
    """How many tries were answered 200, how many of these as new, and how many versions the object then has."""
    event_id = secrets.token_hex(10)
    happened = datetime(2026, 3, 1, 20, tzinfo=UTC)
    left = list(faults)
    receipts = []

    def fault(request: Any) -> AWSResponse | None:
        spoil(request)
        kind = left.pop(0) if left else "stored"
        stored = versioned.bucket.put(request) if kind in {"stored", "lost"} else None
        failing = ATTEMPTS[kind]
        return failing(request) if failing else stored

    for wait in [*waits, 24 * 3600]:
        with injected(fault), suppress(StorageUnavailable):
            request = request_of(happened, received=happened + timedelta(seconds=wait), event_id=event_id, bucket=KEPT)
            receipts.append(versioned.path.track(request).receipt)
    return len(receipts), [receipt.duplicate for receipt in receipts].count(False), versioned.bucket.versions(event_id)


def is_stored_exactly_once(versioned: Versioned, faults: list[str], waits: list[int]) -> None:
    answered, first, versions = first_receipts_and_versions(versioned, faults, waits)

    assert versions <= 1
    assert first <= 1
    assert versions == 1 or answered == 0


@pytest.mark.parametrize("part", range(4))  # for the cores to share
@given(faults=faults, waits=waits)
@settings(max_examples=2500 if PROVE else 100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("no_pauses")
def test_whatever_fails_every_200_is_stored_exactly_once(
    in_memory: Versioned, part: int, faults: list[str], waits: list[int]
) -> None:
    is_stored_exactly_once(in_memory, faults, waits)


@given(faults=faults, waits=waits)
@settings(max_examples=1000 if PROVE else 50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("no_pauses")
def test_whatever_fails_every_200_is_stored_exactly_once_on_moto(
    on_moto: Versioned, faults: list[str], waits: list[int]
) -> None:
    is_stored_exactly_once(on_moto, faults, waits)


@pytest.mark.parametrize("bucket", ["in_memory", "on_moto"])
@pytest.mark.usefixtures("no_pauses")
def test_without_create_only_a_retry_would_store_twice(bucket: str, request: pytest.FixtureRequest) -> None:
    def spoil(request: Any) -> None:
        del request.headers["If-None-Match"]

    versioned = request.getfixturevalue(bucket)
    _, first, versions = first_receipts_and_versions(versioned, ["lost"], [0, 60, 120], spoil)

    assert versions > 1
    assert first > 1
