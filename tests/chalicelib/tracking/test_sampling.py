"""A tenant's events sampled: whole visits are kept or left, what is kept counts for what is not, and the answer says so."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import allowlist, events, records, values
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.records import Record, iso
from chalicelib.settings import load
from chalicelib.tracking import ingest, keys, sampling
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest
from chalicelib.tracking.salts import MemorySalts
from chalicelib.tracking.sampling import Sampling, place, sampled
from chalicelib.tracking.stores import Put
from chalicelib.tracking.stream import StreamStore, unpacked
from tests.conftest import BUCKET, PROVE, SAFARI, Tracker, event_body, stored

NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
KEY, LISTED = keys.new()
SHARE = st.floats(0.0001, 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def record(
    session: str | None = None, visitor: str | None = None, event: str = "an-event", weight: float = 1
) -> Record:
    """A record with these ids and nothing else that counts."""
    parsed = events.judge(event_body(sessionId=session, eventId=event.ljust(16, "-"), sampleWeight=weight))
    filing = records.file(parsed, NOON, bytes(8))
    facts = records.Facts("", None, visitor, records.Location(), records.Device(), False, None, None)
    return records.build(parsed, filing, facts, records.cleaning())


def visits(many: int, seed: int) -> list[tuple[str, Record]]:
    """So many events: of which visit each is, and its record, of a session or without one of a visitor."""
    random, found, one = Random(seed), list[tuple[str, Record]](), record()
    while len(found) < many:
        # Without digits, in which a card's number may be found.
        name = "".join(random.choices("abcdefghijklmnop", k=16))
        size = min(int(random.expovariate(1 / 4)) + 1, 60)
        known = "session_id" if random.random() < 0.7 else "visitor_id"
        found += [(name, msgspec.structs.replace(one, **{known: name}))] * size  # type: ignore[arg-type]
    return found[:many]


def assert_counts(kept: list[tuple[str, float]], sent: Counter[str]) -> None:
    """Each visit is kept whole or left, and by their weights events and visits are within 3 % of what was sent."""
    whole = Counter(name for name, _ in kept)
    assert {name: number for name, number in whole.items() if number != sent[name]} == {}
    assert abs(sum(weight for _, weight in kept) / sent.total() - 1) < 0.03
    assert abs(sum(dict(kept).values()) / len(sent) - 1) < 0.03


def test_a_million_events_at_a_tenth_count_as_all_of_them() -> None:
    sent = visits(1_000_000, 1)
    drawn = [(name, sampled(one, BUCKET, 0.1)) for name, one in sent]
    kept = [(name, one.sample_weight) for name, one in drawn if one is not None]

    assert 0.097 < len(kept) / len(sent) < 0.103
    assert {weight for _, weight in kept} == {10}
    assert_counts(kept, Counter(name for name, _ in sent))


class Kept:
    """A store that holds records in memory."""

    def __init__(self) -> None:
        self.bodies = dict[str, bytes]()

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        return Put.NEW if self.bodies.setdefault(key, body) is body else Put.DUPLICATE

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for body in self.bodies.values() for line in body.splitlines()]


class Held:
    """A stream that holds records in memory."""

    def __init__(self) -> None:
        self.messages = list[bytes]()

    def send(self, data: bytes, key: str) -> None:
        self.messages.append(data)

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for one in self.messages for line in unpacked(one).lines.splitlines()]


def way(store: Kept, entry: Entry, sampling: Sampling | None = None) -> Ingest:
    """The path of events to this store."""
    local = load({"STAGE": "local", "ALLOWED_BUCKETS": BUCKET, "STORE": "dir:none"})
    stage = replace(local, allowlist=Allowlist([entry]))
    return Ingest(stage, store, MemorySalts(), EdgeHeaders(), sampling=sampling or Sampling())


def test_what_is_stored_by_batches_counts_as_all_that_was_sent() -> None:
    many, share = (1_000_000, 0.1) if PROVE else (20_000, 0.5)
    store, sent = Kept(), visits(many, 2)
    made = way(store, Entry(BUCKET, sample=share))
    for start in range(0, many, 100):
        some = [
            event_body(sessionId=name, eventId=f"event-{start + number:012}", timestamp=iso(NOON))
            for number, (name, _) in enumerate(sent[start : start + 100])
        ]
        body = json.dumps({"bucket": BUCKET, "events": some}).encode()
        answer = made.track_batch(ingest.Request(body, {"user-agent": SAFARI}, "81.2.69.142", NOON)).receipt
        assert answer.accepted + answer.sampled == len(some)

    kept = [(one["sessionId"], one["sampleWeight"]) for one in store.records]
    assert_counts(kept, Counter(name for name, _ in sent))


def test_each_way_in_keeps_the_same_sessions() -> None:
    """One by one, in batches, in batches of an object each, by a stream."""
    sent = [
        event_body(sessionId=f"s-{number // 3}", eventId=f"event-{number:012}", timestamp=iso(NOON))
        for number in range(150)
    ]
    found = []
    for size, bundles, streams in [
        (1, True, False),
        (50, True, False),
        (50, False, False),
        (1, True, True),
        (50, True, True),
    ]:
        store, held = Kept(), Held()
        made = way(store, Entry(BUCKET, sample=0.4))
        made = replace(made, settings=replace(made.settings, bundle_batches=bundles))
        made = replace(made, store=StreamStore(held, store, made.settings.allowlist, print)) if streams else made
        for start in range(0, len(sent), size):
            body = (
                {"bucket": BUCKET, **sent[start]}
                if size == 1
                else {"bucket": BUCKET, "events": sent[start : start + size]}
            )
            request = ingest.Request(json.dumps(body).encode(), {"user-agent": SAFARI}, "81.2.69.142", NOON)
            (made.track if size == 1 else made.track_batch)(request)
        found.append(
            sorted((one["eventId"], one["sampleWeight"]) for one in (held.records if streams else store.records))
        )

    assert 0 < len(found[0]) < len(sent)
    assert found == [found[0]] * 5


def test_a_visitor_without_sessions_is_kept_or_left_as_one() -> None:
    store = Kept()
    made = way(store, Entry(BUCKET, sample=0.5))
    for number in range(300):
        request = ingest.Request(
            json.dumps(event_body(timestamp=iso(NOON))).encode(),
            {"user-agent": SAFARI},
            f"81.2.69.{number % 30}",
            NOON,
        )
        made.track(request)

    found = Counter(one["visitorId"] for one in store.records)
    assert set(found.values()) == {10}
    assert 5 < len(found) < 25


def test_ids_that_are_not_stored_as_sent_are_drawn_as_they_are_stored() -> None:
    """Without a stored session a visit is its visitor's, so that one with two sessions is kept whole."""
    store = Kept()
    made = way(store, Entry(BUCKET, sample=0.5, identify="none"))
    for number in range(40):
        body = event_body(timestamp=iso(NOON), sessionId=f"session-{number}")
        made.track(ingest.Request(json.dumps(body).encode(), {"user-agent": SAFARI}, "81.2.69.1", NOON))

    assert len(store.records) in {0, 40}


