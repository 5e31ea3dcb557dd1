"""What a person's own SQL may name, and how it is sent to Athena: of the scope's days, with no more rows than wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from sqlglot import exp

from chalicelib.access_logs.fields import OF_ACCESS
from chalicelib.lake.refusals import OF_REJECTED
from sluice.questions import dialect, library
from sluice.questions.dialect import QueryError, line_of


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


def refuse_others(query: exp.Query, tables: Collection[str], known: Collection[str] = ()) -> None:
    """Refuse what reads a table that is neither one of these nor defined by a WITH, where that holds."""
    for table in query.find_all(exp.Table):
        name = table.name.lower()
        is_plain = isinstance(table.this, exp.Identifier) and not table.db and not table.catalog
        if not is_plain or (name not in tables and definition(table) is None):
            raise QueryError(f"there is no table {table.sql('athena')[:80]!r}; {library.near(name, known or tables)}")


def with_others(tables: Collection[str]) -> list[str]:
    """These tenants' tables on Athena, and those of their access logs and of what was refused."""
    return [*tables, *(f"{table}{end}" for table in tables for end in (OF_ACCESS, OF_REJECTED))]


def refuse_names(query: exp.Query, reserved: Collection[str]) -> None:
    """Refuse a WITH that takes the name of a table of ours, or one that could be a file's."""
    for one in query.find_all(exp.CTE):
        if one.alias.lower() in reserved or not one.alias.isidentifier():
            raise QueryError(
                f"line {line_of(one)}: WITH may not use the name {one.alias[:80]!r}, which a table or a file has; take another"
            )


def refuse_statements(query: exp.Query) -> None:
    """Refuse what says something about the engine and not about events."""
    for node in query.find_all(exp.Describe, exp.Parameter, exp.SessionParameter):
        raise QueryError(f"line {line_of(node)}: {node.sql('athena')[:80]} is not a part of a question")


def definition(table: exp.Table) -> exp.CTE | None:
    """The WITH's table that this name is, where one holds: in the same WITH only an earlier one, to both engines."""
    if not isinstance(table.this, exp.Identifier) or table.db or table.catalog:
        return None
    name = table.name.lower()
    return next((one for one in _defined_for(table) if one.alias.lower() == name), None)


def _defined_for(table: exp.Table) -> Iterator[exp.CTE]:
    """What the WITHs around the table define, the nearest first."""
    inner: exp.Expr = table
    while (outer := inner.parent) is not None:
        if isinstance(outer, exp.With):
            at = next(at for at, one in enumerate(outer.expressions) if one is inner)
            yield from reversed(outer.expressions[:at])
        elif isinstance(outer, exp.CTE) and _repeats(outer, inner, table):
            yield outer
        elif (clause := outer.args.get("with_")) is not None and clause is not inner:
            yield from reversed(clause.expressions)
        inner = outer


def _repeats(cte: exp.CTE, query: exp.Expr, table: exp.Table) -> bool:
    """Whether the table is the recursion's own: in the second part of the UNION, and in no other form, says Trino."""
    if not (isinstance(cte.parent, exp.With) and cte.parent.args.get("recursive") and isinstance(query, exp.Union)):
        return False
    if any(query.args.get(part) is not None for part in ("with_", "order", "limit", "offset")):
        return False
    return any(one is query.expression for one in _around(table))


def _around(node: exp.Expr) -> Iterator[exp.Expr]:
    above: exp.Expr | None = node
    while above is not None:
        yield above
        above = above.parent
