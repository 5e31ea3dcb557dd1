"""The page about rejected events is right: its commands run and say what it shows, and its table has every field."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from chalicelib import values
from chalicelib.tracking.rejected import MAX_BODY, RATE, Kept
from sluice.cli.main import main
from tests import project
from tests.conftest import BUCKET, Tracker
from tests.docs.page import blocks, first_cells
from tests.paths import ROOT

PAGE = (ROOT / "docs/rejected.md").read_text()
TOML = '[stages.local]\nstore = "dir:data"\n\n' + blocks(PAGE, "toml")[0]
REFUSED = {"bucket": BUCKET, "timestamp": "2026-03-01T00:00:00Z", "page": "/a"}


def test_the_commands_say_what_the_page_shows(
    tracker: Callable[..., Tracker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.make(tmp_path, TOML))
    monkeypatch.setattr(values, "ROOT", tmp_path)
    synced, summary, show, replay = (
        shlex.split(line)[1:] for block in blocks(PAGE, "sh") for line in block.splitlines()
    )
    assert CliRunner().invoke(main, synced).exit_code == 0
    allowed = "@chalicelib/allowlists/local.json"
    assert tracker(STORE=f"dir:{tmp_path / 'data'}", ALLOWED_BUCKETS=allowed).call(REFUSED).status == 400
    monkeypatch.delenv("ALLOWED_BUCKETS")

    assert "MissingField" in CliRunner().invoke(main, summary).output
    assert '"field":"eventType"' in CliRunner().invoke(main, show).output
    assert CliRunner().invoke(main, replay).output == blocks(PAGE, "console")[0]


def test_each_field_and_bound_is_on_the_page() -> None:
    assert sorted(first_cells(PAGE)) == sorted(field.encode_name for field in msgspec.structs.fields(Kept))
    assert f"first {MAX_BODY:,} bytes" in PAGE
    assert RATE == 10
