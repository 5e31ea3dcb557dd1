"""`sluice learn publish`: what anyone may see, and what it spends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sluice.cli.main import main
from sluice.learning import cards, run, trial
from sluice.learning.forms import Terms
from sluice.mirror import tenant
from sluice.publishing import ledger
from tests import project

ENTRY = '[[stages.local.allow]]\nbucket = "{}"\npublish = {{ budget = {} }}\n'
ENOUGH = 5_000_000
NAMES = ("tenant-001", "tenant-002", "tenant-003")
# 5 January, a Monday, to 1 March; a visit may begin the day before, and go on the day after.
WEEKS = [
    "2026-W01",
    "2026-W02",
    "2026-W03",
    "2026-W04",
    "2026-W05",
    "2026-W06",
    "2026-W07",
    "2026-W08",
    "2026-W09",
    "2026-W10",
]


def toml(*budgets: int) -> str:
    entries = (ENTRY.format(name, budget) for name, budget in zip(NAMES, budgets, strict=True))
    return '[stages.local]\nstore = "dir:data"\n\n' + "".join(entries)


@pytest.fixture
def learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> cards.Cards:
    """The current folder has the cards of three tenants, each of whom has a budget."""
    project.edit(tmp_path, toml(ENOUGH, ENOUGH, ENOUGH))
    monkeypatch.chdir(tmp_path)
    made = trial.learned(3, 0, 1, Terms(rounds=1))
    run.write(made, Path("learned"))
    return made


def publish() -> Result:
    return CliRunner().invoke(main, ["learn", "publish", "learned/card.json"])


def spent() -> dict[str, list[tuple[str, int]]]:
    """What each tenant's weeks have spent."""
    found = {}
    for name in NAMES:
        own = tenant.own(tenant.find("local", name).settings)
        found[name] = [(one.week, one.spent) for one in ledger.spending(own, name)]
    return found


def test_every_week_of_every_tenant_spends_the_models_loss_once(learned: cards.Cards) -> None:
    micro = round(learned.card.epsilon * 1_000_000 + 0.5)
    for _ in range(2):
        said = publish()
        assert said.exit_code == 0, said.output
        assert spent() == {name: [(week, micro) for week in WEEKS] for name in NAMES}
    own = tenant.own(tenant.find("local", NAMES[0]).settings)
    # A page of numbers has nothing to show of it.
    assert list(ledger.newest(own, NAMES[0])) == []


def test_what_is_published_has_no_tenant_and_nothing_exact(learned: cards.Cards) -> None:
    publish()
    text = Path("shared-model.json").read_text()
    found = json.loads(text)
    assert found["weights"] == learned.card.weights and found["tenants"] == 3
    assert "tenant-" not in text and "log_loss" not in text and "digest" not in text


def test_a_week_without_room_refuses_before_anything_is_spent(learned: cards.Cards) -> None:
    project.edit(Path.cwd(), toml(ENOUGH, ENOUGH, 1_000_000))
    said = publish()
    assert (said.exit_code, "millionths of ε" in said.stderr) == (1, True)
    assert spent() == {name: [] for name in NAMES} and not Path("shared-model.json").exists()


def test_where_it_cannot_be_put_nothing_is_spent(learned: cards.Cards) -> None:
    said = CliRunner().invoke(main, ["learn", "publish", "learned/card.json", "--out", "none/model.json"])
    assert (said.exit_code, said.stderr.startswith("sluice: there is no folder none for model.json")) == (1, True)
    assert spent() == {name: [] for name in NAMES}


def test_a_tenant_that_publishes_nothing_refuses_it(learned: cards.Cards) -> None:
    project.edit(Path.cwd(), toml(ENOUGH, ENOUGH, ENOUGH).replace(f"publish = {{ budget = {ENOUGH} }}\n", "", 1))
    assert "tenant-001 publishes nothing" in publish().stderr
    assert spent() == {name: [] for name in NAMES}


def test_another_file_is_refused(learned: cards.Cards) -> None:
    Path("learned/card.json").write_text("{}")
    assert "is not the card of a model" in publish().stderr
