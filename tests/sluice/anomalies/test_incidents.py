"""Odd days as incidents, and the slice that explains them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chalicelib.anomalies.detector import Day, judged
from chalicelib.anomalies.incidents import incidents
from sluice.anomalies.slices import Slice, explaining

FIRST = date(2026, 1, 5)
MONDAY = FIRST + timedelta(weeks=8)


def days(*odd: int, until: int = 10) -> list[Day]:
    """Days from Monday on, of which these are odd."""
    return [Day(MONDAY + timedelta(place), 0, 9.0, 1, 20, "silent" if place in odd else None) for place in range(until)]


def test_three_days_of_outage_are_one_incident_with_its_all_clear() -> None:
    visits = judged(FIRST, [100] * 56 + [0] * 3 + [100] * 4)

    (one,) = incidents({"visits": visits})

    assert (one.since, one.until, one.clear) == (MONDAY, MONDAY + timedelta(2), MONDAY + timedelta(3))
    assert one.odd == {"visits": visits[56:59]}


def test_an_incident_that_goes_on_has_no_all_clear() -> None:
    (one,) = incidents({"visits": days(8, 9)})
    assert one.clear is None


def test_what_several_figures_say_of_the_same_days_is_one_incident() -> None:
    found = incidents({"visits": days(3, 4), "events": days(4, 5), "goals": days(), "errors": days(8)})

    assert [(one.since, one.until) for one in found] == [(day(3), day(5)), (day(8), day(8))]
    assert list(found[0].odd) == ["visits", "events"]
    assert list(found[1].odd) == ["errors"]


def test_judged_day_by_day_an_incident_begins_once_and_is_cleared_once() -> None:
    counts = [100] * 56 + [0] * 3 + [100] * 4
    by_day = [incidents({"visits": judged(FIRST, counts[:until])}) for until in range(56, len(counts) + 1)]

    assert {one.since for found in by_day for one in found} == {MONDAY}
    assert [[one.clear for one in found] for found in by_day] == [[], *[[None]] * 3, *[[day(3)]] * 4]


def test_without_days_there_is_no_incident() -> None:
    assert incidents({"visits": []}) == []


def day(place: int) -> date:
    return MONDAY + timedelta(place)


ALIKE = [("source", "google", 50, 100.0), ("source", "(none)", 25, 50.0), ("device", "mobile", 75, 150.0)]


@pytest.mark.parametrize(
    ("rows", "slice"),
    [
        (ALIKE, None),
        ([("device", "mobile", 0, 90.0), ("device", "desktop", 0, 10.0)], None),
        # 60 of 62 more are of the newsletter, which usually is 40 of 160.
        (
            [("source", "news", 100, 40.0), ("source", "google", 122, 120.0), ("device", "mobile", 222, 160.0)],
            Slice("source", "news", 100, 40.0, pytest.approx(60 / 62)),
        ),
        # All that is missing is of one country, which is three quarters of it all.
        (
            [("country", "DE", 0, 90.0), ("country", "FR", 30, 30.0), ("device", "mobile", 30, 120.0)],
            Slice("country", "DE", 0, 90.0, 1.0),
        ),
        # Nothing was usual: the first that all of it is of.
        (
            [("page", "/a", 9, 0.0), ("device", "tv", 5, 0.0), ("device", "car", 4, 0.0)],
            Slice("page", "/a", 9, 0.0, 1.0),
        ),
        ([], None),
    ],
)
def test_a_slice_explains_a_change_if_it_is_more_of_it_than_of_what_is_usual(
    rows: list[tuple[str, str, int, float]], slice: Slice | None
) -> None:
    assert explaining(rows) == slice
