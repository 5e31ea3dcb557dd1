"""A month as bills count it, and the units of bytes that they are in."""

from __future__ import annotations

GB, TB = 2**30, 2**40
HOURS = 730  # of a month
NIGHTS = HOURS / 24
Quantities = dict[str, float]
