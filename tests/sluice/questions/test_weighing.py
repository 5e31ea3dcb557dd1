"""Counts of a sample: each as many as its events count as, with a margin that has the true number within it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from chalicelib.lake.columns import columns
from chalicelib.lake.days import Days
from chalicelib.margins import MARGIN
from sluice.questions import dialect, lint, macros
from sluice.questions.library import Prepared
from tests.conftest import PROVE
from tests.lake_events import EVENTS, OTHER_LINES
from tests.sluice.questions.test_query_answers import (
    CASES,
    FIRST,
    GOALS,
    LAST,
    LIBRARY,
    Case,
    answer,
    lake_of,
    rows,
)

FACTOR = 3
OF_EVENTS = [case for case in CASES if not case.query.startswith(OTHER_LINES)]
# Numbers that no weight changes: places and lengths, and what is counted of what is stored.
UNWEIGHTED = {
    *("weeks_later", "step", "days", "seconds"),
    *("bots.pages", "latest-visits.events", "latest-visits.page_views"),
}
# And numbers that are weighted without being counts.
WEIGHTED = {"revenue", "usual"}
HEADER = "-- title: a\n-- answers: b.\n"


def with_margins(case: Case) -> Prepared:
    given = dict(one.split("=", 1) for one in case.given.split())
    tenants, days = {"shop": "events", "quiet": "quiet"}, Days(FIRST, LAST)
    query = LIBRARY.get(case.query)
    return LIBRARY.prepare(query, given=given, days=days, goals=GOALS, tenants=tenants, has_margins=True)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-written events, of which each counts for itself."""
    with lake_of(EVENTS, tmp_path_factory.mktemp("whole")) as connection:
        yield connection


