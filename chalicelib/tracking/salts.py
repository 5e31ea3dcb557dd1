"""One random root for each day of a time zone, and forgetting it.

A day is closed 24 hours after its end, when no event can be counted for it any more; its root is forgotten two hours later.
From then on nobody, ourselves included, can tell whose address a stored hash came from.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import allowlist, privacy
from chalicelib.causes import cause
from chalicelib.records import LATENESS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# After the day's end: by then no event counts for the day any more, with two hours to spare.
FORGOTTEN_AFTER = LATENESS + timedelta(hours=2)
NEGATIVE_CACHE = timedelta(seconds=5)
KEY_PREFIX = "salt#"
# What is left of a deleted root until the audit trail has it: its key behind this, and no root.
GONE = "gone#"
NOTED_FOR = timedelta(days=30)
# The table's columns besides the root: its key, and when the root is forgotten, which is also its time to live.
KEY, END = "pk", "expires_at"
# One try of 0.3 s: an event is stored without a hash rather than late.
_CONFIG = Config(connect_timeout=0.3, read_timeout=0.3, retries={"total_max_attempts": 1, "mode": "standard"})
# Who forgets, or moves a log, is in no hurry, and must succeed.
_PATIENT = Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 4, "mode": "standard"})


class Salts(Protocol):
    """Where the root of a day comes from."""

    def root(self, day: date, now: datetime, zone: str = allowlist.UTC) -> bytes | None:
        """The 32 bytes of this day of a time zone, the same for every caller, or None where there are none to be had."""

    @property
    def cause(self) -> str | None:
        """Why the last root that was asked for could not be had, in a word; None where it could."""


class _Kept(NamedTuple):
    root: bytes
    end: datetime


# The roots of a process, by day and time zone.
_Roots = dict[tuple[date, str], _Kept]


def of(source: Salts, day: date, zone: str, bucket: str, now: datetime) -> bytes | None:
    """The tenant's salt of a day of its time zone, to hash its visitors' addresses with; None where no root is available."""
    root = source.root(day, now, zone)
    return privacy.tenant_salt(root, bucket) if root else None


def forgotten_at(day: date, zone: str = allowlist.UTC) -> datetime:
    """When the root of this day is gone: `FORGOTTEN_AFTER` the day's end in its time zone."""
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(zone)).astimezone(UTC) + FORGOTTEN_AFTER


class MemorySalts:
    """Roots of this process alone: for one server on one machine."""

    cause = None

    def __init__(self) -> None:
        self._roots: _Roots = {}

    def root(self, day: date, now: datetime, zone: str = allowlist.UTC) -> bytes | None:
        _forget(self._roots, now)
        kept = self._roots.get((day, zone))
        if kept is None:
            made = _Kept(secrets.token_bytes(32), forgotten_at(day, zone))
            kept = self._roots.setdefault((day, zone), made)  # of two threads the first one's counts
        return kept.root


class DynamoSalts:
    """Roots that all workers share: one item for each day and time zone in a table with a string key.

    The first worker's UpdateItem makes the root, every other gets that one back; there is no moment between looking
    and writing. A failure is remembered for 5 seconds, so that a table that is down slows down nobody.
    """

    def __init__(self, table: str, client: DynamoDBClient | None = None) -> None:
        self._table = table
        self._client = client or boto3.client("dynamodb", config=_CONFIG)
        self._roots: _Roots = {}
        self._failed: datetime | None = None
        self.cause: str | None = None

    def root(self, day: date, now: datetime, zone: str = allowlist.UTC) -> bytes | None:
        _forget(self._roots, now)
        kept = self._roots.get((day, zone))
        if kept is None and not self._failed_lately(now) and now < (end := forgotten_at(day, zone)):
            try:
                kept = self._roots[day, zone] = _Kept(self._fetch(item_key(day, zone), end), end)
                self._failed = self.cause = None
            except (BotoCoreError, ClientError, KeyError) as error:  # KeyError: an item that we did not write
                # Not lost: the caller counts every event that goes without a salt, and logs the cause.
                self._failed, self.cause = now, cause(error)
        return kept and kept.root

    def forget(self, now: datetime, *, noting: bool = False) -> list[str]:
        """Delete every root whose time has come and return their keys; reads no root. `noting` leaves a note of each."""
        due = self._client.scan(
            TableName=self._table,
            ProjectionExpression=KEY,
            FilterExpression=f"begins_with({KEY}, :prefix) AND {END} <= :now",
            ExpressionAttributeValues={":prefix": {"S": KEY_PREFIX}, ":now": {"N": str(int(now.timestamp()))}},
        )
        keys = [item[KEY]["S"] for item in due["Items"]]
        for key in keys:
            if noting:
                self._note(key, now)
            self._client.delete_item(TableName=self._table, Key={KEY: {"S": key}})
        return keys

    def noted(self) -> list[str]:
        """The keys of the deleted roots of which there is a note."""
        found = self._client.scan(
            TableName=self._table,
            ProjectionExpression=KEY,
            FilterExpression=f"begins_with({KEY}, :prefix)",
            ExpressionAttributeValues={":prefix": {"S": GONE}},
        )
        return sorted(item[KEY]["S"].removeprefix(GONE) for item in found["Items"])

    def drop_notes(self, keys: list[str]) -> None:
        """Delete the notes of these roots."""
        for key in keys:
            self._client.delete_item(TableName=self._table, Key={KEY: {"S": f"{GONE}{key}"}})

    def _note(self, key: str, now: datetime) -> None:
        end = {"N": str(int((now + NOTED_FOR).timestamp()))}
        # The root goes whatever happens to its note; the caller has its key, too.
        with suppress(BotoCoreError, ClientError):
            self._client.put_item(TableName=self._table, Item={KEY: {"S": f"{GONE}{key}"}, END: end})

    def _failed_lately(self, now: datetime) -> bool:
        return self._failed is not None and now - self._failed < NEGATIVE_CACHE

    def _fetch(self, key: str, end: datetime) -> bytes:
        item = self._client.update_item(
            TableName=self._table,
            Key={KEY: {"S": key}},
            UpdateExpression=f"SET #r = if_not_exists(#r, :r), {END} = if_not_exists({END}, :e)",
            ExpressionAttributeNames={"#r": "root"},
            ExpressionAttributeValues={
                ":r": {"B": secrets.token_bytes(32)},
                ":e": {"N": str(int(end.timestamp()))},
            },
            ReturnValues="ALL_NEW",
        )
        return bytes(item["Attributes"]["root"]["B"])


def patient(table: str) -> DynamoSalts:
    """The table for those who have time, and must succeed."""
    return DynamoSalts(table, boto3.client("dynamodb", config=_PATIENT))


def forget(table: str, now: datetime) -> list[str]:
    """Delete every root of the table whose time has come, and return their keys."""
    return patient(table).forget(now)


def item_key(day: date, zone: str) -> str:
    """The key of a root's item. A day of UTC has the one that it has always had."""
    return f"{KEY_PREFIX}{day}" if zone == allowlist.UTC else f"{KEY_PREFIX}{day}#{zone}"


def _forget(roots: _Roots, now: datetime) -> None:
    """Drop from a warm process what must be forgotten by now."""
    for key, kept in roots.copy().items():  # the local server's threads share the roots
        if kept.end <= now:
            roots.pop(key, None)
