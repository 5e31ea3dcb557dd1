"""The commands of CloudFront's access logs: parse, call one function, print."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.progress import Progress

from sluice.cli.console import ERRORS, AsJson, Stage, failing, say, to_json
from sluice.imports import access_logs
from sluice.imports.access_logs import Summary
from sluice.mirror import tenant
from sluice.project import environment
from sluice.tables import one_line

# The words for each count, in the order in which they are printed.
SAID = {
    "moved": "moved",
    "there": "there already",
    "foreign": "with a foreign name",
    "unknown": "of unknown distributions",
    "others": "of other tenants",
    "gone": "gone meanwhile",
    "unreadable": "unreadable",
    "taken": "whose place has another file",
}

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="CloudFront's access logs.")
commands.add_typer(group, name="access")


@group.command()
def sync(
    bucket: Annotated[str, typer.Option(help="The tenant's bucket.")],
    place: Annotated[str, typer.Option("--from", help="A folder, or s3://bucket/prefix.")],
    delete: Annotated[
        bool, typer.Option("--delete", help="Delete each file once what was stored is verified.")
    ] = False,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Clean CloudFront's log files of a tenant's distributions into its bucket, by day. It can be stopped and run again.

    Example: sluice access sync --bucket shop-analytics --from s3://shop-logs/cdn/ --stage prod
    """
    with failing(), Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
        settings = environment.load(stage)
        summary = access_logs.sync(
            place,
            bucket,
            settings,
            tenant.objects(settings, bucket),
            datetime.now(UTC),
            delete=delete,
            shown=lambda keys: bar.track(keys, description="Files"),
        )
    say(to_json(summary) if as_json else _said(summary))
    raise typer.Exit(1 if summary.is_fault else 0)


def _said(summary: Summary) -> str:
    counted = [f"{summary.files[did]} {words}" for did, words in SAID.items() if summary.files[did]]
    lines = [f"{summary.files.total()} files: {', '.join(counted) or 'none to move'}; {summary.deleted} deleted."]
    if summary.files["moved"] and summary.lines + summary.malformed:
        lines.append(
            f"{summary.lines} lines cleaned, {summary.unhashed} of them of days whose salt is forgotten and so without a "
            f"hash; {summary.malformed} malformed and left out."
        )
    lines += [f"  left: {one_line(one.file)}: {one.reason}" for one in summary.left]
    return "\n".join(lines)
