"""The analyst's commands: parse, call one function, print."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from chalicelib import allowlist
from chalicelib.lake.days import Days
from sluice import aws, tables
from sluice.athena import api_events, workgroups
from sluice.athena import tables as athena_setup
from sluice.athena.client import AthenaError
from sluice.athena.tables import SetupError, Step
from sluice.cli.console import CONSOLE, ERRORS, Stage, failing, say, to_json
from sluice.cli.lake import reporter, to_day, warn_of
from sluice.mirror import answers, ask
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Explained, Question
from sluice.mirror.own import TERMINAL, Own
from sluice.mirror.tenant import Every, Place, PlaceError, every, find
from sluice.project import audit, config, tenants
from sluice.project.tenants import Tenant
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library, Query

DAYS = 30

commands = typer.Typer(rich_markup_mode=None)
athena_commands = typer.Typer(no_args_is_help=True, help="The tenants' tables in Athena.")
commands.add_typer(athena_commands, name="athena")


@commands.command()
def query(
    name: Annotated[str | None, typer.Argument(help="A question of the library; --list names them.")] = None,
    file: Annotated[Path | None, typer.Option(help="A file with SQL of your own.")] = None,
    sql: Annotated[str | None, typer.Option(help="SQL of your own: one SELECT in Athena's dialect.")] = None,
    bucket: Annotated[str | None, typer.Option(help="The tenant's bucket; the only one where not given.")] = None,
    since: Annotated[str | None, typer.Option("--from", help=f"First day; {DAYS} days back.")] = None,
    until: Annotated[str, typer.Option("--to", help="Last day.")] = "today",
    zone: Annotated[
        str | None,
        typer.Option("--tz", help="The days' time zone, like America/Toronto; the tenant's where not given."),
    ] = None,
    param: Annotated[list[str] | None, typer.Option(help="A parameter as name=value; may be repeated.")] = None,
    engine: Annotated[Literal["duckdb", "athena"], typer.Option(help="Who answers.")] = "duckdb",
    format: Annotated[Literal["table", "csv", "json", "parquet"], typer.Option(help="How.")] = "table",
    output: Annotated[Path | None, typer.Option(help="A file for the answer.")] = None,
    intervals: Annotated[bool, typer.Option("--intervals", help="A sample's margins from Athena, too.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="What would be run and read, without running it.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="The questions, their parameters and defaults.")] = False,
    stage: Stage = "local",
) -> None:
    """Ask a question of a tenant's events: one of the library, or your own SQL.

    Example: sluice query top-pages --bucket shop-analytics --from 2026-11-01 --param limit=5
    """
    library = Library()
    with failing():
        if list_:
            return tables.show(CONSOLE, listed(library))
        with _question(library, name, file, sql) as asked:
            places, faults = _places(asked, stage, bucket)
            days = _days(since, until, zone or _zone(asked, places))
            question = Question(asked, days, given(param or []), has_margins=intervals or engine == "duckdb")
            found, failed = _ask_those_that_can(library, question, places, engine, explain=explain)
            answered = [one for one in places if one.bucket not in failed]
            if engine == "duckdb":
                _warn(question, answered)
            _hint(library, question, answered, engine, found)
    show_explained(found) if isinstance(found, Explained) else show(found, format, output)
    _tell_faults({**faults, **failed})


@athena_commands.command()
def setup(
    bucket: Annotated[str | None, typer.Option(help="The tenant's bucket.")] = None,
    table: Annotated[str | None, typer.Option(help="The name of its view, where it is not the tenant's own.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every tenant that `sluice tenants` finds.")] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Run the statements; they are printed where not given.")
    ] = False,
    stage: Stage = "local",
) -> None:
    """The statements that make a tenant's tables in Athena, printed or run; running them again brings them up to date.

    Example: sluice athena setup --bucket shop-analytics --stage prod --apply
    """
    with failing():
        chosen = config.load().stage(stage)
        wanted, faults = _tenants(chosen, bucket, table, all_)
        if not apply:
            return _tell_faults({**faults, **_print_statements(chosen, wanted, all_=all_)})
        if not chosen.is_deployed:
            raise PlaceError(f"the stage {stage!r} is a folder, which Athena cannot see; ask it with `sluice query`")
        with audit.recorded(chosen, "tables.set_up", chosen.name, {"buckets": [one.bucket for one in wanted]}):
            steps = athena_setup.apply_to_all(chosen) if all_ else []
            for step in steps:
                _show_step(step)
            steps += athena_setup.apply(chosen, wanted, aws.client, _show_step)
    _tell_faults(faults)
    raise typer.Exit(1 if any(step.fault for step in steps) else 0)


@contextmanager
def _question(library: Library, name: str | None, file: Path | None, sql: str | None) -> Iterator[Query | Own]:
    """The library's question, or SQL of a person's own with its process for as long as it is needed."""
    if sum(one is not None for one in (name, file, sql)) != 1:
        raise QueryError("name one question of the library, or give --sql or --file; --list names the questions")
    if name is not None:
        yield library.get(name)
        return
    with Own(sql if sql is not None else _read(Path(str(file))), TERMINAL) as own:
        yield own


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{file} cannot be read as UTF-8 text ({type(error).__name__})") from None


def _zone(asked: Query | Own, places: Sequence[Place]) -> str:
    """The tenant's zone; a question of all counts the days of UTC."""
    return allowlist.UTC if ask.of_all(asked) else places[0].zone


