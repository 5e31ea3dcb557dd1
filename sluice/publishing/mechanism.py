"""The noise: integer geometric, drawn by OpenDP, which also says what all parts of a release lose together.

A visitor-day changes the counts of a part by at most its `reach`, all of its keys together. The SQL next to this file bounds
that; OpenDP takes that as given, and does the rest. Its generator cannot be seeded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any, NamedTuple

from sluice.publishing.errors import PublishError

# What a budget is counted in: millionths of ε.
MILLION = 1_000_000
# The share of all draws that are within the error bar.
CONFIDENCE = 0.95
# Floats round the loss up by a few parts in 10^16: with this much more noise it still is not above what the ledger takes.
_SPARE = 1 + 1e-9


class Part(NamedTuple):
    """One part of a release: its public keys, how much of all its counts is one visitor-day's, and its share of the loss."""

    name: str
    keys: tuple[str, ...]
    reach: int
    micro: int

    @property
    def scale(self) -> float:
        """The noise's scale: the larger, the more noise."""
        return self.reach * MILLION / self.micro * _SPARE


@cache
def opendp() -> Any:
    """OpenDP; raises PublishError where it is not installed."""
    try:
        import opendp.prelude as dp
    except ImportError:
        raise PublishError("publishing needs OpenDP: pip install 'sluice[publish]'") from None
    # `honest-but-curious` is for the step that picks a part, whose reach is our SQL's to keep.
    dp.enable_features("contrib", "honest-but-curious")
    return dp


def measurement(parts: Sequence[Part]) -> Any:
    """All parts as one measurement of a week's counts; its distance is in visitor-days."""
    dp = opendp()
    space = dp.user_domain("counts by part", lambda counts: isinstance(counts, dict)), dp.user_distance("visitor-days")
    return dp.c.make_composition([_measured(dp, space, part) for part in parts])


def _measured(dp: Any, space: Any, part: Part) -> Any:
    counted = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    picked = dp.t.make_user_transformation(
        *space, *counted, lambda counts: counts[part.name], lambda visitor_days: visitor_days * part.reach
    )
    return picked >> dp.m.then_laplace(scale=part.scale)


def loss(parts: Sequence[Part]) -> int:
    """What all parts lose of one visitor-day's privacy, in millionths of ε, as OpenDP adds it up."""
    return ceil(Fraction(measurement(parts).map(1)) * MILLION)


def drawn(parts: Sequence[Part], counts: Mapping[str, Mapping[str, int]]) -> dict[str, list[int]]:
    """The counts of each part with noise, in the order of its keys; one that was not counted is 0 before it."""
    exact = {part.name: [counts.get(part.name, {}).get(key, 0) for key in part.keys] for part in parts}
    return dict(zip(exact, measurement(parts)(exact), strict=True))


def error(part: Part) -> int:
    """How far the noise goes at most, in 95 of 100 draws."""
    accuracy: float = opendp().discrete_laplacian_scale_to_accuracy(part.scale, 1 - CONFIDENCE)
    return ceil(accuracy) - 1
