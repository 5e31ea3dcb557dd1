"""What the doctor sees of a stage's token vault: nothing to fix in a healthy one, and each planted fault with its fix."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

from chalicelib import jobs
from chalicelib.vault.keyring import data_alias, mac_alias
from sluice.access import functions
from sluice.access import vault as access
from sluice.doctor import roles, vault
from sluice.doctor import stage as doctor
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service
from sluice.project import stage_own
from sluice.project.config import Allow, Stage
from sluice.vault import opening
from tests import vaults
from tests.sluice.access.test_isolation import ADMIN
from tests.vaults import STAGE

SERVICE = Service(STAGE, lambda name, region: boto3.client(name, region_name=region))  # type: ignore[call-overload]
TRACKER = STAGE.function(jobs.TRACKER.role)


@pytest.fixture
def aws() -> Iterator[None]:
    """A vault as the template has it, with the tracker's role."""
    with mock_aws():
        vaults.make()
        kms = boto3.client("kms")
        for alias, policy in ((data_alias(STAGE.vault), access.data_policy(STAGE)), marking()):
            kms.put_key_policy(KeyId=key(alias), PolicyName="default", Policy=json.dumps(policy))
        kms.enable_key_rotation(KeyId=key(data_alias(STAGE.vault)))
        boto3.client("iam").create_role(RoleName=TRACKER, AssumeRolePolicyDocument="{}")
        grant(functions.tracker(STAGE))
        yield


def marking() -> tuple[str, dict[str, Any]]:
    return mac_alias(STAGE.vault), access.mac_policy(STAGE)


def key(alias: str) -> str:
    return boto3.client("kms").describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]


def grant(policy: dict[str, Any]) -> None:
    boto3.client("iam").put_role_policy(RoleName=TRACKER, PolicyName="generated", PolicyDocument=json.dumps(policy))


def checks() -> dict[str, Callable[[], Seen]]:
    tracker = partial(roles.seen, SERVICE, jobs.TRACKER.role, functions.tracker(STAGE))
    return {"tracker role": tracker} | vault.checks(SERVICE)


def test_a_healthy_vault_has_nothing_to_fix(aws: None) -> None:
    assert {name: look().verdict for name, look in checks().items()} == dict.fromkeys(checks(), "ok")
    assert len(checks()) == 6


def test_a_stage_without_tokens_has_no_vault_to_look_at() -> None:
    plain = msgspec.structs.replace(STAGE, allow=(Allow("shop-analytics"),))
    assert vault.checks(Service(plain, SERVICE.client)) == {}


def remove_table() -> None:
    protect(False)
    boto3.client("dynamodb").delete_table(TableName=STAGE.vault)


def protect(is_protected: bool) -> None:
    boto3.client("dynamodb").update_table(TableName=STAGE.vault, DeletionProtectionEnabled=is_protected)


def let_rows_expire() -> None:
    boto3.client("dynamodb").update_time_to_live(
        TableName=STAGE.vault, TimeToLiveSpecification={"Enabled": True, "AttributeName": "day"}
    )


def back_up() -> None:
    boto3.client("dynamodb").update_continuous_backups(
        TableName=STAGE.vault, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def without(sid: str) -> dict[str, Any]:
    policy = functions.tracker(STAGE)
    return {**policy, "Statement": [one for one in policy["Statement"] if one["Sid"] != sid]}


def open_to_all() -> None:
    boto3.client("kms").put_key_policy(
        KeyId=key(data_alias(STAGE.vault)), PolicyName="default", Policy=json.dumps(access.mac_policy(STAGE))
    )


SEALING, MARKING = data_alias(STAGE.vault), mac_alias(STAGE.vault)
PLANTED: list[tuple[Callable[[], object], str, str, str]] = [
    (remove_table, "vault table", "there is no table sluice-prod-vault: events of", "make deploy STAGE=prod"),
    (lambda: protect(False), "vault table", "not protected from deletion", "--deletion-protection-enabled"),
    (let_rows_expire, "vault expiry", "rows expire by day", "Enabled=false,AttributeName=day"),
    (back_up, "vault backups", "an erased value can be had back", "PointInTimeRecoveryEnabled=false"),
    (
        lambda: boto3.client("kms").delete_alias(AliasName=SEALING),
        "vault key",
        "there is no alias/sluice-prod-vault in KMS",
        "make deploy STAGE=prod",
    ),
    (
        lambda: boto3.client("kms").disable_key(KeyId=key(SEALING)),
        "vault key",
        "Disabled: events of shop-analytics",
        "aws kms enable-key --key-id",
    ),
    (open_to_all, "vault key", "others may open values", "sluice sync; make deploy"),
    (
        lambda: boto3.client("kms").disable_key_rotation(KeyId=key(SEALING)),
        "vault key",
        "not rotated each year",
        "aws kms enable-key-rotation --key-id",
    ),
    (
        lambda: boto3.client("kms").schedule_key_deletion(KeyId=key(MARKING)),
        "vault token key",
        "PendingDeletion",
        "aws kms cancel-key-deletion --key-id",
    ),
    (lambda: grant(without("SealValues")), "tracker role", "not as generated: SealValues", "sluice sync; make deploy"),
    (lambda: grant(ADMIN), "tracker role", "a statement without a Sid", "sluice sync; make deploy"),
]


@pytest.mark.parametrize(("plant", "check", "message", "fix"), PLANTED)
def test_a_planted_fault_is_found_and_its_fix_named(
    aws: None, plant: Callable[[], object], check: str, message: str, fix: str
) -> None:
    plant()
    found = checks()[check]()
    assert (found.verdict, message in found.found, fix in found.fix) == ("fault", True, True), found


@pytest.fixture
def here(tmp_path: Path) -> Stage:
    """A local stage with a vault."""
    stage = Stage(name="local", store=f"dir:{tmp_path / 'data'}", allow=STAGE.allow)
    opening.make(stage, lambda: vaults.PASSPHRASE)
    return stage


def local(stage: Stage) -> Any:
    (found,) = [one for one in doctor.examine(stage, datetime.now(UTC), databases=[]) if one.check == "vault"]
    return found


def test_a_local_vault_is_looked_at_where_an_entry_tokenizes(here: Stage) -> None:
    assert local(here).verdict == "ok"
    plain = msgspec.structs.replace(here, allow=(Allow("shop-analytics"),))
    assert not [one for one in doctor.examine(plain, datetime.now(UTC), databases=[]) if one.check == "vault"]


@pytest.mark.parametrize(
    ("gone", "message", "fix"),
    [
        (("mac", "public", "private"), "there is none in", "sluice vault init"),
        (("private",), "opens with no passphrase", "Restore it"),
        (("mac",), "has no mac: events of shop-analytics, blog-analytics are answered 503", "Restore what is missing"),
    ],
)
def test_a_local_vault_without_its_files_is_a_fault(here: Stage, gone: tuple[str, ...], message: str, fix: str) -> None:
    for name in gone:
        (stage_own.folder(here) / "vault" / name).unlink()
    found = local(here)
    assert (found.verdict, message in found.found, found.fix) == ("fault", True, fix), found


def test_a_local_vault_that_others_can_read_is_a_fault(here: Stage) -> None:
    path = stage_own.folder(here) / "vault" / "mac"
    path.chmod(0o644)
    assert local(here).fix == f"chmod 600 {path}"
