"""The end of a request's time. Lambda kills a function at its time-out without a line, so we stop a second before it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

MARGIN = 1.0
SPARE = 60.0
# Seconds until it rings again, where a library's own clean-up was what it met.
_AGAIN = 0.1


class Over(BaseException):
    """The time is over. Not an Exception: libraries catch those, and would try once more."""


def of(context: Any) -> float | None:
    """When a request of this Lambda context must be answered, on the monotonic clock; None where nobody ends it."""
    remaining = getattr(context, "get_remaining_time_in_millis", None)
    return None if remaining is None else monotonic() + remaining() / 1000 - MARGIN


def is_near(end: float | None, spare: float = SPARE) -> bool:
    """Whether that time is less than so many seconds away: for jobs, which then begin nothing more."""
    return end is not None and monotonic() > end - spare


@contextmanager
def until(end: float | None) -> Iterator[None]:
    """Raise Over at that time, whatever the work waits for. In the main thread alone, where Lambda calls us."""
    if end is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(end - monotonic(), 0.001), _AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(*_: object) -> None:
    raise Over
