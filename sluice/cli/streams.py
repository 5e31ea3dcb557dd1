"""The commands of a stage's stream: parse, call one function, print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from chalicelib.days import iso
from sluice import aws, tables
from sluice.cli.console import CONSOLE, AsJson, Stage, failing, say, to_json
from sluice.cloud import releasing, waiting
from sluice.cloud.releasing import StreamError
from sluice.cloud.waiting import Kept, State, Waits
from sluice.project import config

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="What a stage's stream holds, and what waits behind it.")
commands.add_typer(group, name="stream")
BY_ITSELF = "The local server itself puts what its stream holds, within seconds: there is nothing to do by hand."


@group.command()
def status(stage: Stage = "local", as_json: AsJson = False) -> None:
    """What was accepted and is in no tenant's bucket yet. Exits with 0 where that is nothing, else with 1.

    Example: sluice stream status --stage prod
    """
    with failing():
        chosen = config.load().stage(stage)
        found = waiting.state(chosen, aws.client) if chosen.is_deployed else None
    if as_json:
        say(to_json(found))
    elif found is None:
        say(f"{stage} has no stream in AWS." if chosen.is_deployed else BY_ITSELF)
    elif not found.left:
        say(f"{found.stream} is empty, and nothing waits behind it.")
    else:
        _show(found, stage)
    raise typer.Exit(1 if found is not None and found.left else 0)


@group.command()
def release(stage: Stage = "local", as_json: AsJson = False) -> None:
    """Try everything that is parked now. Exits with 1 where some of it still is.

    Example: sluice stream release --stage prod
    """
    with failing():
        chosen = config.load().stage(stage)
        said = releasing.release(chosen, aws.patient) if chosen.is_deployed else None
    if said is None:
        say(BY_ITSELF)
        return
    if as_json:
        say(to_json(said))
    else:
        say(f"{said['released']} objects released, {said['parked']} still parked.")
        for bucket, cause in said["causes"].items():
            say(f"  {bucket}: {cause}")
    raise typer.Exit(1 if said["parked"] else 0)


@group.command()
def replay(
    since: Annotated[str, typer.Option("--from", help="A time with its zone, at most 24 hours ago.")],
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Put what came into the stream since then once more. What is there already stays one event.

    Example: sluice stream replay --from 2026-11-28T14:00:00Z --stage prod
    """
    with failing():
        moment, chosen = _moment(since), config.load().stage(stage)
        if not chosen.is_deployed:
            say(BY_ITSELF)
            return
        total: dict[str, Any] = {}
        for said in releasing.replay(chosen, moment, datetime.now(UTC), aws.patient):
            total = {name: total.get(name, 0) + number for name, number in said.items()}
            if not as_json:
                say(", ".join(f"{number} {name}" for name, number in total.items()))
    if as_json:
        say(to_json(total))


def _moment(given: str) -> datetime:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise StreamError(f"--from {given!r} is not a time; write it like 2026-11-28T14:00:00Z") from None
    if found.tzinfo is None:
        raise StreamError(f"--from {given} has no time zone; {given}Z is UTC's")
    return found


def _show(found: State, stage: str) -> None:
    table = Table("what", "where", "number", "oldest")

    def row(what: str, where: str, waits: Waits, number: str | None = None) -> None:
        if waits.number:
            table.add_row(what, where, number or str(waits.number), iso(waits.oldest) if waits.oldest else "")

    for shard, waits in found.unread.items():
        row("unread messages", shard, waits, waiting.said(waits.number))
    row("gathered batches", "", found.kept.gathered)
    for bucket, waits in sorted(found.kept.parked.items()):
        row("parked objects", bucket, waits)
    row("unreadable messages", "", found.kept.unreadable)
    row("batches given up", "", found.kept.given_up)
    tables.show(CONSOLE, table)
    for line in _advice(found.kept, stage):
        say(line)


def _advice(kept: Kept, stage: str) -> list[str]:
    """What to do about what does not go by itself."""
    said = []
    if kept.parked:
        said.append(
            f"What is parked is tried every ten minutes; when its bucket is well: sluice stream release --stage {stage}"
        )
    if kept.given_up.number:
        said.append(
            "What was given up is tried with what is parked; a batch that stays below aws/lambda/ cannot be read."
        )
    if kept.unreadable.number:
        said.append(
            "What cannot be read is below parked/_unreadable/: none of it is Sluice's; look at it, and delete it."
        )
    return said
