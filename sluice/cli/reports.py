"""The command that makes a tenant's report: parse, call one function, print."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from rich.progress import Progress

from chalicelib.reports import manifest
from chalicelib.reports.periods import UnknownWeek
from chalicelib.reports.sending import Outcome
from sluice import files
from sluice.cli.console import ERRORS, AsJson, Stage, failing, say, to_json
from sluice.cli.lake import reporter
from sluice.mirror.tenant import find
from sluice.questions.dialect import QueryError
from sluice.reports import dispatch, local

# What became of a report, for people.
SAID = {
    "sent": "was sent",
    "others": "is another run's, and is not sent again; its mark says",
    "refused": "was refused by SES, and may be sent again:",
    "unsure": "may have been sent or not, and is not sent again:",
}

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def report(
    bucket: Annotated[str, typer.Option(help="The tenant's bucket.")],
    week: Annotated[str | None, typer.Option(help="A week, like 2026-W10; the last whole period if absent.")] = None,
    period: Annotated[
        Literal["day", "week", "month"] | None, typer.Option(help="How long; the entry's own if absent, or a week.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A file for the HTML; the manifest goes next to it.")] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send it as the hourly job does: by the entry, and once.")
    ] = False,
    engine: Annotated[Literal["duckdb", "athena"], typer.Option(help="Who answers.")] = "duckdb",
    stage: Stage = "local",
) -> None:
    """A tenant's visitors, pages, sources, goals and access logs in one page, against the period before.

    Example: sluice report --bucket shop-analytics --week 2026-W10 --out report.html
    """
    with failing():
        _refuse(week, period, out, engine, send=send)
        place, now = find(stage, bucket), datetime.now(UTC)
        try:
            wanted = local.period(place, period, week, now)
        except UnknownWeek as error:
            raise QueryError(str(error)) from None
        if send:
            return _show(dispatch.send(place, wanted, now))
        with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
            answering = local.by_duckdb(place, reporter(bar)) if engine == "duckdb" else local.by_athena(place)
            made = local.made(place, wanted, now, answering)
        if out is None:
            return say(made.mail.text)
        files.replace(out, made.mail.html.encode())
        files.replace(out.with_suffix(".json"), manifest.encoded(made.manifest).encode())
    return say(
        f"{out} is the report of {wanted.since} to {wanted.until} ({place.zone}); {out.with_suffix('.json')} is its manifest."
    )


# What became of an object that a report was made of, for people.
WHY = {
    "bare": "has no addresses' hashes any more (ip_days); nothing else was changed",
    "erased": "was made again without people who were erased",
    "deleted": "was deleted (raw_days); the day's Parquet has its events",
    "rewritten": "was made again, with events that came late or columns that are new",
    "gone": "is gone",
}


@commands.command("report-sources")
def report_sources(
    bucket: Annotated[str, typer.Option(help="The tenant's bucket.")],
    manifest_file: Annotated[Path, typer.Option("--manifest", help="The manifest of a report: report.json.")],
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """What has become of the objects that a report was made of: whether it can be made again, and what has changed since.

    Example: sluice report-sources --bucket shop-analytics --manifest report.json
    """
    with failing():
        try:
            said = manifest.decoded(manifest_file.read_bytes())
        except msgspec.MsgspecError as error:
            raise QueryError(f"{manifest_file} is not the manifest of a report: {error}") from None
        if said.bucket != bucket:
            raise QueryError(f"{manifest_file} is of {said.bucket}; say --bucket {said.bucket}")
        found = manifest.changes(said, find(stage, bucket).objects())
    if as_json:
        say(to_json(found))
    else:
        for change in found:
            say(f"{change.key} {WHY[change.why]}")
        say(f"{len(found)} of {len(said.objects)} objects are not as the report read them.")
    raise typer.Exit(1 if any(change.why == "gone" for change in found) else 0)


def _refuse(week: str | None, period: str | None, out: Path | None, engine: str, *, send: bool) -> None:
    """Refuse what does not go together."""
    if week is not None and period not in (None, "week"):
        raise QueryError(f"--week names a week, and --period a {period}; give one of them")
    if out is not None and out.suffix != ".html":
        raise QueryError(f"the report is HTML, so --out needs a name that ends in .html, not {str(out)!r}")
    if send and (out is not None or engine == "duckdb"):
        raise QueryError("--send asks Athena and writes no file; give --engine athena with it, and no --out")


def _show(outcome: Outcome) -> None:
    said = f"{SAID[outcome.did]} {outcome.reason}".strip()
    say(f"The report of {outcome.bucket}, {outcome.period}, {said}.")
    raise typer.Exit(0 if outcome.did == "sent" else 1)
