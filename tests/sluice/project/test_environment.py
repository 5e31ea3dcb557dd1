"""A stage's settings are those of the project in the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluice.project import environment
from sluice.project.environment import StageError
from tests import project

TOML = """[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "only-this-one"
identify = "none"
"""


def test_a_project_elsewhere_has_its_own_allowlist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.make(tmp_path, TOML))

    listed = environment.load("local").allowlist

    entry = listed.find("only-this-one")
    assert entry is not None and entry.identify == "none"
    assert listed.find("shop-analytics") is None


def test_a_file_without_stages_says_that_it_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.make(tmp_path, ""))

    with pytest.raises(StageError, match=r"no stage 'local'.* has none"):
        environment.load("local")
