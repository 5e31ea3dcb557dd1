"""Some days of the lake in one DuckDB connection, with what the library's relations give made once for each set of filters."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import Any, NamedTuple

import duckdb
import pandas as pd
from sqlglot import exp

from dashboard.scope import DIMENSIONS, Filters, Scope
from sluice import dialect, lake, queries, spans
from sluice.dialect import QueryError
from sluice.lake import Source
from sluice.queries import Goal, Library, Query

# Answers that are kept; a page asks some twenty questions.
ANSWERS = 200

# Sets of filters that a slice keeps tables for.
KEPT = 12
# pandas has floats in place of these, where one is missing.
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
# Hits that are kept as a table, in a tenth of a second.
FEW = 300_000


class BrokenMirror(RuntimeError):
    """A file of the mirror cannot be read; the message says what to do."""


class TooLong(ValueError):
    """A question that took longer than it may."""


@cache
def library() -> Library:
    """The questions and relations, read once a process."""
    return Library()


class Asked(NamedTuple):
    """A question to a slice: of the library, or SQL with at most so many rows. One that is alone has nothing made for it."""

    query: Query | str
    given: tuple[tuple[str, str], ...] = ()
    filters: Filters = ()
    limit: int | None = None
    is_alone: bool = False


class Slice:
    """The days of a scope of one tenant, or of several for a question of all. Its questions are asked one by one."""

    def __init__(
        self, sources: Mapping[str, Source], scope: Scope, goals: Sequence[Goal], tenants: Mapping[str, str]
    ) -> None:
        self._scope = scope
        self._goals = goals
        self._tenants = tenants
        with _telling():
            self._connection = lake.connect(sources, scope.since, scope.until)
        self._lock = threading.Lock()
        # A question of all tenants reads their events alone.
        self._base = spans.kept(library()) if lake.EVENTS in sources else library()
        self._libraries: dict[Filters, Library] = {}
        self._answers: dict[Asked, pd.DataFrame] = {}
        self._tables: list[str] = []
        self.cost = 0.0

    def frame(self, asked: Asked, seconds: float) -> pd.DataFrame:
        """The answer, a frame of the caller's own; raises QueryError, TooLong or BrokenMirror."""
        with self._lock:
            if asked not in self._answers:
                started = monotonic()
                with self._limited(seconds):
                    frame = self._asked(asked)
                self._keep(asked, frame, monotonic() - started)
            return self._answers[asked].copy()

    def _keep(self, asked: Asked, frame: pd.DataFrame, took: float) -> None:
        if len(self._answers) >= ANSWERS:
            self._answers.clear()
        self._answers[asked] = frame
        self.cost += took

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._connection.interrupt)
        timer.start()
        try:
            yield
        except duckdb.InterruptException:
            raise TooLong(f"This took longer than {seconds:g} seconds; ask for fewer days.") from None
        finally:
            timer.cancel()

    def _asked(self, asked: Asked) -> pd.DataFrame:
        sql, values = self._prepared(self._library(asked), asked.query, dict(asked.given))
        with _telling():
            cursor = self._connection.execute(sql, values)
            rows = cursor.fetchall() if asked.limit is None else cursor.fetchmany(asked.limit + 1)
        frame = framed([(one[0], str(one[1])) for one in cursor.description or []], rows[: asked.limit])
        frame.attrs["cut"] = asked.limit is not None and len(rows) > asked.limit
        return frame

    def _prepared(self, library: Library, query: Query | str, given: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        prepared = library.prepare(
            query,
            given={"bots": self._scope.bots, **given},
            since=self._scope.since,
            until=self._scope.until,
            goals=self._goals,
            tenants=self._tenants,
        )
        return dialect.to_duckdb(prepared.expression), dict(prepared.values)

    def _library(self, asked: Asked) -> Library:
        """The library with the relations that the question stands on, filtered and made."""
        parsed = dialect.parse(asked.query if isinstance(asked.query, str) else asked.query.sql)
        names = {table.name.lower() for table in dialect.reads(parsed)}
        is_of_hits = asked.is_alone or names <= {"hits", "goals"}
        if is_of_hits and _of("events", asked.filters) == asked.filters:
            return self._base.over(_of_hits(asked.filters))
        return self._library_of(asked.filters) if names & library().relations.keys() else self._base

    def _library_of(self, filters: Filters) -> Library:
        if filters not in self._libraries:
            if len(self._libraries) >= KEPT:
                self._forget()
            self._libraries[filters] = self._base.over(self._relations(filters))
        return self._libraries[filters]

    def _forget(self) -> None:
        """Give back the memory of what was made; what is asked again is made again."""
        self._libraries.clear()
        while self._tables:
            self._connection.execute(f"DROP TABLE {self._tables.pop()}")

    def _relations(self, filters: Filters) -> dict[str, str]:
        """Every relation that the filters change, as SQL over tables that are made for it."""
        own = _of("events", filters)
        if own != filters:
            return self._of_visits(filters, self._library_of(own))
        made = _of_hits(own)
        return {**made, "visits": self._table("SELECT * FROM visits", self._base.over(made))}

    def _of_visits(self, filters: Filters, under: Library) -> dict[str, str]:
        """The relations of the visits that all filters keep, over those that the filters on events gave."""
        pages = [_is(*pair) for pair in _of("page", filters)]
        visits = exp.select("*").from_("visits").where(*(_is(*pair) for pair in _of("visits", filters)))
        if pages:
            came = exp.select("visit").from_("visit_hits").where(*pages)
            visits = visits.where(exp.column("visit").isin(query=came))
        kept = self._table(visits.sql("athena"), under)
        return {"visits": kept, "hits": self._hits_of(filters, kept, under)}

    def _hits_of(self, filters: Filters, kept: str, under: Library) -> str:
        """The hits of the kept visits, on the pages that are kept.

        Most sessions and visitors are kept whole, and whose a hit is costs little to know; its visit costs much.
        """
        keys = self._table(
            f"""SELECT v.visitkey, count(k.visitkey) = count(*) AS is_whole, sum(k.events) AS events
            FROM visits AS v LEFT JOIN ({kept}) AS k ON k.visitkey = v.visitkey AND k.opening = v.opening
            GROUP BY v.visitkey HAVING count(k.visitkey) > 0""",
            under,
        )
        conditions = [_is(*pair) for kind in ("events", "page") for pair in _of(kind, filters)]
        whole, parted = (
            _narrowed(conditions, f"SELECT visitkey FROM ({keys}) AS known WHERE {which}").sql("athena")
            for which in ("is_whole", "NOT is_whole")
        )
        parted = self._table(
            f"""SELECT p.* FROM ({parted}) AS p JOIN ({kept}) AS k
            ON k.visitkey = p.visitkey AND p.instant BETWEEN k.began AND k.finished""",
            self._base,
        )
        # Few are read once and kept; many take longer to keep than to find again.
        (number,) = self._connection.execute(f"SELECT coalesce(sum(events), 0) FROM ({keys})").fetchall()[0]
        if _of("page", filters) or number <= FEW:
            whole = self._table(whole, self._base)
        return f"{whole} UNION ALL {parted}"

    def _table(self, sql: str, under: Library) -> str:
        """Make a table of what is asked over the library's relations; SQL that reads it."""
        asked, values = self._prepared(under, sql, {})
        name = f"made_{len(self._tables)}"
        with _telling():
            self._connection.execute(f"CREATE TABLE {name} AS {asked}", values)
        self._tables.append(name)
        return f"SELECT * FROM {name}"


def framed(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """The rows as a frame; columns are pairs of a name and DuckDB's type. Whole numbers stay whole where one is missing."""
    frame = pd.DataFrame(rows, columns=[name for name, _ in columns])
    for place, (_, kind) in enumerate(columns):
        values = [row[place] for row in rows]
        if kind in WHOLE and None in values:
            frame.isetitem(place, pd.array(values, dtype="Int64"))
    return frame


@contextmanager
def _telling() -> Iterator[None]:
    """DuckDB's errors as ours: a file that cannot be read, or what is near to a column or table that is not there."""
    try:
        yield
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        if isinstance(error, duckdb.IOException | duckdb.InvalidInputException) and ".parquet" in first:
            raise BrokenMirror(first) from None
        tables = [lake.EVENTS, *library().relations]
        raise QueryError(queries.explain_missing(str(error), list(lake.schema()), tables)) from None


def _of(kind: str, filters: Filters) -> Filters:
    """Those of the filters that keep this kind of thing."""
    return tuple(pair for pair in filters if DIMENSIONS[pair[0]].of == kind)


def _of_hits(filters: Filters) -> dict[str, str]:
    """The hits that the filters on events keep, and their visits worked out anew; nothing where there is no filter."""
    conditions = [_is(*pair) for pair in filters]
    return {**library().relations, "hits": _narrowed(conditions).sql("athena")} if conditions else {}


def _narrowed(conditions: Sequence[exp.Expression], keys: str | None = None) -> exp.Select:
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


def _is(name: str, value: str) -> exp.Expression:
    """The condition that a dimension has this value; a literal of the tree, never a piece of SQL's text."""
    dimension = DIMENSIONS[name]
    column: exp.Expression = exp.column(*reversed(dimension.column.split(".")))
    if dimension.absent is not None:
        column = exp.Coalesce(this=column, expressions=[exp.Literal.string(dimension.absent)])
    return exp.EQ(this=column, expression=exp.Literal.string(value))
