"""The library of questions: their headers, their parameters, the relations that they stand on, and what is near a slip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from chalicelib.lake.days import Days
from sluice.questions import dialect, macros
from sluice.questions import library as queries
from sluice.questions.dialect import QueryError, on_table, to_duckdb
from sluice.questions.library import Library, Param, Prepared, explain_missing, near, read
from sluice.questions.made import NamedGoal, like
from sluice.questions.statement import to_athena
from tests.paths import ROOT

DAYS = {"days": Days(date(2026, 11, 1), date(2026, 11, 2))}
FILES = {
    "queries/top-pages": """-- title: Top pages
-- answers: Which pages were asked for most,
-- answers: and how often.
-- param: limit integer = 2
-- param: share number = 0
-- param: page text =
SELECT page, count(*) AS hits FROM hits WHERE :page = '' OR page = :page
GROUP BY page HAVING count(*) > :share ORDER BY 2 DESC, 1 LIMIT :limit
""",
    "queries/reached": "SELECT goal, count(*) AS hits FROM conversions GROUP BY goal",
    "queries/everyone": """SELECT tenant, count(*) AS events FROM tenants
WHERE dt BETWEEN :from AND :to GROUP BY tenant ORDER BY 1""",
    "queries/required": "-- param: step text\nSELECT :step AS step",
    "relations/hits": "-- The hits.\nSELECT * FROM events WHERE dt BETWEEN :from AND :to AND (:bots = 'include' OR NOT isbot)",
    "relations/conversions": """-- The goals reached.
SELECT g.name AS goal, h.page FROM hits AS h JOIN goals AS g ON h.page LIKE g.page ESCAPE '\\'
""",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name, sql in FILES.items():
        path = tmp_path / f"{name}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(sql)
    return Library(tmp_path)


@pytest.fixture
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Four events, one of them a bot's, one of a day that nobody asks for."""
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        for macro in macros.MACROS:
            connection.execute(macro)
        rows = (("/a", 1, False), ("/a", 2, True), ("/a%", 2, False), ("/a", 3, False))
        connection.execute("CREATE TABLE events (page VARCHAR, dt VARCHAR, isbot BOOLEAN)")
        connection.executemany("INSERT INTO events VALUES (?, '2026-11-0' || ?, ?)", rows)
        yield connection


def answer(lake: duckdb.DuckDBPyConnection, prepared: Prepared) -> list[tuple[Any, ...]]:
    return lake.execute(to_duckdb(prepared.expression), dict(prepared.values)).fetchall()


def ask(library: Library, name: str, **given: str) -> Prepared:
    return library.prepare(library.get(name), given=given, **DAYS)


def test_a_query_says_what_its_header_says(library: Library) -> None:
    query = library.get("top-pages")

    assert (query.title, query.answers) == ("Top pages", "Which pages were asked for most, and how often.")
    assert query.params[0] == Param("limit", "integer", "2")
    assert [param.default for param in query.params] == ["2", "0", ""]


def test_the_names_are_in_order(library: Library) -> None:
    assert library.names() == ["everyone", "reached", "required", "top-pages"]


@pytest.mark.parametrize("name", ["top-page", "../relations/hits", "TOP-PAGES"])
def test_a_name_that_is_none_gets_the_near_ones(library: Library, name: str) -> None:
    with pytest.raises(QueryError, match=r"there is no query .*(top-pages|there are)"):
        library.get(name)


def test_a_query_reads_its_relations_and_defaults(library: Library, lake: duckdb.DuckDBPyConnection) -> None:
    assert answer(lake, ask(library, "top-pages")) == [("/a", 1), ("/a%", 1)]


def test_what_is_given_counts_before_the_default(library: Library, lake: duckdb.DuckDBPyConnection) -> None:
    assert answer(lake, ask(library, "top-pages", bots="include", limit="1")) == [("/a", 2)]


