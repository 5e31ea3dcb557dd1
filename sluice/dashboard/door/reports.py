"""A failed sign-in as one line of JSON in the server's log, which an alarm can count. It never has the password."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec import json
from starlette.requests import HTTPConnection

from sluice.dashboard.door.addresses import Proxies
from sluice.dashboard.door.alarm import Alarm
from sluice.errors import LOG

MESSAGE = "sign_in_failed"


class Reports:
    """Logs failures, and counts them for the alarm where there is one."""

    def __init__(self, proxies: Proxies, alarm: Alarm | None) -> None:
        self.proxies, self._alarm = proxies, alarm

    def failed(
        self, way: str, why: str, name: str | None, connection: HTTPConnection, failures: int | None = None
    ) -> None:
        """Log it. `name` is None where nobody has it: people type passwords into the wrong field."""
        line = {
            "level": "WARNING",
            "message": MESSAGE,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "service": "sluice-dashboard",
            "way": way,
            "why": why,
            "name": name,
            "address": self.proxies.client(connection),
            "failures": failures,
        }
        LOG.warning("%s", json.encode(line).decode())
        if self._alarm:
            self._alarm.count()
