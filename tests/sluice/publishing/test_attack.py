"""An attack on what is published: was one visitor-day in it?

The attacker knows everybody else of the week, and what the one visitor-day would have been. Whatever they conclude from a
published page, it is at most e^ε times as likely with the visitor-day as without it, and the other way round.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

import msgspec
import pytest

from chalicelib.records import Record
from sluice.mirror import tenant
from sluice.project.config import Publish
from sluice.publishing import mechanism, release
from sluice.publishing.mechanism import MILLION, Part
from sluice.publishing.release import Counts, Plan
from tests.conftest import BUCKET, PROVE
from tests.sluice.publishing import counting
from tests.sluice.publishing.shop import WEEK, visitor

SITES, DRAWS = 30, 300 if PROVE else 20
UNBOUNDED = 3  # sites that a mechanism without a bound is caught on
NOW = datetime(2026, 11, 9, tzinfo=UTC)
# In standard deviations: a good mechanism is refused once in a billion runs.
SURE = 6.5
PUBLISH = Publish(pages=tuple(f"/{number}" for number in range(60)), most_pages=1)
Concluded = tuple[list[float], list[float]]
COUNTRIES = ("DE", "FR", "CA", "TV")


@dataclass
class Site:
    """One site's week with the visitor-day, without it, and with it as it is counted where no bound is kept."""

    plan: Plan
    inside: Counts
    outside: Counts
    unbounded: Counts | None


def weeks(seed: int) -> tuple[list[Record], list[Record]]:
    """A site's others, and the one visitor-day: of a country that nobody else is from, and of many pages."""
    chance = random.Random(seed)
    others: list[Record] = []
    for number in range(chance.randrange(3, 12)):
        pages = chance.sample(PUBLISH.pages, chance.randrange(1, 4))
        others += visitor(f"v{number}", chance.randrange(2, 9), pages, country=chance.choice(COUNTRIES[:3]))
    return others, visitor("target", chance.randrange(2, 9), PUBLISH.pages, country="TV")


@pytest.fixture(scope="module")
def sites(whole: Path) -> list[Site]:
    """The sites by the SQL that publishes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(whole)
        place = tenant.find("local", BUCKET)
    place = replace(place, allow=msgspec.structs.replace(place.allow, publish=PUBLISH))
    plan = release.plan(place, release.period(WEEK, NOW))
    # The other countries' numbers are noise and nothing else in both weeks.
    plan = plan._replace(
        parts=tuple(one._replace(keys=COUNTRIES) if one.name == "countries" else one for one in plan.parts)
    )
    lists = [(others, [*others, *target]) for others, target in map(weeks, range(SITES))]
    found = counting.counts(place, plan, *(week for both in lists for week in both))
    wide = plan._replace(publish=msgspec.structs.replace(PUBLISH, most_pages=100))
    without_bound = counting.counts(place, wide, *(week for _, week in lists[:UNBOUNDED]))
    return [Site(plan, *one) for one in zip_longest(found[1::2], found[::2], without_bound)]


def noticed(known: list[Counts], part: Part, values: list[int]) -> float:
    """How much likelier a part's numbers are with the visitor-day than without it, as the attacker works it out: a logarithm."""
    inside, outside = ([counts[part.name].get(key, 0) for key in part.keys] for counts in known)
    nearer = (abs(value - far) - abs(value - near) for value, near, far in zip(values, inside, outside, strict=True))
    return sum(nearer) / part.scale


def attacked(worlds: list[tuple[Plan, Counts, Counts]], draws: int = DRAWS, noise: float = 1) -> Concluded:
    """What the attacker works out of each release with the visitor-day, and of each without it."""
    found: Concluded = ([], [])
    for plan, *known in worlds:
        parts = [one._replace(micro=round(one.micro / noise)) for one in plan.parts]
        for counts, worked_out in zip(known, found, strict=True):
            # So many releases in one call: each number of each is drawn by itself.
            values = mechanism.drawn([one._replace(keys=one.keys * draws) for one in parts], counts)
            for number in range(draws):
                seen = [(one, values[one.name][number * len(one.keys) :][: len(one.keys)]) for one in parts]
                worked_out.append(sum(noticed(known, *one) for one in seen))
    return found


def known_apart(inside: list[float], outside: list[float], epsilon: float) -> float:
    """By how many standard deviations one of the attacker's conclusions is surer than e^ε allows, either way."""
    worst = -math.inf
    steps = [number / 4 for number in range(-20, 21)]
    conclusions: list[Callable[[float], bool]] = [lambda one, t=t: one > t for t in steps]  # type: ignore[misc]
    conclusions += [lambda one, t=t: one < t for t in steps]  # type: ignore[misc]
    for holds in conclusions:
        yes, no = (sum(map(holds, found)) for found in (inside, outside))
        for more, less in ((yes, no), (no, yes)):
            # A conclusion that was never drawn may be as likely as one of this many.
            spread = math.sqrt(more + math.exp(2 * epsilon) * max(less, 1))
            worst = max(worst, (more - math.exp(epsilon) * less) / spread)
    return worst


def epsilon(plan: Plan) -> float:
    return plan.asked.micro / MILLION


def test_nobody_can_tell_from_thirty_sites_whether_one_visitor_day_was_there(sites: list[Site]) -> None:
    worlds = [(one.plan, one.inside, one.outside) for one in sites]
    assert known_apart(*attacked(worlds), epsilon(sites[0].plan)) < SURE
    # A quarter of the noise is caught.
    assert known_apart(*attacked(worlds, noise=0.25), epsilon(sites[0].plan)) > SURE


def test_a_mechanism_that_does_not_bound_what_a_visitor_day_is_counted_for_is_caught(sites: list[Site]) -> None:
    worlds = [(one.plan, one.unbounded, one.outside) for one in sites if one.unbounded is not None]
    found = attacked(worlds, draws=DRAWS * SITES // UNBOUNDED)
    assert known_apart(*found, epsilon(sites[0].plan)) > SURE