@given(bucket=st.sampled_from([BUCKET, "other-analytics"]), name=TEXT, small=SHARE, large=SHARE)
def test_who_is_kept_at_a_share_is_kept_at_every_larger_one(bucket: str, name: str, small: float, large: float) -> None:
    small, large = sorted((small, large))
    one = record(session=name)
    at_small, at_large = sampled(one, bucket, small), sampled(one, bucket, large)

    assert at_small is None or at_large is not None
    assert at_large is None or at_large.sample_weight == pytest.approx(1 / large)
    assert sampled(one, bucket, small) == at_small
    assert sampled(one, bucket, 1) == one


@given(shares=st.lists(st.floats(0.05, 1), min_size=1, max_size=12))
@settings(max_examples=20)
def test_weights_add_up_whatever_the_share_of_each_event_was(shares: list[float]) -> None:
    """By Horvitz and Thompson: over many draws of one visit, weights add up to its events, and the least one to one visit."""
    draws, events, visits = 1000, 0.0, 0.0
    for draw in range(draws):
        one = record(session=f"visit {draw}")
        weights = [kept.sample_weight for share in shares if (kept := sampled(one, BUCKET, share))]
        events += sum(weights)
        visits += min(weights, default=0)

    # Six standard deviations of a sum of weights, at the least share of all.
    spread = 6 * (1 / min(shares) / draws) ** 0.5
    assert abs(events / draws / len(shares) - 1) < spread
    assert abs(visits / draws - 1) < spread


