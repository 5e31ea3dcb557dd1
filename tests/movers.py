"""CloudFront's files for a stage on moto, and the mover's handler, called as Lambda calls it, with what may go wrong."""

from __future__ import annotations

import gzip
import importlib.util
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import ModuleType, SimpleNamespace
from typing import Any, Literal, NamedTuple

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.s3.models import s3_backends

from chalicelib import jobs, settings
from chalicelib.access_logs import arrival, files
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake.objects import BucketObjects
from chalicelib.prefixes import DELIVERED
from chalicelib.settings import Settings
from sluice.imports import access_logs
from tests import cloudfront
from tests.conftest import OWNER
from tests.paths import ROOT

INBOX = "sluice-prod-inbox"
START = datetime(2025, 3, 3, tzinfo=UTC)
FOLDERS = ("", "cdn logs/", "a+b/", "100%25/a b+c/", "ü/")
FOREIGN = ("notes.txt", "E1ABC.2025-13-01-00.aa.gz", cloudfront.name(START, "E9NOBODY"))
TRIES = 3  # of Lambda
# Before the call of this number, or after it: the worker dies, S3 refuses, or another worker gets the same event.
Fault = tuple[Literal["dies before", "dies after", "refused", "twin"], int]


class Crash(BaseException):
    """The worker's machine is gone."""


class Violation(AssertionError):
    """Deliveries after which a file is not where it must be."""


class File(NamedTuple):
    """A file by its tenant, one of the tenant's distributions, its hour, and the folder that the operator chose."""

    tenant: int
    distribution: int
    hour: int
    folder: str


def entry(number: int) -> Entry:
    return Entry(f"shop{number}-analytics", distributions=frozenset(f"E{number}{letter * 4}" for letter in "ABC"))


def named(number: int, file: File) -> str:
    """The name of the file with this number."""
    distribution = sorted(entry(file.tenant).distributions)[file.distribution]
    return cloudfront.name(START + timedelta(hours=file.hour), distribution, str(number))


