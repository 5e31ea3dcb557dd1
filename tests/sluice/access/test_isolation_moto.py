"""The handler under the tracker's own role, over a fake AWS that enforces actions and resources.

The fake judges no condition, and knows resources of S3 alone: an allowed statement is taken without its own, and a
conditional Deny is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from sluice.access import functions, people
from sluice.project.config import Allow, Stage
from tests.conftest import OWNER, Tracker, event_body, keys
from tests.salts_tables import salts_table

STAGE = Stage(name="dev", account=OWNER, allow=(Allow("shop-analytics"), Allow("acme-*")))
TABLE = STAGE.salts_table
BUCKETS = ("shop-analytics", "acme-prod", "other", "other-analytics")
RECORD = "analytics/year=2025/month=12/day=17/0123456789abcdef.json"
ANYONE = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:*"}]}
Enter = Callable[[Mapping[str, Any]], None]


def judged(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The statement as the fake can judge it."""
    is_of_s3 = "s3:" in str(statement["Action"])
    return {**statement, "Resource": statement["Resource"] if is_of_s3 else "*", "Condition": {}}


def unconditional(policy: Mapping[str, Any]) -> str:
    """The policy as the fake can judge it."""
    parts = [part for part in policy["Statement"] if part["Effect"] == "Allow" or "Condition" not in part]
    return json.dumps({**policy, "Statement": [judged(part) for part in parts]})


@pytest.fixture
def root() -> Iterator[Any]:
    """An AWS with the buckets and the salts table; its client of S3 may do everything."""
    with mock_aws():
        s3 = boto3.client("s3")
        for bucket in BUCKETS:
            s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket="shop-analytics", Key=RECORD, Body=b"{}")
        salts_table(boto3.client("dynamodb"), TABLE)
        yield s3


@pytest.fixture
def enter(root: Any, monkeypatch: pytest.MonkeyPatch) -> Enter:
    """From the call on every client has the credentials of a role with this policy, and the fake enforces it."""

    def enter(policy: Mapping[str, Any]) -> None:
        iam, name = boto3.client("iam"), STAGE.function("tracker")
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(ANYONE))["Role"]
        iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=unconditional(policy))
        session = boto3.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", session["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", session["SecretAccessKey"])
        monkeypatch.setenv("AWS_SESSION_TOKEN", session["SessionToken"])
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
        monkeypatch.setattr("moto.settings.INITIAL_NO_AUTH_ACTION_COUNT", 0)

    return enter


@pytest.fixture
def worker(enter: Enter, tracker: Callable[..., Tracker]) -> Tracker:
    """The app of a stage whose allowlist is wider than its role's policy, under that role."""
    enter(functions.tracker(STAGE))
    listed = ",".join((*(allow.bucket for allow in STAGE.allow), "*-analytics"))
    return tracker(STAGE="dev", ALLOWED_BUCKETS=listed, BUCKET_OWNER=OWNER, SALTS=f"dynamodb:{TABLE}")


def is_denied(call: Callable[..., Any], **arguments: Any) -> bool:
    """Whether AWS refuses the call; any other error is the test's own."""
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.FORBIDDEN:
            raise
        return True
    return False


def stored(monkeypatch: pytest.MonkeyPatch, root: Any, bucket: str) -> list[dict[str, Any]]:
    """The records in a bucket, read with nobody's rights enforced."""
    monkeypatch.setattr("moto.settings.INITIAL_NO_AUTH_ACTION_COUNT", float("inf"))
    listed = [root.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys(root, bucket) if key != RECORD]
    return [json.loads(body) for body in listed]


