"""The bucket of the audit trail: made before the stack, with Object Lock, and left when all else of the stage goes."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from sluice import aws
from sluice.access import auditing, functions
from sluice.cloud.log_delivery import ENFORCED
from sluice.cloud.resources import PUBLIC_ACCESS
from sluice.project import stage_own, tags
from sluice.project.config import Audit, Stage

_BY_S3 = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def make(stage: Stage, s3: Any) -> None:
    """Make the bucket where the stage asks for a trail and it is not there, and set how long rows are kept from now on."""
    bucket = stage_own.audit_bucket(stage)
    if bucket is None or stage.audit is None:
        return
    name = {"Bucket": bucket, "ExpectedBucketOwner": stage.account}
    try:
        s3.head_bucket(**name)
    except ClientError as error:
        if aws.code(error) not in {"404", "NoSuchBucket"}:
            raise
        # create_bucket accepts every region as its constraint except us-east-1.
        region = stage.region
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, ObjectOwnership=ENFORCED, ObjectLockEnabledForBucket=True, **place)
    s3.put_public_access_block(**name, PublicAccessBlockConfiguration=dict.fromkeys(PUBLIC_ACCESS, True))
    s3.put_bucket_encryption(**name, ServerSideEncryptionConfiguration={"Rules": [_BY_S3]})
    s3.put_bucket_tagging(**name, Tagging={"TagSet": tags.listed(tags.of(stage))})
    s3.put_object_lock_configuration(**name, ObjectLockConfiguration=lock(stage.audit))
    s3.put_bucket_policy(**name, Policy=functions.render(auditing.bucket_policy(stage, bucket)))


def lock(audit: Audit) -> dict[str, Any]:
    """How Object Lock keeps what is put, as S3 takes it."""
    rule = {"DefaultRetention": {"Mode": audit.mode.upper(), "Days": audit.days}}
    return {"ObjectLockEnabled": "Enabled", "Rule": rule}
