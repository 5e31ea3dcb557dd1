"""50 buckets in turn against one bucket: connections that the sink saw, and time."""

from __future__ import annotations

import os
import socket
from typing import Any
from urllib.request import urlopen

from bench import processes, rounds, tables, traffic
from bench.tables import Row

BUCKETS = 50


def run() -> list[Row]:
    with processes.sink() as endpoint:
        # By name, not by address: boto3 would use path style for an address in any case.
        worker = processes.worker(endpoint.replace("127.0.0.1", "localhost"))
        many, one = (processes.measure("bench.buckets", "connections", worker, number) for number in (BUCKETS, 1))
        measured = processes.measure("bench.buckets", "microseconds", worker)
    name = f"{BUCKETS} buckets in turn"
    return [
        Row(f"{name}, connections", str(many), f"one bucket {one}", f"{many / one:.2f}", "1.00", many == one),
        tables.compare(f"{name}, time a put", "one bucket", measured, "µs"),
    ]


def connections(buckets: int) -> int:
    """How many connections it takes to put into this many buckets in turn; runs in a worker's environment."""
    _resolve_localhost()
    before = _connections()
    for number in range(2 * BUCKETS):
        _put(number % buckets)
    return _connections() - before


def microseconds() -> list[tuple[float, float]]:
    """Microseconds a put into many buckets in turn and into one, for each round."""
    _resolve_localhost()
    return rounds.interleaved(lambda number: _put(number % BUCKETS), lambda _: _put(0))


def _put(number: int) -> None:
    import app

    app.service().store.put("111122223333", f"{traffic.BUCKET}-{number}", f"analytics/{number}.json", b"{}\n")


def _resolve_localhost() -> None:
    """Every name under localhost is this machine (RFC 6761), also where the resolver does not say so.

    Without that a store in virtual-host style would fail here, and not show what it costs.
    """
    resolve = socket.getaddrinfo

    def local(host: str, *rest: Any, **options: Any) -> Any:
        return resolve("127.0.0.1" if host.endswith("localhost") else host, *rest, **options)

    socket.getaddrinfo = local


def _connections() -> int:
    with urlopen(os.environ["AWS_ENDPOINT_URL_S3"]) as answer:
        return int(answer.read())
