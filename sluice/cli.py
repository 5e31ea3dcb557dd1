"""The commands: parse, call one function, print."""

from __future__ import annotations

import typer

main = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Sluice: events go in, the tenant's bucket has them."
)


@main.callback()
def sluice() -> None:
    """Sluice: events go in, the tenant's bucket has them."""
