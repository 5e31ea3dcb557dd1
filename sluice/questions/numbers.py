"""The house rule for numbers that clients send as texts: one hostile value must not fail, or spoil, everybody's answer."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

_NUMBERS = {*exp.DataType.NUMERIC_TYPES}


def unguarded(query: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """Each cast of a client's text, or of what was made of one, to a number that no CASE has looked at, and what to write.

    NaN, Infinity and 1e300 are numbers to one engine and none to the other; above 2^63 a cast to bigint fails on both.
    """
    clients = _from_clients(query)
    for cast in query.find_all(exp.Cast):
        if cast.to.this in _NUMBERS and _is_of(cast.this, clients) and not _is_guarded(cast, clients):
            yield (
                cast,
                "a client's text may be NaN or 1e300; ask regexp_like, and abs(…) <= 1e12, in a CASE around the cast",
            )


def _from_clients(query: exp.Expr) -> set[str]:
    """The names of the columns that hold what json_extract_scalar read, or something made of it."""
    aliases = list(query.find_all(exp.Alias))
    names: set[str] = set()
    while found := {one.alias for one in aliases if one.alias not in names and _is_of(one.this, names)}:
        names |= found
    return names


def _is_of(node: exp.Expr, names: set[str]) -> bool:
    if isinstance(node, exp.AggFunc | exp.Query):
        return False  # a count is ours
    is_read = isinstance(node, exp.JSONExtractScalar) or (isinstance(node, exp.Column) and node.name in names)
    return is_read or any(_is_of(child, names) for child in node.iter_expressions())


def _is_guarded(cast: exp.Expr, names: set[str]) -> bool:
    """Whether a CASE above lets only such values through: of a text by its letters, of a number by its size."""
    kind = exp.LTE if cast.find(exp.Mul, exp.Round) else exp.RegexpLike
    below: exp.Expr = cast
    above = cast.parent
    while above is not None and not isinstance(above, exp.Query):
        if isinstance(above, exp.If) and below is not above.this and _asks(above.this, kind, names):
            return True
        below, above = above, above.parent
    return False


def _asks(condition: exp.Expr, kind: type[exp.Expr], names: set[str]) -> bool:
    return any(_is_of(one.this, names) for one in condition.find_all(kind))
