"""A backend's key: who has it may say whose address an event came from. The entry lists its SHA-256 alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping

from chalicelib import privacy
from chalicelib.allowlist import KEY_PREFIX, Entry
from chalicelib.events import Event
from chalicelib.rejections import InvalidField, KeyNotAccepted

# Not among the headers that a page may send: a key is for a server.
HEADER = "x-sluice-key"
FIELD = "clientAddress"


def new() -> tuple[str, str]:
    """A key of 32 random bytes, and what an entry lists of it."""
    key = secrets.token_urlsafe(32)
    return key, digest(key)


def digest(key: str) -> str:
    """What an entry lists of a key."""
    return KEY_PREFIX + hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def admit(events: Iterable[Event], entry: Entry, bucket: str, headers: Mapping[str, str]) -> None:
    """Let events through that say their client's address; raises InvalidField or KeyNotAccepted where they may not."""
    said = [event.client_address for event in events if event.client_address is not None]
    if not said:
        return
    if not entry.keys:
        raise InvalidField(FIELD, f"{FIELD}: this bucket's entry has no keys; `sluice key new` makes one")
    given = digest(headers.get(HEADER, ""))
    # All are compared, so that the time says nothing about which one is near.
    if not any([hmac.compare_digest(given, key) for key in sorted(entry.keys)]):
        raise KeyNotAccepted(entry=entry.bucket, bucket=bucket)
    if any(privacy.parse_address(text) is None for text in said):
        raise InvalidField(FIELD, f"{FIELD}: must be an IPv4 or IPv6 address alone")
