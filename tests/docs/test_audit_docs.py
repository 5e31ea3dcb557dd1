"""The page about the audit trail is right: its section is read, its commands run, and its table has every action of ours."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chalicelib.audit.forgetting import ACTION
from chalicelib.audit.rows import Row
from sluice.cli.main import main
from sluice.project import config
from sluice.project.config import Audit
from tests.docs.page import blocks, first_cells
from tests.paths import ROOT

PAGE = (ROOT / "docs/audit.md").read_text()


def test_the_section_has_the_defaults() -> None:
    (section,) = blocks(PAGE, "toml")
    stage = config.parse(f'[stages.prod]\naccount = "111122223333"\n{section}').stage("prod")
    assert stage.audit == Audit()


def test_the_commands_run_and_the_trail_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = blocks(PAGE, "sh")
    for line in [*block.splitlines(), "sluice audit verify"]:
        assert CliRunner().invoke(main, shlex.split(line)[1:]).exit_code == 0
    assert (tmp_path / "data/.audit").is_dir()


def test_the_table_has_every_action_that_the_code_records() -> None:
    code = "".join(path.read_text() for path in (ROOT / "sluice").rglob("*.py"))
    recorded = set(re.findall(r'audit\.recorded\(\w+, "([a-z_.]+)"', code))
    recorded |= set(re.findall(r'recorded\(stage, "([a-z_.]+)"', code))
    assert {ACTION, "policies.deployed", "tables.set_up", *recorded} <= set(first_cells(PAGE))


def test_the_page_names_every_field_of_a_row() -> None:
    assert [name for name in Row.__struct_fields__ if f"`{name}`" not in PAGE] == []
