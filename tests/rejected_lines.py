"""What was refused for a tenant, written by hand, and what each question answers of it, worked out on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from chalicelib.tracking.rejected import Kept, object_key
from sluice.mirror import rejected

TYPE, PAGE = "eventType must be a string", "page must be a URL"
BODY = '{"bucket":"shop-analytics"}'
# When, the reason, the field, the message, how many it counts for, the body.
Refusal = tuple[str, str, str | None, str, int, str | None]
REFUSALS: tuple[Refusal, ...] = (
    ("09 10:00:00", "InvalidField", "eventType", TYPE, 1, BODY),
    ("09 23:59:59", "InvalidField", "eventType", TYPE, 4, '{"bucket":"shop-analytics","eventType":7}'),
    ("09 12:00:00", "OriginNotAllowed", None, "not from there", 3, None),
    ("10 00:00:00", "InvalidField", "page", PAGE, 2, BODY),
    ("10 09:00:00", "InvalidJson", None, "not JSON", 10, "{"),
    # A day after what is asked for.
    ("19 09:00:00", "InvalidJson", None, "not JSON", 100, "{"),
)
# A question, its parameters, the names of its columns, and its answer: the weights are what is counted.
ANSWERS: tuple[tuple[str, str, str, list[tuple[Any, ...]]], ...] = (
    (
        "rejected-days",
        "",
        "day reason refused",
        [
            ("2026-11-09", "InvalidField", 5),
            ("2026-11-09", "OriginNotAllowed", 3),
            ("2026-11-10", "InvalidJson", 10),
            ("2026-11-10", "InvalidField", 2),
        ],
    ),
    (
        "rejected-reasons",
        "",
        "reason refused share first_came last_came",
        [
            ("InvalidJson", 10, 50.0, "2026-11-10T09:00:00.000Z", "2026-11-10T09:00:00.000Z"),
            ("InvalidField", 7, 35.0, "2026-11-09T10:00:00.000Z", "2026-11-10T00:00:00.000Z"),
            ("OriginNotAllowed", 3, 15.0, "2026-11-09T12:00:00.000Z", "2026-11-09T12:00:00.000Z"),
        ],
    ),
    (
        "rejected-fields",
        "",
        "reason field message refused",
        [
            ("InvalidJson", None, "not JSON", 10),
            ("InvalidField", "eventType", TYPE, 5),
            ("OriginNotAllowed", None, "not from there", 3),
            ("InvalidField", "page", PAGE, 2),
        ],
    ),
    ("rejected-fields", "limit=1", "reason field message refused", [("InvalidJson", None, "not JSON", 10)]),
    (
        "rejected-latest",
        "limit=2",
        "servertimestamp reason field message weight body",
        [
            ("2026-11-10T09:00:00.000Z", "InvalidJson", None, "not JSON", 10, "{"),
            ("2026-11-10T00:00:00.000Z", "InvalidField", "page", PAGE, 2, BODY),
        ],
    ),
)


def write(bucket: Path, refusals: Iterable[Refusal] = REFUSALS) -> None:
    """Put these into the bucket's folder as the tracker does, an object each."""
    for number, (at, reason, field, message, weight, body) in enumerate(refusals):
        moment = datetime.strptime(f"2026-11-{at}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        kept = Kept(reason, field, message, f"{moment:%Y-%m-%dT%H:%M:%S}.000Z", 27, weight, body is not None, body)
        path = bucket / object_key(reason, moment, number.to_bytes(8))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(kept) + b"\n")


def fill(connection: duckdb.DuckDBPyConnection, bucket: Path) -> None:
    """Make the table `refusals` of these, read from this folder, with the columns that questions find in a lake."""
    write(bucket)
    connection.execute(f"CREATE TABLE refusals AS {rejected.view([*bucket.rglob('*.json')])}")


def kept_line() -> bytes:
    """What the tracker keeps of an event as the browser client sends it, with a wrong field."""
    sent = {
        **{"bucket": "shop-analytics", "eventType": 7, "eventId": "0198c2f0-8a1b-7c3d-9e4f-5a6b7c8d9e0f"},
        **{"page": "https://shop.example/bags/day-pack", "referrer": "https://www.google.com/"},
        **{"sessionId": "0198c2f0-8a1b-7c3d-9e4f-5a6b7c8d9e0e", "timestamp": "2026-11-09T10:00:00.000Z"},
        **{"viewport": {"width": 1280, "height": 800}, "metadata": {"percent": 50}},
    }
    body = msgspec.json.encode(sent).decode()
    kept = Kept("InvalidField", "eventType", TYPE, "2026-11-09T10:00:00.000Z", len(body), 1, True, body)
    return msgspec.json.encode(kept) + b"\n"
