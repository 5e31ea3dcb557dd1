"""One random root a day, and forgetting it.

A day is closed 24 hours after its end, when no event can be counted for it any more; its root is forgotten two hours later.
From then on nobody, ourselves included, can tell whose address a stored hash came from.
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import privacy
from chalicelib.causes import cause
from chalicelib.records import LATENESS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# After the day's end: by then no event counts for the day any more, with two hours to spare.
FORGOTTEN_AFTER = LATENESS + timedelta(hours=2)
NEGATIVE_CACHE = timedelta(seconds=5)
KEY_PREFIX = "salt#"
# The table's columns besides the root: its key, and when the root is forgotten, which is also its time to live.
KEY, END = "pk", "expires_at"
# One try of 0.3 s: an event is stored without a hash rather than late.
_CONFIG = Config(connect_timeout=0.3, read_timeout=0.3, retries={"total_max_attempts": 1, "mode": "standard"})


class Salts(Protocol):
    """Where the root of a day comes from."""

    def root(self, day: date, now: datetime) -> bytes | None:
        """The 32 bytes of this UTC day, the same for every caller, or None where there are none to be had."""

    @property
    def cause(self) -> str | None:
        """Why the last root that was asked for could not be had, in a word; None where it could."""


def of(source: Salts, day: date, bucket: str, now: datetime) -> bytes | None:
    """The tenant's salt of a day, to hash its visitors' addresses with; None where no root is available."""
    root = source.root(day, now)
    return privacy.tenant_salt(root, bucket) if root else None


def forgotten_at(day: date) -> datetime:
    """When the root of this UTC day is gone: `FORGOTTEN_AFTER` the day's end."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1) + FORGOTTEN_AFTER


class MemorySalts:
    """Roots of this process alone: for one server on one machine."""

    cause = None

    def __init__(self) -> None:
        self._roots: dict[date, bytes] = {}

    def root(self, day: date, now: datetime) -> bytes | None:
        _forget(self._roots, now)
        return self._roots.setdefault(day, secrets.token_bytes(32))


class DynamoSalts:
    """Roots that all workers share: one item a day in a table with a string key.

    The first worker's UpdateItem makes the root, every other gets that one back; there is no moment between looking
    and writing. A failure is remembered for 5 seconds, so that a table that is down slows down nobody.
    """

    def __init__(self, table: str, client: DynamoDBClient | None = None) -> None:
        self._table = table
        self._client = client or boto3.client("dynamodb", config=_CONFIG)
        self._roots: dict[date, bytes] = {}
        self._failed: datetime | None = None
        self.cause: str | None = None

    def root(self, day: date, now: datetime) -> bytes | None:
        _forget(self._roots, now)
        if day not in self._roots and not self._failed_lately(now) and now < forgotten_at(day):
            try:
                self._roots[day] = self._fetch(day, forgotten_at(day))
                self._failed = self.cause = None
            except (BotoCoreError, ClientError) as error:
                # Not lost: the caller counts every event that goes without a salt, and logs the cause.
                self._failed, self.cause = now, cause(error)
        return self._roots.get(day)

    def forget(self, now: datetime) -> list[str]:
        """Delete every root whose time has come and return their keys; reads no root."""
        due = self._client.scan(
            TableName=self._table,
            ProjectionExpression=KEY,
            FilterExpression=f"begins_with({KEY}, :prefix) AND {END} <= :now",
            ExpressionAttributeValues={":prefix": {"S": KEY_PREFIX}, ":now": {"N": str(int(now.timestamp()))}},
        )
        keys = [item[KEY]["S"] for item in due["Items"]]
        for key in keys:
            self._client.delete_item(TableName=self._table, Key={KEY: {"S": key}})
        return keys

    def _failed_lately(self, now: datetime) -> bool:
        return self._failed is not None and now - self._failed < NEGATIVE_CACHE

    def _fetch(self, day: date, end: datetime) -> bytes:
        item = self._client.update_item(
            TableName=self._table,
            Key={KEY: {"S": f"{KEY_PREFIX}{day}"}},
            UpdateExpression=f"SET #r = if_not_exists(#r, :r), {END} = if_not_exists({END}, :e)",
            ExpressionAttributeNames={"#r": "root"},
            ExpressionAttributeValues={
                ":r": {"B": secrets.token_bytes(32)},
                ":e": {"N": str(int(end.timestamp()))},
            },
            ReturnValues="ALL_NEW",
        )
        return bytes(item["Attributes"]["root"]["B"])


def _forget(roots: dict[date, bytes], now: datetime) -> None:
    """Drop from a warm process what must be forgotten by now."""
    oldest = (now - FORGOTTEN_AFTER).astimezone(UTC).date()  # the first day whose `forgotten_at` is still to come
    for day in list(roots):  # a copy: the local server's threads share the roots
        if day < oldest:
            roots.pop(day, None)
