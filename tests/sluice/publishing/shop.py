"""A shop whose visitor-days a test writes one by one, in the week of 2 to 8 March 2026."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from chalicelib import records
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import Location, Record
from tests.conftest import BUCKET
from tests.records import record

WEEK = "2026-W10"
PAGES = ("/", "/bags", "/shoes", "/hats")
TOML = f"""[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "{BUCKET}"
sites = ["shop.example"]

[stages.local.allow.publish]
pages = ["/", "/bags", "/shoes", "/hats"]
most_pages = 2
"""


def visitor(
    who: str,
    day: int,
    pages: Sequence[str] = ("/",),
    *,
    country: str | None = "DE",
    referrer: str | None = None,
    session: str | None = None,
    hour: int = 10,
) -> list[Record]:
    """One visitor-day: a view of each of these pages, a minute apart."""
    made = []
    for number, page in enumerate(pages):
        at = f"2026-03-{day:02}T{hour:02}:{number:02}:00.000Z"
        made.append(
            record(
                f"{who}-{day}-{hour}-{number}-0123456789",
                timestamp=at,
                server_timestamp=at,
                page=f"https://shop.example{page}",
                visitor_id=who,
                session_id=session,
                referrer=referrer,
                location=Location(country=country),
            )
        )
    return made


def fill(store: Path, found: Sequence[Record]) -> None:
    """Store the records as the tracker does, in batches of a day."""
    objects = FolderObjects(store / BUCKET)
    by_day: dict[str, list[bytes]] = {}
    for one in found:
        by_day.setdefault(one.timestamp[:10], []).append(records.encode(one))
    for day, lines in by_day.items():
        name = f"batch.{len(list(objects.keys('analytics/'))):032x}.json"
        assert objects.create(f"{records.day_prefix(date.fromisoformat(day))}{name}", b"".join(lines), {})


def numbers(path: Path) -> dict[str, dict[str, int]]:
    """The numbers of the last week in a published JSON, by part and key."""
    week = msgspec.json.decode(path.read_bytes())["weeks"][-1]
    return {part["name"]: {one["key"]: one["value"] for one in part["numbers"]} for part in week["parts"]}
