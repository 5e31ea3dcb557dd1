"""Importing web-server logs of 10,000 and 100,000 lines into a folder: events a second, and peak memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from bench import processes, traffic
from bench.tables import Row

SIZES = (10_000, 100_000)
TARGET = 2_500
FLAT = 1.10  # how much more memory ten times the lines may take
MEMORY = "/dev/shm"
BYTES = b"x" * 700  # about a record
START = datetime(2025, 9, 23, 6, tzinfo=UTC)


class Measured(NamedTuple):
    """Bare files a second; events a second and peak megabytes of an import."""

    bare: float
    rate: float
    peak: float


def run() -> list[Row]:
    small, large = (_measure(size) for size in SIZES)
    return [_rate_row(SIZES[0], small), _rate_row(SIZES[1], large), _memory_row(small.peak, large.peak)]


def _rate_row(size: int, measured: Measured) -> Row:
    return Row(
        f"import of {size:,} lines",
        f"{measured.rate:,.0f}/s",
        f"bare files {measured.bare:,.0f}/s",
        f"{measured.rate / measured.bare:.2f}",
        f">= {TARGET:,}/s",
        measured.rate >= TARGET,
    )


def _memory_row(small: float, large: float) -> Row:
    name = f"import, peak memory at {SIZES[1]:,} lines"
    reference = f"at {SIZES[0]:,} {small:.0f} MB"
    return Row(name, f"{large:.0f} MB", reference, f"{large / small:.2f}", f"<= {FLAT:.2f}", large <= FLAT * small)


def _measure(size: int) -> Measured:
    # In memory where the system has such a folder: the figure is to be the importer's, not that of a busy disk.
    with TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        log = Path(folder) / "access.log"
        with log.open("w") as file:
            file.writelines(_line(number) for number in range(size))
        environment = {"ALLOWED_BUCKETS": "*-analytics", "STORE": f"dir:{folder}/store"}
        bare = _bare_files(Path(folder) / "bare", SIZES[0])
        return Measured(bare, *processes.measure("bench.imports", "of_log", environment, str(log), size))


def of_log(log: str, size: int) -> tuple[float, float]:
    """Events a second and peak megabytes of an import of this log, whose lines all become events."""
    from bench.memory import peak_mb
    from chalicelib import settings
    from sluice.imports import importer

    started = perf_counter()
    summary = importer.import_logs([log], traffic.BUCKET, settings.load())
    spent = perf_counter() - started
    assert summary.stored == size, summary
    return size / spent, peak_mb()


def _bare_files(folder: Path, count: int) -> float:
    """Files a second that the disk takes, a record's bytes in each."""
    folder.mkdir()
    started = perf_counter()
    for number in range(count):
        (folder / str(number)).write_bytes(BYTES)
    return count / (perf_counter() - started)


def _line(number: int) -> str:
    """A line of the combined format; ten a second, thousands of addresses, a fifth of the user agents new."""
    time = START + timedelta(milliseconds=100 * number)
    agent = traffic.USER_AGENTS[number % len(traffic.USER_AGENTS)]
    version = f" v{number}" if number % 5 == 0 else ""
    return (
        f'{traffic.address(number)} - - [{time:%d/%b/%Y:%H:%M:%S +0000}] "GET /articles/{number % 500}?page={number % 7} '
        f'HTTP/1.1" 200 {1000 + number % 9000} "https://www.example.org/search" "{agent}{version}"\n'
    )