def test_a_value_is_bound_and_never_sql(library: Library, lake: duckdb.DuckDBPyConnection) -> None:
    prepared = ask(library, "top-pages", page="'; DROP TABLE events; --")

    assert answer(lake, prepared) == []
    assert "DROP" not in to_duckdb(prepared.expression)


def test_exactly_the_values_that_are_asked_for_are_bound(library: Library) -> None:
    prepared = library.prepare("SELECT page FROM events WHERE dt >= :from", given={"bots": "only"}, **DAYS)

    assert prepared.values == {"from": "2026-11-01"}


def test_relations_come_before_what_reads_them_and_once(library: Library) -> None:
    prepared = library.prepare("WITH own AS (SELECT * FROM conversions) SELECT * FROM own, hits", given={}, **DAYS)

    assert [table.alias for table in prepared.expression.ctes] == ["hits", "goals", "conversions", "own"]


def test_a_relation_of_the_querys_own_stays_itself(library: Library) -> None:
    prepared = library.prepare("WITH hits AS (SELECT 1 AS a) SELECT a FROM hits", given={}, **DAYS)

    assert len(prepared.expression.ctes) == 1


def test_relations_that_stand_on_each_other_are_refused(library: Library, tmp_path: Path) -> None:
    (tmp_path / "relations" / "a.sql").write_text("SELECT * FROM b")
    (tmp_path / "relations" / "b.sql").write_text("SELECT * FROM a")

    with pytest.raises(QueryError, match="a -> b -> a"):
        library.prepare("SELECT * FROM a", given={}, **DAYS)


