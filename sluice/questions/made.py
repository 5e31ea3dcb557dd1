"""What the library makes itself: the relations of a tenant's goals and of all tenants, and its function `shown_page`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import starmap
from typing import Protocol

from sqlglot import exp

from sluice.questions.dialect import QueryError, identifier, parse, reads
from sluice.questions.statement import literal

# The relations that are made, whose names no other may have.
GOALS, TENANTS, CLICKS = "goals", "tenants", "clicks"
# What a click says, as spans says it of a visit under PARTED.
PARTED = "parted"
_CLICKED = """
    SELECT
        visitkey, opening, page_views, bounced, seconds, weight, weighted_views,
        source AS visit_source, medium AS visit_medium, campaign AS visit_campaign,
        lower(split_part(click, chr(9), 1)) AS source_said, lower(split_part(click, chr(9), 2)) AS medium_said,
        split_part(click, chr(9), 3) AS campaign_said, NULLIF(split_part(click, chr(9), 4), '') AS advertised,
        split_part(click, chr(9), 5) AS referred, split_part(click, chr(9), 6) AS landing
    FROM (
        SELECT DISTINCT
            visitkey, opening, page_views, bounced, seconds, weight, weighted_views, source, medium, campaign, click
        FROM visits
        CROSS JOIN UNNEST(split(clicked, chr(10))) AS said (click)
        WHERE clicked <> ''
    ) AS clicked
"""
_BEGAN = "source IS NOT DISTINCT FROM visit_source AND medium IS NOT DISTINCT FROM visit_medium AND campaign = visit_campaign"
# A function of the library's own: the page as questions name it. It is written out wherever it is called.
SHOWN = "shown_page"
# Without a final slash or index.html.
_BARE = r"""
    CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%' THEN regexp_replace(
            regexp_replace(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
            '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z', '$1$2'
        )
        ELSE page
    END
"""
# An address on one of the tenant's sites by its path.
_LOCAL = r"""
    CASE
        WHEN regexp_like({page}, {pattern}) THEN CASE
            WHEN regexp_like({page}, '^[^/]*//[^/?]+/') THEN regexp_replace({page}, '^[^/]*//[^/?]*', '')
            ELSE '/' || regexp_replace({page}, '^[^/]*//[^/?]*', '')
        END
        ELSE {page}
    END
"""
_GOAL = ("name", "eventtype", "page", "nested_key", "plain_key", "value")


class Goal(Protocol):
    """What counts as reached: events of this type, on a page that matches this pattern; None matches any.

    `value` is what the event's metadata has to have under `key`.
    """

    @property
    def name(self) -> str: ...
    @property
    def event_type(self) -> str | None: ...
    @property
    def page(self) -> str | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...


@dataclass(frozen=True)
class NamedGoal:
    """A goal as it is."""

    name: str
    event_type: str | None = None
    page: str | None = None
    key: str | None = None
    value: str | None = None


def goals(named: Sequence[Goal]) -> exp.Query:
    """The goals as rows. page is a pattern of LIKE with `\\` before what it takes as written; the rest is of the metadata."""
    columns = [exp.column(name) for name in _GOAL]
    if not named:
        return exp.select(*(exp.alias_(_text(None), name) for name in _GOAL)).where(exp.false())
    rows = [exp.Tuple(expressions=[*map(_text, _goal(goal))]) for goal in named]
    alias = exp.TableAlias(this=exp.to_identifier("goal"), columns=[exp.to_identifier(name) for name in _GOAL])
    return exp.select(*columns).from_(exp.Values(expressions=rows, alias=alias))


def _goal(goal: Goal) -> tuple[str | None, ...]:
    """A goal's row: a key of the metadata is looked for as a key within a key, and as one with a dot in its name."""
    parts = None if goal.key is None else goal.key.split(".")
    paths = (None, None) if parts is None else ("$" + "".join(f'["{part}"]' for part in parts), f'$["{goal.key}"]')
    return (goal.name, goal.event_type, like(goal.page), *paths, goal.value)


def clicks(spans: exp.Query) -> exp.Query:
    """The campaigns that somebody came by in the visits, one row each a visit: what began it, and what was clicked within it.

    Their source, medium, campaign and channel are worked out as the relation `spans` does for visits; the rest is the visit's.
    """
    own = ("visitkey", "opening", "source", "medium", "campaign", "channel")
    assert isinstance(spans, exp.Select)
    found = spans.select(*(one for one in spans.selects if one.alias_or_name in own), append=False).distinct()
    (said,) = (one for one in found.find_all(exp.Subquery) if one.alias == PARTED)
    said.set("this", parse(_CLICKED))
    values = ("page_views", "bounced", "seconds", "weight", "weighted_views", "visitkey AS unit", f"{_BEGAN} AS began")
    return found.select(*values, dialect="athena")


def show_pages(query: exp.Query, sites: Sequence[str]) -> None:
    """Write each `shown_page` out; a path and its address on one of these sites are the same."""
    for call in [node for node in query.find_all(exp.Anonymous) if node.name.lower() == SHOWN]:
        shown = _shown(tuple(sites)).copy()
        for column in list(shown.find_all(exp.Column)):
            column.replace(call.expressions[0].copy())
        call.replace(shown)


@cache
def _shown(sites: tuple[str, ...]) -> exp.Expr:
    hosts = "|".join(re.escape(site.removeprefix("www.")) for site in sites)
    pattern = rf"(?i)^https?://(?:www\.)?(?:{hosts})(?::[0-9]+)?(?:[/?]|\z)"
    page = _LOCAL.format(page=_BARE, pattern=literal(pattern).sql("athena")) if sites else _BARE
    return parse(f"SELECT {page}").selects[0]


def like(pattern: str | None) -> str | None:
    """LIKE's pattern for one with `*`; every other character matches itself."""
    return None if pattern is None else re.sub(r"[\\%_]", r"\\\g<0>", pattern).replace("*", "%")


def is_of_all(query: exp.Query) -> bool:
    """Whether the question is asked of all tenants at once."""
    return any(table.name.lower() == TENANTS for table in reads(query))


def tenants(named: Mapping[str, str]) -> exp.Query:
    """Each tenant's table behind a first column with the tenant's name."""
    if not named:
        raise QueryError("this query asks every tenant, and there is none")
    first, *others = starmap(_tenant, named.items())
    return exp.union(first, *others, distinct=False) if others else first


def _tenant(name: str, table: str) -> exp.Select:
    tenant = exp.alias_(exp.Literal.string(name), "tenant")
    every = exp.Column(this=exp.Star(), table=exp.to_identifier("t"))
    return exp.select(tenant, every).from_(
        exp.Table(this=identifier(table), alias=exp.TableAlias(this=exp.to_identifier("t")))
    )


def _text(value: str | None) -> exp.Expr:
    return exp.cast(exp.null() if value is None else exp.Literal.string(value), exp.DType.VARCHAR)
