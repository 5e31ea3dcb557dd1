"""Made-up visitor-days that add up to published numbers, to debug with what the public has and nothing else.

Each day has as many as were published of it; source, country and page are drawn apart from each other, as published numbers say
nothing of what goes together. Noise that took a number below zero counts as none.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from sluice.learning.errors import LearningError
from sluice.learning.forms import IMITATED
from sluice.publishing.page import Part, Public

_DRAWN = ("sources", "countries", "pages")


def published(path: Path) -> Public:
    """What `sluice publish` wrote as JSON; raises LearningError for anything else."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Public)
    except msgspec.MsgspecError:
        raise LearningError(f"{path} does not have published numbers; `sluice publish` writes them") from None


def rows(found: Public, seed: int) -> Iterator[tuple[str, ...]]:
    """A row for each visitor-day: its day, source, country and page; the same for the same seed."""
    chance = np.random.default_rng(seed)
    for week in found.weeks:
        parts = {part.name: part for part in week.parts}
        for day in parts["days"].numbers:
            drawn = [_drawn(chance, parts[name], max(0, day.value)) for name in _DRAWN]
            yield from ((day.key, *row) for row in zip(*drawn, strict=True))


def as_csv(found: Public, seed: int) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(IMITATED)
    writer.writerows(rows(found, seed))
    return text.getvalue().encode()


def _drawn(chance: np.random.Generator, part: Part, number: int) -> list[str]:
    """So many keys of the part, each as often as was published; all alike where nothing was above zero."""
    keys = [one.key for one in part.numbers]
    counts = np.array([max(0, one.value) for one in part.numbers], dtype=np.float64)
    shares = counts / counts.sum() if counts.sum() else None
    return [keys[place] for place in chance.choice(len(keys), number, p=shares).tolist()]