def test_no_weight_is_more_than_questions_read() -> None:
    class Least:
        def take(self, entry: Entry, bucket: str, events: int) -> float:
            return self.now(entry, bucket)

        def now(self, entry: Entry, bucket: str) -> float:
            return 2.0**-20

    entry = Entry(BUCKET, sample=0.0001, max_events_per_minute=1)
    shown, _ = Sampling(Least()).shown(entry, BUCKET, record(session="a", weight=1_000_000))
    assert shown.sample_weight == sampling.MOST_WEIGHT == 1e12


def test_one_tenant_s_sample_says_nothing_of_another_s() -> None:
    names = [f"session {number}" for number in range(4000)]
    both = sum(place(BUCKET, name) < 0.5 and place("other-analytics", name) < 0.5 for name in names)
    again = sum(place(BUCKET, name) < 0.5 and place(BUCKET, name, sampling.COLLECTOR) < 0.5 for name in names)

    assert [900 < number < 1100 for number in (both, again)] == [True, True]


@pytest.fixture
def listed(
    tracker: Callable[..., Tracker], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Tracker]:
    """The app of an entry with these fields."""
    monkeypatch.setattr(values, "ROOT", tmp_path)

    def made(**fields: Any) -> Tracker:
        (tmp_path / "allowed.json").write_bytes(allowlist.encoded([Entry(BUCKET, keys=frozenset({LISTED}), **fields)]))
        return tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS="@allowed.json")

    return made


def named(share: float, *, kept: bool) -> str:
    """A session that is kept, or left out, at this share."""
    return next(name for number in range(1000) if (place(BUCKET, f"session {(name := f's-{number}')}") < share) == kept)


KEPT, LEFT = named(0.1, kept=True), named(0.1, kept=False)


def test_what_is_left_out_is_said_and_counted_and_costs_no_object(
    listed: Callable[..., Tracker], folder: Path, log: io.StringIO
) -> None:
    tracker = listed(sample=0.1)
    left, kept = (tracker.call(event_body(sessionId=name)) for name in (LEFT, KEPT))

    assert (left.status, left.json) == (200, {"status": "not_stored", "bucket": BUCKET, "sampled": True})
    assert (kept.json["status"], "sampled" in kept.json) == ("ok", False)
    (path,) = stored(folder)
    assert json.loads(path.read_text())["sampleWeight"] == 10
    assert [json.loads(line)["outcome"] for line in log.getvalue().splitlines()] == ["sampled", "accepted"]


def test_a_batch_counts_what_is_left_out(listed: Callable[..., Tracker], log: io.StringIO) -> None:
    events = [event_body(sessionId=name) for name in (LEFT, KEPT, LEFT)]
    said = listed(sample=0.1).call({"bucket": BUCKET, "events": events}, path="/track/batch").json

    assert said == {"status": "ok", "accepted": 1, "duplicates": 0, "rejected": [], "sampled": 2}
    line = json.loads(log.getvalue())
    assert (line["accepted"], line["sampled"]) == (1, 2)


