"""Who waits for whom: those who ask the same thing for the first of them, and a person's own SQL for nobody's."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from sluice.errors import SluiceError

# How much of a person's own SQL may run at once.
MOST = 2


class TooMany(SluiceError):
    """More of a person's own SQL than may run at once."""


class Turns:
    """A lock for each key, for as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._locks: WeakValueDictionary[Hashable, threading.Lock] = WeakValueDictionary()

    @contextmanager
    def of(self, key: Hashable) -> Iterator[None]:
        """Wait for the others with this key."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            yield


class Running:
    """How much of each person's own SQL runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: Counter[str] = Counter()

    @contextmanager
    def one_more(self, person: str) -> Iterator[None]:
        """Count one until it is over; raises TooMany instead of waiting."""
        with self._lock:
            if self._running[person] >= MOST:
                raise TooMany(f"{MOST} of your SQL questions are running already; wait for one to end, and ask again.")
            self._running[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._running[person] -= 1
                self._running += Counter()  # without those who ask nothing
