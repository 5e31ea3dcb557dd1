"""Ten weeks of a tenant whose every day is known, as the tracker would have stored them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import msgspec

from chalicelib.records import day_prefix
from tests.records import fields

BUCKET = "shop-analytics"
FIRST, DAYS = date(2026, 1, 5), 70
# Twenty visits a day. On one day a letter brings forty more, and four days later two are silent.
LETTER, SILENT = date(2026, 3, 6), (date(2026, 3, 10), date(2026, 3, 11))
NEWS = {"source": "news", "medium": "email", "campaign": "spring", "term": None, "content": None}


def fill(store: Path) -> None:
    """Put them into a stage's folder."""
    for place in range(DAYS):
        day = FIRST + timedelta(place)
        visits = 0 if day in SILENT else 60 if day == LETTER else 20
        file = store / BUCKET / day_prefix(day) / "all.json"
        file.parent.mkdir(parents=True)
        file.write_bytes(msgspec.json.Encoder().encode_lines(_visit(day, number) for number in range(visits)))


def _visit(day: date, number: int) -> dict[str, object]:
    at = f"{day}T10:00:{number:02}.000Z"
    came = {"utm": NEWS} if number >= 20 else {"referrer": "https://www.google.com"} if number % 2 else {}
    device = {"device_type": "mobile" if number % 4 else "desktop", "browser": None, "os": None}
    sent = {"timestamp": at, "serverTimestamp": at, "page": "https://shop.example/", "sessionId": f"s-{number}"}
    return fields(f"event-{day}-{number:03}", **sent, **came, device=device)
