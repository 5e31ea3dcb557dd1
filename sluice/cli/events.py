"""The commands that send events: parse, call one function, print."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer
from rich.columns import Columns
from rich.progress import Progress, track
from rich.table import Table
from rich.text import Text

from chalicelib.lake.objects import Objects
from sluice.aws import AwsError
from sluice.cli.console import ERRORS, Port, Stage, failing
from sluice.cli.lake import after_import
from sluice.imports import importer, logfiles
from sluice.imports.importer import Summary
from sluice.local import demo as demonstration
from sluice.local import demo_days
from sluice.mirror import tenant
from sluice.project import environment
from sluice.tables import Terminal, one_line, plain

CONSOLE = Terminal()

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def demo(
    host: str = "127.0.0.1",
    port: Port = 8000,
    stage: Stage = "local",
    visits: Annotated[int, typer.Option(help="How many to send.", min=1)] = demonstration.VISITS,
    days: Annotated[int, typer.Option(help="How many days before today to write.", min=0, max=400)] = demo_days.DAYS,
    seed: Annotated[int, typer.Option(help="What those days are made from.")] = demo_days.SEED,
) -> None:
    """Write a month of believable days into the stage's folder, send today's visits to a running server, show what landed.

    Example: sluice demo --visits 500
    """
    with failing():
        given = environment.load(stage)
        directory = given.store_directory
        demonstration.reach(host, port)
        if directory is not None and days:
            past = demo_days.write(directory, given, datetime.now(UTC).date(), days, seed)
            written = list(track(past, "Writing", days, console=CONSOLE))
            CONSOLE.print(demo_days.summary(written), highlight=False, soft_wrap=True)
            new = [one.day for one in written if one.events]
            for note in after_import(tenant.objects(given, demo_days.BUCKET), new, reconcile=True):
                typer.echo(note, err=True)
        hits = demonstration.visits(datetime.now(UTC), random.Random(), visits)
        receipts = list(track(demonstration.send(host, port, hits), "Sending", len(hits), console=CONSOLE))
    CONSOLE.print(f"{len(receipts)} events of {visits} visits are stored in {demo_days.BUCKET}.")
    if directory is not None:
        CONSOLE.print(Columns([_counts(*counted) for counted in demonstration.landed(directory, receipts).items()]))


@commands.command(name="import")
def import_(
    files: Annotated[list[str], typer.Argument(help="Logs, also .gz; - is standard input.")],
    bucket: Annotated[str, typer.Option(help="The tenant's bucket.")],
    stage: Stage = "local",
    format: Annotated[
        str | None, typer.Option(help="combined, json, elb or w3c (see docs/importing.md); found out where not given.")
    ] = None,
    site: Annotated[list[str] | None, typer.Option(help="A host of the logged site: no source of itself.")] = None,
    reconcile: Annotated[bool, typer.Option(help="Bring what came into compacted days into their Parquet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The summary as JSON.")] = False,
) -> None:
    """Store the lines of web-server logs as events, each on the day it happened; importing twice adds nothing.

    Example: sluice import access.log access.log.1.gz --bucket shop-analytics --site shop.example
    """
    with failing():
        settings = environment.load(stage)
        objects = tenant.objects(settings, bucket)
        with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
            task = bar.add_task("Importing", total=logfiles.total_bytes(files))
            summary = importer.import_logs(
                files,
                bucket,
                settings,
                format=format,
                sites=site or (),
                is_there=lambda key: _is_there(objects, key),
                progress=lambda advance: bar.advance(task, advance),
            )
        notes = after_import(objects, summary.days, reconcile=reconcile)
    CONSOLE.print(_json(summary) if as_json else _summary(summary), highlight=False, soft_wrap=True)
    for note in notes:
        typer.echo(plain(note), err=True)


def _is_there(objects: Objects, key: str) -> bool:
    """Whether the bucket has this key; who may only put cannot know, and nobody else imported what they did."""
    try:
        return objects.head(key) is not None
    except AwsError:
        return False


def _json(summary: Summary) -> Text:
    return Text(msgspec.json.encode(summary).decode())


def _summary(summary: Summary) -> Text:
    formats = ", ".join(f"{name} ({number} files)" if number > 1 else name for name, number in summary.formats.items())
    lines = [
        f"{summary.read} lines read as {formats}: {summary.stored} stored, {summary.duplicates} there already, "
        f"{summary.malformed} malformed"
    ]
    if summary.stored:
        requests = summary.stored - summary.page_views
        lines.append(f"Stored as page_view: {summary.page_views}; as request, all others: {requests}.")
    if summary.earlier:
        days = ", ".join(map(str, sorted(summary.earlier_days)))
        lines.append(f"Left alone, as an earlier version imported their days ({days}): {summary.earlier} lines.")
    if place := summary.first_unaddressed:
        lines.append(
            f"Without the client's address, and so without a visitor: {summary.unaddressed} lines; line {place.line} of "
            f"{one_line(place.file)} has {place.reason} in its place."
        )
    if summary.days:
        lines.append(
            f"The new events are of {min(summary.days)} to {max(summary.days)}: ask with --from {min(summary.days)}"
        )
    lines += [f"Malformed: {number} lines, {one_line(reason)}" for reason, number in summary.reasons.most_common()]
    lines += [
        f"  {one_line(place.file)}, line {place.line}: {one_line(place.reason)}" for place in summary.first_malformed
    ]
    return Text("\n".join(lines))


def _counts(title: str, counted: Counter[str]) -> Table:
    table = Table(title, "events")
    for value, number in counted.most_common(5):
        table.add_row(Text(value), str(number))
    return table
