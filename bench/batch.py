"""A batch of a hundred events through Chalice's handler over a request of one, as one object and as an object each."""

from __future__ import annotations

import json
from typing import Any

from bench import processes, rounds, tables, traffic
from bench.tables import Row

EVENTS = 100
TARGET = 4.0
PROCESSES = 1


def run() -> list[Row]:
    with processes.sink() as endpoint:
        return [
            _row(endpoint, "one object", TARGET, BATCH_OBJECTS="1"),
            _row(endpoint, "an object each", None),
        ]


def _row(endpoint: str, name: str, target: float | None, **variables: str) -> Row:
    worker = processes.worker(endpoint, SALTS="memory", **variables)
    measured = [pair for _ in range(PROCESSES) for pair in processes.measure("bench.batch", "microseconds", worker)]
    return tables.compare(f"batch of {EVENTS}, {name}", "a request of one", measured, "µs", target)


def microseconds() -> list[tuple[float, float]]:
    """Microseconds a batch and a request of one event, for each round; runs in a worker's environment."""
    import app

    context = traffic.Context()
    batches = [_batch(number) for number in range(rounds.CALLS)]
    singles = [traffic.proxy_event(number) for number in range(rounds.CALLS)]

    def send(number: int) -> None:
        assert app.app(batches[number], context)["statusCode"] == 200

    def track(number: int) -> None:
        assert app.app(singles[number], context)["statusCode"] == 200

    return rounds.interleaved(send, track)


def _batch(number: int) -> dict[str, Any]:
    request = traffic.proxy_event(number)
    events = [json.loads(traffic.body(EVENTS * number + place)) for place in range(EVENTS)]
    path = {"resource": "/track/batch", "path": "/track/batch"}
    context = {**request["requestContext"], "resourcePath": "/track/batch", "path": "/track/batch"}
    return {
        **request,
        **path,
        "requestContext": context,
        "body": json.dumps({"bucket": traffic.BUCKET, "events": events}),
    }
