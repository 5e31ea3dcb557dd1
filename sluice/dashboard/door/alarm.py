"""The alarm of many failed sign-ins: a webhook, from the dashboard's own process, for those whose logs nobody filters."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from time import monotonic

import httpx2
from msgspec import json

from sluice.errors import LOG

MANY, MINUTES = 20, 5  # so many failures in so many minutes
QUIET = 60 * 60  # seconds until it may ring again
PATIENCE = 10  # seconds for the webhook's answer
TEXT = (
    "Sluice's dashboard: {} failed sign-ins in {} minutes. Its log has a line `sign_in_failed` for each; "
    "docs/dashboard.md, Many failed sign-ins, says what to do."
)


class Alarm:
    """Posts `{"text": …}` once where there are many failures, which Slack, Mattermost and most others show."""

    def __init__(self, address: str, clock: Callable[[], float] = monotonic) -> None:
        self._address, self._clock = address, clock
        self._failures: deque[float] = deque(maxlen=MANY)
        self._rang: float | None = None

    def count(self) -> None:
        """Count a failure, and ring where it is one too many."""
        now = self._clock()
        self._failures.append(now)
        is_many = len(self._failures) == MANY and now - self._failures[0] <= MINUTES * 60
        if is_many and (self._rang is None or now - self._rang >= QUIET):
            self._rang = now
            threading.Thread(target=self._ring, daemon=True).start()

    def _ring(self) -> None:
        try:
            body = json.encode({"text": TEXT.format(MANY, MINUTES)})
            headers = {"Content-Type": "application/json"}
            httpx2.post(self._address, content=body, headers=headers, timeout=PATIENCE).raise_for_status()
        except httpx2.HTTPError as error:
            # The address is a secret: who has it can post. The exception's text quotes it.
            LOG.error("The alarm of failed sign-ins could not be sent (%s)", type(error).__name__)
