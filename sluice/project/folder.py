"""The project's folder: the one with sluice.toml, in which the commands run."""

from __future__ import annotations

from pathlib import Path

from chalicelib.settings import LOCAL
from sluice.errors import SluiceError

FILE = Path("sluice.toml")
CONFIG = Path(".chalice") / "config.json"


class ConfigError(SluiceError):
    """There is no sluice.toml, or it has a mistake; then the message is `file:line: what is wrong and what to write`."""


def require() -> None:
    """Refuse, with ConfigError, to work where there is no project."""
    if not FILE.is_file():
        raise ConfigError(absent())


def is_built_in(stage: str) -> bool:
    """Whether this is the local stage that any folder has which is not a project."""
    return stage == LOCAL and not FILE.exists() and not CONFIG.exists()


def absent() -> str:
    """What to say where there is no project: where the next one above is, if there is one."""
    above = next((folder for folder in Path.cwd().parents if (folder / FILE).is_file()), None)
    return f"there is no {FILE} here; run sluice in the project's folder" + (f": cd {above}" if above else "")
