"""The detector: what it says of days that were written down, and how much it finds and how often it is wrong."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from math import ceil, sqrt
from pathlib import Path
from random import Random

import pytest

from chalicelib.anomalies.counts import FIGURES, of_rows
from chalicelib.anomalies.detector import FORTNIGHT, LEARNING, Day, judged
from chalicelib.margins import DEVIATIONS, grain
from tests.sluice.anomalies.made import (
    CLOSED,
    FIRST,
    HELD,
    OFFICE,
    Planted,
    Tenant,
    found,
    halves,
    others,
    outages,
    quarters,
    spikes,
)

SERIES = os.environ.get("SLUICE_SERIES")
QUIET = {
    **{f"{mean} a day": Tenant(mean) for mean in (1, 5, 20, 100)},
    **{f"{mean} a day, varied": Tenant(mean, noise=0.15) for mean in (20, 100, 1000)},
    **{f"an office of {mean}": Tenant(mean, OFFICE, noise=0.1) for mean in (20, 300)},
    **{f"closed on weekends, {mean}": Tenant(mean, CLOSED, noise=0.1) for mean in (20, 300)},
    "growing": Tenant(100, growth=0.1, noise=0.05),
    "shrinking": Tenant(100, growth=-0.05, noise=0.05),
    "launched": Tenant(10, growth=0.15, noise=0.1, days=70),
    "young": Tenant(50, days=LEARNING + 27),
}
WEEKS = [100, 110, 105, 95, 90, 60, 50] * 10


def kinds(counts: list[int]) -> dict[int, str]:
    """The odd days by place."""
    return {place: one.kind for place, one in enumerate(judged(FIRST, counts)) if one.kind}


def changed(days: dict[int, int]) -> list[int]:
    return [days.get(place, count) for place, count in enumerate(WEEKS)]


def test_days_like_the_same_weekdays_before_are_not_odd() -> None:
    assert kinds(WEEKS) == {}


def test_what_is_usual_is_the_weekdays_own() -> None:
    last = judged(FIRST, WEEKS)[-1]

    assert last == Day(last.day, 50, pytest.approx(50), last.low, last.high)
    assert last.low and last.high and last.low < 50 < last.high


@pytest.mark.parametrize(("count", "kind"), [(0, "silent"), (40, "down"), (200, "up"), (85, None), (135, None)])
def test_a_tuesday_is_odd_by_how_far_it_is_from_tuesdays(count: int, kind: str | None) -> None:
    assert kinds(changed({64: count})).get(64) == kind


def test_a_sundays_count_on_a_monday_is_odd() -> None:
    assert kinds(changed({63: 50})) == {63: "down"}


def test_an_outage_is_silence_on_each_of_its_days_and_nothing_after_it() -> None:
    assert kinds(changed(dict.fromkeys(range(58, 64), 0))) == dict.fromkeys(range(58, 64), "silent")


def test_an_outage_of_three_weeks_is_found_to_its_last_day_and_its_end_is_not_odd() -> None:
    assert kinds(changed(dict.fromkeys(range(42, 63), 0))) == dict.fromkeys(range(42, 63), "silent")


def test_a_new_level_is_usual_after_a_fortnight() -> None:
    counts = [count * 3 if place >= 42 else count for place, count in enumerate(WEEKS)]

    assert kinds(counts) == dict.fromkeys(range(42, 42 + FORTNIGHT), "up")


def test_a_small_tenants_silence_is_found_once_it_is_too_long_for_chance() -> None:
    counts = [3] * 60 + [0] * 2
    assert kinds(counts) == {}
    assert kinds([*counts, 0]) == {60: "silent", 61: "silent", 62: "silent"}


def test_a_weekend_on_which_nobody_comes_is_not_silence_but_goes_on_with_one() -> None:
    weeks = [100] * 5 + [0] * 2
    assert kinds(weeks * 8) == {}
    assert list(kinds(weeks * 7 + [100] * 4 + [0] * 4)) == [53, 54, 55, 56]


def test_the_first_errors_are_an_incident_only_if_they_are_many() -> None:
    assert kinds([0] * 60 + [3]) == {}
    assert kinds([0] * 60 + [30]) == {60: "up"}


def test_too_few_days_are_not_judged() -> None:
    counts = [100] * LEARNING
    assert all(one.usual is None for one in judged(FIRST, counts))
    assert judged(FIRST, [*counts, 0])[-1].kind == "silent"


def test_a_first_day_that_is_not_whole_makes_no_other_odd() -> None:
    assert kinds([1, *WEEKS[1:]]) == {}


def test_a_holiday_makes_no_other_day_odd() -> None:
    counts = Tenant(300, OFFICE, noise=0.05).counts(HELD[0])
    holidays = (78, 120, 121, 122)
    for place in holidays:
        counts[place] = round(counts[place] * 0.2)

    assert set(kinds(counts)) == set(holidays)


@pytest.mark.parametrize("name", QUIET)
def test_where_nothing_happened_there_is_at_most_one_false_alarm_a_quarter(name: str) -> None:
    alarms = [one for seed in HELD for one in quarters(QUIET[name].counts(seed))]

    assert max(alarms) <= 1
    assert sum(alarms) / len(alarms) <= 0.25


@pytest.mark.parametrize("noise", [0.0, 0.05, 0.08])
def test_outages_halves_and_spikes_are_found_where_days_vary_little(noise: float) -> None:
    rates = {plant.__name__: rate(Tenant(1000, noise=noise), plant) for plant in (outages, halves, spikes)}

    assert rates["outages"] == rates["halves"] == 1
    assert rates["spikes"] >= 0.8


@pytest.mark.parametrize("mean", [15, 20, 100])
def test_every_outage_of_a_small_tenant_is_found(mean: int) -> None:
    assert rate(Tenant(mean), outages) == 1


def rate(tenant: Tenant, plant: Callable[[list[int], int], Planted]) -> float:
    """Which part of what is planted is found, over the seeds that were held back."""
    looked = [one for seed in HELD for one in found(plant(tenant.counts(seed), seed))]
    return sum(looked) / len(looked)


@pytest.fixture(params=["consistent", "sinusoidal"])
def series(request: pytest.FixtureRequest) -> list[int]:
    """A published detector's own test series, by days."""
    if SERIES is None:
        pytest.skip("no published series next to the project: SLUICE_SERIES names their folder")
    views: Counter[str] = Counter()
    with (Path(SERIES) / f"{request.param}.csv").open() as file:
        for row in csv.DictReader(file):
            views[row["date_key"][:10]] += int(row["views"])
    return [views[day] for day in sorted(views)]


