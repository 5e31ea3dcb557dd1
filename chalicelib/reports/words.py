"""What clients sent, as a report may show it."""

from __future__ import annotations

from chalicelib.reports.numbers import NARROW

# An address may have thousands of characters, and readers know the page by these.
MOST = 300


def shown(text: str) -> str:
    """In one line, without control characters and those that turn a text's direction; what is longer is cut."""
    line = "".join(one if one.isprintable() or one == NARROW else " " for one in text)
    return line if len(line) <= MOST else f"{line[: MOST - 1]}\u2026"
