"""The commands of a collector: parse, call one function, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from sluice.cli.console import Port, failing, say
from sluice.collecting import tokens

commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(rich_markup_mode=None)
commands.add_typer(group, name="collect")

Key = Annotated[Path, typer.Option(help="The file of the key for tokens.")]
Folder = Annotated[Path, typer.Option("--queue", help="The folder in which events wait.")]
KEY, QUEUE = Path("collect.key"), Path("queue")


@group.callback(invoke_without_command=True)
def collect(
    context: typer.Context,
    to: Annotated[str | None, typer.Option(help="The address of the stage's API.")] = None,
    token: Annotated[
        list[str] | None,
        typer.Option(help="A field to replace by a token: userId, sessionId or metadata.NAME; may be repeated."),
    ] = None,
    key: Key = KEY,
    folder: Folder = QUEUE,
    host: str = "127.0.0.1",
    port: Port = 8010,
    backend_key: Annotated[
        Path | None, typer.Option(help="The file of the bucket's key, for events with clientAddress, and for --sample.")
    ] = None,
    sample: Annotated[
        float,
        typer.Option(min=0.0001, max=1, help="The share of sessions that is sent; each event says what it counts as."),
    ] = 1,
    log: Annotated[Literal["text", "json"], typer.Option(help="A short line for each request, or JSON.")] = "text",
) -> None:
    """Take events next to an application, replace fields by tokens, and send them to a stage; nothing is lost meanwhile.

    Example: sluice collect --to https://stats.example.org --token userId --token metadata.email
    """
    if context.invoked_subcommand is not None:
        return
    if to is None:
        raise typer.BadParameter("name the stage's API, like --to https://stats.example.org")
    from sluice.collecting import collector  # takes longer to import than the other commands run

    with failing():
        collector.collect(collector.Options(to, token or [], key, folder, host, port, backend_key, log, sample))


@group.command(name="key")
def new_key(key: Key = KEY) -> None:
    """Make a key for tokens, in a file that you alone can read. Keep a copy: another key makes other tokens.

    Example: sluice collect key --key collect.key
    """
    with failing():
        tokens.make_key(key)
    say(f"{key} has a new key.")


@group.command()
def token(bucket: Annotated[str, typer.Option(help="The bucket of the events.")], key: Key = KEY) -> None:
    """Print the token of each line of standard input.

    Example: echo u-81 | sluice collect token --bucket shop-analytics
    """
    with failing():
        made = tokens.Tokens(tokens.read_key(key))
        for number, line in enumerate(sys.stdin.buffer, start=1):
            try:
                text = line.decode()
            except UnicodeDecodeError:
                raise tokens.CollectError(f"line {number} of standard input is not UTF-8") from None
            say(made.token(bucket, text.removesuffix("\n").removesuffix("\r")))


@group.command()
def retry(folder: Folder = QUEUE) -> None:
    """Queue again what the stage has refused, once its reason is gone; a collector that runs sends it.

    Example: sluice collect retry --queue queue
    """
    from sluice.collecting import queue

    with failing():
        number = queue.retry(folder)
    say("1 event is queued again." if number == 1 else f"{number} events are queued again.")
