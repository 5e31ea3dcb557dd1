"""Questions to Athena, which reads the tenants' buckets where they are: what is sent reads nothing but their tables."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from chalicelib.lake import listing, raw
from chalicelib.prefixes import ANALYST_OF_ALL
from sluice import aws
from sluice.analysis import filters
from sluice.analysis.cache import desk
from sluice.analysis.scope import Scope
from sluice.analysis.slices import Asked, framed
from sluice.athena.client import AthenaError, Pause
from sluice.mirror import ask, guard, view
from sluice.mirror.messages import Limits
from sluice.mirror.own import Own, TooLong
from sluice.mirror.tasks import for_athena, task
from sluice.mirror.tenant import Place
from sluice.questions import dialect, statement
from sluice.questions.dialect import QueryError
from sluice.questions.library import explain_missing

# What Athena says, and what to do about it.
ADVICE = (
    (r"AccessDenied|not authorized", "let this machine's role do what policies/{stage}/{policy}.json allows"),
    (
        r"WorkGroup|(Table|Schema|Database) .*(does not exist|not found)|(TABLE|SCHEMA)_NOT_FOUND|EntityNotFound",
        "run `sluice athena setup {which} --stage {stage} --apply`",
    ),
    (r"[Bb]ytes scanned", "ask for fewer days"),
)


class _Late(KeyboardInterrupt):
    """What stops a statement as Ctrl-C does: nobody waits for it any more."""


class Remote:
    """The days of a scope of one tenant, or of several for a question of all; the same to ask as a `Slice`."""

    def __init__(self, places: Sequence[Place], scope: Scope, *, is_of_all: bool = False) -> None:
        self._places = places
        self._scope = scope
        self._is_of_all = is_of_all

    def frame(self, asked: Asked, seconds: float) -> pd.DataFrame:
        """The answer, a frame of the caller's own; raises QueryError, AthenaError or TooLong."""
        key = self._key(asked)
        return desk().answers.get(key, lambda: self._sent(*self._statement(asked), asked, seconds)).copy()

    def held(self, asked: Asked) -> pd.DataFrame | None:
        """What was answered, where that still holds; a frame of the caller's own."""
        found = desk().answers.peek(self._key(asked))
        return None if found is None else found.copy()

    def own(self, asked: Asked, own: Own, seconds: float) -> pd.DataFrame:
        """The answer to a person's own SQL, which is parsed in its own process."""
        return desk().answers.get(self._key(asked), lambda: self._own(asked, own, seconds)).copy()

    def _key(self, asked: Asked) -> Any:
        # Nothing is made for a question here, whether it is alone or not.
        alike = asked._replace(is_alone=False)
        tenants = tuple((place.stage.database, place.bucket, place.table, place.allow.goals) for place in self._places)
        return tenants, self._scope.asked, self._scope.bots, alike

    def _own(self, asked: Asked, own: Own, seconds: float) -> pd.DataFrame:
        assert isinstance(asked.query, str)
        made = filters.filtered(asked.filters, filters.library().relations)
        given = {"bots": self._scope.bots}
        written = own.statement(
            for_athena(task(asked.query, made, self._scope.asked, given, self._places), is_of_days=True)
        )
        return self._sent(written.sql, written.literals, asked, seconds, own.limits)

    def _sent(
        self, sql: str, values: Sequence[str], asked: Asked, seconds: float, limits: Limits | None = None
    ) -> pd.DataFrame:
        place = self._places[0]
        try:
            pause = _until(time.monotonic() + seconds)
            answer = ask.by_athena(sql, values, place, _client, is_of_all=self._is_of_all, pause=pause, limits=limits)
        except _Late:
            raise TooLong(seconds) from None
        except AthenaError as error:
            raise self._translated(str(error), place) from error
        frame = framed(list(zip(answer.columns, answer.types, strict=True)), answer.rows[: asked.limit])
        frame.attrs["cut"] = asked.limit is not None and len(answer.rows) > asked.limit
        return frame

    def _translated(self, said: str, place: Place) -> Exception:
        """Athena's error with what to do about it."""
        if "Column '" in said:
            return QueryError(explain_missing(said, list(view.schema()), []))
        policy = ANALYST_OF_ALL if self._is_of_all else f"analysts/{place.bucket}"
        which = f"--bucket {place.bucket}" if len(self._places) == 1 else "--all"
        for pattern, advice in ADVICE:
            if re.search(pattern, said):
                # First, since what Athena says may be long.
                do = advice.format(stage=place.stage.name, policy=policy, which=which)
                return AthenaError(f"{do[0].upper()}{do[1:]}, and ask again. Athena says: {said}")
        return AthenaError(f"Athena says: {said}")

    def _statement(self, asked: Asked) -> tuple[str, list[str]]:
        """What is sent, and the values for its `?`; raises QueryError where it would read what is not these tenants'."""
        library = filters.library().over(filters.filtered(asked.filters, filters.library().relations))
        given = {"bots": self._scope.bots, **dict(asked.given)}
        question = ask.Question(asked.query, self._scope.asked, given, asked.has_margins)
        prepared = ask.prepared(library, question, self._places)
        tables = {place.table for place in self._places}
        query = guard.of_days(
            dialect.on_table(prepared.expression, self._places[0].table), tables, *ask.reach(question)
        )
        sql, values = statement.to_athena(query, prepared.values)
        guard.refuse_others(dialect.parse(sql), guard.with_others(tables))
        return sql, values


def days(place: Place) -> list[date]:
    """The days that the bucket has events of, by its listing."""
    objects = place.objects()
    return sorted({*raw.days(objects), *listing.compacted(objects)})


def _until(deadline: float) -> Pause:
    """A pause that is over at the deadline, and raises _Late after it."""

    def pause(seconds: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _Late
        time.sleep(min(seconds, left))

    return pause


def _client(service: str, region: str) -> Any:
    make: Callable[[], Any] = lambda: aws.client(service, region)  # noqa: E731
    return desk().clients.get((service, region), make)
