"""The commands of the audit trail: parse, call one function, print."""

from __future__ import annotations

import re
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from chalicelib.audit import trail
from chalicelib.audit.rows import Head
from sluice import tables
from sluice.cli.console import CONSOLE, AsJson, Stage, failing, say, to_json
from sluice.project import audit, config
from sluice.tables import one_line

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="The stage's audit trail: who did what, and whether anyone changed it.")
commands.add_typer(group, name="audit")


@group.command()
def show(
    stage: Stage = "local",
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest rows.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest rows of the trail, the oldest of them first.

    Example: sluice audit show --stage prod
    """
    with failing():
        rows = list(trail.read(audit.required(config.given(stage))))[-limit:]
    if as_json:
        say(to_json(rows))
        return
    table = Table("row", "time", "actor", "action", "subject", "details")
    for row in rows:
        details = one_line(msgspec.json.encode(row.details).decode())
        table.add_row(str(row.seq), row.time, one_line(row.actor), row.action, row.subject, details)
    tables.show(CONSOLE, table)


@group.command()
def verify(
    stage: Stage = "local",
    head: Annotated[
        list[str] | None, typer.Option(help="ROW:HASH, a head that you kept elsewhere; may be repeated.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Whether a row was changed, removed, moved or replaced, or the end cut off (exit code 1).

    Keep the head that it prints somewhere else, and give it to the next look with --head: nobody who can write in the
    account can then cut or replace the trail up to there without being found.

    Example: sluice audit verify --stage prod --head 41:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    """
    with failing():
        found = audit.verify(config.given(stage), [_head(one) for one in head or []])
    if as_json:
        say(to_json(asdict(found) | {"head": msgspec.to_builtins(found.head)}))
    else:
        for finding in found.findings:
            say(one_line(finding))
        say(f"{len(found.findings)} findings in {found.rows} rows.")
        if found.unremembered:
            say(f"The newest {found.unremembered} are remembered nowhere else: cut off, nobody would miss them.")
        if found.head:
            say(f"Keep this elsewhere: --head {found.head.seq}:{found.head.hash}")
    raise typer.Exit(1 if found.findings else 0)


@group.command()
def note(
    action: Annotated[str, typer.Argument(help="What was done, two words with a dot: users.changed.")],
    subject: Annotated[str, typer.Argument(help="What it was done to: a bucket, a file, a stage. No person's id.")],
    why: Annotated[str, typer.Option(help="Why, in a few words, without personal data.")],
    file: Annotated[
        Path | None, typer.Option(help="A file as it is now: its SHA-256 goes into the row, and nothing else of it.")
    ] = None,
    stage: Stage = "local",
) -> None:
    """Add a row for what no command does, for example a change of the dashboard's users.

    Example: sluice audit note users.changed users.toml --file users.toml --why "two analysts joined" --stage prod
    """
    with failing():
        chosen = config.given(stage)
        details = {"why": why} | ({"sha256": sha256(file.read_bytes()).hexdigest()} if file else {})
        row = trail.Trail(audit.required(chosen), audit.actor(chosen)).append(action, subject, details)
    say(f"Row {row.seq} is in the trail.")


def _head(given: str) -> Head:
    found = re.fullmatch(r"([1-9][0-9]{0,8}):([0-9a-f]{64})", given)
    if found is None:
        raise audit.NoTrail(
            f"--head {one_line(given)!r} is not a row's number and hash, as `sluice audit verify` prints them"
        )
    return Head(int(found[1]), found[2])
