"""The table of a bucket's prefixes: one more line in it reaches policies, lifecycle rules and the doctor."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib import prefixes
from chalicelib.jobs import TRACKER
from chalicelib.prefixes import ANALYST, Prefix
from sluice.access import functions, people
from sluice.cloud import own_bucket, template
from sluice.project.config import Allow, Stage
from tests.paths import ROOT

STAGE = Stage(name="prod", account="111122223333", allow=(Allow("shop-analytics", managed=True),))
NOTES = Prefix("notes", "notes/", writers=(TRACKER.role,), readers=(ANALYST,), days=3)
FILES = ROOT


@pytest.fixture(autouse=True)
def one_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefixes, "PREFIXES", (*prefixes.PREFIXES, NOTES))


def statement(document: dict[str, Any], sid: str) -> dict[str, Any]:
    return next(one for one in document["Statement"] if one["Sid"] == sid)


def test_its_writer_may_put_there() -> None:
    put = statement(functions.tracker(STAGE), "Put111122223333")
    assert "arn:aws:s3:::shop-analytics/notes/*" in put["Resource"]


def test_its_reader_may_read_and_list_it() -> None:
    analyst = people.analyst(STAGE, "shop-analytics")
    assert "arn:aws:s3:::shop-analytics/notes/*" in statement(analyst, "Read")["Resource"]
    assert "notes/*" in statement(analyst, "List")["Condition"]["StringLike"]["s3:prefix"]


def test_nobody_else_may_read_it() -> None:
    others = [functions.of(job, STAGE) for job in functions.jobs.JOBS if job is not TRACKER]
    assert "notes/" not in json.dumps(others)


def test_a_prefix_that_expires_has_a_rule_in_each_managed_bucket() -> None:
    resources = template.template(STAGE)["Resources"].values()
    (bucket,) = (one["Properties"] for one in resources if one.get("Type") == "AWS::S3::Bucket")
    rule = {"Id": "notes", "Status": "Enabled", "Prefix": "notes/", "ExpirationInDays": 3}
    assert rule in bucket["LifecycleConfiguration"]["Rules"]


def test_the_doctor_asks_retention_of_what_a_tenant_keeps_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert prefixes.kept() == ["analytics/", "compacted/", "erased/"]
    monkeypatch.setattr(prefixes, "PREFIXES", (*prefixes.PREFIXES, NOTES._replace(path="kept/", days=None)))
    assert prefixes.kept()[-1] == "kept/"


@pytest.mark.parametrize("path", [one.path for one in prefixes.PREFIXES])
def test_code_writes_a_prefix_in_the_table_alone(path: str) -> None:
    modules = [FILES / "app.py", *(FILES / "chalicelib").rglob("*.py"), *(FILES / "sluice").rglob("*.py")]
    naming = [file.name for file in modules if f'"{path}' in file.read_text()]
    assert naming == ["prefixes.py"]


# Kept as long as the tenant, or the stage, is; each is named with its reason in the data map.
NEVER_END = {
    *("analytics/", "compacted/", "erased/"),
    *("code/", "parked/", "gathered/", "stream/", "aws/lambda/", "audit-heads/", "tombstone-key/"),
    *("published/", "identify-keys/"),
}


def test_whatever_does_not_last_as_long_as_its_tenant_or_stage_has_a_rule_that_ends_it() -> None:
    resources = template.template(STAGE)["Resources"].values()
    (bucket,) = (one["Properties"] for one in resources if one.get("Type") == "AWS::S3::Bucket")
    tenants = {one.get("Prefix"): one.get("ExpirationInDays") for one in bucket["LifecycleConfiguration"]["Rules"]}
    stages = {one["Filter"]["Prefix"]: one.get("Expiration", {}).get("Days") for one in own_bucket.rules()}
    for listed, ends in ((prefixes.PREFIXES, tenants), (prefixes.STAGES, stages)):
        assert {one.path: one.days for one in listed if one.days} == {path: ends.get(path) for path in ends if path}
    lasting = {one.path for one in (*prefixes.PREFIXES, *prefixes.STAGES) if one.days is None}
    assert lasting == NEVER_END
    short = {one.title: one.days for one in (*prefixes.PREFIXES, *prefixes.STAGES)}
    assert {name: short[name] for name in ("rejected", "access", "access-compacted", "reports", "results")} == {
        **{"rejected": 30, "access": 90, "access-compacted": 90, "reports": 90, "results": 7}
    }


def test_raw_objects_end_by_no_rule_of_their_own() -> None:
    """A rule knows ages alone, and would lose a day that is stuck."""
    asking = Stage("prod", "111122223333", allow=(Allow("shop-analytics", managed=True, raw_days=30),))
    resources = template.template(asking)["Resources"].values()
    (bucket,) = (one["Properties"] for one in resources if one.get("Type") == "AWS::S3::Bucket")
    assert not [one for one in bucket["LifecycleConfiguration"]["Rules"] if "analytics" in one.get("Prefix", "")]
