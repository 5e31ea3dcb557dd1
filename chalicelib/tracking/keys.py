"""A backend's key: who has it may say whose address an event came from, and how many it counts as.

The entry lists its SHA-256 alone.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence

from chalicelib import privacy
from chalicelib.allowlist import KEY_PREFIX, Entry
from chalicelib.events import Event
from chalicelib.rejections import InvalidField, KeyNotAccepted

# Not among the headers that a page may send: a key is for a server.
HEADER = "x-sluice-key"
FIELD, WEIGHT = "clientAddress", "sampleWeight"
FIELDS = frozenset({FIELD, WEIGHT})


def new() -> tuple[str, str]:
    """A key of 32 random bytes, and what an entry lists of it."""
    key = secrets.token_urlsafe(32)
    return key, digest(key)


def digest(key: str) -> str:
    """What an entry lists of a key."""
    return KEY_PREFIX + hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def admit(events: Sequence[Event], entry: Entry, bucket: str, headers: Mapping[str, str]) -> None:
    """Let events through that say what needs a key; raises InvalidField or KeyNotAccepted where they may not."""
    field = needed(events)
    if field is None:
        return
    if not entry.keys:
        raise InvalidField(field, f"{field}: this bucket's entry has no keys; `sluice key new` makes one")
    sent = digest(headers.get(HEADER, ""))
    # All are compared, so that the time says nothing about which one is near.
    if not any([hmac.compare_digest(sent, key) for key in sorted(entry.keys)]):
        raise KeyNotAccepted(field, entry=entry.bucket, bucket=bucket)
    refuse_no_address(events)


def needed(events: Iterable[Event]) -> str | None:
    """The first field of these events that needs a key; None where none has one."""
    for one in events:
        if one.client_address is not None:
            return FIELD
        if one.sample_weight is not None:
            return WEIGHT
    return None


def refuse_no_address(events: Iterable[Event]) -> None:
    """Raise InvalidField where a clientAddress is none."""
    said = (one.client_address for one in events)
    if any(one is not None and privacy.parse_address(one) is None for one in said):
        raise InvalidField(FIELD, f"{FIELD}: must be an IPv4 or IPv6 address alone")
