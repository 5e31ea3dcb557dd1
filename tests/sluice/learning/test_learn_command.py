"""`sluice learn` as an operator uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from chalicelib import records
from chalicelib.lake.objects import FolderObjects
from sluice.cli.main import main
from sluice.learning import run as running
from sluice.learning.errors import LearningError
from sluice.learning.forms import Subject
from sluice.mirror import tenant
from tests.sluice.learning.conftest import LEARNING, visit

DAYS = ("--from", "2026-03-02", "--to", "2026-03-11")


def learn(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["learn", *arguments])


def rows(here: Path) -> list[dict[str, Any]]:
    """The details of the audit trail's rows of learning."""
    paths = sorted(path for path in (here / "data" / ".audit").rglob("*.json") if path.name[0] != ".")
    return [row["details"] for path in paths if (row := json.loads(path.read_bytes()))["action"] == "model.learned"]


@pytest.fixture(scope="module")
def ran(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of one run's cards, and what the run said."""
    folder = tmp_path_factory.mktemp("cards")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(whole)
        said = learn("run", "--goal", "purchase", *DAYS, "--rounds", "1", "--seed", "3", "--out", str(folder))
    assert said.exit_code == 0, said.output
    yield folder, said.stdout


def test_tenants_that_opted_in_learn_and_the_gain_is_printed(ran: tuple[Path, str]) -> None:
    folder, said = ran
    assert {path.name for path in folder.iterdir()} == {"card.json", "card.md", *(f"{one}.json" for one in LEARNING)}
    card = json.loads((folder / "card.json").read_bytes())
    assert [one["bucket"] for one in card["gains"]] == sorted(LEARNING)
    assert card["left_out"] == {"other-analytics": "its entry has no goal 'purchase'"}
    for shown in ("Held-out log loss", "of 3 tenants", "ε = ", "can read every tenant's events anyway"):
        assert shown in said
    readable = (folder / "card.md").read_text()
    assert "private-analytics" not in said + readable
    assert "can read every tenant's events anyway" in readable


def test_the_trail_has_the_data_and_the_model(ran: tuple[Path, str], here: Path) -> None:
    folder, _ = ran
    found = rows(here)
    begun = next(number for number, one in enumerate(found) if one.get("seed") == 3)
    asked, done = found[begun : begun + 2]
    card = json.loads((folder / "card.json").read_bytes())
    assert asked["data"] == {one["bucket"]: one["digest"] for one in card["gains"]}
    assert done["card"] == sha256((folder / "card.json").read_bytes()).hexdigest()


def test_visits_are_what_they_look_like_before_the_goal(here: Path) -> None:
    subject = Subject("purchase", date(2026, 3, 2), date(2026, 3, 2), 1)
    found = running.rows(tenant.find("local", "hats-analytics"), subject, lambda *_: None)
    # Twelve visits at ten in the morning in Toronto, on a Monday; four begin on a product's page.
    assert sum(one.visits for one in found) == 12 and sum(one.reached for one in found) == 3
    assert {(one.day, one.hour, one.weekday, one.country, one.channel) for one in found} == {
        (date(2026, 3, 2), 10, 1, "CA", "Direct")
    }
    assert {(one.depth, one.views): one.visits for one in found if one.device == "mobile"}.keys() == {(0, 2), (2, 1)}
    assert sum(one.visits for one in found if one.depth == 2) == 4
    # Who buys views one more page behind it, which does not count.
    assert {one.views for one in found if one.reached} <= {1, 2}


def test_a_tenants_file_says_why_and_what_would_change(ran: tuple[Path, str]) -> None:
    folder, _ = ran
    said = learn("explain", str(folder / "hats-analytics.json"))
    assert said.exit_code == 0, said.output
    assert "Direct, mobile" in said.stdout and "That is not a cause" in said.stdout
    segments = json.loads(learn("explain", str(folder / "hats-analytics.json"), "--json").stdout)
    assert [one["visits"] for one in segments] == [60, 60]
    assert "is not a tenant's model" in learn("explain", str(folder / "card.json")).stderr


def test_too_few_tenants_learn_nothing(here: Path, tmp_path: Path) -> None:
    said = learn("run", "--goal", "signup", *DAYS, "--out", str(tmp_path))
    assert (said.exit_code, "1 tenant learns; it takes 3" in said.stderr) == (1, True)
    assert "; hats-analytics: its entry has no goal 'signup'" in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_tenant_that_opted_in_it_says_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sluice.toml").write_text('[stages.local]\nstore = "dir:data"\n')
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    said = learn("run", "--goal", "purchase", *DAYS)
    assert said.exit_code == 1
    assert "no tenant of 'local' with events has `learning = true`; set it in sluice.toml" in said.stderr


@pytest.mark.parametrize("absent", ["2", "9"])
def test_a_trial_needs_more_than_half_to_stay(absent: str) -> None:
    said = learn("try", "--tenants", "3", "--absent", absent)
    assert (said.exit_code, "--absent must leave more than half of the tenants" in said.stderr) == (1, True)


def test_a_trial_with_tenants_that_go_prints_its_table(here: Path) -> None:
    said = learn("try", "--tenants", "8", "--absent", "3", "--rounds", "4")
    assert said.exit_code == 0, said.output
    assert said.stdout.count("tenant-0") >= 8
    assert "Missing in some rounds: tenant-001, tenant-002, tenant-003" in said.stdout


def test_without_the_extra_a_command_says_how_to_get_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluice.cli.learning.find_spec", lambda name: None if name == "opendp" else name)
    assert "learning needs opendp: pip install 'sluice[learning]'" in learn("try").stderr


def test_what_the_data_map_reads_needs_no_extra() -> None:
    code = (
        "import sys, sluice.cli.learning, sluice.privacy.emitted\n"
        "sys.exit(sorted({'numpy', 'opendp'} & sys.modules.keys()) or 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, stderr=subprocess.PIPE).stderr == b""


def test_a_tenant_whose_days_are_a_sample_does_not_learn(here: Path) -> None:
    at = datetime(2026, 4, 1, 15, tzinfo=UTC)
    sampled = [msgspec.structs.replace(one, sample_weight=2.0) for one in visit("w1", at, ("/",), buys=True)]
    name = f"{records.day_prefix(at.date())}batch.{0:032x}.json"
    assert FolderObjects(here / "data" / "private-analytics").create(name, b"".join(map(records.encode, sampled)), {})
    subject = Subject("purchase", at.date(), at.date(), 1)

    with pytest.raises(LearningError, match="its events of these days are a sample"):
        running.visits(tenant.find("local", "private-analytics"), subject, lambda *_: None)
