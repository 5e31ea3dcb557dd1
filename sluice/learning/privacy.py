"""What one tenant can change of the shared model: its update is clipped, and the sum gets discrete Gaussian noise by OpenDP.

The unit is a tenant: all its visits, whether they count or are left out. OpenDP also adds up what all rounds lose together.
"""

from __future__ import annotations

from functools import cache
from math import hypot, isfinite
from typing import Any

import numpy as np

from sluice.learning.features import Floats, Ints
from sluice.learning.forms import Terms
from sluice.publishing.mechanism import opendp

# A weight of 1 is so many steps.
STEPS = 1 << 16
# Floats would round a norm up by a few parts in 10^16.
_SPARE = 1 - 1e-12


def clipped(update: Floats, clip: float) -> Ints:
    """The update in whole steps, no longer than `clip`; one that is not a number counts as nothing."""
    norm = hypot(*update)
    if not isfinite(norm):
        return np.zeros(len(update), dtype=np.int64)
    shorter = min(1.0, clip / norm * _SPARE) if norm else 1.0
    # Towards zero, so that rounding makes none longer.
    return np.trunc(update * shorter * STEPS).astype(np.int64)


def noisy(total: Ints, terms: Terms) -> Ints:
    """The sum with noise; OpenDP's generator cannot be seeded."""
    return np.array(_measurement(terms.clip, terms.noise)(total.tolist()), dtype=np.int64)


@cache
def epsilon(terms: Terms) -> float:
    """What all rounds together lose of one tenant's privacy, at δ, as OpenDP adds it up."""
    dp = opendp()
    rounds = dp.c.make_composition([_measurement(terms.clip, terms.noise)] * terms.rounds)
    whole = dp.c.make_fix_delta(dp.c.make_zCDP_to_approxDP(rounds), terms.delta)
    lost: float = whole.map(terms.clip * STEPS)[0]
    return lost


@cache
def _measurement(clip: float, noise: float) -> Any:
    dp = opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l2_distance(T="f64")
    return dp.m.make_gaussian(*space, scale=clip * noise * STEPS)
