"""What an application sends, made ready for the queue: judged as the stage will judge it, and without what must not leave."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from chalicelib import allowlist, events, privacy
from chalicelib.events import MAX_BODY, Event
from chalicelib.receipts import BatchReceipt, Fault, NotStored, Queued
from chalicelib.records import header_text
from chalicelib.rejections import (
    InvalidField,
    KeyNotAccepted,
    OriginNotAllowed,
    PayloadTooLarge,
    Rejection,
    UnknownBucket,
)
from chalicelib.tracking import batches, consent, devices, keys
from chalicelib.tracking.ingest import NOT_STORED
from sluice.collecting.tokens import Tokens

ORIGIN, AGENT = "origin", "user-agent"
NO_KEY = f"{keys.FIELD}: this collector was started without --backend-key, a key of the bucket"
_IDS = ("sessionId", "userId", "metadata")  # which a sender who opts out keeps

Fields = dict[str, Any]
Headers = Mapping[str, str]


class Parcel(msgspec.Struct, frozen=True):
    """A request's events as they wait: one bucket, and what the stage must know of the request's head."""

    bucket: str
    headers: dict[str, str]
    events: list[Fields]


class Accepted(NamedTuple):
    """What is to be queued of a request, and the answer once it is."""

    parcel: Parcel
    receipt: Queued | NotStored | BatchReceipt


class Intake:
    """The way into the queue. An application that names its visitor's address must send `backend_key`."""

    def __init__(self, tokens: Tokens | None, backend_key: str | None) -> None:
        self._tokens, self._backend_key = tokens, backend_key

    def one(self, body: bytes, headers: Headers) -> Accepted:
        """The event in a request's body; raises Rejection."""
        fields = events.decode(body, MAX_BODY)
        event = events.judge(fields)
        head = self._head(event.bucket, [event], headers)
        made = self._made(event, fields, headers)
        if made is None:
            return Accepted(Parcel(event.bucket, head, []), NotStored(NOT_STORED, event.bucket, consent.NONE))
        receipt = Queued("queued", made["eventId"], event.bucket, consent.lessened(consent.decided(event, headers)))
        return Accepted(Parcel(event.bucket, head, [made]), receipt)

    def batch(self, body: bytes, headers: Headers) -> Accepted:
        """The good events of a request's batch; raises Rejection where the whole is refused."""
        batch = batches.parse(body)
        head, good = self._head(batch.bucket, batch.events, headers), iter(batch.events)
        made, faults, less = list[Fields](), dict(enumerate(batch.faults)), 0
        refused = {one.index: one for one in faults.values()}
        for place, fields in enumerate(batch.sent):
            if place in refused:
                continue
            event = next(good)
            try:
                ready = self._made(event, {"sequence": event.sequence, **fields}, headers)
            except Rejection as one:
                refused[place] = Fault(place, one.error, one.message, one.field)
                continue
            if ready is not None:
                made.append(ready)
                less += consent.decided(event, headers).level == consent.AGGREGATE
        left = len(batch.sent) - len(made) - len(refused)
        said = [refused[place] for place in sorted(refused)]
        receipt = BatchReceipt("queued" if made else "ok", 0, 0, said, len(made), less, left)
        return Accepted(Parcel(batch.bucket, head, made), receipt)

    def _head(self, bucket: str, sent: list[Event], headers: Headers) -> dict[str, str]:
        """What is passed on of the request's head; raises Rejection for a request that no stage would take."""
        if not allowlist.is_bucket_name(bucket):
            raise UnknownBucket
        origin = headers.get(ORIGIN)
        if origin is not None and origin != "null" and not allowlist.is_origin(origin):
            raise OriginNotAllowed
        self._admit(bucket, sent, headers)
        head = {name: "1" for name in consent.SIGNALS if headers.get(name) == "1"}
        if origin is not None:
            head[ORIGIN] = origin
        agent = _agent(headers)
        if agent and _is_program(agent):
            head[AGENT] = agent
        return head

    def _admit(self, bucket: str, sent: list[Event], headers: Headers) -> None:
        """As a stage admits an event with its visitor's address: with the key alone."""
        said = [event.client_address for event in sent if event.client_address is not None]
        if not said:
            return
        if self._backend_key is None:
            raise InvalidField(keys.FIELD, NO_KEY)
        given = headers.get(keys.HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._backend_key.encode()):
            raise KeyNotAccepted(entry=bucket, bucket=bucket)
        if any(privacy.parse_address(text) is None for text in said):
            raise InvalidField(keys.FIELD, f"{keys.FIELD}: must be an IPv4 or IPv6 address alone")

    def _made(self, event: Event, fields: Fields, headers: Headers) -> Fields | None:
        """The event as it is queued: its id and browser fixed, with tokens; None where the sender does not consent.

        Raises Rejection where the stage would refuse what it has become.
        """
        grade = consent.decided(event, headers)
        if grade.level == consent.NONE:
            return None
        made = {**fields, "eventId": event.event_id or uuid.uuid4().hex}
        if grade.level == consent.AGGREGATE:
            made = {name: value for name, value in made.items() if name not in _IDS}
        if self._tokens is not None:
            made = self._tokens.applied(event.bucket, made)
        agent = _agent(headers)
        if agent and not event.user_agent and not _is_program(agent):
            made["userAgent"] = agent
        if (size := len(msgspec.json.encode(made))) > MAX_BODY:
            raise PayloadTooLarge(f"With tokens and the user agent the event has {size} bytes; at most {MAX_BODY} are")
        events.judge(made)
        return made


def _agent(headers: Headers) -> str | None:
    return header_text(headers.get(AGENT))


def _is_program(agent: str) -> bool:
    """Whether it is a program's, which says nothing of a visitor; a browser's goes into each event."""
    return devices.library(privacy.clean(agent)) is not None
