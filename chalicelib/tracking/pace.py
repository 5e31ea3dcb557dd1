"""How far a tenant's share is lowered so that no more events a minute are stored than its budget: by halves, by what comes.

What comes counts, whether it is kept or not. So a share never depends on whose events were drawn before, and weights stay right.
"""

from __future__ import annotations

import math
import time
from bisect import bisect_right
from collections.abc import Callable
from threading import Lock

from chalicelib import logs
from chalicelib.allowlist import Entry
from chalicelib.tracking.shared_counts import Counts, Heard, Unavailable

# Seconds: how often a worker says what it took, and hears what all did; for how long a lower share holds at the least; and for
# how long one that could not ask goes on by itself.
HEAR, HOLD, ALONE = 0.5, 60.0, 5.0
# Over each of these no more may be kept than the budget, a second of it and a few events; over the last one the budget alone.
WINDOWS = (1, 2, 4, 8, 16, 32, 60)
FEW = 30
DEEPEST = 20
# A share is raised again once so much more would still be within the budget.
ROOM = 1.25
_MANY = 10_000


class Budgets:
    """The paces of this process: those of each bucket whose entry has `max_events_per_minute`."""

    def __init__(self, counts: Counts, clock: Callable[[], float] = time.time) -> None:
        self._counts, self._clock, self._lock = counts, clock, Lock()
        self._known: dict[str, _Tenant] = {}

    def take(self, entry: Entry, bucket: str, events: int) -> float:
        """Count these events, and return what their share is to be multiplied with: 1, 1/2, 1/4, …"""
        if entry.max_events_per_minute is None:
            return 1.0
        with self._lock:
            now = self._clock()
            known = self._tenant(bucket, now)
            known.took(events)
            if now >= known.next:
                self._hear(known, entry, bucket, now)
            return 0.5 ** known.steps(entry, now)

    def now(self, entry: Entry, bucket: str) -> float:
        """The same for an event that does not count."""
        with self._lock:
            known = self._known.get(bucket)
            return 1.0 if known is None else 0.5 ** known.steps(entry, self._clock())

    def _hear(self, known: _Tenant, entry: Entry, bucket: str, now: float) -> None:
        try:
            known.hear(self._counts.add(bucket, known.unsaid, now), now)
            step = known.wanted(entry, now)
            if step is not None:
                known.step, known.until = step, now + HOLD
                self._counts.lower(bucket, step, known.until, now)
        except Unavailable as error:
            known.alone(now)
            logs.job("sampling_alone", bucket=bucket, cause=str(error))

    def _tenant(self, bucket: str, now: float) -> _Tenant:
        if bucket not in self._known:
            if len(self._known) >= _MANY:  # strangers choose their names where a pattern lets them in
                self._known = {name: one for name, one in self._known.items() if one.next > now - HOLD}
            self._known[bucket] = _Tenant(now)
        return self._known[bucket]


class _Tenant:
    """What a worker knows of a bucket: how many events came until when, by its own count and by what it has heard."""

    def __init__(self, now: float) -> None:
        self.total = self.unsaid = 0
        self.heard: int | None = None
        self.next = now
        self.step, self.until = 0, 0.0
        self._times, self._totals = [now], [0]

    def took(self, events: int) -> None:
        self.total += events
        self.unsaid += events

    def hear(self, said: Heard, now: float) -> None:
        """Take in what all workers said so far; at the first time that is long ago, or nobody knows when."""
        if self.heard is not None:
            self.total += max(said.events - self.heard - self.unsaid, 0)
        self.heard, self.unsaid, self.next = said.events, 0, now + HEAR
        self.step, self.until = (said.step, said.until) if said.until > now else (0, 0.0)
        first = max(bisect_right(self._times, now - WINDOWS[-1]) - 1, 0)
        self._times, self._totals = [*self._times[first:], now], [*self._totals[first:], self.total]

    def alone(self, now: float) -> None:
        """Go on with what is known, and by its own count. What it took is not said later: that would look like a rush."""
        self.unsaid, self.next, self.until = 0, now + ALONE, max(self.until, now + HOLD)
        self.heard = None
        self._times.append(now)
        self._totals.append(self.total)

    def wanted(self, entry: Entry, now: float) -> int | None:
        """The step that all workers are to take from now on; None where the one that holds is right."""
        needed = self._needed(entry, now, 1)
        if needed > self.step:
            return needed
        is_ending = self.step > 0 and self.until - now < HOLD / 2
        return self.step if is_ending and self._needed(entry, now, ROOM) >= self.step else None

    def steps(self, entry: Entry, now: float) -> int:
        """How often the share is halved for an event of now."""
        return max(self.step if self.until > now else 0, self._needed(entry, now, 1))

    def _needed(self, entry: Entry, now: float, room: float) -> int:
        budget = entry.max_events_per_minute or 0
        second, few = budget / 60, min(FEW, max(1, budget / 10))
        needed = 0.0
        for window in WINDOWS:
            at = max(bisect_right(self._times, now - window) - 1, 0)
            came = (self.total - self._totals[at]) * entry.sample * room
            seconds = max(now - self._times[at], window)
            allowed = second * seconds if window == WINDOWS[-1] else second * (seconds + 1) + few
            needed = max(needed, came / allowed)
        return min(math.ceil(math.log2(needed)), DEEPEST) if needed > 1 else 0
