"""What an application sends, made ready for the queue: judged as the stage will judge it, and without what must not leave."""

from __future__ import annotations

import hmac
import uuid
from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from chalicelib import bodies, events, names, privacy
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
from chalicelib.tracking import batches, consent, devices, keys, sampling
from chalicelib.tracking.outcomes import NOT_STORED, SAMPLED
from sluice.collecting.tokens import Tokens

ORIGIN, AGENT = "origin", "user-agent"
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
    """The way into the queue. An application that names its visitor's address must send `backend_key`.

    `share` of the events is queued, and says how many it counts as.
    """

    def __init__(self, tokens: Tokens | None, backend_key: str | None, share: float = 1.0) -> None:
        self._tokens, self._backend_key, self._share = tokens, backend_key, share

    def one(self, body: bytes, headers: Headers) -> Accepted:
        """The event in a request's body; raises Rejection."""
        fields = bodies.decode(body, MAX_BODY)
        event = events.judge(fields)
        head = self._head(event.bucket, [event], headers)
        made = self._made(event, fields, headers)
        if made is None:
            return Accepted(Parcel(event.bucket, head, []), NotStored(NOT_STORED, event.bucket, consent.NONE))
        if self._is_left(event.bucket, made):
            return Accepted(Parcel(event.bucket, head, []), NotStored(NOT_STORED, event.bucket, sampled=True))
        receipt = Queued("queued", made["eventId"], event.bucket, consent.lessened(consent.decided(event, headers)))
        return Accepted(Parcel(event.bucket, head, [made]), receipt)

    def batch(self, body: bytes, headers: Headers) -> Accepted:
        """The good events of a request's batch; raises Rejection where the whole is refused."""
        batch = batches.parse(body)
        head, good = self._head(batch.bucket, batch.events, headers), iter(batch.events)
        made, less, left = list[Fields](), 0, Counter[str]()
        refused = {one.index: one for one in batch.faults}
        for place, fields in enumerate(batch.sent):
            if place in refused:
                continue
            event = next(good)
            try:
                ready = self._made(event, {"sequence": event.sequence, **fields}, headers)
            except Rejection as one:
                refused[place] = Fault(place, one.error, one.message, one.field)
                continue
            if ready is None or self._is_left(batch.bucket, ready):
                left[NOT_STORED if ready is None else SAMPLED] += 1
                continue
            made.append(ready)
            less += consent.decided(event, headers).level == consent.AGGREGATE
        said = [refused[place] for place in sorted(refused)]
        counts = len(made), less, left[NOT_STORED], left[SAMPLED]
        receipt = BatchReceipt("queued" if made else "ok", 0, 0, said, *counts)
        return Accepted(Parcel(batch.bucket, head, made), receipt)

    def _head(self, bucket: str, sent: list[Event], headers: Headers) -> dict[str, str]:
        """What is passed on of the request's head; raises Rejection for a request that no stage would take."""
        if not names.is_bucket_name(bucket):
            raise UnknownBucket
        origin = headers.get(ORIGIN)
        if origin is not None and origin != "null" and not names.is_origin(origin):
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
        """As a stage admits an event with its visitor's address, or with a weight: with the key alone."""
        field = keys.needed(sent)
        if field is None:
            return
        if self._backend_key is None:
            raise InvalidField(field, f"{field}: this collector was started without --backend-key, a key of the bucket")
        given = headers.get(keys.HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._backend_key.encode()):
            raise KeyNotAccepted(field, entry=bucket, bucket=bucket)
        keys.refuse_no_address(sent)

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
        if self._share < 1:
            made[keys.WEIGHT] = (event.sample_weight or 1) / self._share
        if (size := len(msgspec.json.encode(made))) > MAX_BODY:
            raise PayloadTooLarge(f"With tokens and the user agent the event has {size} bytes; at most {MAX_BODY} are")
        events.judge(made)
        return made

    def _is_left(self, bucket: str, made: Fields) -> bool:
        """Whether others count for the event: by its session, else by its visitor as far as he is known here."""
        return self._share < 1 and sampling.place(bucket, _unit(made), sampling.COLLECTOR) >= self._share


def _unit(made: Fields) -> str:
    if made.get("sessionId"):
        return f"session {made['sessionId']}"
    if made.get(keys.FIELD):
        return f"visitor {made[keys.FIELD]} {made.get('userAgent')}"
    return f"user {made['userId']}" if made.get("userId") else f"event {made['eventId']}"


def _agent(headers: Headers) -> str | None:
    return header_text(headers.get(AGENT))


def _is_program(agent: str) -> bool:
    """Whether it is a program's, which says nothing of a visitor; a browser's goes into each event."""
    return devices.library(privacy.clean(agent)) is not None
