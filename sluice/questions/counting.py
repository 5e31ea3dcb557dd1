"""Counts of a sample: the library's functions `counted` and `summed` as SQL, and on request each with its margin next to it.

A sample keeps or leaves units as a whole, each by chance alone. What was kept counts as `weight`, one over its chance, and so
the sum's variance is that of its units: sum of t * t * (1 - 1 / weight), t being what the unit adds to the sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlglot import exp

from chalicelib.margins import DEVIATIONS, MARGIN
from sluice.questions.dialect import parse

# Functions of the library's own: how many, as a whole number, and how much. They are written out wherever they are called.
COUNTED, SUMMED = "counted", "summed"
NAMES = (COUNTED, SUMMED)
_WITHIN = "unit_sum_"
_SENDERS = ("visitor", "visitorid", "visitkey")


def write_out(query: exp.Query) -> None:
    """Write each `counted` and `summed` out."""
    for call in list(_calls(query)):
        call.replace(_written(call))


def add_margins(query: exp.Query) -> None:
    """Give each number that `counted` or `summed` makes its margin as a column behind it, as far out as it is passed on."""
    _add(query)


def _calls(node: exp.Expr) -> Iterator[exp.Anonymous]:
    return (one for one in node.find_all(exp.Anonymous) if one.name.lower() in NAMES)


def _written(call: exp.Anonymous) -> exp.Expr:
    total = exp.Sum(this=call.expressions[0].copy())
    if call.name.lower() == SUMMED:
        return total
    some = exp.Coalesce(this=total, expressions=[exp.Literal.number(0)])
    return exp.cast(exp.Round(this=some), "bigint")


def _add(query: exp.Expr) -> set[str]:
    """The names of the query's columns that have a margin now."""
    if not isinstance(query, exp.Select):
        return set()
    sources = _sources(query)
    passed = {one.alias_or_name: _add(one.this) for one in sources if isinstance(one, exp.Subquery)}
    made = {one.alias: _margin_of(query, one, place) for place, one in enumerate(query.selects) if _is_made(one)}
    if made:
        query.set("from_", exp.From(this=_with_units(query)))
        query.set("where", None)
    else:
        made = {one.alias_or_name: found for one in query.selects if (found := _passed(one, passed))}
    query.set("expressions", [one for item in query.selects for one in (item, *_followed_by(item, made))])
    # A star has them already.
    is_starred = any(isinstance(one, exp.Star) for one in query.selects)
    return set(made).union(*passed.values() if is_starred else ())


def _followed_by(item: exp.Expr, made: Mapping[str, exp.Expr]) -> list[exp.Expr]:
    name = item.alias_or_name
    return [exp.alias_(made[name], name + MARGIN)] if name in made else []


def _sources(query: exp.Select) -> list[exp.Expr]:
    sources = [query.args.get("from_"), *query.args.get("joins", [])]
    return [one.this for one in sources if one is not None]


def _is_made(item: exp.Expr) -> bool:
    return isinstance(item, exp.Alias) and len([*_calls(item)]) == 1


def _margin_of(query: exp.Select, item: exp.Expr, place: int) -> exp.Expr:
    """The item with the margin in place of its sum: what is done to the one is done to the other."""
    margin: exp.Expr = item.this.copy()
    (call,) = _calls(margin)
    own = call.expressions[0]
    terms = f"1e0 * ({own.sql('athena')}) * {_WITHIN}{place} * (1e0 - 1e0 / weight)"
    spread = f"{DEVIATIONS}e0 * sqrt(greatest(COALESCE(sum({terms}), 0), 0))"
    spread = f"CAST(ceil({spread}) AS bigint)" if call.name.lower() == COUNTED else spread
    (written,) = parse(f"SELECT {spread}").selects
    if call is margin:
        return written
    call.replace(written)
    return margin


def _with_units(query: exp.Select) -> exp.Expr:
    """What the query reads, each row with what its unit adds in all to each sum of the row's group."""
    (source,) = _sources(query)
    source = source.copy()
    _keep_strangers_apart(source)
    within = exp.select("*").from_(source)
    if (where := query.args.get("where")) is not None:
        within.set("where", where.copy())
    group = query.args.get("group")
    keys = ", ".join(one.sql("athena") for one in (*(group.expressions if group else ()), exp.column("unit")))
    for place, item in enumerate(query.selects):
        for call in _calls(item) if _is_made(item) else ():
            own = call.expressions[0].sql("athena")
            window = f"sum(1e0 * ({own})) OVER (PARTITION BY {keys}) AS {_WITHIN}{place}"
            within.select(window, copy=False, dialect="athena")
    return within.subquery(source.alias_or_name)


def _keep_strangers_apart(source: exp.Expr) -> None:
    """Give each unit without a visitor a row of its own, where a query has one row for each visitor or visit.

    It does not where nobody asks for margins: the units are the widest columns that there are.
    """
    group = source.this.args.get("group") if isinstance(source, exp.Subquery) else None
    for key in group.expressions if group else ():
        if isinstance(key, exp.Column) and key.name in _SENDERS:
            source.this.group_by(f"CASE WHEN {key.name} IS NULL THEN unit END", copy=False, dialect="athena")


def _passed(item: exp.Expr, sources: dict[str, set[str]]) -> exp.Expr | None:
    """The item over margins, where it is a number of a source's, or which of several, as they are; else None."""
    margin = item.unalias().copy()
    columns = [margin] if isinstance(margin, exp.Column) else _chosen(margin)
    for column in columns:
        known = [names for source, names in sources.items() if column.table in ("", source)]
        if not any(column.name in names for names in known):
            return None
        column.set("this", exp.to_identifier(column.name + MARGIN))
    return margin if columns else None


def _chosen(node: exp.Expr) -> list[exp.Column]:
    """The columns that a COALESCE with 0 or a CASE chooses from; none where it does more than that."""
    if isinstance(node, exp.Coalesce):
        parts = [node.this]
    elif isinstance(node, exp.Case):
        parts = [*(one.args["true"] for one in node.args["ifs"]), node.args.get("default")]
    else:
        parts = []
    return parts if all(isinstance(one, exp.Column) for one in parts) else []
