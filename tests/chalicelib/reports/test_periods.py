"""Which days a report is about, and when it is due."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from chalicelib.reports import periods
from chalicelib.reports.periods import Period, UnknownWeek

WEEK = Period(date(2026, 3, 2), date(2026, 3, 8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def test_a_week_has_the_name_of_its_monday_and_one_from_another_day_both_its_days() -> None:
    assert periods.week("2026-W10") == WEEK
    assert WEEK.name == "2026-W10"
    assert Period(date(2026, 3, 4), date(2026, 3, 10)).name == "2026-03-04_2026-03-10"
    assert Period(date(2025, 12, 29), date(2026, 1, 4)).name == "2026-W01"


@pytest.mark.parametrize("name", ["2026-W54", "2026-W00", "2026-10", "W10", "2026-W1", "2026-W10\n", "9999-W53"])
def test_a_week_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(UnknownWeek, match="write it like 2026-W10"):
        periods.week(name)


def test_the_period_before_is_as_long_and_a_month_is_the_calendar_s() -> None:
    assert WEEK.before == Period(date(2026, 2, 23), date(2026, 3, 1))
    march = periods.last("month", "monday", date(2026, 4, 15))
    assert (march, march.name) == (Period(date(2026, 3, 1), date(2026, 3, 31), "month"), "2026-03")
    assert march.before == Period(date(2026, 2, 1), date(2026, 2, 28), "month")
    yesterday = periods.last("day", "monday", date(2026, 3, 1))
    assert (yesterday.name, yesterday.before.name) == ("2026-02-28", "2026-02-27")


@pytest.mark.parametrize(
    ("every", "day", "zone", "now", "name"),
    [
        ("week", "monday", "UTC", "03-09 07:59", None),
        ("week", "monday", "UTC", "03-09 08:00", "2026-W10"),
        ("week", "monday", "UTC", "03-10 07:59", "2026-W10"),
        ("week", "monday", "UTC", "03-10 08:00", None),
        ("week", "wednesday", "UTC", "03-11 08:05", "2026-03-04_2026-03-10"),
        # The clock of New York was set forward on the day before, Berlin's is not yet.
        ("week", "monday", "America/New_York", "03-09 11:59", None),
        ("week", "monday", "America/New_York", "03-09 12:00", "2026-W10"),
        ("week", "monday", "Europe/Berlin", "03-09 07:00", "2026-W10"),
        # Monday morning in Auckland is Sunday evening of UTC.
        ("week", "monday", "Pacific/Auckland", "03-08 19:00", "2026-W10"),
        ("day", "monday", "UTC", "03-05 09:00", "2026-03-04"),
        ("day", "monday", "UTC", "03-05 07:00", "2026-03-03"),
        ("month", "monday", "UTC", "03-01 08:00", "2026-02"),
        ("month", "monday", "UTC", "03-02 09:00", None),
    ],
)
def test_a_report_is_due_for_a_day_from_eight_on_the_tenant_s_clock(
    every: periods.Every, day: periods.Weekday, zone: str, now: str, name: str | None
) -> None:
    found = periods.due(every, day, zone, at(now))
    assert (found and found.name) == name


def test_the_last_day_is_open_until_a_day_after_its_end() -> None:
    assert periods.open_from(WEEK, "UTC", at("03-09 08:00")) == date(2026, 3, 8)
    assert periods.open_from(WEEK, "UTC", at("03-10 00:02")) is None
    # Its last hours are the next day's in UTC.
    assert periods.open_from(WEEK, "America/New_York", at("03-10 08:00")) == date(2026, 3, 8)
