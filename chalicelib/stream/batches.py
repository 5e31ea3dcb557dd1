"""A batch of the stream as Lambda hands it over: into the tenants' buckets, or, where each would get little, to wait for more."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.lake.objects import Objects
from chalicelib.prefixes import GATHERED, POSITIONS
from chalicelib.stream.consumer import Consumed, Consumer, Read, read

# A batch of Lambda has 6 MB at most, of which each message takes its data in Base64 and some 480 bytes around it. From half of
# that on it was handed over because it is full; a smaller one because its time had come.
FULL, AROUND = 3 * 2**20, 480
# Where a batch makes more objects than one of a hundred records, its records wait for those of further batches.
RECORDS_AN_OBJECT = 100
# A batch waits only for so much less than a record may: what gathers runs once a minute, and takes a few seconds.
MINUTE = timedelta(seconds=75)
_GATHERED = re.compile(rf"{GATHERED.path}\d{{13}}-[0-9a-f]{{16}}")


class Arrived(NamedTuple):
    """One message of a shard, by its number there, and when it came."""

    shard: str
    sequence: str
    arrived: datetime
    data: bytes


class Position(msgspec.Struct, frozen=True):
    """How far a shard is read: the last message's number, and when it came."""

    sequence: str
    arrived: datetime


class Done(NamedTuple):
    """What became of a batch, whether it waits for more, the age of its oldest message in seconds, and what failed of the rest.

    Neither waiting for more nor the position is worth a batch that is handed over again for ever.
    """

    consumed: Consumed
    gathered: bool
    age: float
    cause: str | None = None


def work(batch: Sequence[Arrived], consumer: Consumer, own: Objects, now: datetime, flush_seconds: int) -> Done:
    """Put the batch's records, or keep them until they are more; then say how far the shard is read.

    Raises what parking raises, and then the batch has to come again.
    """
    messages = [one.data for one in batch]
    oldest = min(one.arrived for one in batch)
    spare = oldest + timedelta(seconds=flush_seconds) - now - MINUTE
    found = read(messages)
    waits = spare > timedelta() and is_full(messages) and is_scattered(found)
    cause = _failing(gather, own, messages, oldest) if waits else None
    waits = waits and cause is None
    consumed = Consumed() if waits else consumer.consume(found, now)
    cause = _failing(advance, own, batch[-1]) or cause
    return Done(consumed, waits, (now - oldest).total_seconds(), cause)


def _failing(step: Callable[..., None], *given: Any) -> str | None:
    """Take the step in the stage's own bucket; why that failed, in a word."""
    try:
        step(*given)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except BotoCoreError as error:
        return type(error).__name__
    return None


def is_full(messages: Sequence[bytes]) -> bool:
    """Whether a batch of these came before its time."""
    return sum(len(data) * 4 // 3 + AROUND for data in messages) >= FULL


def is_scattered(found: Read) -> bool:
    """Whether these are of so many tenants and days that few of them would share an object."""
    return len(found.groups) * RECORDS_AN_OBJECT > sum(map(len, found.groups.values()))


def gather(own: Objects, messages: Sequence[bytes], oldest: datetime) -> None:
    """Keep a batch whole, under the time of its oldest message."""
    body = msgspec.msgpack.encode(messages)
    own.create(f"{GATHERED.path}{round(oldest.timestamp() * 1000):013}-{sha256(body).hexdigest()[:16]}", body, {})


def gathered(own: Objects) -> list[str]:
    """The keys of gathered batches, the oldest first; a folder that a console made is none."""
    return [key for key in own.keys(GATHERED.path) if _GATHERED.fullmatch(key)]


def gathered_at(key: str) -> datetime:
    """When the oldest message of a gathered batch came."""
    return datetime.fromtimestamp(int(key.removeprefix(GATHERED.path).partition("-")[0]) / 1000, UTC)


def messages_of(body: bytes) -> list[bytes]:
    """The messages of a gathered batch."""
    return msgspec.msgpack.decode(body, type=list[bytes])


def position(own: Objects, shard: str) -> Position | None:
    """How far this shard is read; None where nothing of it was."""
    body = own.read(place(shard))
    return None if body is None else msgspec.json.decode(body, type=Position)


def place(shard: str) -> str:
    """The key of a shard's position."""
    return f"{POSITIONS.path}{shard}.json"


def advance(own: Objects, last: Arrived) -> None:
    """Say that the shard is read up to this message; where a later one is said, that holds."""
    body = msgspec.json.encode(Position(last.sequence, last.arrived))
    key = place(last.shard)
    held = own.head(key)
    if held is None:
        own.create(key, body, {})
        return
    before = position(own, last.shard)
    if before is None or int(before.sequence) < int(last.sequence):
        own.replace(key, body, {}, held.etag)


def arrived(event: Mapping[str, Any]) -> list[Arrived]:
    """The messages of a batch that Lambda hands over.

    https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
    """
    return [
        Arrived(
            one["eventID"].partition(":")[0],
            one["kinesis"]["sequenceNumber"],
            datetime.fromtimestamp(one["kinesis"]["approximateArrivalTimestamp"], UTC),
            b64decode(one["kinesis"]["data"]),
        )
        for one in event["Records"]
    ]
