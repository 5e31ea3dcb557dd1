"""What lets CloudFront put its log files into the stage's own bucket, where an entry has distributions, and says when it has.

CloudFront comes as an account of its own that a bucket's access list admits, as its documentation describes:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from sluice.aws import code
from sluice.project import stage_own
from sluice.project.config import Stage

# The canonical id of the account awslogsdelivery, the same in all regions.
CLOUDFRONT = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
# Under `ENFORCED` no access list counts. Under `PREFERRED` one does, and what is put with full control for us is ours.
ENFORCED, PREFERRED = "BucketOwnerEnforced", "BucketOwnerPreferred"
FULL = "FULL_CONTROL"
EVENTS = "EventBridgeConfiguration"


def ownership(stage: Stage) -> str:
    """The bucket's setting of who owns its objects."""
    return PREFERRED if stage_own.takes_logs(stage) else ENFORCED


def set_up(stage: Stage, name: dict[str, Any], s3: Any) -> None:
    """Open the bucket to CloudFront alone and have S3 send its events; close it again where no entry has distributions."""
    wanted = ownership(stage)
    was_open = owned(s3, name) != ENFORCED
    if wanted == ENFORCED and was_open:
        # S3 enforces nothing while the list admits others.
        s3.put_bucket_acl(**name, ACL="private")
        s3.put_bucket_notification_configuration(**name, NotificationConfiguration={})
    s3.put_bucket_ownership_controls(**name, OwnershipControls={"Rules": [{"ObjectOwnership": wanted}]})
    if wanted == PREFERRED:
        owner = s3.get_bucket_acl(**name)["Owner"]
        s3.put_bucket_acl(**name, AccessControlPolicy=_admitting(owner))
        s3.put_bucket_notification_configuration(**name, NotificationConfiguration={EVENTS: {}})


def _admitting(owner: dict[str, str]) -> dict[str, Any]:
    """The access list that admits us and CloudFront."""
    grantees = [{"Type": "CanonicalUser", "ID": one} for one in (owner["ID"], CLOUDFRONT)]
    return {"Owner": owner, "Grants": [{"Grantee": one, "Permission": FULL} for one in grantees]}


def owned(s3: Any, name: dict[str, Any]) -> str | None:
    """The bucket's setting as it is."""
    try:
        rules = s3.get_bucket_ownership_controls(**name).get("OwnershipControls", {}).get("Rules", [])
    except ClientError as error:
        if code(error) != "OwnershipControlsNotFoundError":
            raise
        return None
    return next((str(rule["ObjectOwnership"]) for rule in rules), None)


def admitted(acl: dict[str, Any]) -> set[tuple[str, str]]:
    """Whom an access list admits besides the bucket's owner, each with what it lets them do."""
    named = [(one["Grantee"], one["Permission"]) for one in acl["Grants"]]
    found = {(grantee.get("ID") or grantee.get("URI") or "somebody", permission) for grantee, permission in named}
    return {(grantee, permission) for grantee, permission in found if grantee != acl["Owner"]["ID"]}
