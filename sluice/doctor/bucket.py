"""What is checked of a tenant's bucket: that it is there and ours, and set up so that only what must be possible is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.access_logs.fields import COLUMNS, OF_ACCESS
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import athena_view, refusals, watermarks
from chalicelib.lake.columns import columns
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import BucketObjects
from chalicelib.lake.refusals import OF_REJECTED
from sluice.access import functions
from sluice.aws import code
from sluice.cloud.resources import PUBLIC_ACCESS
from sluice.doctor import lake, lifecycle
from sluice.doctor.findings import Finding, Seen, differing, look
from sluice.doctor.subject import Bucket
from sluice.project import tags, tenants
from sluice.project.tenants import single


def examine(bucket: Bucket) -> Iterator[Finding]:
    """The findings of a bucket: those on what it holds only where it is there and its owner's."""
    for check, at in _FIRST.items():
        finding = _look(bucket, check, at)
        yield finding
        if finding.verdict != "ok":
            return
    for check, at in CHECKS.items():
        yield _look(bucket, check, at)


def _look(bucket: Bucket, check: str, at: Callable[[Bucket], Seen]) -> Finding:
    return look(bucket.name, check, lambda: at(bucket))


def _there(bucket: Bucket) -> Seen:
    try:
        bucket.client("s3", bucket.stage.region).head_bucket(Bucket=bucket.name)
    except ClientError as error:
        if code(error) == "404":
            create = bucket.fix("create-bucket --bucket {name}")
            return Seen("fault", "there is no such bucket", f"{create}; or sluice allow remove {bucket.entry.bucket}")
        if code(error) == "403":
            return Seen(
                "fault", "it denies us, or is another's", "See the owner in sluice.toml and the bucket's policy"
            )
        raise
    return Seen("ok", "it is there")


def _owner(bucket: Bucket) -> Seen:
    try:
        bucket.ask("head_bucket")
    except ClientError as error:
        if code(error) != "403":
            raise
        return Seen(
            "fault", f"another account than {bucket.owner} owns it", 'Set owner = "…" of its entry in sluice.toml'
        )
    return Seen("ok", bucket.owner)


def _region(bucket: Bucket) -> Seen:
    region = bucket.ask("head_bucket").get("BucketRegion")
    if region != bucket.stage.region:
        fix = f"Move the tenant to a bucket in {bucket.stage.region}, or to a stage in {region}"
        return Seen("fault", f"it is in {region}, so that every put crosses regions", fix)
    return Seen("ok", str(region))


def _public_access(bucket: Bucket) -> Seen:
    blocked = bucket.ask("get_public_access_block").get("PublicAccessBlockConfiguration", {})
    missing = [name for name in PUBLIC_ACCESS if not blocked.get(name)]
    if missing:
        settings = ",".join(f"{name}=true" for name in PUBLIC_ACCESS)
        command = f"put-public-access-block --bucket {{name}} --public-access-block-configuration {settings}"
        return Seen("fault", f"not set: {', '.join(missing)}", bucket.fix(command))
    return Seen("ok", "blocked")


def _ownership(bucket: Bucket) -> Seen:
    if bucket.ownership != "BucketOwnerEnforced":
        command = (
            "put-bucket-ownership-controls --bucket {name} --ownership-controls "
            "'Rules=[{{ObjectOwnership=BucketOwnerEnforced}}]'"
        )
        return Seen("fault", f"{bucket.ownership or 'not set'}: ACLs count", bucket.fix(command))
    return Seen("ok", "enforced")


def _encryption(bucket: Bucket) -> Seen:
    configured = bucket.ask("get_bucket_encryption").get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    default = configured[0].get("ApplyServerSideEncryptionByDefault", {}) if configured else {}
    key, wanted = default.get("KMSMasterKeyID"), bucket.entry.kms_key
    if key and wanted is None:
        return Seen(
            "fault", f"{key}, which the tracker may not use", f'Set kms_key = "{key}" of its entry; sluice sync'
        )
    if not default or key != wanted:
        algorithm = f"aws:kms,KMSMasterKeyID={wanted}" if wanted else "AES256"
        rule = f"'Rules=[{{{{ApplyServerSideEncryptionByDefault={{{{SSEAlgorithm={algorithm}}}}}}}}}]'"
        command = f"put-bucket-encryption --bucket {{name}} --server-side-encryption-configuration {rule}"
        return Seen("fault", f"{key or 'none'} instead of {wanted or 'AES256'}", bucket.fix(command))
    return Seen("ok", default["SSEAlgorithm"])


