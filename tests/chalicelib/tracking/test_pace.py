"""A tenant's budget of events a minute: by how much it can be passed, that nothing is dropped silently, what workers share."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import boto3
import msgspec
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib import allowlist, values
from chalicelib.allowlist import Entry
from chalicelib.tracking import pace, sampling
from chalicelib.tracking.pace import Budgets
from chalicelib.tracking.sampling import Sampling
from chalicelib.tracking.shared_counts import Counts, DynamoCounts, Heard, MemoryCounts, Unavailable
from tests.chalicelib.tracking.test_sampling import record
from tests.conftest import BUCKET, OWNER, PROVE, Tracker, event_body
from tests.salts_tables import salts_table

TABLE = "sluice-dev-salts"
ONE = record()


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Silent:
    """Counts that cannot be had while `is_down`."""

    def __init__(self, counts: Counts | None = None) -> None:
        self.is_down, self.asked, self._counts = True, 0, counts or MemoryCounts()

    def add(self, bucket: str, events: int, now: float) -> Heard:
        self.asked += 1
        if self.is_down:
            raise Unavailable("ConnectTimeoutError")
        return self._counts.add(bucket, events, now)

    def lower(self, bucket: str, step: int, until: float, now: float) -> None:
        self._counts.lower(bucket, step, until, now)


class Kept(NamedTuple):
    """What a run of traffic left: events by minute; of each visit the weights, how many were sent, and when it began."""

    minutes: Counter[int]
    weights: dict[int, list[float]]
    sent: Counter[int]
    begun: dict[int, float]
    shares: list[tuple[float, float]]

    @property
    def partly(self) -> list[int]:
        return [visit for visit, found in self.weights.items() if len(found) != self.sent[visit]]


def traffic(many: int, seconds: float, seed: int) -> list[tuple[float, int]]:
    """When each of so many events comes, and of which visit it is: visits begin at any time, and last a minute or so."""
    random, found, visit = Random(seed), list[tuple[float, int]](), 0
    while len(found) < many:
        at, visit = random.uniform(-120, seconds), visit + 1
        for _ in range(min(int(random.expovariate(1 / 4)) + 1, 60)):
            if 0 <= at < seconds:
                found.append((at, visit))
            at += random.expovariate(1 / 15)
    return sorted(found)


def run(entry: Entry, sent: list[tuple[float, int]], workers: int, counts: Counts | None = None, seed: int = 1) -> Kept:
    """Each event to any of the workers, at its time."""
    random, clock, shared = Random(seed), Clock(), counts or MemoryCounts()
    made = [Sampling(Budgets(shared, clock)) for _ in range(workers)]
    filing: Any = None
    left, start = Kept(Counter(), {}, Counter(), {}, []), clock.now
    for at, visit in sent:
        clock.now = start + at
        left.sent[visit] += 1
        left.begun.setdefault(visit, at)
        one = msgspec.structs.replace(ONE, session_id=f"{seed} {visit}")
        for _, kept in made[random.randrange(workers)].kept(entry, BUCKET, [(filing, one)]):
            left.minutes[int(at // 60)] += 1
            left.weights.setdefault(visit, []).append(kept.sample_weight)
            left.shares.append((at, 1 / kept.sample_weight))
    return left


@pytest.mark.parametrize("budget", [1, 2, 5, 7, 10, 60])
def test_what_comes_evenly_within_a_budget_is_kept_whole(budget: int) -> None:
    sent = [(60 * number / budget, number) for number in range(3 * budget)]
    left = run(Entry(BUCKET, max_events_per_minute=budget), sent, 1)
    assert [*left.minutes.values()] == [budget] * 3
    assert left.partly == []


def test_ten_times_the_budget_through_twenty_workers() -> None:
    workers, minutes, many = 20, 5, 1_000_000 if PROVE else 250_000
    budget = many // minutes // 10
    sent = traffic(many, 60 * minutes, 3)
    left = run(Entry(BUCKET, max_events_per_minute=budget), sent, workers)

    # The bound: the budget, and for each worker one second of it, in which it does not know of the others.
    bound = budget + workers * budget / 60
    assert max(left.minutes.values()) <= bound
    # No minute goes without, and once the share is settled none is above the budget.
    assert min(left.minutes.values()) > budget / 2.5
    assert max(left.minutes[minute] for minute in range(1, minutes)) <= budget
    assert abs(sum(map(sum, left.weights.values())) / len(sent) - 1) < 0.03
    assert abs(sum(map(min, left.weights.values())) / len(left.sent) - 1) < 0.03
    # Visits that began once the share was settled are whole.
    assert [visit for visit in left.partly if left.begun[visit] > 60] == []


@pytest.mark.parametrize(("times", "workers"), [(3, 2), (16, 1), (40, 20)])
def test_other_rushes_stay_within_the_bound_and_a_second_for_each_doubling(times: int, workers: int) -> None:
    budget = 1200
    left = run(Entry(BUCKET, max_events_per_minute=budget), traffic(2 * times * budget, 120, 4), workers)

    assert max(left.minutes.values()) <= budget + (workers + times.bit_length()) * budget / 60 + pace.FEW
    assert min(left.minutes.values()) > budget / 5


def test_a_rush_at_the_start_of_a_minute_leaves_the_rest_of_it_counted() -> None:
    """A tenth of the events come in 55 seconds, the others before."""
    budget, sent = 1200, sorted([(at / 12, visit) for at, visit in traffic(5000, 60, 5)] + traffic(500, 60, 6))
    left = run(Entry(BUCKET, max_events_per_minute=budget), sent, 5)

    assert left.minutes[0] <= budget + 5 * budget / 60
    assert any(at > 50 for at, _ in left.shares)
    assert all(share > 0.03 for _, share in left.shares)


def test_what_is_within_the_budget_is_kept_whole() -> None:
    sent = traffic(3 * 1000, 180, 7)
    left = run(Entry(BUCKET, max_events_per_minute=1200), sent, 20)

    assert (sum(left.minutes.values()), {share for _, share in left.shares}) == (len(sent), {1.0})


def test_the_share_comes_back_when_the_rush_is_over_and_starts_from_the_entry_s_own() -> None:
    rush, calm = traffic(12_000, 60, 8), [(60 + 5 * at, -visit) for at, visit in traffic(600, 60, 9)]
    left = run(Entry(BUCKET, sample=0.5, max_events_per_minute=600), sorted(rush + calm), 3)

    assert min(share for at, share in left.shares if at < 60) <= 1 / 16
    assert {share for at, share in left.shares if at > 240} == {0.5}
    # Only ever halves of the entry's own.
    assert {share for _, share in left.shares} <= {0.5**step for step in range(1, 12)}


@given(times=st.integers(2, 12), workers=st.integers(1, 4))
@settings(max_examples=5)
def test_weights_add_up_over_draws_while_the_share_moves(times: int, workers: int) -> None:
    """By Horvitz and Thompson: the share of an event depends on no draw, so weights add up to what came on average."""
    sent = traffic(times * 60, 40, times)
    entry, draws = Entry(BUCKET, max_events_per_minute=60), 12
    drawn = [noted(entry, sent, workers, seed) for seed in range(draws)]

    assert len({shares for shares, _ in drawn}) == 1  # whatever was kept
    assert len({weights for _, weights in drawn}) > 1
    assert abs(sum(sum(weights) for _, weights in drawn) / draws / len(sent) - 1) < 0.35


class Noted:
    """A worker's pace, with the shares that it gave."""

    def __init__(self, pace: Budgets, shares: list[float]) -> None:
        self._pace, self._shares, self.now = pace, shares, pace.now

    def take(self, entry: Entry, bucket: str, events: int) -> float:
        self._shares.append(self._pace.take(entry, bucket, events))
        return self._shares[-1]


