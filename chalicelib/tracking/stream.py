"""A stage's stream: records on their way to their tenants' buckets, held durably for the consumer that puts many at once.

One message is what a request stores below one day of one bucket. Nothing is in it that the bucket would not have.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import NamedTuple, Protocol

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, HTTPClientError

from chalicelib.allowlist import Allowlist
from chalicelib.prefixes import RECORDS
from chalicelib.signature import Signer
from chalicelib.tracking.stores import Put, Store

# What Kinesis takes; a message above it, which no request of a sane size makes, goes to the bucket.
MAX_MESSAGE = 2**20 - 256  # with the key that names its shard
# One try: the bucket is the second one.
_CONFIG = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1}, max_pool_connections=50)
_TARGET = "Kinesis_20131202.PutRecord"
# How many buckets of patterns a worker remembers to exist.
_MANY = 10_000
_DECODE = msgspec.json.Decoder(tuple[str, str]).decode


class Message(NamedTuple):
    """Lines of records, and where they go: the bucket, and what the key of each object there begins with."""

    bucket: str
    folder: str
    lines: bytes


class BrokenMessage(ValueError):
    """What is not a message of ours; the message of the error says why, without its content."""


class StreamUnavailable(Exception):
    """The stream did not confirm the message, which it may have all the same; the message is the cause in one word."""


class Stream(Protocol):
    """Where messages wait."""

    def send(self, data: bytes, key: str) -> None:
        """Hold the message durably; messages of one key stay in order. Raises StreamUnavailable when that is not certain."""


def packed(message: Message) -> bytes:
    """The message as the stream has it: its place as one line of JSON, then its lines, compressed by zlib."""
    place = msgspec.json.encode((message.bucket, message.folder))
    return zlib.compress(place + b"\n" + message.lines, 6)


def unpacked(data: bytes, most: int = 2**26) -> Message:
    """The message; raises BrokenMessage for what is none, or has more bytes than this."""
    unpacking = zlib.decompressobj()
    try:
        place, _, lines = unpacking.decompress(data, most).partition(b"\n")
        bucket, folder = _DECODE(place)
    except zlib.error:
        raise BrokenMessage("not compressed") from None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BrokenMessage("names no place") from None
    if not unpacking.eof or unpacking.unconsumed_tail:
        raise BrokenMessage("cut, or too long")
    return Message(bucket, folder, lines)


class KinesisStream:
    """A data stream of Kinesis."""

    def __init__(self, name: str) -> None:
        self._name = name
        client = boto3.client("kinesis", config=_CONFIG)
        self._signer = Signer(client)

    def send(self, data: bytes, key: str) -> None:
        """One try of two seconds at most, without the rest of boto3's call, which takes longer than the answer.

        https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
        """
        asked = {
            "StreamName": self._name,
            "Data": data,
            "PartitionKey": key,
        }  # msgspec has bytes in Base64, as Kinesis does
        try:
            answer = self._signer.sent("PutRecord", self._signer.call(_TARGET, msgspec.json.encode(asked)))
        except (BotoCoreError, HTTPClientError) as error:
            raise StreamUnavailable(type(error).__name__) from error
        if answer.status_code != HTTPStatus.OK:
            raise StreamUnavailable(_named(answer.content))


class StreamStore:
    """The stream in front of a store: records wait there, and all else, and what the stream does not take, is put directly.

    `failed` is called with the cause where the stream fails. The first record for a bucket that a pattern admits is put
    directly, so that a name without a bucket is refused, as it is without a stream.
    """

    def __init__(self, stream: Stream, store: Store, allowlist: Allowlist, failed: Callable[[str], None]) -> None:
        self._stream, self._store, self._allowlist, self._failed = stream, store, allowlist, failed
        self._lock = Lock()
        self._there: set[str] = set()

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        if not key.startswith(RECORDS.path) or not self._is_there(bucket):
            return self._directly(owner, bucket, key, body)
        data = packed(Message(bucket, key[: key.rindex("/") + 1], body))
        if len(data) > MAX_MESSAGE:
            return self._directly(owner, bucket, key, body)
        try:
            # By the key: a client that sends an event again meets its first copy in the same shard.
            self._stream.send(data, sha256(f"{bucket}/{key}".encode()).hexdigest())
        except StreamUnavailable as error:
            self._failed(str(error))
            return self._directly(owner, bucket, key, body)
        return Put.QUEUED

    def _directly(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        answer = self._store.put(owner, bucket, key, body)
        with self._lock:
            if len(self._there) >= _MANY:  # strangers choose a pattern's buckets
                self._there.clear()
            self._there.add(bucket)
        return answer

    def _is_there(self, bucket: str) -> bool:
        """Whether it is a tenant's that is known to exist: by an entry of its own, or an object that this worker put there."""
        entry = self._allowlist.find(bucket)
        return entry is not None and (entry.exact or bucket in self._there)


class _Answer(msgspec.Struct):
    """An error of Kinesis, in which the type may be behind a namespace."""

    type: str = msgspec.field(name="__type", default="")


def _named(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Answer).type.rpartition("#")[2] or "Unnamed"
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return "Unreadable"
