"""A tenant's events a second through one worker: what is let in, what is refused, and whom it concerns."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.allowlist import Entry, encoded
from chalicelib.rejections import TooManyEvents
from chalicelib.tracking import quotas
from chalicelib.tracking.quotas import BURST, PATTERN_RATE, Quotas
from tests.conftest import OWNER, Tracker, event_body, stored

LIMITED = Entry("shop-analytics", max_events_per_second=10)
PATTERN = Entry("shop-*")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def admitted(made: Quotas, entry: Entry, bucket: str, events: int = 1) -> bool:
    try:
        made.take(entry, bucket, events)
    except TooManyEvents:
        return False
    return True


@given(
    rate=st.floats(0.5, 200),
    steps=st.lists(st.tuples(st.floats(0, 3), st.integers(1, 100)), min_size=1, max_size=60),
)
def test_no_more_than_the_rate_a_burst_and_one_batch_is_let_in(rate: float, steps: list[tuple[float, int]]) -> None:
    clock = Clock()
    made, entry = Quotas(clock=clock), Entry("shop-analytics", max_events_per_second=rate)
    let_in = last = 0
    for wait, events in steps:
        clock.now += wait
        if admitted(made, entry, entry.bucket, events):
            let_in, last = let_in + events, events

    assert let_in - last <= rate * (clock.now - 1000 + BURST) * 1.0001


def test_who_waits_as_long_as_the_answer_says_is_let_in() -> None:
    clock = Clock()
    made = Quotas(clock=clock)
    made.take(LIMITED, LIMITED.bucket, 100)

    with pytest.raises(TooManyEvents) as refused:
        made.take(LIMITED, LIMITED.bucket, 1)
    clock.now += refused.value.retry_after or 0

    assert refused.value.retry_after == 9  # 100 events at 10 a second, one second of which was saved up
    assert admitted(made, LIMITED, LIMITED.bucket)


def test_each_bucket_of_a_pattern_has_a_quota_of_its_own() -> None:
    made = Quotas(PATTERN_RATE, Clock())
    made.take(PATTERN, "shop-one", 100)

    assert [admitted(made, PATTERN, bucket) for bucket in ("shop-one", "shop-two")] == [False, True]


def test_an_exact_entry_has_none_unless_it_says_so() -> None:
    made = Quotas(PATTERN_RATE, Clock())

    assert all(admitted(made, Entry("shop-analytics"), "shop-analytics", 100) for _ in range(100))


def test_buckets_that_strangers_name_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotas, "_MANY", 100)
    clock = Clock()
    made = Quotas(PATTERN_RATE, clock)
    for number in range(10_000):
        clock.now += 0.1
        made.take(PATTERN, f"shop-{number}", 1)

    assert len(made._paid_until) <= 101


def batch(number: int) -> dict[str, Any]:
    """A batch of so many small events for the usual bucket."""
    event = event_body()
    return {"bucket": event.pop("bucket"), "events": [event] * number}


@pytest.fixture
def limited(tracker: Callable[..., Tracker], folder: Path, tmp_path: Path) -> Tracker:
    """A local stage with one limited tenant and one without a limit."""
    listed = tmp_path / "allowlist.json"
    listed.write_bytes(encoded([Entry("shop-analytics", max_events_per_second=0.001), Entry("other-analytics")]))
    return tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS=f"@{listed}")


def test_one_tenants_flood_is_answered_429_and_leaves_the_others_alone(
    limited: Tracker, folder: Path, log: io.StringIO
) -> None:
    first, flood = limited.call(event_body()), limited.call(event_body())
    other = limited.call(event_body(bucket="other-analytics"))

    assert [answer.status for answer in (first, flood, other)] == [200, 429, 200]
    assert flood.json["error"] == "Too Many Requests"
    assert "same eventId" in flood.json["message"]
    assert 900 <= int(flood.headers["retry-after"]) <= 1000
    assert len(stored(folder)) == 2
    line = json.loads(log.getvalue().splitlines()[1])
    assert (line["reason"], line["entry"]) == ("TooManyEvents", "shop-analytics")


def test_a_batch_counts_its_events_and_a_dry_run_none(limited: Tracker, folder: Path) -> None:
    dry = [limited.call(event_body(), query={"dryRun": ["1"]}).status for _ in range(2)]
    answers = [limited.call(batch(3), path="/track/batch").status for _ in range(2)]

    assert (dry, answers) == ([200, 200], [200, 429])
    (path,) = stored(folder)
    assert len(path.read_text().splitlines()) == 3


@pytest.mark.usefixtures("s3")
def test_a_pattern_of_a_deployed_stage_has_a_quota_without_being_asked(tracker: Callable[..., Tracker]) -> None:
    deployed = tracker(STAGE="dev", ALLOWED_BUCKETS="shop-*", STORE="s3", BUCKET_OWNER=OWNER, SALTS="memory")
    deployed.app.service().quotas._clock = Clock()

    answers = [deployed.call(batch(100), path="/track/batch"), deployed.call(event_body())]

    assert [answer.status for answer in answers] == [200, 429]
