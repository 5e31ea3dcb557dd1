"""Batches to a stage: what it has taken, what it has refused for good, and what is to be sent again."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from http.client import HTTPException
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from chalicelib.receipts import BatchReceipt, Fault
from chalicelib.rejections import Problem
from chalicelib.tracking import keys
from chalicelib.tracking.batches import MAX_BATCH, MAX_EVENTS
from sluice.collecting.intake import AGENT, Fields, Parcel
from sluice.collecting.tokens import CollectError

_ENVELOPE = 1024  # of a batch, around its events
_TIMEOUT = urllib3.Timeout(connect=5, read=35)  # the API answers within 30
# What a stage says of the events themselves. Any other status, and these in words that are not Sluice's, are the way's fault.
_VERDICTS = (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


class NotTaken(Exception):
    """The stage has not confirmed a batch; the message is the cause in one word. `after` is when it wants to be asked again."""

    def __init__(self, cause: str, after: float = 0) -> None:
        super().__init__(cause)
        self.after = after


class Batch(NamedTuple):
    """What is sent at once: events of one bucket, and of senders with one head."""

    bucket: str
    headers: dict[str, str]
    events: list[Fields]

    @property
    def body(self) -> bytes:
        return msgspec.json.encode({"bucket": self.bucket, "events": self.events})


def batched(parcels: Iterable[Parcel]) -> list[Batch]:
    """The batches of these requests: always the same for the same ones, so that a stage knows them again."""
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fields]] = {}
    for one in parcels:
        groups.setdefault((one.bucket, tuple(sorted(one.headers.items()))), []).extend(one.events)
    return [Batch(bucket, dict(head), some) for (bucket, head), events in groups.items() for some in _parts(events)]


def _parts(events: list[Fields]) -> Iterator[list[Fields]]:
    """The events, as many at once as a stage takes."""
    part, size = list[Fields](), _ENVELOPE
    for event in events:
        more = len(msgspec.json.encode(event)) + 1
        if part and (len(part) == MAX_EVENTS or size + more > MAX_BATCH):
            yield part
            part, size = [], _ENVELOPE
        part.append(event)
        size += more
    yield part


def address(to: str) -> str:
    """The address of a stage's API, as batches are sent to it; raises CollectError for one that is not safe to send to."""
    parts = urlsplit(to)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise CollectError(f"--to {to}: must be the address of a stage's API, like https://stats.example.org")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise CollectError(f"--to {to}: events leave this machine by https:// alone")
    return f"{to.rstrip('/')}/track/batch"


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Stage:
    """The stage that events are sent to."""

    def __init__(self, to: str, backend_key: str | None) -> None:
        self._url = address(to)
        self._key = {} if backend_key is None else {keys.HEADER: backend_key}
        self._pool = urllib3.PoolManager(retries=False, timeout=_TIMEOUT)

    def send(self, batch: Batch) -> list[Fault]:
        """The faults of the events that the stage has refused; it has all others. Raises NotTaken where that is not certain."""
        # No name of ours: the stage reads a program's as the device.
        headers = {AGENT: SKIP_HEADER, "content-type": "application/json", **self._key, **batch.headers}
        try:
            answer = self._pool.request("POST", self._url, body=batch.body, headers=headers, redirect=False)
        except (HTTPError, HTTPException, ValueError) as error:
            raise NotTaken(type(error).__name__) from error
        if answer.status in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            return _faults(answer.data, len(batch.events))
        if answer.status in _VERDICTS and (said := _problem(answer.data)):
            return [Fault(index, said.error, said.message, said.field) for index in range(len(batch.events))]
        after = answer.headers.get("Retry-After", "")
        raise NotTaken(f"Status{answer.status}", float(after) if after.isdecimal() else 0)


def _faults(body: bytes, many: int) -> list[Fault]:
    """What a receipt refuses; raises NotTaken where it does not speak of all events, and so is not a stage's."""
    try:
        said = msgspec.json.decode(body, type=BatchReceipt)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotTaken("NoReceipt") from None
    places = {one.index for one in said.rejected}
    taken = said.accepted + said.duplicates + said.queued + said.not_stored + said.sampled
    if taken + len(places) != many or places - {*range(many)}:
        raise NotTaken("NoReceipt")
    return said.rejected


def _problem(body: bytes) -> Problem | None:
    """A refusal in Sluice's words; None for a proxy's or a firewall's."""
    try:
        return msgspec.json.decode(body, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
