"""The days that a report is about, and when it is due."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple

from chalicelib.lake.compaction import closes
from chalicelib.lake.days import Days, zone_of

Every = Literal["day", "week", "month"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# When people read it, on the tenant's clock.
HOUR = 8
WEEK = timedelta(weeks=1)
_DAY = timedelta(days=1)
_NAMED = re.compile(r"([0-9]{4})-W([0-9]{2})")


class Period(NamedTuple):
    """The days of a report, both inclusive, and how many of them a period has."""

    since: date
    until: date
    every: Every = "week"

    @property
    def name(self) -> str:
        """Its own name among a tenant's: 2026-W10, 2026-03-02, 2026-03, or both days where the week begins on another day."""
        if self.every == "day":
            return self.since.isoformat()
        if self.every == "month":
            return f"{self.since:%Y-%m}"
        year, week, weekday = self.since.isocalendar()
        return f"{year}-W{week:02}" if weekday == 1 else f"{self.since}_{self.until}"

    @property
    def before(self) -> Period:
        """The one before it."""
        last = self.since - _DAY
        return _month_of(last) if self.every == "month" else Period(last - (self.until - self.since), last, self.every)

    @property
    def days(self) -> list[date]:
        """Each of its days."""
        return [self.since + timedelta(number) for number in range((self.until - self.since).days + 1)]

    def asked(self, zone: str) -> Days:
        """Its days as a question takes them."""
        return Days(self.since, self.until, zone)


class UnknownWeek(ValueError):
    """A week that does not exist; the message says how one is written."""


def week(name: str) -> Period:
    """The week of this name, from Monday to Sunday; raises UnknownWeek."""
    try:
        year, number = map(int, _NAMED.fullmatch(name).groups())  # type: ignore[union-attr]
        first = date.fromisocalendar(year, number, 1)
        return Period(first, first + WEEK - _DAY)
    except (AttributeError, ValueError, OverflowError):
        raise UnknownWeek(f"{name[:40]!r} is not a week; write it like 2026-W10") from None


def last(every: Every, day: Weekday, today: date) -> Period:
    """The last period that is over today. A week ends before the given day."""
    if every == "day":
        return Period(today - _DAY, today - _DAY, every)
    if every == "month":
        return _month_of(today.replace(day=1) - _DAY)
    first = _begun(day, today)
    return Period(first - WEEK, first - _DAY)


def due(every: Every, day: Weekday, zone: str, now: datetime) -> Period | None:
    """The period whose report is due: from 08:00 of the day after it, by the tenant's clock, for a day. None between."""
    today = now.astimezone(zone_of(zone)).date()
    for morning in (today, today - _DAY):
        found = last(every, day, morning)
        at = datetime.combine(found.until + _DAY, time(HOUR), zone_of(zone)).astimezone(UTC)
        if at <= now < at + _DAY:
            return found
    return None


def open_from(period: Period, zone: str, now: datetime) -> date | None:
    """The first of its days that still takes events."""
    return next((day for day in period.days if _closes(day, zone) > now), None)


def closed_at(day: date, zone: str) -> datetime:
    """When a day takes no more events, on the zone's clock."""
    return _closes(day, zone).astimezone(zone_of(zone))


def _closes(day: date, zone: str) -> datetime:
    return closes(Days(day, day, zone).partitions[1])


def _begun(day: Weekday, today: date) -> date:
    return today - timedelta((today.weekday() - WEEKDAYS.index(day)) % 7)


def _month_of(day: date) -> Period:
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]), "month")
