"""Whether people could sign in to the dashboard by its provider: it answers, by its own name, and has keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from chalicelib import settings
from sluice.doctor.findings import SERVICE, Finding, Seen, look
from sluice.provider import ISSUER, discovery

CHECK = "sign-in provider"
PATIENCE = 10  # seconds
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


def examine() -> Iterator[Finding]:
    """The finding on the provider that the environment names; nothing where it names none."""
    issuer = settings.environment().get(ISSUER)
    if issuer:
        yield look(SERVICE, CHECK, lambda: _seen(issuer))


def _seen(issuer: str) -> Seen:
    status, said = _read(discovery(issuer))
    if status != 200:
        return Seen("fault", f"{discovery(issuer)} answers {status}", f"Correct {ISSUER}, or ask who runs the provider")
    if said.get("issuer") != issuer:
        return Seen("fault", f"it calls itself {said.get('issuer')!r}", f"Write {ISSUER} as the provider calls itself")
    missing = [name for name in ENDPOINTS if not said.get(name)]
    if missing:
        return Seen("fault", f"it does not name its {', '.join(missing)}", "Ask who runs the provider")
    status, keys = _read(said["jwks_uri"])
    signing = [key for key in keys.get("keys", []) if key.get("kty") != "oct" and key.get("use", "sig") == "sig"]
    if status != 200 or not signing:
        return Seen(
            "fault", f"it has no key that signs ({said['jwks_uri']} answers {status})", "Ask who runs the provider"
        )
    return Seen("ok", f"{issuer}, {len(signing)} keys")


def _read(address: str) -> tuple[int, dict[str, Any]]:
    """The status and the JSON object at an address; OSError and HTTPException where there is no answer."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=PATIENCE)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = connection.getresponse()
        found = json.loads(answer.read()) if answer.status == 200 else {}
        return answer.status, found
    finally:
        connection.close()
