"""A report's questions as statements of Athena's with room for the days alone, as Lambda asks them without the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlglot import exp

from chalicelib.lake.days import Days
from chalicelib.reports import packaged
from chalicelib.reports.packaged import Day, Part, Reports, Tenant, Text
from chalicelib.reports.sections import WITH_MARGINS
from sluice.project import tenants
from sluice.project.stages import Allow, Report, Stage
from sluice.questions import dialect, lint, statement
from sluice.questions.library import Library
from sluice.reports.questions import questions, steps

# Which days it is does not matter here.
_DAYS = Days(date(2026, 3, 2), date(2026, 3, 8))


def of_stage(stage: Stage) -> Reports:
    """The reports of the stage's tenants that ask for one."""
    return of_tenants(stage, [allow for allow in stage.allow if allow.report is not None])


def of_tenants(stage: Stage, allowed: Iterable[Allow]) -> Reports:
    """The reports of these tenants."""
    texts: dict[str, int] = {}
    made = tuple(_tenant(stage, allow, texts) for allow in allowed)
    return Reports(
        texts=tuple(texts),
        tenants=made,
        database=stage.database,
        mail_from=stage.mail_from or "",
        operator=stage.alarm_email or stage.mail_address,
    )


def _tenant(stage: Stage, allow: Allow, texts: dict[str, int]) -> Tenant:
    bucket = stage.bucket(allow)
    table = tenants.table_name(bucket, allow)
    written = {name: parts(name, given, allow, table) for name, given in questions(allow).items()}
    wanted = allow.report or Report(to=())
    return Tenant(
        bucket=bucket,
        owner=stage.owner(allow) or None,
        workgroup=stage.workgroup(table),
        zone=allow.timezone,
        has_logs=bool(allow.distributions),
        steps=steps(allow),
        statements=packaged.shared(written, texts),
        to=wanted.to,
        every=wanted.every,
        day=wanted.day,
        alerts=wanted.alerts,
    )


def parts(name: str, given: Mapping[str, str], allow: Allow, table: str) -> list[Part]:
    """The question as texts and the names of days' placeholders; each relation is a text by itself, so that many share it."""
    library = Library()
    asked = library.prepare(
        library.get(name),
        given=given,
        days=_DAYS,
        goals=allow.goals,
        sites=allow.sites,
        has_margins=name in WITH_MARGINS,
    )
    lint.refuse(asked.expression)
    query = dialect.on_table(asked.expression, table)
    days = _DAYS.placeholders()
    for node in list(query.find_all(exp.Placeholder)):
        if node.name not in days:
            node.replace(statement.literal(asked.values[node.name]))
    return [part for piece in _pieces(query) for part in _split(piece)]


def _pieces(query: exp.Query) -> Iterator[str]:
    """The statement's text, cut between its relations."""
    clause = query.args["with_"]
    query.set("with_", None)
    for place, relation in enumerate(clause.expressions):
        yield f"{', ' if place else 'WITH '}{relation.alias} AS ("
        yield relation.this.sql("athena", comments=False)
        yield ")"
    yield f" {query.sql('athena', comments=False)}"


def _split(sql: str) -> Iterator[Part]:
    at = 0
    for colon, name in dialect.marks(dialect.tokenize(sql)):
        yield from (Text(sql[at : colon.start]), Day(name.text))
        at = name.end + 1
    yield Text(sql[at:])
