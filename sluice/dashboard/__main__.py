"""`python -m sluice.dashboard`: serve the dashboard, or make a line for the file of its users. `sluice dashboard` calls it."""

from __future__ import annotations

from typing import Annotated

import typer

from sluice.analysis import engines, viewers
from sluice.dashboard.server import start
from sluice.errors import SluiceError


def main(
    stage: str = "local",
    host: str = "127.0.0.1",
    port: int = start.PORT,
    engine: Annotated[str, typer.Option(help="Who answers: duckdb or athena.")] = engines.DUCKDB,
    user: Annotated[str | None, typer.Option(help="Print a line for this user instead; asks for the password.")] = None,
    bucket: Annotated[list[str] | None, typer.Option(help="A bucket or pattern that the user may see.")] = None,
) -> None:
    """Serve the dashboard of a stage, or make a user's line."""
    try:
        if user is not None:
            password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
            typer.echo(viewers.line(user, password, tuple(bucket or ())))
        else:
            start.run(stage, host, port, engine)
    except SluiceError as error:
        typer.echo(f"sluice: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
