"""What the lake answers is the same whether visits were sent one by one, in batches, in batches that are one object each, or by a
stream; and whether all of these are in it side by side.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib import settings
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import iso
from chalicelib.stream.consumer import Consumed, Consumer, read
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.stores import DirectoryStore
from chalicelib.tracking.stream import StreamStore
from sluice.imports import importer, texts
from sluice.imports.ids import Ordinals
from sluice.imports.lines import MalformedLine
from sluice.local import demo_days
from sluice.questions.library import Library
from tests.asked import asked
from tests.conftest import BUCKET, PROVE, stored
from tests.tenants import Shop

DAY = date(2026, 11, 2)
DAYS = (DAY.isoformat(), (DAY + timedelta(1)).isoformat())
VISITS = 40
SALTS = importer.RunSalts()  # one day's visitors are the same in each way
LATER = datetime(2026, 12, 24, tzinfo=UTC)
# Not asked: access logs, which nobody sends, and what names the second of each event's arrival.
OTHERS = ("access-", "latest-events")
REAL_LOG = os.environ.get("SLUICE_REAL_LOG")
LOGGED = ("2015-05-17", "2015-05-20")
SENT_AT_ONCE = 100  # messages of the stream


class Sent(NamedTuple):
    """An event with an id, and who sends it: a browser and an address."""

    event: dict[str, Any]
    agent: str
    address: str


Visits = list[list[Sent]]


def visits() -> Visits:
    """Each visit's events with ids."""
    found = [hits for hits in demo_days.visits(DAY) if hits and hits[0].fields["eventType"] == "page_view"]
    return [
        [
            Sent(
                {**hit.fields, "timestamp": iso(hit.fields["timestamp"]), "eventId": f"event-{number:06}-{place:04}"},
                hit.visitor.agent.text,
                str(hit.visitor.address),
            )
            for place, hit in enumerate(hits)
        ]
        for number, hits in enumerate(found[:VISITS])
    ]


def logged(log: bytes) -> Visits:
    """The lines of an access log as events: those of a day that one browser at one address sent, by time."""
    found, ordinals = defaultdict(list), Ordinals()
    for number, text in enumerate(log.splitlines()):
        try:
            line = texts.combined(text)
        except MalformedLine:
            continue
        assert line is not None
        event = {
            "eventType": "page_view" if importer.is_page_view(line) else "request",
            "timestamp": iso(line.time),
            "page": line.page,
            "referrer": line.referrer,
            "eventId": f"logged-line-{number:06}",
            "sequence": ordinals.sequence(line),  # a log knows only seconds
            "metadata": {"method": line.method, "status": line.status, "bytes": line.size},
        }
        found[line.time.date(), line.address, line.user_agent].append(
            Sent(event, line.user_agent or "", str(line.address))
        )
    return [sorted(some, key=lambda one: one.event["timestamp"]) for some in found.values()]


def send(path: Ingest, events: list[Sent], size: int) -> None:
    """Post a visit's events, so many in a request, as soon as the last one has happened."""
    for start in range(0, len(events), size):
        some = [one.event for one in events[start : start + size]]
        body = {"bucket": BUCKET, **some[0]} if size == 1 else {"bucket": BUCKET, "events": some}
        late = datetime.fromisoformat(some[-1]["timestamp"]) + timedelta(seconds=1)
        request = Request(json.dumps(body).encode(), {"user-agent": events[start].agent}, events[start].address, late)
        (path.track if size == 1 else path.track_batch)(request)


class Waiting:
    """A stream that holds messages until a consumer puts them, many at once."""

    def __init__(self) -> None:
        self._messages: list[bytes] = []

    def send(self, data: bytes, key: str) -> None:
        self._messages.append(data)

    def consume(self, consumer: Consumer) -> Consumed:
        """Put everything, and half of it once more in other batches, as where a shard is read again; what became of it all."""
        halves = self._messages, self._messages[::2]
        batches = [some[at : at + SENT_AT_ONCE] for some in halves for at in range(0, len(some), SENT_AT_ONCE)]
        found = [consumer.consume(read(batch), LATER) for batch in batches]
        assert sum(one.parked + one.unreadable for one in found) == 0
        return Consumed(sum(one.records for one in found), sum(one.objects for one in found))


