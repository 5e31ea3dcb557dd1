"""The house rule for numbers that clients send as texts: one hostile value must not fail, or spoil, everybody's answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

_TARGETS = {*exp.DataType.NUMERIC_TYPES, exp.DType.DATE}
# Columns of the record that hold what a client wrote.
_TEXTS = {
    "page",
    "referrer",
    "sessionid",
    "userid",
    "fromwebsite",
    "useragent",
    "metadata",
    "path",
    "entry_page",
    "exit_page",
}
# What comes out of these is ours, whatever went in.
_OURS = (
    exp.Count,
    exp.CountIf,
    exp.ApproxDistinct,
    exp.Length,
    exp.Predicate,
    exp.Connector,
    exp.Not,
    exp.RowNumber,
    exp.Rank,
)
# Texts that at least one engine does not read as a number; a pattern that lets one through does not protect a cast.
_HOSTILE = ("", " ", "NaN", "Infinity", "0x1p4", "5d", "1_000", "1,234.50", "12 EUR", "x1", "1x")
_TOO_LONG = "9" * 20


def unguarded(query: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """Each cast of a client's text, or of what was made of one, to a number or a day that no CASE has looked at.

    NaN, Infinity and 1e300 are numbers to one engine and none to the other; above 2^63 a cast to bigint fails on both.
    """
    clients = _from_clients(query)
    for cast in query.find_all(exp.Cast):
        if cast.to.this in _TARGETS and _is_of(cast.this, clients) and not _is_guarded(cast):
            yield (
                cast,
                "a client's text may be NaN or 1e300; ask regexp_like, and abs(…) <= 1e12, in a CASE around the cast",
            )


def _from_clients(query: exp.Expr) -> set[str]:
    """The names of the columns that hold what a client wrote, or something made of it."""
    named = [(one.alias.lower(), one.this) for one in query.find_all(exp.Alias)]
    for table in query.find_all(exp.TableAlias):  # t (a, b), WITH t (a, b), UNNEST(…) AS t (a)
        named += [(column.name.lower(), table.parent) for column in table.columns if table.parent is not None]
    for function in query.find_all(exp.Lambda):
        named += [
            (one.name.lower(), function.parent.this) for one in function.expressions if function.parent is not None
        ]
    names = set(_TEXTS)
    while found := {name for name, made in named if name not in names and _is_of(made, names)}:
        names |= found
    return names


def _is_of(node: exp.Expr, names: set[str]) -> bool:
    if isinstance(node, _OURS):
        return False
    if isinstance(node, exp.If | exp.Case):  # what is asked is not what comes out
        parts = [*node.args.get("ifs", ()), *(node.args.get(key) for key in ("true", "false", "default"))]
        return any(_is_of(one, names) for one in parts if one is not None)
    is_read = isinstance(node, exp.JSONExtractScalar) or (isinstance(node, exp.Column) and node.name.lower() in names)
    return is_read or any(_is_of(child, names) for child in node.iter_expressions())


def _is_guarded(cast: exp.Cast) -> bool:
    """Whether a CASE above lets only such values through: of a text by its letters, of a number by its size."""
    below: exp.Expr = cast
    above = cast.parent
    while above is not None and not isinstance(above, exp.Query):
        if isinstance(above, exp.If) and below is above.args.get("true"):
            asked = above.this.flatten() if isinstance(above.this, exp.And) else [above.this]
            if any(_looks_at(one, cast) for one in asked):
                return True
        below, above = above, above.parent
    return False


def _looks_at(condition: exp.Expr, cast: exp.Cast) -> bool:
    """Whether the condition is about what is cast itself: its letters, or its size where it is made of a number."""
    if isinstance(condition, exp.RegexpLike):
        return condition.this == cast.this and _lets_numbers_alone(condition.expression, cast)
    if isinstance(condition, exp.LTE | exp.LT) and isinstance(condition.this, exp.Abs):
        return condition.this.this in list(cast.this.find_all(exp.Column))
    return False


def _lets_numbers_alone(pattern: exp.Expr, cast: exp.Cast) -> bool:
    hostile = _HOSTILE if cast.to.this == exp.DType.DOUBLE else (*_HOSTILE, _TOO_LONG, "1.5")
    try:
        return isinstance(pattern, exp.Literal) and not any(re.search(pattern.name, text) for text in hostile)
    except re.error:
        return False
