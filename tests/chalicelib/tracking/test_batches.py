"""POST /track/batch: each event judged on its own, stored once, however often and in whatever company it is sent."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib import records
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import iso
from chalicelib.tracking.batches import MAX_BATCH, MAX_EVENTS
from chalicelib.tracking.ingest import Request
from chalicelib.tracking.stores import Put, StoreUnavailable
from sluice.mirror import view
from sluice.mirror.mirror import Mirror
from tests.conftest import BUCKET, PROVE, Answered, Tracker, event_body, stored

NOW = datetime.now(UTC)
BAD: list[tuple[Any, str]] = [
    ({"timestamp": iso(NOW)}, "Missing required field: eventType"),
    ({"eventType": "x"}, "Missing required field: timestamp"),
    ({"eventType": "x", "timestamp": "noon"}, "Invalid field: timestamp"),
    ({"eventType": "x", "timestamp": iso(NOW), "page": 7}, "Invalid field: page"),
    ({"eventType": "x", "timestamp": iso(NOW), "plan": "pro"}, "Invalid field: plan"),
    ({"eventType": "x", "timestamp": iso(NOW), "bucket": "other-analytics"}, "Invalid field: bucket"),
    ({"eventType": "x", "timestamp": iso(NOW), "metadata": {"a": {"b": {"c": {}}}}}, "Invalid JSON"),
    (
        {"eventType": "x", "timestamp": iso(NOW), "metadata": {f"k{n}": "x" * 2000 for n in range(9)}},
        "Payload Too Large",
    ),
    ("page_view", "Invalid field: events"),
    (None, "Invalid field: events"),
]


def event(number: int, **fields: Any) -> dict[str, Any]:
    """One event of a batch."""
    moment = NOW - timedelta(seconds=number % 3600)
    return {"eventType": "page_view", "timestamp": iso(moment), "eventId": f"event-{number:012d}", **fields}


def send(tracker: Tracker, events: list[Any], **request: Any) -> Answered:
    return tracker.call(json.dumps({"bucket": BUCKET, "events": events}), path="/track/batch", **request)


def in_view(folder: Path, name: str = "mirror") -> list[str]:
    """The eventIds that the view holds, each as often as it holds it."""
    mirror = Mirror(folder.parent / name)
    snapshot = mirror.refresh(FolderObjects(folder / BUCKET))
    with view.connect({"events": view.Source(mirror.folder, snapshot)}) as connection:
        return [row[0] for row in connection.execute("SELECT eventid FROM events ORDER BY eventid").fetchall()]


@pytest.fixture(params=["off", "1"], ids=["an object an event", "an object a day"])
def batching(request: pytest.FixtureRequest, tracker: Any, folder: Path) -> Tracker:
    return tracker(STORE=f"dir:{folder}", BATCH_OBJECTS=request.param)


def test_every_good_event_is_stored_and_every_bad_one_named(batching: Tracker, folder: Path) -> None:
    mixed = [item for number, (bad, _) in enumerate(BAD) for item in (event(number), bad)]
    answer = send(batching, mixed)
    assert answer.status == 200
    assert (answer.json["status"], answer.json["accepted"], answer.json["duplicates"]) == ("ok", len(BAD), 0)
    assert [(one["index"], one["error"]) for one in answer.json["rejected"]] == [
        (2 * number + 1, error) for number, (_, error) in enumerate(BAD)
    ]
    assert in_view(folder) == [event(number)["eventId"] for number in range(len(BAD))]


def test_an_object_an_event_is_the_same_as_a_request_an_event(tracker: Any, folder: Path) -> None:
    one = event(1)
    apart = tracker(STORE=f"dir:{folder}", BATCH_OBJECTS="off")
    send(apart, [one])
    again = apart.call(json.dumps({"bucket": BUCKET, **one}))
    assert again.json["duplicate"] is True
    assert len(stored(folder)) == 1


def test_a_batch_in_one_object_a_day_is_one_object(tracker: Any, folder: Path) -> None:
    send(tracker(STORE=f"dir:{folder}"), [event(number) for number in range(100)])
    (path,) = stored(folder)
    assert path.name.startswith("batch.")
    assert len(path.read_text().splitlines()) == 100


def test_an_event_cannot_take_the_place_of_a_batch_that_would_then_not_be_stored(tracker: Any, folder: Path) -> None:
    bundling = tracker(STORE=f"dir:{folder}")
    events = [event(number, timestamp=iso(NOW)) for number in range(3)]
    key = records.batch_key(NOW.date(), [one["eventId"] for one in events])
    for name in (Path(key).name.removesuffix(".json"), Path(key).name.removesuffix(".json").replace(".", "-")):
        bundling.call(event_body(eventId=name, timestamp=iso(NOW)))
    answer = send(bundling, events)
    assert (answer.json["accepted"], answer.json["duplicates"]) == (3, 0)
    assert {one["eventId"] for one in events} <= set(in_view(folder))


def test_a_batch_sent_again_after_the_upgrade_is_stored_again_and_counts_once(tracker: Any, folder: Path) -> None:
    bundling = tracker(STORE=f"dir:{folder}")
    events = [event(number, timestamp=iso(NOW)) for number in range(3)]
    send(bundling, events)
    (path,) = stored(folder)
    old = path.rename(path.with_name(path.name.replace("batch.", "batch-")))  # as 0.1.0 named it
    again = send(bundling, events)
    assert (again.json["accepted"], again.json["duplicates"]) == (3, 0)
    assert stored(folder) == [old, path]
    assert in_view(folder) == [one["eventId"] for one in events]


def test_a_batch_of_the_version_before_is_read_by_mirror_and_compaction(tracker: Any, folder: Path) -> None:
    send(tracker(STORE=f"dir:{folder}"), [event(number, timestamp=iso(NOW)) for number in range(3)])
    (path,) = stored(folder)
    path.rename(path.with_name(path.name.replace("batch.", "batch-")))
    outcome = compaction.compact(FolderObjects(folder / BUCKET), NOW.date(), NOW + timedelta(days=3))
    assert len(in_view(folder)) == 3
    assert (outcome.did, outcome.records, outcome.unreadable) == ("compacted", 3, 0)


@pytest.mark.parametrize("chunk", range(8 if PROVE else 2))
def test_whatever_is_sent_again_and_regrouped_counts_once(batching: Tracker, folder: Path, chunk: int) -> None:
    chance = random.Random(chunk)
    good: set[str] = set()
    waiting: list[dict[str, Any]] = []
    for number in range(125):
        fresh = [event(1000 * number + place) for place in range(chance.randrange(1, 6))]
        # A lost answer: some of what was sent already goes again, in other company and order.
        sent: list[Any] = fresh + chance.sample(waiting, min(len(waiting), chance.randrange(3)))
        bad = {place: chance.choice(BAD) for place in chance.sample(range(8), chance.randrange(3))}
        chance.shuffle(sent)
        for place, (wrong, _) in sorted(bad.items()):
            sent.insert(place, wrong)
        answer = send(batching, sent)
        expected = [(place, one) for place, one in enumerate(sent) if not (isinstance(one, dict) and "eventId" in one)]
        assert [one["index"] for one in answer.json["rejected"]] == [place for place, _ in expected]
        assert answer.json["accepted"] + answer.json["duplicates"] == len(sent) - len(expected)
        good |= {one["eventId"] for one in fresh}
        waiting = fresh + waiting[:5]
    assert in_view(folder) == sorted(good)


TEXTS = [None, "", "jane@shop.example", "shop 4111 1111 1111 1111", "b7c1", "\u202etxt", "%6aane%40shop.example"]
PAGES = [
    "/a?utm_source=news&utm_term=jane@shop.example&session=c2Vzc2lvbg",
    "https://shop.example/tents?ref=mail#top",
    "https://jane:hunter2@shop.example/a",
]
METADATA = [
    {"plan": "pro", "value": 12.5, "items": ["tent", None, True]},
    {"percent": 25},
    {"to": "jane@shop.example", "inner": {"card": 4111111111111111, "list": ["a\nb", 4.2e15]}},
    {"jane": 'says "hello"', "time": 1765972800000},
]


class Lines:
    """A store that keeps what it is given."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        self.lines += body.splitlines()
        return Put.NEW


