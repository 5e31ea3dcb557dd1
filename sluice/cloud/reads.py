"""Who read records: CloudTrail's data events of a stage that asks for them, in a bucket where they end by themselves.

Not in the audit trail's bucket: an event of a read has the reader's address, which should not be locked in for years.
"""

from __future__ import annotations

from typing import Any

from chalicelib.jobs import COMPACT
from chalicelib.prefixes import RECORDS
from sluice.access.iam import deny, document
from sluice.cloud.resources import PUBLIC_ACCESS, Resource, kept
from sluice.project import stage_own
from sluice.project.config import ConfigError, Stage

DAYS = 90
_CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}


def made(stage: Stage) -> dict[str, Resource]:
    """The trail, its bucket and that bucket's policy; nothing where the stage does not ask. ConfigError for a pattern."""
    if not stage.audit_reads:
        return {}
    trail = {
        "TrailName": stage_own.reads_trail(stage),
        "S3BucketName": {"Ref": "ReadsBucket"},
        "IsLogging": True,
        "EnableLogFileValidation": True,
        "IncludeGlobalServiceEvents": False,
        "IsMultiRegionTrail": False,
        "AdvancedEventSelectors": [{"Name": "Reads of records", "FieldSelectors": _reads(stage)}],
    }
    return {
        "ReadsBucket": kept("AWS::S3::Bucket", _bucket(stage)),
        "ReadsBucketPolicy": kept("AWS::S3::BucketPolicy", _policy(stage)),
        "ReadsTrail": {"Type": "AWS::CloudTrail::Trail", "DependsOn": ["ReadsBucketPolicy"], "Properties": trail},
    }


def _reads(stage: Stage) -> list[dict[str, Any]]:
    """Each GET of a raw record, but the compactor's, which reads every one once."""
    patterns = [one.bucket for one in stage.allow if "*" in one.bucket]
    if patterns:
        raise ConfigError(
            f"sluice.toml: audit_reads of [stages.{stage.name}] needs whole names of buckets, and {patterns[0]!r} is a pattern"
        )
    records = [f"arn:aws:s3:::{stage.bucket(one)}/{RECORDS.path}" for one in stage.allow]
    compactor = f"arn:aws:sts::{stage.account}:assumed-role/{stage.function(COMPACT.role)}/"
    return [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
        {"Field": "eventName", "Equals": ["GetObject"]},
        {"Field": "resources.ARN", "StartsWith": records},
        {"Field": "userIdentity.arn", "NotStartsWith": [compactor]},
    ]


def _bucket(stage: Stage) -> dict[str, Any]:
    by_s3 = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return {
        "BucketName": stage_own.reads_bucket(stage),
        "PublicAccessBlockConfiguration": dict.fromkeys(PUBLIC_ACCESS, True),
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [by_s3]},
        "LifecycleConfiguration": {"Rules": [{"Id": "reads", "Status": "Enabled", "ExpirationInDays": DAYS}]},
    }


def _policy(stage: Stage) -> dict[str, Any]:
    """CloudTrail writes there for this one trail, and nobody else does.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
    """
    place = f"arn:aws:s3:::{stage_own.reads_bucket(stage)}"
    source = {"aws:SourceArn": stage_own.reads_trail_arn(stage)}
    statements = [
        {
            **deny("OnlyTls", "s3:*", [place, f"{place}/*"], {"Bool": {"aws:SecureTransport": "false"}}),
            "Principal": "*",
        },
        {
            "Sid": "CloudTrailLooks",
            "Effect": "Allow",
            "Principal": _CLOUDTRAIL,
            "Action": "s3:GetBucketAcl",
            "Resource": place,
            "Condition": {"StringEquals": source},
        },
        {
            "Sid": "CloudTrailWrites",
            "Effect": "Allow",
            "Principal": _CLOUDTRAIL,
            "Action": "s3:PutObject",
            "Resource": f"{place}/AWSLogs/{stage.account}/*",
            "Condition": {"StringEquals": {**source, "s3:x-amz-acl": "bucket-owner-full-control"}},
        },
    ]
    return {"Bucket": {"Ref": "ReadsBucket"}, "PolicyDocument": document(*statements)}
