"""A request ends before Lambda would end it: what is not stored by then is answered 503, and nothing more begins."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.rejections import StorageUnavailable
from chalicelib.settings import load
from chalicelib.tracking import batches, deadline
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.salts import MemorySalts
from chalicelib.tracking.stores import Put
from tests.conftest import BUCKET, OWNER

SOON = 0.3


class Hanging:
    """A store that answers nobody until the test is over."""

    def __init__(self) -> None:
        self.begun = 0
        self.is_over = threading.Event()

    def put(self, *_: Any) -> Put:
        self.begun += 1
        self.is_over.wait(30)
        return Put.NEW


@pytest.fixture
def store() -> Any:
    made = Hanging()
    yield made
    made.is_over.set()


def path(store: Any) -> Ingest:
    variables = {"STAGE": "dev", "ALLOWED_BUCKETS": "*-analytics", "BUCKET_OWNER": OWNER, "SALTS": "memory"}
    given = load({**variables, "BATCH_OBJECTS": "off"})
    return Ingest(given, store, MemorySalts(), EdgeHeaders())


def request(body: dict[str, Any], end: float | None) -> Request:
    return Request(json.dumps(body).encode(), {}, "192.0.2.7", datetime.now(UTC), deadline=end)


def event() -> dict[str, Any]:
    return {"bucket": BUCKET, "eventType": "page_view", "timestamp": datetime.now(UTC).isoformat()}


def test_an_event_that_is_not_stored_in_time_is_unavailable(store: Hanging) -> None:
    started = monotonic()
    with pytest.raises(StorageUnavailable) as refused:
        path(store).track(request(event(), monotonic() + SOON))
    assert (refused.value.cause, refused.value.bucket) == ("Deadline", BUCKET)
    assert SOON <= monotonic() - started < 5


def test_of_a_batch_no_put_begins_after_the_end_and_nobody_waits(store: Hanging) -> None:
    started = monotonic()
    with pytest.raises(StorageUnavailable, match="not stored") as refused:
        path(store).track_batch(request({"bucket": BUCKET, "events": [event()] * 100}, monotonic() + SOON))
    assert refused.value.cause == "Deadline"
    assert monotonic() - started < 5
    assert store.begun == batches.PUTTERS
    store.is_over.set()
    assert store.begun == batches.PUTTERS


def test_what_is_stored_in_time_is_acknowledged_and_nothing_rings_later() -> None:
    class Quick:
        def put(self, *_: Any) -> Put:
            return Put.NEW

    quick, batch = path(Quick()), {"bucket": BUCKET, "events": [event()] * 3}
    quick.track_batch(request(batch, None))  # what is made once takes longer than the end is away
    end = monotonic() + SOON
    assert quick.track(request(event(), end)).receipt.status == "ok"
    assert quick.track_batch(request(batch, end)).receipt.accepted == 3
    threading.Event().wait(max(end - monotonic(), 0) + 0.15)


def test_in_another_thread_and_without_an_end_nothing_rings(store: Hanging) -> None:
    store.is_over.set()
    assert path(store).track(request(event(), None)).receipt.status == "ok"
    found: list[str] = []
    thread = threading.Thread(
        target=lambda: found.append(path(store).track(request(event(), monotonic() - 1)).receipt.status)
    )
    thread.start()
    thread.join()
    assert found == ["ok"]


def test_the_end_is_a_second_before_lambda_s() -> None:
    end = deadline.of(SimpleNamespace(get_remaining_time_in_millis=lambda: 10_000))
    assert end is not None
    assert 8.9 < end - monotonic() <= 9
    assert deadline.of(None) is None
