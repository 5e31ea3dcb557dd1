"""The tenants of a stage: every bucket that is there and that the allowlist admits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import ClientError, EndpointConnectionError
from rich.table import Table
from rich.text import Text

from chalicelib.allowlist import Allowlist
from chalicelib.lake import raw
from chalicelib.lake.objects import BrokenLake, BucketObjects, FolderObjects
from sluice import aws
from sluice.aws import NO_CREDENTIALS, AwsError, Client, code, explain
from sluice.errors import SluiceError
from sluice.project import stage_own
from sluice.project.config import Allow, Stage

LOOKERS = 8
ABSENT = "there is no such bucket"
_MAX_STEM = 40
_ABSENT = {"404", "NoSuchBucket"}
_DENIED = {"403", "AccessDenied"}
# What is wrong with the caller, and so with every bucket alike.
_OURS = {"ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch"}


class TenantsError(SluiceError):
    """The tenants cannot be listed; the message says why in one line."""


class Tenant(msgspec.Struct, frozen=True):
    """One tenant. `last_event` is when the newest object of its newest day arrived; `fault` why it cannot be looked into.

    `is_sampled` says that events may be left out, for which others count, and `is_tokenized` that values are in the vault.
    """

    bucket: str
    entry: str
    owner: str
    table: str
    region: str | None = None
    last_event: datetime | None = None
    fault: str | None = None
    is_sampled: bool = False
    is_tokenized: bool = False


def find(stage: Stage, client: Client = aws.client) -> list[Tenant]:
    """The stage's tenants whose buckets are there and can be looked into, by name; raises TenantsError."""
    return [tenant for tenant in survey(stage, client) if tenant.fault is None]


def survey(stage: Stage, client: Client = aws.client) -> list[Tenant]:
    """Every tenant, each that cannot be looked into with its fault, an exact entry without a bucket too.

    Raises TenantsError for what affects all tenants: the store, the listing of the account, the credentials.
    """
    if not stage.is_deployed:
        return _local(stage)
    try:
        s3 = client("s3", stage.region)
        buckets = admitted(stage, s3)
        with ThreadPoolExecutor(LOOKERS) as lookers:
            return list(lookers.map(lambda bucket: _tenant(stage, bucket, buckets[bucket], s3), buckets))
    except AwsError as error:
        raise TenantsError(explain(error)) from None


def faults(tenants: Iterable[Tenant]) -> dict[str, str]:
    """What is wrong with each that has a bucket; an exact entry may be on the allowlist before its bucket is made."""
    return {one.bucket: one.fault for one in tenants if one.fault not in (None, ABSENT)}


def admitted(stage: Stage, s3: Any) -> dict[str, Allow]:
    """Each exact entry's bucket, and each of the account's that a pattern lets in, with its entry; by name."""
    names = {stage.bucket(allow) for allow in stage.allow if "*" not in allow.bucket}
    if len(names) < len(stage.allow):
        names |= {bucket["Name"] for page in s3.get_paginator("list_buckets").paginate() for bucket in page["Buckets"]}
    return _admitted(stage, names)


def single(bucket: str, allow: Allow) -> Allow:
    """The entry as if it were written for this bucket alone."""
    return msgspec.structs.replace(allow, bucket=bucket, account_regional=False)


def table_name(bucket: str, allow: Allow) -> str:
    """The tenant's table: the entry's own, or the bucket's name with `_`, and a hash if two names would be equal."""
    if allow.table is not None:
        return allow.table
    stem = bucket.replace("-", "_")
    if re.fullmatch(r"[a-z][a-z0-9_]*", stem) and len(stem) <= _MAX_STEM:
        return f"{stem}_events"
    digest = hashlib.sha256(bucket.encode()).hexdigest()[:8]
    return f"t_{stem.replace('.', '_')[: _MAX_STEM - 11]}_{digest}_events"


def table(tenants: Iterable[Tenant]) -> Table:
    """The tenants for people."""
    made = Table("bucket", "entry", "region", "last event", "table", "kept")
    for tenant in tenants:
        moment = f"{tenant.last_event.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z" if tenant.last_event else "none yet"
        kept = [name for name, is_so in (("sampled", tenant.is_sampled), ("tokenized", tenant.is_tokenized)) if is_so]
        row = (tenant.bucket, tenant.entry, tenant.region or "-", tenant.fault or moment, tenant.table)
        made.add_row(*map(Text, (*row, ", ".join(kept) or "whole")))
    return made


def _admitted(stage: Stage, names: Iterable[str]) -> dict[str, Allow]:
    allows = dict(zip(stage.entries, stage.allow, strict=True))
    return {name: allows[entry] for name, entry in Allowlist(stage.entries).admitted(names).items()}


def _of(stage: Stage, bucket: str, allow: Allow) -> Tenant:
    """What sluice.toml says of the tenant."""
    table, is_sampled = table_name(bucket, allow), stage.entry(allow).is_sampled
    return Tenant(
        bucket,
        allow.bucket,
        stage.owner(allow),
        table,
        is_sampled=is_sampled,
        is_tokenized=bool(allow.tokenize),
    )


def _tenant(stage: Stage, bucket: str, allow: Allow, s3: Any) -> Tenant:
    tenant = _of(stage, bucket, allow)
    owner = tenant.owner
    try:
        region = s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=owner).get("BucketRegion")
        moment = raw.last_stored(BucketObjects(bucket, owner, s3))
    except AwsError as error:
        return msgspec.structs.replace(tenant, fault=_fault(error, owner))
    except BrokenLake as error:
        return msgspec.structs.replace(tenant, fault=str(error))
    return msgspec.structs.replace(tenant, region=region, last_event=moment)


def _fault(error: Exception, owner: str) -> str:
    """Why the bucket cannot be looked into; what is wrong with the credentials or the network is raised again."""
    if not isinstance(error, ClientError):
        if isinstance(error, (*NO_CREDENTIALS, EndpointConnectionError)):
            raise error
        return explain(error)
    if code(error) in _OURS:
        raise error
    if code(error) in _ABSENT:
        return ABSENT
    return f"not in the account {owner}, or not to be listed" if code(error) in _DENIED else explain(error)


def _local(stage: Stage) -> list[Tenant]:
    folder = stage_own.root(stage)
    names = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return [_local_tenant(stage, folder / bucket, allow) for bucket, allow in _admitted(stage, names).items()]


def _local_tenant(stage: Stage, folder: Path, allow: Allow) -> Tenant:
    tenant = _of(stage, folder.name, allow)
    try:
        return msgspec.structs.replace(tenant, last_event=raw.last_stored(FolderObjects(folder)))
    except OSError as error:
        return msgspec.structs.replace(tenant, fault=f"cannot be read: {error.strerror}")
