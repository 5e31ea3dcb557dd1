"""A window of the stream once more, in the tenants' buckets: what is there already is a copy that the lake drops."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from chalicelib.stream.consumer import Consumed, Consumer, read
from chalicelib.stream.reading import KinesisReader
from chalicelib.tracking.deadline import is_near

# So many bytes of messages are put together; records are two to ten times as many unpacked.
AT_ONCE = 40 * 2**20


class Asked(msgspec.Struct):
    """Since when, and behind which message each shard is not done yet; None for one that has not begun."""

    since: datetime = msgspec.field(name="from")
    shards: dict[str, str] | None = None
    until: datetime | None = None


class Again(NamedTuple):
    """What was put, and where to go on; None where all is done."""

    consumed: Consumed
    left: Asked | None


def replay(reader: KinesisReader, consumer: Consumer, asked: Asked, now: datetime, deadline: float | None) -> Again:
    """Put the messages that came at this time or later, up to now, until the deadline on the monotonic clock is near."""
    until = asked.until or now
    done = dict(asked.shards or {})
    total = Consumed()
    for shard in reader.shards():
        waiting, last = list[bytes](), done.get(shard)
        for some in reader.since(shard, asked.since, done.get(shard)):
            waiting += [one.data for one in some if one.arrived <= until]
            last, is_last = some[-1].sequence, some[-1].arrived > until
            if sum(map(len, waiting)) >= AT_ONCE or is_near(deadline) or is_last:
                total, waiting = total.plus(consumer.consume(read(waiting), now)), []
                done[shard] = last
            if is_near(deadline):
                return Again(total, Asked(asked.since, done, until))
            if is_last:
                break
        total = total.plus(consumer.consume(read(waiting), now))
        done |= {} if last is None else {shard: last}
    return Again(total, None)