def any_event(chance: random.Random, number: int) -> dict[str, Any]:
    """An event of a visit, or of somebody else's, some of whose texts hold what is redacted."""
    texts = {name: chance.choice(TEXTS) for name in ("sessionId", "userId", "fromWebsite", "userAgent")}
    addresses = {name: chance.choice(TEXTS + PAGES) for name in ("page", "referrer")}
    late = iso(NOW - timedelta(hours=chance.randrange(40)))
    return event(number, **texts, **addresses, metadata=chance.choice(METADATA), timestamp=late)


@pytest.mark.parametrize("headers", [{}, {"sec-gpc": "1"}, {"origin": "https://shop.example", "user-agent": "Firefox"}])
@pytest.mark.parametrize("address", ["81.2.69.142", "2001:db8::1", "unknown"])
def test_an_event_becomes_the_same_record_in_any_company(
    batching: Tracker, headers: dict[str, str], address: str
) -> None:
    together, alone = Lines(), Lines()
    path = batching.app.service()
    chance = random.Random(address)
    events = [any_event(chance, number) for number in range(MAX_EVENTS)]
    body = json.dumps({"bucket": BUCKET, "events": events}).encode()
    replace(path, store=together).track_batch(Request(body, headers, address, NOW))
    for one in events:
        replace(path, store=alone).track(Request(json.dumps({"bucket": BUCKET, **one}).encode(), headers, address, NOW))
    assert len(alone.lines) == MAX_EVENTS
    # But for their order, which is known of those in a batch.
    bare = [msgspec.json.encode(msgspec.json.decode(one) | {"sequence": None}) for one in together.lines]
    assert sorted(bare) == sorted(alone.lines)


