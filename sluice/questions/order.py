"""Aggregates and windows whose answer depends on an order of the rows that they do not name: each engine has its own."""

from __future__ import annotations

from sqlglot import exp

_OF_ORDER = (exp.RowNumber, exp.Ntile, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead)


def fault(node: exp.Expr) -> str | None:
    """What to write so that the answer does not depend on the engine."""
    if isinstance(node, exp.AnyValue):
        return "each engine may take another row's value; write min, max or min_by"
    if isinstance(node, exp.ArrayAgg):
        return None if isinstance(node.this, exp.Order) else "the list has no order; write array_agg(a ORDER BY b)"
    if node.args.get("order") is None and isinstance(node.this, _OF_ORDER):
        return f"{node.this.sql('athena')} has no order; write OVER (… ORDER BY …)"
    return None
