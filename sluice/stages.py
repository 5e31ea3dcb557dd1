"""The stages of the project in the current directory: what `.chalice/config.json` gives each as its environment."""

from __future__ import annotations

import json
from pathlib import Path

from chalicelib import settings
from chalicelib.settings import Settings

CONFIG = Path(".chalice") / "config.json"


class StageError(ValueError):
    """A stage that is not there; the message says which are."""


def environment(stage: str) -> dict[str, str]:
    """The stage's environment, with this process's own variables over it."""
    return settings.environment(_variables(stage))


def load(stage: str) -> Settings:
    """The stage's settings; raises SettingsError for a bad variable, StageError for an unknown stage."""
    return settings.load(environment(stage))


def _variables(stage: str) -> dict[str, str]:
    try:
        config = json.loads(CONFIG.read_text())
    except FileNotFoundError:
        raise StageError(f"There is no {CONFIG} here; run sluice in the project's folder") from None
    stages = config.get("stages", {})
    if stage not in stages:
        raise StageError(f"There is no stage {stage!r}; {CONFIG} has {', '.join(sorted(stages))}")
    return {**config.get("environment_variables", {}), **stages[stage].get("environment_variables", {})}
