"""What the pages ask of the lake. Nothing else in the dashboard does, so that nobody sees a bucket that is not theirs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import pandas as pd

from chalicelib.anomalies.counts import QUESTION
from chalicelib.settings import LOCAL
from sluice.analysis import cache, flow, published, remote
from sluice.analysis.engines import ATHENA, DUCKDB
from sluice.analysis.filters import library, question
from sluice.analysis.held import Held
from sluice.analysis.remote import Remote
from sluice.analysis.scope import Scope
from sluice.analysis.slices import Asked, BrokenMirror
from sluice.analysis.viewers import User
from sluice.athena.client import AthenaError
from sluice.aws import AwsError, explain
from sluice.errors import SluiceError
from sluice.mirror import ask
from sluice.mirror.messages import Limits
from sluice.mirror.own import Own, TooLong
from sluice.mirror.tenant import Place, PlaceError
from sluice.project import config
from sluice.project.config import Goal
from sluice.questions.dialect import QueryError

# Limits of custom SQL, in rows and seconds, unless the caller gives others.
ROWS, SECONDS = 1000, 10.0
# And in bytes: of its answer, of memory and of disk.
ANSWER, MEMORY, DISK = 32 * 10**6, 1_250 * 10**6, 5 * 10**9
# The time limit of the library's questions: longer than any takes over ten million records on a small machine.
PATIENCE = 60.0
# What may be wrong with one tenant, and with no other.
FAULTS = (AthenaError, BrokenMirror, PlaceError, QueryError, TooLong, *AwsError)


# A page asks the same questions at each click: none is parsed again to find a held answer.
_is_of_all = lru_cache(512)(ask.of_all)


_ABSENT = "There is no bucket {!r} that you may see."
_ONLY = "The dashboard shows only published numbers of {!r}: its entry says so by `publish`."


class NotAllowed(SluiceError):
    """The bucket does not exist, or is not this user's; the message does not say which."""


