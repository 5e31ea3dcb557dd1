"""The library's relations with what filters keep of them; a filter's value is a literal of the tree, never a piece of SQL's text.

Both engines share what a filter means. Where tables can be made, `slices` makes them; `filtered` says it in SQL alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache

from sqlglot import exp

from sluice.analysis.scope import DIMENSIONS, Filters
from sluice.questions import dialect
from sluice.questions.library import Library, Query

# What a relation is called before visits are filtered.
EVERY = "every_"


@cache
def library() -> Library:
    """The questions and relations, read once a process."""
    return Library()


@cache
def question(name: str) -> Query:
    """The library's question of this name, read once a process; raises QueryError."""
    return library().get(name)


def of(kind: str, filters: Filters) -> Filters:
    """Those of the filters that keep this kind of thing."""
    return tuple(pair for pair in filters if DIMENSIONS[pair[0]].of == kind)


def conditions(filters: Filters) -> list[exp.Expression]:
    """What each of the filters says of a row."""
    return [_is(*pair) for pair in filters]


def of_hits(filters: Filters) -> dict[str, str]:
    """The hits that the filters on events keep, with their visits computed again; empty without filters."""
    return {**library().relations, "hits": narrowed(conditions(filters)).sql("athena")} if filters else {}


def narrowed(conditions: Sequence[exp.Expression], keys: str | None = None) -> exp.Select:
    """The relation of hits, of which only those events are read that meet the conditions, and are of these visitkeys."""
    hits = dialect.parse(library().relations["hits"])
    assert isinstance(hits, exp.Select)
    (events,) = dialect.reads(hits)
    inner = events.parent_select
    assert isinstance(inner, exp.Select)
    inner.where(*conditions, copy=False)
    if keys is not None:
        (key,) = (one.this for one in hits.selects if one.alias == "visitkey")
        inner.where(key.copy().isin(query=keys), copy=False)
    return hits


def kept_visits(filters: Filters, before: str = "") -> exp.Select:
    """The visits that the filters on visits and pages keep, of those in the relations whose names begin so."""
    visits = exp.select("*").from_(f"{before}visits").where(*conditions(of("visits", filters)))
    pages = conditions(of("page", filters))
    if not pages:
        return visits
    came = exp.select("visit").from_(f"{before}visit_hits").where(*pages)
    return visits.where(exp.column("visit").isin(query=came))


def filtered(filters: Filters) -> dict[str, str]:
    """Every relation as the filters narrow it, as SQL alone."""
    own = of("events", filters)
    under = {**library().relations, **of_hits(own)}
    if own == filters:
        return under
    every = {EVERY + name: _called_every(sql, under.keys()) for name, sql in under.items()}
    kept = {"visits": kept_visits(filters, EVERY).sql("athena"), "hits": _hits_of_visits(filters).sql("athena")}
    return {**under, **every, **kept}


def _hits_of_visits(filters: Filters) -> exp.Select:
    """The hits of the kept visits, on the pages that are kept."""
    hits = exp.select("h.*").from_(f"{EVERY}hits AS h").where(*conditions(of("page", filters)))
    return hits.join("visits AS v", on="v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished")


def _called_every(sql: str, names: Collection[str]) -> str:
    """The relation over others that are called so."""
    relation = dialect.parse(sql)
    for table in dialect.reads(relation):
        if table.name in names:
            table.set("this", exp.to_identifier(EVERY + table.name))
    return relation.sql("athena")


def _is(name: str, value: str) -> exp.Expression:
    """The condition that a dimension has this value."""
    dimension = DIMENSIONS[name]
    column: exp.Expression = exp.column(*reversed(dimension.column.split(".")))
    if dimension.absent is not None:
        column = exp.Coalesce(this=column, expressions=[exp.Literal.string(dimension.absent)])
    return exp.EQ(this=column, expression=exp.Literal.string(value))
