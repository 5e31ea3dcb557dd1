"""What the lake answers is the same whether visits were sent one by one, in batches, or in batches that are one object each."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.records import iso
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.salts import MemorySalts
from chalicelib.tracking.stores import DirectoryStore
from sluice.local import demo_days
from sluice.questions.library import Library
from tests.asked import asked
from tests.conftest import BUCKET, PROVE, stored
from tests.tenants import Shop

DAY = date(2026, 11, 2)
DAYS = (DAY.isoformat(), (DAY + timedelta(1)).isoformat())
VISITS = 40
SALTS = MemorySalts()  # one day's visitors are the same in each way
# Not asked: access logs, which nobody sends, and what names the second of each event's arrival.
OTHERS = ("access-", "latest-events")


def visits() -> Iterator[list[tuple[dict[str, Any], str, str]]]:
    """Each visit's events with ids, each with its browser and its address."""
    found = [hits for hits in demo_days.visits(DAY) if hits and hits[0].fields["eventType"] == "page_view"]
    for number, hits in enumerate(found[:VISITS]):
        yield [
            (
                {**hit.fields, "timestamp": iso(hit.fields["timestamp"]), "eventId": f"event-{number:06}-{place:04}"},
                hit.visitor.agent.text,
                str(hit.visitor.address),
            )
            for place, hit in enumerate(hits)
        ]


def send(path: Ingest, events: list[tuple[dict[str, Any], str, str]], size: int) -> None:
    """Post a visit's events, so many in a request, as soon as the last one has happened."""
    for start in range(0, len(events), size):
        some = [event for event, _, _ in events[start : start + size]]
        _, agent, address = events[start]
        body = {"bucket": BUCKET, **some[0]} if size == 1 else {"bucket": BUCKET, "events": some}
        late = datetime.fromisoformat(some[-1]["timestamp"]) + timedelta(seconds=1)
        request = Request(json.dumps(body).encode(), {"user-agent": agent}, address, late)
        (path.track if size == 1 else path.track_batch)(request)


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: Callable[..., Shop]) -> Callable[..., Path]:
    """Send the visits into the tenant's project in these sizes of requests; its folder."""

    def filled(*sizes: int, objects: str = "1") -> Path:
        made = shop()
        shutil.rmtree(made.folder / "data", ignore_errors=True)
        variables = {"STAGE": "local", "ALLOWED_BUCKETS": BUCKET, "BATCH_OBJECTS": objects, "STORE": "dir:data"}
        path = Ingest(settings.load(variables), DirectoryStore(made.folder / "data"), SALTS, EdgeHeaders())
        for size in sizes:
            for events in visits():
                send(path, events, size)
        return made.folder

    return filled


def answers() -> dict[str, list[dict[str, Any]]]:
    """What every third question without a parameter of its own answers; with `make prove` all of them."""
    library = Library()
    names = [name for name in library.names() if not name.startswith(OTHERS)]
    free = [name for name in names if all(one.default is not None for one in library.get(name).params)]
    assert len(free) > 20
    return {name: asked(name, BUCKET, DAYS) for name in free[:: 1 if PROVE else 3]}


def lines(folder: Path) -> list[int]:
    return [len(path.read_bytes().splitlines()) for path in stored(folder)]


def test_each_question_answers_the_same_singly_batched_and_bundled(lake: Callable[..., Path]) -> None:
    singly = lines(lake(1))
    expected = answers()
    assert set(singly) == {1}

    assert lines(lake(3, objects="off")) == singly
    assert answers() == expected

    # Each event in two batches, as where an answer was lost and it went again with others: twice in raw, once in the lake.
    assert sum(lines(lake(3, 2))) > len(singly)
    assert answers() == expected
