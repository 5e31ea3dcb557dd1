"""The commands' table of contents: which module each is in, imported when the command is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from chalicelib import __version__

# A module for each command: DuckDB, the SQL parser and boto3 take a second to import, and no command needs them all.
MODULES = {
    **dict.fromkeys(("serve", "dashboard"), "servers"),
    **dict.fromkeys(("demo", "import"), "events"),
    **dict.fromkeys(("allow", "key", "policy", "geo", "sync", "tenants", "doctor"), "stage"),
    "cost": "bill",
    **dict.fromkeys(("query", "athena"), "questions"),
    "anomalies": "anomalies",
    "report": "reports",
    "report-sources": "reports",
    **dict.fromkeys(("publish", "budget"), "publishing"),
    "learn": "learning",
    "sql": "sql",
    "access": "access_logs",
    "rejected": "rejected",
    "stream": "streams",
    "collect": "collecting",
    "audit": "audit",
    "privacy": "privacy",
    "vault": "vault",
    "person": "person",
    "logs": "service_logs",
    **dict.fromkeys(("compact", "reconcile", "mirror"), "lake"),
    "unload": "unload",
}


class _Commands(Mapping[str, Any]):
    """The commands by name."""

    def __getitem__(self, name: str) -> Any:
        module = import_module(f"sluice.cli.{MODULES[name]}")
        return get_group(module.commands).commands[name]

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


class Group(TyperGroup):
    """The group of all commands."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()  # type: ignore[assignment]


main = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"sluice {__version__}")
        raise typer.Exit


@main.callback()
def sluice(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Events go in, each tenant's own bucket has them."""


if __name__ == "__main__":
    main()
