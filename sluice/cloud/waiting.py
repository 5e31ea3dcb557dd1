"""What a stage's stream has accepted and no tenant's bucket has yet, in the order in which a record passes it.

Only names and times are read of what waits in the stage's own bucket: its records are nobody's to see here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from chalicelib.lake.objects import BucketObjects
from chalicelib.prefixes import GATHERED, PARKED, UNCONSUMED
from chalicelib.stream.parking import UNREADABLE
from chalicelib.stream.reading import COUNTED, KinesisReader
from sluice.aws import Client, code
from sluice.project import stage_own
from sluice.project.config import Stage

GONE = "ResourceNotFoundException"


class Waits(msgspec.Struct, frozen=True):
    """So many messages or objects, and since when the oldest of them waits; None where there is none."""

    number: int = 0
    oldest: datetime | None = None

    def __add__(self, other: Waits) -> Waits:
        """Both together."""
        return Waits(self.number + other.number, min(filter(None, (self.oldest, other.oldest)), default=None))


class Kept(msgspec.Struct, frozen=True):
    """What waits in the stage's own bucket: parked objects by their tenants' buckets, and batches of the others."""

    gathered: Waits
    parked: dict[str, Waits]
    unreadable: Waits
    given_up: Waits


class State(msgspec.Struct, frozen=True):
    """What a stream has accepted that waits: in it by its shards, and in the stage's own bucket."""

    stream: str
    unread: dict[str, Waits]
    kept: Kept

    @property
    def left(self) -> dict[str, Waits]:
        """What waits, by what it is; empty where the stream is drained."""
        found = {
            "unread messages": sum(self.unread.values(), Waits()),
            "gathered batches": self.kept.gathered,
            "parked objects": sum(self.kept.parked.values(), Waits()),
            "unreadable messages": self.kept.unreadable,
            "batches given up": self.kept.given_up,
        }
        return {name: waits for name, waits in found.items() if waits.number}


def state(stage: Stage, client: Client) -> State | None:
    """What waits now, or None where the stage has no stream in AWS, whatever sluice.toml says of it; raises what AWS refuses."""
    if summary(stage, client) is None:
        return None
    own = BucketObjects(stage_own.bucket(stage), stage.account, client("s3", stage.region))
    reader = KinesisReader(stage.stream_name, client("kinesis", stage.region))
    # The stream first: what its consumer takes meanwhile is seen where it goes.
    unread = {one.shard: Waits(one.messages, one.oldest) for one in reader.unread(own)}
    return State(stage.stream_name, unread, kept(stage, client))


def summary(stage: Stage, client: Client) -> dict[str, Any] | None:
    """What Kinesis says of the stage's stream, or None where there is none."""
    try:
        answer = client("kinesis", stage.region).describe_stream_summary(StreamName=stage.stream_name)
    except ClientError as error:
        if code(error) != GONE:
            raise
        return None
    found: dict[str, Any] = answer["StreamDescriptionSummary"]
    return found


def kept(stage: Stage, client: Client) -> Kept:
    """What waits in the stage's own bucket; raises what S3 refuses."""
    # What is parked last: it is where all else goes that cannot be put.
    gathered, given_up = (_all(stage, client, one.path) for one in (GATHERED, UNCONSUMED))
    parked, unreadable = dict[str, Waits](), Waits()
    for key, since in _listed(stage, client, PARKED.path):
        one = Waits(1, since)
        if key.startswith(UNREADABLE):
            unreadable += one
        else:
            bucket = key.removeprefix(PARKED.path).partition("/")[0]
            parked[bucket] = parked.get(bucket, Waits()) + one
    return Kept(gathered, parked, unreadable, given_up)


def said(number: int) -> str:
    """A number of messages of one shard: they are counted up to a limit."""
    return f"{number}" if number < COUNTED else f"at least {number}"


def _all(stage: Stage, client: Client, prefix: str) -> Waits:
    return sum((Waits(1, since) for _, since in _listed(stage, client, prefix)), Waits())


def _listed(stage: Stage, client: Client, prefix: str) -> Iterator[tuple[str, datetime]]:
    """The keys below a prefix of the stage's own bucket, each with when it was put: these objects are never replaced."""
    asked = {"Bucket": stage_own.bucket(stage), "ExpectedBucketOwner": stage.account, "Prefix": prefix}
    for page in client("s3", stage.region).get_paginator("list_objects_v2").paginate(**asked):
        yield from ((one["Key"], one["LastModified"]) for one in page.get("Contents", []))