def test_events_of_a_batch_keep_their_order_also_within_a_millisecond(batching: Tracker, folder: Path) -> None:
    send(batching, [event(1), event(2, sequence=7), event(3, sequence=None)])

    stored = [json.loads(one) for path in folder.rglob("*.json") for one in path.read_text().splitlines()]
    assert {record["eventId"][-1]: record["sequence"] for record in stored} == {"1": 0, "2": 7, "3": 2}


def test_a_batch_that_comes_again_is_all_duplicates(batching: Tracker, folder: Path) -> None:
    events = [event(number) for number in range(5)]
    send(batching, events)
    again = send(batching, events[::-1])
    assert (again.json["accepted"], again.json["duplicates"]) == (0, 5)
    assert len(in_view(folder)) == 5


def test_one_id_twice_in_a_batch_is_stored_once(batching: Tracker, folder: Path) -> None:
    answer = send(batching, [event(1, page="/first"), event(1, page="/second")])
    assert (answer.json["accepted"], answer.json["duplicates"]) == (1, 1)
    assert len(in_view(folder)) == 1


def test_events_without_an_id_get_one_each(batching: Tracker, folder: Path) -> None:
    bare = {"eventType": "page_view", "timestamp": iso(NOW)}
    answer = send(batching, [bare, bare])
    assert answer.json["accepted"] == 2
    assert len(set(in_view(folder))) == 2


