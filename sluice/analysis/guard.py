"""A question as it may be sent to Athena: of the scope's days, with no more rows than wanted, and of nobody else's tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlglot import exp

from sluice.analysis import filters
from sluice.mirror import view
from sluice.questions import dialect, library
from sluice.questions.dialect import QueryError


def of_days(query: exp.Query, tables: Collection[str], since: date, until: date) -> exp.Query:
    """The question with each table restricted to these days: custom SQL may name no days, and would pay for all."""
    tree, found = query.copy(), set()
    for table in dialect.reads(tree):
        if table.name in tables and not table.db:
            found.add(table.name)
            table.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name)))
            table.set("this", exp.to_identifier(f"{table.name}_of_days"))
    between = exp.column("dt").between(since.isoformat(), until.isoformat())
    made = [
        exp.CTE(
            this=exp.select("*").from_(name).where(between),
            alias=exp.TableAlias(this=exp.to_identifier(f"{name}_of_days")),
        )
        for name in sorted(found)
    ]
    clause = tree.args.get("with_") or exp.With()
    clause.set("expressions", [*made, *clause.expressions])
    tree.set("with_", clause if clause.expressions else None)
    return tree


def at_most(rows: int, query: exp.Query) -> exp.Query:
    """The question with so many rows. Athena forgets the order of a subquery that has no LIMIT of its own."""
    if query.args.get("limit") is None:
        return query.limit(rows)
    clause = query.args.get("with_")
    inner = query.copy()
    inner.set("with_", None)
    outer = exp.select("*").from_(inner.subquery("asked")).limit(rows)
    outer.set("with_", clause)
    return outer


def refuse_others(sql: str, tables: Collection[str]) -> None:
    """Refuse what reads a table that is neither one of these nor defined by a WITH, where that holds."""
    for table in dialect.parse(sql).find_all(exp.Table):
        name = table.name.lower()
        is_plain = isinstance(table.this, exp.Identifier) and not table.db and not table.catalog
        if not (is_plain and (name in tables or name in {one.alias.lower() for one in _defined_for(table)})):
            known = [view.EVENTS, *filters.library().relations]
            raise QueryError(f"there is no table {table.sql('athena')[:80]!r}; {library.near(name, known)}")


def _defined_for(table: exp.Table) -> Iterator[exp.CTE]:
    """The names that the WITHs around the table define, in its own WITH only earlier ones: to Athena, later ones are tables."""
    inner: exp.Expr = table
    while (outer := inner.parent) is not None:
        if isinstance(outer, exp.With):
            yield from outer.expressions[: next(at for at, one in enumerate(outer.expressions) if one is inner)]
        elif (clause := outer.args.get("with_")) is not None and clause is not inner:
            yield from clause.expressions
        inner = outer
