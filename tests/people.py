"""A tenant with people in every kind of store, and a byte search over all of it."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from chalicelib import records
from chalicelib.access_logs.fields import FIELDS, HEADER
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.records import iso
from sluice.mirror.mirror import Mirror
from sluice.subjects.erasure import Tenant
from tests.records import record

BUCKET = "shop-analytics"
START = datetime(2026, 11, 1, 9, tzinfo=UTC)
NOW = datetime(2026, 11, 9, 12, tzinfo=UTC)  # days up to the 7th are closed
DAYS = [date(2026, 11, day) for day in (3, 4, 5, 8, 9)]
COMPACTED = DAYS[:2]


def session(number: int) -> str:
    return f"session-{number:06d}-{number * 7919 % 99991:05d}"


class Clock:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def made(folder: Path, events: int, people: int, seed: int = 1) -> Tenant:
    """So many events of so many people, in every store, in folders."""
    objects, own = FolderObjects(folder / BUCKET), FolderObjects(folder / ".stage")
    fill(objects, own, events, people, seed)
    mirror = Mirror(folder / ".lake" / BUCKET)
    mirror.refresh(objects)
    return Tenant("local", BUCKET, objects, own, mirror)


def fill(objects: Objects, own: Objects, events: int, people: int, seed: int) -> None:
    chance = random.Random(seed)
    for day in DAYS:
        lines = [_line(chance, day, number, people) for number in range(events // len(DAYS))]
        _stored(objects, own, day, lines)
    for day in COMPACTED:
        assert compaction.compact(objects, day, NOW).did == "compacted"
    compaction.advance(objects, NOW.replace(day=5))
    _others(objects, own, people)


def _line(chance: random.Random, day: date, number: int, people: int) -> bytes:
    who = chance.randrange(people)
    at = iso(datetime(day.year, day.month, day.day, 9, tzinfo=UTC) + timedelta(seconds=number % 9000))
    fields = {
        "session_id": session(who),
        "visitor_id": f"{day.day:02d}{who:014x}",
        "page": f"https://shop.example/{number % 50}",
    }
    return records.encode(record(f"{day:%m%d}{number:08d}abcdefgh", timestamp=at, server_timestamp=at, **fields))


def _stored(objects: Objects, own: Objects, day: date, lines: list[bytes]) -> None:
    """Some alone, some in batches, most as the stream has them, and some parked."""
    place = records.day_prefix(day)
    alone, batches, parked = lines[:40], lines[40 : len(lines) // 3], lines[-50:]
    for line in alone:
        objects.create(f"{place}{msgspec.json.decode(line)['eventId']}.json", line, {})
    for number, some in enumerate(_parts(batches, 100)):
        objects.create(f"{place}batch.{number:032x}.json", b"".join(some), {})
    for number, some in enumerate(_parts(lines[len(lines) // 3 : -50], 4000)):
        objects.create(f"{place}stream.{number:032x}.json.gz", gzip.compress(b"".join(some)), {})
    parked_at = f"parked/{BUCKET}/{place.removeprefix('analytics/')}stream.{0:032x}.json.gz"
    own.create(parked_at, gzip.compress(b"".join(parked)), {"since": iso(NOW)})


def _others(objects: Objects, own: Objects, people: int) -> None:
    kept = [
        {
            "reason": "InvalidField",
            "serverTimestamp": iso(START),
            "body": f'{{"sessionId":"{session(one)}","eventType":"x"}}',
        }
        for one in range(people)
    ]
    rejected = b"".join(msgspec.json.encode(one) + b"\n" for one in kept)
    objects.create("rejected/reason=InvalidField/year=2026/month=11/day=08/1-a.json", rejected, {})
    own.create(f"reports/{BUCKET}/2026-W44/report.html", session(3).encode(), {})
    own.create(f"reports/{BUCKET}/2026-W44/mark.json", b"{}", {})
    for one in range(people):
        objects.create(f"athena-results/{one}.csv", f'"sessionid"\n"{session(one)}"\n'.encode(), {})
    for hour, day in ((8, 9), (9, 3)):
        lines = "".join(_request(one, day) for one in range(people))
        name = f"access/year=2026/month=11/day={day:02d}/E1ABC2DEF3GHIJ.2026-11-{day:02d}-{hour:02d}.abcdef01.gz"
        objects.create(name, gzip.compress(f"{HEADER}{lines}".encode()), {})


def _request(who: int, day: int) -> str:
    given: dict[str, Any] = {"date": f"2026-11-{day:02d}", "time": "09:00:00", "cs-uri-query": f"sid={session(who)}"}
    values = [str(given.get(field.name, f"id{who}" if field.name == "x-edge-request-id" else "-")) for field in FIELDS]
    return "\t".join(values) + "\n"


def _parts(lines: list[bytes], size: int) -> Iterator[list[bytes]]:
    return (lines[at : at + size] for at in range(0, len(lines), size))


def searched(*folders: Path) -> bytes:
    """Every byte of every file below these folders, unpacked, and each value of each Parquet."""
    return b"\n".join(_plain(path) for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())


def _plain(path: Path) -> bytes:
    body = path.read_bytes()
    if body[:2] == b"\x1f\x8b":
        return gzip.decompress(body)
    if body[:4] == b"PAR1":
        with duckdb.connect() as connection:
            rows = connection.execute("SELECT t::VARCHAR FROM read_parquet($path) t", {"path": str(path)}).fetchall()
        return body + "\n".join(row for (row,) in rows).encode()
    return body


def viewed(objects: Objects, folder: Path) -> dict[str, str]:
    """The view as a fresh mirror has it: the session of each eventId, and whether one is there twice."""
    snapshot = Mirror(folder).refresh(objects)
    paths = [str(folder / part.path) for parts in snapshot.parts().values() for part in parts]
    with duckdb.connect() as connection:
        sql = "SELECT eventid, sessionid FROM read_parquet($paths, union_by_name = true)"
        rows = connection.execute(sql, {"paths": paths}).fetchall()
    assert len({event for event, _ in rows}) == len(rows)
    return dict(rows)
