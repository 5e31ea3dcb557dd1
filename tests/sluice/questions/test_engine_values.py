"""The edge values of every function that the library uses: what Trino's source says, given by DuckDB.

A row names the class of trinodb/trino (core/trino-main, io.trino) that says so, or the library of Java which it calls: the
answers of java.net.URI, Double.parseDouble, Joni, Jackson and Joda-Time were taken from these programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import duckdb
import pytest
from sqlglot import exp

from sluice.questions import dialect, lint, macros
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library
from sluice.questions.made import SHOWN

NONE = "FROM (VALUES (1, true)) AS t (a, b) WHERE false"
NULLS = "FROM (VALUES (NULL, 1), ('x', 2), ('y', NULL)) AS t (a, b)"
DOCUMENT = """'{"a":{"b":[1,"x"]},"t":true,"n":null,"e":"","d":1,"d":2,"a b":"é\\u0041"}'"""
LINE = "chr(10)"


class Row(NamedTuple):
    """A function, where its answers are from, and expressions with their answers."""

    function: str
    source: str
    answers: dict[str, Any]


ROWS = [
    Row(
        "url_extract_host",
        "operator.scalar.UrlFunctions, TestUrlFunctions; java.net.URI",
        {
            **dict.fromkeys(
                (f"url_extract_host('{url}')" for url in ("", "/path", "foo", "?q", "#f", "mailto:x@y.z")), ""
            ),
            **dict.fromkeys(
                (f"url_extract_host('{url}')" for url in ("about:blank", "file:///a", "javascript:f()")), ""
            ),
            # Not names of hosts, but authorities all the same.
            **dict.fromkeys((f"url_extract_host('http://{name}/')" for name in ("a_b.example", "bücher.example")), ""),
            **dict.fromkeys(
                (f"url_extract_host('http://{name}/')" for name in ("a..b", "-a.b", "a.1", "999.1.1.1")), ""
            ),
            **dict.fromkeys((f"url_extract_host('http://{name}/')" for name in ("a:x", "u@", "h%41", "a!b", "😀")), ""),
            **dict.fromkeys(
                (f"url_extract_host('http://a/{odd}')" for odd in ("^", "b c", "[x]", "%zz", "\u00a0", "\\")), None
            ),
            **dict.fromkeys(
                (f"url_extract_host('{url}')" for url in ("http:", "//", "1x://a", "a_b:c", "http://[x]/")), None
            ),
            "url_extract_host('//cdn.example/p')": "cdn.example",
            "url_extract_host('https://u:p@example.com:80/a?b#c')": "example.com",
            "url_extract_host('http://[::1]:80/x')": "[::1]",
            "url_extract_host('http://1.2.3.4/')": "1.2.3.4",
            "url_extract_host('HTTP://EXAMPLE.com./')": "EXAMPLE.com.",
            "url_extract_host('https://shop.example/bücher?x=[1]')": "shop.example",
            "url_extract_host(NULL)": None,
        },
    ),
    Row(
        "url_extract_path",
        "operator.scalar.UrlFunctions, TestUrlFunctions; java.net.URI",
        {
            "url_extract_path('https://username@example.com')": "",
            "url_extract_path('mailto:test@example.com')": "",
            "url_extract_path('foo')": "foo",
            "url_extract_path('http://a/b%20c?d#e')": "/b c",
            "url_extract_path('/%FF')": "/\ufffd",
            "url_extract_path('http://a/^')": None,
        },
    ),
    Row(
        "url_extract_parameter",
        "operator.scalar.UrlFunctions, TestUrlFunctions; java.net.URLDecoder",
        {
            "url_extract_parameter('http://e/?k1=a%26k2%3Db&k2=c', 'k1')": "a&k2=b",
            "url_extract_parameter('http://e/?k1=a%26k2%3Db&k2=c', 'k2')": "c",
            "url_extract_parameter('http://e/?b=x+y%2B', 'b')": "x y+",
            "url_extract_parameter('http://e/?k=a=b=c&x=y', 'k')": "a=b=c",
            "url_extract_parameter('http://e/?k1&k1=v1', 'k1')": "",
            "url_extract_parameter('http://e/?a%20b=1', 'a b')": None,
            "url_extract_parameter('http://e/', '')": None,
            "url_extract_parameter('mailto:x?a=1', 'a')": None,
            "url_extract_parameter('foo', 'k1')": None,
        },
    ),
    Row(
        "TryCast",
        "type.VarcharOperators; Double.parseDouble",
        {
            **dict.fromkeys(
                (f"TRY_CAST('{text}' AS double)" for text in ("", "nan", "inf", "1_000", "1,5", "5L", "0x1")), None
            ),
            **dict.fromkeys(
                (f"TRY_CAST('{text}' AS double)" for text in ("5d", "5F", " 5 ", "+5", "5.", "0x5p0")), 5.0
            ),
            "TRY_CAST(chr(9) || '5' || chr(10) AS double)": 5.0,
            "TRY_CAST('Infinity' AS double)": float("inf"),
            "TRY_CAST('-Infinity' AS double)": float("-inf"),
            "CAST(TRY_CAST('NaN' AS double) AS varchar) IS NULL AND TRY_CAST('NaN' AS double) IS NULL": False,
            "TRY_CAST('-0X.8P-2' AS double)": -0.125,
            "TRY_CAST('1e400' AS double)": float("inf"),
        },
    ),
    Row(
        "Cast",
        "type.VarcharOperators, DoubleOperators, DateOperators, util.DateTimeUtils; Long.parseLong",
        {
            **dict.fromkeys(
                (f"TRY_CAST('{text}' AS bigint)" for text in ("", "1_000", "0x10", "5.0", "1e3", "--5", "5L")), None
            ),
            "TRY_CAST('9223372036854775808' AS bigint)": None,
            "CAST('+5' AS bigint)": 5,
            "CAST(' 5' AS bigint)": 5,
            "CAST(2.5e0 AS bigint)": 3,
            "CAST(-2.5e0 AS bigint)": -3,
            "TRY_CAST(TRY_CAST('NaN' AS double) AS bigint)": None,
            "TRY_CAST(1e19 AS bigint)": None,
            "CAST(true AS varchar)": "true",
            "CAST(DATE '2026-01-04' AS varchar)": "2026-01-04",
            "CAST(' 2026-1-4 ' AS date)": date(2026, 1, 4),
            "TRY_CAST('2026-01-04 10:00' AS date)": None,
        },
    ),
    Row(
        "RegexpLike",
        "operator.scalar.JoniRegexpFunctions, JoniRegexpCasts; Joni",
        {
            f"regexp_like('a' || {LINE}, '^a$')": True,
            f"regexp_like('a' || {LINE}, '^a\\z')": False,
            f"regexp_like('a' || {LINE} || {LINE}, '^a$')": False,
            f"regexp_like('a' || {LINE} || 'b', 'a.b')": False,
            "regexp_like('', '')": True,
            "regexp_like('é', '^.$')": True,
            "regexp_like('$', '[$]$')": True,
            "regexp_like('É', '(?i)é')": True,
            "regexp_like('é', '^[^\\p{L}]')": False,
            "regexp_like(NULL, 'a')": None,
        },
    ),
    Row(
        "RegexpExtract",
        "operator.scalar.JoniRegexpFunctions; Joni",
        {
            "regexp_extract('abc', 'x')": None,
            "regexp_extract('abc', '(x)?b', 1)": None,
            "regexp_extract('abc', 'b(x?)', 1)": "",
            "regexp_extract('', 'x*')": "",
        },
    ),
    Row(
        "RegexpReplace",
        "operator.scalar.JoniRegexpFunctions; Joni",
        {
            "regexp_replace('abc', '(b)', '[$1]')": "a[b]c",
            "regexp_replace('abc', 'b')": "ac",
            "regexp_replace('\u00a0EUR\u00a0', '^[^\\p{L}]+|[^\\p{L}]+\\z', '')": "EUR",
            "regexp_replace(NULL, 'b', '')": None,
        },
    ),
    Row(
        "JSONExtractScalar",
        "operator.scalar.JsonExtract, JsonPathTokenizer; Jackson",
        {
            f"json_extract_scalar({DOCUMENT}, '$.a')": None,
            f"json_extract_scalar({DOCUMENT}, '$.a.b')": None,
            f"json_extract_scalar({DOCUMENT}, '$.a.b[0]')": "1",
            f"json_extract_scalar({DOCUMENT}, '$.a.b[2]')": None,
            f"json_extract_scalar({DOCUMENT}, '$.t')": "true",
            f"json_extract_scalar({DOCUMENT}, '$.n')": None,
            f"json_extract_scalar({DOCUMENT}, '$.e')": "",
            f"json_extract_scalar({DOCUMENT}, '$.d')": "1",
            f"json_extract_scalar({DOCUMENT}, '$.D')": None,
            f"""json_extract_scalar({DOCUMENT}, '$["a b"]')""": "éA",
            f"json_extract_scalar({DOCUMENT}, '$.t.x')": None,
            "json_extract_scalar('', '$.a')": None,
            "json_extract_scalar('x', '$.a')": None,
            "json_extract_scalar(NULL, '$.a')": None,
        },
    ),
    Row(
        "Substring",
        "operator.scalar.StringFunctions",
        {
            "substr('abc', 0)": "",
            "substr('abc', 4)": "",
            "substr('abc', -3)": "abc",
            "substr('abc', -4)": "",
            "substr('abc', -2, 1)": "b",
            "substr('abc', 2, -1)": "",
            "substr('aéb', 2, 99)": "éb",
            "substr(NULL, 0)": None,
            "substr('abc', 0, NULL)": None,
            "substr('abc', NULL, 0)": None,
        },
    ),
    Row(
        "Trim",
        "operator.scalar.StringFunctions; io.airlift.slice.SliceUtf8, Character.isWhitespace",
        {
            "trim(chr(12288) || chr(8195) || chr(28) || chr(11) || 'a' || chr(8232))": "a",
            "trim('\u00a0a\u2007')": "\u00a0a\u2007",
            "trim('')": "",
            "trim(NULL)": None,
        },
    ),
    Row("Lower", "operator.scalar.StringFunctions; Character.toLowerCase", {"lower('İÄΣ')": "iäσ", "lower('')": ""}),
    Row(
        "Upper",
        "operator.scalar.StringFunctions; Character.toUpperCase",
        {"upper('straße')": "STRAßE", "upper(NULL)": None},
    ),
    Row("Concat", "operator.scalar.ConcatFunction", {"concat('a', '-', '')": "a-", "concat('a', NULL, 'b')": None}),
    Row("Chr", "operator.scalar.StringFunctions", {"chr(10)": "\n", "chr(128512)": "😀"}),
    Row("Replace", "operator.scalar.StringFunctions", {"replace('aaa', 'aa', 'b')": "ba", "replace('abc', 'b')": "ac"}),
    Row(
        "Split",
        "operator.scalar.StringFunctions",
        {"split('', ',')": [""], "split('a,,', ',')": ["a", "", ""], "split('a', NULL)": None},
    ),
    Row(
        "SplitPart",
        "operator.scalar.StringFunctions",
        {"split_part('', ',', 1)": "", "split_part('a', ',', 2)": None, "split_part('a', NULL, 1)": None},
    ),
    Row(
        "StrPosition",
        "operator.scalar.StringFunctions",
        {"strpos('abc', '')": 1, "strpos('', 'a')": 0, "strpos('aéb', 'b')": 3, "strpos(NULL, 'a')": None},
    ),
    Row(
        "StartsWith", "operator.scalar.StringFunctions", {"starts_with('abc', '')": True, "starts_with(NULL, '')": None}
    ),
    Row(
        "ConcatWs",
        "operator.scalar.ConcatWsFunction",
        {"concat_ws(',', NULL, 'a', '')": "a,", "concat_ws(',', NULL)": "", "concat_ws(NULL, 'a')": None},
    ),
    Row("DPipe", "operator.scalar.ConcatFunction", {"'a' || NULL": None, "'' || ''": ""}),
    Row(
        "ArrayToString",
        "operator.scalar.ArrayJoin",
        {
            "array_join(ARRAY['a', NULL], ',')": "a",
            "array_join(ARRAY['a', NULL], ',', '-')": "a,-",
            "array_join(ARRAY[CAST(NULL AS varchar)], ',')": "",
            "array_join(NULL, ',')": None,
        },
    ),
    Row(
        "Like",
        "type.LikeFunctions",
        {
            "'' LIKE '%'": True,
            "'é' LIKE '_'": True,
            "'a' LIKE 'A'": False,
            f"'a' || {LINE} LIKE 'a%'": True,
            "'a' LIKE NULL": None,
        },
    ),
    Row(
        "Escape",
        "type.LikeFunctions",
        {
            "'a%' LIKE 'a\\%' ESCAPE '\\'": True,
            "'ab' LIKE 'a\\%' ESCAPE '\\'": False,
            "'a\\' LIKE 'a\\\\' ESCAPE '\\'": True,
        },
    ),
    Row(
        "FromISO8601Timestamp",
        "operator.scalar.DateTimeFunctions; Joda-Time's ISODateTimeFormat.dateTimeParser",
        {
            "from_iso8601_timestamp('2026-01-04T05:06:07.1239Z')": datetime(2026, 1, 4, 5, 6, 7, 123000, UTC),
            "from_iso8601_timestamp('2026-01-04')": datetime(2026, 1, 4, tzinfo=UTC),
            "from_iso8601_timestamp('2026-01-04T05:06+0200')": datetime(2026, 1, 4, 3, 6, tzinfo=UTC),
            "from_iso8601_timestamp(NULL)": None,
        },
    ),
    Row(
        "UnixToTime",
        "operator.scalar.DateTimeFunctions",
        {
            "from_unixtime(1.0005e0)": datetime(1970, 1, 1, 0, 0, 1, 1000, UTC),
            "from_unixtime(-0.5e0)": datetime(1969, 12, 31, 23, 59, 59, 500000, UTC),
            "from_unixtime(NULL)": None,
        },
    ),
    Row("TimeToUnix", "operator.scalar.timestamptz.ToUnixTime", {"to_unixtime(from_unixtime(-1.5e0))": -1.5}),
    Row(
        "TimeToStr",
        "operator.scalar.DateTimeFunctions",
        {"date_format(from_unixtime(1.999e0), '%Y-%m-%dT%H:%i:%sZ')": "1970-01-01T00:00:01Z"},
    ),
    Row(
        "DateDiff",
        "operator.scalar.DateTimeFunctions; Joda-Time's getDifferenceAsLong",
        {
            "date_diff('week', DATE '2026-01-14', DATE '2026-01-08')": 0,
            "date_diff('month', DATE '2026-01-31', DATE '2026-02-28')": 1,
            "date_diff('month', DATE '2026-02-28', DATE '2026-01-31')": -1,
        },
    ),
    Row(
        "DateTrunc", "operator.scalar.DateTimeFunctions", {"date_trunc('week', DATE '2026-01-04')": date(2025, 12, 29)}
    ),
    Row(
        "TimestampTrunc",
        "operator.scalar.DateTimeFunctions",
        {"date_trunc('week', TIMESTAMP '1969-12-31 10:00:00')": datetime(1969, 12, 29)},
    ),
    Row(
        "Round",
        "operator.scalar.MathFunctions",
        {
            "round(-0.5e0)": -1.0,
            "round(1.25e0, 1)": 1.3,
            "round(1.005e0, 2)": 1.0,
            "round(-1.25e0, 1)": -1.3,
            "round(NULL, 1)": None,
        },
    ),
    Row(
        "ArraySize",
        "operator.scalar.ArrayCardinalityFunction",
        {"cardinality(split('a,b', ','))": 2, "cardinality(split('', ','))": 1, "cardinality(split(NULL, ','))": None},
    ),
    Row("Floor", "operator.scalar.MathFunctions", {"floor(-0.5e0)": -1.0}),
    Row("Abs", "operator.scalar.MathFunctions", {"abs(-1.5e0)": 1.5, "abs(NULL)": None}),
    Row("Div", "type.BigintOperators, DoubleOperators", {"-7 / 2": -3, "1e0 / 0": float("inf"), "1 / NULL": None}),
    Row(
        "CountIf",
        "operator.aggregation.CountIfAggregation",
        {f"count_if(b) {NONE}": 0, f"count_if(a = 'x') {NULLS}": 1},
    ),
    Row("Count", "operator.aggregation.CountAggregation", {f"count(a) {NULLS}": 2, f"count(*) {NONE}": 0}),
    Row("Sum", "operator.aggregation.LongSumAggregation", {f"sum(a) {NONE}": None, f"sum(b) {NULLS}": 3}),
    Row("Avg", "operator.aggregation.LongAverageAggregation", {f"avg(a) {NONE}": None, f"avg(b) {NULLS}": 1.5}),
    Row("Min", "operator.aggregation.MinAggregationFunction", {f"min(a) {NULLS}": "x", f"min(a) {NONE}": None}),
    Row("Max", "operator.aggregation.MaxAggregationFunction", {f"max(a) {NULLS}": "y", f"max(a) {NONE}": None}),
    # A NULL is a value: only the second argument's leave a row out.
    Row(
        "ArgMin",
        "operator.aggregation.minmaxby.MinByAggregationFunction",
        {f"min_by(a, b) {NULLS}": None, f"min_by(a, b) {NONE}": None},
    ),
    Row(
        "ArgMax",
        "operator.aggregation.minmaxby.MaxByAggregationFunction",
        {f"max_by(a, b) {NULLS}": "x", f"max_by(b, a) {NULLS}": None},
    ),
    Row(
        "ArrayAgg",
        "operator.aggregation.arrayagg.ArrayAggregationFunction",
        {f"array_agg(a ORDER BY a) {NULLS}": ["x", "y", None], f"array_agg(a ORDER BY a) {NONE}": None},
    ),
    Row(
        "map_agg",
        "operator.aggregation.MapAggregationFunction, operator.scalar.MapElementAtFunction",
        {
            "map_agg(a, b) FROM (VALUES ('x', 2)) AS t (a, b)": {"x": 2},
            "map_agg(a, b) FROM (VALUES ('x', 2)) AS t (a, b) WHERE a = 'y'": None,
            "element_at(map_agg(a, b), 'x') FROM (VALUES ('x', 2)) AS t (a, b)": 2,
            "element_at(map_agg(a, b), 'y') FROM (VALUES ('x', 2)) AS t (a, b)": None,
            "element_at(map_agg(a, b), CAST(NULL AS varchar)) FROM (VALUES ('x', 2)) AS t (a, b)": None,
        },
    ),
    Row("Lag", "operator.window.LagFunction", {f"lag(b) OVER (ORDER BY b) {NULLS} ORDER BY b DESC": 1}),
    Row("FirstValue", "operator.window.FirstValueFunction", {f"first_value(a) OVER (ORDER BY b) {NULLS}": None}),
    Row("RowNumber", "operator.window.RowNumberFunction", {f"row_number() OVER (ORDER BY b) {NULLS} ORDER BY b": 1}),
    Row("Unnest", "operator.unnest.UnnestOperator", {"count(*) FROM UNNEST(split(NULL, ',')) AS u (n)": 0}),
    Row("GenerateSeries", "operator.scalar.SequenceFunction", {"sequence(1, 1)": [1], "sequence(2, 1)": [2, 1]}),
    Row("Coalesce", "SQL", {"coalesce(NULL, '')": ""}),
    Row("Least", "comparison functions", {"least(2, 1)": 1, "least(NULL, 1)": None}),
    Row("Greatest", "comparison functions", {"greatest(2, 1)": 2, "greatest(NULL, 1)": None}),
    Row("Nullif", "SQL", {"nullif('a', NULL)": "a", "nullif(NULL, 'a')": None, "nullif('', '')": None}),
    Row("Case", "SQL", {"CASE NULL WHEN NULL THEN 1 END": None}),
    Row("If", "SQL", {"if(NULL, 1, 2)": 2}),
    Row("In", "SQL", {"1 IN (2, NULL)": None, "1 IN (1, NULL)": True}),
    Row("Between", "SQL", {"NULL BETWEEN 1 AND 2": None, "3 BETWEEN NULL AND 2": False}),
    Row("And", "SQL", {"false AND NULL": False, "true AND NULL": None}),
    Row("Or", "SQL", {"true OR NULL": True, "false OR NULL": None}),
]
ANSWERS = [(sql, answer) for row in ROWS for sql, answer in row.answers.items()]
# What Trino refuses while it runs.
FAILURES = [
    *(f"from_iso8601_timestamp('{text}')" for text in ("2026-01-04 05:06:07", "epoch", " 2026-01-04T05:06:07Z", "x")),
    *(f"from_iso8601_timestamp('{text}')" for text in ("2026-01-04T24:00:00Z", "2026-01-04T05:06:07 UTC", "infinity")),
    *(f"from_iso8601_date('{text}')" for text in ("2026/01/04", " 2026-01-04", "")),
    *("CAST('2026-01-04 10:00' AS date)", "split('a', '')", "CAST('5L' AS double)", "chr(-1)"),
]
# What the two engines would answer otherwise, and no macro can help.
REFUSED = [
    *(
        f"regexp_like(page, '{pattern}')"
        for pattern in (r"\d", r"[\w]", r"a\b", "[[:alpha:]]", "a(?=b)", r"(a)\1", "a++")
    ),
    *(f"regexp_like(page, '{pattern}')" for pattern in ("[a&&b]", "(?x) a", "(?<n>a)", r"\p{Alpha}", r"\pL", r"\h")),
    *(f"regexp_like(page, '{pattern}')" for pattern in ("[[a]b]", "(?m)^a")),
    *(f"regexp_replace(page, '{pattern}', '-')" for pattern in ("a$", "a*", "", r"\z")),
    *(f"json_extract_scalar(metadata, '{path}')" for path in ("$.*", "$..a", "$.a[-1]")),
    *(
        "regexp_like(page, referrer)",
        "regexp_extract(page, 'a$')",
        "replace(page, '', '-')",
        "replace(page, referrer, '-')",
    ),
    *("min_by(page, dt, 3)", "from_unixtime(1, 'Europe/Berlin')"),
]


@pytest.fixture(scope="module")
def lake() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET timezone = 'UTC'")
        for macro in macros.MACROS:
            connection.execute(macro)
        yield connection


def answer(lake: duckdb.DuckDBPyConnection, sql: str) -> Any:
    query = dialect.parse(f"SELECT {sql}")
    assert list(lint.differences(query)) == []
    return lake.execute(dialect.to_duckdb(query)).fetchall()[0][0]


@pytest.mark.parametrize(("sql", "expected"), ANSWERS)
def test_an_edge_value_is_trinos(lake: duckdb.DuckDBPyConnection, sql: str, expected: Any) -> None:
    found = answer(lake, sql)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize("sql", FAILURES)
def test_what_trino_refuses_while_it_runs_gives_no_value(lake: duckdb.DuckDBPyConnection, sql: str) -> None:
    with pytest.raises(duckdb.Error):
        answer(lake, sql)


@pytest.mark.parametrize("sql", REFUSED)
def test_what_cannot_be_adapted_is_refused(sql: str) -> None:
    with pytest.raises(QueryError, match="line 1: "):
        lint.refuse(dialect.parse(f"SELECT {sql} FROM hits"))


def test_every_function_of_the_library_has_a_row() -> None:
    library = Library()
    wholes = (
        library.whole(dialect.parse(library.get(name).sql), (), {"a": "b"}, ["shop.example"])
        for name in library.names()
    )
    kinds = (exp.Func, exp.Like, exp.Escape, exp.Div, exp.Between, exp.In, exp.DPipe)
    used = {
        node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__
        for whole in wholes
        for node in whole.find_all(*kinds)
    }
    assert SHOWN not in used  # it is written out
    assert used - {row.function for row in ROWS} == set()