@pytest.fixture(scope="module")
def third(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, as if they were a third of all."""
    events = [{**one, "sampleWeight": float(FACTOR)} for one in EVENTS]
    with lake_of(events, tmp_path_factory.mktemp("third")) as connection:
        yield connection


@pytest.mark.parametrize("case", OF_EVENTS, ids=lambda case: f"{case.query}?{case.given}".rstrip("?"))
def test_every_count_is_of_what_the_events_count_as(third: duckdb.DuckDBPyConnection, case: Case) -> None:
    names, *found = answer(third, case)
    assert names == tuple(case.columns.split())
    for row, before in zip(found, case.rows, strict=True):
        wanted = [_times(case.query, *pair) for pair in zip(names, before, strict=True)]
        # Shares and averages of texts with a point would be rounded otherwise by a hair.
        assert [round(one, 1) if isinstance(one, float) else one for one in row] == [
            round(one, 1) if isinstance(one, float) else one for one in wanted
        ]


def _times(question: str, name: str, value: Any) -> Any:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    is_weighted = is_count and not {name, f"{question}.{name}"} & UNWEIGHTED
    return FACTOR * value if value is not None and (is_weighted or name in WEIGHTED) else value


@pytest.mark.parametrize("case", OF_EVENTS, ids=lambda case: f"{case.query}?{case.given}".rstrip("?"))
def test_where_nothing_was_left_out_margins_are_0_and_numbers_the_same(
    whole: duckdb.DuckDBPyConnection, case: Case
) -> None:
    names, *found = rows(whole, with_margins(case))
    plain = [place for place, name in enumerate(names) if not name.endswith(MARGIN)]
    assert [tuple(row[place] for place in plain) for row in found] == case.rows
    assert not any(row[place] for row in found for place in range(len(names)) if place not in plain)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, in objects that somebody else has put, with weights that no sample gives."""
    weights = itertools.cycle([0.0, -3.0, 0.5, 1e13, 1e308, None])
    events = [{**one, "sampleWeight": next(weights)} for one in EVENTS]
    with lake_of(events, tmp_path_factory.mktemp("planted")) as connection:
        yield connection


@pytest.mark.parametrize("name", ["totals", "daily-counts", "retention", "revenue", "tenants"])
def test_a_weight_that_no_sample_gives_counts_as_1(planted: duckdb.DuckDBPyConnection, name: str) -> None:
    for case in (one for one in OF_EVENTS if one.query == name):
        assert answer(planted, case) == [tuple(case.columns.split()), *case.rows]


@pytest.mark.parametrize(
    "query",
    ["SELECT page, count(*) AS n FROM hits GROUP BY page", "SELECT avg(seconds) AS n FROM (SELECT * FROM visits) AS v"],
)
def test_a_question_that_does_not_weigh_what_it_counts_is_refused(query: str) -> None:
    assert [one.rule for one in lint.lint(HEADER + query, "queries/new.sql")] == ["weight"]
    assert not lint.lint(f"{HEADER}-- unweighted: n\n{query}", "queries/new.sql")


def test_a_question_to_the_access_logs_counts_as_it_did() -> None:
    assert not lint.lint(f"{HEADER}SELECT kind, count(*) AS n FROM asked_pages GROUP BY kind", "queries/new.sql")


# A sample by its number: each is of other visitors on another day, another page, in another country and by another source.
SAMPLES = 200
# Half of the visits see the chance of being kept fall.
CHANCES = "CASE WHEN number % 2 = 0 AND step >= 2 THEN 0.2 ELSE 0.4 END"
VISITS = 400
MADE = {
    "eventid": "concat(number, '-', step, '-', sample)",
    "eventtype": "CASE WHEN step % 2 = 0 THEN 'page_view' ELSE 'cta_click' END",
    '"timestamp"': "strftime(moment, '%Y-%m-%dT%H:%M:%S.000Z')",
    "servertimestamp": "strftime(moment, '%Y-%m-%dT%H:%M:%S.000Z')",
    "page": "concat('/', sample)",
    "sessionid": "CASE WHEN number % 3 = 0 THEN concat('s', number, '-', sample) END",
    "visitorid": "CASE WHEN number % 5 > 0 THEN concat('v', number, '-', sample) END",
    "isbot": "false",
    "utm": "struct_pack(source := concat('from', sample), medium := 'email', campaign := 'c', term := NULL, content := NULL)",
    "location": "struct_pack(country := concat('c', sample), region := NULL, city := NULL)",
    "sampleweight": f"1 / ({CHANCES})",
    "dt": "strftime(moment, '%Y-%m-%d')",
}


def events_of(kept: str, *, samples: int, visits: int, made: dict[str, str]) -> str:
    """Visits of one to eight events, as a SELECT of the columns that questions ask, with those of each sample that are kept."""
    kinds = {
        **{f'"{one.name}"' if one.name == "timestamp" else one.name: one.duckdb for one in columns()},
        "dt": "VARCHAR",
    }
    values = ", ".join(f"CAST({made.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in kinds.items())
    return f"""
        SELECT {values}
        FROM (
            SELECT
                *, TIMESTAMP '2026-01-01 00:10:00' + to_days(CAST(sample AS INTEGER))
                    + to_minutes(CAST(number % 700 + step AS INTEGER)) AS moment,
                -- What decides of the whole unit: the session, the visitor, or the event alone.
                CASE WHEN number % 3 = 0 OR number % 5 > 0 THEN number ELSE 1000000 + number * 10 + step END AS unit
            FROM range({samples}) AS samples (sample), range({visits}) AS visits (number), range(8) AS steps (step)
            WHERE step <= number % 8
        ) AS sent
        WHERE {kept}
    """


def connected() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for macro in macros.MACROS:
        connection.execute(macro)
    return connection


def asked(
    lake: duckdb.DuckDBPyConnection, name: str, last: date, *, has_margins: bool, **given: str
) -> list[dict[str, Any]]:
    days = Days(date(2026, 1, 1), last)
    prepared = LIBRARY.prepare(LIBRARY.get(name), given=given, days=days, has_margins=has_margins)
    found = lake.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values))
    names = [one[0] for one in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _share(unit: str) -> str:
    """A number from 0 to 1 for each unit of each sample."""
    return f"(hash(concat('{unit}', unit, '-', sample)) % 1000000) / 1e6"


@pytest.fixture(scope="module")
def samples() -> Iterator[tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection]]:
    """Many samples of the same visits, and the visits themselves."""
    with connected() as sampled, connected() as full:
        kept = f"{_share('u')} < {CHANCES}"
        sampled.execute(f"CREATE TABLE events AS {events_of(kept, samples=SAMPLES, visits=VISITS, made=MADE)}")
        own = {**MADE, "sampleweight": "1"}
        full.execute(f"CREATE TABLE events AS {events_of('true', samples=1, visits=VISITS, made=own)}")
        yield sampled, full


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        ("visitors-and-visits", ("visitors", "visits", "page_views")),
        ("daily-counts", ("visits", "events")),
        ("top-pages", ("page_views", "visitors")),
        ("countries", ("visitors", "page_views", "events")),
        ("sources", ("visits", "page_views")),
        ("entry-pages", ("entries",)),
    ],
)
def test_of_a_hundred_margins_about_95_have_the_true_number_within_them(
    samples: tuple[duckdb.DuckDBPyConnection, duckdb.DuckDBPyConnection], question: str, counts: tuple[str, ...]
) -> None:
    sampled, full = samples
    given = {} if question in ("visitors-and-visits", "daily-counts") else {"limit": "1000"}
    (true,) = asked(full, question, date(2026, 1, 1), has_margins=False, **given)
    found = asked(sampled, question, date(2026, 12, 31), has_margins=True, **given)
    # Someone who is not known counts as an event, and has no row of visits.
    assert len(found) == SAMPLES
    for name in counts:
        near = [row for row in found if abs(row[name] - true[name]) <= row[name + MARGIN]]
        assert 0.9 <= len(near) / SAMPLES <= 0.99, name
        mean = sum(row[name] for row in found) / SAMPLES
        assert mean == pytest.approx(true[name], rel=0.01), name


