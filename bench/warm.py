"""A whole warm request through Chalice's handler, log and put included, over a bare default boto3 put of the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime

from bench import processes, rounds, tables, traffic
from bench.tables import Row

PROCESSES = 8
TARGET = 1.10


def run() -> list[Row]:
    with processes.sink() as endpoint:
        return [_row(endpoint, salts) for salts in ("memory", "dynamodb:sluice-prod-salts")]


def _row(endpoint: str, salts: str) -> Row:
    worker = processes.worker(endpoint, SALTS=salts)
    # One process is 10 % slower than the next, from start to end (because of its memory layout); several even that out.
    measured = [pair for _ in range(PROCESSES) for pair in processes.measure("bench.warm", "microseconds", worker)]
    return tables.compare(f"warm request, SALTS={salts.partition(':')[0]}", "boto3 put_object", measured, "µs", TARGET)


def microseconds() -> list[tuple[float, float]]:
    """Microseconds a request and a put, for each round; runs in a worker's environment."""
    import boto3

    import app

    client = boto3.client("s3")
    record = stored_bytes()
    context = traffic.Context()
    events = [traffic.proxy_event(number) for number in range(rounds.CALLS)]

    def answer(number: int) -> None:
        assert app.app(events[number], context)["statusCode"] == 200

    def put(number: int) -> None:
        client.put_object(Bucket=traffic.BUCKET, Key=f"analytics/{number}.json", Body=record)

    return rounds.interleaved(answer, put)


def stored_bytes() -> bytes:
    """The object that the first event becomes, from the app's own dry run."""
    import app
    from chalicelib import records
    from chalicelib.tracking.ingest import Request

    event = traffic.proxy_event()
    headers = {name.lower(): value for name, value in event["headers"].items()}
    request = Request(event["body"].encode(), headers, traffic.address(0), datetime.now(UTC))
    return records.encode(app.service().dry_run(request).record)
