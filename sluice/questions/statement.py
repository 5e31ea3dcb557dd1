"""A question as the statement that Athena is sent: its text, and the values for its `?`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from sluice.questions import dialect
from sluice.questions.dialect import QueryError, Value

MAX_BYTES = 262_144  # https://docs.aws.amazon.com/athena/latest/ug/service-limits.html
_COUNTS = (exp.Limit, exp.Offset, exp.Fetch)
_COUNT = re.compile(r"[0-9]{1,16}")


def to_athena(query: exp.Query, values: Mapping[str, Value]) -> tuple[str, list[str]]:
    """The question's text, and Athena's execution parameters for its `?` in their order; raises QueryError.

    Athena documents `?` for conditions of WHERE alone, so anywhere else a value is a literal:
    https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
    """
    tree = query.copy()
    for node in list(tree.find_all(exp.Placeholder)):
        if not _is_in_where(node):
            node.replace(_count(node, values) if isinstance(node.parent, _COUNTS) else literal(values[node.name]))
    sql = tree.sql("athena", comments=False)
    written, parameters, at = "", [], 0
    for colon, name in dialect.marks(dialect.tokenize(sql)):
        written += f"{sql[at : colon.start]}?"
        parameters.append(literal(values[name.text]).sql("athena"))
        at = name.end + 1
    return _fitting(written + sql[at:]), parameters


def literal(value: Value) -> exp.Expr:
    """The value as SQL: a text in quotes, a whole number, a DOUBLE with its exponent."""
    if isinstance(value, str):
        return exp.Literal.string(value)
    # Without its exponent it would be a DECIMAL.
    return exp.Literal.number(value if isinstance(value, int) else f"{value:.16E}")


def _is_in_where(node: exp.Expr) -> bool:
    """Whether the node belongs to the condition of a SELECT's WHERE, and not to another clause of a SELECT within it."""
    above = node.parent
    while above is not None and not isinstance(above, exp.Query | exp.Where):
        above = above.parent
    return isinstance(above, exp.Where) and isinstance(above.parent, exp.Select)  # FILTER (WHERE …) is not one


def _count(node: exp.Placeholder, values: Mapping[str, Value]) -> exp.Expr:
    """How many rows, as a literal: Athena takes no text for it, and no number below 0."""
    value = values[node.name]
    if not _COUNT.fullmatch(str(value)):
        raise QueryError(f":{node.name} is how many rows, 0 or more, and not {value!r}")
    return exp.Literal.number(int(value))


def _fitting(sql: str) -> str:
    if (size := len(sql.encode())) > MAX_BYTES:
        raise QueryError(
            f"the statement has {size:,} bytes, and Athena takes {MAX_BYTES:,} at most: ask with shorter values, fewer "
            "filters, goals or tenants, or ask the mirror on this machine"
        )
    return sql
