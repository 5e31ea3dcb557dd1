"""A stage with a stream on moto: the tracker that writes into it, and its functions' handlers, called as Lambda calls them."""

from __future__ import annotations

import gzip
import importlib.util
import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import jobs
from chalicelib.stream import handling
from tests.conftest import OWNER
from tests.paths import ROOT

NAME, OWN = "sluice-prod-events", "sluice-prod-own"
# What Lambda hands over at most: records, and bytes of the whole event.
MOST, MOST_BYTES = 10_000, 6 * 2**20
VARIABLES = {
    "STAGE": "prod",
    "STORE": "s3",
    "SALTS": "memory",
    "BUCKET_OWNER": OWNER,
    "STAGE_BUCKET": OWN,
    "STREAM": f"kinesis:{NAME}",
    "JOBS": f"{jobs.CONSUME.name},{jobs.RELEASE.name}",
}


class Stage:
    """The stage: its clients, its app with all handlers, and how far each shard was handed over."""

    def __init__(self, app: ModuleType, shards: int) -> None:
        self.app, self.s3, self.kinesis = app, boto3.client("s3"), boto3.client("kinesis")
        self.kinesis.create_stream(StreamName=NAME, ShardCount=shards)
        self.s3.create_bucket(Bucket=OWN)
        self._at: dict[str, str] = {}

    def bucket(self, name: str) -> None:
        self.s3.create_bucket(Bucket=name)

    def shards(self) -> list[str]:
        return [one["ShardId"] for one in self.kinesis.list_shards(StreamName=NAME)["Shards"]]

    def messages(self, shard: str) -> Iterator[dict[str, Any]]:
        """What the shard holds and was not handed over yet, as Lambda has it."""
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if shard in self._at:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": self._at[shard]}
        at = self.kinesis.get_shard_iterator(StreamName=NAME, ShardId=shard, **start)["ShardIterator"]
        while found := (answer := self.kinesis.get_records(ShardIterator=at, Limit=MOST))["Records"]:
            yield from (_as_lambda(shard, one) for one in found)
            at = answer["NextShardIterator"]

    def handed(self, shard: str) -> list[dict[str, Any]]:
        """The next batch of a shard: as many messages as Lambda takes, which are handed over again until `done`."""
        batch, size = [], 0
        for one in islice(self.messages(shard), MOST):
            size += len(json.dumps(one))
            if size > MOST_BYTES:
                break
            batch.append(one)
        return batch

    def done(self, shard: str, batch: Sequence[dict[str, Any]]) -> None:
        """The batch ended well."""
        self._at[shard] = batch[-1]["kinesis"]["sequenceNumber"]

    def consume(self, batch: Sequence[dict[str, Any]]) -> None:
        """Call the consumer with this batch."""
        self.app.consume({"Records": list(batch)}, SimpleNamespace(aws_request_id="worker-1"))

    def drain(self) -> int:
        """Hand over everything that waits; how many batches that were."""
        number = 0
        for shard in self.shards():
            while batch := self.handed(shard):
                self.consume(batch)
                self.done(shard, batch)
                number += 1
        return number

    def release(self, **detail: Any) -> dict[str, Any]:
        """Call the function that puts what waits, as its schedule or with `detail` an operator does."""
        head = {"version": "0", "id": "1", "detail-type": "", "source": "", "account": "", "time": "", "region": ""}
        context = SimpleNamespace(aws_request_id="worker-1", get_remaining_time_in_millis=lambda: 900_000)
        found: dict[str, Any] = self.app.release({**head, "resources": [], "detail": detail}, context)
        return found

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]

    def records(self, bucket: str) -> list[dict[str, Any]]:
        """Every record in a tenant's bucket, of whatever form, copies too."""
        found = []
        for key in self.keys(bucket, "analytics/"):
            body = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            plain = gzip.decompress(body) if key.endswith(".gz") else body
            found += [json.loads(line) for line in plain.splitlines()]
        return found


@contextmanager
def stage(shards: int = 1, **variables: str) -> Iterator[Stage]:
    """A stage with a stream of so many shards, of the buckets *-analytics, and with these variables."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in {**VARIABLES, "ALLOWED_BUCKETS": "*-analytics", **variables}.items():
            patch.setenv(name, value)
        handling.worker.cache_clear()
        made = Stage(_app(), shards)
        yield made
    handling.worker.cache_clear()


def _app() -> ModuleType:
    """An app of its own, with the handlers of the optional jobs."""
    found = importlib.util.spec_from_file_location("app", ROOT / "app.py")
    assert found is not None and found.loader is not None
    made: ModuleType = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made


def _as_lambda(shard: str, one: dict[str, Any]) -> dict[str, Any]:
    """A message as Lambda hands it over: https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html"""
    kinesis = {
        "kinesisSchemaVersion": "1.0",
        "partitionKey": one["PartitionKey"],
        "sequenceNumber": one["SequenceNumber"],
        "data": b64encode(one["Data"]).decode(),
        "approximateArrivalTimestamp": one["ApproximateArrivalTimestamp"].timestamp(),
    }
    head = {
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{one['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{OWNER}:role/sluice-prod-consume",
        "awsRegion": "us-east-1",
        "eventSourceARN": f"arn:aws:kinesis:us-east-1:{OWNER}:stream/{NAME}",
    }
    return {"kinesis": kinesis, **head}