def _days(since: str | None, until: str, zone: str) -> Days:
    last = to_day(until)
    return Days(to_day(since) if since else last - timedelta(days=DAYS - 1), last, zone)


def given(params: list[str]) -> dict[str, str]:
    """The parameters that were written as name=value; raises QueryError for another."""
    for param in params:
        if "=" not in param:
            raise QueryError(f"--param {param!r} is not name=value")
    return dict((param.partition("=")[0], param.partition("=")[2]) for param in params)


def _places(asked: Query | Own, stage: str, bucket: str | None) -> Every:
    """The tenants that are asked: all for a question of all, else the one that is named, or the only one."""
    if bucket is not None and not ask.of_all(asked):
        return Every([find(stage, bucket)], {})
    found = every(stage)
    if ask.of_all(asked) and found.places:
        return found
    if len(found.places) != 1:
        names = ", ".join(one.bucket for one in found.places[:5]) or "none has a bucket yet; send an event first"
        raise PlaceError(f"name the tenant's bucket with --bucket: {names}")
    return Every(found.places, {})


def _ask_those_that_can(
    library: Library, question: Question, places: list[Place], engine: str, *, explain: bool
) -> tuple[Answer | Explained, dict[str, str]]:
    """The answer, and of a question of all the faults of the tenants that are not in it."""
    try:
        return _ask(library, question, places, engine, explain=explain), {}
    except (AthenaError, PlaceError, QueryError) as error:
        # A question that Athena was not asked is wrong itself, and looking at each tenant would cost money.
        if len(places) == 1 or (engine == "athena" and isinstance(error, QueryError)):
            raise
        faults = (
            ask.faults_here(question, places, lambda *_: None)
            if engine == "duckdb"
            else ask.faults_on_athena(places, aws.client)
        )
        left = [one for one in places if one.bucket not in faults]
        # Nothing is wrong with any tenant: the question is. Or something is with all: the error names the first.
        if not faults or not left:
            raise
    return _ask(library, question, left, engine, explain=explain), faults


def _tell_faults(faults: Mapping[str, str]) -> None:
    """Name the tenants that are not in what was shown; exit code 1 where there is one."""
    for bucket, fault in faults.items():
        ERRORS.print(Text(f"sluice: {bucket} is left out: {fault}"), soft_wrap=True)
    if faults:
        raise typer.Exit(1)


def _ask(
    library: Library, question: Question, places: list[Place], engine: str, *, explain: bool
) -> Answer | Explained:
    with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
        if engine == "duckdb":
            return ask.here(library, question, places, reporter(bar), explain=explain)
        task = bar.add_task("Athena", total=None)
        return ask.on_athena(
            library,
            question,
            places,
            aws.client,
            lambda now: bar.update(task, description=f"Athena: {now.state.lower()}, {now.bytes_scanned:,} bytes"),
            explain=explain,
        )


