"""Ask a question of a tenant's lake: of its mirror here by DuckDB, or of its tables by Athena."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import duckdb

from chalicelib.lake.columns import columns
from chalicelib.lake.days import Days
from sluice.athena import client as athena
from sluice.athena.client import AthenaError
from sluice.mirror import answers, own, view, visits
from sluice.mirror.answers import Answer
from sluice.mirror.messages import Limits
from sluice.mirror.mirror import Progress
from sluice.mirror.own import Own, UnreadableMirror
from sluice.mirror.tasks import for_athena, goals, over_files, tables, task
from sluice.mirror.tenant import Place, PlaceError
from sluice.mirror.view import Source
from sluice.project import stage_own
from sluice.questions import dialect, lint, statement
from sluice.questions.dialect import QueryError, Value
from sluice.questions.library import Library, Prepared, Query, explain_missing, values
from sluice.questions.made import TENANTS, Goal, is_of_all

_UNRESOLVED = re.compile(r"Column '(?:[^']*\.)?([^'.]+)' cannot be resolved")
_NO_WORKGROUP = re.compile("WorkGroup .*not found")


class Question(NamedTuple):
    """What is asked, of which days, with which values for its parameters."""

    query: Query | Own | str  # a text is SQL of ours
    days: Days
    given: Mapping[str, str]
    has_margins: bool = False  # wanted next to the counts of a sample


class Explained(NamedTuple):
    """What would be run: the SQL, the values bound to it, and what of the lake it would read."""

    sql: str
    values: Mapping[str, Any] | Sequence[str]
    reads: str


def of_all(query: Query | Own | str) -> bool:
    """Whether the question is asked of all tenants at once."""
    if isinstance(query, Own):
        return query.is_of_all
    parsed = dialect.parse(query if isinstance(query, str) else query.sql)
    return is_of_all(parsed)


def reach(question: Question) -> tuple[date, date]:
    """The first and the last partition that the question may read: of a lone tenant also those of visits nearby."""
    return question.days.partitions if of_all(question.query) else question.days.nearby


def prepared(library: Library, question: Question, places: Sequence[Place]) -> Prepared:
    """The question with its relations and values; raises QueryError, also where two engines would answer differently."""
    asked = library.prepare(
        _ours(question),
        given=question.given,
        days=question.days,
        goals=goals(places),
        tenants=tables(places),
        sites=places[0].allow.sites,
        has_margins=question.has_margins,
    )
    lint.refuse(asked.expression)
    return asked


def for_duckdb(library: Library, question: Question, places: Sequence[Place]) -> tuple[str, dict[str, Value]]:
    """`prepared` as DuckDB's SQL and the values of its `$name` parameters; raises QueryError."""
    query = _ours(question)
    text = query if isinstance(query, str) else query.sql
    relations, tenants = tuple(library.relations.items()), tuple(tables(places).items())
    sql, asked = _written(relations, text, goals(places), tenants, places[0].allow.sites, question.has_margins)
    return sql, values(query, question.given, asked, question.days)


@lru_cache(512)
def _written(
    relations: tuple[tuple[str, str], ...],
    sql: str,
    goals: tuple[Goal, ...],
    tenants: tuple[tuple[str, str], ...],
    sites: tuple[str, ...],
    has_margins: bool,
) -> tuple[str, frozenset[str]]:
    """What DuckDB is asked, and the names of its values: to parse and to check takes longer than most questions."""
    library = Library()
    library.relations = dict(relations)
    whole = library.whole(dialect.parse(sql), goals, dict(tenants), sites, has_margins=has_margins)
    lint.refuse(whole)
    return dialect.to_duckdb(whole), frozenset(dialect.placeholders(whole))


def _ours(question: Question) -> Query | str:
    """The question's SQL; a person's own is parsed in another process."""
    assert not isinstance(question.query, Own)
    return question.query


