"""The key of one tenant under which its ids are hashed with `identify = "tenant"`: sealed by KMS, or a file of this machine.

`sluice key identify` makes it, once. Without it an id is null, never as it was sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.causes import cause
from chalicelib.prefixes import IDENTIFY_KEYS

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

BYTES = 32
TRIED_AGAIN = timedelta(seconds=5)
# Two requests, once a worker and tenant, each tried once: an event is stored without its ids rather than late.
_CONFIG = Config(connect_timeout=0.5, read_timeout=0.5, retries={"total_max_attempts": 1, "mode": "standard"})


class TenantKeys(Protocol):
    """Where a tenant's own key comes from."""

    def key(self, bucket: str, now: datetime) -> bytes | None:
        """The 32 bytes of this tenant, or None where they are not available."""

    @property
    def cause(self) -> str | None:
        """Why the last key that was asked for is not available, in a word that begins with `TenantKey`."""


class NoKeys:
    """No tenant's key is here."""

    cause = "TenantKey.None"

    def key(self, bucket: str, now: datetime) -> bytes | None:
        return None


class FolderKeys:
    """A file of 32 bytes for each tenant, in the folder that a local stage has for itself."""

    cause = "TenantKey.NoFile"

    def __init__(self, own: Path) -> None:
        self._own = own
        self._keys: dict[str, bytes] = {}

    def key(self, bucket: str, now: datetime) -> bytes | None:
        if bucket not in self._keys:
            try:
                found = (self._own / object_key(bucket)).read_bytes()
            except FileNotFoundError:
                return None
            if len(found) != BYTES:
                return None
            self._keys[bucket] = found
        return self._keys[bucket]


class _Failed(NamedTuple):
    at: datetime
    cause: str


class SealedKeys:
    """What KMS has sealed for each tenant, in the stage's own bucket; opened once a process, and kept in its memory.

    A failure is remembered for 5 seconds, so that an absent key slows down nobody.
    """

    def __init__(
        self, alias: str, bucket: str, owner: str | None, s3: S3Client | None = None, kms: KMSClient | None = None
    ) -> None:
        self._alias, self._bucket, self._owner = alias, bucket, owner
        self._s3 = s3 or boto3.client("s3", config=_CONFIG)
        self._kms = kms or boto3.client("kms", config=_CONFIG)
        self._keys: dict[str, bytes] = {}
        self._failed: dict[str, _Failed] = {}
        self.cause: str | None = None

    def key(self, bucket: str, now: datetime) -> bytes | None:
        failed = self._failed.get(bucket)
        if bucket not in self._keys and (failed is None or now - failed.at >= TRIED_AGAIN):
            try:
                self._keys[bucket] = self._opened(bucket)
            except (BotoCoreError, ClientError) as error:
                # Not lost: the caller counts every event that goes without its ids, and logs the cause.
                self._failed[bucket] = failed = _Failed(now, f"TenantKey.{cause(error)}")
        found = self._keys.get(bucket)
        self.cause = None if found or failed is None else failed.cause
        return found

    def _opened(self, bucket: str) -> bytes:
        owner: Any = {"ExpectedBucketOwner": self._owner} if self._owner else {}
        sealed = self._s3.get_object(Bucket=self._bucket, Key=object_key(bucket), **owner)["Body"].read()
        opened = self._kms.decrypt(KeyId=self._alias, CiphertextBlob=sealed, EncryptionContext=context(bucket))
        return opened["Plaintext"]


def object_key(bucket: str) -> str:
    """Where a tenant's key is, in what the stage has for itself."""
    return f"{IDENTIFY_KEYS.path}{bucket}"


def context(bucket: str) -> dict[str, str]:
    """What KMS binds a tenant's key to: it opens the key of no other tenant, and for nothing else."""
    return {"tenant": bucket, "purpose": "identify"}
