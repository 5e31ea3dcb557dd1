"""The commands that publish numbers with noise: parse, call one function, print."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from chalicelib.reports.periods import UnknownWeek
from sluice import files, tables
from sluice.cli.console import CONSOLE, ERRORS, AsJson, Stage, failing, say, to_json
from sluice.cli.lake import reporter
from sluice.mirror import tenant
from sluice.publishing import ledger, page, release
from sluice.publishing.errors import PublishError

commands = typer.Typer(rich_markup_mode=None)
Bucket = Annotated[str, typer.Option(help="The tenant's bucket.")]


@commands.command()
def publish(
    bucket: Bucket,
    week: Annotated[str | None, typer.Option(help="A closed week, like 2026-W10; the last one if absent.")] = None,
    out: Annotated[Path, typer.Option(help="The page; its numbers go next to it as JSON.")] = Path("published.html"),
    stage: Stage = "local",
) -> None:
    """Publish a closed week with noise, once: the page of it, and every published week's numbers as JSON.

    Example: sluice publish --bucket shop-analytics --week 2026-W10 --out published.html
    """
    with failing():
        if out.suffix != ".html":
            raise PublishError(f"the page is HTML, so --out needs a name that ends in .html, not {str(out)!r}")
        files.require_folder(out)
        place, now = tenant.find(stage, bucket), datetime.now(UTC)
        try:
            planned = release.plan(place, release.period(week, now))
        except UnknownWeek as error:
            raise PublishError(str(error)) from None
        with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
            made = release.published(place, planned, now, reporter(bar))
        weeks = [one for one in ledger.newest(tenant.own(place.settings), bucket) if one.week != made.week]
        found = page.public(sorted([*weeks, made], key=lambda one: one.since))
        files.replace(out, page.html(found, made.week).encode())
        files.replace(out.with_suffix(".json"), page.encoded(found))
        say(
            f"{out} is {made.week} as it was published at {made.at}, for {made.micro:,} millionths of ε; "
            f"{out.with_suffix('.json')} has {len(found.weeks)} week{'' if len(found.weeks) == 1 else 's'}."
        )


@commands.command()
def budget(bucket: Bucket, stage: Stage = "local", as_json: AsJson = False) -> None:
    """What each published week has spent of its budget, in millionths of ε.

    Example: sluice budget --bucket shop-analytics
    """
    with failing():
        place = tenant.find(stage, bucket)
        spending = list(ledger.spending(tenant.own(place.settings), bucket))
        if as_json:
            return say(to_json(spending))
        whole = place.allow.publish.budget if place.allow.publish else 0
        table = Table("week", "releases", "spent", "left")
        for one in spending:
            table.add_row(one.week, str(one.releases), f"{one.spent:,}", f"{max(0, whole - one.spent):,}")
        tables.show(CONSOLE, table)
    return None
