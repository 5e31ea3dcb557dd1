"""A question as Athena is sent it: `?` in WHERE alone, any other value as one literal, and no more bytes than it takes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from chalicelib.lake.days import Days
from sluice.questions import dialect
from sluice.questions.dialect import QueryError, on_table, parse
from sluice.questions.library import Library, Prepared
from sluice.questions.made import NamedGoal
from sluice.questions.statement import MAX_BYTES, literal, to_athena
from tests.bound import bound
from tests.conftest import PROVE

LIBRARY = Library()
DAYS = Days(date(2026, 11, 1), date(2026, 11, 2))
NAMES = LIBRARY.names()
GOALS = [NamedGoal("it's", None, "/a?b*"), NamedGoal(":to", "sign--up", None)]
HOSTILE = [
    "",
    "'",
    "''",
    "\\",
    "\\'",
    "?",
    ":to",
    "--",
    "/* */",
    ";",
    '"',
    "a\nb",
    "bücher",
    "😀",
    "'; DROP TABLE x; --",
]
texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs"]))
numbers = st.integers(0, 2**53).map(str)


def prepared(name: str, given: dict[str, str], tenants: int = 2, goals: list[NamedGoal] = GOALS) -> Prepared:
    names = {f"tenant-{number}": f"t{number}_events" for number in range(tenants)}
    asked = LIBRARY.prepare(LIBRARY.get(name), given=given, goals=goals, tenants=names, days=DAYS)
    return Prepared(on_table(asked.expression, "app1_events"), asked.values)


@st.composite
def questions(draw: st.DrawFn) -> Prepared:
    """A question of the library, each of its parameters with any value of its type."""
    query = LIBRARY.get(draw(st.sampled_from(NAMES)))
    return prepared(query.name, {one.name: draw(numbers if one.type == "integer" else texts) for one in query.params})


def filled(asked: Prepared) -> str:
    """The question with each value as its literal."""
    tree = asked.expression.copy()
    for node in list(tree.find_all(exp.Placeholder)):
        node.replace(literal(asked.values[node.name]))
    return tree.sql("athena", comments=False)


@settings(max_examples=200 if PROVE else 40)
@given(asked=questions())
def test_a_mark_is_in_where_alone_and_each_has_its_value(asked: Prepared) -> None:
    sql, parameters = to_athena(asked.expression, asked.values)

    marks = list(parse(sql).find_all(exp.Placeholder))
    assert len(marks) == len(parameters) > 0
    assert all(isinstance(mark.find_ancestor(exp.Where, exp.Select), exp.Where) for mark in marks)
    assert bound(sql, parameters) == filled(asked)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_with_its_defaults_has_its_marks_in_where(name: str) -> None:
    asked = prepared(name, {})
    sql, parameters = to_athena(asked.expression, asked.values)

    marks = list(parse(sql).find_all(exp.Placeholder))
    assert len(marks) == len(parameters) > 0
    assert all(isinstance(mark.find_ancestor(exp.Where, exp.Select), exp.Where) for mark in marks)


@pytest.mark.parametrize(
    ("sql", "sent"),
    [
        ("SELECT :a AS b FROM t", "SELECT 'x' AS b FROM t"),
        ("SELECT CASE WHEN b = :a THEN 1 END AS c FROM t", "SELECT CASE WHEN b = 'x' THEN 1 END AS c FROM t"),
        ("SELECT b FROM UNNEST(SPLIT(:a, ',')) AS t(b)", "SELECT b FROM UNNEST(SPLIT('x', ',')) AS t(b)"),
        ("SELECT 1 FROM t JOIN u ON t.b = :a", "SELECT 1 FROM t JOIN u ON t.b = 'x'"),
        ("SELECT 1 FROM t GROUP BY b HAVING b = :a", "SELECT 1 FROM t GROUP BY b HAVING b = 'x'"),
        ("SELECT b FROM t ORDER BY b = :a", "SELECT b FROM t ORDER BY b = 'x'"),
        ("SELECT COUNT(*) FILTER(WHERE b = :a) FROM t", "SELECT COUNT(*) FILTER(WHERE b = 'x') FROM t"),
        (
            "SELECT 1 FROM t WHERE b IN (SELECT :a FROM u WHERE c = :a LIMIT :n)",
            "SELECT 1 FROM t WHERE b IN (SELECT 'x' FROM u WHERE c = ? LIMIT 5)",
        ),
        ("SELECT 1 FROM t WHERE NOT (b = LOWER(:a)) OFFSET :n", "SELECT 1 FROM t WHERE NOT (b = LOWER(?)) OFFSET 5"),
        ("SELECT 1 FROM t LIMIT :digits", "SELECT 1 FROM t LIMIT 7"),
    ],
)
def test_a_value_out_of_where_is_a_literal(sql: str, sent: str) -> None:
    written, parameters = to_athena(parse(sql), {"a": "x", "n": 5, "digits": "7"})

    assert (written, parameters) == (sent, ["'x'"] * sent.count("?"))


def test_athena_gets_the_values_in_the_order_of_its_marks() -> None:
    query = parse(
        "SELECT ':no', page FROM events WHERE n > :n AND page BETWEEN :from AND :to OR page = :from LIMIT :limit"
    )

    sql, values = to_athena(query, {"from": "/a", "to": "o'c", "limit": 5, "n": 0.5})

    assert sql == "SELECT ':no', page FROM events WHERE n > ? AND page BETWEEN ? AND ? OR page = ? LIMIT 5"
    assert values == ["5.0000000000000000E-01", "'/a'", "'o''c'", "'/a'"]


@pytest.mark.parametrize("value", ["ten", "", "-1", -1, 0.5, "1; DROP TABLE x"])
@pytest.mark.parametrize("clause", ["LIMIT :n", "OFFSET :n", "FETCH FIRST :n ROWS ONLY"])
def test_a_number_of_rows_that_is_none_is_refused(value: Any, clause: str) -> None:
    with pytest.raises(QueryError, match=":n is how many rows, 0 or more"):
        to_athena(parse(f"SELECT 1 FROM t {clause}"), {"n": value})


@given(text=texts)
def test_every_text_is_one_literal_in_either_place(text: str) -> None:
    sql, (parameter,) = to_athena(parse("SELECT :text FROM t WHERE a = :text"), {"text": text})

    _, value, *_, mark = tokens = Dialect.get_or_raise("trino").tokenize(sql)
    (bare,) = Dialect.get_or_raise("trino").tokenize(parameter)
    assert (value.text, bare.text, mark.text, len(tokens)) == (text, text, "?", 8)
    # Trino's string: everything between two quotes as written, a quote twice.
    assert parameter == "'" + text.replace("'", "''") + "'" == sql[len("SELECT ") : -len(" FROM t WHERE a = ?")]


@given(number=st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_is_the_same_to_athena(number: float) -> None:
    sql, (parameter,) = to_athena(parse("SELECT :n FROM t WHERE a = :n"), {"n": number})

    assert type(number)(parameter) == number == type(number)(sql[len("SELECT ") : -len(" FROM t WHERE a = ?")])


def test_a_negative_number_does_not_begin_a_comment() -> None:
    sql, _ = to_athena(parse("SELECT -:n, a -:n FROM t"), {"n": -5})

    assert "--" not in sql


def test_the_last_byte_that_athena_takes_is_sent_and_one_more_is_refused() -> None:
    query = parse("SELECT :text FROM t")
    fits = "ü" * ((MAX_BYTES - len("SELECT '' FROM t")) // 2)

    sql, _ = to_athena(query, {"text": fits})
    assert len(sql.encode()) == MAX_BYTES
    with pytest.raises(QueryError, match=r"has 262,145 bytes, and Athena takes 262,144 at most: ask with shorter"):
        to_athena(query, {"text": fits + "x"})


@pytest.mark.parametrize("name", NAMES)
def test_a_question_of_many_goals_and_tenants_fits_or_is_refused(name: str) -> None:
    """Hundreds fit; thousands are refused before anything is sent where they do not."""
    goals = [NamedGoal(f"goal-{number}", "purchase", f"/a/page/of/the/shop/{number}*") for number in range(500)]
    asked = prepared(name, {}, 500, goals)
    assert to_athena(asked.expression, asked.values)

    many = prepared(name, {}, 4_000, goals * 3)
    if {"goals", "tenants"} & {table.alias for table in many.expression.ctes}:
        with pytest.raises(QueryError, match="Athena takes 262,144"):
            to_athena(many.expression, many.values)
    else:
        assert to_athena(many.expression, many.values)


def test_what_is_sent_is_one_select() -> None:
    asked = prepared("funnel", {"steps": "'; DROP TABLE events; --"})

    dialect.parse(to_athena(asked.expression, asked.values)[0])
