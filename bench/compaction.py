"""A day of one-event files: compacting it, and what a question costs before and after; reading it raw, and its memory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench import processes
from bench.imports import MEMORY
from bench.tables import Row

SMALL, DAY, LARGE = 10_000, 100_000, 300_000
# Objects of somebody else's in one day, and the bytes of each.
FOREIGN, FOREIGN_BYTES = 320, 150_000_000
TARGET_SECONDS, TARGET_MB = 5, 1024
QUESTION = "SELECT device.device_type AS device, count(*) AS events FROM {source} GROUP BY 1 ORDER BY 1"
CLOSED = datetime.now(UTC).date() - timedelta(days=3)


def run() -> list[Row]:
    with TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        for size in (SMALL, DAY, LARGE):
            _write(Path(folder) / str(size), size)
        small, large = (_child("of_mirror", folder, size) for size in (SMALL, DAY))
        day, more = (_child("of_compaction", folder, size) for size in (DAY, LARGE))
        _spoil(Path(folder) / str(SMALL))
        foreign = _child("of_mirror", folder, SMALL, "foreign")
        raw, packed = _child("of_question", folder, DAY)
    return [
        *_compaction_rows(day, more),
        *_question_rows(raw, packed, day),
        *_memory_rows(small[1], large[1], foreign[1]),
    ]


def of_compaction(root: str, size: int) -> tuple[float, float, int, int]:
    """Seconds and peak megabytes of compacting the day; the bytes before and after."""
    from bench.memory import peak_mb
    from chalicelib.lake import compaction
    from chalicelib.lake.objects import FolderObjects

    folder = Path(root) / str(size)
    started = perf_counter()
    outcome = compaction.compact(FolderObjects(folder), CLOSED, datetime.now(UTC))
    spent = perf_counter() - started
    assert (outcome.did, outcome.records) == ("compacted", size), outcome
    before = sum(path.stat().st_size for path in (folder / "analytics").rglob("*.json"))
    return spent, peak_mb(), before, (folder / compaction.object_key(CLOSED)).stat().st_size


def of_question(root: str, size: int) -> tuple[float, float]:
    """Seconds of the device breakdown over the raw files, each read by DuckDB, and over the view of the compacted day."""
    import duckdb

    from chalicelib.lake import compaction
    from chalicelib.lake.columns import columns
    from chalicelib.lake.objects import FolderObjects
    from sluice.mirror import view
    from sluice.mirror.mirror import Mirror

    folder = Path(root) / str(size)
    shape = json.dumps({column.field: column.duckdb for column in columns()})
    files = f"read_text('{folder}/analytics/*/*/*/*.json')"
    source = f"(SELECT unnest(from_json(content, '{shape}')) FROM {files})"
    raw = _seconds(lambda: duckdb.connect().execute(QUESTION.format(source=source)).fetchall())
    objects, mirror = FolderObjects(folder), Mirror(Path(root) / "mirror")
    compaction.advance(objects, datetime.now(UTC))
    snapshot = mirror.refresh(objects)
    with view.connect({"events": view.Source(mirror.folder, snapshot)}) as connection:
        ask = QUESTION.format(source="events")
        assert sum(row[1] for row in connection.execute(ask).fetchall()) == size
        return raw, min(_seconds(lambda: connection.execute(ask).fetchall()) for _ in range(5))


def of_mirror(root: str, size: int, mirror: str = "raw") -> tuple[float, float]:
    """Seconds and peak megabytes of reading the raw day for a query."""
    from bench.memory import peak_mb
    from chalicelib.lake.objects import FolderObjects
    from sluice.mirror.mirror import Mirror

    made = Mirror(Path(root) / f"{mirror}-{size}")
    spent = _seconds(lambda: made.refresh(FolderObjects(Path(root) / str(size))))
    return spent, peak_mb()


def _compaction_rows(day: list[float], more: list[float]) -> list[Row]:
    growth = more[0] / day[0] / (LARGE / DAY)
    return [
        Row(f"compacting {DAY:,} files", f"{day[0]:.1f} s", "", "", f"<= {TARGET_SECONDS} s", day[0] <= TARGET_SECONDS),
        Row("its peak memory", f"{day[1]:.0f} MB", "", "", f"<= {TARGET_MB} MB", day[1] <= TARGET_MB),
        Row(
            f"compacting {LARGE:,} files",
            f"{more[0]:.1f} s",
            f"{LARGE // DAY} x the smaller",
            f"{growth:.2f}",
            "<= 1.30",
            growth <= 1.3,
        ),
        Row("its peak memory", f"{more[1]:.0f} MB", "", "", f"<= {TARGET_MB} MB", more[1] <= TARGET_MB),
    ]


def _question_rows(raw: float, packed: float, day: list[float]) -> list[Row]:
    faster, smaller = raw / packed, day[2] / day[3]
    return [
        Row(
            "devices of the compacted day",
            f"{1000 * packed:.1f} ms",
            f"raw files {raw:.1f} s",
            f"1/{faster:.0f}",
            "<= 1/100",
            faster >= 100,
        ),
        Row(
            "its bytes",
            f"{day[3] / 1e6:.1f} MB",
            f"raw {day[2] / 1e6:.0f} MB",
            f"1/{smaller:.0f}",
            "<= 1/10",
            smaller >= 10,
        ),
    ]


def _memory_rows(small: float, large: float, foreign: float) -> Iterator[Row]:
    peaks = {
        f"reading {DAY:,} raw files, peak memory": large,
        f"{SMALL:,} and {FOREIGN} foreign ones of {FOREIGN_BYTES / 1e6:.0f} MB": foreign,
    }
    for name, peak in peaks.items():
        ratio = peak / small
        yield Row(name, f"{peak:.0f} MB", f"{SMALL:,} files {small:.0f} MB", f"{ratio:.2f}", "<= 2.00", ratio <= 2)


def _child(function: str, *arguments: object) -> Any:
    return processes.measure("bench.compaction", function, dict(os.environ), *arguments)


def _seconds(action: Any) -> float:
    started = perf_counter()
    action()
    return perf_counter() - started


def _write(folder: Path, size: int) -> None:
    from chalicelib import records

    day = folder / records.day_prefix(CLOSED)
    day.mkdir(parents=True)
    for number in range(size):
        record = _record(number, CLOSED)
        (day / f"{record.event_id}.json").write_bytes(records.encode(record))


def _spoil(folder: Path) -> None:
    """Put objects of somebody else's into the day."""
    (day,) = folder.glob("analytics/*/*/*")
    for number in range(FOREIGN):
        with (day / f"foreign-{number}.json").open("wb") as file:
            file.truncate(FOREIGN_BYTES)


