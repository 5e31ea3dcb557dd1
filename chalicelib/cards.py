"""Payment cards' numbers in a text of plain digits, written in one group or several."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

Span = tuple[int, int]

LONGEST = 19
VISA = 13  # the shortest
SEPARATORS = " ._+-"
# A group of digits, and what is between it and the next of its number.
_GROUP = re.compile(rf"([0-9]{{3,}}+)(?:([{SEPARATORS}]{{1,3}}+)(?=[0-9]{{3}}))?")
# What every card's number has, quickly searched for.
LONG_NUMBER = re.compile(rf"[0-9]{{3}}[0-9{SEPARATORS}]{{{VISA - 3}}}")
_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))


def cards(text: str) -> list[Span]:
    """Where the numbers of cards are: whole groups of three and more digits, the longest from each group on."""
    if LONG_NUMBER.search(text) is None:
        return []
    found = list(_among(_GROUP.findall(text)))
    if not found:
        return []
    groups = list(_GROUP.finditer(text))
    return [(groups[first].start(), groups[last - 1].end(1)) for first, last in found]


def _among(groups: list[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """The first group of each card, and the one behind its last."""
    digits = "".join([group for group, _ in groups])
    edges = list(accumulate([len(group) for group, _ in groups], initial=0))
    sums = _sums(digits.encode())
    for first, last in _runs(groups):
        if edges[last] - edges[first] >= VISA:
            yield from _in_run(digits, edges, sums, first, last)


def _runs(groups: list[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """The stretches of groups that belong together. Two with a dot are a fraction: no card is written in two parts."""
    first = 0
    for last, (_, separator) in enumerate(groups, start=1):
        if not separator:
            if last - first == 2 and groups[first][1] == ".":
                yield first, first + 1
                first += 1
            yield first, last
            first = last


def _in_run(
    digits: str, edges: list[int], sums: tuple[list[int], list[int]], group: int, last: int
) -> Iterator[tuple[int, int]]:
    """The longest card from each group on, by first digit, length, and Luhn's check (ISO/IEC 7812-1).

    Thirteen digits are Visa's alone and begin with 4, so that no time in milliseconds is taken for a card.
    """
    while edges[last] - (start := edges[group]) >= VISA:
        first, group = group, group + 1
        if digits[start] not in "23456":
            continue
        shortest = start + (VISA if digits[start] == "4" else VISA + 1)
        behind = bisect_right(edges, start + LONGEST, group, last + 1) - 1
        while (end := edges[behind]) >= shortest:
            running = sums[end % 2]  # the last digit is not doubled
            if (running[end] - running[start]) % 10 == 0:
                yield first, behind
                group = behind
                break
            behind -= 1


def _sums(digits: bytes) -> tuple[list[int], list[int]]:
    """Running sums of the digits: with each doubled that has an even place, counted from 0, and with each that has an odd one."""
    values, doubled = digits.translate(_VALUES), digits.translate(_DOUBLED)
    even, odd = bytearray(doubled), bytearray(values)
    even[1::2], odd[1::2] = values[1::2], doubled[1::2]
    return list(accumulate(even, initial=0)), list(accumulate(odd, initial=0))
