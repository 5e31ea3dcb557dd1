"""What all users' pages share: which tenants there are, how fresh their mirrors are, and the slices that are open."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeVar

import pandas as pd

from chalicelib.lake import versions
from sluice.analysis.held import ANSWERS, PATIENCE, Held, Slices, size
from sluice.analysis.scope import Scope
from sluice.analysis.slices import Slice
from sluice.analysis.turns import Running
from sluice.mirror import tenant, view
from sluice.mirror.mirror import Snapshot
from sluice.mirror.tenant import Every, Place
from sluice.mirror.view import Source
from sluice.publishing.ledger import Release

# Seconds for which what was found holds: what is stored in a folder shows within as many, and a little.
FRESH = 1.0
# Seconds for which what Athena or S3 was asked holds: each statement is billed as 10 MB at least.
HELD = 300.0
HOUR = 3600.0
# Values that are held, where they are small.
VALUES = 200
Made = TypeVar("Made")
Seen = tuple[Source, tuple[str, ...]]


@dataclass
class _Held(Generic[Made]):
    """Something that was found, until when it holds, and its size."""

    value: Made
    until: float
    size: int


class Fresh(Generic[Made]):
    """A limited number of recent values by key; each is computed again when it is older than so many seconds."""

    def __init__(
        self, seconds: float = FRESH, most: int = VALUES, size: Callable[[Made], int] = lambda value: 1
    ) -> None:
        self._seconds = seconds
        self._most = most
        self._size = size
        self._held: dict[Any, _Held[Made]] = {}
        self._lock = threading.Lock()
        # One a key: a slow tenant holds up nobody else's.
        self._locks: defaultdict[Any, threading.Lock] = defaultdict(threading.Lock)

    def get(self, key: Any, find: Callable[[], Made]) -> Made:
        """What was found for this key, or is now."""
        with self._locks[key]:
            held = self._held.get(key)
            started = monotonic()
            if held is None or held.until < started:
                value = find()
                now = monotonic()
                until = now + max(self._seconds, PATIENCE * (now - started))
                held = _Held(value, until, self._size(value))
                self._keep(key, held, now)
            return held.value

    def peek(self, key: Any) -> Made | None:
        """What was found for this key, where that still holds."""
        held = self._held.get(key)
        return held.value if held is not None and held.until >= monotonic() else None

    def _keep(self, key: Any, held: _Held[Made], now: float) -> None:
        """Hold this as the newest; what nobody would be given any more goes, and the oldest where there are too many."""
        with self._lock:
            self._held.pop(key, None)
            kept = {one: other for one, other in self._held.items() if other.until >= now} | {key: held}
            total = sum(other.size for other in kept.values())
            for one in list(kept):
                if total > self._most:
                    total -= kept.pop(one).size
            self._held = kept
            for one, lock in list(self._locks.items()):
                if one not in self._held and not lock.locked():
                    self._locks.pop(one, None)


class Desk:
    """The process's own: one for all sessions."""

    def __init__(self) -> None:
        self.tenants: Fresh[Every] = Fresh()
        self.snapshots: Fresh[Seen] = Fresh()
        # For Athena: its answers, the days of each bucket, and a client for each region.
        self.answers: Fresh[pd.DataFrame] = Fresh(HELD, ANSWERS, size)
        self.days: Fresh[list[date]] = Fresh(HELD)
        self.clients: Fresh[Any] = Fresh(HELD)
        # For published numbers: the entries with a link, the releases in S3, and the pages of S3's and of a folder's.
        self.links: Fresh[dict[str, bool] | None] = Fresh()
        self.releases: Fresh[list[Release]] = Fresh(HOUR)
        self.pages: Fresh[tuple[str, str | None]] = Fresh(HELD)
        self.local_pages: Fresh[tuple[str, str | None]] = Fresh()
        self.slices = Slices()
        # Whether a person's own SQL is asked of all tenants: a page that is drawn again asks no process.
        self.known: Fresh[bool] = Fresh(HELD)
        self.running = Running()


@cache
def desk() -> Desk:
    """The desk of this process."""
    return Desk()


def every(stage: str) -> Every:
    """Every tenant of the stage that has a bucket, and the faults of the others; raises as `place.every`."""
    here = Path.cwd()
    return desk().tenants.get((here, stage), lambda: tenant.every(stage))


def of_one(found: Place, scope: Scope) -> Held:
    """The scope's slice of one tenant; raises PlaceError where this machine has nothing of it."""
    return _slice({view.EVENTS: found}, scope)


def of_all(found: Sequence[Place], scope: Scope) -> Held:
    """The scope's slice of these tenants, each under its table's name."""
    return _slice({one.table: one for one in found}, scope)


def _slice(named: Mapping[str, Place], scope: Scope) -> Held:
    found = {name: _seen(one, scope) for name, one in named.items()}
    sources = {name: source for name, (source, _) in found.items()}
    goals = tuple(goal for one in named.values() for goal in one.allow.goals)
    key = (tuple((name, source.folder) for name, source in sources.items()), scope.asked, scope.bots)
    version = (goals, tuple(version for _, version in found.values()))
    return desk().slices.of(key, version, lambda: Slice(sources, scope, list(named.values())))


def _seen(found: Place, scope: Scope) -> Seen:
    """The tenant's mirror as of its last refresh, and a key for the state of the scope's days."""

    def look() -> Seen:
        days = scope.asked.nearby
        logs, refused = found.access(*days), found.rejected(*days)
        snapshot = found.snapshot(*days, lambda *_: None)
        source = Source(found.mirror.folder, snapshot, logs, refused)
        return source, (*_version(snapshot, scope), *map(_state, (*logs, *refused)))

    return desk().snapshots.get((found.mirror.folder, scope.asked.nearby), look)


def _state(path: Path) -> str:
    """A key for a file, from which an erasure may have taken a line."""
    with suppress(FileNotFoundError):
        return f"{path} {versions.etag(path.stat())}"
    return str(path)


def _version(snapshot: Snapshot, scope: Scope) -> tuple[str, ...]:
    """A key for the state of the scope's days."""
    first, last = scope.asked.nearby
    compacted = [part for day, part in snapshot.compacted.items() if first <= day <= last]
    raw = [part for day, parts in snapshot.raw.items() if first <= day <= last for part in parts]
    return tuple(f"{part.path} {part.version}" for part in (*compacted, *raw))