def hidden_bots(library: Library, question: Question, places: Sequence[Place]) -> Question | None:
    """How many events of bots these days have; nothing where the question does not leave them out."""
    asked = question.query.written if isinstance(question.query, Own) else None
    if (asked or prepared(library, question, places)).values.get("bots") != "exclude":
        return None
    if of_all(question.query):
        sql = f"SELECT count(*) AS events FROM {TENANTS} WHERE dt BETWEEN :from AND :to AND isbot"
        return question._replace(query=sql, given={})
    return question._replace(query="SELECT count(*) AS events FROM hits", given={"bots": "only"})


def here(
    library: Library, question: Question, places: Sequence[Place], progress: Progress, *, explain: bool = False
) -> Answer | Explained:
    """The answer by DuckDB, of the days asked for; raises QueryError or PlaceError, and of a person's own SQL as `Own` does."""
    # A question of all tenants reads their events alone.
    over = library if of_all(question.query) else visits.kept(library)
    sources = {name: _source(place, question, progress) for name, place in _named(question.query, places).items()}
    if isinstance(question.query, Own):
        return _own_here(question.query, over, question, places, sources, explain=explain)
    sql, bound = for_duckdb(over, question._replace(has_margins=False), places)
    if explain:
        return Explained(sql, bound, _files(sources, question))
    try:
        connection = view.connect(sources, *reach(question))
    except duckdb.Error as error:
        raise _unreadable(sources, error) from None
    with connection:
        if question.has_margins and view.is_sampled(connection, sources, *question.days.partitions):
            sql, bound = for_duckdb(over, question, places)
        return answer(connection, sql, bound)


def _own_here(
    query: Own,
    library: Library,
    question: Question,
    places: Sequence[Place],
    sources: Mapping[str, Source],
    *,
    explain: bool,
) -> Answer | Explained:
    asked = task(query.sql, library.relations, question.days, question.given, places)
    if explain:
        written = query.statement(asked)
        return Explained(written.sql, written.values, _files(sources, question))
    try:
        return query.ask(over_files(asked, sources, *reach(question)))[0]
    except UnreadableMirror as error:
        raise _unreadable(sources, error) from None


def _unreadable(sources: Mapping[str, Source], error: Exception) -> QueryError:
    folders = ", ".join(str(source.folder) for source in sources.values())
    what = f"delete snapshot.json and the folders next to it in {folders}, and they are made again"
    return QueryError(f"the mirror cannot be read; {what}: {error}")


def faults_here(question: Question, places: Sequence[Place], progress: Progress) -> dict[str, str]:
    """By bucket, why this machine cannot read a tenant's events of these days: all of them are read."""
    found = {}
    for place in places:
        try:
            fault = view.fault(_source(place, question, progress), *reach(question))
        except PlaceError as error:
            fault = str(error)
        if fault is not None:
            found[place.bucket] = fault
    return found


def faults_on_athena(places: Sequence[Place], client: Callable[[str, str], Any]) -> dict[str, str]:
    """By bucket, why Athena cannot read a tenant's view, each asked for in the tenant's own workgroup."""
    found = {}
    for place in places:
        try:
            by_athena(f'SELECT 1 FROM "{place.table}" LIMIT 1', [], place, client)
        except AthenaError as error:
            found[place.bucket] = str(error)
    return found


def answer(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, Any]) -> Answer:
    """What DuckDB answers; QueryError names what is near to a column or table that is not there."""
    try:
        cursor = connection.execute(sql, values)
        described = cursor.description or []
        return Answer([one[0] for one in described], [str(one[1]) for one in described], cursor.fetchall())
    except duckdb.Error as error:
        raise QueryError(explain_missing(str(error), list(view.schema()), [view.EVENTS])) from None


