"""A tenant's own key, under which its ids are hashed: made once, sealed by KMS, or as a file of a local stage."""

from __future__ import annotations

import json
import secrets
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib import secret_files
from chalicelib.allowlist import TENANT, Allowlist
from chalicelib.tracking.tenant_keys import BYTES, context, object_key
from sluice import aws
from sluice.aws import Client
from sluice.errors import SluiceError
from sluice.project import audit, stage_own
from sluice.project.config import Stage

ACTION = "key.made"  # or its policy put right, where it is there
_THERE = {"412", "PreconditionFailed", "ConditionalRequestConflict"}


class IdentifyError(SluiceError):
    """A key that cannot be made; the message says why."""


class Made(NamedTuple):
    """Where the key is, and whether it is new."""

    place: str
    is_new: bool


def make(stage: Stage, bucket: str, policy: dict[str, Any], client: Client = aws.client) -> Made:
    """Make the tenant's key where there is none, in the audit trail, too; `policy` is that of the stage's key of KMS.

    Nobody ever sees a deployed stage's key: KMS seals it as it is made. Raises IdentifyError.
    """
    entry = Allowlist(stage.entries).find(bucket)
    if entry is None or entry.identify != TENANT:
        raise IdentifyError(
            f'no entry of [stages.{stage.name}] with identify = "tenant" is {bucket}; add that, and run `sluice sync`'
        )
    if not stage.is_deployed:
        return _file(stage, bucket)
    own = {"Bucket": stage_own.bucket(stage), "ExpectedBucketOwner": stage.account}
    place, is_there = f"s3://{own['Bucket']}/{object_key(bucket)}", bucket in found(stage, client)
    if is_there:
        _require_master(stage, bucket, client)
        if has_policy(stage, policy, client):
            return Made(place, is_new=False)
    with audit.recorded(stage, ACTION, bucket, {"place": place}, client):
        _make_master(stage, policy, client)
        if is_there:
            return Made(place, is_new=False)
        sealed = client("kms", stage.region).generate_data_key_without_plaintext(
            KeyId=stage.identify_alias, NumberOfBytes=BYTES, EncryptionContext=context(bucket)
        )
        is_new = _created({**own, "Key": object_key(bucket), "Body": sealed["CiphertextBlob"]}, stage, client)
    return Made(place, is_new)


def found(stage: Stage, client: Client = aws.client) -> set[str]:
    """The tenants of a deployed stage whose keys are there."""
    pages = client("s3", stage.region).get_paginator("list_objects_v2")
    listed = pages.paginate(Bucket=stage_own.bucket(stage), Prefix=object_key(""), ExpectedBucketOwner=stage.account)
    return {one["Key"].removeprefix(object_key("")) for page in listed for one in page.get("Contents", [])}


def master(stage: Stage, client: Client = aws.client) -> dict[str, Any] | None:
    """What KMS says of the key that seals; None where there is none."""
    kms = client("kms", stage.region)
    try:
        said: dict[str, Any] = kms.describe_key(KeyId=stage.identify_alias)["KeyMetadata"]
    except ClientError as error:
        if aws.code(error) != "NotFoundException":
            raise
        return None
    return said


def has_policy(stage: Stage, policy: dict[str, Any], client: Client = aws.client) -> bool:
    """Whether the key that seals has this policy."""
    kms, key = client("kms", stage.region), (master(stage, client) or {})["KeyId"]
    return bool(json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]) == policy)


def end(stage: Stage, client: Client = aws.client) -> str | None:
    """Have KMS delete the key that seals in 30 days, and take its name from it; what was done, None where there is none."""
    if (said := master(stage, client)) is None:
        return None
    kms = client("kms", stage.region)
    kms.schedule_key_deletion(KeyId=said["KeyId"], PendingWindowInDays=30)
    kms.delete_alias(AliasName=stage.identify_alias)
    return f"{stage.identify_alias}: {said['KeyId']} is deleted in 30 days"


def _make_master(stage: Stage, policy: dict[str, Any], client: Client) -> None:
    """The key that seals, $1 a month, with its policy."""
    kms, written = client("kms", stage.region), json.dumps(policy)
    if (said := master(stage, client)) is None:
        made = kms.create_key(Policy=written, Description="Seals the keys of tenants, under which ids are hashed")
        kms.create_alias(AliasName=stage.identify_alias, TargetKeyId=made["KeyMetadata"]["KeyId"])
    elif not has_policy(stage, policy, client):
        kms.put_key_policy(KeyId=said["KeyId"], PolicyName="default", Policy=written)


def _require_master(stage: Stage, bucket: str, client: Client) -> None:
    if (master(stage, client) or {}).get("KeyState") != "Enabled":
        raise IdentifyError(
            f"{bucket} has its key, but {stage.identify_alias} in KMS, which opens it, is not there or not enabled: "
            "cancel its deletion, or enable it. Without it nothing that was stored under the key is found again"
        )


def _created(put: dict[str, Any], stage: Stage, client: Client) -> bool:
    """Whether this put was the first: of two commands at once one makes the key."""
    try:
        client("s3", stage.region).put_object(**put, IfNoneMatch="*")
    except ClientError as error:
        if aws.code(error) not in _THERE:
            raise
        return False
    return True


def _file(stage: Stage, bucket: str) -> Made:
    path = stage_own.folder(stage) / object_key(bucket)
    if path.exists():
        return Made(str(path), is_new=False)
    with audit.recorded(stage, ACTION, bucket, {"place": str(path)}):
        secret_files.create(path, secrets.token_bytes(BYTES))
    return Made(str(path), is_new=True)