def _warn(question: Question, places: Sequence[Place]) -> None:
    """Say what is missing from the answer: objects that cannot be read, and days without events."""
    for one in places:
        unreadable, days = one.unreadable(), one.days()
        warn_of(len(unreadable), [f"{named.key}: {named.reason}" for named in unreadable])
        first, last = question.days.partitions
        if not any(first <= day <= last for day in days) and not one.access(first, last):
            known = f"its days are {days[0]} to {days[-1]}" if days else "it has none at all"
            ERRORS.print(
                Text(f"{one.bucket} has no events from {question.days.since} to {question.days.until}; {known}."),
                soft_wrap=True,
            )


def _hint(library: Library, question: Question, places: list[Place], engine: str, found: Answer | Explained) -> None:
    """Name the bots' events that an empty answer leaves out: the first event that anyone sends is often curl's."""
    if isinstance(found, Explained) or not answers.is_empty(found):
        return
    asked = ask.hidden_bots(library, question, places)
    counted = None if asked is None else _ask(library, asked, places, engine, explain=False)
    number = counted.rows[0][0] if isinstance(counted, Answer) else 0
    if number:
        said = "1 event from bots is" if number == 1 else f"{number:,} events from bots are"
        ERRORS.print(Text(f"{said} hidden; show with --param bots=include"), soft_wrap=True)


def show(answer: Answer, format: str, output: Path | None) -> None:
    """Print an answer, or write it into a file."""
    if output is not None:
        output.write_bytes(answers.FORMATS[format](answer))
        say(f"{output}: {len(answer.rows)} rows.")
    elif format == "table":
        tables.show(CONSOLE, answers.table(answer))
    else:
        sys.stdout.buffer.write(answers.FORMATS[format](answer))
        sys.stdout.buffer.flush()


def show_explained(explained: Explained) -> None:
    """Print what would be asked."""
    say(explained.sql)
    say(f"\nvalues: {explained.values}\nreads: {explained.reads}")


def listed(library: Library) -> Table:
    """The questions of a library, and their parameters."""
    table = Table("query", "what it answers", "parameters")
    for one in map(library.get, library.names()):
        params = [f"{param.name}={param.default or ''}" for param in one.params]
        table.add_row(*map(Text, (one.name, one.answers, "\n".join(params))))
    return table


def _tenants(
    stage: config.Stage, bucket: str | None, table: str | None, all_: bool
) -> tuple[list[Tenant], dict[str, str]]:
    """The tenants to set up, and of each that cannot be looked into why."""
    if (bucket is None) == (not all_):
        raise SetupError("name one tenant with --bucket, or take --all")
    if all_:
        every = tenants.survey(stage)
        return [tenant for tenant in every if tenant.fault is None], tenants.faults(every)
    found = find(stage.name, str(bucket))
    return [Tenant(found.bucket, found.allow.bucket, stage.owner(found.allow), table or found.table)], {}


def _print_statements(stage: config.Stage, wanted: Sequence[Tenant], *, all_: bool) -> dict[str, str]:
    """Print them; of each tenant that has none, why."""
    faults = {}
    for tenant in wanted:
        try:
            say(";\n\n".join(athena_setup.of_tenant(stage, tenant)) + ";\n")
        except SetupError as error:
            faults[tenant.bucket] = str(error)
    groups = to_json([workgroups.of(stage, tenant) for tenant in wanted if tenant.bucket not in faults])
    say(f"-- The workgroup of each: {groups}".replace("\n", "\n-- "))
    if all_:
        say(f"-- That of questions over all: {to_json(workgroups.of_all(stage))}".replace("\n", "\n-- "))
        if stage.export_logs:
            say(f"-- The table of the service's own log: {to_json(api_events.table(stage))}".replace("\n", "\n-- "))
    return faults


def _show_step(step: Step) -> None:
    say(f"{step.bucket}: {step.name}: {step.fault or 'done'}")
