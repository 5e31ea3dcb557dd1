"""The id of a log's line: the same at every import, and none that a client can take."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256

import msgspec

from chalicelib.records import object_key
from sluice.imports.lines import Line

WINDOW = 60  # minutes of log time
HEX = 32
# No event can take an id with a dot: who foresees a line cannot send its event first.
PREFIX = "log."


class Ordinals:
    """The ordinals of one file's lines: among those of their second, and among those that are equal.

    They are counted by the minute of log time, and the last 60 minutes that had a line are remembered: memory stays flat,
    and lines up to an hour late still get their own.
    """

    def __init__(self) -> None:
        self._minutes: OrderedDict[datetime, dict[bytes | int, int]] = OrderedDict()

    def event_id(self, line: Line) -> str:
        """`log.` and 32 hex of SHA-256 over the line without its address, and its ordinal among equal ones.

        The same at every import, and the same whatever address the line has.
        """
        digest = sha256(msgspec.json.encode((line[1:8], line.page)))
        ordinal = self._next(line.time, digest.digest()[:8])
        digest.update(b"%d" % ordinal)
        return PREFIX + digest.hexdigest()[:HEX]

    def sequence(self, line: Line) -> int:
        """The ordinal among the lines of one second, which a log does not split further."""
        return self._next(line.time, line.time.second)

    def _next(self, moment: datetime, counted: bytes | int) -> int:
        minute = moment.replace(second=0, microsecond=0)
        counts = self._minutes.setdefault(minute, {})
        self._minutes.move_to_end(minute)
        if len(self._minutes) > WINDOW:
            self._minutes.popitem(last=False)
        ordinal = counts.get(counted, 0)
        counts[counted] = ordinal + 1
        return ordinal


class Earlier:
    """Whether versions before 0.2.0, which gave a line another id, imported a day: looked for once an hour of the log."""

    def __init__(self, is_there: Callable[[str], bool]) -> None:
        self._is_there = is_there
        self._seen: set[datetime] = set()

    def imported(self, line: Line, day: date) -> bool:
        """Whether this page view, the first of its hour, is stored as those versions did; False for the others."""
        hour = line.time.replace(minute=0, second=0, microsecond=0)
        if hour in self._seen:
            return False
        self._seen.add(hour)
        digest = sha256(msgspec.json.encode((None, *line[1:8])) + b"0").hexdigest()
        return self._is_there(object_key(day, digest[:HEX]))
