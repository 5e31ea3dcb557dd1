"""The page about access logs is right: its commands run and say what it shows, and its table has every field."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chalicelib import values
from chalicelib.access_logs.fields import FIELDS
from sluice.cli.main import main
from sluice.questions.library import Library
from tests import cloudfront, project
from tests.docs.page import blocks, first_cells
from tests.paths import ROOT

PAGE = (ROOT / "docs/access-logs.md").read_text()
TOML = '[stages.local]\nstore = "dir:data"\n\n' + blocks(PAGE, "toml")[0]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each command of the page says, run in order in a project with its sluice.toml and three requests."""
    monkeypatch.chdir(project.make(tmp_path, TOML))
    monkeypatch.setattr(values, "ROOT", tmp_path)
    hours = [datetime(2026, 3, day, 10, tzinfo=UTC) for day in (2, 2, 3)]
    cloudfront.write(tmp_path / "cdn-logs", [(hour, {"cs-uri-stem": "/a"}) for hour in hours])
    commands = [shlex.split(line)[1:] for block in blocks(PAGE, "sh") for line in block.splitlines()]
    done = [CliRunner().invoke(main, command) for command in commands]
    assert [one.stderr for one in done if one.exit_code] == []
    return [one.stdout for one in done]


def test_the_commands_say_what_the_page_shows(said: list[str]) -> None:
    _, synced, pages, sites = said
    assert synced == blocks(PAGE, "console")[0]
    assert re.search(r"/a +│ +3 ", pages)
    assert re.search(r"shop\.example +│ +3 ", sites)


def test_each_field_that_does_not_stay_is_in_the_table() -> None:
    assert sorted(set(first_cells(PAGE))) == sorted(field.name for field in FIELDS if field.becomes != "kept")


def test_the_page_names_each_question() -> None:
    named = {name for name in re.findall(r"`(access-\w+)`", PAGE)}
    assert named == {name for name in Library().names() if name.startswith("access-")}
