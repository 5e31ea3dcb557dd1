"""The library's relations with what filters keep of them; a filter's value is a literal of the tree, never a piece of SQL's text.

Both engines share what a filter means. Where tables can be made, `slices` makes them; `filtered` says it in SQL alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache

from sqlglot import exp

from sluice.analysis.scope import DIMENSIONS, Filters
from sluice.questions import dialect
from sluice.questions.library import Library, Query

# What a relation is called before visits are filtered.
EVERY = "every_"
_WITHIN = "v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished"


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
    return {**library().relations, "stamped": _narrowed(conditions(filters)).sql("athena")} if filters else {}


def hits_of(keys: str, filters: Filters) -> exp.Query:
    """The nearby hits of these visitkeys that the filters on events and pages keep: of all others no event is read."""
    hits = dialect.parse(library().relations["nearby_hits"])
    (stamped,) = dialect.reads(hits)
    (key,) = (one.this for one in hits.selects if one.alias == "visitkey")
    own = [*conditions(of("events", filters)), key.copy().isin(query=keys)]
    stamped.replace(_narrowed(own).subquery(stamped.name))
    return exp.select("*").from_(hits.subquery("known")).where(*conditions(of("page", filters)))


def _narrowed(conditions: Sequence[exp.Expression]) -> exp.Query:
    """The relation `stamped`, of which only those events are read that meet the conditions."""
    stamped = dialect.parse(library().relations["stamped"])
    (events,) = dialect.reads(stamped)
    inner = events.parent_select
    assert isinstance(inner, exp.Select)
    inner.where(*conditions, copy=False)
    return stamped


def kept_visits(filters: Filters, before: str = "") -> exp.Select:
    """The visits that the filters on visits and pages keep, of those in the relations whose names begin so.

    With a filter on pages, events, page_views and weighted_views are those on the pages; how a visit began, ended and bounced
    is the whole's.
    """
    visits = exp.select("v.*").from_(f"{before}nearby_visits AS v").where(*conditions(of("visits", filters)))
    pages = conditions(of("page", filters))
    if not pages:
        return visits
    counted = exp.select("v.visit", "count(*) AS events", "count_if(h.eventtype = 'page_view') AS page_views")
    counted = counted.select("sum(CASE WHEN h.eventtype = 'page_view' THEN h.weight ELSE 0 END) AS weighted_views")
    counted = counted.from_(f"{before}nearby_hits AS h").where(*pages).group_by("v.visit")
    counted = counted.join(f"{before}nearby_visits AS v", on=_WITHIN)
    names = dialect.parse(library().relations["nearby_visits"]).named_selects
    own = [f"{'k' if name in ('events', 'page_views', 'weighted_views') else 'v'}.{name}" for name in names]
    return visits.select(*own, append=False).join(counted.subquery("k"), on="k.visit = v.visit")


def filtered(filters: Filters, base: Mapping[str, str]) -> dict[str, str]:
    """Every relation of these as the filters narrow it, as SQL alone."""
    own = of("events", filters)
    under = {**base, **of_hits(own)}
    if own == filters:
        return under
    every = {EVERY + name: _called_every(sql, under.keys()) for name, sql in under.items()}
    kept = kept_visits(filters, EVERY).sql("athena")
    return {**under, **every, "nearby_visits": kept, "nearby_hits": _hits_of_visits(filters).sql("athena")}


def _hits_of_visits(filters: Filters) -> exp.Select:
    """The hits of the kept visits, on the pages that are kept."""
    hits = exp.select("h.*").from_(f"{EVERY}nearby_hits AS h").where(*conditions(of("page", filters)))
    return hits.join("nearby_visits AS v", on=_WITHIN)


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
