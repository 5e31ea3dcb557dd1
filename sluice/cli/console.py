"""What every command prints by: texts as they are, JSON, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from sluice.tables import Terminal, one_line, plain

Stage = Annotated[str, typer.Option(help="Stage in sluice.toml.")]
Port = Annotated[int, typer.Option(help="Port of the local server.", min=0, max=65535)]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
CONSOLE = Terminal(highlight=False)
ERRORS = Terminal(stderr=True)


@contextmanager
def failing() -> Iterator[None]:
    """Print one clear line and exit with 1, instead of a traceback, for our own errors and for AWS's."""
    try:
        yield
    except Exception as error:
        message = _explained(error)
        if message is None:
            raise
        typer.echo(plain(f"sluice: {message}"), err=True)
        raise typer.Exit(1) from None


def say(text: str) -> None:
    """Print the text as it is."""
    CONSOLE.print(Text(text), soft_wrap=True)


def to_json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode()


def _explained(error: Exception) -> str | None:
    """The message for an expected error; None for a bug."""
    # Imported only here: boto3 takes longer to import than most commands run.
    from chalicelib.lake.compaction import OpenDay
    from chalicelib.lake.objects import BrokenLake
    from chalicelib.settings import SettingsError
    from sluice.aws import AwsError, explain
    from sluice.errors import SluiceError

    if isinstance(error, (SluiceError, SettingsError, BrokenLake, OpenDay)):
        return str(error)
    if isinstance(error, AwsError):
        return explain(error)
    if isinstance(error, OSError):
        return f"{one_line(str(error.filename or 'a file'))} cannot be used: {error.strerror or error}"
    return None
