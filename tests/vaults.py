"""Vaults for tests: one in moto's AWS, made as the template of a stage says, and one of a local stage."""

from __future__ import annotations

import io
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import boto3

from chalicelib.allowlist import Entry
from chalicelib.events import Event
from chalicelib.vault.filling import Vault
from chalicelib.vault.keyring import KmsKeys
from chalicelib.vault.rows import TableRows
from sluice.cloud import vault as stack
from sluice.project.config import Allow, Audit, Stage
from tests.conftest import BUCKET, OWNER

OTHER = "blog-analytics"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIELDS = ("userId", "metadata.email")
ENTRY = Entry(BUCKET, tokenize=frozenset(FIELDS))
STAGE = Stage(
    name="prod", account=OWNER, audit=Audit(), allow=tuple(Allow(one, tokenize=FIELDS) for one in (BUCKET, OTHER))
)
PASSPHRASE = "correct horse battery"


def make(stage: Stage = STAGE) -> None:
    """The table and the keys of the stage's template, without their policies, which moto does not judge."""
    made = stack.made(stage)
    boto3.client("dynamodb").create_table(**_known(made["Vault"]["Properties"]))
    kms = boto3.client("kms")
    for key, name in (("VaultKey", "VaultKeyName"), ("VaultMacKey", "VaultMacKeyName")):
        asked = {one: made[key]["Properties"][one] for one in ("KeySpec", "KeyUsage") if one in made[key]["Properties"]}
        known = kms.create_key(**asked)["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName=made[name]["Properties"]["AliasName"], TargetKeyId=known)


def _known(table: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in table.items() if not name.startswith("PointInTime")}


class Counted:
    """Clients whose calls are counted, by service and operation."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def __call__(self, service: str, region: str = "us-east-1") -> Any:
        client = boto3.client(service, region_name=region)  # type: ignore[call-overload]
        client.meta.events.register(f"before-call.{service}", self._count)
        return client

    def _count(self, model: Any, **_: Any) -> None:
        self.calls[f"{model.service_model.service_name}.{model.name}"] += 1

    def of(self, service: str) -> int:
        return sum(number for name, number in self.calls.items() if name.startswith(f"{service}."))


def worker(client: Any = None, name: str = STAGE.vault) -> Vault:
    """A worker's vault, with its own clients and memory."""
    made = client or Counted()
    return Vault(KmsKeys(name, made("kms")), TableRows(name, made("dynamodb")))


def event(bucket: str = BUCKET, **fields: Any) -> Event:
    """An event of this bucket with these fields."""
    return Event(bucket, "page_view", NOW, **fields)


def taken(vault: Vault, entry: Entry = ENTRY, bucket: str = BUCKET, **fields: Any) -> Event:
    """The event as it is stored, its values kept."""
    values: dict[str, str] = {}
    made = vault.taken(event(bucket, **fields), entry, values, NOW)
    vault.keep(bucket, values, NOW)
    return made


def table() -> list[dict[str, Any]]:
    """All rows of the table."""
    found: list[dict[str, Any]] = boto3.client("dynamodb").scan(TableName=STAGE.vault)["Items"]
    return found


def raw() -> bytes:
    """All bytes of the table."""
    written = io.BytesIO()
    for row in table():
        for one in row.values():
            (value,) = one.values()
            written.write(value.encode() if isinstance(value, str) else bytes(value))
    return written.getvalue()
