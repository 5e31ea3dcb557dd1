"""What a store or the vault raises, as the refusal that it means to the client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from chalicelib.allowlist import Entry
from chalicelib.logs import Sent
from chalicelib.rejections import Refusal, StorageUnavailable, UnknownBucket
from chalicelib.tracking.deadline import Over
from chalicelib.tracking.stores import NoSuchBucket, StoreUnavailable
from chalicelib.vault.keyring import VaultUnavailable


@contextmanager
def refusing(entry: Entry, bucket: str, sent: Sent | None) -> Iterator[None]:
    """Answer what a store or the vault raises as the refusal that it means to the client, and say in the log what was sent."""
    try:
        yield
    except (Over, NoSuchBucket, StoreUnavailable, VaultUnavailable) as error:
        refusal = _refusal(error, entry, bucket)
        refusal.sent = sent
        raise refusal from error


def _refusal(error: Over | NoSuchBucket | StoreUnavailable | VaultUnavailable, entry: Entry, bucket: str) -> Refusal:
    if isinstance(error, NoSuchBucket) and not entry.exact:
        return UnknownBucket(entry=entry.bucket, bucket=bucket)
    cause = "Deadline" if isinstance(error, Over) else "NoSuchBucket" if isinstance(error, NoSuchBucket) else str(error)
    return StorageUnavailable(cause, entry=entry.bucket, bucket=bucket)
