"""A tenant with people in every kind of store, and a byte search over all of it."""

from __future__ import annotations

import gzip
import random
import zlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from chalicelib import records
from chalicelib.access_logs.fields import FIELDS, HEADER
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.records import iso
from chalicelib.stream import batches, given_up, releasing
from chalicelib.stream.consumer import Consumer
from chalicelib.tracking.stores import DirectoryStore
from chalicelib.tracking.stream import Message, packed
from sluice.mirror import access, rejected
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


class Releasing(Clock):
    """A clock of a stage with a stream: while somebody waits, what waits there is put into its bucket."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._own = FolderObjects(folder / ".stage")
        self._consumer = Consumer(Allowlist([Entry(BUCKET)]), None, DirectoryStore(folder), self._own)

    def wait(self, seconds: float) -> None:
        super().wait(seconds)
        releasing.work(self._consumer, self._own, self.now, 300, parked=True)


def made(folder: Path, events: int, people: int, seed: int = 1, *, stream: bool = False) -> Tenant:
    """So many events of so many people, in every store, in folders; with a stream some wait there, too."""
    tenant = there(folder, stream=stream)
    fill(tenant.objects, tenant.own, events, people, seed, stream=stream)
    mirror = Mirror(folder / ".lake" / BUCKET)
    mirror.refresh(tenant.objects)
    for fetch in (access.fetch, rejected.fetch):
        fetch(tenant.objects, mirror.folder, date.min, date.max)
    return tenant


def there(folder: Path, *, stream: bool = False) -> Tenant:
    """The tenant that was made in this folder, or is yet to be."""
    objects, own = FolderObjects(folder / BUCKET), FolderObjects(folder / ".stage")
    return Tenant("local", BUCKET, objects, own, Mirror(folder / ".lake" / BUCKET), has_stream=stream)


def lines(events: int, people: int, seed: int = 1) -> dict[date, list[bytes]]:
    """The records of each day."""
    chance = random.Random(seed)
    return {day: [_line(chance, day, number, people) for number in range(events // len(DAYS))] for day in DAYS}


def sessions(events: int, people: int, seed: int = 1) -> dict[str, str]:
    """Whose each event is."""
    found = [msgspec.json.decode(line) for some in lines(events, people, seed).values() for line in some]
    return {one["eventId"]: one["sessionId"] for one in found}


def fill(objects: Objects, own: Objects, events: int, people: int, seed: int, *, stream: bool = False) -> None:
    for day, some in lines(events, people, seed).items():
        _stored(objects, own, day, _waiting(own, day, some) if stream else some)
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


def _waiting(own: Objects, day: date, lines: list[bytes]) -> list[bytes]:
    """Keep some as a batch that waits for more, and some as one that Lambda gave up; the others."""
    size = min(50, len(lines) // 10)
    gathered, given_up, others = lines[:size], lines[size : 2 * size], lines[2 * size :]
    place = records.day_prefix(day)
    batches.gather(own, [packed(Message(BUCKET, place, b"".join(gathered)))], NOW)
    data = b64encode(packed(Message(BUCKET, place, b"".join(given_up)))).decode()
    message = {"sequenceNumber": "1", "approximateArrivalTimestamp": NOW.timestamp(), "data": data}
    body = {"payload": {"Records": [{"eventID": "shard-0:1", "kinesis": message}]}}
    own.create(f"aws/lambda/{day}", msgspec.json.encode(body), {})
    return others


def _stored(objects: Objects, own: Objects, day: date, lines: list[bytes]) -> None:
    """Some alone, some in batches, most as the stream has them, and some parked."""
    place = records.day_prefix(day)
    few = min(50, len(lines) // 6)
    alone, bundles, parked = lines[:few], lines[few : len(lines) // 3], lines[-few:]
    for line in alone:
        objects.create(f"{place}{msgspec.json.decode(line)['eventId']}.json", line, {})
    for number, some in enumerate(_parts(bundles, 100)):
        objects.create(f"{place}batch.{number:032x}.json", b"".join(some), {})
    for number, some in enumerate(_parts(lines[len(lines) // 3 : -few], 4000)):
        objects.create(f"{place}stream.{number:032x}.json.gz", gzip.compress(b"".join(some)), {})
    parked_at = f"parked/{BUCKET}/{place.removeprefix('analytics/')}stream.{2**64:032x}.json.gz"
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
    own.create(f"reports/{BUCKET}/2026-W45/report.html", session(people - 1).encode(), {})
    own.create(f"reports/{BUCKET}/2026-W44/mark.json", b"{}", {})
    for one in range(people):
        objects.create(f"athena-results/{one}.csv", f'"sessionid"\n"{session(one)}"\n'.encode(), {})
    for hour, day in ((8, 9), (9, 3), (10, 4)):
        lines = "".join(_request(one, day) for one in range(people))
        name = f"access/year=2026/month=11/day={day:02d}/E1ABC2DEF3GHIJ.2026-11-{day:02d}-{hour:02d}.abcdef01.gz"
        objects.create(name, gzip.compress(f"{HEADER}{lines}".encode()), {})
    assert compaction.compact(objects, DAYS[0], NOW, REQUESTS).did == "compacted"
    compaction.advance(objects, NOW.replace(day=6), REQUESTS)


def _request(who: int, day: int) -> str:
    given: dict[str, Any] = {"date": f"2026-11-{day:02d}", "time": "09:00:00", "cs-uri-query": f"sid={session(who)}"}
    values = [str(given.get(field.name, f"id{who}" if field.name == "x-edge-request-id" else "-")) for field in FIELDS]
    return "\t".join(values) + "\n"


def _parts(lines: list[bytes], size: int) -> Iterator[list[bytes]]:
    return (lines[at : at + size] for at in range(0, len(lines), size))


def searched(*folders: Path) -> bytes:
    """Every byte of every file below these folders, unpacked, and each value of each Parquet."""
    return b"\n".join(unpacked(path) for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())


def unpacked(path: Path) -> bytes:
    """Every byte of the file, and what it holds in gzip, in Parquet, and in messages of the stream."""
    body = path.read_bytes()
    if body[:2] == b"\x1f\x8b":
        return gzip.decompress(body)
    if body[:4] == b"PAR1":
        return body + b"\n".join(_rows(path))
    if not path.name.startswith(".") and {"gathered", "aws"} & set(path.parts):
        messages = batches.messages_of(body) if "gathered" in path.parts else given_up.messages(body)
        return body + b"".join(map(zlib.decompress, messages or []))
    return body


def _rows(path: Path) -> list[bytes]:
    with duckdb.connect() as connection:
        rows = connection.execute("SELECT t::VARCHAR FROM read_parquet($path) t", {"path": str(path)}).fetchall()
    return [row.encode() for (row,) in rows]


def viewed(objects: Objects, folder: Path, what: str = "sessionid") -> dict[str, str]:
    """The view as a fresh mirror has it: the session of each eventId, or all that is `to_json(t)`, and none is there twice."""
    snapshot = Mirror(folder).refresh(objects)
    paths = [str(folder / part.path) for parts in snapshot.parts().values() for part in parts]
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"SELECT eventid, {what} FROM read_parquet($paths, union_by_name = true) t", {"paths": paths}
        ).fetchall()
    assert len({event for event, _ in rows}) == len(rows)
    return dict(rows)


def others(folder: Path, gone: Iterable[str]) -> Counter[bytes]:
    """The lines of what was refused and of access logs, and whole answers and reports, that name none of these people."""
    found = Counter[bytes]()
    for part in ("rejected", "access", "access-compacted", "athena-results", "reports"):
        for path in sorted((folder / BUCKET / part).rglob("*")) + sorted((folder / ".stage" / part).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                text = b"\n".join(_rows(path)) if path.suffix == ".parquet" else unpacked(path)
                found.update([text] if part in {"athena-results", "reports"} else text.split(b"\n"))
    names = [one.encode() for one in gone]
    return Counter({line: number for line, number in found.items() if line and not any(one in line for one in names)})
