"""A failed sign-in as one line of JSON in the server's log, which an alarm can count. It never has the password."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import json

from sluice.errors import LOG

MESSAGE = "sign_in_failed"


def failed(way: str, why: str, name: str | None, address: str, failures: int | None = None) -> None:
    """Log it. `name` is None where nobody has it: people type passwords into the wrong field."""
    line = {
        "level": "WARNING",
        "message": MESSAGE,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "service": "sluice-dashboard",
        "way": way,
        "why": why,
        "name": name,
        "address": address,
        "failures": failures,
    }
    LOG.warning("%s", json.encode(line).decode())
