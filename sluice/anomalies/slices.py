"""Which source, page, country or device explains most of a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# By how much more of the change than of the usual traffic a slice has to be, so that it says more than "all alike".
CLEAR = 0.2


@dataclass(frozen=True)
class Slice:
    """What a value of a dimension counted on the day, and usually; share is its part of the whole change."""

    dimension: str
    value: str
    counted: int
    usual: float
    share: float


def explaining(rows: Sequence[tuple[str, str, int, float]]) -> Slice | None:
    """The slice that explains most, from rows as the question `changes` answers; None where all changed alike.

    A slice of half the traffic is of half the change when everything fails; so what counts is how much more it is.
    """
    best, most = None, CLEAR
    for dimension in dict.fromkeys(row[0] for row in rows):
        own = [row for row in rows if row[0] == dimension]
        before = sum(usual for *_, usual in own)
        change = sum(counted for _, _, counted, _ in own) - before
        for _, value, counted, usual in own if change else ():
            share = (counted - usual) / change
            more = share - (usual / before if before else 0)
            if more > most:
                best, most = Slice(dimension, value, counted, usual, share), more
    return best
