"""docs/learning.md: its commands do what it says, and its tables are those of the code."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sluice.cli.main import main
from sluice.learning import cards, features, federated, privacy
from sluice.learning.forms import Terms
from sluice.publishing import page
from tests import project
from tests.docs.page import blocks
from tests.paths import ROOT
from tests.sluice.learning.conftest import LEARNING, fill

PAGE = (ROOT / "docs/learning.md").read_text()
(TOML,) = blocks(PAGE, "toml")
# What *Publishing the shared model* asks of each entry.
ROOM = "learning = true\npublish = { budget = 4_000_000 }\n"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each command of the page says, run in order in a project with its sluice.toml and ten days of visits."""
    entries = TOML.replace("learning = true\n", ROOM)
    monkeypatch.chdir(project.make(tmp_path, f'[stages.local]\nstore = "dir:data"\n\n{entries}'))
    for bucket in LEARNING:
        fill(tmp_path / "data", bucket)
    Path("published.json").write_bytes(page.encoded(page.Public("hats-analytics", page.UNIT, page.CONFIDENCE, [])))
    commands = [shlex.split(line)[1:] for block in blocks(PAGE, "sh") for line in block.splitlines()]
    done = [CliRunner().invoke(main, command) for command in commands]
    assert [one.stderr for one in done if one.exit_code] == []
    return [one.stdout for one in done]


def test_the_commands_learn_explain_and_publish(said: list[str]) -> None:
    _, trial, run, explained, published, _ = said
    assert "Missing in some rounds: tenant-001. No round waited." in trial
    assert "of 3 tenants" in run and "learned/card.md" in run
    assert "best change" in explained
    assert "ε = 3.87" in published and "The default ε is 3.87" in PAGE
    assert Path("imitated.csv").read_text() == "day,source,country,page\n"
    assert json.loads(Path("shared-model.json").read_text())["unit"] == cards.UNIT


def test_the_tables_are_those_of_the_code() -> None:
    options, listed = re.findall(r"^\| `--(\w+)` \| (\S+) \|", PAGE, re.M), re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    terms = Terms()
    assert options == [
        ("seed", "0"),
        ("rounds", str(terms.rounds)),
        ("clip", str(terms.clip)),
        ("noise", str(terms.noise)),
    ]
    assert listed == [one.name for one in features.listed()]
    assert f"the {len(features.listed()[0].levels)} channels" in PAGE
    assert f"{privacy.epsilon(terms):.2f}" == "3.87" and terms.delta == 1e-6
    assert federated.FEWEST == 3 and "**Three tenants at least**" in PAGE
    assert features.FOLDS == 5


def test_the_page_says_what_every_run_says() -> None:
    assert " ".join(cards.CAVEAT.split()) in " ".join(PAGE.replace("**", "").split())
