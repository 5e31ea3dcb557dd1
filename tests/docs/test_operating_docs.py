"""The operators' page is right: its commands run, in its order, in a copy of the project; sluice.toml takes what it adds."""

import json
import os
import re
import shutil
import subprocess

import pytest

from sluice.access import functions
from sluice.cloud import template
from sluice.mirror import service_log
from sluice.project import config
from sluice.project.config import Allow, Stage
from tests.asking import EVERY_JOB, LOGGED
from tests.paths import ROOT

PAGE = (ROOT / "docs" / "operating.md").read_text()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = FENCE.findall(PAGE)
SHELL = [text for kind, text in BLOCKS if kind == "sh"]
CONSOLE = [text for kind, text in BLOCKS if kind == "console"]
TOML = [text for kind, text in BLOCKS if kind == "toml"]
# Not the project's own file: it may have a stage `prod` by now.
START = '[stages.local]\nstore = "dir:data"\n\n[[stages.local.allow]]\nbucket = "*-analytics"\n'


def run(command, folder, programs):
    environment = {**os.environ, "PATH": programs, "COLUMNS": "120"}
    return subprocess.run(
        ["sh", "-ec", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.fixture(scope="module")
def operated(programs, tmp_path_factory):
    """A copy of the project in which all of the page's commands have run; what each said."""
    folder = tmp_path_factory.mktemp("operated") / "project"
    shutil.copytree(
        ROOT / "chalicelib", folder / "chalicelib", ignore=shutil.ignore_patterns("__pycache__", "allowlists")
    )
    shutil.copy(ROOT / "app.py", folder)
    (folder / "sluice.toml").write_text(START)
    return folder, [run(command, folder, programs) for command in SHELL]


def said(operated, command):
    _, results = operated
    return next(result.stdout for text, result in zip(SHELL, results, strict=True) if command in text)


def test_every_command_that_needs_no_aws_runs_in_the_pages_order(operated):
    _, results = operated

    failed = [(text, result.stderr) for text, result in zip(SHELL, results, strict=True) if result.returncode != 0]
    assert failed == []
    assert len(results) == 9


def test_the_first_sync_shows_what_the_deployment_may_do(operated):
    shown = said(operated, "sluice policy lint")

    assert "+++ b/policies/prod/tracker.json" in shown
    assert "0 findings" in shown
    assert "Everything is as sluice.toml says." in shown


def test_the_page_leaves_a_project_that_is_as_its_file_says(operated, programs):
    folder, _ = operated

    assert run("sluice sync --check", folder, programs).returncode == 0
    assert [allow.bucket for allow in config.load(folder / "sluice.toml").stage("prod").allow] == [
        *("shop-analytics-prod", "*-analytics"),
    ]


def test_a_pattern_lets_in_what_the_page_says(operated):
    assert "news-analytics matches the pattern *-analytics" in said(operated, "news-analytics")


def test_a_batch_costs_less_as_the_page_says(operated):
    totals = re.findall(r"total\D*\$([\d,.]+)", said(operated, "--batch"))

    single, batched = (float(total.replace(",", "")) for total in totals)
    assert batched < single / 2


@pytest.mark.parametrize("fragment", TOML)
def test_what_the_page_adds_to_the_file_is_taken(operated, fragment, tmp_path):
    folder, _ = operated
    text = (folder / "sluice.toml").read_text()
    at_the_end = fragment.startswith("[[")
    changed = f"{text}\n{fragment}" if at_the_end else text.replace("[stages.prod]\n", f"[stages.prod]\n{fragment}")

    stage = config.parse(changed).stage("prod")

    assert stage != config.parse(text).stage("prod")
    assert functions.documents(stage)["tracker.json"]


def test_sync_keeps_what_is_written_by_hand(operated, programs, tmp_path):
    folder = tmp_path / "project"
    shutil.copytree(operated[0], folder)
    chalice = folder / ".chalice" / "config.json"
    current = json.loads(chalice.read_text())
    current["stages"]["prod"]["environment_variables"]["GEOIP_DB"] = "kept"
    chalice.write_text(json.dumps(current))
    with (folder / "sluice.toml").open("a") as file:
        file.write('\n[[stages.prod.allow]]\nbucket = "more-analytics-prod"\n')

    assert run("sluice sync", folder, programs).returncode == 0
    assert json.loads(chalice.read_text())["stages"]["prod"]["environment_variables"]["GEOIP_DB"] == "kept"


def test_commands_that_need_aws_are_not_among_those_that_are_run():
    needs_aws = re.compile(r"\b(aws|curl|make|git|sluice doctor|sluice tenants|geo install)\b")

    assert [text for text in SHELL if needs_aws.search(text)] == []
    assert all(line.startswith(("$ ", "    ", "{")) for text in CONSOLE for line in text.splitlines())


KINDS = ("lean", "full")


def names(stage):
    """The stage's alarms, those that are numbered once."""
    resources = template.template(stage)["Resources"].values()
    found = [part["Properties"]["AlarmName"] for part in resources if part.get("Type") == "AWS::CloudWatch::Alarm"]
    return {re.sub(r"-\d+$", "", name).removeprefix("sluice-prod-") for name in found}


def test_the_page_names_each_question_to_the_log():
    named = re.search(r"names all questions: (.*?)\. Costs", PAGE, re.DOTALL)

    assert sorted(re.findall(r"`([a-z-]+)`", named[1])) == service_log.questions().names()


def test_the_page_explains_each_alarm_of_a_stage_and_no_other():
    table = PAGE.partition("## Alarms")[2].partition("\n## ")[0]

    explained = set(re.findall(r"^\| `([a-z0-9-]+)`", table, re.MULTILINE))
    allow = (Allow("shop-analytics-prod", report=LOGGED.report),)
    stages = [Stage("prod", "111122223333", monitoring=one, allow=allow, **EVERY_JOB) for one in KINDS]
    assert explained == set().union(*map(names, stages))
