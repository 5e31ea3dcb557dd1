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
_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))


def cards(text: str) -> list[Span]:
    """Where the numbers of cards are: whole groups of three and more digits, the longest from each group on."""
    found = list(_among(_GROUP.findall(text)))
    if not found:
        return []
    groups = list(_GROUP.finditer(text))
    return [(groups[first].start(), groups[last - 1].end(1)) for first, last in found]


def _among(groups: list[tuple[str, str]]) -> Iterator[Span]:
    """The stretches of groups that are cards, by first digit, length, and Luhn's check (ISO/IEC 7812-1).

    Thirteen digits are Visa's alone and begin with 4, so that no time in milliseconds is taken for a card.
    """
    digits = "".join([group for group, _ in groups])
    if len(digits) < VISA:
        return
    edges = list(accumulate([len(group) for group, _ in groups], initial=0))
    even, odd = _sums(digits.encode())
    runs, behind = _runs([separator for _, separator in groups]), 0
    for group, start in enumerate(edges[:-1]):
        if group < behind or digits[start] not in "23456":
            continue
        shortest = start + (VISA if digits[start] == "4" else VISA + 1)
        last = bisect_right(edges, start + LONGEST, group, runs[group] + 1) - 1
        while (end := edges[last]) >= shortest:
            sums = odd if end % 2 else even  # the last digit is not doubled
            if (sums[end] - sums[start]) % 10 == 0:
                yield group, last
                behind = last
                break
            last -= 1


def _runs(separators: list[str]) -> list[int]:
    """For each group the one behind its run. Two groups with a dot are a fraction: no card is written in two parts."""
    runs: list[int] = []
    first = 0
    for last, separator in enumerate(separators, start=1):
        if not separator:
            is_fraction = last - first == 2 and separators[first] == "."
            runs += [first + 1, last] if is_fraction else [last] * (last - first)
            first = last
    return runs


def _sums(digits: bytes) -> tuple[list[int], list[int]]:
    """Running sums of the digits: with each doubled that has an even place, counted from 0, and with each that has an odd one."""
    values, doubled = digits.translate(_VALUES), digits.translate(_DOUBLED)
    even, odd = bytearray(doubled), bytearray(values)
    even[1::2], odd[1::2] = values[1::2], doubled[1::2]
    return list(accumulate(even, initial=0)), list(accumulate(odd, initial=0))
