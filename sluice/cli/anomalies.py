"""The command that names a tenant's odd days: parse, call one function, print."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from chalicelib.anomalies import counts
from chalicelib.anomalies.detector import LEARNING, short
from chalicelib.lake.days import Days
from sluice import aws, files, tables
from sluice.anomalies import plot, report
from sluice.anomalies.report import Ask, Explained, Odd, Report
from sluice.cli.console import CONSOLE, ERRORS, AsJson, Stage, failing, say, to_json
from sluice.cli.lake import reporter, to_day
from sluice.mirror import ask
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Question
from sluice.mirror.tenant import Place, find
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library

DAYS = 91

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def anomalies(
    bucket: Annotated[str, typer.Option(help="The tenant's bucket.")],
    since: Annotated[str | None, typer.Option("--from", help=f"First day; {DAYS} days back.")] = None,
    until: Annotated[str, typer.Option("--to", help="Last day; the last closed one at most.")] = "today",
    engine: Annotated[Literal["duckdb", "athena"], typer.Option(help="Who answers.")] = "duckdb",
    out: Annotated[Path | None, typer.Option(help="A file for the plot, as SVG: any browser shows it.")] = None,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Days with far more or fewer visits, events, goals or errors than the same weekdays of the eight weeks before.

    Example: sluice anomalies --bucket shop-analytics --out anomalies.svg
    """
    with failing():
        if out is not None and out.suffix != ".svg":
            raise QueryError(f"the plot is written as SVG, so --out needs a name that ends in .svg, not {str(out)!r}")
        place = find(stage, bucket)
        last = to_day(until)
        days = Days(to_day(since) if since else last - timedelta(DAYS - 1), last, place.zone)
        now = datetime.now(UTC)
        # What came after a mirror was refreshed is not silence.
        closed = counts.last_closed(now if engine == "athena" else place.known(now), place.zone)
        with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
            found = report.find(_asking(place, engine, bar), days, closed)
        if out is not None:
            files.replace(out, plot.svg(f"{bucket} ({place.zone})", found.days).encode())
    say(to_json(found)) if as_json else _show(found, days)


def _asking(place: Place, engine: str, bar: Progress) -> Ask:
    library = Library()

    def rows(name: str, days: Days, given: Mapping[str, str]) -> list[tuple[Any, ...]]:
        question = Question(library.get(name), days, given, has_margins=name == counts.QUESTION)
        if engine == "duckdb":
            answer = ask.here(library, question, [place], reporter(bar))
        else:
            task = bar.add_task(f"Athena: {name}", total=None)
            answer = ask.on_athena(library, question, [place], aws.client, lambda now: bar.update(task))
        assert isinstance(answer, Answer)  # nothing was to be explained
        return answer.rows

    return rows


def _show(found: Report, days: Days) -> None:
    judged = [one for one in found.days[counts.FIGURES[0]] if one.usual is not None]
    if not judged:
        return say(f"No day could be judged: that takes {LEARNING} days of events before it.")
    if found.incidents:
        table = Table("days", "all clear", "figure", "change", "counted", "usual", "explained by")
        for incident in found.incidents:
            for row in _rows(incident):
                table.add_row(*map(Text, row))
        tables.show(CONSOLE, table)
    number = len(found.incidents)
    return say(
        f"{number} {'incident' if number == 1 else 'incidents'} from {judged[0].day} to {judged[-1].day} ({days.zone})."
    )


def _rows(explained: Explained) -> list[tuple[str, ...]]:
    """A row for each figure of an incident; counted and usual are those of its oddest day."""
    one = explained.incident
    span = str(one.since) if one.since == one.until else f"{one.since} to {one.until}"
    return [
        (span, str(one.clear or "not yet"), odd.figure, str(odd.worst.kind), f"{odd.worst.counted:,}", *_explained(odd))
        for odd in explained.odd
    ]


def _explained(odd: Odd) -> tuple[str, str]:
    usual = short(odd.worst.usual or 0)
    if odd.slice is None:
        return usual, "all alike"
    found = odd.slice
    return usual, f"{found.dimension} {found.value}: {found.counted:,}, usually {short(found.usual)}"
