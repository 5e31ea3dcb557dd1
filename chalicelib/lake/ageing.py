"""What becomes of closed days with time: their addresses' hashes go, and their raw objects where the tenant asks for that.

A Parquet without `ip` takes the place of the day's. A raw object is deleted only where the day's Parquet holds every eventId
of it. That they may be gone is marked some nights before: no reader of an old watermark misses them, and a reconcile knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

import msgspec

from chalicelib.allowlist import Entry
from chalicelib.lake import compaction, listing, parquet, parts, raw, tombstones, watermarks
from chalicelib.lake.compaction import SCRATCH
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import Objects
from chalicelib.lake.raw import Unreadable
from chalicelib.lake.watermarks import Watermark
from chalicelib.prefixes import ACCESS_COMPACTED, SUFFIX

# The salt is gone after two days. Questions compare events with access logs by these hashes for as long as those are kept; a
# day's may come a week late, and their rules end by the day of that.
IP_DAYS, WITH_LOGS = 30, (ACCESS_COMPACTED.days or 0) + 10
# Days of a tenant that one worker ages; the next night goes on.
MAX_DAYS, FEW = 30, 3
# So many days before raw objects go it is announced that they may: a night without a worker makes nothing late.
AHEAD = 7
_UNHELD = "the day's Parquet does not hold all of it"
Did = Literal["bare", "released", "left", "outrun", "refused"]


class Aged(NamedTuple):
    """What was done with a day: its addresses' hashes taken out, or so many raw objects deleted, and so many left, with why."""

    day: date
    did: Did
    deleted: int = 0
    left: int = 0
    reason: str | None = None


class _Id(msgspec.Struct, rename="camel"):
    event_id: str


_DECODE = msgspec.json.Decoder(_Id).decode


def of(entry: Entry, kind: Kind) -> Kind:
    """The kind as the tenant has it: when addresses' hashes go. Also where no address is hashed any more."""
    return kind._replace(ip_days=ip_days(entry)) if kind.merge is not None else kind


def ip_days(entry: Entry) -> int:
    """After how many days a compacted day has no addresses' hashes."""
    return entry.ip_days or (WITH_LOGS if entry.distributions else IP_DAYS)


def due(
    objects: Objects, done: list[date], mark: Watermark, today: date, kind: Kind, raw_days: int | None
) -> list[date]:
    """The days that are to be aged, in order; `done` are the compacted ones."""
    return sorted({*bare_due(done, mark, kind, today), *_raw_due(objects, mark, raw_days, today, kind)})


def bare_due(done: Iterable[date], mark: Watermark, kind: Kind, today: date) -> list[date]:
    """Those of the compacted days whose Parquet has become too old for addresses' hashes, in order."""
    old = (day for day in done if kind.is_bare(day, today) and (mark.bare is None or day > mark.bare))
    return sorted(day for day in old if day <= mark.day)


def _raw_due(objects: Objects, mark: Watermark, raw_days: int | None, today: date, kind: Kind) -> list[date]:
    """The days whose raw objects have become too old, and those that are to be marked for that, in order."""
    if raw_days is None:
        return []
    announced, last = mark.next or date.min, _to_be_released(mark, raw_days, today)
    # A day in parts is larger than one worker looks through, and a view that knows of no parts reads it and what follows raw.
    first = min(mark.parts, default=date.max)
    days = (day for day in raw.days(objects, kind.raw) if day <= mark.day and day < first)
    return [day for day in days if (today - day).days > raw_days or announced < day <= last]


def _to_be_released(mark: Watermark, raw_days: int, today: date) -> date:
    """Up to where raw objects may go in one of the next nights."""
    return min(mark.day, today - timedelta(days=raw_days - AHEAD))


def age(objects: Objects, now: datetime, kind: Kind = EVENTS, raw_days: int | None = None) -> Iterator[Aged]:
    """Age what has become too old, each day as it is taken; marks for the next night what may go then."""
    mark, today = watermarks.read(objects, kind), now.date()
    if mark is None:
        return
    yield from _bare(objects, mark, kind, now)
    if raw_days is None:
        return
    until = _to_be_released(mark, raw_days, today)
    if watermarks.move(objects, lambda now: now.announced(until, today), kind):
        released = mark.announced(until, today).released or date.min
        found = _raw_due(objects, mark, raw_days, today, kind)
        days = [day for day in found if day <= released and (today - day).days > raw_days]
        # Where they are more than a night's, others come first each night: days that cannot go hold up no other.
        turn = today.toordinal() * MAX_DAYS % max(1, len(days))
        tried = (release(objects, day, now, kind) for day in (*days[turn:], *days[:turn]))
        yield from islice((done for done in tried if done), MAX_DAYS)


