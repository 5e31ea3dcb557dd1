"""The commands that keep the lake: parse, call one function, print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import athena_view, compaction
from chalicelib.lake.compaction import Outcome, Status
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BrokenLake, Objects
from chalicelib.lake.watermarks import Watermark
from sluice import aws, tables
from sluice.aws import AwsError, explain
from sluice.cli.console import CONSOLE, ERRORS, AsJson, Stage, failing, say, to_json
from sluice.mirror import access, rejected, tenant
from sluice.mirror.tenant import Place, PlaceError

FAILED = {"refused", "outrun"}
TRIES = 3

commands = typer.Typer(rich_markup_mode=None)

Bucket = Annotated[str, typer.Option(help="The tenant's bucket.")]
Logs = Annotated[bool, typer.Option("--access-logs", help="Days of CloudFront's access logs, in place of events.")]


@commands.command()
def compact(
    bucket: Bucket,
    day: Annotated[str | None, typer.Option(help="One closed day, for example 2026-11-19.")] = None,
    until: Annotated[str | None, typer.Option(help="Every due day up to this one; all where neither is given.")] = None,
    status: Annotated[bool, typer.Option("--status", help="Show the state of each day and change nothing.")] = False,
    access_logs: Logs = False,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Make one Parquet object of each closed day's raw objects, and move the watermark. Raw objects stay.

    Example: sluice compact --bucket shop-analytics --until 2026-11-19
    """
    now, kind = datetime.now(UTC), REQUESTS if access_logs else EVENTS
    with failing():
        found = tenant.find(stage, bucket)
        objects, kind = found.objects(), tenant.heeding(found.settings, kind)
        if status:
            return show_status(compaction.status(objects, now, kind), compaction.watermark(objects, kind), as_json)
        days = [to_day(day)] if day else list(compaction.due(objects, now, to_day(until) if until else None, kind))
        move = partial(move_view, found, kind) if found.settings.store_directory is None else None
        with shown(days) as listed:
            outcomes, mark = compaction.work(objects, listed, now, move, kind)
    show_outcomes(outcomes, mark, as_json)


