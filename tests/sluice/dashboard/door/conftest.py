"""A file of users, and the door in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from sluice.analysis import viewers
from tests import doors
from tests.doors import PASSWORD, Door


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash of a thousandth of the cost."""
    monkeypatch.setattr(viewers, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    viewers._nobody.cache_clear()


@pytest.fixture
def listed(cheap: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with ann and ben in it."""
    path = tmp_path / "users.toml"
    path.write_text("\n".join(viewers.line(name, PASSWORD, ("*",)) for name in ("ann", "ben")))
    monkeypatch.setenv(viewers.VARIABLE, str(path))
    return path


@pytest.fixture
def door(listed: Path, tmp_path: Path) -> Iterator[Door]:
    """The door for those two."""
    with doors.served(tmp_path) as found:
        yield found
