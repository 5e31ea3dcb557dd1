"""From the queue to the stage: one window after the other, again and later where the stage does not confirm it."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from time import monotonic, sleep
from typing import Protocol

from chalicelib import logs
from chalicelib.receipts import Fault
from sluice.collecting import sending
from sluice.collecting.queue import Queue, Refused, Window
from sluice.collecting.sending import Batch, NotTaken

# Seconds: for what further events a batch waits, how often an idle queue is looked at, and how long it rests after failures.
GATHER, IDLE = 0.1, 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
DRAIN = 20  # seconds at the end for what still waits


class Taker(Protocol):
    """What takes batches: a stage."""

    def send(self, batch: Batch) -> list[Fault]:
        """The faults of the events that it refuses; raises NotTaken where it is not certain that it has the others."""


class Forwarder:
    """The one sender of a queue."""

    def __init__(self, queue: Queue, stage: Taker) -> None:
        self._queue, self._stage = queue, stage
        self._taken: tuple[Window | None, set[int]] = (None, set())
        self._ends = threading.Event()

    def step(self) -> bool:
        """Send what is next; False where nothing waits. Raises what stage and disk raise, and then goes on where it was."""
        window = self._queue.next()
        if window is None:
            return False
        if self._taken[0] is None or self._taken[0][:3] != window[:3]:
            self._taken = (window, set())
        for number, batch in enumerate(sending.batched(window.parcels)):
            if number not in self._taken[1]:
                self._send(window, number, batch)
                self._taken[1].add(number)
        self._queue.done(window)
        return True

    def _send(self, window: Window, number: int, batch: Batch) -> None:
        faults = self._stage.send(batch)
        if faults:
            refused = [
                Refused(one.error, one.message, batch.bucket, batch.headers, batch.events[one.index], one.field)
                for one in faults
            ]
            self._queue.refuse(window, number, refused)
            logs.job("collect_refused", events=len(refused), reason=faults[0].error.partition(":")[0])

    def run(self, wait: Callable[[float], object] | None = None) -> None:
        """Send until `end`, and then what still waits, for so many seconds at most."""
        wait, failures, until = wait or self._rest, 0, float("inf")
        while monotonic() < until:
            is_over = self._ends.is_set()  # before the look: nothing comes behind it
            if is_over and until == float("inf"):
                until = monotonic() + DRAIN
            try:
                is_empty = not self.step()
                failures = 0
            except (NotTaken, OSError) as error:
                failures += 1
                is_way = isinstance(error, NotTaken)
                logs.job("collect_failure", cause=str(error) if is_way else type(error).__name__, failures=failures)
                wait(_pause(failures, error.after if isinstance(error, NotTaken) else 0))
                continue
            if is_empty and is_over:
                return
            if is_empty and self._queue.came.wait(IDLE):
                self._queue.came.clear()
                wait(GATHER)

    def _rest(self, seconds: float) -> None:
        """No longer than until the end, nor than a second after it."""
        if self._ends.is_set():
            sleep(min(seconds, 1))
        else:
            self._ends.wait(seconds)

    def end(self) -> None:
        """Let `run` come to its end."""
        self._ends.set()
        self._queue.came.set()


def _pause(failures: int, after: float) -> float:
    """Twice as long after each failure, by chance less, so that not all collectors of a stage come back at once."""
    longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(failures - 1, 10))
    return min(max(after, random.uniform(longest / 2, longest)), 300)
