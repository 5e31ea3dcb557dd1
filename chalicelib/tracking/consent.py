"""What a sender does not consent to: Global Privacy Control (https://www.w3.org/TR/gpc/) and its forerunner, Do Not Track."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from chalicelib.events import Event

SIGNALS = ("sec-gpc", "dnt")


def applied(event: Event, headers: Mapping[str, str]) -> Event:
    """The event as its sender lets it be stored: who opts out has no session, user and metadata."""
    if not opts_out(headers):
        return event
    return msgspec.structs.replace(event, session_id=None, user_id=None, metadata=None)


def opts_out(headers: Mapping[str, str]) -> bool:
    """Whether the browser sends a signal; header names in lower case."""
    return "1" in map(headers.get, SIGNALS)