def test_a_pixel_that_is_left_out_is_answered_as_any_other(listed: Callable[..., Tracker], folder: Path) -> None:
    query = {"bucket": [BUCKET], "eventType": ["open"], "sessionId": [LEFT]}
    answer = listed(sample=0.1).call(
        method="GET", path="/pixel.gif", query=query, headers={"Origin": "https://shop.example"}
    )

    assert (answer.status, stored(folder)) == (204, [])


@pytest.mark.parametrize(("session", "is_left"), [(KEPT, None), (LEFT, True), (None, None)])
def test_a_dry_run_says_the_weight_and_where_a_session_says_so_that_it_is_left(
    listed: Callable[..., Tracker], session: str | None, is_left: bool | None
) -> None:
    said = listed(sample=0.1).call(event_body(sessionId=session), query={"dryRun": ["1"]}).json

    assert (said["record"]["sampleWeight"], said.get("sampled")) == (10, is_left)


def test_who_wants_nothing_stored_is_answered_so_and_not_as_sampled(listed: Callable[..., Tracker]) -> None:
    said = listed(sample=0.0001).call(event_body(consent="none")).json

    assert said == {"status": "not_stored", "bucket": BUCKET, "consent": "none"}


def test_an_event_that_was_sampled_before_counts_as_it_says_by_a_key_alone(
    listed: Callable[..., Tracker], folder: Path
) -> None:
    tracker, event = listed(sample=0.1), event_body(sessionId=KEPT, sampleWeight=4)
    forged = tracker.call(event, headers={"X-Sluice-Key": "made up"})
    bare = tracker.call({"bucket": BUCKET, "events": [event]}, path="/track/batch")
    sent = tracker.call(event, headers={"X-Sluice-Key": KEY})

    assert [one.status for one in (forged, bare, sent)] == [403, 403, 200]
    assert [(one.json["field"], one.json["message"][:12]) for one in (forged, bare)] == [("sampleWeight",) * 2] * 2
    (path,) = stored(folder)
    assert json.loads(path.read_text())["sampleWeight"] == 40


@pytest.mark.parametrize("weight", [0, 0.5, -1, 1_000_001, "10", True, [1]])
def test_a_weight_is_a_number_from_one_to_a_million(listed: Callable[..., Tracker], weight: Any) -> None:
    answer = listed().call(event_body(sampleWeight=weight), headers={"X-Sluice-Key": KEY})

    assert (answer.status, answer.json["field"]) == (400, "sampleWeight")


def test_what_an_operator_imports_is_there_whole() -> None:
    store = Kept()
    made = way(store, Entry(BUCKET, sample=0.0001, max_events_per_minute=1))
    for number in range(20):
        body = json.dumps(event_body(timestamp=iso(NOON))).encode()
        logged = ingest.Logged(f"line-{number:016}", is_visit=True)
        made.track(ingest.Request(body, {}, "81.2.69.142", NOON, logged=logged))

    assert [one["sampleWeight"] for one in store.records] == [1] * 20


def test_a_retry_is_decided_as_the_first_try_was() -> None:
    store = Kept()
    made = way(store, Entry(BUCKET, sample=0.3))
    sent = [json.dumps(event_body(eventId=f"event-{number:012}", timestamp=iso(NOON))).encode() for number in range(40)]
    first, again = (
        [made.track(ingest.Request(body, {"user-agent": "curl/8"}, "81.2.69.142", NOON)).outcome[0] for body in sent]
        for _ in range(2)
    )

    assert set(first) == {"accepted", "sampled"}
    assert [{"accepted": "duplicate"}.get(one, one) for one in first] == again


def test_an_entry_that_samples_nothing_is_packaged_as_before() -> None:
    assert b"sample" not in allowlist.encoded([Entry(BUCKET)])
    (read,) = allowlist.decoded(allowlist.encoded([Entry(BUCKET, sample=0.25, max_events_per_minute=600)]))
    assert (read.sample, read.max_events_per_minute) == (0.25, 600)
