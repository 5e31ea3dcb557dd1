"""The stages of the project in the current directory: what `.chalice/config.json` gives each as its environment."""

from __future__ import annotations

from pathlib import Path

import msgspec

from chalicelib import settings
from chalicelib.settings import Settings
from sluice.errors import SluiceError
from sluice.project import folder
from sluice.project.folder import CONFIG as CONFIG

# The built-in local stage's, as `sluice sync` would write them.
BUILT_IN = {"STAGE": "local", "ALLOWED_BUCKETS": "*-analytics", "STORE": "dir:data"}


class StageError(SluiceError):
    """A stage that is not there; the message says which are."""


class _Block(msgspec.Struct):
    environment_variables: dict[str, str] = {}


class _Chalice(_Block):
    stages: dict[str, _Block] = {}


def environment(stage: str) -> dict[str, str]:
    """The stage's environment, with this process's own variables over it."""
    return settings.environment(_variables(stage))


def load(stage: str) -> Settings:
    """The stage's settings; raises SettingsError for a bad variable, StageError for an unknown stage, and ConfigError."""
    return settings.load(environment(stage))


def _variables(stage: str) -> dict[str, str]:
    if folder.is_built_in(stage):
        return BUILT_IN
    try:
        config = msgspec.json.decode(CONFIG.read_bytes(), type=_Chalice)
    except FileNotFoundError:
        folder.require()
        raise StageError(f"There is no {CONFIG} here; `sluice sync` writes it") from None
    except (OSError, msgspec.MsgspecError) as error:
        raise StageError(f"{CONFIG} cannot be read ({error}); fix it, or delete it and run `sluice sync`") from None
    if stage not in config.stages:
        raise StageError(f"There is no stage {stage!r}; {CONFIG} has {', '.join(sorted(config.stages)) or 'none'}")
    return _of_here({**config.environment_variables, **config.stages[stage].environment_variables})


def _of_here(variables: dict[str, str]) -> dict[str, str]:
    """The variables with the allowlist's file in this project's folder; Lambda looks for it in its package."""
    listed = variables.get("ALLOWED_BUCKETS", "")
    return variables | {"ALLOWED_BUCKETS": f"@{Path.cwd() / listed[1:]}"} if listed.startswith("@") else variables
