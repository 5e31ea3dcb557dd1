"""Whatever is killed, refused, repeated or reordered: every acknowledged event is in its tenant's view once, and in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from secrets import token_hex
from typing import Any

import duckdb
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.lake.objects import Objects
from chalicelib.stream import batches, consumer, parking, releasing
from tests.chaos import TENANTS, Chaos, Violation, staged
from tests.conftest import PROVE
from tests.streams import OWN

SCHEDULES = 300 if PROVE else 25
SHARDS = 2
Step = Callable[[Chaos, pytest.MonkeyPatch], object]

faults = st.none() | st.tuples(st.sampled_from(["dies", "dies", "other"]), st.integers(0, 7))
shards = st.integers(0, SHARDS - 1)


def step(act: Callable[..., object], *drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.tuples(*drawn).map(lambda given: partial(_taken, act, given))


def _taken(act: Callable[..., object], given: tuple[Any, ...], chaos: Chaos, patch: pytest.MonkeyPatch) -> object:
    return act(chaos, patch, *given)


def send(chaos: Chaos, _: Any, tenant: int, days: int, many: int, again: bool) -> None:
    chaos.send(tenant, days, many, again=again)


def poison(chaos: Chaos, _: Any, data: bytes) -> None:
    chaos.poison(data)


def throttle(chaos: Chaos, _: Any, how: str) -> None:
    chaos.throttled = how


def switch(chaos: Chaos, patch: pytest.MonkeyPatch, writes: bool) -> None:
    chaos.switch(patch, writes)


def refuse(chaos: Chaos, _: Any, bucket: str, how: str) -> None:
    chaos.refusing[bucket] = how


def wait(chaos: Chaos, _: Any, seconds: int) -> None:
    chaos.seconds += seconds


def consume(
    chaos: Chaos, patch: pytest.MonkeyPatch, shard: int, many: int, fault: Any, again: bool, is_full: bool
) -> None:
    patch.setattr(batches, "FULL", 0 if is_full else 3 * 2**20)
    chaos.consume(chaos.stage.shards()[shard], many, fault, again=again)


def release(chaos: Chaos, _: Any, minutes: int, fault: Any, shard: int) -> None:
    chaos.release(minutes, fault, chaos.stage.shards()[shard])


sending = step(send, st.integers(0, 2), st.integers(0, 1), st.integers(1, 3), st.booleans())
consuming = step(consume, shards, st.sampled_from([1, 3, 100]), faults, st.booleans(), st.booleans())
refusing = st.one_of(
    step(refuse, st.sampled_from(TENANTS), st.sampled_from(["", "denied", "unsure"])),
    step(refuse, st.just(OWN), st.sampled_from(["", "denied"])),
)
releasing_ = step(release, st.sampled_from([0, 10, 20]), faults, shards)
others = (
    step(poison, st.sampled_from([b"x", b"not packed", b"\x78\x9c\x03\x00\x00\x00\x00\x01"])),
    step(throttle, st.sampled_from(["", "denied", "unsure"])),
    step(switch, st.booleans()),
    step(wait, st.sampled_from([30, 61])),
)
schedules = st.lists(
    st.one_of(sending, sending, sending, consuming, consuming, consuming, releasing_, releasing_, refusing, *others),
    min_size=10,
    max_size=30,
)


def run(schedule: list[Step]) -> None:
    """The steps, and then all that waits, in a stage where everything works again."""
    with staged(SHARDS) as chaos, pytest.MonkeyPatch.context() as patch:
        for one in schedule:
            one(chaos, patch)
        patch.setattr(batches, "FULL", 3 * 2**20)
        chaos.settle()
        chaos.check()


def chosen(examples: int, *phases: Phase) -> settings:
    return settings(
        max_examples=examples,
        phases=phases or tuple(Phase),
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=not PROVE,
    )


@pytest.fixture(autouse=True)
def one_duckdb(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each connection is one more of the same DuckDB, which takes thrice as long to open as to write a day of ten events."""
    connect = duckdb.connect
    with connect() as opened:
        monkeypatch.setattr(duckdb, "connect", lambda **config: opened.cursor())
        yield


