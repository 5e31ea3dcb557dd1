"""What the process holds for all its sessions: slices, open as long as there is memory for them, and what they answered.

Answers do not need their slice to be open. A slice's answers are its own: no other tenants, days or state of the lake have them.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import pandas as pd
from cachetools import LRUCache

from sluice.analysis.slices import Asked, BrokenMirror, Slice, framed
from sluice.analysis.turns import Turns
from sluice.mirror.own import Own, UnreadableMirror

# What took long holds as many times longer, so that looking never takes more than a tenth of the machine.
PATIENCE = 10
# Bytes for the process. Slices that nobody asks share TABLES; each of AT_ONCE questions may take what `slices.MEMORY` says.
TABLES, ANSWERS = 2**29, 2**27
AT_ONCE = 2
# Slices that are known, open or shut.
SLICES = 500
# Bytes of a frame's own, besides its values.
FRAME = 2**10


class Held:
    """A slice in one state of the lake; asked as a slice is, and answered at once where somebody asked before."""

    def __init__(self, version: Any, made: Slice, desk: Slices) -> None:
        self.version = version
        self.slice = made
        self._desk = desk
        self._since = monotonic()

    def is_worth(self, version: Any) -> bool:
        """Whether this is of that version, or has served for less than it was worth."""
        return bool(self.version == version) or monotonic() < self._since + PATIENCE * self.slice.cost

    def frame(self, asked: Asked, seconds: float) -> pd.DataFrame:
        """The answer, a frame of the caller's own; raises as a slice does."""
        alike = asked._replace(is_alone=False)
        found = self._desk.answer(self, alike)
        if found is None:
            with self._desk.turns.of((self, alike)):  # who waited for the same question finds its answer
                found = self._desk.answer(self, alike)
                if found is None:
                    found = self._desk.ask(self, asked, seconds)
                    self._desk.keep(self, alike, found)
            self._desk.settle()
        return found.copy()

    def held(self, asked: Asked) -> pd.DataFrame | None:
        """What was answered, if it is still there; a frame of the caller's own."""
        found = self._desk.answer(self, asked)
        return None if found is None else found.copy()

    def own(self, asked: Asked, own: Own, seconds: float) -> pd.DataFrame:
        """The answer to a person's own SQL, which takes nothing of this process but its answer."""
        try:
            answer, is_cut = own.ask(self.slice.task(asked))
        except UnreadableMirror as error:
            raise BrokenMirror(str(error)) from None
        frame = framed(list(zip(answer.columns, answer.types, strict=True)), answer.rows)
        frame.attrs["cut"] = is_cut
        self._desk.keep(self, asked, frame)
        return frame.copy()


class Slices:
    """The slices of a process, by key, and all their answers."""

    def __init__(self) -> None:
        self._held: OrderedDict[Any, Held] = OrderedDict()
        self._answers: LRUCache[tuple[Held, Asked], pd.DataFrame] = LRUCache(ANSWERS, getsizeof=size)
        self.turns = Turns()
        self._lock = threading.Lock()  # held for no question, and for no opening
        self._asking = threading.BoundedSemaphore(AT_ONCE)

    def of(self, key: Any, version: Any, make: Callable[[], Slice]) -> Held:
        """The slice of this key and version, or an older one that was worth less than it has served."""
        with self._lock:
            held = self._held.get(key)
            if held is None or not held.is_worth(version):
                held = self._held[key] = Held(version, make(), self)
            self._held.move_to_end(key)
            while len(self._held) > SLICES:
                self._held.popitem(last=False)  # a running question keeps it open
            return held

    def answer(self, held: Held, asked: Asked) -> pd.DataFrame | None:
        """What was answered, if it is still there."""
        with self._lock:
            return self._answers.get((held, asked))

    def keep(self, held: Held, asked: Asked, frame: pd.DataFrame) -> None:
        """Hold an answer, in place of those that nobody asked for longest."""
        with self._lock:
            if size(frame) <= self._answers.maxsize:
                self._answers[held, asked] = frame

    def ask(self, held: Held, asked: Asked, seconds: float) -> pd.DataFrame:
        """The slice's answer, with few others at work."""
        with self._asking:
            return held.slice.frame(asked, seconds)

    def settle(self) -> None:
        """Shut the slices that nobody asked for longest, until the others have room; one that is being asked stays open."""
        with self._lock:
            slices = [held.slice for held in self._held.values()]
        total = sum(one.size for one in slices)
        for one in slices[:-1]:
            if total <= TABLES:
                break
            total -= one.shut()


def size(frame: pd.DataFrame) -> int:
    """The bytes of an answer."""
    nested = sum(_inner(value) for place in range(frame.shape[1]) for value in _objects(frame.iloc[:, place]))
    return FRAME + int(frame.memory_usage(deep=True).sum()) + nested


def _objects(column: pd.Series) -> Iterable[object]:
    return column if column.dtype == object else ()


def _inner(value: object) -> int:
    """The bytes of what a list or a struct holds, which pandas does not count."""
    if not isinstance(value, list | dict):
        return 0
    parts = [*value, *value.values()] if isinstance(value, dict) else value
    return sum(sys.getsizeof(part) + _inner(part) for part in parts)
