"""What a call does, counted and not timed: calls of Python and C, and each step that a backtracking engine takes in a pattern.

`re` says nothing of the steps it takes, so its patterns are matched a second time here, by the tree that its own parser makes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

SETS = (ops.LITERAL, ops.NOT_LITERAL, ops.ANY, ops.IN)
REPEATS = (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT)
CATEGORIES = {
    ops.CATEGORY_DIGIT: r"\d",
    ops.CATEGORY_SPACE: r"\s",
    ops.CATEGORY_WORD: r"\w",
    ops.CATEGORY_NOT_WORD: r"\W",
}


class Counted:
    """A compiled pattern that counts the steps of each search, and finds what the pattern finds."""

    steps = 0

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self._tree = list(parser.parse(pattern.pattern, pattern.flags))
        self._flags = pattern.flags & re.ASCII
        self._known: dict[tuple[int, str], bool] = {}

    def search(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self._checked(text, self._pattern.search(text, at), range(at, len(text) + 1))

    def match(self, text: str, at: int = 0) -> re.Match[str] | None:
        return self._checked(text, self._pattern.match(text, at), range(at, at + 1))

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        at = 0
        while (found := self.search(text, at)) is not None:
            yield found
            at = found.end()

    def findall(self, text: str) -> list[Any]:
        return list(self.finditer(text)) and self._pattern.findall(text)

    def split(self, text: str) -> list[str]:
        return list(self.finditer(text)) and self._pattern.split(text)

    def sub(self, by: str, text: str) -> str:
        return self._pattern.sub(by, text) if list(self.finditer(text)) else text

    def _checked(self, text: str, real: re.Match[str] | None, starts: range) -> re.Match[str] | None:
        spans = ((start, end) for start in starts for end in self._ends(self._tree, 0, text, start))
        assert next(spans, None) == (real.span() if real else None)
        return real

    def _ends(self, tree: list[Any], place: int, text: str, at: int) -> Iterator[int]:
        """Where what is left of the tree may end, in the order in which the engine tries it."""
        if place == len(tree):
            yield at
            return
        Counted.steps += 1
        for end in self._one(*tree[place], text, at):
            yield from self._ends(tree, place + 1, text, end)

    def _one(self, op: Any, given: Any, text: str, at: int) -> Iterator[int]:
        if op in SETS:
            if at < len(text) and self._has(op, given, text[at]):
                yield at + 1
        elif op is ops.BRANCH:
            for branch in given[1]:
                yield from self._ends(list(branch), 0, text, at)
        elif op is ops.SUBPATTERN:
            yield from self._ends(list(given[3]), 0, text, at)
        elif op in REPEATS:
            yield from self._repeated(op, *given, text, at)
        else:
            yield from self._asserted(op, *given, text, at)

    def _repeated(self, op: Any, least: int, most: int, inner: Any, text: str, at: int) -> Iterator[int]:
        tree = list(inner)
        if op is ops.POSSESSIVE_REPEAT:
            count = 0
            while count < most and (end := next(self._ends(tree, 0, text, at), None)) is not None:
                at, count = end, count + 1
            if count >= least:
                yield at
            return
        if len(tree) == 1 and tree[0][0] in SETS:
            yield from self._characters(op, least, most, tree[0], text, at)
        else:
            yield from self._groups(op, least, most, tree, text, at)

    def _characters(self, op: Any, least: int, most: int, one: Any, text: str, at: int) -> Iterator[int]:
        if op is ops.MAX_REPEAT:
            end = at
            while end - at < most and end < len(text) and self._has(*one, text[end]):
                end += 1
                Counted.steps += 1
            for back in range(end, at + least - 1, -1):
                Counted.steps += 1
                yield back
            return
        for end in range(at, at + most + 1):
            Counted.steps += 1
            if end - at >= least:
                yield end
            if end == len(text) or not self._has(*one, text[end]):
                return

    def _groups(self, op: Any, least: int, most: int, tree: list[Any], text: str, at: int) -> Iterator[int]:
        if op is ops.MIN_REPEAT and least <= 0:
            yield at
        if most > 0:
            for end in self._ends(tree, 0, text, at):
                if end > at:
                    yield from self._groups(op, least - 1, most - 1, tree, text, end)
        if op is ops.MAX_REPEAT and least <= 0:
            yield at

    def _asserted(self, op: Any, direction: int, inner: Any, text: str, at: int) -> Iterator[int]:
        assert op in (ops.ASSERT, ops.ASSERT_NOT), op
        start = at - inner.getwidth()[0] if direction < 0 else at
        found = start >= 0 and next(self._ends(list(inner), 0, text, start), None) is not None
        if found == (op is ops.ASSERT):
            yield at

    def _has(self, op: Any, given: Any, character: str) -> bool:
        key = (id(given) if op is ops.IN else hash((op, given)), character)
        if key not in self._known:
            self._known[key] = self._in(given, character) if op is ops.IN else self._is(op, given, character)
        return self._known[key]

    def _in(self, members: list[Any], character: str) -> bool:
        negated = members[0][0] is ops.NEGATE
        return negated != any(self._is(op, given, character) for op, given in members[negated:])

    def _is(self, op: Any, given: Any, character: str) -> bool:
        if op is ops.CATEGORY:
            return re.match(CATEGORIES[given], character, self._flags) is not None
        if op is ops.RANGE:
            return bool(given[0] <= ord(character) <= given[1])
        return character != "\n" if op is ops.ANY else (ord(character) == given) == (op is ops.LITERAL)


def of_patterns(call: Callable[[], Any], *modules: ModuleType | SimpleNamespace) -> int:
    """How many steps the patterns of these modules take during the call."""
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    patch.setattr(module, name, Counted(value))
                elif isinstance(value, dict) and all(isinstance(one, re.Pattern) for one in value.values()):
                    patch.setattr(module, name, {key: Counted(one) for key, one in value.items()})
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(20_000)
        Counted.steps = 0
        try:
            call()
        finally:
            sys.setrecursionlimit(limit)
        return Counted.steps


def of_calls(call: Callable[[], Any]) -> int:
    """How many calls, of Python and of C, the call makes."""
    calls: list[int] = []
    sys.setprofile(lambda *_: calls.append(1))
    try:
        call()
    finally:
        sys.setprofile(None)
    return len(calls)
