"""A tenant's own key: opened by KMS once a worker, for that tenant alone, and null ids where it is not to be had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from chalicelib.tracking.tenant_keys import FolderKeys, SealedKeys, context, object_key
from sluice.access import identifying
from sluice.project import identify
from sluice.project.config import Allow, Stage
from tests.conftest import BUCKET, OWNER

OTHER = "blog-analytics"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAGE = Stage(
    name="prod", account=OWNER, allow=tuple(Allow(one, identify="tenant") for one in (BUCKET, OTHER, "late-analytics"))
)
OWN = f"sluice-prod-{OWNER}-us-east-1"


class Counting:
    """A client that counts its calls."""

    def __init__(self, service: str) -> None:
        self.real, self.calls = boto3.client(service, region_name="us-east-1"), 0  # type: ignore[call-overload]

    def __getattr__(self, name: str) -> Any:
        self.calls += 1
        return getattr(self.real, name)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The stage's own bucket, and two tenants with keys."""
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=OWN)
        for bucket in (BUCKET, OTHER):
            assert identify.make(STAGE, bucket, identifying.key_policy(STAGE)).is_new
        yield


def sealed() -> tuple[SealedKeys, Counting, Counting]:
    s3, kms = Counting("s3"), Counting("kms")
    return SealedKeys(STAGE.identify_alias, OWN, OWNER, s3, kms), s3, kms  # type: ignore[arg-type]


def test_each_tenant_has_another_key_and_every_worker_the_same(aws: None) -> None:
    first, second = sealed()[0], sealed()[0]
    keys = [one.key(bucket, NOW) for one in (first, second) for bucket in (BUCKET, OTHER)]
    assert keys[:2] == keys[2:]
    assert len(set(keys)) == 2
    assert {len(one or b"") for one in keys} == {32}


def test_a_key_is_opened_once_a_worker(aws: None) -> None:
    keys, s3, kms = sealed()
    for second in range(100):
        keys.key(BUCKET, NOW + timedelta(seconds=second))
    assert (s3.calls, kms.calls, keys.cause) == (1, 1, None)


def test_the_key_of_one_tenant_opens_as_no_other_s(aws: None) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    body = s3.get_object(Bucket=OWN, Key=object_key(BUCKET))["Body"].read()
    s3.put_object(Bucket=OWN, Key=object_key("late-analytics"), Body=body)
    keys, _, kms = sealed()
    assert keys.key("late-analytics", NOW) is None
    assert (kms.calls, keys.cause) == (1, "TenantKey.InvalidCiphertextException")


def test_an_absent_key_is_asked_for_again_after_five_seconds(aws: None) -> None:
    keys, s3, _ = sealed()
    for second in range(10):
        assert keys.key("late-analytics", NOW + timedelta(seconds=second)) is None
        assert keys.cause == "TenantKey.NoSuchKey"
    assert s3.calls == 2
    identify.make(STAGE, "late-analytics", identifying.key_policy(STAGE))
    assert keys.key("late-analytics", NOW + timedelta(seconds=10))


def test_another_tenant_s_key_says_nothing_of_an_absent_one(aws: None) -> None:
    keys, _, _ = sealed()
    keys.key("late-analytics", NOW)
    assert (keys.key(BUCKET, NOW) is not None, keys.cause) == (True, None)
    assert (keys.key("late-analytics", NOW), keys.cause) == (None, "TenantKey.NoSuchKey")


def test_a_key_that_kms_does_not_open_is_none(aws: None) -> None:
    kms = boto3.client("kms", region_name="us-east-1")
    with Stubber(kms) as stub:
        stub.add_client_error("decrypt", "DisabledException")
        keys = SealedKeys(STAGE.identify_alias, OWN, OWNER, kms=kms)
        assert (keys.key(BUCKET, NOW), keys.cause) == (None, "TenantKey.DisabledException")


def test_a_file_of_another_length_is_not_a_key(tmp_path: Path) -> None:
    path = tmp_path / object_key(BUCKET)
    assert FolderKeys(tmp_path).key(BUCKET, NOW) is None
    path.parent.mkdir()
    for body, is_key in ((b"short", False), (b"k" * 32, True)):
        path.write_bytes(body)
        assert (FolderKeys(tmp_path).key(BUCKET, NOW) is not None) is is_key


def test_the_context_names_the_tenant_and_the_purpose() -> None:
    assert context(BUCKET) == {"tenant": BUCKET, "purpose": "identify"}


def test_it_is_made_once_and_nobody_sees_it(aws: None) -> None:
    before = sealed()[0].key(BUCKET, NOW)
    again = identify.make(STAGE, BUCKET, identifying.key_policy(STAGE))
    held = boto3.client("s3", region_name="us-east-1").get_object(Bucket=OWN, Key=object_key(BUCKET))["Body"].read()
    assert not again.is_new
    assert sealed()[0].key(BUCKET, NOW) == before
    assert before is not None and before not in held


def test_of_two_commands_at_once_one_makes_the_key(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identify, "found", lambda stage, client: set())
    before = sealed()[0].key(BUCKET, NOW)
    assert not identify.make(STAGE, BUCKET, identifying.key_policy(STAGE)).is_new
    assert sealed()[0].key(BUCKET, NOW) == before


def test_the_key_that_seals_gets_its_policy_back(aws: None) -> None:
    other = msgspec.structs.replace(STAGE, role_path="/apps/")
    policy = identifying.key_policy(other)
    assert not identify.has_policy(STAGE, policy)
    identify.make(other, "late-analytics", policy)
    assert identify.has_policy(STAGE, policy)


def test_a_key_that_cannot_be_opened_any_more_is_not_made_again(aws: None) -> None:
    assert "deleted in 30 days" in str(identify.end(STAGE))
    assert identify.end(STAGE) is None
    with pytest.raises(identify.IdentifyError, match="not there"):
        identify.make(STAGE, BUCKET, identifying.key_policy(STAGE))


@pytest.mark.parametrize("allow", [Allow(BUCKET), Allow("*-analytics"), Allow(OTHER, identify="tenant")])
def test_only_who_asks_for_a_key_gets_one(aws: None, allow: Allow) -> None:
    stage = msgspec.structs.replace(STAGE, allow=(allow,))
    with pytest.raises(identify.IdentifyError, match="identify"):
        identify.make(stage, BUCKET, identifying.key_policy(stage))
