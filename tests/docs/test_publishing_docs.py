"""docs/publishing.md: its commands do what it says, and its configuration is one."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from sluice.cli.main import main
from sluice.mirror import tenant
from sluice.project.config import Publish
from sluice.publishing import ledger
from tests import project
from tests.docs.page import blocks, first_cells
from tests.paths import ROOT
from tests.sluice.publishing import shop

PAGE = (ROOT / "docs/publishing.md").read_text()
(TOML,) = blocks(PAGE, "toml")


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each command of the page says, run in order in a project with its sluice.toml and a week's visitors."""
    monkeypatch.chdir(project.make(tmp_path, f'[stages.local]\nstore = "dir:data"\n\n{TOML}'))
    shop.fill(tmp_path / "data", [one for number in range(9) for one in shop.visitor(f"v{number}", 2 + number % 7)])
    commands = [shlex.split(line)[1:] for line in blocks(PAGE, "sh")[0].splitlines()]
    done = [CliRunner().invoke(main, command) for command in commands]
    assert [one.stderr for one in done if one.exit_code] == []
    return [one.stdout for one in done]


def test_the_commands_publish_the_week_once_and_show_what_it_spent(said: list[str]) -> None:
    assert said[1] == said[2]
    assert "1,000,000" in said[3]
    assert json.loads(Path("published.json").read_text())["unit"] == "one visitorId on one day"
    place = tenant.find("local", "shop-analytics")
    (release,) = ledger.newest(tenant.own(place.settings), "shop-analytics")
    errors = {table.name: table.error for table in release.tables}
    assert f"a country's number is ± {errors['countries']}, a page's ± {errors['pages']}." in PAGE


def test_the_table_has_each_key_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE))
    assert first_cells(PAGE) == list(Publish.__struct_fields__)
    assert rows == {name: str(value or "none") for name, value in msgspec.structs.asdict(Publish()).items()}


def test_the_weekly_line_names_commands_and_options_that_are_there() -> None:
    (line,) = blocks(PAGE, "cron")
    for part in line.split("&&")[1:]:
        _, command, *rest = shlex.split(part)
        shown = CliRunner().invoke(main, [command, "--help"]).stdout
        assert [one for one in rest if one.startswith("--") and one not in shown] == []
