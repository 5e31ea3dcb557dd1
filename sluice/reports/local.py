"""A report made on this machine: of the mirror by DuckDB, or of the tenant's tables by Athena."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from chalicelib.lake.days import zone_of
from chalicelib.reports import making, manifest
from chalicelib.reports.making import Mail
from chalicelib.reports.manifest import Manifest
from chalicelib.reports.parts import Fault, Pair, Row
from chalicelib.reports.periods import Every, Period, last, open_from, week
from chalicelib.reports.sections import WITH_MARGINS
from chalicelib.reports.story import Subject
from sluice import aws
from sluice.athena.client import AthenaError
from sluice.mirror import ask
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Question
from sluice.mirror.mirror import Progress
from sluice.mirror.tenant import Place
from sluice.project.stages import Allow
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library
from sluice.reports import statements
from sluice.reports.questions import questions, steps

# The rows that an engine answers.
Engine = Callable[[Question], list[Row]]


class Made(NamedTuple):
    """A report with what it was made of."""

    mail: Mail
    manifest: Manifest


def period(place: Place, every: Every | None, named: str | None, now: datetime) -> Period:
    """The week of this name, or the last whole period of this kind, or of the entry's; raises UnknownWeek."""
    if named is not None:
        return week(named)
    wanted = place.allow.report
    day = wanted.day if wanted else "monday"
    return last(every or (wanted.every if wanted else "week"), day, now.astimezone(zone_of(place.zone)).date())


def made(place: Place, wanted: Period, now: datetime, answering: Engine) -> Made:
    """The report of these days; the bucket is listed before anything is asked. Raises PlaceError."""
    allow, library = _own(place), Library()
    asked = questions(allow)
    subject = Subject(
        place.bucket, wanted, place.zone, steps(allow), bool(allow.distributions), open_from(wanted, place.zone, now)
    )
    reports = statements.of_tenants(place.stage, [allow])
    listed = manifest.of(subject, reports.digest(reports.tenants[0]), place.objects())

    def pair(name: str, periods: tuple[Period, Period]) -> Pair:
        return Pair(*(_rows(library, name, asked[name], one, place.zone, answering) for one in periods))

    return Made(making.made(subject, asked, pair), listed)


def by_duckdb(place: Place, progress: Progress) -> Engine:
    """Answers of the mirror."""
    return lambda question: _objects(ask.here(Library(), question, [place], progress))


def by_athena(place: Place) -> Engine:
    """Answers in the tenant's workgroup, with the caller's rights."""
    return lambda question: _objects(ask.on_athena(Library(), question, [place], aws.client, lambda progress: None))


def _rows(
    library: Library, name: str, given: Mapping[str, str], wanted: Period, zone: str, answering: Engine
) -> list[Row] | Fault:
    try:
        return answering(Question(library.get(name), wanted.asked(zone), given, name in WITH_MARGINS))
    except (AthenaError, QueryError) as error:
        return Fault(str(error))


def _objects(answer: object) -> list[Row]:
    assert isinstance(answer, Answer)  # nothing was to be explained
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _own(place: Place) -> Allow:
    """The tenant's entry; where a pattern lets it in, as an entry of its own name."""
    allow = place.allow
    return allow if place.stage.bucket(allow) == place.bucket else msgspec.structs.replace(allow, bucket=place.bucket)
