"""The stage's own bucket: made before the stack, which has its code there, brought up to date, and removed behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import prefixes
from sluice import aws
from sluice.access import functions
from sluice.cloud import log_delivery
from sluice.cloud.log_delivery import ENFORCED
from sluice.cloud.resources import PUBLIC_ACCESS
from sluice.project import stage_own, tags
from sluice.project.config import Stage

_BY_S3 = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}


def make(stage: Stage, s3: Any) -> None:
    """Make the bucket where it is not there, private and ending what expires; raises what AWS refuses."""
    name = private(stage, stage_own.bucket(stage), s3)
    s3.put_bucket_lifecycle_configuration(**name, LifecycleConfiguration={"Rules": rules()})
    s3.put_bucket_policy(**name, Policy=functions.render(functions.bucket_policy(stage, stage_own.entry(stage))))
    # Last: until the policy and the rules are there, nothing is let in.
    log_delivery.set_up(stage, name, s3)


def private(stage: Stage, bucket: str, s3: Any, **made: Any) -> dict[str, Any]:
    """Make a bucket of the stage where it is not there, and close and encrypt it; its name and owner, as S3 takes them.

    `made` is what it has from its beginning alone. Raises what AWS refuses.
    """
    name = {"Bucket": bucket, "ExpectedBucketOwner": stage.account}
    try:
        s3.head_bucket(**name)
    except ClientError as error:
        if aws.code(error) not in {"404", "NoSuchBucket"}:
            raise
        # create_bucket accepts every region as its constraint except us-east-1.
        region = stage.region
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, ObjectOwnership=ENFORCED, **made, **place)
    s3.put_public_access_block(**name, PublicAccessBlockConfiguration=dict.fromkeys(PUBLIC_ACCESS, True))
    s3.put_bucket_encryption(**name, ServerSideEncryptionConfiguration={"Rules": [_BY_S3]})
    s3.put_bucket_tagging(**name, Tagging={"TagSet": tags.listed(tags.of(stage))})
    return name


def rules() -> list[dict[str, Any]]:
    """The bucket's lifecycle, as S3 takes it: a rule for each prefix that expires, and one for unfinished uploads."""
    ends = [
        {"ID": one.title, "Status": "Enabled", "Filter": {"Prefix": one.path}, "Expiration": {"Days": one.days}}
        for one in prefixes.STAGES
        if one.days is not None
    ]
    unfinished = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    return [*ends, {"ID": "unfinished-uploads", "Status": "Enabled", "Filter": {"Prefix": ""}, **unfinished}]


def remove(stage: Stage, s3: Any) -> Iterator[str]:
    """Delete the bucket, where it is there, with all that is in it, and say so; raises what AWS refuses."""
    name = {"Bucket": stage_own.bucket(stage), "ExpectedBucketOwner": stage.account}
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(**name):
            keys = [{"Key": one["Key"]} for one in page.get("Contents", [])]
            failed = s3.delete_objects(**name, Delete={"Objects": keys, "Quiet": True}).get("Errors") if keys else []
            if failed:
                raise ClientError({"Error": failed[0]}, "DeleteObjects")
        s3.delete_bucket(**name)
    except ClientError as error:
        if aws.code(error) != "NoSuchBucket":
            raise
        return
    yield f"bucket {stage_own.bucket(stage)}"
