"""Shamir's secret sharing: of a secret's shares any `least` give it back, and fewer say nothing about it.

The field is the integers modulo a prime above any secret of 32 bytes (Shamir, How to share a secret, 1979).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

PRIME = 2**521 - 1
LENGTH = 32


def split(secret: bytes, holders: Iterable[int], least: int) -> dict[int, int]:
    """Each holder's share; holders are numbered from 1."""
    polynomial = [int.from_bytes(secret), *(secrets.randbelow(PRIME) for _ in range(least - 1))]
    return {holder: _at(polynomial, holder) for holder in holders}


def joined(shares: Mapping[int, int]) -> bytes:
    """The secret of at least `least` shares."""
    total = 0
    for holder, share in shares.items():
        above, below = 1, 1
        for other in shares:
            if other != holder:
                above = above * other % PRIME
                below = below * (other - holder) % PRIME
        total += share * above * pow(below, -1, PRIME)
    return (total % PRIME).to_bytes(LENGTH)


def _at(polynomial: list[int], place: int) -> int:
    value = 0
    for factor in reversed(polynomial):
        value = (value * place + factor) % PRIME
    return value
