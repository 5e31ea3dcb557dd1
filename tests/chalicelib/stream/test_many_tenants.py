"""Many tenants at once: each event in its own tenant's view once, few objects, and none later than a record may wait."""

from __future__ import annotations

import random
from math import exp
from typing import NamedTuple

import pytest

from chalicelib.lake import compaction
from chalicelib.lake.objects import BucketObjects
from chalicelib.stream import batches, releasing
from chalicelib.stream.consumer import Read
from tests import streams
from tests.chaos import LATER
from tests.conftest import OWNER, PROVE, Tracker, event_body

EVENTS, TENANTS = (200_000, 30) if PROVE else (5000, 30)
AT_ONCE = 100 if PROVE else 25
# A record by itself as a message, and how many of those Lambda hands over at most.
MESSAGE = 666
MOST = 6 * 2**20 // (MESSAGE * 4 // 3 + batches.AROUND)
# Seconds: what the consumer takes for a batch with its puts, the job for each of many, and what a record may be late.
TOOK, EACH, LAST = 2.0, 0.5, 5.0


def test_each_acknowledged_event_is_in_its_tenant_s_view_once() -> None:
    names = [f"tenant{number:02}-analytics" for number in range(TENANTS)]
    chance = random.Random(3)
    with streams.stage(2, ALLOWED_BUCKETS=",".join(names)) as stage:
        for name in names:
            stage.bucket(name)
        tracker, wanted = Tracker(stage.app), dict.fromkeys(names, 0)
        for number in range(EVENTS // AT_ONCE):
            stage.app.service().quotas._paid_until.clear()
            name = chance.choice(names)
            events = [event_body(bucket=name, eventId=f"{name}-{number:06}-{one:04}") for one in range(AT_ONCE)]
            answer = tracker.call({"bucket": name, "events": events}, path="/track/batch")
            assert (answer.status, answer.json["queued"]) == (202, AT_ONCE)
            wanted[name] += AT_ONCE
        handed = stage.drain()
        objects = {name: stage.keys(name) for name in names}

        # A batch makes an object of each tenant, of which no two are of one name.
        assert sum(map(len, objects.values())) <= max(EVENTS / 100, handed * TENANTS)
        assert EVENTS < 200_000 or sum(map(len, objects.values())) <= EVENTS / 100
        for name in names:
            assert all(one["eventId"].startswith(name) for one in stage.records(name))
            tenant = BucketObjects(name, OWNER)
            outcomes = [compaction.compact(tenant, day, LATER) for day in list(compaction.due(tenant, LATER))]
            assert sum(one.records for one in outcomes) == wanted[name]
            assert sum(one.duplicates + one.unreadable for one in outcomes) == 0


class Found(NamedTuple):
    """Objects for each hundred records, and the age of the oldest record when its object was put, in seconds."""

    objects: float
    age: float


def simulated(rate: float, tenants: int, flush: int, *, gathers: bool = True) -> Found:
    """An hour of so many records a second, which come by themselves, through one shard's consumer and the job of each minute."""
    span = min(flush, MOST / rate)
    each = rate * span
    can_wait = gathers and _waits(round(each), tenants)
    objects = records = age = 0.0
    waiting: list[float] = []

    def put(number: float) -> None:
        nonlocal objects, records
        objects, records = objects + tenants * (1 - exp(-number / tenants)), records + number

    minute = 59.0  # just before the next batch is due, where it hurts most
    for number in range(int(3600 / span)):
        oldest, now = number * span, (number + 1) * span
        while minute <= now:
            is_due = waiting and minute - waiting[0] >= flush - batches.MINUTE.total_seconds()
            if is_due or len(waiting) >= releasing.ENOUGH:
                age = max(age, minute + TOOK + EACH * len(waiting) - waiting[0])
                put(each * len(waiting))
                waiting.clear()
            minute += 60
        spare = oldest + flush - now - batches.MINUTE.total_seconds()
        if can_wait and spare > 0:
            waiting.append(oldest)
        else:
            put(each)
            age = max(age, now + TOOK - oldest)
    return Found(100 * objects / records, age)


def _waits(number: int, tenants: int) -> bool:
    """Whether a batch of so many records is worth more, by the consumer's own rules."""
    places = round(tenants * (1 - exp(-number / tenants)))
    groups = {("bucket", str(one)): dict.fromkeys(map(str, range(number // places)), b"") for one in range(places)}
    return batches.is_full([b"x" * MESSAGE] * number) and batches.is_scattered(Read(groups, number, []))


RATES = (0.1, 1, 5, 20, 50, 100, 133, 200, 500, 1000)


@pytest.mark.parametrize("flush", [10, 60, 120, 300])
@pytest.mark.parametrize("tenants", [1, 30, 300])
def test_no_record_is_later_than_it_may_wait(tenants: int, flush: int) -> None:
    assert max(simulated(rate, tenants, flush).age for rate in RATES) <= flush + LAST


@pytest.mark.parametrize(("tenants", "rate"), [(30, 50), (30, 1000), (300, 200), (300, 1000)])
def test_a_hundred_records_make_one_object_at_most(tenants: int, rate: float) -> None:
    assert simulated(rate, tenants, 300).objects <= 1


def test_waiting_is_what_saves_objects_of_many_tenants() -> None:
    assert simulated(1000, 300, 300, gathers=False).objects > 6 > 1 > simulated(1000, 300, 300).objects
