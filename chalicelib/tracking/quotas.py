"""How many events a second a tenant may store through one worker."""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import Lock
from time import monotonic

from chalicelib.allowlist import Entry
from chalicelib.rejections import TooManyEvents

# For each bucket of a pattern, where its entry says nothing: more than one worker stores in single requests, so batches meet it.
PATTERN_RATE = 50.0
BURST = 1.0  # seconds' worth that may come at once
_MANY = 10_000


class Quotas:
    """The tenants' quotas in this process: a bucket of tokens for each S3 bucket, full after a second without events.

    A batch may overdraw what is left, and what comes next waits for it; so the rate holds whatever the batches' size.
    `pattern_rate` is a pattern's where its entry has none of its own; None: no limit.
    """

    def __init__(self, pattern_rate: float | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._pattern_rate = pattern_rate
        self._clock = clock
        self._lock = Lock()
        self._paid_until: dict[str, float] = {}
        self._sweep_at = _MANY

    def take(self, entry: Entry, bucket: str, events: int) -> None:
        """Take so many events from the bucket's quota; raises TooManyEvents, and then takes none."""
        rate = entry.max_events_per_second or (None if entry.exact else self._pattern_rate)
        if rate is None:
            return
        with self._lock:
            now = self._clock()
            paid_until = max(self._paid_until.get(bucket, 0.0), now - BURST)
            if paid_until > now:
                raise TooManyEvents(math.ceil(paid_until - now), entry=entry.bucket, bucket=bucket)
            self._paid_until[bucket] = paid_until + events / rate
            if len(self._paid_until) > self._sweep_at:
                self._sweep(now)

    def _sweep(self, now: float) -> None:
        """Forget the buckets that are full again: strangers choose their names where a pattern lets them in."""
        self._paid_until = {bucket: until for bucket, until in self._paid_until.items() if until > now - BURST}
        self._sweep_at = max(_MANY, 2 * len(self._paid_until))
