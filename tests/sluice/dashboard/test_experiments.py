"""The statistics of experiments, against figures from the literature and from paper."""

from __future__ import annotations

import pytest

from sluice.dashboard.view.significance import Variant, compare, is_fair, judge, visits_needed, wilson

# Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
WILSON = ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718))
# Newcombe, Interval estimation for the difference between independent proportions (1998), table II, method 10.
NEWCOMBE = (
    ((48, 80), (56, 70), 0.0524, 0.3339),
    ((3, 10), (9, 10), 0.1705, 0.8090),
    ((2, 7), (6, 7), 0.0582, 0.8062),
    ((0, 29), (5, 56), -0.0381, 0.1926),
    ((0, 20), (0, 10), -0.1611, 0.2775),
    ((0, 10), (10, 10), 0.6075, 1.0),
)


def variant(converted: int, visits: int, name: str = "B") -> Variant:
    return Variant(name, visits, converted)


@pytest.mark.parametrize(("converted", "visits", "low", "high"), WILSON)
def test_a_rate_has_wilsons_interval(converted: int, visits: int, low: float, high: float) -> None:
    assert wilson(variant(converted, visits)) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("control", "other", "low", "high"), NEWCOMBE)
def test_a_difference_has_newcombes_interval(
    control: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert compare(variant(*control), variant(*other)).interval == pytest.approx((low, high), abs=5e-5)


def test_a_variant_without_visits_may_have_any_rate() -> None:
    assert wilson(variant(0, 0)) == (0, 1)


def test_an_interval_of_a_certain_rate_ends_at_one() -> None:
    assert wilson(variant(20, 20)) == pytest.approx((1 - 0.1611, 1), abs=5e-5)


def test_the_p_value_is_that_of_the_pooled_test() -> None:
    # Pooled 0.225; error sqrt(0.225 * 0.775 * 2 / 1000) = 0.018675; z = 0.05 / 0.018675 = 2.6774.
    assert compare(variant(200, 1000), variant(250, 1000)).p_value == pytest.approx(0.00742, abs=1e-5)


@pytest.mark.parametrize("counts", [((0, 0), (5, 10)), ((0, 10), (0, 10)), ((10, 10), (10, 10))])
def test_what_shows_no_difference_may_always_be_chance(counts: tuple[tuple[int, int], tuple[int, int]]) -> None:
    assert compare(*(variant(*count) for count in counts)).p_value == 1


def test_the_visits_that_a_change_needs_are_those_of_the_textbook() -> None:
    # (1.95996 + 0.84162)^2 * (0.1 * 0.9 + 0.12 * 0.88) / 0.02^2 = 7.84888 * 0.1956 / 0.0004 = 3838.1
    assert visits_needed(0.1, 0.02) == 3839


@pytest.mark.parametrize(("rate", "change"), [(0.1, 0.0), (0.9, 0.2), (0.1, -0.2)])
def test_no_number_of_visits_shows_a_change_that_cannot_be(rate: float, change: float) -> None:
    assert visits_needed(rate, change) is None


# With two variants alike, 10 of 100 together are a tenth, and the smaller one has to expect ten conversions.
@pytest.mark.parametrize(
    ("control", "other", "expected"),
    [
        ((10, 100), (10, 100), True),
        ((10, 100), (9, 99), False),
        ((90, 100), (90, 100), True),
        ((95, 100), (95, 100), False),
        ((0, 1000), (60, 1000), True),
        ((0, 0), (60, 1000), False),
        ((60, 1000), (1, 10), False),
        ((0, 0), (0, 0), False),
    ],
)
def test_a_fair_sample_expects_ten_of_either_outcome(
    control: tuple[int, int], other: tuple[int, int], expected: bool
) -> None:
    assert is_fair(variant(*control), variant(*other)) is expected


def verdict(control: tuple[int, int], *others: tuple[int, int]) -> list[str]:
    named = [variant(*other, name="BCDEFGH"[number]) for number, other in enumerate(others)]
    return [judged.verdict for judged in judge([*named, variant(*control, name="A")], "A")]


def test_the_control_comes_first_and_is_compared_with_nothing() -> None:
    first, second = judge([variant(3, 9), variant(2, 9, "A")], "A")
    assert (first.variant.name, first.comparison) == ("A", None)
    assert second.comparison is not None


def test_a_clear_gain_is_shown_with_its_bounds() -> None:
    # Newcombe's 48 of 80 and 56 of 70: 20 points, 5.24 to 33.39.
    assert verdict((48, 80), (56, 70))[1] == "B converts better than A: 80.0 % against 60.0 %, by 5.2 to 33.4 points."


def test_a_clear_loss_is_shown_as_one() -> None:
    assert verdict((56, 70), (48, 80))[1] == "B converts worse than A: 60.0 % against 80.0 %, by 5.2 to 33.4 points."


def test_what_chance_may_have_made_is_not_a_difference() -> None:
    said = verdict((100, 1000), (110, 1000))[1]
    # 7.84888 * (0.1 * 0.9 + 0.11 * 0.89) / 0.01^2 = 14,748.04
    assert said.startswith("No difference between B and A that chance could not make.")
    assert "about 14,749 visits" in said


def test_two_variants_alike_promise_nothing_of_more_visits() -> None:
    assert verdict((100, 1000), (100, 1000))[1].endswith("that chance could not make.")


def test_a_small_sample_is_not_a_verdict_however_wide_the_difference() -> None:
    said = verdict((0, 10), (9, 10))[1]
    # 7.84888 * (0.45 * 0.55 + 0.54 * 0.46) / 0.09^2 = 480.53
    assert said == "Too few visits to judge B against A. About 481 visits of each would show a change by a fifth."


def test_no_conversions_at_all_tell_no_number_of_visits() -> None:
    assert verdict((0, 10), (0, 10))[1] == "Too few visits to judge B against A."


def test_many_variants_raise_the_bar() -> None:
    # p = 0.034 for each: clear for one variant, chance among five.
    control, other = (200, 1000), (240, 1000)
    assert "better" in verdict(control, other)[1]
    assert all("chance" in said for said in verdict(control, *[other] * 5)[1:])
