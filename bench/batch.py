"""A batch of a hundred events through Chalice's handler over a batch of one, as one object and as an object each."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import processes, rounds, tables, traffic
from bench.tables import Row

EVENTS = 100
VIEW = 8  # events of one page, before the visitor goes on to the next
KINDS = ("page_view", "scroll_depth", "cta_click", "time_on_page", "add_to_cart")
TARGET = 4.0
PROCESSES = 1


def run() -> list[Row]:
    with processes.sink() as endpoint:
        return [
            _row(endpoint, "one object", TARGET),
            _row(endpoint, "an object each", None, BATCH_OBJECTS="off"),
        ]


def _row(endpoint: str, name: str, target: float | None, **variables: str) -> Row:
    worker = processes.worker(endpoint, SALTS="memory", **variables)
    measured = [pair for _ in range(PROCESSES) for pair in processes.measure("bench.batch", "microseconds", worker)]
    return tables.compare(f"batch of {EVENTS}, {name}", "a batch of one", measured, "µs", target)


def microseconds() -> list[tuple[float, float]]:
    """Microseconds a batch of a hundred and a batch of one, for each round; runs in a worker's environment."""
    import app

    context = traffic.Context()
    hundreds = [_batch(number, EVENTS) for number in range(rounds.CALLS)]
    singles = [_batch(number, 1) for number in range(rounds.CALLS)]

    def send(number: int) -> None:
        assert app.app(hundreds[number], context)["statusCode"] == 200

    def send_one(number: int) -> None:
        assert app.app(singles[number], context)["statusCode"] == 200

    return rounds.interleaved(send, send_one)


def _batch(number: int, size: int) -> dict[str, Any]:
    request = traffic.proxy_event(number)
    events = [_event(EVENTS * number + place, place) for place in range(size)]
    path = {"resource": "/track/batch", "path": "/track/batch"}
    context = {**request["requestContext"], "resourcePath": "/track/batch", "path": "/track/batch"}
    return {
        **request,
        **path,
        "requestContext": context,
        "body": json.dumps({"bucket": traffic.BUCKET, "events": events}),
    }


def _event(number: int, place: int) -> dict[str, Any]:
    """One of a visit: its page is that of the events around it, and its kind, time and metadata are its own."""
    event: dict[str, Any] = json.loads(traffic.body(number))
    event["eventType"] = KINDS[place % len(KINDS)]
    event["timestamp"] = (datetime.now(UTC) - timedelta(seconds=place)).isoformat(timespec="milliseconds")
    event["page"] = event["page"].replace("tent", f"tent-{place // VIEW}")
    event["metadata"] |= {"value": place + 0.5, "items": [f"tent-{place}p", f"stove-{number}"]}
    return event
