"""How far a sample's number may be from the true one: a margin in a column behind the number's own."""

from __future__ import annotations

# What the column with a number's margin is called, behind the number's own name.
MARGIN = "_margin"
# Standard deviations: 95 of 100 intervals that reach so far to both sides have the true number within them.
DEVIATIONS = 1.96


def grain(number: float, margin: float) -> float:
    """How many of a count come or do not come at once, by its margin: 1 where nothing was left out."""
    return 1 + (margin / DEVIATIONS) ** 2 / number if number else 1.0
