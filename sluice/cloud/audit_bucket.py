"""The bucket of the audit trail: made before the stack, with Object Lock, and left when all else of the stage goes."""

from __future__ import annotations

from typing import Any

from sluice.access import auditing, functions
from sluice.cloud import own_bucket
from sluice.project import stage_own
from sluice.project.config import Audit, Stage


def make(stage: Stage, s3: Any) -> None:
    """Make the bucket where the stage asks for a trail and it is not there, and set how long rows are kept from now on."""
    bucket = stage_own.audit_bucket(stage)
    if bucket is None or stage.audit is None:
        return
    name = own_bucket.private(stage, bucket, s3, ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(**name, ObjectLockConfiguration=lock(stage.audit))
    s3.put_bucket_policy(**name, Policy=functions.render(auditing.bucket_policy(stage, bucket)))


def lock(audit: Audit) -> dict[str, Any]:
    """How Object Lock keeps what is put, as S3 takes it."""
    rule = {"DefaultRetention": {"Mode": audit.mode.upper(), "Days": audit.days}}
    return {"ObjectLockEnabled": "Enabled", "Rule": rule}
