"""How far a tenant's days are compacted, and how far older ones are aged: one small object of its bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime

import msgspec

from chalicelib.lake import raw
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BrokenLake, Head, Objects

# A hundred bytes, and thirteen for each day that is in parts; somebody else's object may have any number.
MAX_WATERMARK = 64_000
# A day that is compacted in its own night is too new to lose anything.
NEW = 2


class BrokenWatermark(BrokenLake):
    """A watermark that is not one; the message says what is wrong, and what to do."""


class Watermark(msgspec.Struct, frozen=True, omit_defaults=True):
    """The last day up to which every day is compacted, or has nothing to compact.

    Up to `bare` no day's Parquet has addresses' hashes. Up to `released` raw objects may be gone on purpose; up to `next` from
    the night after `asked` on. `parts`: those days that are read from the files of their manifest, and not from one file.
    """

    day: date
    bare: date | None = None
    released: date | None = None
    next: date | None = None
    asked: date | None = None
    parts: tuple[date, ...] = ()

    def announced(self, until: date, tonight: date) -> Watermark:
        """The same, with what was announced on an earlier night released, and this announced for the nights after this one."""
        if self.asked is not None and self.asked >= tonight:
            return self
        released = self.released if self.next is None else max(self.next, self.released or date.min)
        return msgspec.structs.replace(self, released=released, next=until, asked=tonight)


def read(objects: Objects, kind: Kind = EVENTS) -> Watermark | None:
    """The bucket's watermark; None where all is raw. Raises BrokenWatermark."""
    body = objects.read(kind.watermark, MAX_WATERMARK)
    if body is None:
        return None
    try:
        found = msgspec.json.decode(body, type=Watermark)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _broken(kind, str(error)) from None
    for day in filter(None, (found.day, found.bare, found.released, found.next, *found.parts)):
        # No clock is two days wrong; a day that is still to come would hide every raw day before it.
        if raw.day_of(day.isoformat()) is None or day >= datetime.now(UTC).date():
            raise _broken(kind, f"{day} is not over")
    if found.asked is not None and found.asked > datetime.now(UTC).date():
        raise _broken(kind, f"{found.asked} is still to come")
    return found


def is_released(objects: Objects, day: date, kind: Kind = EVENTS) -> bool:
    """Whether the day's raw objects may be gone because Sluice deleted them."""
    found = read(objects, kind) if kind.merge is not None else None
    return found is not None and found.released is not None and day <= found.released


def is_bare(objects: Objects, day: date, today: date, kind: Kind = EVENTS) -> bool:
    """Whether the day's Parquet has no address's hash: by the entry, or, for those who do not know it, by the mark."""
    if kind.merge is None or kind.is_bare(day, today) or (today - day).days <= NEW:
        return kind.is_bare(day, today)
    found = read(objects, kind)
    return found is not None and found.bare is not None and day <= found.bare


def move(objects: Objects, change: Callable[[Watermark], Watermark], kind: Kind = EVENTS) -> bool:
    """Change the marks that there are; False where somebody else was faster, or there are none."""
    head = objects.head(kind.watermark)
    return head is not None and _replaced(objects, head, change, kind)


def advance(objects: Objects, day: date, parts: Iterable[date] = (), kind: Kind = EVENTS) -> bool:
    """Make the watermark of this day, or move it there, with these days in parts; False where somebody else was faster."""
    head = objects.head(kind.watermark)
    if head is None:
        return objects.create(kind.watermark, msgspec.json.encode(Watermark(day, parts=tuple(sorted(parts)))), {})

    def moved(now: Watermark) -> Watermark:
        return msgspec.structs.replace(now, day=max(now.day, day), parts=tuple(sorted({*now.parts, *parts})))

    return _replaced(objects, head, moved, kind)


def _replaced(objects: Objects, head: Head, change: Callable[[Watermark], Watermark], kind: Kind) -> bool:
    now = read(objects, kind)
    if now is None:
        return False
    after = change(now)
    return after == now or objects.replace(kind.watermark, msgspec.json.encode(after), {}, head.etag)


def _broken(kind: Kind, why: str) -> BrokenWatermark:
    return BrokenWatermark(f"{kind.watermark} is not a watermark: {why}. Delete it; the next compaction makes it again")
