"""Athena's SQL on DuckDB gives Trino's answer; nothing but one SELECT is taken, and no value becomes SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.questions import macros
from sluice.questions.dialect import QueryError, on_table, parse, to_duckdb

EVENING, NIGHT = "TIMESTAMP '2026-01-01 23:00:00'", "TIMESTAMP '2026-01-02 01:00:00'"
DOCUMENT = """'{"a":1,"s":"x","o":{"d":true},"n":null,"l":[1],"b":"[1]"}'"""

# What Trino's documentation says, written by hand; without the adaptations DuckDB answers differently.
TRAPS: list[tuple[str, Any]] = [
    (f"date_diff('day', {EVENING}, {NIGHT})", 0),
    (f"date_diff('day', {NIGHT}, {EVENING})", 0),
    ("date_diff('month', DATE '2026-01-15', DATE '2026-02-14')", 0),
    ("date_diff('hour', TIMESTAMP '2026-01-01 23:59:00', TIMESTAMP '2026-01-02 00:01:00')", 0),
    ("7 / 2", 3),
    ("-7 / 2", -3),
    ("sum(a) / 2 FROM (VALUES 7) AS t (a)", 3),
    ("sum(a) / count(*) FROM (VALUES 7e0, 8e0) AS t (a)", 7.5),
    ("avg(a) / 2 FROM (VALUES 7e0, 8e0) AS t (a)", 3.75),
    ("sum(a) OVER () / 2 FROM (VALUES 7) AS t (a)", 3),
    ("1e2 * count(*) / 3 FROM (VALUES 7, 8) AS t (a)", 200 / 3),
    ("day_of_week(DATE '2026-01-04')", 7),
    ("extract(DOW FROM DATE '2026-01-04')", 7),
    ("extract(DAY_OF_WEEK FROM DATE '2026-01-05')", 1),
    ("regexp_extract('abc', 'x')", None),
    ("regexp_extract('abc', 'x(.)', 1)", None),
    ("regexp_extract('abc', 'b(x)?', 1)", None),
    ("regexp_extract('abc', 'b(x?)', 1)", ""),
    ("regexp_replace('abc', '(b)', '[$1]')", "a[b]c"),
    (r"regexp_replace('abc', 'b', '\$1')", "a$1c"),
    ("date_trunc('week', DATE '2026-01-07')", date(2026, 1, 5)),
    ("date_trunc('week', max(a)) FROM (VALUES DATE '2026-01-07') AS t (a)", date(2026, 1, 5)),
    ("date_trunc('day', TIMESTAMP '2026-01-07 10:00:00')", datetime(2026, 1, 7)),
    ("date_add('day', 1, DATE '2026-01-31')", date(2026, 2, 1)),
    ("date_add('month', 1, DATE '2026-01-31')", date(2026, 2, 28)),
    ("DATE '2026-01-31' + INTERVAL '1' DAY", date(2026, 2, 1)),
    ("DATE '2026-03-01' - INTERVAL '1' DAY", date(2026, 2, 28)),
    ("max(a) - INTERVAL '1' DAY FROM (VALUES DATE '2026-03-01') AS t (a)", date(2026, 2, 28)),
    ("sequence(DATE '2026-01-31', DATE '2026-02-01')", [date(2026, 1, 31), date(2026, 2, 1)]),
    ("sequence(DATE '2026-01-01', DATE '2026-01-15', INTERVAL '14' DAY)", [date(2026, 1, 1), date(2026, 1, 15)]),
    ("sequence(3, 1)", [3, 2, 1]),
    ("split_part('a,b', ',', 3)", None),
    ("split_part('a,b', ',', 2)", "b"),
    ("element_at(ARRAY[1, 2], 3)", None),
    ("element_at(ARRAY[1, 2], -1)", 2),
    (f"json_extract_scalar({DOCUMENT}, '$.a')", "1"),
    (f"json_extract_scalar({DOCUMENT}, '$.s')", "x"),
    (f"json_extract_scalar({DOCUMENT}, '$.o')", None),
    (f"json_extract_scalar({DOCUMENT}, '$.o.d')", "true"),
    (f"json_extract_scalar({DOCUMENT}, '$.n')", None),
    (f"json_extract_scalar({DOCUMENT}, '$.l')", None),
    (f"json_extract_scalar({DOCUMENT}, '$.b')", "[1]"),
    ("json_extract_scalar('no JSON', '$.a')", None),
    ("""json_extract_scalar('{"a.b":1}', '$["a.b"]')""", "1"),
    ("""json_extract_scalar('{"a.b":1,"c":{"d":2}}', '$["' || 'a.b' || '"]')""", "1"),
    ("""json_extract_scalar('{"a.b":1,"c":{"d":2}}', '$["c"]["' || 'd' || '"]')""", "2"),
    ("substr('abc', 0)", ""),
    ("substr('abc', 0, 2)", ""),
    ("substr('abc', -5)", ""),
    ("substr('abc', -2)", "bc"),
    ("substr('abc', 2, -1)", ""),
    ("trim(chr(9) || ' a ' || chr(10))", "a"),
    ("CAST(2.5e0 AS integer)", 3),
    ("CAST(-2.5e0 AS bigint)", -3),
    ("CAST(sum(a) AS bigint) FROM (VALUES 2.5e0) AS t (a)", 3),
    ("CAST('12' AS integer)", 12),
    ("TRY_CAST('5.5' AS integer)", None),
    ("TRY_CAST('1_000' AS bigint)", None),
    ("TRY_CAST('0x10' AS integer)", None),
    ("TRY_CAST(1e39 AS bigint)", None),
    ("TRY_CAST(1e300 AS integer)", None),
    (f"TRY_CAST('{'1' * 50}' AS bigint)", None),
    ("TRY_CAST('1_000' AS double)", None),
    ("TRY_CAST(' -1.5e3 ' AS double)", -1500.0),
    ("CAST(7 AS varchar)", "7"),
    ("concat('a', NULL)", None),
    ("'a' || NULL", None),
    ("greatest(1, NULL)", None),
    ("every(a > 1) FROM (VALUES 1, 2) AS t (a)", False),
    ("map_agg(a, b) FROM (VALUES ('x', 2)) AS t (a, b)", {"x": 2}),
    ("url_extract_host('https://user@shop.example:8443/a?b')", "shop.example"),
    ("url_extract_host('/a')", ""),
    ("url_extract_host('https://shop.example/a b')", None),
    ("url_extract_path('https://shop.example/a%20b?c#d')", "/a b"),
    ("url_extract_path('/a?b')", "/a"),
    ("url_extract_parameter('https://shop.example/?ab=1&b=x%20y&b=2', 'b')", "x y"),
    ("url_extract_parameter('https://shop.example/?b', 'b')", ""),
    ("url_extract_parameter('https://shop.example/?ab=1', 'b')", None),
    ("url_extract_parameter('https://shop.example/?axb=1', 'a.b')", None),
    ("array_agg(a ORDER BY a DESC) FROM (VALUES 1, NULL, 3) AS t (a)", [3, 1, None]),
]
# What Trino refuses while it runs: DuckDB, left alone, would give a value.
FAILURES = [
    "1 / 0",
    "split_part('a', ',', 0)",
    "CAST('5.5' AS integer)",
    "CAST('1_000' AS bigint)",
    "CAST('x' AS double)",
]
# Athena gives a text that DuckDB would write otherwise.
UNEQUAL_TEXTS = ["CAST(1.5e0 AS varchar)", "CAST(TIMESTAMP '2026-01-01 00:00:00' AS varchar)"]

REFUSALS = [
    "",
    "-- nothing",
    "DROP TABLE events",
    "SELECT 1; DROP TABLE events",
    "SELECT ''; DROP TABLE events; --'",
    "INSERT INTO events VALUES (1)",
    "DELETE FROM events",
    "UPDATE events SET page = ''",
    "CREATE TABLE x AS SELECT 1",
    "COPY events TO 'x'",
    "ATTACH 'x'",
    "SET timezone = 'UTC'",
    "INSTALL httpfs",
    "PRAGMA database_list",
    "EXPLAIN SELECT 1",
    "UNLOAD (SELECT 1) TO 's3://x/' WITH (format = 'PARQUET')",
    "MERGE INTO x USING y ON a = b WHEN MATCHED THEN DELETE",
    "VALUES 1",
    "(VALUES 1)",
    "(1)",
    "WITH x AS (SELECT 1) DELETE FROM x",
    "TABLE events",
    "SELECT * INTO x FROM events",
    "SELECT * FROM events FOR UPDATE",
    "WITH x AS (INSERT INTO events VALUES (1) RETURNING *) SELECT * FROM x",
    "SELECT 'unclosed",
    "SELECT FROM WHERE",
    "(SELECT 1",
]


@pytest.fixture(scope="module")
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB as the lake sets it up, with two events."""
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        for macro in macros.MACROS:
            connection.execute(macro)
        connection.execute("CREATE TABLE events AS SELECT * FROM (VALUES ('/a', 1), ('/b', 2)) AS t (page, n)")
        yield connection