class HalfBroken:
    """A store that fails for every other object."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.puts = 0

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        self.puts += 1
        if self.puts % 2 == 0:
            raise StoreUnavailable("SlowDown")
        answer: Put = self.store.put(owner, bucket, key, body)
        return answer


def test_a_store_that_fails_in_between_is_a_503_and_the_batch_goes_again(tracker: Any, folder: Path) -> None:
    events = [event(number) for number in range(6)]
    apart = tracker(STORE=f"dir:{folder}", BATCH_OBJECTS="off")
    whole = apart.app.service().store
    apart.replace(store=HalfBroken(whole))
    failed = send(apart, events)
    apart.replace(store=whole)
    again = send(apart, events)
    assert (failed.status, failed.headers["retry-after"]) == (503, "2")
    assert (again.status, again.json["accepted"] + again.json["duplicates"]) == (200, 6)
    assert len(in_view(folder)) == 6


ENVELOPES = {
    "no JSON": ("{", 400, "Invalid JSON"),
    "a list": ("[]", 400, "Invalid JSON"),
    "no bucket": (json.dumps({"events": [event(1)]}), 400, "Missing required field: bucket"),
    "no events": (json.dumps({"bucket": BUCKET}), 400, "Missing required field: events"),
    "an empty list": (json.dumps({"bucket": BUCKET, "events": []}), 400, "Invalid field: events"),
    "no list": (json.dumps({"bucket": BUCKET, "events": "x"}), 400, "Invalid field: events"),
    "too many": (json.dumps({"bucket": BUCKET, "events": [{}] * (MAX_EVENTS + 1)}), 400, "Invalid field: events"),
    "a number for a bucket": (json.dumps({"bucket": 7, "events": [event(1)]}), 400, "Invalid field: bucket"),
    "a further field": (json.dumps({"bucket": BUCKET, "events": [event(1)], "x": 1}), 400, "Invalid field: x"),
    "half a surrogate": (json.dumps({"bucket": BUCKET, "events": [event(1)], "\ud800": 1}), 400, "Invalid field: ?"),
    "a bucket twice": (f'{{"bucket": "other", "bucket": "{BUCKET}", "events": [{{}}]}}', 400, "Invalid JSON"),
    "too large": (" " * (MAX_BATCH + 1), 413, "Payload Too Large"),
    "another's bucket": (json.dumps({"bucket": "other", "events": [event(1)]}), 403, "Forbidden"),
}


@pytest.mark.parametrize("case", ENVELOPES)
def test_a_wrong_envelope_is_refused_whole(local: Tracker, folder: Path, case: str) -> None:
    body, status, error = ENVELOPES[case]
    answer = local.call(body, path="/track/batch")
    assert (answer.status, answer.json["error"]) == (status, error)
    assert stored(folder) == []


def test_a_key_twice_in_one_event_refuses_that_event_alone(local: Tracker) -> None:
    one = json.dumps(event(1))
    body = f'{{"bucket": "{BUCKET}", "events": [{one}, {{"eventType": "a", "EventType": "b"}}]}}'
    answer = local.call(body, path="/track/batch")
    assert answer.json["accepted"] == 1
    assert [(fault["index"], fault["error"]) for fault in answer.json["rejected"]] == [(1, "Invalid JSON")]


def test_a_batch_has_no_dry_run_and_none_is_stored_by_a_slip(local: Tracker, folder: Path) -> None:
    answer = send(local, [event(1)], query={"dryRun": ["1"]})
    assert (answer.status, answer.json["field"]) == (400, "dryRun")
    assert stored(folder) == []


def test_the_log_counts_the_events_of_a_batch(tracker: Callable[..., Tracker], folder: Path, log: Any) -> None:
    send(tracker(STORE=f"dir:{folder}", MONITORING="full"), [event(1), event(1), {"eventType": "x"}, None])
    line = json.loads(log.getvalue())
    counted = {"accepted": 1, "duplicate": 1, "rejected_MissingField": 1, "rejected_InvalidField": 1}
    assert {name: number for name, number in line.items() if name in counted or name.startswith("rejected_")} == counted
    assert (line["outcome"], line["accepted"], line["rejected_MissingField"]) == ("batch", 1, 1)


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_who_opts_out_is_nobody_in_the_record(local: Tracker, folder: Path, header: str) -> None:
    said = {"sessionId": "s", "userId": "u", "metadata": {"plan": "pro"}}
    local.call(event_body(**said), headers={header: "1"})
    send(local, [event(1, **said)], headers={header: "1"})
    for path in stored(folder):
        record = json.loads(path.read_text())
        assert [record[name] for name in ("sessionId", "userId", "ip", "visitorId", "metadata")] == [None] * 5


def test_opting_out_is_not_a_failure_of_the_salts(local: Tracker, log: Any) -> None:
    local.call(event_body(), headers={"Sec-GPC": "1"})
    assert "salt_failure" not in json.loads(log.getvalue())