def handler() -> Callable[[dict[str, Any], Any], None]:
    """The mover's handler, of an app whose stage has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOBS", jobs.MOVE_LOGS.name)
        patch.setenv("STAGE_BUCKET", INBOX)
        found = importlib.util.spec_from_file_location("app", ROOT / "app.py")
        assert found is not None and found.loader is not None
        made: ModuleType = importlib.util.module_from_spec(found)
        found.loader.exec_module(made)
    handle: Callable[[dict[str, Any], Any], None] = made.move_logs
    return handle


def event(key: str) -> dict[str, Any]:
    """What EventBridge sends to Lambda of a new object."""
    said = {"bucket": {"name": INBOX}, "object": {"key": key, "size": 5, "etag": "b194", "sequencer": "0061"}}
    detail = {"version": "0", **said, "request-id": "N4N7", "requester": OWNER, "reason": "PutObject"}
    head = {"version": "0", "id": "1779", "detail-type": "Object Created", "source": "aws.s3", "account": OWNER}
    return {**head, "time": "2025-03-03T00:00:00Z", "region": "us-east-1", "resources": [], "detail": detail}


@dataclass
class Stage:
    """A stage of so many tenants on moto, and what happens at which call of a worker."""

    tenants: int
    handle: Callable[[dict[str, Any], Any], None]
    client: Any
    settings: Settings
    fault: Fault | None = None
    calls: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    key: str = ""

    def deliver(self, key: str, body: bytes) -> None:
        s3_backends[OWNER]["aws"].put_object(INBOX, key, body)

    def arrive(self, key: str, faults: list[Fault]) -> None:
        """Lambda's tries of one event, each with its fault, until one ends well or it gives up."""
        for fault in [*faults, None][:TRIES]:
            self.fault, self.calls, self.key = fault, 0, key
            try:
                self._call(key)
            except (Crash, ClientError) as error:
                self.ended[type(error).__name__] += 1
                continue
            finally:
                self.fault = None
            if files.read(key) and "E9NOBODY" not in key and key in s3_backends[OWNER]["aws"].buckets[INBOX].keys:
                raise Violation(f"the event of {key} ended well, and the file is still there")
            return

    def _call(self, key: str) -> None:
        self.handle(event(key), SimpleNamespace(aws_request_id="worker-1"))

    def sweep(self) -> None:
        """What an operator does where Lambda gave up."""
        for number in range(self.tenants):
            bucket = entry(number).bucket
            objects = BucketObjects(bucket, OWNER, self.client)
            found = access_logs.sync(
                f"s3://{INBOX}/{DELIVERED.path}", bucket, self.settings, objects, datetime.now(UTC), delete=True
            )
            if found.is_fault:
                raise Violation(f"{bucket}: {found.left}")

    def check(self, expected: dict[str, File]) -> None:
        """Raise Violation unless each of these files, by number, is at its tenant's place once, whole, and nothing else is."""
        places: dict[str, tuple[int, str]] = {}
        for number in range(self.tenants):
            for key, body in held(entry(number).bucket).items():
                file = files.read(key)
                if file is None or file.key != key or file.name in places:
                    raise Violation(f"{key} is not a place, or the second")
                places[file.name] = (number, gzip.decompress(body).decode())
        if {name: number for name, (number, _) in places.items()} != {
            name: file.tenant for name, file in expected.items()
        }:
            raise Violation(f"{len(places)} files at places, and {len(expected)} were sent, or one is at another's")
        if broken := [name for name, (_, text) in places.items() if text.count("\n") != 3 or f"/{name}" not in text]:
            raise Violation(f"{broken[0]} is not whole, or another file")
        if left := [key for key in held(INBOX) if key.rpartition("/")[2] not in FOREIGN]:
            raise Violation(f"{len(left)} files are still where they were")

    def before(self, request: Any, **_: Any) -> AWSResponse | None:
        self.calls += 1
        if self.fault is None or self.calls != self.fault[1]:
            return None
        kind, self.fault = self.fault[0], None if self.fault[0] != "dies after" else self.fault
        if kind == "dies before":
            raise Crash
        if kind == "twin":
            self._call(self.key)
        if kind == "refused":
            return AWSResponse(request.url, 400, {}, _Body(b"<Error><Code>InvalidRequest</Code></Error>"))
        return None

    def after(self, **_: Any) -> None:
        if self.fault is not None and self.fault[0] == "dies after" and self.calls == self.fault[1]:
            self.fault = None
            raise Crash


class _Body(BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def held(bucket: str) -> dict[str, bytes]:
    """All that the bucket holds, straight from moto's memory."""
    keys = s3_backends[OWNER]["aws"].buckets[bucket].keys
    return {key: keys[key].value for key in list(keys)}


@contextmanager
def staged(tenants: int, handle: Callable[[dict[str, Any], Any], None]) -> Iterator[Stage]:
    """Such a stage, with empty buckets."""
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        variables = {"STAGE": "prod", "BUCKET_OWNER": OWNER, "SALTS": "dynamodb:salts", "STAGE_BUCKET": INBOX}
        made = settings.load({**variables, "ALLOWED_BUCKETS": "unused"})
        object.__setattr__(made, "allowlist", Allowlist([entry(number) for number in range(tenants)]))
        boto3.setup_default_session()
        stage = Stage(tenants, handle, boto3.client("s3"), made)
        for bucket in (INBOX, *(one.bucket for one in made.allowlist.entries)):
            stage.client.create_bucket(Bucket=bucket)
        for name in FOREIGN:
            stage.deliver(f"{DELIVERED.path}{name}", b"not a log")
        # Only the mover's own client, which is made after this, is disturbed.
        boto3.DEFAULT_SESSION.events.register_first("before-send", stage.before)
        boto3.DEFAULT_SESSION.events.register("response-received", stage.after)
        patch.setattr(arrival.settings, "load", lambda: made)
        arrival.mover.cache_clear()
        arrival.mover()
        yield stage
        arrival.mover.cache_clear()


def body(number: int, file: File) -> bytes:
    """The file's one line, which says which file it is."""
    at = START + timedelta(hours=file.hour)
    return cloudfront.packed([cloudfront.line(at, {"cs-uri-stem": f"/{named(number, file)}"})])