def _key(bucket: Bucket) -> Seen:
    key = bucket.entry.kms_key
    if key is None:
        return Seen("ok", "none is asked for")
    state = bucket.client("kms", key.split(":")[3]).describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
    if state != "Enabled":
        verb = "cancel-key-deletion" if state == "PendingDeletion" else "enable-key"
        return Seen("fault", f"{state}: every put is refused", f"aws kms {verb} --key-id {key}")
    return Seen("ok", "enabled")


def _policy(bucket: Bucket) -> Seen:
    text = bucket.ask("get_bucket_policy").get("Policy", "{}")
    expected = functions.bucket_policy(bucket.stage, single(bucket.name, bucket.entry))
    others = differing(expected, json.loads(text))
    if not others:
        return Seen("ok", "as generated")
    file = f"policies/{bucket.stage.name}/buckets/{bucket.name}.json"
    fix = bucket.fix(f"put-bucket-policy --bucket {{name}} --policy file://{file}")
    if "*" in bucket.entry.bucket:
        # A policy is generated for an entry's own bucket; one that a pattern lets in works without it, less guarded.
        return Seen("warning", f"not as generated: {', '.join(others)}", f"sluice allow add {bucket.name}; {fix}")
    return Seen("fault", f"not as generated: {', '.join(others)}", fix)


def _tags(bucket: Bucket) -> Seen:
    if not bucket.entry.managed:
        return Seen("ok", "not Sluice's to set")
    found = {tag["Key"]: tag["Value"] for tag in bucket.ask("get_bucket_tagging").get("TagSet", [])}
    wanted = tags.of_tenant(bucket.stage, bucket.name)
    others = [name for name in wanted if found.get(name) != wanted[name]]
    if others:
        said = f"not as generated: {', '.join(others)}; the bill leaves it out of the stage's or the tenant's costs"
        return Seen("warning", said, bucket.deploy)
    return Seen("ok", "as generated")


_FIRST: dict[str, Callable[[Bucket], Seen]] = {"bucket": _there, "owner": _owner}


def _tables(bucket: Bucket) -> Seen:
    """Whether the tenant's tables in Athena, if any, have a column for each of today's fields, and the view goes on."""
    view = tenants.table_name(bucket.name, bucket.entry)
    found = {name: _glue_table(bucket, name) for name in (f"{view}_raw", f"{view}_compacted", view)}
    missing = {name: fields for name, table in found.items() if table is not None and (fields := _lacking(table))}
    if missing:
        said = "; ".join(f"{name} has no {', '.join(fields)}" for name, fields in missing.items())
        return Seen("fault", f"{said}: questions that read them fail", _setup(bucket))
    table = found[view]
    if table is None:
        return Seen("ok", "not set up")
    if day := _stops_at(bucket, view, table):
        said = f"{view} knows of no days in parts ({day} is one): it stays where it is, and reads later days raw"
        return Seen("warning", said, _setup(bucket))
    return Seen("ok", "a column for each field")


def _stops_at(bucket: Bucket, name: str, view: Mapping[str, Any]) -> date | None:
    """The first day in parts, perhaps unloaded by another stage, where the tenant's view knows of none."""
    if not athena_view.knows_no_parts(view.get("ViewOriginalText", ""), name):
        return None
    mark = watermarks.read(_objects(bucket))
    return mark.parts[0] if mark is not None and mark.parts else None


