"""Messages of the stream into their tenants' buckets: one object for each bucket and day, however many records that is.

An object is named by its events, and created only where it is not there: what is delivered again in the same batch is stored
once, and what comes again in another batch is a copy that the lake drops. One tenant's broken bucket holds up no other.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import lru_cache, partial
from time import monotonic
from typing import NamedTuple

import msgspec

from chalicelib.allowlist import Allowlist
from chalicelib.lake import tombstones
from chalicelib.lake.objects import Objects
from chalicelib.lake.raw import MAX_BYTES
from chalicelib.lake.tombstones import Tombstones
from chalicelib.names import is_bucket_name
from chalicelib.prefixes import RECORDS
from chalicelib.records import day_prefix, stream_name
from chalicelib.stream import parking
from chalicelib.tracking.stores import NoSuchBucket, Put, Store, StoreUnavailable
from chalicelib.tracking.stream import BrokenMessage, unpacked

# As many puts at once as the store's client keeps connections.
PUTTERS = 32
# A bucket that failed is not asked again for so long: each try may take nine seconds.
REST = 60.0
_FOLDER = re.compile(rf"{RECORDS.path}year=(\d{{4}})/month=(\d\d)/day=(\d\d)/")


class _Id(msgspec.Struct, rename="camel"):
    event_id: str


_id = msgspec.json.Decoder(_Id).decode
Place = tuple[str, str]  # a bucket, and what the keys of a day begin with
Groups = dict[Place, dict[str, bytes]]  # the lines of each place by their events' ids


class Object(NamedTuple):
    """What is put at once: where, under which key, and how many records it has."""

    bucket: str
    key: str
    body: bytes
    records: int


class Read(NamedTuple):
    """Messages by their places: the records of each by their ids, how many were sent, and the messages that cannot be read."""

    groups: Groups
    records: int
    broken: list[bytes]


class Consumed(NamedTuple):
    """What became of messages: their records, the objects put and parked, the copies dropped, the messages set aside.

    `erased`: the records of people who were erased while these were in the stream.
    """

    records: int = 0
    objects: int = 0
    parked: int = 0
    duplicates: int = 0
    unreadable: int = 0
    erased: int = 0

    def plus(self, more: Consumed) -> Consumed:
        """Both together."""
        return Consumed(*(one + other for one, other in zip(self, more, strict=True)))


class Consumer:
    """Puts what the stream holds, in the threads of one worker."""

    def __init__(
        self,
        allowlist: Allowlist,
        owner: str | None,
        store: Store,
        own: Objects,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._allowlist, self._owner, self._store, self._own, self._clock = allowlist, owner, store, own, clock
        self._failed: dict[str, float] = {}

    def consume(self, found: Read, now: datetime) -> Consumed:
        """Put every record, or park it; raises what parking raises, and then the messages have to come again."""
        for data in found.broken:
            parking.set_aside(self._own, data)
        groups = _without_erased(found.groups, tombstones.lately(self._own))
        objects = [one for place, lines in groups.items() for one in made(place, lines)]
        with ThreadPoolExecutor(PUTTERS) as putters:
            landed = sum(putters.map(partial(self._land, now), objects))
        once, kept = (sum(map(len, some.values())) for some in (found.groups, groups))
        return Consumed(kept, landed, len(objects) - landed, found.records - once, len(found.broken), once - kept)

    def put(self, one: Object) -> str | None:
        """Put the object into its bucket, if it is not there yet; why that failed, in a word, or None."""
        entry = self._allowlist.find(one.bucket)
        if entry is None:
            return "NotAllowed"
        try:
            answer = self._store.put(entry.owner or self._owner, one.bucket, one.key, one.body)
        except NoSuchBucket:
            return "NoSuchBucket"
        except StoreUnavailable as error:
            return str(error)
        assert answer in {Put.NEW, Put.DUPLICATE}
        return None

    def _land(self, now: datetime, one: Object) -> bool:
        """Whether the object is in its bucket; it is parked where not."""
        if self._clock() >= self._failed.get(one.bucket, 0.0):
            if self.put(one) is None:
                return True
            self._failed[one.bucket] = self._clock() + REST
        parking.park(self._own, one.bucket, one.key, one.body, now)
        return False


def _without_erased(groups: Groups, erased: Mapping[str, Tombstones]) -> Groups:
    """The records that nobody has had erased."""
    return {
        (bucket, folder): lines
        if (stones := erased.get(bucket)) is None
        else {event_id: line for event_id, line in lines.items() if not stones.covers_line(line)}
        for (bucket, folder), lines in groups.items()
    }


def read(messages: Iterable[bytes]) -> Read:
    """The messages' records, the first one of each id in a place."""
    groups: Groups = {}
    records, broken = 0, []
    for data in messages:
        try:
            records += _group(groups, data)
        except BrokenMessage:
            broken.append(data)
    return Read(groups, records, broken)


def made(place: Place, lines: dict[str, bytes]) -> Iterator[Object]:
    """The objects of a day's records, by their ids: one, or several that are each small enough to be read."""
    some: dict[str, bytes] = {}
    size = 0
    for event_id, line in lines.items():
        if size + len(line) > MAX_BYTES:
            yield _object(place, some)
            some, size = {}, 0
        some[event_id], size = line, size + len(line)
    if some:
        yield _object(place, some)


def _object(place: Place, lines: dict[str, bytes]) -> Object:
    bucket, folder = place
    body = gzip.compress(b"".join(lines.values()), 6, mtime=0)
    return Object(bucket, folder + stream_name(lines), body, len(lines))


def _group(groups: Groups, data: bytes) -> int:
    """Add the message's records to those of its place, the first one of each id; how many it has. Raises BrokenMessage."""
    message = unpacked(data)
    if not (is_bucket_name(message.bucket) and _is_day(message.folder)):
        raise BrokenMessage("names no day of a bucket")
    try:
        found = [(_id(line).event_id, line + b"\n") for line in message.lines.split(b"\n") if line]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise BrokenMessage("has no records") from None
    place = groups.setdefault((message.bucket, message.folder), {})
    for event_id, line in found:
        place.setdefault(event_id, line)
    return len(found)


@lru_cache(maxsize=1000)  # a batch's messages are of few days
def _is_day(folder: str) -> bool:
    found = _FOLDER.fullmatch(folder)
    try:
        return found is not None and day_prefix(date(*map(int, found.groups()))) == folder
    except ValueError:
        return False
