"""What a tenant's own key needs, with `identify = "tenant"`: the tracker opens it, the eraser of that tenant, and nobody else.

One key of KMS seals the keys of all of a stage's tenants. Each is bound to its tenant by the encryption context.
"""

from __future__ import annotations

from chalicelib import jobs
from chalicelib.allowlist import TENANT
from chalicelib.prefixes import ERASER, IDENTIFY_KEYS
from chalicelib.tracking.tenant_keys import context, object_key
from sluice.access.iam import CREATE_ONLY, Document, Statement, allow, arn, deny, document, objects, owned
from sluice.project import stage_own
from sluice.project.config import Allow, Stage

_OPENING = ["kms:CreateGrant", "kms:Decrypt", "kms:ReEncryptFrom"]


def opens(stage: Stage, *buckets: str) -> list[Statement]:
    """Read and open the keys of these tenants; nothing where there are none."""
    if not buckets:
        return []
    bound = {"StringEquals": {f"kms:EncryptionContext:{name}": _same(name, buckets) for name in context("")}}
    return [
        allow("ReadTenantKeys", "s3:GetObject", _places(stage, *buckets), owned(stage.account or "")),
        allow("OpenTenantKeys", "kms:Decrypt", arn(stage, "kms", "key/*"), _key(stage) | bound),
    ]


def erases(stage: Stage, entry: Allow) -> list[Statement]:
    """The eraser's: find a person by the hash under the tenant's key."""
    return opens(stage, *([stage.bucket(entry)] if entry.identify == TENANT else []))


def makes(stage: Stage) -> list[Statement]:
    """The operator's: have KMS make a key for each tenant that asks for one, which the operator never sees, and keep it once."""
    if not stage.keyed:
        return []
    bound = {"StringEquals": {f"kms:EncryptionContext:{name}": _same(name, stage.keyed) for name in context("")}}
    create_only = owned(stage.account or "") | CREATE_ONLY
    return [
        allow("MakeTenantKeys", "kms:GenerateDataKeyWithoutPlaintext", arn(stage, "kms", "key/*"), _key(stage) | bound),
        allow("KeepTenantKeys", "s3:PutObject", _places(stage, *stage.keyed), create_only),
    ]


def looks(stage: Stage) -> list[Statement]:
    """What the doctor looks at: the key of KMS and its policy, and whose keys are there."""
    if not stage.keyed:
        return []
    return [allow("LookAtTenantKeys", ["kms:DescribeKey", "kms:GetKeyPolicy"], arn(stage, "kms", "key/*"), _key(stage))]


def destroys(stage: Stage) -> list[Statement]:
    """The deployer's: with the stage its key of KMS ends; its alias, and the key thirty days later."""
    return [
        allow("EndTenantKeys", ["kms:DescribeKey", "kms:ScheduleKeyDeletion"], arn(stage, "kms", "key/*"), _key(stage)),
        allow(
            "EndTenantKeysAlias",
            "kms:DeleteAlias",
            [arn(stage, "kms", stage.identify_alias), arn(stage, "kms", "key/*")],
        ),
    ]


def guarded(stage: Stage, entry: Allow, bucket: str, only_writes: Statement) -> list[Statement]:
    """The Deny by which the tracker reads nothing of a bucket; in the stage's own one it reads the keys of tenants.

    There no key is ever put over another, also by an administrator.
    """
    if stage.bucket(entry) != stage_own.bucket(stage):
        return [only_writes]
    once = {"Null": {"s3:if-none-match": "true"}}
    never_again = deny("TenantKeysOnce", "s3:PutObject", f"{bucket}/{IDENTIFY_KEYS.pattern}", once)
    if not stage.keyed:
        return [only_writes, never_again]
    rest = {name: one for name, one in only_writes.items() if name != "Resource"}
    return [{**rest, "NotResource": _places(stage, *stage.keyed)}, never_again]


def key_policy(stage: Stage) -> Document:
    """The policy of the key in KMS: IAM decides, but nobody except the tracker and erasers opens anything, or hands it on."""
    roles = [stage.role_arn(jobs.TRACKER.role), stage.role_arn(ERASER)]
    administrators = {**allow("ByIam", "kms:*", "*"), "Principal": {"AWS": f"arn:aws:iam::{stage.account}:root"}}
    opened = deny("OnlyWhoHashes", _OPENING, "*", {"ArnNotEquals": {"aws:PrincipalArn": roles}})
    return document(administrators, {**opened, "Principal": "*"})


def _same(name: str, buckets: tuple[str, ...] | list[str]) -> str | list[str]:
    """What the context of KMS has under this name."""
    found = list(dict.fromkeys(context(bucket)[name] for bucket in buckets))
    return found[0] if len(found) == 1 else found


def _key(stage: Stage) -> Document:
    return {"ForAnyValue:StringEquals": {"kms:ResourceAliases": stage.identify_alias}}


def _places(stage: Stage, *buckets: str) -> list[str]:
    return objects([stage_own.bucket(stage)], *map(object_key, buckets))