def asked(lake: duckdb.DuckDBPyConnection, sql: str, **values: Any) -> Any:
    """The first value of the first row."""
    (row, *_) = lake.execute(to_duckdb(parse(sql)), values).fetchall()
    return row[0]


@pytest.mark.parametrize(("sql", "answer"), TRAPS)
def test_a_trap_gives_trinos_answer(lake: duckdb.DuckDBPyConnection, sql: str, answer: Any) -> None:
    got = asked(lake, f"SELECT {sql}")

    assert (got, type(got)) == (answer, type(answer))


@pytest.mark.parametrize("sql", FAILURES)
def test_what_trino_refuses_gives_no_value(lake: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        asked(lake, f"SELECT {sql}")


@pytest.mark.parametrize("sql", UNEQUAL_TEXTS)
def test_a_text_that_athena_writes_otherwise_is_refused(lake: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(duckdb.Error, match="as a text Athena writes"):
        asked(lake, f"SELECT {sql}")


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_nulls_come_last_in_either_direction(lake: duckdb.DuckDBPyConnection, direction: str) -> None:
    sql = to_duckdb(parse(f"SELECT a FROM (VALUES 1, NULL, 3) AS t (a) ORDER BY a {direction}"))

    assert lake.execute(sql).fetchall()[-1] == (None,)


def test_an_adapted_node_within_another_is_written(lake: duckdb.DuckDBPyConnection) -> None:
    assert asked(lake, "SELECT split_part(substr('a,b', 0), ',', 1)") == ""


def test_a_division_that_is_surely_a_doubles_is_left_alone() -> None:
    assert to_duckdb(parse("SELECT 1e0 * n / 3 FROM events")) == "SELECT 1e0 * n / 3 FROM events"


@pytest.mark.parametrize("sql", REFUSALS)
def test_what_is_not_one_select_is_refused(sql: str) -> None:
    with pytest.raises(QueryError):
        parse(sql)


def test_a_refusal_names_the_place() -> None:
    with pytest.raises(QueryError, match=r"line 2, column 9: only one SELECT .* a second statement"):
        parse("SELECT 1\nFROM t x; DROP TABLE x")


def test_a_closing_semicolon_and_a_with_are_fine(lake: duckdb.DuckDBPyConnection) -> None:
    assert asked(lake, "WITH x AS (SELECT 1 AS a) SELECT a FROM x;") == 1


@pytest.mark.parametrize(
    "source",
    [
        "read_text('/etc/passwd')",
        "read_csv('/etc/passwd')",
        "read_parquet('x')",
        "glob('*')",
        '"x.csv"',
        "'x.csv'",
        "information_schema.tables",
        "duckdb_settings()",
    ],
)
def test_duckdb_is_never_asked_for_a_file_or_for_itself(source: str) -> None:
    with pytest.raises(QueryError, match="line 1"):
        to_duckdb(parse(f"SELECT * FROM {source}"))


def test_a_scalar_function_of_duckdb_is_refused() -> None:
    with pytest.raises(QueryError, match="getenv"):
        to_duckdb(parse("SELECT getenv('HOME')"))


def test_a_placeholder_may_be_named_as_a_keyword(lake: duckdb.DuckDBPyConnection) -> None:
    sql = "SELECT page FROM events WHERE page BETWEEN :from AND :to ORDER BY 1 LIMIT :limit"

    assert asked(lake, sql, **{"from": "/b", "to": "/c", "limit": 1}) == "/b"


def test_a_parameter_that_looks_like_sql_is_a_text(lake: duckdb.DuckDBPyConnection) -> None:
    assert asked(lake, "SELECT :text", text="'; DROP TABLE events; --") == "'; DROP TABLE events; --"
    assert asked(lake, "SELECT count(*) FROM events") == 2


@given(text=st.text())
def test_every_text_comes_back_from_duckdb(lake: duckdb.DuckDBPyConnection, text: str) -> None:
    assert lake.execute(to_duckdb(parse("SELECT :text")), {"text": text}).fetchall() == [(text,)]


def test_the_tenants_table_replaces_events_under_its_name() -> None:
    query = on_table(parse("SELECT events.page FROM events JOIN events AS e ON e.page = events.page"), "app1_events")

    assert query.sql() == "SELECT events.page FROM app1_events AS events JOIN app1_events AS e ON e.page = events.page"


def test_a_relation_of_the_questions_own_stays_itself() -> None:
    query = parse("WITH events AS (SELECT 1 AS a) SELECT a FROM events")

    assert on_table(query, "app1_events").sql() == query.sql()


@pytest.mark.parametrize("name", ["", "1a", "A", 'a"b', "a;b", "a b", "a.b", "a\n", "a" * 61])
def test_what_is_not_a_table_name_is_refused(name: str) -> None:
    with pytest.raises(QueryError, match="not a valid table name"):
        on_table(parse("SELECT 1 FROM events"), name)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT page FROM events WHERE", "line 1, column 29: something is missing behind WHERE, at"),
        ("SELECT count( FROM x", "line 1, column 20: Expecting ), at"),
    ],
)
def test_a_question_that_breaks_off_is_reported_in_words_of_sql(sql: str, said: str) -> None:
    with pytest.raises(QueryError, match=re.escape(said)):
        parse(sql)
