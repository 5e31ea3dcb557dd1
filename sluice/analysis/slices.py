"""Some days of the lake in one DuckDB connection, with what the library's relations give made once for each set of filters."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from time import monotonic
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from sluice.analysis import filters as relations
from sluice.analysis.filters import library
from sluice.analysis.scope import Filters, Scope
from sluice.analysis.turns import Turns
from sluice.errors import SluiceError
from sluice.mirror import ask, view, visits
from sluice.mirror.messages import Task
from sluice.mirror.own import TooLong
from sluice.mirror.tasks import over_files, task
from sluice.mirror.tenant import Place
from sluice.mirror.view import Source
from sluice.questions import dialect
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library, Query, explain_missing
from sluice.questions.made import CLICKS

# What one question may take of this machine.
MEMORY = "1250MB"
# Bytes that an open connection takes, besides its tables.
OWN = 2**24
# Sets of filters that a slice keeps tables for.
KEPT = 12
# pandas has floats in place of these, where one is missing.
WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
# Hits that are kept as a table, in a tenth of a second.
FEW = 300_000


class BrokenMirror(SluiceError):
    """A file of the mirror cannot be read; the message says what to do."""


class Asked(NamedTuple):
    """A question to a slice: of the library, or SQL with at most so many rows. One that is alone has nothing made for it."""

    query: Query | str
    given: tuple[tuple[str, str], ...] = ()
    filters: Filters = ()
    limit: int | None = None
    is_alone: bool = False
    has_margins: bool = False


class Slice:
    """The days of a scope of one tenant, or of several for a question of all. Its questions run side by side."""

    def __init__(self, sources: Mapping[str, Source], scope: Scope, places: Sequence[Place]) -> None:
        self._scope = scope
        self._places = places
        self._sources = sources
        # Held to open and to close, and never while a question runs.
        self._lock = threading.Lock()
        self._opened: duckdb.DuckDBPyConnection | None = None
        self._asking = 0
        self._making = Turns()
        self._libraries: OrderedDict[Filters, Library] = OrderedDict()
        self._numbers = count()
        # Tables of libraries that nobody has any more.
        self._left: deque[str] = deque()
        # A question of all tenants reads their events alone.
        self._base = visits.kept(library()) if view.EVENTS in sources else library()
        self.cost = 0.0
        self.size = 0

    def frame(self, asked: Asked, seconds: float) -> pd.DataFrame:
        """The answer; raises QueryError, TooLong or BrokenMirror."""
        with self.open() as connection, _limited(connection, seconds):
            started = monotonic()
            frame = self._asked(asked, connection)
            self._forget(connection)
            self.cost += monotonic() - started
            self.size = OWN + _used(connection)
            return frame

    def task(self, asked: Asked) -> Task:
        """What the process of a person's own SQL is asked of the same days, with the same filters."""
        made = relations.filtered(asked.filters, self._base.relations)
        given, days = {"bots": self._scope.bots}, self._scope.asked
        assert isinstance(asked.query, str)
        return over_files(task(asked.query, made, days, given, self._places), self._sources, *days.nearby)

    @contextmanager
    def open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of the caller's own to the slice, which is not shut meanwhile."""
        with self._lock:
            if self._opened is None:
                with _telling():
                    self._opened = view.connect(self._sources, *self._scope.asked.nearby, memory=MEMORY)
            connection = self._opened.cursor()
            self._asking += 1
        try:
            yield connection
        finally:
            connection.close()
            with self._lock:
                self._asking -= 1

    def shut(self) -> int:
        """Give back all memory, and say how many bytes; none where somebody asks at this moment. The next question opens it."""
        if not self._lock.acquire(blocking=False):
            return 0
        try:
            if self._asking:
                return 0
            if self._opened is not None:
                self._opened.close()
            self._opened = None
            self._libraries.clear()
            self._left.clear()
            freed, self.size = self.size, 0
            return freed
        finally:
            self._lock.release()

    def _asked(self, asked: Asked, connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
        # Its tables stay for as long as somebody has the library.
        library = self._library(asked, connection)
        has_margins = asked.has_margins and view.is_sampled(connection, self._sources, *self._scope.asked.partitions)
        sql, values = self._prepared(library, asked.query, dict(asked.given), has_margins=has_margins)
        with _telling():
            cursor = connection.execute(sql, values)
            return framed([(one[0], str(one[1])) for one in cursor.description or []], cursor.fetchall())

    def _prepared(
        self, library: Library, query: Query | str, given: Mapping[str, str], *, has_margins: bool = False
    ) -> tuple[str, dict[str, Any]]:
        given = {"bots": self._scope.bots, **given}
        question = ask.Question(query, self._scope.asked, given, has_margins)
        return ask.for_duckdb(library, question, self._places)

    def _library(self, asked: Asked, connection: duckdb.DuckDBPyConnection) -> Library:
        """The library with the relations that the question reads, filtered and computed."""
        parsed = dialect.parse(asked.query if isinstance(asked.query, str) else asked.query.sql)
        names = {table.name.lower() for table in dialect.reads(parsed)}
        is_of_hits = asked.is_alone or names <= {"hits", "goals", "amounts"}
        if is_of_hits and relations.of("events", asked.filters) == asked.filters:
            return self._base.over(relations.of_hits(asked.filters))
        if not names & {CLICKS, *library().relations}:
            return self._base
        return self._library_of(asked.filters, connection)

    def _library_of(self, filters: Filters, connection: duckdb.DuckDBPyConnection) -> Library:
        with self._making.of(filters):
            found = self._libraries.get(filters)
            if found is None:
                under = self._under(filters, connection)
                with _Tables(self._base, self._prepared, connection, self._numbers, self._left) as tables:
                    found = self._base.over(tables.relations(filters, under))
                weakref.finalize(found, self._left.extend, tables.names).atexit = False
                self._libraries[filters] = found
                while len(self._libraries) > KEPT:
                    self._libraries.popitem(last=False)
            return found

    def _under(self, filters: Filters, connection: duckdb.DuckDBPyConnection) -> Library:
        """What the visits' filters are over: what the filters on events give."""
        own = relations.of("events", filters)
        return self._base.over(relations.of_hits(own)) if own == filters else self._library_of(own, connection)

    def _forget(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Give back the memory of what was made and nobody has any more; what is asked again is made again."""
        with suppress(IndexError):
            while True:
                connection.execute(f"DROP TABLE IF EXISTS {self._left.popleft()}")


class _Tables:
    """The tables of one set of filters, made over a connection; where that fails, what is made is left to be dropped."""

    def __init__(
        self,
        base: Library,
        prepared: Callable[[Library, str, Mapping[str, str]], tuple[str, dict[str, Any]]],
        connection: duckdb.DuckDBPyConnection,
        numbers: Iterator[int],
        left: deque[str],
    ) -> None:
        self._base, self._prepared, self._connection, self._numbers = base, prepared, connection, numbers
        self._left = left
        self.names: list[str] = []

    def __enter__(self) -> _Tables:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._left.extend(self.names)

    def relations(self, filters: Filters, under: Library) -> dict[str, str]:
        """Every relation that the filters change, as SQL over tables that are made for it."""
        if relations.of("events", filters) == filters:
            made = relations.of_hits(filters)
            return {**made, "nearby_visits": self._table("SELECT * FROM nearby_visits", under)}
        kept = self._table(relations.kept_visits(filters).sql("athena"), under)
        return {"nearby_visits": kept, "nearby_hits": self._hits_of(filters, kept, under)}

    def _hits_of(self, filters: Filters, kept: str, under: Library) -> str:
        """The hits of the kept visits, on the pages that are kept.

        Most sessions and visitors are kept whole, and whose a hit is costs little to know; its visit costs much.
        """
        keys = self._table(
            f"""SELECT v.visitkey, count(k.visitkey) = count(*) AS is_whole, sum(k.events) AS events
            FROM nearby_visits AS v LEFT JOIN ({kept}) AS k ON k.visitkey = v.visitkey AND k.opening = v.opening
            GROUP BY v.visitkey HAVING count(k.visitkey) > 0""",
            under,
        )
        whole, parted = (
            relations.hits_of(f"SELECT visitkey FROM ({keys}) AS known WHERE {which}", filters).sql("athena")
            for which in ("is_whole", "NOT is_whole")
        )
        parted = self._table(
            f"""SELECT p.* FROM ({parted}) AS p JOIN ({kept}) AS k
            ON k.visitkey = p.visitkey AND p.instant BETWEEN k.began AND k.finished""",
            self._base,
        )
        # Few are read once and kept; many take longer to keep than to find again.
        with _telling():
            (number,) = self._connection.execute(f"SELECT coalesce(sum(events), 0) FROM ({keys})").fetchall()[0]
        if relations.of("page", filters) or number <= FEW:
            whole = self._table(whole, self._base)
        return f"{whole} UNION ALL {parted}"

    def _table(self, sql: str, under: Library) -> str:
        """Make a table of what is asked over the library's relations; SQL that reads it."""
        asked, values = self._prepared(under, sql, {})
        name = f"made_{next(self._numbers)}"
        with _telling():
            self._connection.execute(f"CREATE TABLE {name} AS {asked}", values)
        self.names.append(name)
        return f"SELECT * FROM {name}"


def framed(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """The rows as a frame; columns are pairs of a name and DuckDB's type. Whole numbers stay whole where one is missing."""
    frame = pd.DataFrame(rows, columns=[name for name, _ in columns])
    for place, (_, kind) in enumerate(columns):
        values = [row[place] for row in rows]
        if kind in WHOLE and None in values:
            frame.isetitem(place, pd.array(values, dtype="Int64"))
    return frame


def _used(connection: duckdb.DuckDBPyConnection) -> int:
    ((octets,),) = connection.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()
    return int(octets or 0)


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    except duckdb.InterruptException:
        raise TooLong(seconds) from None
    finally:
        timer.cancel()


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
        tables = [view.EVENTS, *library().relations]
        raise QueryError(explain_missing(str(error), list(view.schema()), tables)) from None
