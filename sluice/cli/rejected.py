"""The commands of what was refused: parse, call one function, print."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer
from rich.table import Table

from chalicelib.lake import tombstones
from sluice import tables
from sluice.cli.console import CONSOLE, AsJson, Stage, failing, say, to_json
from sluice.imports import rejected
from sluice.imports.logfiles import ImportProblem
from sluice.imports.rejected import Replayed
from sluice.mirror import tenant
from sluice.project import environment
from sluice.tables import one_line

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="Events that were refused, of entries with keep_rejected.")
commands.add_typer(group, name="rejected")
Bucket = Annotated[str, typer.Option(help="The tenant's bucket.")]


@group.command()
def summary(bucket: Bucket, stage: Stage = "local", as_json: AsJson = False) -> None:
    """How many events were refused, by reason and field, in the last 30 days.

    Example: sluice rejected summary --bucket shop-analytics --stage prod
    """
    with failing():
        found = rejected.summary(tenant.objects(environment.load(stage), bucket))
    if as_json:
        say(to_json(found))
        return
    if not found:
        say("Nothing is kept. Entries with keep_rejected = true in sluice.toml keep what is refused.")
        return
    table = Table("reason", "field", "refused", "kept", "first", "last")
    for one in found:
        table.add_row(one.reason, one.field or "", str(one.refused), str(one.kept), one.first, one.last)
    tables.show(CONSOLE, table)


@group.command()
def show(
    bucket: Bucket,
    reason: Annotated[str | None, typer.Option(help="One reason alone.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 20,
    stage: Stage = "local",
) -> None:
    """The refused events themselves, a line of JSON each, without personal data.

    Example: sluice rejected show --bucket shop-analytics --reason InvalidField --stage prod
    """
    with failing():
        for number, line in enumerate(rejected.lines(tenant.objects(environment.load(stage), bucket), reason)):
            if number == limit:
                break
            say(one_line(msgspec.json.encode(line.kept).decode()))


@group.command()
def replay(
    bucket: Bucket,
    reason: Annotated[str, typer.Option(help="The reason that is gone.")],
    sets: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE: a field that each event gets; may be repeated.")
    ] = None,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Store what was refused for a reason that is gone. It can be stopped and run again: nothing is stored twice.

    Example: sluice rejected replay --bucket shop-analytics --reason MissingField --set eventType=page_view --stage prod
    """
    with failing():
        settings = environment.load(stage)
        objects = tenant.objects(settings, bucket)
        erased = tombstones.load(objects, lambda: tombstones.secret_of(tenant.own(settings)))
        done = rejected.replay(bucket, settings, objects, reason, dict(map(_change, sets or [])), erased)
    say(to_json(done) if as_json else _said(done, bucket))
    raise typer.Exit(1 if done.refused else 0)


def _change(given: str) -> tuple[str, Any]:
    name, is_set, value = given.partition("=")
    if not (name and is_set):
        raise ImportProblem(f"--set {given!r} sets nothing; write NAME=VALUE, for example eventType=page_view")
    return name, value


def _said(done: Replayed, bucket: str) -> str:
    refused = done.refused.total()
    said = [
        f"{done.stored} stored, {done.duplicates} there already, {refused} refused again, {done.cut} not whole and left."
    ]
    said += [f"  {number} refused: {one_line(why)}" for why, number in done.refused.most_common(10)]
    if done.stored:
        said.append(f"Days that are compacted already take them by: sluice reconcile --bucket {bucket}")
    return "\n".join(said)
