"""What the process of a person's own SQL is to do, put together from the library and the tenants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from chalicelib.lake.days import Days
from sluice.mirror import view
from sluice.mirror.messages import Task
from sluice.mirror.tenant import Place
from sluice.mirror.view import Source
from sluice.questions.library import Library
from sluice.questions.made import CLICKS, GOALS, TENANTS, Goal, NamedGoal


def task(sql: str, relations: Mapping[str, str], days: Days, given: Mapping[str, str], places: Sequence[Place]) -> Task:
    """The person's SQL over these relations, as DuckDB's statement; `over_files` lets it be asked."""
    return Task(
        sql=sql,
        engine="duckdb",
        days=(days.since, days.until, days.zone),
        given=dict(given),
        readable=[view.EVENTS, TENANTS, GOALS, CLICKS, *Library().relations],
        columns=list(view.schema()),
        relations=dict(relations),
        goals=[NamedGoal(one.name, one.event_type, one.page, one.key, one.value) for one in goals(places)],
        tenants=tables(places),
        sites=list(places[0].allow.sites),
    )


def over_files(asked: Task, sources: Mapping[str, Source], since: date, until: date) -> Task:
    """The same, to be asked of these mirrors' files."""
    views, files = view.views(sources, since, until), view.files(sources, since, until)
    return msgspec.structs.replace(asked, views=views, files=list(map(str, files)))


def for_athena(asked: Task, *, is_of_days: bool = False) -> Task:
    """The same as Athena's statement; there a tenant's own table has a name, too."""
    readable = [*asked.readable, *asked.tenants.values()]
    return msgspec.structs.replace(asked, engine="athena", readable=readable, is_of_days=is_of_days)


def goals(places: Sequence[Place]) -> tuple[Goal, ...]:
    """The goals of these tenants."""
    return tuple(goal for place in places for goal in place.allow.goals)


def tables(places: Sequence[Place]) -> dict[str, str]:
    """Each tenant's table by its bucket."""
    return {place.bucket: place.table for place in places}
