"""How much of each service a stage's stream uses in a month, in place of a put for each request."""

from __future__ import annotations

import math
from collections import Counter

import msgspec

from chalicelib.lake.raw import MAX_BYTES
from sluice.cloud.month import HOURS, NIGHTS, Quantities
from sluice.cloud.usage import Load
from sluice.project.stages import Stream

MINUTES = HOURS * 60
# What a batch of Lambda has at most, and what one unit of a put to Kinesis has; https://aws.amazon.com/kinesis/data-streams/pricing/
BATCH_BYTES, UNIT_BYTES = 6 * 2**20, 25 * 2**10


class Streams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message, a batch of the consumer, a minute of the job that puts what waits, and its every tenth one use."""

    message_bytes: int
    message_bytes_of_event: int
    puts_of_batch: int
    gets_of_batch: int
    consume_ms: float
    consume_ms_of_event: float
    consume_mb: int
    lists_of_minute: int
    lists_of_turn: int
    release_ms: float
    release_mb: int
    log_bytes: int
    alarm_metrics: int


def streamed(month: Quantities, load: Load, stream: Stream, rates: Streams, core_mb: int) -> Quantities:
    """The month with all its events by way of the stream: objects of many records, and what puts them there."""
    requests = math.ceil(load.kept / load.batch)
    size = rates.message_bytes + load.batch * rates.message_bytes_of_event
    batches = _batches(requests, size, stream)
    objects = objects_of(load, batches)
    core = min(1, rates.consume_mb / core_mb)
    consuming = (batches * rates.consume_ms + load.kept * rates.consume_ms_of_event / core) / 1000
    releasing = MINUTES * rates.release_ms / 1000
    total = Counter[str](month)
    total.update(
        {
            "s3_put": objects + batches * rates.puts_of_batch - load.objects,
            "s3_get": objects + batches * rates.gets_of_batch - load.objects,
            "s3_list": MINUTES * rates.lists_of_minute + MINUTES / 10 * rates.lists_of_turn,
            "lambda_requests": batches + MINUTES,
            "lambda_duration": (consuming * rates.consume_mb + releasing * rates.release_mb) / 1024,
            "logs": (batches + MINUTES / 10) * rates.log_bytes / 2**30,
            "alarms": rates.alarm_metrics,
            "shards": stream.shards * HOURS,
            "messages": requests * math.ceil(size / UNIT_BYTES),
        }
    )
    return dict(total)


def objects_of(load: Load, batches: float) -> float:
    """How many objects: one for each tenant that has a record in the batch, and more where they would be too large to read.

    Tenants' records are taken to come at random and alike.
    """
    if not batches:
        return 0
    places = batches * load.tenants
    some = places * (1 - math.exp(-load.kept / places))
    return max(some, load.kept * 1024 / MAX_BYTES)


def _batches(requests: int, size: float, stream: Stream) -> float:
    """How many batches: each closes when its time has come, or when it is full, of messages in Base64."""
    windows = stream.shards * NIGHTS * 86_400 / stream.flush_seconds
    expected = windows * (1 - math.exp(-requests / windows))
    return max(expected, requests * (size * 4 / 3 + 480) / BATCH_BYTES)
