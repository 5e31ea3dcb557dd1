"""A project in a folder of its own: the code, a sluice.toml and what the sync makes of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from sluice.cloud import generated
from sluice.project import config
from tests.paths import ROOT

CHALICE = Path(sys.executable).parent / "chalice"


def make(folder: Path, toml: str) -> Path:
    """The project with this sluice.toml, synced. It requires nothing: packaging downloads nothing and takes half a second."""
    shutil.copy(ROOT / "app.py", folder)
    without = shutil.ignore_patterns("__pycache__", "allowlists")
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=without)
    (folder / "requirements.txt").touch()
    edit(folder, toml)
    return folder


def edit(folder: Path, toml: str) -> None:
    """Write sluice.toml again and sync."""
    (folder / "sluice.toml").write_text(toml)
    generated.apply(generated.changes(config.parse(toml), folder), folder)


def chalice(folder: Path, *arguments: str, **variables: str) -> str:
    """What the command of Chalice says in this project; it must succeed."""
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1", **variables}
    command = [str(CHALICE), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def packaged(folder: Path, stage: str, region: str) -> dict[str, Any]:
    """The template that `chalice package` leaves for a stage."""
    merged = ("--merge-template", f"infra/{stage}.json")
    chalice(folder, "package", "--stage", stage, *merged, f"build/{stage}", AWS_DEFAULT_REGION=region)
    template: dict[str, Any] = json.loads((folder / "build" / stage / "sam.json").read_text())
    return template
