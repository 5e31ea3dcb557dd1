"""What a sender consents to: its own word, Global Privacy Control (https://www.w3.org/TR/gpc/), and Do Not Track before it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.events import Event
from chalicelib.records import UNSAID, Consent

AGGREGATE, NONE = "aggregate", "none"
SIGNALS = ("sec-gpc", "dnt")
_NAMES = {"sec-gpc": "gpc", "dnt": "dnt"}
_WORD = re.compile(rb'"consent"\s*:\s*("[^"]*"|[^\s,}\]]*)', re.IGNORECASE)


def decided(event: Event, headers: Mapping[str, str]) -> Consent:
    """The grade of the event's record, and what decided it; the strictest counts, and null is what nobody has said."""
    if event.consent != NONE:
        for name in SIGNALS:
            if headers.get(name) == "1":
                return Consent(AGGREGATE, _NAMES[name])
    return Consent(event.consent, "consent") if event.consent else UNSAID


def applied(event: Event, grade: Consent) -> Event:
    """The event as its grade lets it be stored: with aggregate it has no session, user and metadata."""
    if grade.level != AGGREGATE:
        return event
    return msgspec.structs.replace(event, session_id=None, user_id=None, metadata=None)


def lessened(grade: Consent) -> str | None:
    """What a receipt says where less is stored than was sent."""
    return AGGREGATE if grade.level == AGGREGATE else None


def opts_out(headers: Mapping[str, str]) -> bool:
    """Whether the browser sends a signal; header names in lower case."""
    return "1" in map(headers.get, SIGNALS)


def strictest(sent: bytes | Any) -> str | None:
    """The strictest grade that a refused body, or an event in it, names; a word that is none of ours counts as aggregate."""
    text = sent if isinstance(sent, bytes) else msgspec.json.encode(sent, enc_hook=repr)
    words = {one.strip(b'"').lower() for one in _WORD.findall(text)} - {b"null", b"full"}
    if not words:
        return None
    return NONE if NONE.encode() in words else AGGREGATE
