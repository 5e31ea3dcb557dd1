"""`sluice anomalies` as an operator uses it: ten weeks of a tenant whose every day is known."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from sluice.cli.main import main
from sluice.mirror import ask
from sluice.mirror.ask import Question
from sluice.mirror.tenant import Place
from sluice.questions.library import Library, Query
from tests.sluice.anomalies import weeks
from tests.sluice.anomalies.weeks import BUCKET

DAYS = ("--bucket", BUCKET, "--from", "2026-02-09", "--to", "2026-03-15")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["anomalies", *arguments])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built-in stage's store."""
    folder = tmp_path_factory.mktemp("shop")
    weeks.fill(folder / "data")
    return folder


@pytest.fixture(autouse=True)
def project(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(store)


def test_an_incident_is_named_with_what_explains_it_and_marked_in_the_plot(tmp_path: Path) -> None:
    said = run(*DAYS, "--out", str(tmp_path / "plot.svg"))

    assert said.exit_code == 0, said.stderr
    assert [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.stdout.splitlines() if "│" in line] == [
        ["2026-03-06", "2026-03-07", "visits", "up", "60", "20", "source news: 40, usually 0.0"],
        ["2026-03-06", "2026-03-07", "events", "up", "60", "20", "source news: 40, usually 0.0"],
        ["2026-03-10 to 2026-03-11", "2026-03-12", "visits", "silent", "0", "20", "all alike"],
        ["2026-03-10 to 2026-03-11", "2026-03-12", "events", "silent", "0", "20", "all alike"],
    ]
    assert said.stdout.endswith("2 incidents from 2026-02-09 to 2026-03-15 (UTC).\n")
    drawn = ElementTree.parse(tmp_path / "plot.svg").iter("{http://www.w3.org/2000/svg}title")
    title, *marks = [str(one.text) for one in drawn]
    assert title == f"{BUCKET} (UTC)"
    assert [one.partition(",")[0] for one in marks] == ["2026-03-06: 60", "2026-03-10: 0", "2026-03-11: 0"] * 2


def test_a_program_gets_each_day_and_each_incident() -> None:
    found = json.loads(run(*DAYS, "--json").stdout)

    days = {one["day"]: one for one in found["days"]["visits"]}
    assert (len(days), days["2026-03-06"]["counted"], days["2026-03-06"]["kind"]) == (35, 60, "up")
    assert days["2026-03-09"]["kind"] is None
    assert [one["incident"]["clear"] for one in found["incidents"]] == ["2026-03-07", "2026-03-12"]
    assert found["incidents"][0]["odd"][0]["slice"]["value"] == "news"


def test_athena_is_asked_the_same_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB answers in its place, and each question is counted."""
    asked = []

    def answering(library: Library, question: Question, places: list[Place], *_: object) -> object:
        asked.append(question.query.name if isinstance(question.query, Query) else "")
        return ask.here(library, question, places, lambda *_: None)

    monkeypatch.setattr(ask, "on_athena", answering)
    said = run(*DAYS, "--engine", "athena")

    assert said.stdout.endswith("2 incidents from 2026-02-09 to 2026-03-15 (UTC).\n")
    assert asked == ["daily-counts", *["changes"] * 4]


def test_days_before_there_is_enough_to_compare_with_are_not_judged() -> None:
    said = run("--bucket", BUCKET, "--from", "2026-01-05", "--to", "2026-01-20")

    assert said.stdout == "No day could be judged: that takes 29 days of events before it.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--from", "2999-01-01"), r"2999-01-01 still takes events; the last closed day is"),
        (("--out", "plot.png"), r"the plot is written as SVG, so --out needs a name that ends in .svg, not 'plot.png'"),
        (("--from", "2026-03-05", "--to", "2026-03-01"), "the first day, 2026-03-05, is after the last, 2026-03-01"),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    said = run("--bucket", BUCKET, *arguments)

    assert said.exit_code == 1
    assert message in said.stderr
    assert said.stderr.count("\n") == 1
