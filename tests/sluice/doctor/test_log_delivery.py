"""What the doctor says of CloudFront's way into the stage's own bucket, with each fault planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sluice.access import functions
from sluice.cloud import log_delivery, own_bucket
from sluice.doctor import own
from sluice.doctor.findings import Finding
from sluice.doctor.subject import Service
from sluice.project import stage_own
from sluice.project.config import Allow, Stage
from tests import cloudfront
from tests.conftest import OWNER
from tests.own_buckets import show_events

REGION = "ca-central-1"
PLAIN = Stage("prod", OWNER, region=REGION, allow=(Allow("shop-analytics"),))
LOGGED = Stage("prod", OWNER, region=REGION, allow=(Allow("shop-analytics", distributions=("E1ABC2DEF3GHIJ",)),))
NAME = {"Bucket": stage_own.bucket(LOGGED)}


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name=REGION)
        own_bucket.make(LOGGED, client)
        yield client


def findings(stage: Stage = LOGGED, later: timedelta = timedelta()) -> dict[str, Finding]:
    service = Service(stage, lambda name, region: show_events(boto3.client(name, region_name=region)))
    return {one.check: one for one in own.examine(service, datetime.now(UTC) + later)}


def test_what_a_deployment_made_is_well(s3: Any) -> None:
    found = findings()
    assert {found[one].verdict for one in ("ownership", "log delivery", "lifecycle", "policy")} == {"ok"}


def test_without_distributions_the_bucket_is_closed_and_no_list_is_looked_at(s3: Any) -> None:
    found = findings(PLAIN)
    assert "log delivery" not in found
    assert (found["ownership"].verdict, found["ownership"].found) == (
        "fault",
        "BucketOwnerPreferred instead of BucketOwnerEnforced: ACLs count",
    )
    own_bucket.make(PLAIN, s3)
    assert findings(PLAIN)["ownership"].verdict == "ok"


def enforce(s3: Any) -> None:
    rules = {"Rules": [{"ObjectOwnership": log_delivery.ENFORCED}]}
    s3.put_bucket_ownership_controls(**NAME, OwnershipControls=rules)


def shut_out(s3: Any) -> None:
    s3.put_bucket_acl(**NAME, ACL="private")


def admit_everybody(s3: Any) -> None:
    s3.put_bucket_acl(**NAME, ACL="public-read-write")


def be_silent(s3: Any) -> None:
    s3.put_bucket_notification_configuration(**NAME, NotificationConfiguration={})


def keep(s3: Any) -> None:
    rules = [one for one in own_bucket.rules() if one["ID"] != "access-logs"]
    s3.put_bucket_lifecycle_configuration(**NAME, LifecycleConfiguration={"Rules": rules})


def refuse_foreigners(s3: Any) -> None:
    """As the policy is where nothing comes: CloudFront is a foreigner, too."""
    s3.put_bucket_policy(**NAME, Policy=functions.render(functions.bucket_policy(PLAIN, stage_own.entry(PLAIN))))


@pytest.mark.parametrize(
    ("plant", "check", "said"),
    [
        (enforce, "ownership", "CloudFront can put no log file there"),
        (shut_out, "log delivery", "does not admit CloudFront"),
        (admit_everybody, "log delivery", "also admits http://acs.amazonaws.com/groups/global/AllUsers (READ)"),
        (be_silent, "log delivery", "S3 sends no events"),
        (keep, "lifecycle", "kept for ever: access-logs/"),
        (refuse_foreigners, "policy", "not as generated: NoForeigners"),
    ],
)
def test_each_fault_is_found_and_fixed_by_deploying(
    s3: Any, plant: Callable[[Any], None], check: str, said: str
) -> None:
    plant(s3)
    finding = findings()[check]
    assert (finding.verdict, finding.fix) == ("fault", "make deploy STAGE=prod")
    assert said in finding.found
    own_bucket.make(LOGGED, s3)
    assert findings()[check].verdict == "ok"


def deliver(s3: Any, name: str) -> None:
    s3.delete_bucket_policy(**NAME)  # by which moto would deny it
    s3.put_object(**NAME, Key=f"access-logs/{name}", Body=b"")


def test_a_file_that_waits_for_a_day_is_found_and_brought_by_hand(s3: Any) -> None:
    name = cloudfront.name(datetime(2026, 11, 9, tzinfo=UTC))
    deliver(s3, name)
    assert findings()["log files"].found == "none waits"
    found = findings(later=timedelta(hours=25))["log files"]
    assert (found.verdict, name in found.found) == ("fault", True)
    assert found.fix == f"sluice access sync --bucket shop-analytics --from s3://{NAME['Bucket']}/access-logs/ --delete"


def test_a_file_of_nobody_s_is_only_said(s3: Any) -> None:
    deliver(s3, cloudfront.name(datetime(2026, 11, 9, tzinfo=UTC), "E9NOBODY"))
    found = findings(later=timedelta(hours=25))["log files"]
    assert (found.verdict, found.found[:8]) == ("warning", "1 files ")
    assert "log files" not in findings(PLAIN)
