"""The house rule for samples: a question over events counts what each counts as, or names the columns that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from sqlglot import exp

from sluice.questions import counting, dialect, made
from sluice.questions.library import PACKAGED, Library

# Above the SELECT: the columns whose counts are of what is stored, and why.
_NAMED = re.compile(r"(?m)^--\s*unweighted:[ \t]*([a-z0-9_, ]+)")
_COUNTS = (exp.Count, exp.CountIf, exp.Avg, exp.ApproxDistinct, exp.ApproxQuantile)
MESSAGE = (
    f"events of a sample count as more than one: write {counting.COUNTED}(weight), or sums of what weight makes of the rows; "
    "a count of what is stored is named above, as -- unweighted: name"
)


def unweighted(sql: str, query: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """Each count or average over events that does not weigh them, where no line above names its column."""
    found = _NAMED.search(sql)
    named = {name.strip() for name in found[1].split(",")} if found else set()
    for node in query.find_all(*_COUNTS):
        select, item = node.parent_select, node.find_ancestor(exp.Alias, exp.Select)
        is_of_events = select is not None and any(table.name.lower() in of_events() for table in dialect.reads(select))
        if is_of_events and not (isinstance(item, exp.Alias) and item.alias in named):
            yield node, MESSAGE


@cache
def of_events() -> frozenset[str]:
    """The names of what events are in, themselves or by another relation."""
    names = {dialect.EVENTS, made.TENANTS, made.CLICKS}
    read = {name: _read(sql) for name, sql in Library(PACKAGED).relations.items()}
    while more := {name for name, tables in read.items() if name not in names and tables & names}:
        names |= more
    return frozenset(names)


def _read(sql: str) -> set[str]:
    return {table.name.lower() for table in dialect.reads(dialect.parse(sql))}
