"""What every command prints by: texts as they are, JSON, and errors in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from chalicelib.lake.compaction import BrokenWatermark, OpenDay
from chalicelib.settings import SettingsError
from sluice.aws import AwsError, told
from sluice.errors import SluiceError

# Of chalicelib, which knows nothing of the command line, the errors that a person can do something about.
OURS = (SluiceError, SettingsError, BrokenWatermark, OpenDay)
CONSOLE = Console(highlight=False)
ERRORS = Console(stderr=True)


@contextmanager
def failing() -> Iterator[None]:
    """One clear line and exit code 1 in place of a traceback: for every error of ours, and for what AWS refuses."""
    try:
        yield
    except OURS as error:
        said = str(error)
    except AwsError as error:
        said = told(error)
    except OSError as error:
        said = f"{error.filename or 'a file'} cannot be used: {error.strerror or error}"
    else:
        return
    typer.echo(f"sluice: {said}", err=True)
    raise typer.Exit(1)


def say(text: str) -> None:
    """Print the text as it is."""
    CONSOLE.print(Text(text), soft_wrap=True)


def to_json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value)).decode()
