"""Bytes to Batch: the envelope of several events of one tenant, each of them judged on its own."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from chalicelib import events
from chalicelib.events import MAX_BODY, Event
from chalicelib.rejections import InvalidField, InvalidJson, MissingField, PayloadTooLarge, Rejection

MAX_EVENTS = 100
MAX_BATCH = 256 * 1024
FIELDS = ("bucket", "events")
REQUIRED = {
    "bucket": events.REQUIRED["bucket"],
    "events": "You must give the events as a list in the request body",
}


class Batch(NamedTuple):
    """The tenant's bucket, and of each event in the order sent what it is or why it is refused."""

    bucket: str
    events: list[Event | Rejection]


def parse(body: bytes) -> Batch:
    """The batch in a request's body (UTF-8 JSON); raises the Rejection of the envelope, and of no event."""
    fields = events.decode(body, MAX_BATCH)
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
    return Batch(bucket, [_judged(one, bucket) for one in listed])


def _judged(fields: Any, bucket: str) -> Event | Rejection:
    try:
        return _event(fields, bucket)
    except Rejection as rejection:
        return rejection


def _event(fields: Any, bucket: str) -> Event:
    if isinstance(fields, events.Twins):
        raise InvalidJson(events.TWICE)
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
