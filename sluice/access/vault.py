"""The token vault's rights: the ingest makes tokens and seals values, who reveals for one tenant opens its rows, and nobody else.

Two keys of KMS serve a stage's tenants: one makes MACs, the other seals data keys, each bound to its tenant by the context.
"""

from __future__ import annotations

from chalicelib.prefixes import REVEALER
from chalicelib.vault.keyring import context, data_alias, mac_alias
from chalicelib.vault.rows import item_key
from sluice.access import auditing
from sluice.access.iam import Document, Statement, allow, arn, deny, document
from sluice.project import tags
from sluice.project.config import Allow, Stage

# All by which a sealed data key is opened, or by which somebody else is let in to it.
_OPENING = ["kms:CreateGrant", "kms:Decrypt", "kms:ReEncryptFrom"]
_TABLE = [
    *("CreateTable", "DeleteTable", "DescribeContinuousBackups", "DescribeContributorInsights", "DescribeTable"),
    *("DescribeKinesisStreamingDestination", "DescribeTimeToLive", "ListTagsOfResource", "TagResource"),
    *("UntagResource", "UpdateContinuousBackups", "UpdateTable", "UpdateTimeToLive"),
]
_KEY = [
    *("DescribeKey", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation", "GetKeyPolicy"),
    *("GetKeyRotationStatus", "ListResourceTags", "PutKeyPolicy", "ScheduleKeyDeletion", "TagResource"),
    *("UntagResource", "UpdateKeyDescription"),
]


def fills(stage: Stage) -> list[Statement]:
    """The ingest's: make MACs and data keys, and put rows; it opens nothing, and reads none."""
    if not stage.tokenized:
        return []
    return [
        makes_tokens(stage),
        allow(
            "SealValues",
            "kms:GenerateDataKey",
            _keys(stage),
            _named(data_alias(stage.vault)) | _bound(*stage.tokenized),
        ),
        allow("KeepValues", "dynamodb:PutItem", _table(stage), _rows_of(*stage.tokenized)),
    ]


def makes_tokens(stage: Stage) -> Statement:
    """Make the MACs that tokens are derived from."""
    return allow("MakeTokens", "kms:GenerateMac", _keys(stage), _named(mac_alias(stage.vault)))


def revealer(stage: Stage, entry: Allow) -> Document:
    """Read and open one tenant's rows, and say so in the audit trail before."""
    bucket = stage.bucket(entry)
    return document(
        allow("ReadValues", "dynamodb:BatchGetItem", _table(stage), _rows_of(bucket)),
        allow("OpenValues", "kms:Decrypt", _keys(stage), _named(data_alias(stage.vault)) | _bound(bucket)),
        *auditing.adds(stage),
    )


def erases(stage: Stage, entry: Allow) -> list[Statement]:
    """The eraser's: make the tokens of a value that somebody names, and see and delete the tenant's rows, sealed as they are."""
    if not entry.tokenize:
        return []
    seen = ["dynamodb:BatchGetItem", "dynamodb:DeleteItem"]
    return [makes_tokens(stage), allow("EraseValues", seen, _table(stage), _rows_of(stage.bucket(entry)))]


def looks(stage: Stage, at_table: list[str]) -> list[Statement]:
    """What the doctor looks at: the table, the two keys of KMS, and their policies."""
    if not stage.tokenized:
        return []
    named = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": [data_alias(stage.vault), mac_alias(stage.vault)]}}
    seen = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"]
    return [allow("LookAtVault", at_table, _table(stage)), allow("LookAtVaultKeys", seen, _keys(stage), named)]


def deploys(stage: Stage) -> list[Statement]:
    """The deployer's: make the table and the keys. A key has an id alone, so that the stack's tag says whose it is."""
    if not stage.tokenized:
        return []
    ours = {"StringEquals": {f"aws:ResourceTag/{tags.STACK}": stage.stack}}
    made = {"StringEquals": {f"aws:RequestTag/{tags.STACK}": stage.stack}}
    aliases = [arn(stage, "kms", one) for one in (data_alias(stage.vault), mac_alias(stage.vault))]
    return [
        allow("Vault", [f"dynamodb:{verb}" for verb in _TABLE], _table(stage)),
        allow("VaultPolicy", "dynamodb:GetResourcePolicy", [_table(stage), f"{_table(stage)}/stream/*"]),
        allow("MakeVaultKeys", "kms:CreateKey", "*", made),
        allow("VaultKeys", [f"kms:{verb}" for verb in _KEY], _keys(stage), ours),
        # By an alias of ours alone; AWS also asks for the right on the key, which has no tag that an alias could have.
        allow(
            "NameVaultKeys", [f"kms:{verb}Alias" for verb in ("Create", "Delete", "Update")], [*aliases, _keys(stage)]
        ),
        allow("FindNames", "kms:ListAliases", "*"),
    ]


def data_policy(stage: Stage) -> Document:
    """The policy of the key that seals: IAM decides, but who reveals alone opens anything, or hands it on."""
    opened = deny("OnlyWhoReveals", _OPENING, "*", {"ArnNotEquals": {"aws:PrincipalArn": stage.role_arn(REVEALER)}})
    return document(_by_iam(stage), {**opened, "Principal": "*"})


def mac_policy(stage: Stage) -> Document:
    """The policy of the key that makes MACs: IAM decides."""
    return document(_by_iam(stage))


def _by_iam(stage: Stage) -> Statement:
    return {**allow("ByIam", "kms:*", "*"), "Principal": {"AWS": f"arn:aws:iam::{stage.account}:root"}}


def _keys(stage: Stage) -> str:
    return arn(stage, "kms", "key/*")


def _table(stage: Stage) -> str:
    return arn(stage, "dynamodb", f"table/{stage.vault}")


def _named(alias: str) -> Document:
    return {"ForAnyValue:StringEquals": {"kms:ResourceAliases": alias}}


def _bound(*buckets: str) -> Document:
    """What the context of KMS has for these tenants."""
    tenants = list(buckets) if buckets[1:] else buckets[0]
    return {
        "StringEquals": {
            "kms:EncryptionContext:purpose": context("")["purpose"],
            "kms:EncryptionContext:tenant": tenants,
        }
    }


def _rows_of(*buckets: str) -> Document:
    # Without the Null a request that names no key would satisfy ForAllValues.
    return {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [item_key(bucket, "*") for bucket in buckets]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }
