"""The command that asks the service's own log: parse, call one function, print."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.progress import Progress

from chalicelib.lake.days import Days
from sluice import aws, tables
from sluice.cli.console import CONSOLE, ERRORS, Stage, failing
from sluice.cli.lake import to_day
from sluice.cli.questions import DAYS, given, listed, show, show_explained
from sluice.mirror import service_log
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Explained
from sluice.mirror.tenant import PlaceError
from sluice.project import config, folder
from sluice.questions.dialect import QueryError
from sluice.questions.library import Query

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="The service's own log.")
commands.add_typer(group, name="logs")


@group.command("ask")
def ask_log(
    name: Annotated[str | None, typer.Argument(help="A question to the log; --list names them.")] = None,
    local: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file of log lines, as `sluice serve --log json` prints them or exported; may be repeated."
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", help=f"First UTC day; that of the files, or {DAYS} days back.")
    ] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last UTC day; that of the files, or yesterday.")] = None,
    param: Annotated[list[str] | None, typer.Option(help="A parameter as name=value; may be repeated.")] = None,
    format: Annotated[Literal["table", "csv", "json", "parquet"], typer.Option(help="How.")] = "table",
    output: Annotated[Path | None, typer.Option(help="A file for the answer.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="What would be run, without running it.")] = False,
    list_: Annotated[bool, typer.Option("--list", help="The questions, their parameters and defaults.")] = False,
    stage: Stage = "local",
) -> None:
    """Ask the service's own log a question: files of lines here, or a deployed stage's export by Athena.

    Example: sluice logs ask latency --local service.log
    """
    library = service_log.questions()
    with failing():
        if list_:
            return tables.show(CONSOLE, listed(library))
        if not local:
            folder.require()
        if name is None:
            raise QueryError("name a question to the log; --list names them")
        found = _asked(library.get(name), local or [], since, until, given(param or []), stage, explain=explain)
    return show_explained(found) if isinstance(found, Explained) else show(found, format, output)


def _asked(
    query: Query,
    files: list[Path],
    since: str | None,
    until: str | None,
    values: dict[str, str],
    stage: str,
    *,
    explain: bool,
) -> Answer | Explained:
    known = service_log.span(files) if files else None
    last = to_day(until) if until else known[1] if known else to_day("yesterday")
    first = to_day(since) if since else min(known[0], last) if known else last - timedelta(days=DAYS - 1)
    days = Days(first, last)
    if explain:
        return service_log.explained(query, days, values, is_remote=not files)
    if files:
        return service_log.in_files(query, files, days, values)
    chosen = config.load().stage(stage)
    if not chosen.is_deployed:
        raise PlaceError(f"the stage {stage!r} runs here, and its server prints its log; name the file with --local")
    with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
        bar.add_task("Athena", total=None)
        return service_log.on_athena(query, chosen, days, values, aws.client)