class Lake:
    """The tenant's project, and what is sent into it in each way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = DirectoryStore(folder / "data", durable=False)
        shutil.rmtree(folder / "data", ignore_errors=True)

    def send(self, some: Visits, size: int, objects: str = "1") -> None:
        for events in some:
            send(self._path(self._store, objects), events, size)

    def stream(self, some: Visits, size: int) -> Consumed:
        """Send by a stream, which is consumed then."""
        waiting, path = Waiting(), self._path(self._store, "1")
        path = self._path(StreamStore(waiting, self._store, path.settings.allowlist, pytest.fail), "1")
        for events in some:
            send(path, events, size)
        own = FolderObjects(self.folder / "own")
        return waiting.consume(Consumer(path.settings.allowlist, None, self._store, own))

    def compact(self) -> int:
        """Compact every day; how many copies that dropped."""
        bucket = FolderObjects(self.folder / "data" / BUCKET)
        done = [compaction.compact(bucket, day, LATER) for day in list(compaction.due(bucket, LATER))]
        assert done
        return sum(one.duplicates for one in done)

    def lines(self) -> list[int]:
        """How many records each JSON object has."""
        return [len(path.read_bytes().splitlines()) for path in stored(self.folder)]

    def _path(self, store: Any, objects: str) -> Ingest:
        variables = {"STAGE": "local", "ALLOWED_BUCKETS": BUCKET, "BATCH_OBJECTS": objects, "STORE": "dir:data"}
        return Ingest(settings.load(variables), store, SALTS, EdgeHeaders())


@pytest.fixture
def lake(shop: Callable[..., Shop]) -> Callable[[], Lake]:
    """Make an empty lake of the tenant."""
    return lambda: Lake(shop().folder)


def answers(days: tuple[str, str] = DAYS) -> dict[str, list[dict[str, Any]]]:
    """What every third question without a parameter of its own answers; with `make prove` all of them."""
    library = Library()
    names = [name for name in library.names() if not name.startswith(OTHERS)]
    free = [name for name in names if all(one.default is not None for one in library.get(name).params)]
    assert len(free) > 20
    return {name: asked(name, BUCKET, days) for name in free[:: 1 if PROVE else 3]}


def test_each_question_answers_the_same_singly_batched_and_bundled(lake: Callable[[], Lake]) -> None:
    some, made = visits(), lake()
    made.send(some, 1)
    singly, expected = made.lines(), answers()
    assert set(singly) == {1}

    made = lake()
    made.send(some, 3, objects="off")
    assert made.lines() == singly
    assert answers() == expected

    # Each event in two batches, as where an answer was lost and it went again with others: twice in raw, once in the lake.
    made = lake()
    made.send(some, 3)
    made.send(some, 2)
    assert sum(made.lines()) > len(singly)
    assert answers() == expected


def assert_alike(lake: Callable[[], Lake], some: Visits, days: tuple[str, str]) -> None:
    """Sent singly, by a stream, and in each way a part of it, with copies in two ways: the answers, raw and compacted."""
    made = lake()
    made.send(some, 1)
    number, expected = len(made.lines()), answers(days)
    assert any(expected.values())

    made = lake()
    consumed = made.stream(some, 3)
    assert consumed.records > number > 10 * consumed.objects > 0
    assert made.lines() == []
    assert answers(days) == expected
    assert made.compact() > 0
    assert answers(days) == expected

    made = lake()
    made.send(some[::3], 1)
    made.send(some[1::3], 3)
    made.stream([*some[::6], *some[2::3]], 2)
    assert {1, 3} <= set(made.lines())
    assert answers(days) == expected
    assert made.compact() > 0
    assert answers(days) == expected


def test_each_question_answers_the_same_by_a_stream_and_with_all_forms_side_by_side(lake: Callable[[], Lake]) -> None:
    assert_alike(lake, visits(), DAYS)


@pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")
def test_a_real_log_answers_the_same_by_a_stream_and_with_all_forms_side_by_side(lake: Callable[[], Lake]) -> None:
    assert_alike(lake, logged(Path(str(REAL_LOG)).read_bytes()), LOGGED)