def test_a_tenth_of_a_million_events_answers_the_headlines_within_three_percent() -> None:
    visits = 2_250_000 if PROVE else 225_000
    made = {**MADE, "sampleweight": "1"}
    kept = f"{_share('t')} < 0.1"
    with connected() as lake, connected() as thinned:
        lake.execute(f"CREATE TABLE events AS {events_of('true', samples=1, visits=visits, made=made)}")
        made["sampleweight"] = "10"
        thinned.execute(f"CREATE TABLE events AS {events_of(kept, samples=1, visits=visits, made=made)}")
        (true,) = asked(lake, "totals", date(2026, 1, 2), has_margins=False)
        (found,) = asked(thinned, "totals", date(2026, 1, 2), has_margins=True)
    assert true["events"] >= 1_000_000
    for name in ("visitors", "visits", "page_views", "events"):
        assert found[name] == pytest.approx(true[name], rel=0.03)
        assert 0 < found[name + MARGIN] < 0.03 * true[name]


@pytest.mark.parametrize(("value", "revenue"), [(2, 2e6), (-2, -2e6), (1e12, 9e15)])
def test_an_orders_weight_multiplies_its_amount_up_to_what_a_number_holds(value: float, revenue: float) -> None:
    said = f"""'{{"value": {value}, "currency": "EUR"}}'"""
    made = {**MADE, "eventtype": "'order'", "metadata": said, "sampleweight": "1000000"}
    with connected() as lake:
        lake.execute(f"CREATE TABLE events AS {events_of('true', samples=1, visits=1, made=made)}")
        (found,) = asked(lake, "revenue-by-day", date(2026, 1, 1), has_margins=False)
    assert (found["orders"], found["revenue"]) == (1_000_000, revenue)
