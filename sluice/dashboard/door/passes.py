"""How the door passes a person's name to the page: a header of the websocket that no client can make."""

from __future__ import annotations

import secrets
from hmac import compare_digest
from urllib.parse import quote, unquote

HEADER = "x-sluice-user"
# Only this process knows it. So the page also refuses the header where Streamlit was started without the door.
_KEY = secrets.token_urlsafe()


def written(name: str) -> bytes:
    """The header's value for this person."""
    return f"{_KEY} {quote(name)}".encode()


def read(value: str | None) -> str | None:
    """The person's name; None where the door did not write it."""
    key, _, name = (value or "").partition(" ")
    return unquote(name) if compare_digest(key.encode(), _KEY.encode()) else None


def stamped(headers: list[tuple[bytes, bytes]], name: str) -> list[tuple[bytes, bytes]]:
    """A request's headers with this person's name in place of whatever the client sent under that name."""
    ours = HEADER.encode()
    return [*(one for one in headers if one[0].lower() != ours), (ours, written(name))]
