"""A day of a million one-event objects in one worker: its time, from two smaller days on a loopback S3, and its memory.

Over TLS the reading took 1.3 times the processor's time, measured once against a server with a certificate of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench import processes
from bench.tables import Row

SMALL, LARGE, DAY = 20_000, 60_000, 1_000_000
LATENCY_MS = 20
# The function that compacts has so many seconds, and so much memory.
TARGET_SECONDS, TARGET_MB = 900, 2048


def run() -> list[Row]:
    small, large = (_compacted(size) for size in (SMALL, LARGE))
    seconds, cpu, _ = (_at_day(before, after) for before, after in zip(small, large, strict=True))
    measured = f"{SMALL:,} {small[0]:.0f} s, {LARGE:,} {large[0]:.0f} s"
    memory = processes.measure("bench.days", "of_memory", dict(os.environ), DAY)
    return [
        Row(
            f"compacting {DAY:,} objects",
            f"{seconds:.0f} s",
            measured,
            "",
            f"<= {TARGET_SECONDS} s",
            seconds <= TARGET_SECONDS,
        ),
        Row("its processor's time", f"{cpu:.0f} s"),
        Row(
            "its peak memory",
            f"{memory:.0f} MB",
            f"{LARGE:,} {large[2]:.0f} MB",
            "",
            f"<= {TARGET_MB} MB",
            memory <= TARGET_MB,
        ),
    ]


def of_memory(size: int) -> float:
    """Peak megabytes of compacting so many objects, which come without a network."""
    from bench.bucket import body
    from bench.compaction import CLOSED
    from bench.memory import peak_mb
    from chalicelib import records
    from chalicelib.lake import compaction
    from chalicelib.lake.objects import FolderObjects

    class Made(FolderObjects):
        def keys(self, prefix: str) -> Iterator[str]:
            return (f"{prefix}{number:032x}.json" for number in range(size))

        def read_all(self, keys: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes | None]]:
            start = len(records.day_prefix(CLOSED))
            return ((key, body(key[start : start + 32].encode())) for key in keys)

    with TemporaryDirectory() as folder:
        outcome = compaction.compact(Made(Path(folder)), CLOSED, datetime.now(UTC))
    assert (outcome.did, outcome.records) == ("compacted", size), outcome
    return peak_mb()


def of_compaction() -> tuple[float, float, float]:
    """Seconds, the processor's seconds and peak megabytes of compacting the bucket's day."""
    from bench.compaction import CLOSED
    from bench.memory import peak_mb
    from chalicelib.lake import compaction
    from chalicelib.lake.objects import BucketObjects

    started = perf_counter()
    outcome = compaction.compact(BucketObjects("shop-analytics", "111122223333"), CLOSED, datetime.now(UTC))
    spent, used = perf_counter() - started, getrusage(RUSAGE_SELF)
    assert (outcome.did, outcome.unreadable) == ("compacted", 0), outcome
    assert outcome.records == int(os.environ["OBJECTS"]), outcome
    return spent, used.ru_utime + used.ru_stime, peak_mb()


def _compacted(size: int) -> Any:
    with processes.serving("bench.bucket", size, LATENCY_MS) as endpoint:
        return processes.measure("bench.days", "of_compaction", processes.aws(endpoint, OBJECTS=str(size)))


def _at_day(small: float, large: float) -> float:
    """What two days give for the third, along a line."""
    return large + (large - small) / (LARGE - SMALL) * (DAY - LARGE)
