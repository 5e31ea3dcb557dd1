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
from docs.build import columns as column_table
from sluice.cli.main import main
from tests import project, rejected_lines
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
    synced, summary, show, replay = (shlex.split(line)[1:] for line in blocks(PAGE, "sh")[0].splitlines())
    assert CliRunner().invoke(main, synced).exit_code == 0
    allowed = "@chalicelib/allowlists/local.json"
    assert tracker(STORE=f"dir:{tmp_path / 'data'}", ALLOWED_BUCKETS=allowed).call(REFUSED).status == 400
    monkeypatch.delenv("ALLOWED_BUCKETS")

    assert "MissingField" in CliRunner().invoke(main, summary).output
    assert '"field":"eventType"' in CliRunner().invoke(main, show).output
    assert CliRunner().invoke(main, replay).output == blocks(PAGE, "console")[0]


def test_each_field_and_bound_is_on_the_page() -> None:
    assert sorted(first_cells(PAGE.partition("## Asking it")[0])) == sorted(
        field.encode_name for field in msgspec.structs.fields(Kept)
    )
    assert f"first {MAX_BODY:,} bytes" in PAGE
    assert RATE == 10


def test_the_columns_on_the_page_are_those_of_the_relation() -> None:
    assert column_table.of_rejected(PAGE) == PAGE, "run: .venv/bin/python -m docs.build.columns"


def test_the_questions_on_the_page_are_answered_by_the_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project.make(tmp_path, TOML))
    monkeypatch.setattr(values, "ROOT", tmp_path)
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    monkeypatch.delenv("ALLOWED_BUCKETS", raising=False)
    rejected_lines.write(tmp_path / "data" / BUCKET)
    question, own = (shlex.split(f"sluice {one}")[1:] for one in blocks(PAGE, "sh")[1].split("sluice ")[1:])
    answers = []
    for asked in (question, own):
        done = CliRunner().invoke(main, [*asked, "--format", "csv"])
        assert done.exit_code == 0, done.output
        answers.append(done.stdout.splitlines())
    assert [line.split(",")[:2] for line in answers[0][1:]] == [
        ["InvalidJson", "10"],
        ["InvalidField", "7"],
        ["OriginNotAllowed", "3"],
    ]
    assert answers[1] == ["field,refused", "eventType,5", "page,2"]
