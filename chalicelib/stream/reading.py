"""What a stream of Kinesis holds, read by who is not its consumer: how much nobody has put yet, and a window once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from chalicelib.lake.objects import Objects
from chalicelib.stream import batches
from chalicelib.stream.batches import Arrived

# A shard answers five readers a second, of which the consumer is one: others wait, and try again.
_CONFIG = Config(retries={"total_max_attempts": 8, "mode": "standard"})
COUNTED = 10_000


class Unread(NamedTuple):
    """What a shard holds behind its position: how many messages, at most COUNTED, and when the oldest came."""

    shard: str
    messages: int
    oldest: datetime | None


class KinesisReader:
    """A data stream of Kinesis, by its name."""

    def __init__(self, name: str, client: Any = None) -> None:
        self._name = name
        self._client: Any = client or boto3.client("kinesis", config=_CONFIG)

    def shards(self) -> list[str]:
        """The shards, also those that are closed and still hold messages."""
        pages = self._client.get_paginator("list_shards").paginate(StreamName=self._name)
        return [one["ShardId"] for page in pages for one in page["Shards"]]

    def read(self, shard: str, **start: Any) -> Iterator[list[Arrived]]:
        """A shard's messages from there on, a few at a time, up to its end as it is now.

        `start` is of get_shard_iterator: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html
        """
        named = {"StreamName": self._name, "ShardId": shard}
        at = self._client.get_shard_iterator(**named, **start)["ShardIterator"]
        while at is not None:
            answer = self._client.get_records(ShardIterator=at, Limit=COUNTED)
            found = answer["Records"]
            if found:
                yield [
                    Arrived(shard, one["SequenceNumber"], one["ApproximateArrivalTimestamp"], one["Data"])
                    for one in found
                ]
            at = answer.get("NextShardIterator") if found or answer.get("MillisBehindLatest") else None

    def since(self, shard: str, moment: datetime, after: str | None = None) -> Iterator[list[Arrived]]:
        """A shard's messages that came at this time or later; of those, the ones behind this number."""
        if after is None:
            return self.read(shard, ShardIteratorType="AT_TIMESTAMP", Timestamp=moment)
        return self.read(shard, ShardIteratorType="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=after)

    def unread(self, own: Objects) -> Iterator[Unread]:
        """What each shard holds that its consumer has not put yet."""
        asked = self._client.describe_stream_summary(StreamName=self._name)
        made = asked["StreamDescriptionSummary"]["StreamCreationTimestamp"]
        for shard in self.shards():
            position = batches.position(own, shard)
            # One of a stream of this name that is gone says nothing of this one.
            position = None if position is None or position.arrived < made else position
            start = (
                {"ShardIteratorType": "TRIM_HORIZON"}
                if position is None
                else {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": position.sequence}
            )
            number, oldest = 0, None
            for some in self.read(shard, **start):
                number, oldest = number + len(some), oldest or some[0].arrived
                if number >= COUNTED:
                    break
            yield Unread(shard, number, oldest)
