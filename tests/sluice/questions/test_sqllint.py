"""Each house rule for SQL finds what it is for; what it lets through has one answer on both engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlglot import exp

from sluice.questions import lint as sqllint
from sluice.questions import macros
from sluice.questions.dialect import QueryError, parse, to_duckdb
from sluice.questions.library import PACKAGED
from sluice.questions.lint import Finding, lint, lint_folder
from tests.paths import ROOT

HEADER = "-- title: Pages\n-- answers: Which pages there were.\n"
SELECT = "SELECT page FROM events WHERE dt BETWEEN :from AND :to"
RAW = """CREATE EXTERNAL TABLE IF NOT EXISTS sluice.TABLE_NAME_raw (`eventid` string, `utm` struct<source:string>)
PARTITIONED BY (`year` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://YOUR-BUCKET-NAME/analytics/'
TBLPROPERTIES ('storage.location.template' = 's3://YOUR-BUCKET-NAME/analytics/year=${year}/month=${month}/day=${day}/');
"""
VALUE = "json_extract_scalar(metadata, '$.value')"
VALUES = f"SELECT page, {VALUE} AS a FROM hits"
NUMBER = "regexp_like(a, '^[0-9]+$')"
MOMENT = "from_iso8601_timestamp('2026-01-04T05:06:07.123Z')"
ONE_TWO = "FROM (VALUES 1, 2) AS t (a)"

# Trino's answers by its documentation. Every function that the linter lets through unmended is among them.
AGREED: list[tuple[str, Any]] = [
    ("abs(-1)", 1),
    ("NULL IS NULL AND (false OR true)", True),
    (f"approx_distinct(a) {ONE_TWO}", 2),
    (f"approx_percentile(a, 0.5) {ONE_TWO} WHERE a > 1", 2),
    ("approx_percentile(a, ARRAY[0.5, 1.0]) FROM (VALUES 1, 2, 3) AS t (a)", [2, 3]),
    ("max_by(a, b) FROM (VALUES (1, 2), (3, NULL)) AS t (a, b)", 1),
    ("min_by(a, b) FROM (VALUES (1, 2), (3, 1)) AS t (a, b)", 3),
    ("cardinality(ARRAY[1, 2])", 2),
    (f"array_agg(a ORDER BY a DESC) {ONE_TWO}", [2, 1]),
    ("filter(ARRAY[1, 2], x -> x > 1)", [2]),
    ("transform(ARRAY[1, 2], x -> x + 1)", [2, 3]),
    ("array_join(ARRAY['a', NULL, 'b'], ',')", "a,b"),
    (f"avg(a) {ONE_TWO}", 1.5),
    ("CASE WHEN false THEN 1 END", None),
    ("ceil(1.2e0)", 2.0),
    ("floor(-1.5e0)", -2.0),
    ("chr(65)", "A"),
    ("coalesce(NULL, 1)", 1),
    ("concat('a', 'b')", "ab"),
    (f"count(DISTINCT a) {ONE_TWO}", 2),
    (f"count_if(a > 1) {ONE_TWO}", 1),
    ("current_date IS NULL", False),
    ("now() IS NULL", False),
    (f"date({MOMENT})", date(2026, 1, 4)),
    ("from_iso8601_date('2026-01-04')", date(2026, 1, 4)),
    (MOMENT, datetime(2026, 1, 4, 5, 6, 7, 123000, UTC)),
    (f"to_unixtime({MOMENT})", 1767503167.123),
    ("from_unixtime(1.5e0)", datetime(1970, 1, 1, 0, 0, 1, 500000, UTC)),
    (f"year({MOMENT})", 2026),
    (f"quarter({MOMENT})", 1),
    (f"month({MOMENT})", 1),
    (f"week({MOMENT})", 1),
    ("year_of_week(DATE '2027-01-01')", 2026),
    (f"day({MOMENT})", 4),
    (f"day_of_month({MOMENT})", 4),
    (f"day_of_year({MOMENT})", 4),
    (f"day_of_week({MOMENT})", 7),
    (f"hour({MOMENT})", 5),
    (f"minute({MOMENT})", 6),
    (f"second({MOMENT})", 7),
    (f"hour({MOMENT} AT TIME ZONE 'America/New_York')", 0),
    (f"date_format({MOMENT}, '%Y-%m-%d %H:%i:%s %S %y %j')", "2026-01-04 05:06:07 07 26 004"),
    (f"date_format({MOMENT}, '%M %b %W %a %e %T %f')", "January Jan Sunday Sun 4 05:06:07 123000"),
    ("date_parse('2026-01-04 05:06', '%Y-%m-%d %H:%i')", datetime(2026, 1, 4, 5, 6)),
    ("EXISTS (SELECT 1 WHERE false)", False),
    ("exp(0e0)", 1.0),
    ("ln(1e0)", 0.0),
    ("sqrt(4e0)", 2.0),
    ("power(2e0, 3e0)", 8.0),
    ("sign(-2)", -1),
    ("round(2.5e0)", 3.0),
    ("round(-2.5e0)", -3.0),
    ("round(2.345, 2)", Decimal("2.35")),
    ("greatest(1, 2)", 2),
    ("least(1, NULL)", None),
    ("if(false, 1)", None),
    ("nullif(1, 1)", None),
    (f"bool_and(a > 1) {ONE_TWO}", False),
    (f"bool_or(a > 1) {ONE_TWO}", True),
    (f"max(a) {ONE_TWO}", 2),
    (f"min(a) {ONE_TWO}", 1),
    (f"sum(a) {ONE_TWO}", 3),
    ("length('aé')", 2),
    ("lower('A')", "a"),
    ("upper('a')", "A"),
    ("replace('aba', 'a')", "b"),
    ("split('a,b', ',')", ["a", "b"]),
    ("starts_with('abc', 'a')", True),
    ("strpos('abc', 'c')", 3),
    ("regexp_like('ABC', '(?i)b')", True),
    ("a FROM UNNEST(ARRAY[3]) AS t (a)", 3),
    (f"row_number() OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a", 2),
    (f"rank() OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a", 2),
    (f"dense_rank() OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a", 2),
    (f"percent_rank() OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a", 1.0),
    (f"ntile(2) OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a", 2),
    (f"lag(a) OVER (ORDER BY a) {ONE_TWO} ORDER BY a", None),
    (f"lead(a) OVER (ORDER BY a) {ONE_TWO} ORDER BY a", 2),
    (f"first_value(a) OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a", 2),
    (f"last_value(a) OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a DESC", 2),
    (f"nth_value(a, 2) OVER (ORDER BY a DESC) {ONE_TWO} ORDER BY a", 1),
]


@pytest.fixture(scope="module")
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        for macro in macros.MACROS:
            connection.execute(macro)
        yield connection


def rules(sql: str, name: str = "queries/pages.sql") -> list[str]:
    return [finding.rule for finding in lint(sql, name)]


@pytest.mark.parametrize(("sql", "answer"), AGREED)
def test_a_function_that_is_let_through_has_trinos_answer(
    lake: duckdb.DuckDBPyConnection, sql: str, answer: Any
) -> None:
    query = parse(f"SELECT {sql}")

    assert list(sqllint.differences(query)) == []
    (got, *_), *_ = lake.execute(to_duckdb(query)).fetchall()
    assert (got, type(got)) == (answer, type(answer))


def test_every_function_that_is_let_through_is_tried() -> None:
    tried = {type(node) for sql, _ in AGREED for node in parse(f"SELECT {sql}").find_all(exp.Func)}

    assert {kind.__name__ for kind in sqllint.AGREE} - {kind.__name__ for kind in tried} == set()


def test_every_part_of_a_format_is_tried() -> None:
    formats = [parse(f"SELECT {sql}").find(exp.TimeToStr) for sql, _ in AGREED]

    assert set(re.findall("%(-?.)", "".join(one.text("format") for one in formats if one))) == sqllint.FORMATS


def test_a_good_query_has_no_finding() -> None:
    assert rules(HEADER + SELECT) == []


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        (HEADER + "DROP TABLE events", "select"),
        (HEADER + f"{SELECT}; {SELECT}", "select"),
        (SELECT, "header"),
        ("-- title: Pages\n" + SELECT, "header"),
        (HEADER + f"{SELECT} LIMIT :limit", "header"),
        (HEADER + "-- param: limit integer = 10\n" + SELECT, "header"),
        (HEADER + "-- param: limit integer = ten\n" + f"{SELECT} LIMIT :limit", "header"),
        (HEADER + "-- param: limit whole = 1\n" + f"{SELECT} LIMIT :limit", "header"),
        (HEADER + "SELECT page FROM events", "days"),
        (HEADER + "SELECT page FROM events WHERE dt BETWEEN :from AND :from", "days"),
        (HEADER + "SELECT page FROM events WHERE dt BETWEEN :from AND :to OR true", "days"),
        (HEADER + f"{SELECT} UNION ALL SELECT page FROM events", "days"),
        (HEADER + "SELECT tenant FROM tenants", "days"),
        (HEADER + SELECT.replace("page", "timestamp"), "timestamp"),
        (HEADER + SELECT.replace("page", "sum(isbot) AS timestamp"), "timestamp"),
        (HEADER + "SELECT eventid FROM app1_raw", "raw"),
        (HEADER + "SELECT eventid FROM hits JOIN app1_raw AS r ON true WHERE year = '2026'", "raw"),
        (HEADER + "SELECT eventid FROM app1_raw WHERE eventid IS NOT NULL OR true", "raw"),
        (HEADER + SELECT.replace("page", "lower(page) AS path") + " GROUP BY path", "alias"),
        (HEADER + SELECT.replace("page", "page AS path") + " AND path = ''", "alias"),
        (HEADER + SELECT.replace("page", "lower(page) AS path, path || 'x' AS b"), "alias"),
        (HEADER + f"SELECT TRY_CAST({VALUE} AS double) FROM hits", "number"),
        (HEADER + f"SELECT CAST(trim({VALUE}) AS bigint) FROM hits", "number"),
        (HEADER + f"SELECT TRY_CAST(a AS double) AS b FROM (SELECT {VALUE} AS a FROM hits) AS t", "number"),
        (HEADER + f"SELECT CASE WHEN a LIKE '1%' THEN CAST(a AS double) END AS b FROM ({VALUES}) AS t", "number"),
        (HEADER + f"SELECT CASE WHEN regexp_like(page, '1') THEN CAST(a AS double) END FROM ({VALUES}) AS t", "number"),
        (HEADER + f"SELECT CASE WHEN {NUMBER} THEN 1e0 ELSE CAST(a AS double) END AS b FROM ({VALUES}) AS t", "number"),
        (HEADER + f"SELECT CASE WHEN {NUMBER} THEN CAST(round(1e3 * a) AS bigint) END FROM ({VALUES}) AS t", "number"),
        (HEADER + f"SELECT if({NUMBER}, 0, CAST(a AS double)) AS b FROM ({VALUES}) AS t", "number"),
        (HEADER + f"SELECT CASE WHEN NOT {NUMBER} THEN CAST(a AS double) END AS b FROM ({VALUES}) AS t", "number"),
        (HEADER + f"SELECT CASE WHEN {NUMBER} OR page = '' THEN CAST(a AS double) END FROM ({VALUES}) AS t", "number"),
        (HEADER + f"SELECT CASE WHEN {NUMBER} THEN CAST(a AS bigint) END AS b FROM ({VALUES}) AS t", "number"),
        (
            HEADER + f"SELECT CASE WHEN regexp_like(a, '.*') THEN CAST(a AS double) END AS b FROM ({VALUES}) AS t",
            "number",
        ),
        (HEADER + f"SELECT CAST(max({VALUE}) AS bigint) AS b FROM hits", "number"),
        (HEADER + f"SELECT CAST(b AS bigint) AS c FROM (SELECT {VALUE} FROM hits) AS t (b)", "number"),
        (
            HEADER + f"SELECT CAST(part AS bigint) AS c FROM hits CROSS JOIN UNNEST(split({VALUE}, ',')) AS t (part)",
            "number",
        ),
        (HEADER + "SELECT CAST(page AS bigint) AS c FROM hits", "number"),
        (HEADER + f"SELECT CAST({VALUE} AS date) AS c FROM hits", "number"),
    ],
)
def test_a_planted_fault_is_the_one_finding(sql: str, rule: str) -> None:
    assert rules(sql) == [rule]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT \"timestamp\", TIMESTAMP '2026-01-01 00:00:00' FROM hits",
        "SELECT e.page FROM events AS e WHERE e.dt BETWEEN :from AND :to AND :bots = 'x'",
        "WITH events AS (SELECT 1 AS page) SELECT page FROM events",
        "SELECT r.eventid FROM app1_raw AS r WHERE r.\"eventid\" IS NOT NULL AND year = '2026'",
        "SELECT lower(page) AS page FROM hits GROUP BY page",
        "SELECT n AS step, step AS name FROM (SELECT 1 AS n, 'x' AS step) AS t",
        "SELECT page AS path FROM hits ORDER BY path",
        "SELECT lower(userid) AS page FROM visits WHERE userid IN (SELECT page FROM hits)",
        f"SELECT CASE WHEN {NUMBER} THEN CAST(a AS double) END AS b FROM ({VALUES}) AS t",
        f"SELECT CASE WHEN abs(b) <= 1e12 THEN CAST(round(1e3 * b) AS bigint) END AS c FROM (SELECT CASE WHEN {NUMBER} "
        f"THEN TRY_CAST(a AS double) END AS b FROM ({VALUES}) AS t) AS u",
        f"SELECT CAST(count({VALUE}) AS bigint) AS events FROM rejected",
        f"SELECT CAST(length({VALUE}) AS bigint) AS letters FROM hits",
        f"SELECT CAST(CASE WHEN {VALUE} = 'x' THEN 1 ELSE 0 END AS bigint) AS is_x FROM hits",
        f"SELECT CASE WHEN page = '/' AND {NUMBER} THEN CAST(a AS double) END AS b FROM ({VALUES}) AS t",
        "SELECT CAST(CAST(sum(events) AS bigint) AS decimal(38, 0)) AS events FROM visits",
    ],
)
def test_what_only_looks_like_a_fault_is_none(sql: str) -> None:
    assert rules(HEADER + sql) == []


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("format('%d', 1)", "format may have another answer"),
        ("arbitrary(page)", "another row's value"),
        ("any_value(page)", "another row's value"),
        ("array_agg(page)", "the list has no order"),
        ("row_number() OVER ()", "ROW_NUMBER() has no order"),
        ("first_value(page) OVER (PARTITION BY dt)", "has no order"),
        ("lag(page) OVER (PARTITION BY dt)", "has no order"),
        ("reverse('a')", "reverse may have another answer"),
        ("json_extract(metadata, '$.a')", "json_extract may have another answer"),
        ("reduce(ARRAY[1], 0, (s, x) -> s + x, s -> s)", "reduce may have another answer"),
        ("typeof(1)", "typeof may have another answer"),
        ("contains(ARRAY[1, NULL], 2)", "contains may have another answer"),
        ("array_distinct(ARRAY[1])", "array_distinct may have another answer"),
        ("to_iso8601(current_date)", "to_iso8601 may have another answer"),
        ("split(page, ',')[2]", "element_at"),
        ("CAST(1 AS decimal(10, 2))", "cast to DECIMAL"),
        ("CAST('yes' AS boolean)", "cast to BOOLEAN"),
        ("100.0 * 1 / 3", "write 1e2"),
        ("1 / (3 + 0.5)", "write 1e2"),
        ("date_format(current_date, '%v')", "the format has to be"),
        ("date_format(current_date, page)", "the format has to be"),
        ("regexp_replace(page, 'a', referrer)", "the replacement has to be a text"),
        ("regexp_replace(page, 'a', x -> x[1])", "the replacement has to be a text"),
        ("now() AT TIME ZONE 'Europe/Berlin'", "keeps its zone"),
        ("strpos(page, 'a', 2)", "no such argument"),
        ("trim(LEADING 'a' FROM page)", "no such argument"),
        ("approx_percentile(isbot, 1, 0.5)", "no such argument"),
        ("split(page, ',', 2)", "no such argument"),
    ],
)
def test_what_the_engines_answer_otherwise_is_found(expression: str, message: str) -> None:
    found = lint(f"{HEADER}SELECT\n{expression} FROM hits", "queries/pages.sql")
    found = [one for one in found if one.rule != "weight"]

    assert {(finding.line, finding.rule) for finding in found} == {(4, "difference")}
    assert any(message in finding.message for finding in found)


def test_a_division_by_a_double_is_fine() -> None:
    assert rules(HEADER + "SELECT 100.0 * sum(weight) / CAST(sum(seconds) AS double), 1e2 * 0.5 / 3 FROM visits") == []


def test_what_differs_can_be_refused() -> None:
    with pytest.raises(QueryError, match="line 2: reverse may have"):
        sqllint.refuse(parse("SELECT\nreverse('a')"))


def test_a_relation_says_what_it_is_without_a_title() -> None:
    assert rules(f"-- The pages.\n{SELECT}", "relations/pages.sql") == []
    assert rules(SELECT, "relations/pages.sql") == ["header"]


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("analytics/year=${year}", "analytics/y=${year}", "projection"),
        ("month=${month}/day=${day}", "day=${day}/month=${month}", "projection"),
        ("'storage.location.template'", "'template'", "projection"),
        ("PARTITIONED BY (`year` string)\nROW", "ROW", None),
        ("LOCATION 's3://YOUR-BUCKET-NAME/analytics/'\n", "", None),
        ("ROW FORMAT", "STORED AS PARQUET\nROW FORMAT", "clause order"),
        ("PARTITIONED BY (`year` string)", "LOCATION 's3://x/' PARTITIONED BY (`year` string)", "clause order"),
        ("LOCATION", "FOO BAR LOCATION", "statement"),
        ("`eventid` string", "`eventid` string (", "statement"),
        (");\n", ");\nCREATE VIEW v AS SELECT eventid FROM x_raw;\n", "raw"),
        (");\n", ");\nCREATE VIEW v AS SELECT timestamp FROM x;\n", "timestamp"),
        (");\n", ");\nCREATE VIEW v AS SELECT reverse(a) FROM x;\n", "difference"),
        (");\n", ");\nMSCK REPAIR TABLE x;\n", "statement"),
    ],
)
def test_a_fault_planted_in_the_setup_is_found(before: str, after: str, rule: str | None) -> None:
    assert before in RAW

    found = rules(RAW.replace(before, after), "athena-setup.sql")
    assert (rule in found) if rule else found == []


def test_a_good_setup_has_no_finding() -> None:
    assert rules(RAW, "athena-setup.sql") == []


def test_a_finding_names_the_line_of_its_statement() -> None:
    (finding,) = lint("-- a comment\n\n" + RAW.replace("/day=${day}", ""), "athena-setup.sql")

    assert (finding.file, finding.line, finding.rule) == ("athena-setup.sql", 3, "projection")


def test_every_file_of_the_folder_is_looked_at(tmp_path: Path) -> None:
    for name in ("queries/a.sql", "relations/b.sql", "athena-setup.sql"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("SELEC 1")

    assert {finding.file for finding in lint_folder(tmp_path)} == {
        "queries/a.sql",
        "relations/b.sql",
        "athena-setup.sql",
    }


def test_our_own_sql_has_no_finding() -> None:
    assert [*lint_folder(PACKAGED), *lint_folder(ROOT / "sql")] == list[Finding]()