def on_athena(
    library: Library,
    question: Question,
    places: Sequence[Place],
    client: Callable[[str, str], Any],
    on_progress: Callable[[athena.Progress], None],
    *,
    explain: bool = False,
) -> Answer | Explained:
    """The answer by Athena, in the tenant's workgroup, or in that of all; raises QueryError or AthenaError."""
    place, limits = places[0], None
    if isinstance(question.query, Own):
        asked = task(question.query.sql, library.relations, question.days, question.given, places)
        written, limits = question.query.statement(for_athena(asked)), question.query.limits
        sql, values = written.sql, written.literals
    else:
        ours = prepared(library, question, places)
        sql, values = statement.to_athena(dialect.on_table(ours.expression, place.table), ours.values)
    is_of_all = of_all(question.query)
    if explain:
        first, last = reach(question)
        group = workgroup(place, is_of_all=is_of_all)
        return Explained(sql, values, f"the partitions of {first} to {last} at most; workgroup {group}")
    found = by_athena(sql, values, place, client, is_of_all=is_of_all, on_progress=on_progress, limits=limits)
    return answers.without_idle_margins(found) if question.has_margins else found


def workgroup(place: Place, *, is_of_all: bool) -> str:
    """The tenant's workgroup, or that of questions over all, whose answers no tenant's analyst may read."""
    return stage_own.workgroup(place.stage) if is_of_all else place.stage.workgroup(place.table)


def by_athena(
    sql: str,
    values: Sequence[str],
    place: Place,
    client: Callable[[str, str], Any],
    *,
    is_of_all: bool = False,
    on_progress: Callable[[athena.Progress], None] = lambda progress: None,
    pause: athena.Pause = time.sleep,
    limits: Limits | None = None,
) -> Answer:
    """What Athena answers in this tenant's workgroup, or in that of all, its types as DuckDB's; raises AthenaError.

    With limits also TooMuch, before more of the answer is fetched than they allow.
    """
    try:
        result = athena.run(
            sql,
            values,
            client=client("athena", place.stage.region),
            workgroup=workgroup(place, is_of_all=is_of_all),
            database=place.stage.database,
            on_progress=on_progress,
            pause=pause,
        )
    except AthenaError as error:
        raise _with_command(error, place, is_of_all=is_of_all) from None
    return answers.of_athena(result, result.rows if limits is None else own.within(limits, result.rows))


def _with_command(error: AthenaError, place: Place, *, is_of_all: bool) -> AthenaError:
    """The error, with the command that adds what the stage or the tenant's tables do not have yet."""
    which = "--all" if is_of_all else f"--bucket {place.bucket}"
    command = f"sluice athena setup {which} --stage {place.stage.name} --apply"
    if _NO_WORKGROUP.search(str(error)):
        group = workgroup(place, is_of_all=is_of_all)
        return AthenaError(f"there is no workgroup {group} yet; run `{command}`, and ask again")
    found = _UNRESOLVED.search(str(error))
    if found is None or found[1].lower() not in {column.name for column in columns()}:
        return error
    return AthenaError(f"the tables do not have {found[1]!r} yet; run `{command}`, and ask again")


def _source(place: Place, question: Question, progress: Progress) -> Source:
    days = reach(question)
    return Source(place.mirror.folder, place.snapshot(*days, progress), place.access(*days), place.rejected(*days))


def _named(query: Query | Own | str, places: Sequence[Place]) -> dict[str, Place]:
    """Each tenant under the name that the question knows it by."""
    return {place.table: place for place in places} if of_all(query) else {view.EVENTS: places[0]}


def _files(sources: Mapping[str, Source], question: Question) -> str:
    lines, (first, last) = [], reach(question)
    for name, (folder, snapshot, logs, _) in sources.items():
        days = [day for day in snapshot.days if first <= day <= last]
        parts = [snapshot.compacted[day] for day in days if day in snapshot.compacted]
        parts += [part for day in days for part in snapshot.raw.get(day, ())]
        size = sum((folder / part.path).stat().st_size for part in parts)
        lines.append(f"{name}: {len(days)} of {len(snapshot.days)} days, {len(parts)} files, {size:,} bytes")
        lines += [f"access logs: {len(logs)} files, {sum(log.stat().st_size for log in logs):,} bytes"] if logs else []
    return "\n".join(lines)
