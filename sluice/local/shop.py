"""The demo shop under /demo/ of the local server, and what its visits have just stored."""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from chalicelib.records import Record, day_prefix
from sluice.local import shipped
from sluice.local.demo_days import BUCKET

PREFIX = "/demo/"
LANDED = f"{PREFIX}landed.json"
SHOWN = 12
FOLDER = shipped.FOLDER / "demo"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
}


class Page(NamedTuple):
    """What is answered: a body and its type."""

    body: bytes
    kind: str


def page(path: str, store: Path) -> Page | None:
    """The file at a path of the shop, or the newest records of this store; None if there is nothing."""
    if path == LANDED:
        return Page(msgspec.json.encode(landed(store, datetime.now(UTC).date())), "application/json")
    name = path.removeprefix(PREFIX) or "index.html"
    # The names that there are, and not a path that the client makes up; the folder also has what the demo's visits are made of.
    file = {one.name: one for one in FOLDER.iterdir() if one.suffix in TYPES}.get(name)
    return None if file is None else Page(file.read_bytes(), TYPES[file.suffix])


def landed(store: Path, today: date) -> list[Record]:
    """The records of the demo's bucket that were stored last, the newest first."""
    days = (store / BUCKET / day_prefix(day) for day in (today - timedelta(days=1), today))
    newest = heapq.nlargest(SHOWN, (found for day in days for found in _files(day)))
    lines = [line for _, path in newest for line in reversed(Path(path).read_bytes().splitlines())]
    return [msgspec.json.decode(line, type=Record) for line in lines[:SHOWN]]


def _files(folder: Path) -> Iterator[tuple[int, str]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        yield from ((entry.stat().st_mtime_ns, entry.path) for entry in entries)
