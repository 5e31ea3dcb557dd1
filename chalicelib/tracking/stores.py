"""Put a record once: into S3, or into a directory."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from enum import Enum
from http import HTTPStatus
from itertools import takewhile
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.handlers import add_expect_header

from chalicelib import __version__
from chalicelib.signature import Signer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONFLICT_BUDGET = 1.0  # seconds; with the tries before and after it a put ends within 9 s
CONFLICT_PAUSE = 0.05
_USER_AGENT = f"sluice/{__version__}"
# Two tries after the first one of our own, each of at most 1 s to connect and 1 s to answer. "adaptive" would slow one tenant
# down for another's errors; path style keeps one connection for all buckets, where virtual hosts open a new one for every put
# beyond ten buckets. The signature is over the body's SHA-256 already, so no other checksum is needed.
_CONFIG = Config(
    user_agent=_USER_AGENT,
    request_checksum_calculation="when_required",
    connect_timeout=1,
    read_timeout=1,
    retries={"total_max_attempts": 2, "mode": "standard"},
    s3={"addressing_style": "path"},
    max_pool_connections=50,
)
_HEADERS = {"content-type": "application/json", "if-none-match": "*"}


class Put(Enum):
    """What became of an object: stored, there already, or held in the stream until it is."""

    NEW = "new"
    DUPLICATE = "duplicate"
    QUEUED = "queued"


class StoreUnavailable(Exception):
    """The store did not confirm the object; the message is the cause in one word, without any of its data."""


class NoSuchBucket(Exception):
    """There is no bucket of this name."""


class Store(Protocol):
    """Where records go."""

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        """Store the object durably, or hold it durably until it is, or find that one of this key is there already.

        Raises StoreUnavailable when neither is certain, NoSuchBucket when there is no such bucket.
        """


class S3Store:
    """Objects in the tenants' buckets, created only where there is none, and only in the owner's account."""

    def __init__(self, client: S3Client | None = None) -> None:
        self._client = client or boto3.client("s3", config=_CONFIG)
        # "Expect: 100-continue" costs a round trip a put, and 1 s a try against a peer that does not answer it.
        self._client.meta.events.unregister("before-call.s3", add_expect_header)
        self._signer = Signer(self._client)

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        return self._directly(owner, bucket, key, body) or self._patiently(owner, bucket, key, body)

    def _directly(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put | None:
        """One try with the client's connections and without the rest of boto3's call, which takes half of a request's time.

        None for any other answer than the two that are expected, and where there is none.
        """
        headers = _HEADERS if owner is None else {**_HEADERS, "x-amz-expected-bucket-owner": owner}
        try:
            request = self._signer.request("PUT", bucket, key, body, headers)
            request.headers["user-agent"] = _USER_AGENT
            answer = self._signer.sent("PutObject", request)
        except (BotoCoreError, HTTPClientError):
            return None
        if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
            return Put.DUPLICATE
        return Put.NEW if answer.status_code == HTTPStatus.OK and answer.headers.get("etag") else None

    def _patiently(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        """By boto3's call, which finds another region, and tries again."""
        deadline = monotonic() + CONFLICT_BUDGET
        while True:
            try:
                return self._try(owner, bucket, key, body)
            except ClientError as error:
                # Another request is writing this key at this moment. botocore does not retry that.
                if _status(error) != HTTPStatus.CONFLICT or monotonic() > deadline:
                    raise StoreUnavailable(error.response["Error"]["Code"]) from error
            sleep(CONFLICT_PAUSE)

    def _try(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        account: Any = {"ExpectedBucketOwner": owner} if owner else {}
        try:
            stored = self._client.put_object(
                Bucket=bucket, Key=key, Body=body, ContentType="application/json", IfNoneMatch="*", **account
            )
        except ClientError as error:
            if _status(error) == HTTPStatus.PRECONDITION_FAILED:
                return Put.DUPLICATE
            if _status(error) == HTTPStatus.NOT_FOUND:
                raise NoSuchBucket from error
            raise
        except (BotoCoreError, HTTPClientError) as error:
            raise StoreUnavailable(type(error).__name__) from error
        if not stored.get("ETag"):  # something else than S3 answered
            raise StoreUnavailable("NoReceipt")
        return Put.NEW


def _status(error: ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]


class DirectoryStore:
    """One file per object under `<root>/<bucket>/<key>`; any bucket is there.

    A file is written under a temporary name, synced, and linked into place: it is whole or not there, whatever kills us.
    A kill leaves at most its temporary file in `<root>/.incoming`, which nothing reads.
    `durable=False` leaves the syncing to the system, for bulk import, which can be run again.
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self._root = root
        self._waiting = root / ".incoming"
        self._durable = durable

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        target = self._root / bucket / key
        try:
            self._make(target.parent)
            self._make(self._waiting)
            return self._link(target, body)
        except OSError as error:
            raise StoreUnavailable(type(error).__name__) from error

    def _link(self, target: Path, body: bytes) -> Put:
        temporary = self._waiting / secrets.token_hex(8)
        try:
            self._write(temporary, body)
            os.link(temporary, target)
        except FileExistsError:
            return Put.DUPLICATE
        finally:
            with suppress(FileNotFoundError):
                temporary.unlink()
            self._sync(target.parent)
        return Put.NEW

    def _write(self, path: Path, body: bytes) -> None:
        with path.open("xb") as file:
            file.write(body)
            file.flush()
            if self._durable:
                os.fsync(file.fileno())

    def _make(self, folder: Path) -> None:
        make_folder(folder, durable=self._durable)

    def _sync(self, folder: Path) -> None:
        if self._durable:
            sync_folder(folder)


def make_folder(folder: Path, *, durable: bool = True) -> None:
    """Make the folder and its parents, each durable in its own parent."""
    missing = list(takewhile(lambda one: not one.is_dir(), (folder, *folder.parents)))
    for one in reversed(missing):
        one.mkdir(exist_ok=True)
        if durable:
            sync_folder(one.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in the folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
