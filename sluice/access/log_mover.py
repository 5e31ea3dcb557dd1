"""What the mover of access logs may do, and what the buckets that it takes from and brings to say of that."""

from __future__ import annotations

from chalicelib import jobs
from chalicelib.prefixes import ACCESS, DELIVERED
from sluice.access.iam import (
    BLIND,
    CREATE_ONLY,
    Document,
    Statement,
    allow,
    deny,
    listed,
    objects,
    owned,
    through_s3,
)
from sluice.project import stage_own
from sluice.project.config import Allow, Stage


def taking(stage: Stage) -> list[Statement]:
    """From the stage's own bucket, what CloudFront delivered; it lists to know that a file is gone, which S3 else hides."""
    bucket, mine = stage_own.bucket(stage), owned(stage.account or "")
    return [
        allow("Take", ["s3:DeleteObject", "s3:GetObject"], objects([bucket], DELIVERED.pattern), mine),
        allow("ListTaken", "s3:ListBucket", f"arn:aws:s3:::{bucket}", mine | listed(DELIVERED.pattern)),
    ]


def bringing(stage: Stage) -> list[Statement]:
    """To the tenants that have distributions: create what is not there, and read it back."""
    entries = [entry for entry in stage.allow if entry.distributions]
    accounts = {stage.owner(entry) for entry in entries}
    made = [
        one
        for owner in stage.owners
        if owner in accounts
        for one in _brings(owner, [stage.bucket(entry) for entry in entries if stage.owner(entry) == owner])
    ]
    keys = sorted({entry.kms_key for entry in entries if entry.kms_key})
    used = [allow("UseKeys", ["kms:Decrypt", "kms:GenerateDataKey"], keys, through_s3(stage))] if keys else []
    return [*made, *used]


def _brings(owner: str, buckets: list[str]) -> list[Statement]:
    logs, places = objects(buckets, ACCESS.pattern), [f"arn:aws:s3:::{bucket}" for bucket in buckets]
    return [
        allow(f"Put{owner}", "s3:PutObject", logs, owned(owner) | CREATE_ONLY),
        allow(f"ReadBack{owner}", "s3:GetObject", logs, owned(owner)),
        allow(f"List{owner}", "s3:ListBucket", places, owned(owner) | listed(ACCESS.pattern)),
    ]


def guarded(stage: Stage, entry: Allow, bucket: str) -> list[Statement]:
    """In a tenant's bucket: nobody overwrites a log blindly, and the mover deletes nothing."""
    if not entry.distributions:
        return []
    mover = {"ArnEquals": {"aws:PrincipalArn": stage.role_arn(jobs.MOVE_LOGS.role)}}
    return [
        deny("OnlyCreateOrReplaceLogs", "s3:PutObject", f"{bucket}/{ACCESS.pattern}", BLIND),
        deny("TheMoverNeverDeletes", "s3:DeleteObject*", [bucket, f"{bucket}/*"], mover),
    ]


def granted(stage: Stage, entry: Allow, bucket: str) -> list[tuple[Statement, str]]:
    """What the mover's own policy cannot give it in another account's bucket, each with its role."""
    if not entry.distributions:
        return []
    logs = f"{bucket}/{ACCESS.pattern}"
    statements = [
        allow("TheMoverCreates", "s3:PutObject", logs, CREATE_ONLY),
        allow("TheMoverReadsBack", "s3:GetObject", logs),
        allow("TheMoverLists", "s3:ListBucket", bucket, listed(ACCESS.pattern)),
    ]
    return [(one, stage.role_arn(jobs.MOVE_LOGS.role)) for one in statements]


def foreigners(stage: Stage, entry: Allow, bucket: str, foreign: Document) -> Statement:
    """Deny other accounts everything; where CloudFront, which is one, delivers, only what is not left to the bucket's ACL."""
    if stage.bucket(entry) != stage_own.bucket(stage) or not stage_own.takes_logs(stage):
        return deny("NoForeigners", "s3:*", [bucket, f"{bucket}/*"], foreign)
    # The account of CloudFront's deliveries has no documented number, so that no condition can except it.
    statement = deny("NoForeigners", "s3:*", [], foreign)
    del statement["Resource"]
    return {**statement, "NotResource": [bucket, f"{bucket}/{DELIVERED.pattern}"]}