def noted(
    entry: Entry, sent: list[tuple[float, int]], workers: int, seed: int
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The share of each event, and the weight of each that is kept; the seed names the visits, and so says which are."""
    random, clock, counts, shares = Random(1), Clock(), MemoryCounts(), list[float]()
    made, start, weights = [Sampling(Noted(Budgets(counts, clock), shares)) for _ in range(workers)], clock.now, []
    filing: Any = None
    for at, visit in sent:
        clock.now = start + at
        one = msgspec.structs.replace(ONE, session_id=f"{seed} {visit}")
        kept = made[random.randrange(workers)].kept(entry, BUCKET, [(filing, one)])
        weights += [record.sample_weight for _, record in kept]
    return tuple(shares), tuple(weights)


def test_a_worker_without_counts_goes_on_by_its_own_and_says_so(log: io.StringIO) -> None:
    silent = Silent()
    sent = traffic(6000, 60, 10)
    left = run(Entry(BUCKET, max_events_per_minute=600), sent, 1, silent)

    assert left.minutes[0] <= 600 * 1.3
    assert abs(sum(map(sum, left.weights.values())) / len(sent) - 1) < 0.2
    assert silent.asked <= 60 / pace.ALONE + 1
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {(one["message"], one["cause"], one["bucket"]) for one in lines} == {
        ("sampling_alone", "ConnectTimeoutError", BUCKET)
    }


def test_what_a_worker_took_alone_lowers_no_share_afterwards(log: io.StringIO) -> None:
    silent, clock, entry = Silent(), Clock(), Entry(BUCKET, max_events_per_minute=600)
    one, other = (Budgets(silent, clock) for _ in range(2))
    for _ in range(400):
        clock.now += 0.15
        one.take(entry, BUCKET, 1)
    silent.is_down = False
    shares = []
    for _ in range(100):
        clock.now += 0.15
        shares += [one.take(entry, BUCKET, 1), other.take(entry, BUCKET, 0)]

    assert set(shares) == {1.0}


def test_what_others_took_while_a_worker_was_alone_lowers_no_share_afterwards(log: io.StringIO) -> None:
    counts, clock, entry = MemoryCounts(), Clock(), Entry(BUCKET, max_events_per_minute=600)
    silent = Silent(counts)
    silent.is_down = False
    one, other, shares = Budgets(silent, clock), Budgets(counts, clock), list[float]()
    for number in range(900):
        clock.now += 0.15
        silent.is_down = 100 < number < 500
        shares += [one.take(entry, BUCKET, number % 10 == 0), other.take(entry, BUCKET, 1)]

    assert set(shares) == {1.0}


def test_a_smaller_rush_after_a_great_one_is_known_to_all_too() -> None:
    counts, clock, entry = MemoryCounts(), Clock(), Entry(BUCKET, max_events_per_minute=600)
    busy = Budgets(counts, clock)
    for pause, many in ((0.005, 12_000), (0.02, 9_000)):
        for _ in range(many):
            clock.now += pause
            share = busy.take(entry, BUCKET, 1)

    assert share == 1 / 8
    assert Budgets(counts, clock).take(entry, BUCKET, 1) == share


def test_a_worker_that_begins_has_heard_of_the_rush_at_its_first_event() -> None:
    counts, clock, entry = MemoryCounts(), Clock(), Entry(BUCKET, max_events_per_minute=600)
    busy = Budgets(counts, clock)
    for _ in range(5000):
        clock.now += 0.01
        share = busy.take(entry, BUCKET, 1)

    assert Budgets(counts, clock).take(entry, BUCKET, 1) == share < 1


def test_entries_without_a_budget_and_strangers_names_cost_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_MANY", 50)
    clock = Clock()
    made = Budgets(MemoryCounts(), clock)
    assert made.take(Entry(BUCKET, sample=0.5), BUCKET, 1) == 1
    for number in range(1000):
        clock.now += 2
        made.take(Entry("shop-*", max_events_per_minute=10), f"shop-{number}", 1)

    assert len(made._known) <= 51


@pytest.fixture
def table() -> Iterator[Any]:
    """moto's DynamoDB with a stage's table of salts."""
    with mock_aws():
        client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
        salts_table(client, TABLE)
        yield client


@pytest.mark.parametrize("seed", range(3))
def test_the_table_counts_as_memory_does(table: Any, seed: int) -> None:
    random, now, table_of, memory = Random(seed), 1_800_000_000.0, DynamoCounts(TABLE, table), MemoryCounts()
    for _ in range(40):
        now += random.choice([0.25, 0.5, 40])
        bucket = random.choice([BUCKET, "other-analytics"])
        if random.random() < 0.4:
            step, until = random.randrange(5), now + random.choice([30, 60])
            for one in (table_of, memory):
                one.lower(bucket, step, until, now)
        events = random.randrange(100)
        assert table_of.add(bucket, events, now) == memory.add(bucket, events, now)

    items = table.scan(TableName=TABLE)["Items"]
    assert {item["pk"]["S"] for item in items} == {f"rate#{BUCKET}", "rate#other-analytics"}
    assert all(set(item) == {"pk", "events", "step", "until", "expires_at"} for item in items)


def test_twenty_workers_of_a_table_share_its_counts(table: Any) -> None:
    left = run(Entry(BUCKET, max_events_per_minute=60), traffic(600, 60, 11), 20, DynamoCounts(TABLE, table))

    assert left.minutes[0] <= 60 + 20 * 60 / 60 + 6 * 5
    assert table.get_item(TableName=TABLE, Key={"pk": {"S": f"rate#{BUCKET}"}})["Item"]["step"]["N"] in {"3", "4", "5"}


def test_a_table_that_does_not_answer_costs_an_event_nothing_but_a_line(
    table: Any, tracker: Callable[..., Tracker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    (tmp_path / "allowed.json").write_bytes(allowlist.encoded([Entry(BUCKET, max_events_per_minute=600)]))
    monkeypatch.setattr(values, "ROOT", tmp_path)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    variables = {"STORE": "s3", "BUCKET_OWNER": OWNER, "ALLOWED_BUCKETS": "@allowed.json", "IP_HASH": "off"}
    deployed = tracker(STAGE="dev", SALTS=f"dynamodb:{TABLE}", **variables)
    counts: Any = deployed.app.service().sampling._pace._counts

    def fail(request: Any, **_: Any) -> None:
        raise ConnectTimeoutError(endpoint_url=request.url)

    counts._client.meta.events.register_first("before-send.dynamodb.UpdateItem", fail)
    answers = [deployed.call(event_body()).json["status"] for _ in range(3)]

    assert answers == ["ok"] * 3
    alone = [line for line in map(json.loads, log.getvalue().splitlines()) if line["message"] == "sampling_alone"]
    assert [(line["bucket"], line["cause"]) for line in alone] == [(BUCKET, "ConnectTimeoutError")]


def test_a_stage_in_which_no_entry_has_a_budget_asks_no_table(tracker: Callable[..., Tracker]) -> None:
    made = tracker(STAGE="dev", STORE="s3", BUCKET_OWNER=OWNER, SALTS="memory").app.service().sampling

    assert isinstance(made._pace, sampling.NoPace)


def test_shares_are_halves_of_each_other_so_that_draws_are_nested() -> None:
    left = run(Entry(BUCKET, max_events_per_minute=600), traffic(20_000, 120, 12), 4)
    steps = sorted({share for _, share in left.shares}, reverse=True)

    assert all(small == large / 2 for large, small in pairwise(steps))
