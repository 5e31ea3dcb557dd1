"""Statements of IAM policies, and the documents that they make."""

from __future__ import annotations

from typing import Any

from chalicelib import prefixes
from chalicelib.jobs import Job
from sluice.project.config import Stage

Document = dict[str, Any]
Statement = dict[str, Any]

VERSION = "2012-10-17"
RECORDS, COMPACTED = prefixes.RECORDS.pattern, prefixes.COMPACTED.pattern
ACCESS, ACCESS_COMPACTED = prefixes.ACCESS.pattern, prefixes.ACCESS_COMPACTED.pattern
# What Athena does with its caller's rights where it writes answers and files.
ATHENA_WRITES = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]
# An object that is not there yet.
CREATE_ONLY = {"Null": {"s3:if-none-match": "false"}}
# One that neither is new nor replaces a version that the caller knows.
BLIND = {"Null": {"s3:if-none-match": "true", "s3:if-match": "true"}}


def bound(compacted: str) -> list[str]:
    """What of a pattern of compacted days only Sluice puts, and never blindly: all but what Athena unloads."""
    place = compacted.removesuffix("*")
    return [f"{place}{one}" for one in ("dt=*", f"{prefixes.MANIFESTS}*", "_tried/*", "_watermark.json")]


def document(*statements: Statement) -> Document:
    return {"Version": VERSION, "Statement": list(statements)}


def allow(sid: str, action: str | list[str], resource: str | list[str], condition: Document | None = None) -> Statement:
    return _statement("Allow", sid, action, resource, condition)


def deny(sid: str, action: str | list[str], resource: str | list[str], condition: Document | None = None) -> Statement:
    return _statement("Deny", sid, action, resource, condition)


def arn(stage: Stage, service: str, resource: str) -> str:
    """The ARN of something in the stage's own account and region."""
    return f"arn:aws:{service}:{stage.region}:{stage.account}:{resource}"


def objects(buckets: list[str], *keys: str) -> list[str]:
    """The ARNs of these keys, or patterns of keys, in each of the buckets."""
    return [f"arn:aws:s3:::{bucket}/{key}" for bucket in buckets for key in keys]


def deeper(*prefixes: str) -> list[str]:
    """What IAM's * lets in that is none of ours: it matches / too.

    `*-analytics/analytics/*` covers the key `x-analytics/analytics/y` in any bucket. No key of ours has one of these
    prefixes deeper than the root, so that a Deny of this takes out all of that and nothing else.
    """
    return [f"arn:aws:s3:::*/*/{prefix}" for prefix in prefixes]


def owned(*owners: str) -> Document:
    """The condition that the resource is in one of these accounts."""
    return {"StringEquals": {"aws:ResourceAccount": owners[0] if len(owners) == 1 else list(owners)}}


def owners(stage: Stage) -> dict[str, list[str]]:
    """The tenants' buckets, and patterns of buckets, of each account that has one."""
    found = {
        owner: [stage.bucket(entry) for entry in stage.allow if stage.owner(entry) == owner] for owner in stage.owners
    }
    return {owner: buckets for owner, buckets in found.items() if buckets}


def with_logs(stage: Stage, buckets: list[str] | None = None) -> list[str]:
    """Those of these buckets, or patterns of buckets, that have distributions; all of the stage's where none are named."""
    found = [stage.bucket(entry) for entry in stage.allow if entry.distributions]
    return [one for one in found if buckets is None or one in buckets]


def listed(*prefixes: str) -> Document:
    """The condition that only what is below these prefixes is listed."""
    return {"StringLike": {"s3:prefix": list(prefixes)}}


def through_s3(stage: Stage) -> Document:
    return {"StringEquals": {"kms:ViaService": f"s3.{stage.region}.amazonaws.com"}}


def keys(stage: Stage) -> list[str]:
    """The keys that the stage's entries name."""
    return sorted({entry.kms_key for entry in stage.allow if entry.kms_key})


def by_key(stage: Stage, sid: str, *actions: str) -> list[Statement]:
    """What may be done with the entries' keys, through S3 alone; nothing where they have none."""
    named = keys(stage)
    return [allow(sid, actions[0] if len(actions) == 1 else list(actions), named, through_s3(stage))] if named else []


def catalog(stage: Stage, *tables: str) -> list[str]:
    """The stage's database and these of its tables; for each table Glue also asks for the catalog and the database."""
    named = [arn(stage, "glue", f"table/{stage.database}/{table}") for table in tables]
    return [arn(stage, "glue", "catalog"), arn(stage, "glue", f"database/{stage.database}"), *named]


def _statement(
    effect: str, sid: str, action: str | list[str], resource: str | list[str], condition: Document | None
) -> Statement:
    statement: Statement = {"Sid": sid, "Effect": effect, "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def own_log(stage: Stage, job: Job) -> Statement:
    """A function writes its log, which is there already."""
    group = arn(stage, "logs", f"log-group:{stage.log_group(job.role)}:*")
    return allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], group)
