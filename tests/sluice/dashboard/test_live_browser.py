"""The page Live over a stream, in a real browser: what waits is on the screen within three seconds, without a reload."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from playwright.sync_api import Locator, expect

from chalicelib.records import day_prefix, iso
from chalicelib.tracking.segments import FileStream
from chalicelib.tracking.stream import Message, packed
from tests.lake_events import ANN, EVENTS, PAGE, event
from tests.screens import SECOND, Look, running, settled, shot
from tests.shops import BUCKET, make, store


def test_what_waits_in_the_stream_is_seen_within_three_seconds(tmp_path: Path, look: Look) -> None:
    project = make(tmp_path)
    store(project, EVENTS[:1])
    stream = FileStream(project / "stream")
    with running(project, STORE=f"dir:{project}/data", STREAM=f"dir:{project}/stream") as address:
        page = settled(look(f"{address}/live?bucket={BUCKET}"))
        views = page.locator("[data-testid=stMetric]").nth(1)
        # The first opens the day; of the others one has to be quick, whatever else this machine does meanwhile.
        took = [seen(stream, views, number) for number in range(1, 5)]
        shot(page, "live-stream")
    stream.close()
    assert min(took[1:]) < 3
    assert len(list((project / "data" / BUCKET / "analytics").rglob("*.json"))) == 1


def seen(stream: FileStream, views: Locator, number: int) -> float:
    """Seconds from the message to the sight of this many page views."""
    started, now = monotonic(), datetime.now(UTC)
    record = event(number, "09 10:00:00", PAGE, f"/{number}", ANN)
    record |= {"timestamp": iso(now), "serverTimestamp": iso(now)}
    del record["dt"]
    stream.send(packed(Message(BUCKET, day_prefix(now.date()), json.dumps(record).encode())), "key")
    expect(views).to_contain_text(str(number), timeout=30 * SECOND)
    return monotonic() - started