def test_in_a_published_series_nothing_is_odd(series: list[int]) -> None:
    assert max(quarters(series)) == 0


@pytest.mark.parametrize(("plant", "least"), [(outages, 1.0), (halves, 1.0), (spikes, 0.8)])
def test_in_a_published_series_what_is_planted_is_found_and_nothing_else(
    series: list[int], plant: Callable[[list[int], int], Planted], least: float
) -> None:
    planted = [plant(series, seed) for seed in HELD]
    looked = [one for each in planted for one in found(each)]

    assert sum(looked) / len(looked) >= least
    assert not [one for each in planted for one in others(each)]


def kept_tenth(mean: float, days: int, since: int) -> tuple[list[int], list[int]]:
    """The counts of a tenant of whose visits a tenth is kept from a day on, ten for each, and their margins."""
    chance = Random(7)
    counts, margins = [], []
    for day in range(days):
        weight = 10 if day >= since else 1
        kept = sum(chance.random() < 1 / weight for _ in range(round(mean + mean**0.5 * chance.gauss(0, 1))))
        counts.append(kept * weight)
        margins.append(ceil(DEVIATIONS * sqrt(kept * weight * (weight - 1))))
    return counts, margins


def test_that_sampling_begins_makes_no_day_odd() -> None:
    counts, margins = kept_tenth(200, 200, since=100)
    with_margins = [
        (str(FIRST + timedelta(place)), *[value for _ in FIGURES for value in pair])
        for place, pair in enumerate(zip(counts, margins, strict=True))
    ]
    last = FIRST + timedelta(len(counts) - 1)

    assert not [one for one in of_rows(with_margins, last)["visits"] if one.kind]
    # Without margins chance alone would be taken for what happened.
    assert kinds(counts)


def test_a_sampled_tenant_that_falls_silent_is_still_noticed() -> None:
    counts, margins = kept_tenth(2000, 150, since=60)
    grains = [grain(*pair) for pair in zip(counts, margins, strict=True)]

    assert [one.kind for one in judged(FIRST, [*counts, 0], [*grains, 1.0])][-1] == "silent"
