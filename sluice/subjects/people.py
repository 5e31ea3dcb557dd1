"""Several people at once: which of them a text mentions, found by its words, so that a hundred cost as little as one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sluice.subjects.person import PART, Person

# Every byte that ends a word, as a blank; the end of a line stays.
_APART = bytes(byte if re.match(PART, bytes([byte])) or byte == ord("\n") else ord(" ") for byte in range(256))


class Mention(NamedTuple):
    """A line that has the id of somebody, which line it is, and whose: their numbers."""

    at: int
    line: bytes
    whose: list[int]


class People:
    """Those who are asked for, each known by a number: the place in `all`.

    An id is found only where no longer one holds it. So each of its words is a whole word of the text. Where an id is
    more than one word, its longest word says where to look closer.
    """

    def __init__(self, everyone: Sequence[Person]) -> None:
        self.all = list(everyone)
        self._patterns = [person.pattern for person in self.all]
        self._exact: defaultdict[bytes, set[int]] = defaultdict(set)
        self._closer: defaultdict[bytes, set[int]] = defaultdict(set)
        # Ids without any word, for example in another script.
        self._wordless = set[int]()
        for number, person in enumerate(self.all):
            for form in person.forms:
                self._learn(number, form)
        self._words = frozenset(self._exact) | frozenset(self._closer)

    def _learn(self, number: int, form: bytes) -> None:
        longest = max(form.translate(_APART).split(), key=len, default=b"")
        if not longest:
            self._wordless.add(number)
        else:
            (self._exact if longest == form else self._closer)[longest].add(number)

    def mentions(self, text: bytes) -> Iterator[Mention]:
        """The lines that mention somebody."""
        words = text.translate(_APART)
        if not self._wordless and self._words.isdisjoint(words.split()):
            return
        for at, (line, said) in enumerate(zip(text.split(b"\n"), words.split(b"\n"), strict=True)):
            if whose := self._whose(line, said.split()):
                yield Mention(at, line, whose)

    def _whose(self, line: bytes, words: list[bytes]) -> list[int]:
        found, closer = set[int](), set(self._wordless)
        if not self._words.isdisjoint(words):
            for word in self._words.intersection(words):
                found |= self._exact.get(word, set())
                closer |= self._closer.get(word, set())
        return sorted(found | {one for one in closer - found if self._patterns[one].search(line)})
