"""CloudTrail's events of reads: only where a stage asks, only of records, never of the compactor's, and priced."""

from __future__ import annotations

import re

import msgspec
import pytest

from sluice.access import functions, parts
from sluice.cloud import cost, reads, template
from sluice.cloud.usage import Load
from sluice.project import stage_own
from sluice.project.config import Allow, ConfigError, Stage
from tests.conftest import OWNER
from tests.evaluator import Judge, Request
from tests.sluice.cloud.test_infrastructure import lint

STAGE = Stage(name="prod", account=OWNER, audit_reads=True, allow=(Allow("shop-analytics", managed=True),))
BARE = msgspec.structs.replace(STAGE, audit_reads=False)


def test_reads_of_records_are_selected_and_the_compactors_left_out():
    trail = reads.made(STAGE)["ReadsTrail"]["Properties"]
    (selector,) = trail["AdvancedEventSelectors"]
    fields = {one["Field"]: one for one in selector["FieldSelectors"]}
    assert fields["resources.ARN"]["StartsWith"] == ["arn:aws:s3:::shop-analytics/analytics/"]
    assert fields["eventName"]["Equals"] == ["GetObject"]
    assert fields["userIdentity.arn"]["NotStartsWith"] == [f"arn:aws:sts::{OWNER}:assumed-role/sluice-prod-compact/"]


def test_what_is_read_ends_and_the_bucket_is_closed():
    bucket = reads.made(STAGE)["ReadsBucket"]["Properties"]
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 90
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    statements = reads.made(STAGE)["ReadsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = [one for one in statements if one["Effect"] == "Allow"]
    source = f"arn:aws:cloudtrail:us-east-1:{OWNER}:trail/sluice-prod-reads"
    assert [one["Condition"]["StringEquals"]["aws:SourceArn"] for one in allowed] == [source, source]


def test_cloudformations_own_linter_finds_nothing(tmp_path):
    broken = reads.made(STAGE)
    broken["ReadsTrail"]["Properties"]["Trails"] = 1
    said = lint(tmp_path, {"reads": {"Resources": reads.made(STAGE)}, "broken": {"Resources": broken}})
    assert said["reads"] == ""
    assert "E3002" in said["broken"]


def test_without_it_nothing_is_made_allowed_or_priced():
    assert reads.made(BARE) == {}
    assert "Reads" not in str(template.template(BARE)) + str(functions.documents(BARE))
    assert "CloudTrail, reads by questions" not in [one.item for one in cost.bill(Load(1000, 1)).lines]
    assert template.survivors(STAGE) == ["shop-analytics", stage_own.reads_bucket(STAGE)]


def test_the_deployer_may_make_it_and_nobody_else():
    made = functions.documents(STAGE)
    action = Request(f"arn:aws:iam::{OWNER}:role/x", "cloudtrail:CreateTrail", stage_own.reads_trail_arn(STAGE), OWNER)
    names = {name.removesuffix(".json") for name in made if re.fullmatch(r"[a-z-]+\.json", name)}
    assert {name for name in names if Judge(parts.numbered(name, made)).allows(action)} == {"deployer"}


def test_a_pattern_is_refused():
    with pytest.raises(ConfigError, match=r"'\*-analytics' is a pattern"):
        reads.made(msgspec.structs.replace(STAGE, allow=(Allow("*-analytics"),)))


def test_it_is_priced_by_the_reads_that_questions_make():
    load = Load(1_000_000, 10, views=100, audit_reads=True)
    (line,) = [one for one in cost.bill(load).lines if one.item == "CloudTrail, reads by questions"]
    gets = next(one.quantity for one in cost.bill(load).lines if one.item == "S3, GET and HEAD")
    assert line.quantity == gets - 1_000_000
    assert line.dollars == pytest.approx(line.quantity / 1_000_000)
