"""The noise: its distribution, its error bars, and what its parts lose together, as OpenDP says."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.publishing import mechanism
from sluice.publishing.errors import PublishError
from sluice.publishing.mechanism import MILLION, Part
from tests.conftest import PROVE

DRAWS = 50_000
# The generator has no seed: a good one is refused once in a billion runs.
LEVEL = 1e-9


def draws(part: Part) -> list[int]:
    (found,) = mechanism.drawn([part], {}).values()
    return found


def of(scale: float, reach: int = 1) -> Part:
    return Part("x", tuple(map(str, range(DRAWS))), reach, round(reach * MILLION / scale))


def chance(value: int, scale: float) -> float:
    """How likely the integer geometric distribution is to draw this."""
    ratio = math.exp(-1 / scale)
    return (1 - ratio) / (1 + ratio) * ratio ** abs(value)


def p_value(found: list[int], scale: float) -> float:
    """How likely draws of this scale differ from it by as much: chi-square, with bins of at least 50 draws expected."""
    edge = next(one for one in range(10_000) if DRAWS * chance(one, scale) < 50) - 1
    counts = Counter(max(-edge - 1, min(edge + 1, one)) for one in found)
    expected = {value: DRAWS * chance(value, scale) for value in range(-edge, edge + 1)}
    tail = (DRAWS - sum(expected.values())) / 2
    expected |= {-edge - 1: tail, edge + 1: tail}
    total = sum((counts[value] - wanted) ** 2 / wanted for value, wanted in expected.items())
    # Their number is odd, so that the degrees of freedom are even, for which the distribution is a finite sum.
    half, degrees = total / 2, len(expected) - 1
    return math.fsum(math.exp(n * math.log(half) - half - math.lgamma(n + 1)) for n in range(degrees // 2))


@pytest.mark.parametrize("scale", [0.8, 15.0])
def test_fifty_thousand_draws_are_of_the_integer_geometric_distribution(scale: float) -> None:
    found = draws(of(scale))
    assert p_value(found, scale) > LEVEL
    # The same draws are not of a distribution with a tenth less noise.
    assert p_value(found, scale * 0.9) < LEVEL


def test_an_error_bar_holds_what_it_says() -> None:
    part = of(5.0)
    within = sum(abs(one) <= mechanism.error(part) for one in draws(part)) / DRAWS
    exact = math.fsum(chance(one, part.scale) for one in range(-mechanism.error(part), mechanism.error(part) + 1))
    assert exact >= mechanism.CONFIDENCE > exact - 2 * chance(mechanism.error(part), part.scale)
    assert abs(within - exact) < 0.01


@settings(max_examples=300 if PROVE else 30)
@given(st.lists(st.tuples(st.integers(1, 100), st.integers(100, 10_000_000)), min_size=1, max_size=6))
def test_parts_lose_together_what_the_ledger_takes_for_them(shares: list[tuple[int, int]]) -> None:
    parts = [Part(f"p{number}", ("a", "b"), reach, micro) for number, (reach, micro) in enumerate(shares)]
    assert mechanism.loss(parts) == sum(part.micro for part in parts)
    assert [mechanism.loss([part]) for part in parts] == [part.micro for part in parts]
    assert Fraction(mechanism.measurement(parts).map(1)) * MILLION <= sum(part.micro for part in parts)


def test_two_visitor_days_lose_twice_as_much() -> None:
    parts = [Part("a", ("x",), 1, 200_000), Part("b", ("x",), 5, 300_000)]
    assert mechanism.measurement(parts).map(2) == pytest.approx(2 * mechanism.measurement(parts).map(1))


def test_a_count_that_nobody_has_is_drawn_around_zero_like_the_others() -> None:
    part = of(5.0)
    assert abs(sum(draws(part))) / DRAWS < 0.5
    (there,) = mechanism.drawn([Part("x", ("a", "b"), 1, 10_000_000)], {"x": {"b": 1_000_000}}).values()
    assert abs(there[0]) < 100 and abs(there[1] - 1_000_000) < 100


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "opendp.prelude", None)
    mechanism.opendp.cache_clear()
    with pytest.raises(PublishError, match=r"pip install 'sluice\[publish\]'"):
        mechanism.opendp()
    mechanism.opendp.cache_clear()
