"""docs/report.md: its commands make what it shows, and its configuration is one."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chalicelib import jobs
from chalicelib.reports.marks import State
from sluice.cli.main import main
from sluice.project import config
from tests import cloudfront, project
from tests.docs.page import blocks, section
from tests.paths import ROOT

PAGE = (ROOT / "docs/report.md").read_text()
LOCAL, PROD = blocks(PAGE, "toml")
LINE = '192.0.2.7 - - [{:%d/%b/%Y}:10:00:00 +0000] "GET {} HTTP/1.1" 200 900 "https://www.google.com/" "{}"\n'
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each command of the page says, run in order in a project with its sluice.toml and a week's requests."""
    monkeypatch.chdir(project.make(tmp_path, f'[stages.local]\nstore = "dir:data"\n\n{LOCAL}'))
    days = [datetime(2026, 3, day, 10, tzinfo=UTC) for day in (2, 3, 4)]
    cloudfront.write(tmp_path / "cdn-logs", [(day, {"cs-uri-stem": "/bags"}) for day in days])
    lines = [LINE.format(day, page, FIREFOX) for day in days for page in ("/bags", "/signup")]
    (tmp_path / "access.log").write_text("".join(lines))
    commands = [shlex.split(line)[1:] for line in blocks(PAGE, "sh")[0].splitlines()]
    done = [CliRunner().invoke(main, command) for command in commands]
    assert [one.stderr for one in done if one.exit_code] == []
    return [one.stdout for one in done]


def test_the_commands_make_the_report_that_the_page_names(said: list[str]) -> None:
    assert said[-1] == blocks(PAGE, "console")[0]
    html = Path("report.html").read_text()
    for shown in ("3 visitors made 3 visits", "/signup", "google", "Signup", "What the access logs say"):
        assert shown in html
    assert Path("report.json").exists()


def test_the_configuration_has_the_job_and_its_sender() -> None:
    stage = config.parse(PROD).stage("prod")
    assert jobs.REPORT in stage.jobs
    assert (stage.mail_address, stage.mail_sender) == ("reports@shop.example", "shop.example")


def test_the_page_names_each_state_of_a_mark() -> None:
    once = section(PAGE, "Once")
    assert [state for state in State.__args__ if f"`{state}`" not in once and state != "failed"] == []
    assert (ROOT / "docs/report.png").is_file()
