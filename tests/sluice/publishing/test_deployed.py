"""`sluice publish` against S3: the records are a tenant's, the ledger is the stage's own."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib import records
from chalicelib.lake.objects import BucketObjects
from sluice.analysis import cache as desk
from sluice.analysis import published
from sluice.analysis.published import NotReadable
from sluice.cli.main import main
from sluice.publishing.page import CURVE
from tests import project
from tests.conftest import BUCKET, OWNER
from tests.sluice.publishing import shop
from tests.sluice.publishing.shop import WEEK, visitor
from tests.sluice.publishing.test_page import release

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


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """A deployed stage whose dashboard shows a shop's published numbers, and each call of S3 that it makes."""
    toml = TOML.replace("most_pages = 2", 'dashboard = "link"')
    monkeypatch.chdir(project.make(tmp_path, toml))
    monkeypatch.setattr(desk, "desk", cache(desk.Desk))
    found: Counter[str] = Counter()
    make = boto3.session.Session.client

    def noting(self: boto3.session.Session, *given: Any, **named: Any) -> Any:
        client = make(self, *given, **named)
        client.meta.events.register("before-call.s3", lambda model, **_: found.update([model.name]))
        return client

    monkeypatch.setattr(boto3.session.Session, "client", noting)
    return found


def test_a_public_page_reads_the_weeks_that_it_shows_once_an_hour(called: Counter[str]) -> None:
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=OWN)
        own = BucketObjects(OWN, OWNER, boto3.client("s3", region_name="us-east-1"))
        for number in range(10, 30):
            body = msgspec.json.encode(msgspec.structs.replace(release(f"2026-W{number}", 2), bucket=BUCKET))
            assert own.create(f"published/{BUCKET}/2026-W{number}/0001.json", body, {})
        called.clear()
        assert f"<h1>{BUCKET}, 2026-03-02" in (published.public("prod", BUCKET) or "")
        assert called == {"ListObjectsV2": 1 + CURVE, "GetObject": CURVE}
        desk.desk().pages = desk.Fresh(desk.HELD)
        assert published.public("prod", BUCKET)
        assert sum(called.values()) == 1 + 2 * CURVE


def test_what_cannot_be_read_is_not_asked_again_at_each_request(called: Counter[str]) -> None:
    with mock_aws():  # without the stage's own bucket
        for _ in range(3):
            with pytest.raises(NotReadable, match=f"published numbers of {BUCKET} cannot be read"):
                published.public("prod", BUCKET)
    assert sum(called.values()) == 1


def test_a_bucket_without_a_link_is_not_asked_for(called: Counter[str]) -> None:
    with mock_aws():
        assert [published.public("prod", one) for one in ("nowhere-analytics", OWN, "../x", "")] == [None] * 4
    assert called == {}
