"""The commands of privacy: parse, call one function, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from sluice import tables
from sluice.cli.console import CONSOLE, AsJson, Stage, failing, say, to_json
from sluice.errors import SluiceError
from sluice.tables import one_line

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(
    no_args_is_help=True, help="What is kept of people: the data map, and a scan for what should not be there."
)
commands.add_typer(group, name="privacy")


@group.command("map")
def show_map(
    check: Annotated[bool, typer.Option("--check", help="Only say where the map and the code differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every field that is stored, logged, mailed or sent: its class, how long it stays, who may read it.

    Example: sluice privacy map --check
    """
    from sluice.privacy import datamap
    from sluice.project import folder

    with failing():
        folder.require()
        forms = datamap.load()
        problems = _differing(forms) if check else []
    for problem in problems:
        say(problem)
    if check:
        say(
            f"{datamap.FILE}: {len(problems)} problems"
            if problems
            else f"{datamap.FILE}: {len(forms)} forms, as the code has them"
        )
        raise typer.Exit(1 if problems else 0)
    if as_json:
        say(to_json(forms))
        return
    table = Table("form", "class", "fields", "purpose", "kept", "read by")
    for name, form in forms.items():
        for one in datamap.groups(form, forms):
            row = (
                one.kind,
                ", ".join(one.names),
                one.purpose,
                one.kept or datamap.kept(form),
                one.readers or datamap.readers(form),
            )
            table.add_row(name, *row)
    tables.show(CONSOLE, table)


@group.command("scan")
def look_for(
    bucket: Annotated[str | None, typer.Option(help="The tenant's bucket, or the stage's own.")] = None,
    local: Annotated[Path | None, typer.Option(help="A file or a folder on this machine.")] = None,
    sample: Annotated[
        int, typer.Option(min=0, help="Objects below each prefix, or files of each folder; 0 for all.")
    ] = 200,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Look for addresses, email addresses, phone and card numbers, IBANs and tokens. Says where, never what.

    The exit code is 1 where something was found, and 2 where nothing was and something could not be read.

    Example: sluice privacy scan --bucket shop-analytics --stage prod
    """
    from sluice.mirror import tenant
    from sluice.privacy import scan
    from sluice.project import environment

    with failing():
        if (bucket is None) == (local is None):
            raise SluiceError("name one of both: --bucket B, or --local FILE|FOLDER")
        if local is not None:
            objects = scan.of_path(local, sample)
        else:
            settings = environment.load(stage)
            prefixes = scan.OF_STAGE if bucket == settings.stage_bucket else scan.OF_TENANT
            objects = scan.of_bucket(tenant.objects(settings, bucket or ""), sample, prefixes)
        done = scan.scan(objects)
        if not done.objects:  # a name that is written wrong would look clean
            raise scan.NothingThere(f"{bucket or local} holds nothing that could be scanned")
    if as_json:
        say(to_json(done))
    else:
        _show(done)
    raise typer.Exit(1 if done.rows else 2 if done.unread else 0)


def _differing(forms: object) -> list[str]:
    from sluice.privacy import datamap, emitted, source

    try:
        return list(datamap.problems(forms, emitted.FORMS))  # type: ignore[arg-type]
    except source.Unknown as error:
        return [str(error)]


def _show(done: object) -> None:
    from sluice.privacy.scan import Scan

    assert isinstance(done, Scan)
    if done.rows:
        table = Table("place", "field", "kind", "found", "of", "share", "looks like")
        for one in done.rows:
            said = (one.place, one.field, one.kind, str(one.found), str(one.looked_at), f"{one.share:.2%}", one.example)
            table.add_row(*map(one_line, said))
        tables.show(CONSOLE, table)
    for named in done.unread:
        say(one_line(f"not read: {named}"))
    found = "" if done.rows else "nothing found in "
    say(f"{found}{done.values} values of {done.objects} objects")