def _bare(objects: Objects, mark: Watermark, kind: Kind, now: datetime) -> Iterator[Aged]:
    """Days one by one; the mark follows those that are done, so that a killed run loses nothing."""
    passed, since, today = None, mark.bare, now.date()
    # A night's own day is asked for by its name: to list a tenant's days costs as much as to write one.
    few = [] if since is None else [since + timedelta(days=number) for number in range(1, FEW + 1)]
    is_few = since is not None and not kind.is_bare(since + timedelta(days=FEW + 1), today)
    for day in bare_due(few if is_few else listing.compacted(objects, kind), mark, kind, today)[:MAX_DAYS]:
        done = strip(objects, day, kind)
        if day in mark.parts and done.did != "outrun":
            done = strip_parts(objects, day, now, kind)
        if done.did == "outrun":
            yield done
            break
        passed = day
        if done.did != "left":
            yield done
    if passed is not None:
        last = passed
        watermarks.move(objects, lambda now: msgspec.structs.replace(now, bare=max(last, now.bare or last)), kind)


def strip(objects: Objects, day: date, kind: Kind = EVENTS) -> Aged:
    """Take addresses' hashes out of the day's Parquet; `left` where it has none already."""
    key = kind.object_key(day)
    head = objects.head(key)
    if head is None or parquet.WITHOUT_IP.items() <= head.metadata.items():
        return Aged(day, "left")
    with TemporaryDirectory(prefix=SCRATCH) as name:
        held, made = Path(name) / "held.parquet", Path(name) / "made.parquet"
        if objects.fetch(key, held) != head.etag:
            return Aged(day, "outrun", reason="somebody else replaced it meanwhile")
        if fault := parquet.misfit(held):
            return Aged(day, "refused", reason=fault)
        parquet.without_ip(held, made)
        done = objects.replace(key, made.read_bytes(), {**head.metadata, **parquet.WITHOUT_IP}, head.etag)
    return Aged(day, "bare") if done else Aged(day, "outrun", reason="somebody else replaced it")


def strip_parts(objects: Objects, day: date, now: datetime, kind: Kind = EVENTS) -> Aged:
    """The same of a day in parts."""
    held = parts.read(objects, day, kind)
    if held is None or parquet.WITHOUT_IP.items() <= held.said.items():
        return Aged(day, "left")
    parts.rewrite(objects, day, parquet.without_ip, now, parquet.WITHOUT_IP, kind, is_of_rows=False)
    return Aged(day, "bare")


def release(objects: Objects, day: date, now: datetime, kind: Kind = EVENTS) -> Aged | None:
    """Delete the day's raw objects, each where the day's Parquet holds all of it; first what came late is brought in.

    None where there are no raw objects.
    """
    keys = raw.keys(objects, day, kind.raw)
    if not keys:
        return None
    done = compaction.reconcile(objects, day, now, kind)
    if done.did not in ("unchanged", "reconciled", "compacted"):
        did: Did = "outrun" if done.did == "outrun" else "left"
        return Aged(day, did, reason=done.reason or done.did)
    held = _held(objects, day, kind)
    unheld: list[Unreadable] = []
    # Not as they are found: of a day that cannot be read to its end nothing is deleted.
    found = list(_whole(objects, keys, held, unheld, tombstones.heeding(kind, objects)))
    objects.delete_all(found)
    return Aged(
        day, "released" if not unheld else "left", len(found), len(unheld), unheld[0].reason if unheld else None
    )


def _held(objects: Objects, day: date, kind: Kind) -> set[str]:
    with TemporaryDirectory(prefix=SCRATCH) as name:
        path = Path(name) / "held.parquet"
        return parquet.ids(path) if objects.fetch(kind.object_key(day), path) else set()


def _whole(objects: Objects, keys: list[str], held: set[str], unheld: list[Unreadable], kind: Kind) -> Iterator[str]:
    """Those of these objects of which every eventId is held; the others are added to `unheld`.

    A record's own object is named by its eventId. Any other is read; what was erased of it need not be held.
    """
    others = []
    for key in keys:
        if key.rpartition("/")[2].removesuffix(SUFFIX) in held:
            yield key
        else:
            others.append(key)
    for key, body in objects.read_all(raw.only_ours(others, unheld, kind.form), kind.form.most + 1):
        lines = BytesIO()
        _, reason = raw.copied(key, body, lines, kind.form)
        if reason is None and not all(_DECODE(line).event_id in held for line in lines.getvalue().splitlines()):
            reason = _UNHELD
        if reason is None:
            yield key
        else:
            unheld.append(Unreadable(key, reason))
