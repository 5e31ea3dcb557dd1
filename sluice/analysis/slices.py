"""Some days of the lake in one DuckDB connection, with what the library's relations give made once for each set of filters."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from sluice.analysis import filters as relations
from sluice.analysis.filters import library
from sluice.analysis.scope import Filters, Scope
from sluice.errors import SluiceError
from sluice.mirror import ask, view, visits
from sluice.mirror.tenant import Place
from sluice.mirror.view import Source
from sluice.questions import dialect
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library, Query, explain_missing

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


class TooLong(SluiceError):
    """A question that took longer than it may."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"This took longer than {seconds:g} seconds; ask for fewer days.")


class Asked(NamedTuple):
    """A question to a slice: of the library, or SQL with at most so many rows. One that is alone has nothing made for it."""

    query: Query | str
    given: tuple[tuple[str, str], ...] = ()
    filters: Filters = ()
    limit: int | None = None
    is_alone: bool = False


class Slice:
    """The days of a scope of one tenant, or of several for a question of all. Its questions are asked one by one."""

    def __init__(self, sources: Mapping[str, Source], scope: Scope, places: Sequence[Place]) -> None:
        self._scope = scope
        self._places = places
        self._sources = sources
        # A running question holds it, so it is not closed meanwhile.
        self.lock = threading.RLock()
        self._opened: duckdb.DuckDBPyConnection | None = None
        # A question of all tenants reads their events alone.
        self._base = visits.kept(library()) if view.EVENTS in sources else library()
        self._libraries: dict[Filters, Library] = {}
        self._tables: list[str] = []
        self.cost = 0.0
        self.size = 0

    def frame(self, asked: Asked, seconds: float) -> pd.DataFrame:
        """The answer; raises QueryError, TooLong or BrokenMirror."""
        with self.lock:
            with self._limited(seconds):
                started = monotonic()  # the slice is open by now
                frame = self._asked(asked)
            self.cost += monotonic() - started
            self.size = OWN + self._used()
            return frame

    def shut(self) -> int:
        """Give back all memory, and say how many bytes; none where somebody asks at this moment. The next question opens it."""
        if not self.lock.acquire(blocking=False):
            return 0
        try:
            if self._opened is not None:
                self._opened.close()
            self._opened = None
            self._libraries.clear()
            self._tables.clear()
            freed, self.size = self.size, 0
            return freed
        finally:
            self.lock.release()

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._opened is None:
            with _telling():
                self._opened = view.connect(self._sources, *self._scope.asked.nearby, memory=MEMORY)
        return self._opened

    def _used(self) -> int:
        ((octets,),) = self._connection.execute("SELECT sum(memory_usage_bytes) FROM duckdb_memory()").fetchall()
        return int(octets or 0)

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        timer = threading.Timer(seconds, self._connection.interrupt)
        timer.start()
        try:
            yield
        except duckdb.InterruptException:
            raise TooLong(seconds) from None
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
        given = {"bots": self._scope.bots, **given}
        question = ask.Question(query, self._scope.asked, given)
        return ask.for_duckdb(library, question, self._places)

    def _library(self, asked: Asked) -> Library:
        """The library with the relations that the question reads, filtered and computed."""
        parsed = dialect.parse(asked.query if isinstance(asked.query, str) else asked.query.sql)
        names = {table.name.lower() for table in dialect.reads(parsed)}
        is_of_hits = asked.is_alone or names <= {"hits", "goals", "amounts"}
        if is_of_hits and relations.of("events", asked.filters) == asked.filters:
            return self._base.over(relations.of_hits(asked.filters))
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
        own = relations.of("events", filters)
        if own != filters:
            return self._of_visits(filters, self._library_of(own))
        made = relations.of_hits(own)
        return {**made, "nearby_visits": self._table("SELECT * FROM nearby_visits", self._base.over(made))}

    def _of_visits(self, filters: Filters, under: Library) -> dict[str, str]:
        """The relations of the visits that all filters keep, over those that the filters on events gave."""
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
        tables = [view.EVENTS, *library().relations]
        raise QueryError(explain_missing(str(error), list(view.schema()), tables)) from None
