"""The stage's own bucket: private and short-lived as made, as sluice.toml says again each time, and gone when it is removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from sluice.access import functions, parts
from sluice.cloud import generated, log_delivery, own_bucket
from sluice.project import config, stage_own
from sluice.project.config import Allow, ConfigError, Stage
from tests import rights
from tests.conftest import OWNER, keys
from tests.evaluator import Judge, Request
from tests.own_buckets import show_events

STAGE = Stage(name="dev", account=OWNER, region="eu-west-1")
LOGGED = Stage(
    name="dev", account=OWNER, region="eu-west-1", allow=(Allow("shop-analytics", distributions=("E1ABC2DEF3GHIJ",)),)
)
NAME = {"Bucket": stage_own.bucket(STAGE)}


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        yield show_events(boto3.client("s3", region_name=STAGE.region))


def seen(s3: Any) -> dict[str, Any]:
    """What is set of the bucket."""
    asked = {
        "PublicAccessBlockConfiguration": s3.get_public_access_block,
        "OwnershipControls": s3.get_bucket_ownership_controls,
        "ServerSideEncryptionConfiguration": s3.get_bucket_encryption,
        "Rules": s3.get_bucket_lifecycle_configuration,
        "Policy": s3.get_bucket_policy,
    }
    return {name: ask(**NAME)[name] for name, ask in asked.items()}


def test_it_is_made_private_and_in_the_stages_region(s3: Any) -> None:
    own_bucket.make(STAGE, s3)
    made = seen(s3)
    assert s3.head_bucket(**NAME)["BucketRegion"] == "eu-west-1"
    assert set(made["PublicAccessBlockConfiguration"].values()) == {True}
    assert made["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "OnlyTls" in made["Policy"]


def test_answers_end_after_a_week_a_proof_after_a_day_and_code_stays_for_a_rollback(s3: Any) -> None:
    own_bucket.make(STAGE, s3)
    rules = s3.get_bucket_lifecycle_configuration(**NAME)["Rules"]
    days = {rule["Filter"]["Prefix"]: rule["Expiration"]["Days"] for rule in rules if "Expiration" in rule}
    waiting = {"erased-lately/": 2}
    kept = {"analytics/": 1, "athena-results/": 7, "access-logs/": 7, "logs/": 365, "reports/": 90}
    assert days == waiting | kept


def test_what_was_changed_by_hand_is_set_again(s3: Any) -> None:
    own_bucket.make(STAGE, s3)
    made = seen(s3)
    s3.delete_public_access_block(**NAME)
    s3.delete_bucket_policy(**NAME)
    s3.delete_bucket_lifecycle(**NAME)
    own_bucket.make(STAGE, s3)
    assert seen(s3) == made


def delivery(s3: Any) -> tuple[str, set[tuple[str, str]], bool]:
    """Who owns what is put there, whom the access list admits besides us, and whether S3 sends events."""
    found = s3.get_bucket_notification_configuration(**NAME)
    admitted = log_delivery.admitted(s3.get_bucket_acl(**NAME))
    return str(log_delivery.owned(s3, NAME)), admitted, "EventBridgeConfiguration" in found


CLOSED: tuple[str, set[tuple[str, str]], bool] = ("BucketOwnerEnforced", set(), False)
OPEN = ("BucketOwnerPreferred", {(log_delivery.CLOUDFRONT, "FULL_CONTROL")}, True)


def test_only_with_distributions_cloudfront_is_admitted_and_s3_sends_events(s3: Any) -> None:
    own_bucket.make(STAGE, s3)
    assert delivery(s3) == CLOSED
    own_bucket.make(LOGGED, s3)
    assert delivery(s3) == OPEN
    assert s3.get_bucket_acl(**NAME)["Grants"][0]["Permission"] == "FULL_CONTROL"  # ours
    own_bucket.make(LOGGED, s3)
    assert delivery(s3) == OPEN
    own_bucket.make(STAGE, s3)
    assert delivery(s3) == CLOSED


def test_a_stage_that_never_had_any_asks_for_no_access_list(s3: Any) -> None:
    calls: list[str] = []
    s3.meta.events.register("before-call.s3", lambda model, **_: calls.append(model.name))
    own_bucket.make(STAGE, s3)
    own_bucket.make(STAGE, s3)
    assert "PutBucketOwnershipControls" in calls
    assert {one for one in calls if "Acl" in one or "Notification" in one} == set()


def test_the_deployer_may_call_all_that_opens_and_closes_it(s3: Any) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    s3.meta.events.register(
        "provide-client-params.s3", lambda params, model, **_: asked.append((model.name, dict(params)))
    )
    for stage in (STAGE, LOGGED, STAGE):
        own_bucket.make(stage, s3)
    needed = {right[:2] for name, params in asked for right in rights.asked(STAGE, "s3", name, params)}
    for stage in (STAGE, LOGGED):
        judge = Judge(parts.numbered("deployer", functions.documents(stage)))
        person = f"arn:aws:iam::{OWNER}:role/deployer"
        refused = [one for one in needed if not judge.allows(Request(person, *one, OWNER))]
        assert refused == []
    assert {"s3:PutBucketAcl", "s3:PutBucketNotification"} < {action for action, _ in needed}


def test_whom_somebody_else_admitted_is_shut_out_again(s3: Any) -> None:
    own_bucket.make(LOGGED, s3)
    s3.put_bucket_acl(**NAME, ACL="public-read-write")
    own_bucket.make(LOGGED, s3)
    assert delivery(s3) == OPEN


def test_it_is_removed_with_all_that_is_in_it(s3: Any) -> None:
    own_bucket.make(STAGE, s3)
    s3.delete_bucket_policy(**NAME)  # of which moto would deny all
    for number in range(3):
        s3.put_object(**NAME, Key=f"code/{number}", Body=b"")
    assert len(keys(s3, NAME["Bucket"])) == 3
    assert list(own_bucket.remove(STAGE, s3)) == [f"bucket {NAME['Bucket']}"]
    assert s3.list_buckets()["Buckets"] == []
    assert list(own_bucket.remove(STAGE, s3)) == []


def test_a_key_that_cannot_be_deleted_is_said(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own_bucket.make(STAGE, s3)
    s3.delete_bucket_policy(**NAME)
    s3.put_object(**NAME, Key="code/1", Body=b"")
    failed = {"Errors": [{"Key": "code/1", "Code": "AccessDenied", "Message": "no"}]}
    monkeypatch.setattr(s3, "delete_objects", lambda **_: failed)
    with pytest.raises(ClientError, match="AccessDenied"):
        list(own_bucket.remove(STAGE, s3))
    assert len(s3.list_buckets()["Buckets"]) == 1


@pytest.mark.parametrize("entry", ["sluice-*", "*-ca-central-1", "sluice-dev-111122223333-ca-central-1", "*-dev-*"])
def test_no_entry_may_let_in_the_stages_own_bucket(entry: str, tmp_path: Any) -> None:
    stage = (
        f'[stages.dev]\naccount = "111122223333"\nregion = "ca-central-1"\n[[stages.dev.allow]]\nbucket = "{entry}"\n'
    )
    with pytest.raises(ConfigError, match="which belongs to nobody else; write it narrower"):
        generated.files(config.parse(stage), tmp_path)


def test_a_name_that_s3_would_not_take_is_refused(tmp_path: Any) -> None:
    text = '[stages.{}]\naccount = "111122223333"\nregion = "ap-southeast-1"\nname_prefix = "{}"\n'
    assert generated.files(config.parse(text.format("a" * 14, "b" * 20)), tmp_path)
    with pytest.raises(ConfigError, match=r"of 64 characters, and S3 takes 63; give .* a shorter name or name_prefix"):
        generated.files(config.parse(text.format("a" * 14, "b" * 21)), tmp_path)


def test_an_entry_that_is_only_like_it_is_a_tenants(tmp_path: Any) -> None:
    stage = '[stages.dev]\naccount = "111122223333"\nregion = "ca-central-1"\n[[stages.dev.allow]]\nbucket = "sluice-*-eu"\n'
    assert generated.files(config.parse(stage), tmp_path)
