"""How much of a week's counts one visitor-day can be, by the SQL that publishes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytz
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.records import Record
from sluice.mirror import tenant
from sluice.mirror.tenant import Place
from sluice.publishing import keys, release
from sluice.publishing.release import CUT, Counts, Plan
from sluice.questions.library import PACKAGED, Library
from tests.conftest import BUCKET, PROVE
from tests.sluice.publishing import counting
from tests.sluice.publishing.shop import WEEK, visitor

NOW = datetime(2026, 11, 9, tzinfo=UTC)
GOOGLE, CHAT = "https://www.google.com/", "https://chatgpt.com/"


@pytest.fixture
def place(here: Path) -> Place:
    return tenant.find("local", BUCKET)


@pytest.fixture
def planned(place: Place) -> Plan:
    return release.plan(place, release.period(WEEK, NOW))


@pytest.fixture
def counts(place: Place, planned: Plan) -> Callable[[list[Record]], Counts]:
    return lambda found: counting.counts(place, planned, found)[0]


def test_a_visitor_day_counts_once_for_its_day_its_channel_and_its_country(
    counts: Callable[[list[Record]], Counts],
) -> None:
    ann = [
        *visitor("a", 2, ("/", "/bags"), country="DE", referrer=GOOGLE),
        *visitor("a", 2, ("/shoes",), country="FR", referrer=CHAT, hour=15),
    ]
    found = counts([*ann, *visitor("a", 3, country=None), *visitor("b", 3, ("/about", "/"), country="XX")])
    assert found == {
        "days": {"2026-03-02": 1, "2026-03-03": 2},
        "sources": {"Organic Search": 1, "Direct": 2},
        "countries": {"DE": 1, keys.UNKNOWN: 2},
        "pages": {"/": 3, "/bags": 1, keys.OTHER: 1},
        CUT: {"sources": 1, "countries": 1, "pages": 1},
    }


def test_who_has_no_visitor_id_or_comes_in_another_week_is_not_counted(
    counts: Callable[[list[Record]], Counts],
) -> None:
    found = counts([*visitor("a", 1), *visitor("b", 9), *visitor("c", 8), *visitor(None, 4, session="s")])  # type: ignore[arg-type]
    assert found["days"] == {"2026-03-08": 1}
    assert found["pages"] == {"/": 1}


ONE = st.builds(
    lambda who, day, *rest: (who, day, rest),
    st.sampled_from("abc"),
    st.integers(1, 9),
    st.lists(st.sampled_from(["/", "/bags", "/shoes", "/hats", "/about", "/bags/"]), min_size=1, max_size=6),
    st.sampled_from(["DE", "FR", "XX", None]),
    st.sampled_from([GOOGLE, CHAT, None]),
    # A session may go over midnight and be of several visitors.
    st.sampled_from(["s1", "s2", None]),
    st.sampled_from([0, 9, 10, 23]),
)


@settings(
    max_examples=100 if PROVE else 6,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(ONE, min_size=4, max_size=12, unique_by=lambda one: (one[0], one[1], one[2][-1])), st.integers(0, 99))
def test_no_visitor_day_changes_a_part_by_more_than_its_reach(
    place: Place, planned: Plan, found: list[tuple[str, int, tuple]], number: int
) -> None:
    reach = {part.name: part.reach for part in planned.parts}
    everyone = {(who, day): [] for who, day, _ in found}
    for who, day, (pages, country, referrer, session, hour) in found:
        made = visitor(who, day, pages, country=country, referrer=referrer, session=session, hour=hour)
        everyone[who, day] += made
    left_out = sorted(everyone)[number % len(everyone)]
    others = [one for who, made in everyone.items() if who != left_out for one in made]
    whole, without = counting.counts(place, planned, [*others, *everyone[left_out]], others)
    far = counting.distance(whole, without)
    assert {name: far[name] for name in far if far[name] > reach[name]} == {}


def test_a_session_of_two_visitors_would_make_one_of_them_change_the_others_channel(
    place: Place, planned: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = visitor("a", 2, referrer=GOOGLE, session="s")
    second = visitor("b", 2, referrer=CHAT, session="s")

    def far() -> int:
        both, alone = counting.counts(place, planned, [*first, *second], second)
        return counting.distance(both, alone)["sources"]

    assert far() == 1
    own = release.library()
    shared = own.over({"nearby_hits": Library(PACKAGED).relations["nearby_hits"]})
    monkeypatch.setattr(release, "library", lambda: shared)
    assert far() > 1


def test_the_public_lists_are_whole() -> None:
    assert set(keys.COUNTRIES) == set(pytz.country_names)
    found = keys.channels(Library(PACKAGED))
    assert len(found) == len(set(found)) == 20
    assert {"Organic Search", "Direct", "Unassigned", "AI Assistants"} <= set(found)


def test_a_projects_own_sql_publishes_nothing(place: Place, counts: Callable[[list[Record]], Counts]) -> None:
    folder = Path("sql/relations")
    folder.mkdir(parents=True)
    (folder / "hits.sql").write_text("SELECT * FROM nearby_hits UNION ALL SELECT * FROM nearby_hits\n")
    assert counts(visitor("a", 2))["days"] == {"2026-03-02": 1}
