"""The analysts' page is right: its answers are the sample's, its commands run, and what it says is refused is refused."""

from __future__ import annotations

import csv
import io
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from docs.build import columns as column_table
from docs.build import questions, sample
from sluice.cli.main import main
from sluice.mirror import view
from sluice.mirror.answers import Answer
from sluice.project import config
from sluice.questions.library import Library
from tests import project
from tests.conftest import PROVE
from tests.paths import ROOT

PAGE = (ROOT / questions.PAGE).read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SHELL = [text for kind, text in BLOCKS if kind == "sh"]
TOML = next(text for kind, text in BLOCKS if kind == "toml")
QUESTIONS = re.findall(r"^\$ sluice (query \S+ .*2026-11-15.*)$", PAGE, re.MULTILINE)
LIBRARY = Library()
DAYS = ("--bucket", sample.SHOP, "--from", str(sample.FIRST), "--to", str(sample.LAST))


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the page's sluice.toml, and the sample in its store."""
    folder = project.make(tmp_path_factory.mktemp("sampled"), TOML)
    shutil.copytree(ROOT / "sql", folder / "sql")
    sample.fill(folder / "data")
    return folder


@pytest.fixture(scope="module")
def answered(sampled: Path) -> dict[str, Answer]:
    """What the sample answers to every question."""
    return questions.sampled(LIBRARY, sampled / "data")


@pytest.fixture
def here(sampled: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(sampled)
    return sampled


@pytest.fixture(scope="module")
def said(sampled: Path, programs: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each of the page's shell blocks says, run in order, in a copy of the project."""
    folder = shutil.copytree(sampled, tmp_path_factory.mktemp("said") / "project")
    command = {
        "cwd": folder,
        "env": {**os.environ, "PATH": programs},
        "capture_output": True,
        "text": True,
        "timeout": 120,
    }
    done = [subprocess.run(["sh", "-ec", text], **command) for text in SHELL]
    assert [one.stderr for one in done if one.returncode] == []
    return [one.stdout for one in done]


def rows(text: str) -> list[list[str]]:
    """The cells of the lines of a Markdown table, below its head."""
    lines = text.strip().splitlines()[2:]
    return [[cell.strip() for cell in f" {line.strip('|')} ".split(" | ")] for line in lines]


def part(after: str, before: str) -> str:
    return PAGE.partition(after)[2].partition(before)[0]


def cells_of(kind: int) -> list[str]:
    """The SQL of a column of the table of what is refused."""
    listed = rows(part("what to write:\n\n", "\n\nTraps"))
    return [row[kind].strip("`") for row in listed if row[kind].startswith("`")]


def test_the_questions_on_the_page_are_those_of_the_library_with_the_samples_answers(
    answered: dict[str, Answer],
) -> None:
    made = questions.page(PAGE, questions.document(LIBRARY, answered))

    assert made == PAGE, "run: .venv/bin/python -m docs.build.questions"


def test_every_question_has_an_answer_on_the_page(answered: dict[str, Answer]) -> None:
    assert [name for name, answer in answered.items() if not answer.rows] == []


def test_the_sample_is_the_same_at_every_run(sampled: Path, tmp_path: Path) -> None:
    sample.fill(tmp_path)

    files = sorted(path.relative_to(tmp_path) for kind in ("json", "gz") for path in tmp_path.rglob(f"*.{kind}"))
    assert len(files) > 20
    assert [path for path in files if (tmp_path / path).read_bytes() != (sampled / "data" / path).read_bytes()] == []


def test_the_sample_is_written_as_the_page_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample.main(tmp_path / "sample-data")

    assert "events from 2026-11-02 to 2026-11-15 are in" in capsys.readouterr().out
    assert (tmp_path / "sample-data" / sample.SHOP / "analytics").is_dir()


def test_the_command_of_each_question_gives_the_pages_answer(here: Path) -> None:
    listed = {question.split()[1]: question for question in QUESTIONS}
    assert sorted(listed) == LIBRARY.names()

    # The page's answers are those of the sample, by another test; each kind of command is run: one of each
    # tenant, one of all of them, and all that have parameters.
    kinds = listed if PROVE else {"totals", "tenants", *questions.OF_BLOG, *questions.GIVEN}
    for name, question in listed.items():
        if name not in kinds:
            continue
        done = CliRunner().invoke(main, [*shlex.split(question), "--format", "csv"])
        _, *body = csv.reader(io.StringIO(done.stdout))
        assert rows(part(f"$ sluice {question}\n```\n\n", "\n\n")) == body[: questions.ROWS], name


def test_the_first_two_minutes_run_as_they_stand(said: list[str]) -> None:
    listed, own, formats, relation, compacted = said

    assert "https://shop.example/bags/day-pack" in listed
    assert "monthly" in own
    assert "14 of 14 days" in formats
    assert "Direct" in relation
    assert "Compacted up to 2026-11-10; raw after it." in compacted


def test_the_goals_on_the_page_are_the_samples() -> None:
    stage = config.parse(TOML).stage("local")

    assert {allow.bucket: allow.goals for allow in stage.allow} == {sample.SHOP: sample.GOALS, sample.BLOG: ()}


def test_the_columns_on_the_page_are_the_views() -> None:
    assert column_table.page(PAGE) == PAGE, "run: .venv/bin/python -m docs.build.columns"
    assert list(view.PARTITION) == list(column_table.PARTS)


@pytest.mark.parametrize("sql", cells_of(0))
def test_what_the_page_says_is_refused_is_refused(sql: str, here: Path) -> None:
    done = CliRunner().invoke(main, ["query", "--sql", sql, *DAYS])

    assert done.exit_code == 1
    assert done.stderr.startswith("sluice: line 1")


@pytest.mark.parametrize("sql", cells_of(2))
def test_what_the_page_says_to_write_instead_is_answered(sql: str, here: Path) -> None:
    done = CliRunner().invoke(main, ["query", "--sql", sql, *DAYS, "--format", "csv"])

    assert done.exit_code == 0, done.stderr
    assert len(done.stdout.splitlines()) > 1