class Data:
    """What one user may see of a stage, as one engine answers it."""

    def __init__(self, user: User, stage: str = LOCAL, engine: str = DUCKDB, session: str = "") -> None:
        self._user = user
        # Where nobody signs in, each open page counts as a person.
        self._person = user.name or session
        self.stage = stage
        # Each question of Athena's costs money, and its answer holds for minutes.
        self.is_remote = engine == ATHENA
        self.library = library()

    def buckets(self) -> list[str]:
        """The names of the user's buckets that are there; raises what `place.every` raises."""
        return [one.bucket for one in self._places()]

    def published(self) -> list[str]:
        """The names of the user's buckets of which only published numbers are shown; raises as `buckets`."""
        return [one.bucket for one in self._allowed() if one.allow.is_only_published]

    def page(self, bucket: str) -> str:
        """The page of published numbers of one of these buckets; raises NotAllowed and NotReadable."""
        found = published.public(self.stage, bucket) if bucket in self.published() else None
        if found is None:
            raise NotAllowed(_ABSENT.format(bucket))
        return found

    def days(self, bucket: str) -> list[date]:
        """The days that have events; raises NotAllowed."""
        found = self._place(bucket)
        return (
            cache.desk().days.get((self.stage, bucket), lambda: remote.days(found)) if self.is_remote else found.days()
        )

    def known(self, bucket: str, now: datetime) -> datetime:
        """Up to when the engine knows the events; raises NotAllowed."""
        found = self._place(bucket)
        return now if self.is_remote else found.known(now)

    def zone(self, bucket: str) -> str:
        """The time zone of the tenant's days; raises NotAllowed."""
        return self._place(bucket).zone

    def goals(self, bucket: str) -> list[Goal]:
        """The goals of sluice.toml; raises NotAllowed."""
        return list(self._place(bucket).allow.goals)

    def has_access_logs(self, bucket: str) -> bool:
        """Whether the tenant has distributions in sluice.toml, or files of their logs here; raises NotAllowed."""
        found = self._place(bucket)
        return bool(found.allow.distributions) or (not self.is_remote and bool(found.access(date.min, date.max)))

    def keeps_rejected(self, bucket: str) -> bool:
        """Whether the tenant's entry in sluice.toml keeps what is refused; raises NotAllowed."""
        return self._place(bucket).allow.keep_rejected

    def keeps_any_rejected(self) -> bool:
        """Whether an entry of the stage keeps what is refused; False also where sluice.toml is wrong, as each page says."""
        try:
            return any(allow.keep_rejected for allow in config.given(self.stage).allow)
        except SluiceError:
            return False

    def unreadable(self, bucket: str) -> list[str] | None:
        """The raw objects that no answer holds, each with the reason; None where the engine cannot tell. Raises NotAllowed."""
        found = self._place(bucket)
        return None if self.is_remote else [f"{one.key}: {one.reason}" for one in found.unreadable()]

    def file(self, bucket: str, name: str) -> Path:
        """A file of the dashboard next to the tenant's mirror; raises NotAllowed."""
        return self._place(bucket).mirror.folder / name

    def ask(self, scope: Scope, name: str, **params: object) -> pd.DataFrame:
        """The answer to a question of the library, with the scope's days, bots and filters.

        Params are the question's own; None takes the default. Raises NotAllowed, QueryError, PlaceError,
        BrokenMirror, AthenaError or TooLong.
        """
        return self._answer(scope, Asked(question(name), _texts(params), scope.filters), PATIENCE)

    def estimate(self, scope: Scope, name: str, **params: object) -> pd.DataFrame:
        """The same, with margins next to the counts of a sample."""
        asked = Asked(question(name), _texts(params), scope.filters, has_margins=True)
        return self._answer(scope, asked, PATIENCE)

    def is_sampled(self, scope: Scope) -> bool:
        """Whether some events count as more than one; on Athena, which is paid for it, as the entry says. Raises as `ask`."""
        if self.is_remote:
            entry = self._place(scope.bucket).settings.allowlist.find(scope.bucket)
            return entry is not None and entry.is_sampled
        asked = Asked("SELECT COALESCE(max(weight), 1e0) AS most FROM hits", is_alone=True)
        return bool(self._answer(scope, asked, PATIENCE)["most"].iloc[0] > 1)

    def glance(self, scope: Scope, name: str, **params: object) -> pd.DataFrame:
        """The same, of days of which little else is asked: nothing is made for other questions to stand on."""
        asked = Asked(question(name), _texts(params), scope.filters, is_alone=True)
        return self._answer(scope, asked, PATIENCE)

    def daily_counts(self, scope: Scope) -> pd.DataFrame:
        """What is judged as anomalies, at a glance, with margins next to the counts of a sample."""
        return self._answer(scope, Asked(question(QUESTION), is_alone=True, has_margins=True), PATIENCE)

    def reads_stream(self, bucket: str) -> bool:
        """Whether this user sees what has not landed: the stage has a stream, and every tenant is theirs. Raises NotAllowed."""
        return self._place(bucket).settings.stream is not None and self._user.is_operator

    def latest(self, scope: Scope, after: str, limit: int) -> tuple[pd.DataFrame, str | None]:
        """The events that arrived since then, newest first, and why the stream is not among them, or None. Raises as `ask`.

        Who may see every tenant is given what has not landed, too.
        """
        given = {"after": after, "limit": limit}
        landed = self.ask(scope, "latest-events", **given)
        streamed, fault = self._streamed(scope, given)
        return (landed if streamed is None else _merged(landed, streamed, limit)), fault

    def _streamed(self, scope: Scope, given: Mapping[str, object]) -> tuple[pd.DataFrame | None, str | None]:
        """What the stage's stream answers, if it has one that this user may see, and its fault."""
        one = self._place(scope.bucket)
        found = flow.of(one) if self._user.is_operator else None
        if found is None:
            return None, None
        asked = Asked(question("latest-events"), _texts(given), scope.filters)
        try:
            waiting = found.place(one)
            return (cache.of_one(waiting, scope).frame(asked, PATIENCE) if waiting else None), found.fault
        except FAULTS as error:
            return None, explain(error)

    def tenants(self, scope: Scope) -> tuple[pd.DataFrame, dict[str, str]]:
        """The figures of the user's tenants side by side, and by bucket why a tenant has none. Raises what `buckets` raises.

        All are asked at once; where that fails, each is asked alone, so that one's fault is not the others'.
        """
        asked = Asked(question("tenants"))
        faults = {name: why for name, why in cache.every(self.stage).faults.items() if self._user.may_see(name)}
        try:
            return self._over_all(self._places(), scope).frame(asked, PATIENCE), faults
        except FAULTS:
            frames, found = self._one_by_one(scope, asked)
        frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=["tenant"])
        by = [name for name in ("events", "tenant") if name in frame]
        return frame.sort_values(by, ascending=[name == "tenant" for name in by], ignore_index=True), {
            **faults,
            **found,
        }

    def sql(self, scope: Scope, text: str, *, limit: int = ROWS, seconds: float = SECONDS) -> pd.DataFrame:
        """The answer to one SELECT in Athena's dialect over `events` or the relations; at most so many rows.

        The relations have the scope's bots and filters, `events` has its days alone. `attrs["cut"]` says whether there were
        more rows. Raises as `ask`, TooMuch and TooMany. A process of its own parses the text and asks.
        """
        asked, desk = Asked(text, filters=scope.filters, limit=limit), cache.desk()
        is_of_all = desk.known.peek(text)
        found = None if is_of_all is None else self._over(scope, is_of_all).held(_of(asked, is_of_all))
        if found is not None:
            return found
        with desk.running.one_more(self._person), Own(text, _limits(seconds, limit)) as own:
            is_of_all = desk.known.get(text, lambda: own.is_of_all)
            return self._over(scope, is_of_all).own(_of(asked, is_of_all), own, seconds)

    def _answer(self, scope: Scope, asked: Asked, seconds: float) -> pd.DataFrame:
        is_of_all = _is_of_all(asked.query)
        return self._over(scope, is_of_all).frame(_of(asked, is_of_all), seconds)

    def _over(self, scope: Scope, is_of_all: bool) -> Held | Remote:
        """What is asked: one tenant's days, or those of all that the user may see."""
        if is_of_all:
            return self._over_all(self._places(), scope)
        one = self._place(scope.bucket)
        return Remote([one], scope) if self.is_remote else cache.of_one(one, scope)

    def _over_all(self, found: list[Place], scope: Scope) -> Held | Remote:
        return Remote(found, scope, is_of_all=True) if self.is_remote else cache.of_all(found, scope)

    def _one_by_one(self, scope: Scope, asked: Asked) -> tuple[list[pd.DataFrame], dict[str, str]]:
        frames, faults = [], {}
        for one in self._places():
            try:
                frames.append(self._over_all([one], scope).frame(asked, PATIENCE))
            except FAULTS as error:
                faults[one.bucket] = explain(error)
        return frames, faults

    def _place(self, bucket: str) -> Place:
        for one in self._places():
            if one.bucket == bucket:
                return one
        if bucket in self.published():
            raise NotAllowed(_ONLY.format(bucket))
        raise NotAllowed(_ABSENT.format(bucket))

    def _places(self) -> list[Place]:
        """The tenants whose records the user may ask about: none of which only published numbers are shown."""
        return [one for one in self._allowed() if not one.allow.is_only_published]

    def _allowed(self) -> list[Place]:
        return [one for one in cache.every(self.stage).places if self._user.may_see(one.bucket)]


def _merged(landed: pd.DataFrame, streamed: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Both, each event once, newest first."""
    both = pd.concat([one for one in (landed, streamed) if len(one)] or [landed], ignore_index=True)
    once = both.drop_duplicates("eventid")
    return once.sort_values("arrived", ascending=False, kind="stable", ignore_index=True).head(limit)


def _texts(params: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key, str(value)) for key, value in params.items() if value is not None))


def _of(asked: Asked, is_of_all: bool) -> Asked:
    """The question as all tenants are asked: without filters, which are of one."""
    return asked._replace(filters=()) if is_of_all else asked


def _limits(seconds: float, rows: int) -> Limits:
    """What a person's own SQL may take of the server's machine: of its memory as much as a question of the library."""
    return Limits(seconds, rows, ANSWER, MEMORY, DISK)
