"""`sluice publish` and `sluice budget` as an operator uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest
from typer.testing import CliRunner, Result

from chalicelib.lake.objects import FolderObjects
from sluice.cli.main import main
from sluice.publishing import mechanism
from tests.conftest import BUCKET
from tests.sluice.publishing import shop
from tests.sluice.publishing.shop import WEEK, visitor

VISITORS = [one for number in range(60) for one in visitor(f"v{number}", 2 + number % 7, ("/", "/bags", "/hats"))]


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, [command, "--bucket", BUCKET, *arguments])


def published(week: str = WEEK) -> Result:
    return run("publish", "--week", week)


def rows(store: Path) -> list[tuple[str, str, int]]:
    """The actions in the audit trail, with their phase and what they spend."""
    paths = sorted(path for path in (store / ".audit").rglob("*.json") if path.name[0] != ".")
    found = [json.loads(path.read_bytes()) for path in paths]
    return [(row["action"], row["details"]["phase"], row["details"].get("micro", 0)) for row in found]


def never(*_: object) -> NoReturn:
    raise AssertionError("drawn again")


@pytest.fixture
def store(here: Path) -> Path:
    """The store of a shop with a week of visitors."""
    shop.fill(here / "data", VISITORS)
    return here / "data"


def test_a_closed_week_is_published_as_a_page_and_as_json(store: Path) -> None:
    said = published()
    assert said.exit_code == 0, said.output
    assert "1,000,000 millionths of ε; published.json has 1 week." in said.stdout
    found = shop.numbers(Path("published.json"))
    assert {name: len(part) for name, part in found.items()} == {"days": 7, "sources": 20, "countries": 250, "pages": 5}
    assert 0 < found["countries"]["DE"] < 300
    assert rows(store) == [("numbers.published", "asked", 1_000_000), ("numbers.published", "done", 0)]
    spent = json.loads(run("budget", "--json").stdout)
    assert spent == [{"week": WEEK, "spent": 1_000_000, "releases": 1}]
    assert "1,000,000" in run("budget").stdout


def test_the_same_again_gives_the_stored_numbers_and_spends_nothing(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published()
    first = [Path(f"published.{kind}").read_bytes() for kind in ("html", "json")]
    shop.fill(store, visitor("late", 4))
    monkeypatch.setattr(mechanism, "drawn", never)
    assert published().exit_code == 0
    assert [Path(f"published.{kind}").read_bytes() for kind in ("html", "json")] == first
    assert len(rows(store)) == 2


def test_a_publisher_that_dies_before_its_put_has_spent_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create = FolderObjects.create

    def die(self: FolderObjects, key: str, *given: object) -> bool:
        if key.startswith("published/"):
            raise OSError("killed")
        return create(self, key, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(FolderObjects, "create", die)
        assert published().exit_code == 1
    assert json.loads(run("budget", "--json").stdout) == [] and not Path("published.json").exists()
    assert published().exit_code == 0
    assert [(phase, micro) for _, phase, micro in rows(store)][1:2] == [("failed", 0)]


def test_a_publisher_that_dies_after_its_put_gets_nothing_back(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    create = FolderObjects.create

    def die(self: FolderObjects, key: str, *given: object) -> bool:
        done = create(self, key, *given)  # type: ignore[arg-type]
        if key.startswith("published/"):
            raise OSError("killed")
        return done

    with monkeypatch.context() as patch:
        patch.setattr(FolderObjects, "create", die)
        assert published().exit_code == 1
    assert [one["spent"] for one in json.loads(run("budget", "--json").stdout)] == [1_000_000]
    monkeypatch.setattr(mechanism, "drawn", never)
    assert published().exit_code == 0


def test_another_list_of_pages_is_another_release_for_which_there_is_no_room(store: Path) -> None:
    published()
    text = Path("sluice.toml").read_text()
    Path("sluice.toml").unlink()
    Path("sluice.toml").write_text(text.replace('"/hats"', '"/caps"'))
    said = published()
    assert said.exit_code == 1
    assert f"{WEEK} has spent 1,000,000 of 1,000,000 millionths of ε" in said.stderr
    assert len(rows(store)) == 2
    Path("sluice.toml").write_text(
        text.replace('"/hats"', '"/caps"').replace("most_pages", "budget = 2_000_000\nmost_pages")
    )
    assert published().exit_code == 0
    assert json.loads(run("budget", "--json").stdout) == [{"week": WEEK, "spent": 2_000_000, "releases": 2}]


def test_weeks_have_budgets_of_their_own_and_one_json(store: Path) -> None:
    shop.fill(store, visitor("x", 10))
    assert published("2026-W11").exit_code == published().exit_code == 0
    found = json.loads(Path("published.json").read_text())
    assert [one["week"] for one in found["weeks"]] == [WEEK, "2026-W11"]
    assert {one["spent"] for one in json.loads(run("budget", "--json").stdout)} == {1_000_000}
    # The page has the week that was asked for, and the days up to its end.
    assert "<td>2026-03-11</td>" not in Path("published.html").read_text()
    published("2026-W11")
    html = Path("published.html").read_text()
    assert "2026-03-09 to 2026-03-15" in html and "<td>2026-03-02</td>" in html and "<td>2026-03-11</td>" in html


@pytest.mark.parametrize(
    ("week", "why"),
    [("2999-W01", "is not closed"), ("2026-10", "is not a week"), ("2026-W99", "is not a week")],
)
def test_a_week_that_is_open_or_none_is_refused(store: Path, week: str, why: str) -> None:
    said = published(week)
    assert (said.exit_code, why in said.stderr) == (1, True)
    assert rows(store) == []


def test_a_release_that_was_deleted_ends_the_weeks_publishing(store: Path) -> None:
    published()
    (key,) = [path for path in (store / ".stage").rglob("0001.json") if path.name[0] != "."]
    key.rename(key.with_name("0002.json"))
    assert "is not release 1" in published().stderr
    key.with_name("0002.json").rename(key)
    key.write_text("{}")
    assert "is not a release" in run("budget").stderr


def test_an_entry_that_publishes_nothing_says_so_and_the_page_is_html(store: Path) -> None:
    assert "ends in .html" in run("publish", "--out", "x.txt").stderr
    assert "there is no folder none" in run("publish", "--week", WEEK, "--out", "none/x.html").stderr
    assert json.loads(run("budget", "--json").stdout) == []
    text = Path("sluice.toml").read_text()
    Path("sluice.toml").unlink()
    Path("sluice.toml").write_text(text.partition("[stages.local.allow.publish]")[0])
    assert "publishes nothing" in published().stderr


def test_a_week_with_events_of_a_sample_is_not_published(here: Path) -> None:
    shop.fill(here / "data", [*VISITORS[:-1], msgspec.structs.replace(VISITORS[-1], sample_weight=2.0)])
    said = published()
    assert said.exit_code == 1
    assert f"{WEEK} is a sample: a visitor there counts as several" in said.stderr
    assert rows(here / "data") == []
