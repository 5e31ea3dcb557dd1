"""The commands of the token vault: parse, call one function, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluice.cli.console import AsJson, Stage, failing, say, to_json
from sluice.project import config
from sluice.vault import opening, revealing

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="The token vault: values that an entry's events have tokens of.")
commands.add_typer(group, name="vault")


@group.command()
def init(stage: Stage = "local") -> None:
    """Make the keys of a local stage's vault, under a passphrase: SLUICE_VAULT_PASSPHRASE, or the one that you type.

    Only `sluice vault reveal` asks for it again; nobody can open the vault without it. In AWS the stack has the keys.

    Example: sluice vault init
    """
    with failing():
        say(f"{opening.make(config.given(stage), opening.asked)}: made")


@group.command()
def reveal(
    bucket: Annotated[str, typer.Option(help="The tenant's bucket, whole.")],
    reason: Annotated[str, typer.Option(help="Why; the audit trail keeps it.")],
    tokens: Annotated[list[str] | None, typer.Argument(help="Tokens of the vault.")] = None,
    file: Annotated[Path | None, typer.Option("--from", help="A file with a token in each line.")] = None,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """The values of tokens, each after its row in the stage's audit trail: who, which token, and why.

    Several are printed each behind its token. Where one is not there or was changed, none is printed.

    Example: sluice vault reveal tok_id1_abcdefghijklmnopabcdefghijklmnop --bucket shop-analytics --reason "ticket 4711"
    """
    with failing():
        listed = [*(tokens or []), *(revealing.listed(file) if file else [])]
        found = revealing.reveal(config.given(stage), bucket, listed, reason)
    if as_json:
        say(to_json(found))
    elif len(found) == 1:
        say(*found.values())
    else:
        for token, value in found.items():
            say(f"{token} {value}")