def _record(number: int, day: date) -> Any:
    """A record as a browser's events become them; nine a session, a tenth of the events of one page."""
    from chalicelib.events import Viewport
    from chalicelib.records import Device, Location, Utm
    from tests.records import record

    moment = f"{day}T{number // 7 % 24:02d}:{number // 3 % 60:02d}:{number % 60:02d}"
    visitor = number // 9
    return record(
        f"{number * 2654435761 % 2**128:032x}",
        event_type=("page_view", "page_view", "page_view", "scroll_depth", "time_on_page", "cta_click")[number % 6],
        timestamp=f"{moment}.000Z",
        server_timestamp=f"{moment}.120Z",
        page=f"https://shop.example/articles/{number % 500 if number % 10 else 1}",
        session_id=f"{visitor * 7919 % 2**64:016x}" if visitor % 3 else None,
        ip=f"{visitor * 104729 % 2**64:016x}",
        visitor_id=f"{visitor * 15485863 % 2**64:016x}",
        location=Location("CA", "ON", ("Toronto", "Ottawa", "London")[visitor % 3]),
        device=Device(
            ("mobile", "desktop", "tablet")[visitor % 3], "Chrome", ("Android", "Windows", "iOS")[visitor % 3]
        ),
        viewport=Viewport(1920, 1080),
        referrer=("https://www.google.com", "https://news.ycombinator.com", None)[visitor % 3],
        utm=Utm("news", "email", "spring") if visitor % 10 == 0 else Utm(),
        user_agent=f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/{100 + visitor % 40}.0.0.0",
        metadata='{"percent":50}' if number % 6 == 3 else None,
    )