def _lake(bucket: Bucket) -> Seen:
    objects = _objects(bucket)
    found = lake.seen(objects, EVENTS, bucket.stage.entry(bucket.entry), datetime.now(UTC).date())
    if found.verdict != "ok" or not bucket.entry.distributions:
        return found
    logs = lake.seen(objects, REQUESTS)
    return logs if logs.verdict != "ok" else Seen("ok", f"{found.found}; of access logs {logs.found}")


def _objects(bucket: Bucket) -> BucketObjects:
    return BucketObjects(bucket.name, bucket.owner, bucket.client("s3", bucket.stage.region))


def _lacking(table: Mapping[str, Any]) -> list[str]:
    """The record's columns that the table does not have."""
    had = _names(table)
    return [column.name for column in columns() if column.name not in had]


def _access_table(bucket: Bucket) -> Seen:
    """Whether a tenant with distributions whose tables are set up has those of its access logs, with a column for each field."""
    ends = [f"{OF_ACCESS}{end}" for end in ("", "_raw", "_compacted")]
    return _next_to(bucket, ends, COLUMNS, "access logs", is_asked=bool(bucket.entry.distributions))


def _rejected_table(bucket: Bucket) -> Seen:
    """The same of a tenant whose entry keeps what is refused: the reason is in the view, and a partition of the table."""
    ends, listed = [OF_REJECTED, f"{OF_REJECTED}_raw"], [column.name for column in refusals.COLUMNS]
    return _next_to(bucket, ends, listed, "rejected events", is_asked=bucket.entry.keep_rejected)


def _next_to(bucket: Bucket, ends: Iterable[str], listed: Iterable[str], what: str, *, is_asked: bool) -> Seen:
    """Whether the tables of these ends next to the tenant's have these columns, where they are asked for and it is set up."""
    view = tenants.table_name(bucket.name, bucket.entry)
    if not is_asked or _columns(bucket, view) is None:
        return Seen("ok", "not set up" if is_asked else "none is asked for")
    names = [f"{view}{end}" for end in ends]
    faults = [fault for name in names if (fault := _lacks_fields(name, listed, _columns(bucket, name)))]
    if not faults:
        return Seen("ok", "a column for each field")
    return Seen("fault", f"{'; '.join(faults)}: questions of {what} fail", _setup(bucket))


def _lacks_fields(table: str, listed: Iterable[str], had: set[str] | None) -> str:
    """What such a table lacks; nothing where it is whole."""
    if had is None:
        return f"there is no table {table}"
    missing = [column for column in listed if column not in had]
    return f"{table} has no {', '.join(missing)}" if missing else ""


def _columns(bucket: Bucket, table: str) -> set[str] | None:
    """The names of the table's columns; None where there is no table."""
    found = _glue_table(bucket, table)
    return None if found is None else _names(found)


def _names(table: Mapping[str, Any]) -> set[str]:
    return {column["Name"] for column in table["StorageDescriptor"]["Columns"]}


def _glue_table(bucket: Bucket, table: str) -> Mapping[str, Any] | None:
    glue = bucket.client("glue", bucket.stage.region)
    try:
        found: Mapping[str, Any] = glue.get_table(DatabaseName=bucket.stage.database, Name=table)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return None
    return found


def _setup(bucket: Bucket) -> str:
    return f"sluice athena setup --bucket {bucket.name} --stage {bucket.stage.name} --apply"


# What keeps a bucket closed, a tenant's or the stage's own.
CLOSED: dict[str, Callable[[Bucket], Seen]] = {
    "public access": _public_access,
    "ownership": _ownership,
    "encryption": _encryption,
    "policy": _policy,
}
CHECKS: dict[str, Callable[[Bucket], Seen]] = {
    "region": _region,
    **CLOSED,
    "key": _key,
    "lifecycle": lifecycle.records,
    "addresses": lifecycle.addresses,
    "results": lifecycle.results,
    "access logs": lifecycle.access_logs,
    "rejected": lifecycle.rejected,
    "tags": _tags,
    "versioning": lifecycle.versions,
    "tables": _tables,
    "access table": _access_table,
    "rejected table": _rejected_table,
    "lake": _lake,
}
