"""What every command prints by: texts as they are, JSON, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from sluice.project.config import ConfigError

CONSOLE = Console(highlight=False)
ERRORS = Console(stderr=True)


@contextmanager
def failing(errors: tuple[type[Exception], ...] = (ConfigError,)) -> Iterator[None]:
    """One clear line and exit code 1 in place of a traceback, for a wrong or missing sluice.toml, or for these errors."""
    try:
        yield
    except errors as error:
        typer.echo(f"sluice: {error}", err=True)
        raise typer.Exit(1) from None


def say(text: str) -> None:
    """Print the text as it is."""
    CONSOLE.print(Text(text), soft_wrap=True)


def to_json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode()
