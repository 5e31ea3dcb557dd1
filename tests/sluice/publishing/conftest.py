"""A project with a shop that publishes its weeks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import project
from tests.sluice.publishing.shop import TOML


@pytest.fixture(scope="package")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without events."""
    return project.make(tmp_path_factory.mktemp("publishing"), TOML)


@pytest.fixture
def here(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder with its sluice.toml and what the sync made of it, and a store of its own."""
    for name in ("sluice.toml", ".chalice", "policies", "chalicelib"):
        (tmp_path / name).symlink_to(whole / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path