@pytest.mark.parametrize("bucket", ["shop-analytics", "acme-prod"])
def test_the_handler_stores_in_the_buckets_of_its_role(
    worker: Tracker, root: Any, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = worker.call(event_body(bucket=bucket))
    (record,) = stored(monkeypatch, root, bucket)

    assert (answer.status, answer.json["eventId"]) == (200, record["eventId"])
    assert record["ip"] is not None  # hashed with a root that the role could make


def test_the_role_stops_the_handler_where_its_allowlist_would_not(
    worker: Tracker, root: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = worker.call(event_body(bucket="other-analytics"))

    assert (answer.status, answer.json["error"]) == (503, "Storage Unavailable")
    assert stored(monkeypatch, root, "other-analytics") == []


PLACES = {
    ("shop-analytics", "analytics/z"): True,
    ("acme-prod", "analytics/z"): True,
    ("shop-analytics", "z"): False,
    ("shop-analytics", "compacted/z"): False,
    ("shop-analytics", "secret/analytics/z"): False,
    ("shop-analytics", "analytics-old/z"): False,
    ("acme-prod", "secret/analytics/z"): False,
    ("acme-prod", "x-prod/analytics/z"): False,
    ("other", "analytics/z"): False,
    ("other", "shop-analytics/analytics/z"): False,
    ("other", "x/acme-prod/analytics/z"): False,
    ("other-analytics", "analytics/z"): False,
}


def test_the_role_puts_below_its_prefix_and_nowhere_else(enter: Enter) -> None:
    enter(functions.tracker(STAGE))
    s3 = boto3.client("s3")

    found = {place: not is_denied(s3.put_object, Bucket=place[0], Key=place[1]) for place in PLACES}

    assert found == PLACES


def test_without_the_constant_deny_the_role_would_put_below_other_prefixes(enter: Enter) -> None:
    policy = functions.tracker(STAGE)
    enter({**policy, "Statement": [part for part in policy["Statement"] if part["Sid"] != "NeverDeeper"]})

    assert not is_denied(boto3.client("s3").put_object, Bucket="acme-prod", Key="secret/analytics/z")


LAKE = {
    ("put", "compacted/dt=2025-12-17/events.parquet"): True,
    ("put", "compacted/_watermark.json"): True,
    ("put", "analytics/z"): False,
    ("put", "z"): False,
    ("put", "secret/compacted/z"): False,
    ("get", RECORD): True,
    ("get", "secret.json"): False,
    ("delete", RECORD): False,
}


@pytest.mark.parametrize("bucket", ["shop-analytics", "acme-prod"])
def test_the_compactors_role_reads_records_and_puts_what_is_compacted(enter: Enter, bucket: str) -> None:
    enter(functions.compact(STAGE))
    s3 = boto3.client("s3")
    calls = {"put": s3.put_object, "get": s3.get_object, "delete": s3.delete_object}

    found = {(call, key): not is_refused(calls[call], Bucket=bucket, Key=key) for call, key in LAKE}

    assert found == LAKE


def is_refused(call: Callable[..., Any], **arguments: Any) -> bool:
    """The same where an object need not be there."""
    try:
        return is_denied(call, **arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return False


OF_S3 = {
    "get_object": {"Key": RECORD},
    "head_object": {"Key": RECORD},
    "delete_object": {"Key": RECORD},
    "get_object_tagging": {"Key": RECORD},
    "put_object_acl": {"Key": RECORD, "ACL": "public-read"},
    "put_object_tagging": {"Key": RECORD, "Tagging": {"TagSet": []}},
    "list_objects_v2": {},
    "list_object_versions": {},
    "get_bucket_location": {},
    "put_bucket_policy": {"Policy": json.dumps(ANYONE)},
    "put_bucket_versioning": {"VersioningConfiguration": {"Status": "Enabled"}},
    "put_bucket_acl": {"ACL": "public-read"},
    "delete_bucket": {},
}


def test_the_role_does_nothing_but_put_in_its_own_bucket(enter: Enter) -> None:
    enter(functions.tracker(STAGE))
    s3 = boto3.client("s3")

    denied = {name for name, more in OF_S3.items() if is_denied(getattr(s3, name), Bucket="shop-analytics", **more)}

    assert denied == set(OF_S3)


@pytest.mark.parametrize(
    ("policy", "allowed"), [(functions.tracker, {"update_item"}), (functions.forget_salts, {"delete_item", "scan"})]
)
def test_a_role_does_with_the_salts_only_what_its_code_calls(enter: Enter, policy: Any, allowed: set[str]) -> None:
    enter(policy(STAGE))
    salts, item = boto3.client("dynamodb"), {"Key": {"pk": {"S": "salt#2025-12-17"}}}
    calls = {
        "update_item": {**item, "AttributeUpdates": {}},
        "get_item": item,
        "delete_item": item,
        "scan": {},
        "describe_table": {},
    }

    denied = {name for name, more in calls.items() if is_denied(getattr(salts, name), TableName=TABLE, **more)}

    assert denied == set(calls) - allowed


OF_OTHERS = {"iam": "list_roles", "sts": "get_session_token", "lambda": "list_functions", "kms": "list_keys"}


def test_the_role_has_no_business_with_other_services(enter: Enter) -> None:
    enter(functions.tracker(STAGE))

    assert all(is_denied(getattr(boto3.client(service), call)) for service, call in OF_OTHERS.items())


@pytest.mark.parametrize(("bucket", "denied"), [("shop-analytics", False), ("acme-prod", True)])
def test_an_analyst_reads_the_records_of_one_tenant(enter: Enter, bucket: str, denied: bool) -> None:
    enter(people.analyst(STAGE, "shop-analytics"))
    s3 = boto3.client("s3")

    assert is_denied(s3.get_object, Bucket=bucket, Key=RECORD) is denied
    assert is_denied(s3.list_objects_v2, Bucket=bucket, Prefix="analytics/") is denied
    assert is_denied(s3.put_object, Bucket=bucket, Key=RECORD)
    assert is_denied(s3.get_object, Bucket=bucket, Key="secret.json")
