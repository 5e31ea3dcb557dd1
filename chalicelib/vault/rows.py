"""The vault's rows, one for each token of a tenant: a table of DynamoDB, or files of a local stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import secret_files
from chalicelib.causes import cause
from chalicelib.vault.keyring import FOLDER, VaultUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY = "tenant_token"  # `row` and `key` are words of DynamoDB
PUTTERS = 16
_MOST = 100  # rows that DynamoDB gives at once
_CONFIG = Config(
    connect_timeout=0.5,
    read_timeout=0.5,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=PUTTERS,
)


class Row(msgspec.Struct, frozen=True):
    """A value's row: the sealed data key, the value under that key, and the day on which it was made."""

    bucket: str
    token: str
    key: bytes
    box: bytes
    day: str


class Rows(Protocol):
    """Where the rows of a stage's vault are."""

    def add(self, row: Row) -> None:
        """Keep the row where its tenant has none of this token; raises VaultUnavailable."""

    def find(self, bucket: str, tokens: Iterable[str]) -> Iterator[Row]:
        """Those of the tenant's tokens that have a row."""

    def remove(self, bucket: str, token: str) -> None:
        """Delete the row, where there is one."""


class TableRows:
    """A table of DynamoDB; its key begins with the tenant's bucket, by which policies keep tenants apart."""

    def __init__(self, table: str, client: DynamoDBClient | None = None) -> None:
        self._table = table
        self._client = client or boto3.client("dynamodb", config=_CONFIG)

    def add(self, row: Row) -> None:
        item: dict[str, Any] = {
            KEY: {"S": item_key(row.bucket, row.token)},
            "key": {"B": row.key},
            "box": {"B": row.box},
            "day": {"S": row.day},
        }
        try:
            self._client.put_item(TableName=self._table, Item=item, ConditionExpression=f"attribute_not_exists({KEY})")
        except (BotoCoreError, ClientError) as error:
            if cause(error) != "ConditionalCheckFailedException":
                raise VaultUnavailable(f"Vault.{cause(error)}") from error

    def find(self, bucket: str, tokens: Iterable[str]) -> Iterator[Row]:
        wanted = [{KEY: {"S": item_key(bucket, one)}} for one in dict.fromkeys(tokens)]
        for start in range(0, len(wanted), _MOST):
            left: Any = {self._table: {"Keys": wanted[start : start + _MOST]}}
            while left:
                answer = self._client.batch_get_item(RequestItems=left)
                yield from (_row(bucket, one) for one in answer["Responses"].get(self._table, []))
                left = answer.get("UnprocessedKeys")

    def remove(self, bucket: str, token: str) -> None:
        self._client.delete_item(TableName=self._table, Key={KEY: {"S": item_key(bucket, token)}})


class FileRows:
    """A file for each row, in the folder that a local stage has for itself."""

    def __init__(self, own: Path) -> None:
        self._folder = own / FOLDER / "rows"

    def add(self, row: Row) -> None:
        path = self._path(row.bucket, row.token)
        if path.exists():
            return
        try:
            secret_files.create(path, msgspec.json.encode(row))
        except OSError as error:
            raise VaultUnavailable(f"Vault.{type(error).__name__}") from error

    def find(self, bucket: str, tokens: Iterable[str]) -> Iterator[Row]:
        for token in dict.fromkeys(tokens):
            with suppress(FileNotFoundError, msgspec.MsgspecError):
                found = msgspec.json.decode(self._path(bucket, token).read_bytes(), type=Row)
                yield msgspec.structs.replace(found, bucket=bucket, token=token)

    def remove(self, bucket: str, token: str) -> None:
        self._path(bucket, token).unlink(missing_ok=True)

    def _path(self, bucket: str, token: str) -> Path:
        return self._folder / bucket / token


def item_key(bucket: str, token: str) -> str:
    """The key of a row in the table: no bucket's name has a #."""
    return f"{bucket}#{token}"


def _row(bucket: str, item: Any) -> Row:
    token = item[KEY]["S"].partition("#")[2]
    return Row(bucket, token, bytes(item["key"]["B"]), bytes(item["box"]["B"]), item["day"]["S"])
