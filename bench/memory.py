"""The peak memory of a worker that serves 10,000 events with a City database."""

from __future__ import annotations

from pathlib import Path

from bench import city, processes, traffic
from bench.tables import Row

EVENTS = 10_000
TARGET_MB = 120


def run() -> list[Row]:
    with processes.sink() as endpoint, city.database() as database:
        bare = processes.measure("bench.memory", "of_libraries", processes.aws(endpoint))
        peak = processes.measure(
            "bench.memory", "of_events", processes.worker(endpoint, GEOIP_DB=str(database)), EVENTS
        )
        size = database.stat().st_size / 2**20
    reference = f"chalice + boto3 client {bare:.0f} MB"
    name = f"peak memory, {EVENTS:,} events, City database of {size:.0f} MB"
    return [Row(name, f"{peak:.0f} MB", reference, f"{peak / bare:.2f}", f"<= {TARGET_MB} MB", peak <= TARGET_MB)]


def of_libraries() -> float:
    """Megabytes after importing chalice and boto3 and making an S3 client."""
    import boto3
    import chalice  # noqa: F401

    boto3.client("s3")
    return peak_mb()


def of_events(count: int) -> float:
    """Megabytes after this many events, each from an address in another network; runs in a worker's environment."""
    import app

    context = traffic.Context()
    for number in range(count):
        assert app.app(traffic.proxy_event(number), context)["statusCode"] == 200
    return peak_mb()


def peak_mb() -> float:
    """This process's own peak of resident memory, the touched part of mapped files included.

    getrusage's ru_maxrss would begin at what the parent had when it started this process.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
