"""The commands that start a server: parse, and hand over to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Annotated, Literal

import typer

from chalicelib import settings
from sluice.cli.console import Port, Stage, failing
from sluice.local import streaming
from sluice.project import environment, folder
from sluice.project.environment import StageError

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def serve(
    stage: Stage = "local",
    host: str = "127.0.0.1",
    port: Port = 8000,
    with_dashboard: Annotated[
        int | None, typer.Option(help="Also serve the dashboard, on this port.", min=0, max=65535)
    ] = None,
    stream: Annotated[
        bool, typer.Option("--stream", help="Hold events in a stream of files first, and answer 202.")
    ] = False,
    log: Annotated[
        Literal["text", "json"], typer.Option(help="A short line for each request, or the JSON that Lambda logs.")
    ] = "text",
) -> None:
    """Serve the API on this machine, its records in the stage's store; each request is shown in one line.

    Example: sluice serve --port 8001
    """
    with failing():
        variables = environment.environment(stage)
        if stream:
            variables |= _streamed(variables, stage)
    if folder.is_built_in(stage):
        typer.echo(
            f"There is no {folder.FILE} here: this is the built-in stage, any bucket *-analytics, records under ./data."
        )
    # The server replaces this process, so that its parent can end it.
    os.execve(
        sys.executable,
        # -P: in a folder with another `chalicelib` or `app`, ours counts.
        [sys.executable, "-P", "-m", "sluice.local.server", stage, host, str(port), str(with_dashboard or ""), log],
        variables,
    )


@commands.command()
def dashboard(
    stage: Stage = "local",
    host: str = "127.0.0.1",
    port: Port = 8501,
    engine: Annotated[
        Literal["duckdb", "athena"],
        typer.Option(help="Who answers: DuckDB of the mirrors here, or Athena of the buckets."),
    ] = "duckdb",
    hash_password: Annotated[
        str | None, typer.Option(help="Make the line of this user; asks for the password.")
    ] = None,
    bucket: Annotated[list[str] | None, typer.Option(help="A bucket that this user may see; may be repeated.")] = None,
) -> None:
    """Show a stage's visits in the browser: of its folder, of the mirrors that `sluice mirror` made, or by Athena of its buckets.

    Example: sluice dashboard --stage prod --engine athena
    """
    with failing():
        if not folder.is_built_in(stage):
            folder.require()
    user = [] if hash_password is None else ["--user", hash_password]
    buckets = [argument for one in bucket or [] for argument in ("--bucket", one)]
    arguments = ["--stage", stage, "--host", host, "--port", str(port), "--engine", engine, *user, *buckets]
    os.execve(sys.executable, [sys.executable, "-P", "-m", "sluice.dashboard", *arguments], settings.environment())


def _streamed(variables: Mapping[str, str], stage: str) -> dict[str, str]:
    """The variables of a stream below the stage's folder."""
    kind, _, path = variables.get("STORE", "").partition(":")
    if kind != "dir":
        raise StageError(
            f"--stream is for a stage that stores in a folder; {stage!r} stores in S3, where Kinesis is its stream"
        )
    seconds = variables.get("FLUSH_SECONDS") or str(streaming.FLUSH_SECONDS)
    return {"STREAM": f"dir:{path}/{streaming.FOLDER}", "FLUSH_SECONDS": seconds}
