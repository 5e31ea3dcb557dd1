"""Batches that Lambda gave up after a day in which nothing could be parked, as it wrote them into the stage's own bucket."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.lake.objects import Objects
from chalicelib.prefixes import UNCONSUMED
from chalicelib.stream import batches
from chalicelib.stream.consumer import Consumer, read


class _Invocation(msgspec.Struct):
    """What Lambda writes of an invocation: the event is its payload, as JSON or as a text of JSON.

    https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    """

    payload: Any


def keys(own: Objects) -> list[str]:
    """The objects of these batches."""
    return list(own.keys(UNCONSUMED.path))


def messages(body: bytes) -> list[bytes] | None:
    """A batch's messages; None where the object does not hold them."""
    try:
        payload = msgspec.json.decode(body, type=_Invocation).payload
        event = msgspec.json.decode(payload) if isinstance(payload, str) else payload
        return [one.data for one in batches.arrived(event)]
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError):
        return None


def put(consumer: Consumer, own: Objects, now: datetime) -> int:
    """Put these batches after all; how many. One that cannot be read stays, and `releasing.refuse_old` names it."""
    number = 0
    for key in keys(own):
        found = messages(own.read(key) or b"")
        if found is not None:
            consumer.consume(read(found), now)
            own.delete(key)
            number += 1
    return number
