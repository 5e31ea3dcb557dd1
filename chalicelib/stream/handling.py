"""The stream's functions, as Lambda calls them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from chalicelib import jobs, logs, settings
from chalicelib.lake.objects import BucketObjects
from chalicelib.settings import Settings
from chalicelib.stream import batches, releasing, replaying
from chalicelib.stream.consumer import Consumer
from chalicelib.stream.reading import KinesisReader
from chalicelib.tracking.stores import S3Store


class Worker:
    """What the functions need, made once a process."""

    def __init__(self, stage: Settings) -> None:
        if stage.stage_bucket is None or stage.stream is None or stage.stream.name is None:
            raise ValueError(
                "STAGE_BUCKET and STREAM are not both set; `sluice sync` sets them for a stage with a stream"
            )
        self.name, self.flush_seconds = stage.stream.name, stage.stream.flush_seconds
        self.own = BucketObjects(stage.stage_bucket, stage.bucket_owner)
        self.consumer = Consumer(stage.allowlist, stage.bucket_owner, S3Store(), self.own)


@cache
def worker() -> Worker:
    """The worker of the stage's environment."""
    return Worker(settings.load())


def consume(event: Mapping[str, Any], now: datetime) -> None:
    """A batch of a shard into the tenants' buckets; raises what parking raises, and Lambda hands the batch over again."""
    mine = worker()
    done = batches.work(batches.arrived(event), mine.consumer, mine.own, now, mine.flush_seconds)
    age, cause = round(done.age, 3), done.cause
    logs.job(jobs.CONSUME.name, gathered=done.gathered, age=age, cause=cause, **done.consumed._asdict())


def release(asked: Mapping[str, Any], now: datetime, deadline: float | None) -> dict[str, Any]:
    """What waits in the stage's own bucket, or, with `from`, a window of the stream again; raises StillParked.

    `asked` is empty for the schedule, and else what the operator wants: `{"parked": true}`, or a `replaying.Asked`.
    """
    mine = worker()
    if "from" in asked:
        wanted = msgspec.convert(asked, replaying.Asked)
        again = replaying.replay(KinesisReader(mine.name), mine.consumer, wanted, now, deadline)
        said = {**again.consumed._asdict(), "left": msgspec.to_builtins(again.left)}
        logs.job("replay", **said)
        return said
    is_turn = bool(asked.get("parked")) or releasing.is_turn(now)
    found = releasing.work(mine.consumer, mine.own, now, mine.flush_seconds, parked=is_turn, deadline=deadline)
    if found.gathered or is_turn:
        logs.job(jobs.RELEASE.name, **found.said)
    if is_turn and not asked:
        releasing.refuse_old(mine.own, found, now)
    return found.said
