"""The operator's commands: parse, call one function, print."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from chalicelib.tracking import keys
from sluice import tables
from sluice.access import identifying, lint
from sluice.cli.console import CONSOLE, AsJson, Stage, failing, say, to_json
from sluice.cloud import city_database, generated
from sluice.doctor import findings
from sluice.doctor import stage as examination
from sluice.project import config, folder
from sluice.project import entries as allow
from sluice.project import identify as tenants_key
from sluice.project import tenants as tenancy

HERE = Path()

commands = typer.Typer(rich_markup_mode=None)
allow_commands = typer.Typer(no_args_is_help=True, help="Entries of a stage's allowlist, in sluice.toml.")
policy_commands = typer.Typer(no_args_is_help=True, help="The generated IAM policies.")

key_commands = typer.Typer(
    no_args_is_help=True,
    help="Keys of backends that say their clients' addresses, and of tenants whose ids are hashed.",
)
geo_commands = typer.Typer(no_args_is_help=True, help="The City database, which gives locations.")
for group, name in (
    (allow_commands, "allow"),
    (key_commands, "key"),
    (policy_commands, "policy"),
    (geo_commands, "geo"),
):
    commands.add_typer(group, name=name)

Bucket = Annotated[str, typer.Argument(help="A bucket, or a pattern with one or two *.")]


@key_commands.command()
def new() -> None:
    """A new key, shown once, and the line of it for the entry in sluice.toml.

    Example: sluice key new
    """
    key, listed = keys.new()
    say(f"{key}\n")
    say("Keep it where your backend has its secrets; nobody can show it again. Add it to the entry in sluice.toml:\n")
    say(f'keys = ["{listed}"]')


@key_commands.command()
def identify(
    bucket: Annotated[str, typer.Option(help="The tenant's bucket, whole.")],
    stage: Stage = "local",
) -> None:
    """Make the tenant's own key, under which its ids are hashed with identify = "tenant", where there is none.

    Example: sluice key identify --stage prod --bucket shop-analytics
    """
    with failing():
        chosen = config.given(stage)
        policy = identifying.key_policy(chosen)
        made = tenants_key.make(chosen, bucket, policy)
        say(f"{made.place}: {'made' if made.is_new else 'it is there already; nothing was changed'}")


@allow_commands.command("list")
def list_(stage: Stage = "local", as_json: AsJson = False) -> None:
    """The entries of a stage.

    Example: sluice allow list --stage prod
    """
    with failing():
        entries = config.load().stage(stage).entries
    if as_json:
        lists = ({"origins": sorted(one.origins), "sites": sorted(one.sites)} for one in entries)
        say(
            to_json(
                [{"bucket": one.bucket, "owner": one.owner, **more} for one, more in zip(entries, lists, strict=True)]
            )
        )
        return
    table = Table("bucket", "account", "origins", "sites")
    for one in entries:
        origins = ", ".join(sorted(one.origins)) or "the stage's"
        table.add_row(one.bucket, one.owner or "the stage's", origins, ", ".join(sorted(one.sites)))
    tables.show(CONSOLE, table)


@allow_commands.command()
def check(bucket: Annotated[str, typer.Argument(help="A bucket's whole name.")], stage: Stage = "local") -> None:
    """Which entry admits a bucket, or why none does (exit code 1).

    Example: sluice allow check shop-analytics --stage prod
    """
    with failing():
        admitted, reason = allow.verdict(config.load().stage(stage), bucket)
    say(reason)
    raise typer.Exit(0 if admitted else 1)


@allow_commands.command()
def add(
    bucket: Bucket,
    stage: Stage = "local",
    origin: Annotated[list[str] | None, typer.Option(help="An origin that alone may send; may be repeated.")] = None,
    owner: Annotated[str | None, typer.Option(help="The bucket's account, where it is not the stage's.")] = None,
) -> None:
    """Add an entry to sluice.toml, and show what `sluice sync` would change.

    Example: sluice allow add shop-analytics-prod --stage prod --origin https://shop.example
    """
    with failing():
        _save(allow.add(config.FILE, stage, bucket, origins=origin or [], owner=owner), stage)


@allow_commands.command()
def remove(bucket: Bucket, stage: Stage = "local") -> None:
    """Take an entry out of sluice.toml, and show what `sluice sync` would change. The bucket and its records stay.

    Example: sluice allow remove shop-analytics-prod --stage prod
    """
    with failing():
        _save(allow.remove(config.FILE, stage, bucket), stage)


@commands.command()
def sync(
    stage: Annotated[str | None, typer.Option(help="One stage alone; all where not given.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 where a file is stale.")] = False,
) -> None:
    """Write what follows from sluice.toml, and show it as a diff.

    Example: sluice sync --stage prod
    """
    with failing():
        changed = generated.changes(config.load(), HERE, stage)
        show_diff(generated.diff(changed, HERE))
        if not check:
            generated.apply(changed, HERE)
    if not changed:
        say("Everything is as sluice.toml says.")
    elif check:
        say(f"{len(changed)} files are not as sluice.toml says; run `sluice sync`.")
        raise typer.Exit(1)
    else:
        say(f"{len(changed)} files written.")


@policy_commands.command("lint")
def lint_(as_json: AsJson = False) -> None:
    """What is wrong with the policies under policies/: our own rules, and parliament's (exit code 1).

    Example: sluice policy lint
    """
    with failing():
        folder.require()
        findings = lint.lint_folder(HERE / "policies")
    if as_json:
        say(to_json([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            say(f"policies/{finding.file}: {finding.rule}: {finding.message}")
        say(f"{len(findings)} findings in {len(list((HERE / 'policies').rglob('*.json')))} policies.")
    raise typer.Exit(1 if findings else 0)


@commands.command()
def tenants(stage: Stage = "local", as_json: AsJson = False) -> None:
    """The buckets that the stage's allowlist admits, with entry, region and last event (exit code 1 for a fault).

    Example: sluice tenants --stage prod
    """
    with failing():
        found = tenancy.survey(config.load().stage(stage))
    if as_json:
        say(to_json(found))
    elif not found:
        say("No tenant's bucket is there yet; the first event makes a local one.")
    else:
        tables.show(CONSOLE, tenancy.table(found))
    raise typer.Exit(1 if tenancy.faults(found) else 0)


@commands.command()
def doctor(
    stage: Stage = "local",
    endpoint: Annotated[str | None, typer.Option(help="The API's address, if no stack has it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check whether a stage and its tenants' buckets match sluice.toml, and say how to fix what does not.

    Exit code 1 where something is at fault, else 2 where something could not be checked.

    Example: sluice doctor --stage prod
    """
    with failing():
        found = examination.examine(config.load().stage(stage), datetime.now(UTC), endpoint=endpoint)
    if as_json:
        say(findings.as_json(found))
    else:
        tables.show(CONSOLE, findings.table(found))
    raise typer.Exit(findings.exit_code(found))


@geo_commands.command()
def install(file: Annotated[Path, typer.Argument(help="GeoLite2-City.mmdb, or MaxMind's tar.gz with it.")]) -> None:
    """Put a City database where Chalice packages it, once it is known to be one.

    Example: sluice geo install GeoLite2-City_20260101.tar.gz
    """
    with failing():
        folder.require()
        say(city_database.describe(city_database.install(file, datetime.now(UTC))))


def show_diff(text: str) -> None:
    """A diff, in colour on a terminal."""
    if text:
        CONSOLE.print(Syntax(text, "diff", word_wrap=True) if CONSOLE.is_terminal else Text(text), soft_wrap=True)


def _save(edited: config.Config, stage: str) -> None:
    """Write sluice.toml once it is known that everything follows from it."""
    changed = generated.changes(edited, HERE, stage)
    generated.replace(config.FILE, edited.text)
    show_diff(generated.diff(changed, HERE))
    say("sluice.toml is written; `sluice sync` writes the rest.")