def test_athena_gets_the_same_question(library: Library) -> None:
    prepared = ask(library, "top-pages")

    sql, values = to_athena(on_table(prepared.expression, "app1_events"), prepared.values)
    assert sql.startswith("WITH hits AS (SELECT * FROM app1_events AS events WHERE dt BETWEEN ? AND ?")
    assert sql.endswith("HAVING COUNT(*) > 0.0000000000000000E+00 ORDER BY 2 DESC, 1 LIMIT 2")
    assert values == ["'2026-11-01'", "'2026-11-02'", "'exclude'", "''", "''"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"limt": "1"}, "no parameter 'limt'; did you mean limit"),
        ({"from": "2026-01-01"}, "no parameter 'from'"),
        ({"limit": "ten"}, "limit is a whole number"),
        ({"limit": "1.0"}, "limit is a whole number"),
        ({"limit": "9007199254740993"}, "at most 2\\^53"),
        ({"limit": "١"}, "limit is a whole number"),
        ({"share": "nan"}, "share must be a number"),
        ({"share": "1e999"}, "share must be a number"),
        ({"bots": "yes"}, "bots is one of exclude, include, only"),
    ],
)
def test_a_wrong_parameter_is_named(library: Library, given: dict[str, str], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        ask(library, "top-pages", **given)


def test_a_parameter_without_a_default_has_to_be_given(library: Library) -> None:
    with pytest.raises(QueryError, match="required needs a value: --param step="):
        ask(library, "required")


def test_days_in_the_wrong_order_are_refused(library: Library) -> None:
    with pytest.raises(QueryError, match="after the last"):
        library.prepare("SELECT 1", given={}, days=Days(date(2026, 11, 2), date(2026, 11, 1)))


def test_a_text_of_sql_has_text_parameters_of_its_own(library: Library, lake: duckdb.DuckDBPyConnection) -> None:
    prepared = library.prepare("SELECT :word AS word", given={"word": "o'clock"}, **DAYS)

    assert answer(lake, prepared) == [("o'clock",)]


@pytest.mark.parametrize(
    "line", ["limit", "limit whole = 1", "Limit integer = 1", "limit integer = ten", "bots text = all"]
)
def test_a_param_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(QueryError):
        read("x", f"-- param: {line}\nSELECT 1")


def test_goals_are_found_by_their_pattern(library: Library, lake: duckdb.DuckDBPyConnection) -> None:
    goals = [NamedGoal("any", None, "/*"), NamedGoal("it's", None, "/a%")]

    prepared = library.prepare(library.get("reached"), given={}, goals=goals, **DAYS)
    assert sorted(answer(lake, prepared)) == [("any", 2), ("it's", 1)]


def test_without_goals_nothing_is_reached(library: Library, lake: duckdb.DuckDBPyConnection) -> None:
    assert answer(lake, ask(library, "reached")) == []


@pytest.mark.parametrize(
    ("pattern", "expected"), [(None, None), ("/a*", "/a%"), ("/a_b%", r"/a\_b\%"), ("\\*", r"\\%"), ("", "")]
)
def test_only_a_star_is_a_wildcard(pattern: str | None, expected: str | None) -> None:
    assert like(pattern) == expected


def test_tenants_are_side_by_side(library: Library, lake: duckdb.DuckDBPyConnection) -> None:
    lake.execute("INSERT INTO events FROM events")
    lake.execute("CREATE VIEW a_events AS FROM events; CREATE VIEW b_events AS FROM events WHERE isbot")

    tenants = {"o'a": "a_events", "b": "b_events"}
    assert answer(lake, library.prepare(library.get("everyone"), given={}, tenants=tenants, **DAYS)) == [
        ("b", 2),
        ("o'a", 6),
    ]


def test_a_tenant_with_a_wrong_table_is_refused(library: Library) -> None:
    with pytest.raises(QueryError, match="not a valid table name"):
        library.prepare(library.get("everyone"), given={}, tenants={"a": 'a"; DROP'}, **DAYS)


def test_all_tenants_of_none_are_refused(library: Library) -> None:
    with pytest.raises(QueryError, match="there is none"):
        ask(library, "everyone")


@pytest.mark.parametrize("sql", ["SELECT pgae FROM events", "SELECT events.pgae FROM events", "SELECT page FROM evnts"])
def test_a_slip_that_duckdb_reports_gets_the_near_name(lake: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(duckdb.Error) as error:
        lake.execute(sql)

    assert "did you mean" in explain_missing(str(error.value), ["page", "dt"], ["events"])


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ("COLUMN_NOT_FOUND: line 1:8: Column 'pgae' cannot be resolved", "there is no 'pgae'; did you mean page?"),
        ("COLUMN_NOT_FOUND: line 1:8: Column 'e.pgae' cannot be resolved", "there is no 'pgae'; did you mean page?"),
        (
            "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.sluice_dev.evnts' does not exist",
            "there is no 'evnts'; did you mean events?",
        ),
        ('Binder Error: Could not find key "pag" in struct', "there is no 'pag'; did you mean page?"),
        ("Division by zero\nmore", "Division by zero"),
    ],
)
def test_an_engines_error_in_one_line(error: str, message: str) -> None:
    assert explain_missing(error, ["page", "dt"], ["events"]) == message


def test_what_is_near_nothing_gets_all() -> None:
    assert near("zzz", ["b", "a"]) == "there are: a, b"


def test_an_example_has_its_defaults_and_no_placeholder(library: Library) -> None:
    example = queries.example(library, library.get("top-pages"))

    assert ":" not in example
    assert "LIMIT 2" in example
    assert "TABLE_NAME AS events" in example


def test_the_examples_are_commented_and_each_is_one_select(library: Library) -> None:
    texts = queries.examples(library).split(";\n")

    assert "-- Top pages\n-- Which pages were asked for most, and how often.\n" in texts[3]
    assert [type(dialect.parse(text)).__name__ for text in texts[:4]] == ["Select"] * 4
    assert texts[4:] == [""]


@pytest.mark.skipif(not (ROOT / "sql" / "example-queries.sql").exists(), reason="there are no examples yet")
def test_the_examples_are_those_of_the_queries() -> None:
    assert (ROOT / "sql" / "example-queries.sql").read_text() == queries.examples(Library())
