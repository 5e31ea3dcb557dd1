"""Two functions timed in turn, call by call, so that whatever else the machine does falls on both."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

ROUNDS = 10
CALLS = 60


def interleaved(ours: Callable[[int], object], reference: Callable[[int], object]) -> list[tuple[float, float]]:
    """Microseconds a call of each, for every round; each call gets its number within the round."""
    _round(ours, reference)  # fills caches and opens connections
    return [_round(ours, reference) for _ in range(ROUNDS)]


def _round(ours: Callable[[int], object], reference: Callable[[int], object]) -> tuple[float, float]:
    spent = [0.0, 0.0]
    for number in range(CALLS):
        for side, function in enumerate((ours, reference)):
            started = perf_counter()
            function(number)
            spent[side] += perf_counter() - started
    return 1e6 * spent[0] / CALLS, 1e6 * spent[1] / CALLS
