"""The days that are asked for, in a time zone: what they are as times, and which partitions of the lake hold them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib import allowlist
from chalicelib.records import iso

# A visit of a range may begin a day before it and end a day after it.
NEARBY = timedelta(days=1)
_FIRST, _LAST = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)


class UnknownZone(ValueError):
    """A time zone that does not exist; the message says how one is written."""


class Days(NamedTuple):
    """The days from `since` to `until`, both inclusive, of a zone like America/Toronto."""

    since: date
    until: date
    zone: str = allowlist.UTC

    @property
    def start(self) -> datetime:
        """When the first day begins, in UTC."""
        return _start(self.since, self.zone)

    @property
    def end(self) -> datetime:
        """When the last day is over, in UTC."""
        return _start(self.until + timedelta(days=1), self.zone) if self.until < _LAST.date() else _LAST

    @property
    def partitions(self) -> tuple[date, date]:
        """The first and the last UTC day that has events of these days."""
        return _days_of(self.start, self.end)

    @property
    def nearby(self) -> tuple[date, date]:
        """The same, with the day on either side that their visits may need."""
        return _days_of(self.start - NEARBY, self.end + NEARBY)

    def placeholders(self) -> dict[str, str]:
        """The value of each placeholder that a question has without asking for it."""
        (dt_from, dt_to), (near_from, near_to) = self.partitions, self.nearby
        dates = {"from": self.since, "to": self.until, "dt_from": dt_from, "dt_to": dt_to}
        return {
            **{name: day.isoformat() for name, day in {**dates, "near_from": near_from, "near_to": near_to}.items()},
            **{"since": iso(self.start), "before": iso(self.end), "zone": self.zone},
        }


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # its own error is a KeyError; others come from names like ../x
        raise UnknownZone(f"{name[:40]!r} is not a time zone; write it like America/Toronto") from None


def _start(day: date, zone: str) -> datetime:
    """When a day begins; where the clock is set forward at midnight, that moment."""
    if not _FIRST.date() <= day <= _LAST.date():
        return _FIRST if day < _FIRST.date() else _LAST
    return datetime.combine(day, time(), zone_of(zone)).astimezone(UTC)


def _days_of(start: datetime, end: datetime) -> tuple[date, date]:
    """The UTC days that have a moment from the start up to the end, which is excluded."""
    return start.date(), (end - timedelta(milliseconds=1)).date()
