"""What an experiment's counts say: each variant's rate with its interval, and whether it differs from the control.

Rates have Wilson's interval; a difference has Newcombe's hybrid of the two (Statistics in Medicine 17, 1998), and a p-value by
the pooled two-proportion test. Where several variants stand against one control, each has to pass a stricter bar (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
POWER = 0.8
# The normal curve fits counts from about ten of either outcome on.
FAIR_OUTCOMES = 10
# The change worth waiting for, as a share of the control's rate.
WORTHWHILE = 0.2
_NORMAL = NormalDist()


class Variant(NamedTuple):
    """What one variant's visits came to; in a sample each that was kept counts as several, its grain."""

    name: str
    visits: int
    converted: int
    grain: float = 1.0

    @property
    def rate(self) -> float:
        return self.converted / self.visits if self.visits else 0.0

    @property
    def known(self) -> float:
        """How many visits, were all kept, would say as much."""
        return self.visits / self.grain


class Interval(NamedTuple):
    """The interval that holds the true value, with the requested confidence."""

    low: float
    high: float

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int | float) and self.low <= value <= self.high


class Comparison(NamedTuple):
    """A variant's rate minus the control's, its interval, and how often chance alone would show as much."""

    difference: float
    interval: Interval
    p_value: float


class Judged(NamedTuple):
    """A variant with its rate's interval, how it compares (the control does not), and what that says in words."""

    variant: Variant
    interval: Interval
    comparison: Comparison | None
    is_fair: bool
    is_clear: bool
    verdict: str


def judge(variants: Sequence[Variant], control: str) -> list[Judged]:
    """Every variant against the one named control, which comes first."""
    base = next(variant for variant in variants if variant.name == control)
    others = [variant for variant in variants if variant.name != control]
    confidence = 1 - (1 - CONFIDENCE) / max(1, len(others))
    first = Judged(base, wilson(base), None, True, False, "The control: the others are compared with it.")
    return [first, *(_judged(base, other, confidence) for other in others)]


def wilson(variant: Variant, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of the rate; all there is for a variant without visits."""
    n, rate = variant.known, variant.rate
    if not n:
        return Interval(0.0, 1.0)
    z = _z(confidence)
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    margin = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return Interval(max(0.0, centre - margin), min(1.0, centre + margin))


def compare(control: Variant, other: Variant, confidence: float = CONFIDENCE) -> Comparison:
    """The other's rate less the control's."""
    ours, theirs, difference = wilson(other, confidence), wilson(control, confidence), other.rate - control.rate
    interval = Interval(
        difference - sqrt((other.rate - ours.low) ** 2 + (theirs.high - control.rate) ** 2),
        difference + sqrt((ours.high - other.rate) ** 2 + (control.rate - theirs.low) ** 2),
    )
    return Comparison(difference, interval, _p_value(control, other))


def is_fair(control: Variant, other: Variant) -> bool:
    """Whether both may be expected to have ten visits that convert and ten that do not, were they alike."""
    visits, converted = control.visits + other.visits, control.converted + other.converted
    # In whole numbers: 100 * (1 - 0.9) is not quite ten.
    expected = min(control.visits, other.visits) * min(converted, visits - converted)
    return visits > 0 and expected >= FAIR_OUTCOMES * visits * max(control.grain, other.grain)


def visits_needed(rate: float, change: float) -> int | None:
    """Visits for each of two variants to tell so large a change from this rate, four times out of five; None if never."""
    target = rate + change
    if not change or not 0 <= target <= 1:
        return None
    spread = rate * (1 - rate) + target * (1 - target)
    return ceil((_z(CONFIDENCE) + _NORMAL.inv_cdf(POWER)) ** 2 * spread / change**2)


def percent(share: float) -> str:
    """A share as people read it: 12.3 %."""
    return f"{100 * share:.1f} %"


def _judged(control: Variant, other: Variant, confidence: float) -> Judged:
    comparison, fair = compare(control, other, confidence), is_fair(control, other)
    is_clear = comparison.p_value < 1 - confidence and 0 not in comparison.interval
    if not fair:
        verdict = _too_early(control, other)
    elif is_clear:
        verdict = _differs(control, other, comparison)
    else:
        verdict = _may_be_chance(control, other, comparison)
    return Judged(other, wilson(other), comparison, fair, fair and is_clear, verdict)


def _too_early(control: Variant, other: Variant) -> str:
    rate = _pooled(control, other)
    needed = visits_needed(rate, WORTHWHILE * rate)
    more = f" About {needed:,} visits of each would show a change by a fifth." if needed else ""
    return f"Too few visits to judge {other.name} against {control.name}.{more}"


def _differs(control: Variant, other: Variant, comparison: Comparison) -> str:
    word = "better" if comparison.difference > 0 else "worse"
    low, high = sorted(abs(bound) for bound in comparison.interval)
    return (
        f"{other.name} converts {word} than {control.name}: {percent(other.rate)} against {percent(control.rate)}, "
        f"by {100 * low:.1f} to {100 * high:.1f} points."
    )


def _may_be_chance(control: Variant, other: Variant, comparison: Comparison) -> str:
    needed = visits_needed(control.rate, comparison.difference)
    more = f" If it is real, about {needed:,} visits of each would tell." if needed else ""
    return f"No difference between {other.name} and {control.name} that chance could not make.{more}"


def _p_value(control: Variant, other: Variant) -> float:
    rate = _pooled(control, other)
    if not control.visits or not other.visits or rate in (0, 1):
        return 1.0
    error = sqrt(rate * (1 - rate) * (1 / control.known + 1 / other.known))
    return 2 * (1 - _NORMAL.cdf(abs(other.rate - control.rate) / error))


def _pooled(*variants: Variant) -> float:
    return sum(variant.converted for variant in variants) / max(1, sum(variant.visits for variant in variants))


def _z(confidence: float) -> float:
    return _NORMAL.inv_cdf((1 + confidence) / 2)