@commands.command()
def reconcile(
    bucket: Bucket,
    day: Annotated[str | None, typer.Option(help="One day; every compacted one where not given.")] = None,
    access_logs: Logs = False,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Bring objects that came late into the Parquet of compacted days; exit code 1 where raw has shrunk.

    Example: sluice reconcile --bucket shop-analytics
    """
    now, kind = datetime.now(UTC), REQUESTS if access_logs else EVENTS
    with failing():
        found = tenant.find(stage, bucket)
        objects, kind = found.objects(), tenant.heeding(found.settings, kind)
        outcomes = reconciled(objects, [to_day(day)] if day else compaction.reconcilable(objects, kind), now, kind)
        mark = compaction.watermark(objects, kind)
    show_outcomes(outcomes, mark, as_json)


@commands.command()
def mirror(
    bucket: Annotated[str, typer.Argument(help="The tenant's bucket.")],
    since: Annotated[str | None, typer.Option("--from", help="First day.")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day.")] = None,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Bring what is new in a bucket to this machine, as Parquet, for `sluice query`. It can be stopped and run again.

    Example: sluice mirror shop-analytics --stage prod --from 2026-11-01
    """
    with (
        failing(),
        Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar,
    ):
        found = tenant.find(stage, bucket)
        first, last = to_day(since) if since else date.min, to_day(until) if until else date.max
        snapshot = found.mirror.refresh(found.objects(), first, last, reporter(bar))
        logs = access.fetch(found.objects(), found.mirror.folder, first, last)
        refused = rejected.fetch(found.objects(), found.mirror.folder, first, last) if found.allow.keep_rejected else 0
        if until is None:
            found.mirror.confirm()
    if as_json:
        return say(to_json(snapshot))
    days = snapshot.days
    span = f"{days[0]} to {days[-1]}" if days else "no day has records yet"
    say(f"{found.mirror.folder}: {len(snapshot.compacted)} compacted days, {len(snapshot.raw)} raw ones; {span}.")
    if logs:
        say(f"{logs} new files of access logs.")
    if refused:
        say(f"{refused} new files of what was refused.")
    warn_of(len(snapshot.unreadable), [named.key for named in snapshot.unreadable])


def reconciled(objects: Objects, days: Iterable[date], now: datetime, kind: Kind = EVENTS) -> list[Outcome]:
    """The outcomes of reconciling these days, each again where somebody else was faster."""
    with shown(list(days)) as listed:
        return [_reconcile(objects, day, now, kind) for day in listed]


def move_view(found: Place, kind: Kind, mark: Watermark) -> None:
    """Move the watermark of the tenant's view in Athena, too, where there is one; a note where that may not be done."""
    try:
        glue, table = aws.client("glue", found.stage.region), f"{found.table}{kind.table}"
        athena_view.moved(glue, found.stage.database, table, mark.day, mark.parts)
    except AwsError as error:
        ERRORS.print(
            f"sluice: Athena's view still asks for raw objects after its old watermark, which is slower and no less right "
            f"({explain(error)}); to move it: `sluice athena setup --apply`",
            soft_wrap=True,
        )


def after_import(objects: Objects, days: Iterable[date], *, reconcile: bool) -> list[str]:
    """Notes on those of these days that the watermark has passed: what came into them shows after the next reconcile."""
    try:
        mark = compaction.watermark(objects)
        late = sorted(day for day in days if mark is not None and day <= mark)
        if reconcile:
            return [_sentence(outcome) for outcome in reconciled(objects, late, datetime.now(UTC))]
    except (BrokenLake, *AwsError) as error:
        return [f"sluice: it is not known whether the days are compacted already: {explain(error)}"]
    named = ", ".join(map(str, late[:3])) + (f" and {len(late) - 3} more" if len(late) > 3 else "")
    advice = "run `sluice reconcile`, or import with --reconcile"
    return [f"sluice: compacted already, so that this does not show there yet: {named}; {advice}"] if late else []


@contextmanager
def shown(days: list[date]) -> Iterator[Iterable[date]]:
    """These days one by one, with a bar."""
    with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
        yield bar.track(days, description="Days")


def reporter(bar: Progress) -> Callable[[str, int, int], None]:
    """A progress bar for each part of a mirror's work."""
    tasks = {}

    def report(what: str, done: int, total: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total)
        bar.update(tasks[what], completed=done)

    return report


def show_outcomes(outcomes: list[Outcome], mark: date | None, as_json: bool) -> None:
    """What was done, day by day; exit code 1 where a day was refused."""
    if as_json:
        say(to_json({"watermark": mark, "days": outcomes}))
    else:
        for outcome in outcomes:
            say(_sentence(outcome))
            warn_of(outcome.unreadable, [f"{named.key}: {named.reason}" for named in outcome.first_unreadable])
        say(f"{len(outcomes)} days looked at. {_watermark(mark)}")
    raise typer.Exit(1 if any(outcome.did in FAILED for outcome in outcomes) else 0)


def show_status(states: list[Status], mark: date | None, as_json: bool) -> None:
    """The state of each day."""
    if as_json:
        return say(to_json({"watermark": mark, "days": states}))
    table = Table("day", "state", "raw objects", "records in Parquet")
    for state in states:
        table.add_row(
            *map(str, (state.day, state.state, state.objects, "-" if state.records is None else state.records))
        )
    tables.show(CONSOLE, table)
    say(_watermark(mark))
    return None


def warn_of(number: int, named: Iterable[str]) -> None:
    """Name the objects that hold something else than records."""
    if number:
        ERRORS.print(Text(f"{number} objects are not, or not wholly, records; they are left as they are:"))
        for line in list(named)[: compaction.SHOWN]:
            ERRORS.print(Text(f"  {tables.one_line(line)}"), soft_wrap=True)


def to_day(text: str) -> date:
    """A day as the command line writes it: 2026-11-19, `today`, `yesterday`."""
    today = datetime.now(UTC).date()
    if text in (named := {"today": today, "yesterday": today - timedelta(days=1)}):
        return named[text]
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PlaceError(f"{text!r} is not a valid day; write it like {today}, or today or yesterday") from None


def _reconcile(objects: Objects, day: date, now: datetime, kind: Kind) -> Outcome:
    outcomes = (compaction.reconcile(objects, day, now, kind) for _ in range(TRIES))
    return next((outcome for outcome in outcomes if outcome.did != "outrun"), Outcome(day, "outrun"))


def _sentence(outcome: Outcome) -> str:
    facts = f"{outcome.records} records of {outcome.objects} objects" if outcome.objects else ""
    copies = f", {outcome.duplicates} copies dropped" if outcome.duplicates else ""
    reason = f" ({outcome.reason})" if outcome.reason else ""
    return f"{outcome.day}  {outcome.did:<10}  {facts}{copies}{reason}".rstrip()


def _watermark(mark: date | None) -> str:
    return f"Compacted up to {mark}; raw after it." if mark else "Nothing is compacted yet: all is read raw."
