"""The token vault in a stage's stack: its table and its two keys of KMS; nothing where no entry tokenizes."""

from __future__ import annotations

from typing import Any

from chalicelib.vault.keyring import data_alias, mac_alias
from chalicelib.vault.rows import KEY
from sluice.access import vault as access
from sluice.cloud import resources
from sluice.cloud.resources import Resource
from sluice.project.config import Stage

LAYER = "VaultLayer"


def made(stage: Stage) -> dict[str, Resource]:
    """What stays when the stack goes, with what tenants' records have tokens of."""
    if not stage.tokenized:
        return {}
    sealing = {
        "Description": "Seals the data keys of the token vault",
        "EnableKeyRotation": True,
        "KeyPolicy": access.data_policy(stage),
    }
    marking = {
        "Description": "Makes the MACs that tokens of the vault are derived from",
        "KeySpec": "HMAC_256",
        "KeyUsage": "GENERATE_VERIFY_MAC",
        "KeyPolicy": access.mac_policy(stage),
    }
    return {
        "Vault": resources.kept("AWS::DynamoDB::Table", _table(stage)),
        "VaultKey": resources.kept("AWS::KMS::Key", sealing),
        "VaultMacKey": resources.kept("AWS::KMS::Key", marking),
        "VaultKeyName": resources.kept("AWS::KMS::Alias", _alias(data_alias(stage.vault), "VaultKey")),
        "VaultMacKeyName": resources.kept("AWS::KMS::Alias", _alias(mac_alias(stage.vault), "VaultMacKey")),
    }


def _table(stage: Stage) -> dict[str, Any]:
    return {
        "TableName": stage.vault,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": KEY, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": KEY, "KeyType": "HASH"}],
        "DeletionProtectionEnabled": True,
        # What is erased is gone: a recovery would bring it back for 35 days.
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
    }


def _alias(name: str, key: str) -> dict[str, Any]:
    return {"AliasName": name, "TargetKeyId": {"Ref": key}}
