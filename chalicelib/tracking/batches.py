"""Several events of one tenant: the envelope, each event judged on its own, what is worked out once, and the objects put."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import msgspec

from chalicelib import bodies, events, privacy, records
from chalicelib.events import MAX_BODY, Event
from chalicelib.logs import BATCH, Sent
from chalicelib.receipts import Fault, Queued, Receipt
from chalicelib.records import Cleaning, Filing, Record
from chalicelib.rejections import InvalidField, InvalidJson, MissingField, PayloadTooLarge, Rejection
from chalicelib.tracking.deadline import Over
from chalicelib.tracking.stores import Put

MAX_EVENTS = 100
MAX_BATCH = 256 * 1024
# Threads of one batch: the connections that the client keeps are enough for three batches at once.
PUTTERS = 16
FIELDS = ("bucket", "events")
REQUIRED = {
    "bucket": events.REQUIRED["bucket"],
    "events": "You must give the events as a list in the request body",
}

Said = tuple[str, str | None, bytes | None]  # the name, the session and the salt of an event


class Batch(NamedTuple):
    """The tenant's bucket, its events, and next to them why others are refused, by their places in what was sent."""

    bucket: str
    events: list[Event]
    sent: list[Any]
    refused: dict[int, Rejection]

    @property
    def faults(self) -> list[Fault]:
        """The refused events as the receipt names them."""
        return [Fault(index, one.error, one.message, one.field) for index, one in self.refused.items()]

    @property
    def reasons(self) -> Counter[str]:
        """How many are refused for which reason."""
        return Counter(one.reason for one in self.refused.values())


class Object(NamedTuple):
    """What is put at once: its key, its lines, how many records they are, and how many of those have an id of ours."""

    key: str
    body: bytes
    records: int
    minted: int


def parse(body: bytes) -> Batch:
    """The batch in a request's body (UTF-8 JSON); raises the Rejection of the envelope, and of no event."""
    fields = bodies.decode(body, MAX_BATCH)
    for name in fields:
        if name not in FIELDS:
            raise InvalidField(
                events.printable(name),
                "A batch has the fields bucket and events; put an event's fields inside the event",
            )
    for name, message in REQUIRED.items():
        if fields.get(name) in (None, ""):
            raise MissingField(name, message)
    bucket, listed = fields["bucket"], fields["events"]
    if not isinstance(bucket, str):
        raise InvalidField("bucket", "bucket: must be the name of the tenant's S3 bucket")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MAX_EVENTS:
        raise InvalidField("events", f"events: must be a list of 1 to {MAX_EVENTS} events")
    judged = [_judged(one, bucket, place) for place, one in enumerate(listed)]
    refused = {index: one for index, one in enumerate(judged) if isinstance(one, Rejection)}
    return Batch(bucket, [one for one in judged if isinstance(one, Event)], listed, refused)


@contextmanager
def putters() -> Iterator[ThreadPoolExecutor]:
    """Threads that put a batch's objects. At the deadline no further put begins, and nobody waits for those on their way."""
    made, waits = ThreadPoolExecutor(PUTTERS), True
    try:
        yield made
    except Over:
        waits = False
        raise
    finally:
        made.shutdown(wait=waits, cancel_futures=True)


def once(cleaning: Cleaning) -> Cleaning:
    """The same cleaning for a request's events, which share most of their texts: each is cleaned once, and gone with it."""
    return Cleaning(cache(cleaning.text), cache(cleaning.page), cache(cleaning.referrer), cleaning.texts)


def single(filed: Iterable[tuple[Filing, Record]]) -> list[Object]:
    """An object for each record; where two have one key, for the first."""
    first: dict[str, tuple[Filing, Record]] = {}
    for filing, record in filed:
        first.setdefault(filing.key, (filing, record))
    return [Object(key, records.encode(record), 1, int(filing.is_minted)) for key, (filing, record) in first.items()]


def bundled(filed: Iterable[tuple[Filing, Record]]) -> list[Object]:
    """An object for each day: a tenth of the requests to S3, and the price of a copy where a client groups a retry otherwise."""
    days: dict[date, dict[str, tuple[Filing, Record]]] = {}
    for filing, record in filed:
        days.setdefault(filing.day, {}).setdefault(filing.event_id, (filing, record))
    return [
        Object(
            records.batch_key(day, some),
            b"".join(records.encode(record) for _, record in some.values()),
            len(some),
            sum(filing.is_minted for filing, _ in some.values()),
        )
        for day, some in days.items()
    ]


def sent(said: set[Said]) -> Sent | None:
    """What the log says of events of these names, sessions and salts; nothing of a batch that has no good event."""
    if not said:
        return None
    names, sessions = {name for name, _, _ in said}, {(session, salt) for _, session, salt in said}
    name = names.pop() if len(names) == 1 else BATCH
    session, salt = sessions.pop() if len(sessions) == 1 else (None, None)
    return Sent(name, privacy.hash_session(salt, session) if salt and session else None)


def receipt(put: Put, filing: Filing, bucket: str, less: str | None) -> Receipt | Queued:
    """The answer to one event; `less` says what is stored where that is less than was sent."""
    if put is Put.QUEUED:
        return Queued("queued", filing.event_id, bucket, less)
    # An id that we minted can only have met itself: our own retry after a lost answer.
    is_duplicate = put is Put.DUPLICATE and not filing.is_minted
    return Receipt("ok", filing.event_id, bucket, filing.key, is_duplicate, less)


def _judged(fields: Any, bucket: str, place: int) -> Event | Rejection:
    try:
        event = _event(fields, bucket)
    except Rejection as rejection:
        return rejection
    # Events of one millisecond keep the order in which they were sent.
    return event if event.sequence is not None else msgspec.structs.replace(event, sequence=place)


def _event(fields: Any, bucket: str) -> Event:
    if isinstance(fields, bodies.Twins):
        raise InvalidJson(bodies.TWICE)
    if not isinstance(fields, dict):
        raise InvalidField("events", "An event must be a JSON object")
    if fields.get("bucket") not in (None, bucket):
        raise InvalidField("bucket", "bucket: a batch is of one bucket, which its envelope names")
    fields["bucket"] = bucket
    event = events.judge(fields)
    size = len(msgspec.json.encode(fields))
    if size > MAX_BODY:
        raise PayloadTooLarge(f"The event has {size} bytes; at most {MAX_BODY} are allowed")
    return event
