"""What waits in the stage's own bucket: batches that were gathered, when their time has come, and what was parked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import groupby, islice
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.lake.objects import Objects
from chalicelib.stream import batches, given_up, parking
from chalicelib.stream.consumer import Consumed, Consumer, Object, read
from chalicelib.stream.parking import Parked
from chalicelib.tracking.deadline import is_near

# So much of gathered batches is put together: records are two to ten times as many bytes unpacked.
AT_ONCE = 40 * 2**20
# So many full batches are that: to wait for more would gain nothing, and make the last of them late.
ENOUGH = 9
BUCKETS_AT_ONCE = 16
# How often what is parked is tried again, in minutes; and when the operator has to know.
EVERY = 10
LONG = timedelta(hours=1)
# Why what is parked was not tried.
LATER = "tried later"
# How many buckets are looked at to find what has waited longest.
LOOKED_AT = 100


class StillParked(Exception):
    """Records that have waited for longer than an hour; the message says for which buckets."""


class Released(NamedTuple):
    """What a run put: gathered batches, objects that were parked, those that still are, and why by their buckets.

    `again` are batches that Lambda had given up.
    """

    gathered: int = 0
    consumed: Consumed = Consumed()
    released: int = 0
    parked: int = 0
    causes: Mapping[str, str] = MappingProxyType({})
    again: int = 0

    @property
    def said(self) -> dict[str, object]:
        """What the log says of it."""
        named = {
            "gathered": self.gathered,
            "released": self.released,
            "parked": self.parked,
            "causes": dict(self.causes),
            "again": self.again,
        }
        return {**self.consumed._asdict(), **named}


def work(
    consumer: Consumer, own: Objects, now: datetime, flush_seconds: int, *, parked: bool, deadline: float | None = None
) -> Released:
    """Put what is due of the gathered batches, and, with `parked`, try what is parked and what was given up."""
    found, consumed = flush(consumer, own, now, flush_seconds)
    if not parked:
        return Released(found, consumed)
    again = given_up.put(consumer, own, now)
    released, left, causes = release(consumer, own, deadline)
    return Released(found, consumed, released, left, causes, again)


def is_turn(now: datetime) -> bool:
    """Whether what is parked is tried in this minute."""
    return now.minute % EVERY == 0


def flush(consumer: Consumer, own: Objects, now: datetime, flush_seconds: int) -> tuple[int, Consumed]:
    """Put all gathered batches once the oldest is due or they are enough; how many those were, and what became of them."""
    number, total = 0, Consumed()
    keys = batches.gathered(own)
    due = now - timedelta(seconds=flush_seconds) + batches.MINUTE
    if not keys or (len(keys) < ENOUGH and batches.gathered_at(keys[0]) > due):
        return number, total
    for some in _together(own, keys):
        done = consumer.consume(read(one for body in some.values() for one in batches.messages_of(body)), now)
        for key in some:
            own.delete(key)
        number, total = number + len(some), total.plus(done)
    return number, total


def release(consumer: Consumer, own: Objects, deadline: float | None = None) -> tuple[int, int, dict[str, str]]:
    """Put what is parked, each bucket's until one fails or time is short; how many landed and are left, and why by bucket."""
    by_bucket = [list(some) for _, some in groupby(parking.parked(own), key=lambda one: one.bucket)]

    def one_bucket(some: list[Parked]) -> tuple[int, int, str | None]:
        for number, one in enumerate(some):
            body = own.read(one.key)
            if body is None:  # another run has put it; what is parked there by now is not for this one to delete
                continue
            cause = LATER if is_near(deadline) else consumer.put(Object(one.bucket, one.target, body, 0))
            if cause is not None:
                return number, len(some) - number, cause
            own.delete(one.key)
        return len(some), 0, None

    with ThreadPoolExecutor(BUCKETS_AT_ONCE) as putters:
        ends = list(putters.map(one_bucket, by_bucket))
    causes = {some[0].bucket: cause for some, (_, _, cause) in zip(by_bucket, ends, strict=True) if cause is not None}
    return sum(landed for landed, _, _ in ends), sum(left for _, left, _ in ends), causes


def refuse_old(own: Objects, released: Released, now: datetime) -> None:
    """Raise StillParked where something waits for longer than an hour, or cannot be read: an alarm says so."""
    firsts = (next(some) for _, some in groupby(parking.parked(own), key=lambda one: one.bucket))
    waiting = {one.bucket: parking.since(own, one.key) for one in islice(firsts, LOOKED_AT)} if released.parked else {}
    old = sorted(bucket for bucket, since in waiting.items() if since is not None and now - since > LONG)
    broken = len(parking.unreadable(own)) + len(given_up.keys(own))
    if old or broken:
        named = ", ".join(f"{bucket} ({released.causes.get(bucket, LATER)})" for bucket in old)
        raise StillParked(f"parked for more than an hour: {named or 'nothing'}; messages that cannot be read: {broken}")


def _together(own: Objects, keys: list[str]) -> Iterator[dict[str, bytes]]:
    """The gathered batches that are still there, as many at a time as memory holds."""
    some, size = dict[str, bytes](), 0
    for key in keys:
        body = own.read(key)
        if body is None:
            continue
        if some and size + len(body) > AT_ONCE:
            yield some
            some, size = {}, 0
        some[key], size = body, size + len(body)
    if some:
        yield some
