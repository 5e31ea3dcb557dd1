"""A streamed request over a direct one, and how many records a second the stream's consumer puts with one core."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from bench import processes, rounds, tables, traffic
from bench.tables import Row

PROCESSES, BATCHES, MESSAGES, TENANTS = 12, 3, 4500, 30
# A record that is only parsed and packed would be as cheap as it gets; the stream's is in Base64 and zlib, too.
REQUEST, CONSUMER = 1.00, 2.5


def run() -> list[Row]:
    with processes.sink() as endpoint:
        worker = processes.worker(endpoint, SALTS="memory", AWS_ENDPOINT_URL_KINESIS=endpoint, STREAM="kinesis:events")
        pairs = [pair for _ in range(PROCESSES) for pair in processes.measure("bench.stream", "requests", worker)]
        batches = [pair for _ in range(BATCHES) for pair in processes.measure("bench.stream", "batches", worker)]
    rates = [MESSAGES * 1e6 / ours for ours, _ in batches]
    consumed = tables.compare("a batch of 4,500 by the consumer", "json and gzip", batches, "µs", CONSUMER)
    best = Row("records a second of the consumer, one core", f"{sorted(rates)[len(rates) // 2]:,.0f}/s")
    return [tables.compare("streamed request", "direct request", pairs, "µs", REQUEST), consumed, best]


def requests() -> list[tuple[float, float]]:
    """Microseconds a request with a stream and one without, for each round; runs in a worker's environment."""
    context = traffic.Context()
    events = [traffic.proxy_event(number) for number in range(rounds.CALLS)]
    streamed = _app()
    del os.environ["STREAM"]
    direct = _app()

    def answer(app: ModuleType, number: int, status: int) -> None:
        assert app.app(events[number], context)["statusCode"] == status

    return rounds.interleaved(lambda number: answer(streamed, number, 202), lambda number: answer(direct, number, 200))


def batches() -> list[tuple[float, float]]:
    """Microseconds of a batch by the consumer, and of JSON and gzip over the same records; runs in a worker's environment."""
    from chalicelib.allowlist import Allowlist, Entry
    from chalicelib.stream import batches as stream
    from chalicelib.stream.consumer import Consumer, read

    names = [f"tenant{number}-analytics" for number in range(TENANTS)]
    nowhere: Any = _Nowhere()
    consumer = Consumer(Allowlist([Entry(name) for name in names]), None, nowhere, nowhere)
    lines, event = _batch(names)

    def consume(_: int) -> None:
        messages = [one.data for one in stream.arrived(event)]
        assert consumer.consume(read(messages), datetime.now(UTC)).records == MESSAGES

    def reference(_: int) -> None:
        for line in lines:
            json.loads(line)
        gzip.compress(b"".join(lines), 6)

    rounds.CALLS = 3
    return rounds.interleaved(consume, reference)


class _Nowhere:
    """A store that takes everything at once and keeps nothing, and a stage's bucket in which nobody was erased."""

    def keys(self, _: str) -> Iterator[str]:
        return iter(())

    def put(self, *_: object) -> Any:
        from chalicelib.tracking.stores import Put

        return Put.NEW


def _batch(names: list[str]) -> tuple[list[bytes], dict[str, Any]]:
    """Records, and the event of Lambda that has each as a message."""
    from bench.warm import stored_bytes
    from chalicelib.tracking.stream import Message, packed

    os.environ.pop("STREAM", None)
    record, records = json.loads(stored_bytes()), []
    moment = datetime.now(UTC)
    found = []
    for number in range(MESSAGES):
        line = json.dumps({**record, "eventId": f"event-{number:020d}"}, separators=(",", ":")).encode() + b"\n"
        data = packed(Message(names[number % TENANTS], f"analytics/{moment:year=%Y/month=%m/day=%d}/", line))
        kinesis = {
            "sequenceNumber": str(number),
            "approximateArrivalTimestamp": moment.timestamp(),
            "data": b64encode(data).decode(),
        }
        records.append(line)
        found.append({"eventID": f"shardId-000000000000:{number}", "kinesis": kinesis})
    return records, {"Records": found}


def _app() -> ModuleType:
    """The app once more, for the environment as it is."""
    found = importlib.util.spec_from_file_location("app", Path(processes.REPOSITORY) / "app.py")
    assert found is not None and found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    return made
