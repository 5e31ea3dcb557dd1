"""What may be done to the audit trail: add a row, and read. No one is allowed to change or delete one."""

from __future__ import annotations

from chalicelib import jobs
from chalicelib.prefixes import HEADS, TRAIL
from sluice.access.iam import CREATE_ONLY, Document, Statement, allow, deny, document, objects, owned
from sluice.project import stage_own
from sluice.project.config import Stage

_LOCK = {"GetBucketObjectLockConfiguration", "PutBucketObjectLockConfiguration", "PutBucketVersioning"}
_READS_TRAIL = {
    *("AddTags", "CreateTrail", "DeleteTrail", "GetEventSelectors", "GetTrail", "GetTrailStatus"),
    *("ListTags", "PutEventSelectors", "RemoveTags", "StartLogging", "StopLogging", "UpdateTrail"),
}
_UNDO = ["s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention"]


def adds(stage: Stage) -> list[Statement]:
    """Read the newest row, create the next, and remember it in the stage's own bucket."""
    bucket, mine = stage_own.audit_bucket(stage), owned(stage.account or "")
    if bucket is None:
        return []
    create_only = mine | CREATE_ONLY
    places = [*objects([bucket], TRAIL.pattern), *objects([stage_own.bucket(stage)], HEADS.pattern)]
    return [
        allow("ListTrail", "s3:ListBucket", f"arn:aws:s3:::{bucket}", mine),
        allow("ReadTrail", "s3:GetObject", objects([bucket], TRAIL.pattern), mine),
        allow("AddToTrail", "s3:PutObject", places, create_only),
    ]


def verifies(stage: Stage) -> list[Statement]:
    """Besides: read every version of a row, and what was remembered of them."""
    bucket, mine = stage_own.audit_bucket(stage), owned(stage.account or "")
    if bucket is None:
        return []
    looks = ["s3:GetBucketObjectLockConfiguration", "s3:ListBucketVersions"]
    heads = {"StringLike": {"s3:prefix": HEADS.pattern}}
    return [
        *adds(stage),
        allow("LookAtTrail", looks, f"arn:aws:s3:::{bucket}", mine),
        allow("ReadHeads", "s3:GetObject", objects([stage_own.bucket(stage)], HEADS.pattern), mine),
        allow("ListHeads", "s3:ListBucket", f"arn:aws:s3:::{stage_own.bucket(stage)}", mine | heads),
    ]


def deploys(stage: Stage, bucket_verbs: list[str]) -> list[Statement]:
    """What a deployment needs: make the trail's bucket, never delete it, and add a row; make what records reads, too."""
    found: list[Statement] = []
    if bucket := stage_own.audit_bucket(stage):
        verbs = {*bucket_verbs, *_LOCK} - {"DeleteBucket", "ListBucket", "PutLifecycleConfiguration"}
        found += [_does("AuditBucket", "s3", verbs, f"arn:aws:s3:::{bucket}"), *adds(stage)]
    if stage.audit_reads:
        reads = f"arn:aws:s3:::{stage_own.reads_bucket(stage)}"
        found += [
            _does("ReadsTrail", "cloudtrail", _READS_TRAIL, stage_own.reads_trail_arn(stage)),
            allow("FindTrails", "cloudtrail:DescribeTrails", "*"),
            # S3 deletes an empty one alone, which a failed deployment leaves.
            _does("ReadsBucket", "s3", {*bucket_verbs, "DeleteBucketPolicy"}, reads),
        ]
    return found


def _does(sid: str, service: str, verbs: set[str], place: str) -> Statement:
    return allow(sid, sorted(f"{service}:{verb}" for verb in verbs), place)


def bucket_policy(stage: Stage, bucket: str) -> Document:
    """The trail's bucket: TLS, rows that are only created, and nobody who deletes one without changing this first."""
    place = f"arn:aws:s3:::{bucket}"
    tracker = {"ArnEquals": {"aws:PrincipalArn": stage.role_arn(jobs.TRACKER.role)}}
    foreign = {
        "StringNotEquals": {"aws:PrincipalAccount": [stage.account or ""]},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    statements = [
        deny("OnlyTls", "s3:*", [place, f"{place}/*"], {"Bool": {"aws:SecureTransport": "false"}}),
        deny("OnlyCreate", "s3:PutObject", f"{place}/*", {"Null": {"s3:if-none-match": "true"}}),
        deny("NeverUndo", _UNDO, f"{place}/*"),
        deny("NotTheTracker", "s3:*", [place, f"{place}/*"], tracker),
        deny("OnlyOurAccount", "s3:*", [place, f"{place}/*"], foreign),
    ]
    return document(*[{**statement, "Principal": "*"} for statement in statements])
