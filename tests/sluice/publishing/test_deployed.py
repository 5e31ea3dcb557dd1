"""`sluice publish` against S3: the records are a tenant's, the ledger is the stage's own."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib import records
from chalicelib.lake.objects import BucketObjects
from sluice.cli.main import main
from tests import project
from tests.conftest import BUCKET, OWNER
from tests.sluice.publishing import shop
from tests.sluice.publishing.shop import WEEK, visitor

OWN = f"sluice-prod-{OWNER}-us-east-1"
TOML = shop.TOML.replace("stages.local", "stages.prod").replace('store = "dir:data"', f'account = "{OWNER}"')


def test_a_deployed_stages_week_is_read_from_the_tenants_bucket_and_kept_in_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.make(tmp_path, TOML))
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for bucket in (BUCKET, OWN):
            s3.create_bucket(Bucket=bucket)
        lines = b"".join(map(records.encode, (one for number in range(500) for one in visitor(f"v{number}", 4))))
        BucketObjects(BUCKET, OWNER, s3).create(f"analytics/year=2026/month=03/day=04/batch.{1:032x}.json", lines, {})
        said = CliRunner().invoke(main, ["publish", "--bucket", BUCKET, "--week", WEEK, "--stage", "prod"])
        assert said.exit_code == 0, said.output
        (key,) = BucketObjects(OWN, OWNER, s3).keys("published/")
        spent = CliRunner().invoke(main, ["budget", "--bucket", BUCKET, "--stage", "prod", "--json"])
    assert key == f"published/{BUCKET}/{WEEK}/0001.json"
    assert json.loads(spent.stdout) == [{"week": WEEK, "spent": 1_000_000, "releases": 1}]
    days = shop.numbers(Path("published.json"))["days"]
    assert 300 < days["2026-03-04"] < 700 and days["2026-03-05"] < 200