def test_nothing_is_lost_or_doubled_and_nobody_waits_for_another() -> None:
    @chosen(SCHEDULES)
    @given(schedules)
    def holds(schedule: list[Step]) -> None:
        run(schedule)

    holds()


def violation(*steps: tuple[Any, ...]) -> str:
    """What the properties say of these steps, each with each shard where it takes one; empty where they hold."""
    schedule = [partial(_taken, act, tuple(given)) for act, *given in steps]
    try:
        run(schedule)
    except Violation as found:
        return str(found)
    return ""


SENT = (send, 0, 0, 2, False)


@pytest.mark.parametrize(("how", "in_bucket"), [("denied", 0), ("unsure", 2)])
def test_a_refused_bucket_holds_only_what_was_stored_before_the_answer(how: str, in_bucket: int) -> None:
    with staged(SHARDS) as chaos:
        chaos.refusing = {TENANTS[0]: how}
        chaos.send(0, 0, 2)
        chaos.stage.drain()

        assert len(chaos.stage.records(TENANTS[0])) == in_bucket
        assert len(chaos._waiting()) == 2  # parked, whatever came of it


def test_a_refused_bucket_of_the_stage_holds_nothing_and_the_batch_fails() -> None:
    with staged(SHARDS) as chaos:
        chaos.refusing = {TENANTS[0]: "denied", OWN: "denied"}
        chaos.send(0, 0, 2)

        with pytest.raises(ClientError):
            chaos.stage.drain()
        assert chaos._keys() == set()


@pytest.mark.parametrize(("how", "in_stream"), [("denied", 0), ("unsure", 1)])
def test_a_throttled_stream_holds_only_what_it_took_before_the_answer(how: str, in_stream: int) -> None:
    with staged(SHARDS) as chaos:
        chaos.throttled = how
        chaos.send(0, 0, 2)

        assert len([one for shard in chaos.stage.shards() for one in chaos.stage.messages(shard)]) == in_stream
        assert len(chaos.stage.records(TENANTS[0])) == 2  # put directly


def consumed(fault: Any = None, *, again: bool = False, is_full: bool = False) -> list[tuple[Any, ...]]:
    return [(consume, shard, 100, fault, again, is_full) for shard in range(SHARDS)]


def test_the_schedules_find_random_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer, "stream_name", lambda ids: f"stream.{token_hex(16)}.json.gz")

    assert "a batch that came again stored" in violation(SENT, *consumed(again=True))


def test_the_schedules_find_success_that_is_reported_before_parking(monkeypatch: pytest.MonkeyPatch) -> None:
    park = parking.park

    def hasty(*given: Any) -> None:
        with suppress(ClientError):  # it is parked, as far as anybody hears
            park(*given)

    monkeypatch.setattr(parking, "park", hasty)

    refused = [(refuse, bucket, "denied") for bucket in (TENANTS[0], OWN)]
    assert "lost" in violation(SENT, *refused, *consumed())


def test_the_schedules_find_a_position_that_is_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    work = batches.work

    def hasty(batch: Any, consumer: Any, own: Objects, *given: Any) -> Any:
        batches.advance(own, batch[-1])
        return work(batch, consumer, own, *given)

    monkeypatch.setattr(batches, "work", hasty)

    assert "the position has passed" in violation(SENT, *consumed(("dies", 2)))


def test_the_schedules_find_gathered_batches_that_are_deleted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    together = releasing._together

    def hasty(own: Objects, keys: list[str]) -> Iterator[dict[str, bytes]]:
        for some in list(together(own, keys)):
            for key in some:
                own.delete(key)
            yield some

    monkeypatch.setattr(releasing, "_together", hasty)

    assert "lost" in violation(SENT, *consumed(is_full=True), (release, 20, ("dies", 3), 0))
