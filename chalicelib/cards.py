"""Payment cards' numbers in a text of plain digits, written in one group or several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, compress, repeat

Span = tuple[int, int]

LONGEST = 19
VISA = 13  # the shortest
SEPARATORS = " ._+-"
# What every card's number has, quickly searched for.
LONG_NUMBER = re.compile(rf"[0-9]{{3}}[0-9{SEPARATORS}]{{{VISA - 3}}}")
# Groups of three and more digits that belong together.
_RUN = re.compile(rf"[0-9]{{3}}(?=[0-9{SEPARATORS}]{{{VISA - 3}}})[0-9]*+(?:[{SEPARATORS}]{{1,3}}+[0-9]{{3,}}+)*+")
# Between two runs: a group so long that no card's number goes across it.
_GAP = "0" * (LONGEST + 1)
_SPACED = bytes.maketrans(SEPARATORS.encode(), b" " * len(SEPARATORS))
_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_FIRST = b"23456"
_NOT_FIRST = bytes(byte not in _FIRST for byte in range(256))
_IS_DIGIT = bytes(byte in b"0123456789" for byte in range(256))
_UNEVEN = bytes(byte % 10 > 0 for byte in range(256))


def cards(text: str) -> list[Span]:
    """Where the numbers of cards are: whole groups of three and more digits, the longest from each group on."""
    if LONG_NUMBER.search(text) is None:
        return []
    runs = [one for one in _RUN.finditer(text) if one.end() - one.start() >= VISA]
    groups = f" {_GAP} ".join([run[0] for run in runs]).encode().translate(_SPACED).split()
    if all(group[0] not in _FIRST for group in groups):
        return []
    found = sorted(_stretches(groups))
    return list(_apart(found, runs)) if found else []


def _apart(found: Sequence[tuple[int, int]], runs: Sequence[re.Match[str]]) -> Iterator[Span]:
    """Where they are in the text. Two groups with a dot are a fraction: no card is written in two parts."""
    places = _places(runs)
    fractions = {run.span() for run in runs if _is_fraction(run[0])}
    behind = 0
    for first, shorter in found:
        last = first + LONGEST - shorter
        span = places[first], places[last - 1] + 1
        if first >= behind and span not in fractions:
            behind = last
            yield span


def _is_fraction(run: str) -> bool:
    whole, dot, fraction = run.partition(".")
    return bool(dot) and whole.isdigit() and fraction.isdigit()


def _stretches(groups: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    """The cards among these groups, by first digit, length, and Luhn's check (ISO/IEC 7812-1), also those that overlap.

    Each is its first digit's place among all digits, and by how many digits it is shorter than the longest. Thirteen digits are
    Visa's alone and begin with 4, so that no time in milliseconds is taken for a card.

    All stretches of one length are summed up at once: a large integer has a byte for each, which no sum is too large for.
    """
    digits = b"".join(groups)
    plain, doubled = _number(digits.translate(_VALUES)), _number(digits.translate(_DOUBLED))
    within = _number(b"".join(map(b"\0".ljust, map(len, groups), repeat(b"\1"))))  # 0 where a group begins
    refused = within | _number(digits.translate(_NOT_FIRST))
    # Sums of the digits from each place on: with its own doubled, and so every second, or with the next.
    this, following = 0, 0
    for size in range(1, LONGEST + 1):
        this, following = doubled + (following >> 8), plain + (this >> 8)
        if size < VISA:
            continue
        sums = this if size % 2 == 0 else following  # the last digit is not doubled
        uneven = _number(sums.to_bytes(len(digits), "little").translate(_UNEVEN))
        bad = (uneven | refused | within >> 8 * size).to_bytes(len(digits), "little")
        first = -1
        while 0 <= (first := bad.find(0, first + 1)) <= len(digits) - size:
            if size > VISA or digits[first] == ord("4"):
                yield first, LONGEST - size


def _number(some: bytes) -> int:
    return int.from_bytes(some, "little")


def _places(runs: Sequence[re.Match[str]]) -> list[int]:
    """Where each digit of the runs, and of the gaps between them, is in the text."""
    of_runs = (compress(range(*run.span()), run[0].encode().translate(_IS_DIGIT)) for run in runs)
    return list(chain.from_iterable(chain(places, repeat(0, len(_GAP))) for places in of_runs))
