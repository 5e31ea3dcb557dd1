"""The page about access logs is right: its commands run and say what it shows, and its table has every field."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib.access_logs.fields import FIELDS
from chalicelib.prefixes import DELIVERED
from sluice.cli.main import main
from sluice.project import stage_own
from sluice.project.config import Stage
from sluice.questions.library import Library
from tests import cloudfront, project
from tests.docs.page import blocks, first_cells
from tests.paths import ROOT

PAGE = (ROOT / "docs/access-logs.md").read_text()
ORIGIN = {"Id": "shop", "DomainName": "origin.shop.example", "CustomOriginConfig": {}}
ORIGIN["CustomOriginConfig"] = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
DISTRIBUTION: Any = {
    **{"CallerReference": "shop", "Comment": "", "Enabled": True, "Origins": {"Quantity": 1, "Items": [ORIGIN]}},
    "DefaultCacheBehavior": {"TargetOriginId": "shop", "ViewerProtocolPolicy": "redirect-to-https"},
}
TOML = '[stages.local]\nstore = "dir:data"\n\n' + blocks(PAGE, "toml")[0]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What each command of the page says, run in order in a project with its sluice.toml and three requests."""
    monkeypatch.chdir(project.make(tmp_path, TOML))
    hours = [datetime(2026, 3, day, 10, tzinfo=UTC) for day in (2, 2, 3)]
    cloudfront.write(tmp_path / "cdn-logs", [(hour, {"cs-uri-stem": "/a"}) for hour in hours])
    commands = [shlex.split(line)[1:] for block in blocks(PAGE, "sh") for line in block.splitlines()]
    done = [CliRunner().invoke(main, command) for command in commands]
    assert [one.stderr for one in done if one.exit_code] == []
    return [one.stdout for one in done]


def test_the_commands_say_what_the_page_shows(said: list[str]) -> None:
    _, synced, pages, compacted, again, sites = said
    assert synced == blocks(PAGE, "console")[0]
    assert re.search(r"/a +│ +3 ", pages)
    assert re.search("2026-03-02 +compacted +2 records of 1 objects", compacted)
    assert again == pages
    assert re.search(r"shop\.example +│ +3 ", sites)


def test_the_distribution_is_changed_as_the_page_says() -> None:
    (said,) = re.findall(r"'(\.DistributionConfig\.Logging = (\{.*?\}) \| \.DistributionConfig)'", PAGE)
    logging = json.loads(said[1])
    stage = Stage("prod", "111122223333", region="ca-central-1")
    assert logging["Bucket"] == f"{stage_own.bucket(stage)}.s3.amazonaws.com"
    assert logging["Prefix"] == DELIVERED.path
    with mock_aws():
        cloudfront = boto3.client("cloudfront", region_name="us-east-1")
        made = cloudfront.create_distribution(DistributionConfig=DISTRIBUTION)["Distribution"]
        now = cloudfront.get_distribution_config(Id=made["Id"])
        changed = {**now["DistributionConfig"], "Logging": logging}
        cloudfront.update_distribution(Id=made["Id"], IfMatch=now["ETag"], DistributionConfig=changed)
        assert cloudfront.get_distribution_config(Id=made["Id"])["DistributionConfig"]["Logging"] == logging


def test_the_commands_that_are_typed_on_aws_are_sluices_own() -> None:
    typed = [line[2:] for block in blocks(PAGE, "console")[1:] for line in block.splitlines()]
    ours = [shlex.split(line)[1:] for line in typed if line.startswith("sluice ")]
    assert len(ours) == 5
    for command in ours:
        helped = CliRunner().invoke(main, [*[word for word in command[:2] if word.isalpha()], "--help"]).stdout
        assert [word for word in command if word.startswith("--") and word not in helped] == []
    place = f"s3://{stage_own.bucket(Stage('prod', '111122223333', region='ca-central-1'))}/{DELIVERED.path}"
    assert ["access", "sync", "--bucket", "shop-analytics-prod", "--from", place, "--delete"] in ours


def test_each_field_that_does_not_stay_is_in_the_table() -> None:
    assert sorted(set(first_cells(PAGE))) == sorted(field.name for field in FIELDS if field.becomes != "kept")


def test_the_page_names_each_question() -> None:
    named = set(re.findall(r"`((?:access|script)-[a-z-]+)`", PAGE))
    assert named == {name for name in Library().names() if name.startswith(("access-", "script-"))}
