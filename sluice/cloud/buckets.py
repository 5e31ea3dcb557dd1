"""The managed buckets in the template, and in those of further stacks where there are too many for one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from hashlib import sha256
from itertools import count
from typing import Any

from chalicelib import prefixes
from sluice.access.functions import bucket_policy
from sluice.cloud.resources import PUBLIC_ACCESS, kept
from sluice.project import tags
from sluice.project.config import Allow, Stage

Resources = dict[str, Any]

# How many buckets the stage's own stack takes, and each further one. A bucket is two resources of 500, and some 4 KB of a
# template's megabyte.
OWN, FURTHER = 100, 150
TIERED_AFTER_DAYS = 90
# Intelligent-Tiering moves nothing below 128 KB, where to be moved costs $10 a million objects all the same.
TIERED_ABOVE = 128 * 1024


def file(number: int) -> str:
    """What the file of a further stack's template is called."""
    return f"buckets-{number}.json"


def number(file: str) -> int | None:
    """The number of the further stack whose template's file is called so."""
    found = re.fullmatch(r"buckets-([1-9]\d*)\.json", file)
    return int(found[1]) if found else None


def placed(stage: Stage, now: Mapping[int, Collection[str]]) -> dict[int, list[Allow]]:
    """The managed entries of each stack: 0 is the stage's own, whatever it has; the others are those that have any.

    A bucket that is in a stack stays there: CloudFormation moves none, and another stack could not make it again. `now` has
    the names of each stack's resources.
    """
    there = {name: number for number, names in now.items() for name in names}
    managed = {logical_id(stage.bucket(allow)): allow for allow in stage.allow if allow.managed}
    numbers = {name: there[name] for name in managed if name in there}
    held = Counter(numbers.values())
    for name in [one for one in managed if one not in numbers]:
        numbers[name] = next(number for number in count() if held[number] < (FURTHER if number else OWN))
        held[numbers[name]] += 1
    return {number: [managed[name] for name in managed if numbers[name] == number] for number in sorted({0, *held})}


def made(stage: Stage, managed: list[Allow]) -> Resources:
    """These entries' buckets and their policies."""
    return {name: resource for allow in managed for name, resource in _bucket(stage, allow).items()}


def stacks(placed: Mapping[int, list[Allow]]) -> Resources:
    """The further stacks, as resources of the stage's own; their templates are uploaded with it."""
    return {
        f"Buckets{number}": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": f"./{file(number)}"}}
        for number in placed
        if number
    }


def _bucket(stage: Stage, allow: Allow) -> Resources:
    """A tenant's bucket and its policy; both stay when the stack goes."""
    name = logical_id(stage.bucket(allow))
    properties = {
        "BucketName": stage.bucket(allow),
        "Tags": tags.listed({tags.TENANT: stage.bucket(allow)}),
        **({"BucketNamespace": "account-regional"} if allow.account_regional else {}),
        "PublicAccessBlockConfiguration": dict.fromkeys(PUBLIC_ACCESS, True),
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [_encryption(allow)]},
        # No versioning: a person's data must be erasable.
        "LifecycleConfiguration": {"Rules": [_unfinished_uploads(), *_expiring(), _lifecycle(allow)]},
    }
    policy = {"Bucket": {"Ref": name}, "PolicyDocument": bucket_policy(stage, allow)}
    return {name: kept("AWS::S3::Bucket", properties), f"{name}Policy": kept("AWS::S3::BucketPolicy", policy)}


def _encryption(allow: Allow) -> dict[str, Any]:
    if allow.kms_key is None:
        return {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": allow.kms_key}
    # Without a bucket key every event is a call to KMS, at $3 a million on top of S3's $5.
    return {"ServerSideEncryptionByDefault": by_key, "BucketKeyEnabled": True}


def _lifecycle(allow: Allow) -> dict[str, Any]:
    if allow.retention_days is not None:
        return {"Id": "retention", "Status": "Enabled", "ExpirationInDays": allow.retention_days}
    tiered = {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": TIERED_AFTER_DAYS}
    return {"Id": "tiering", "Status": "Enabled", "ObjectSizeGreaterThan": str(TIERED_ABOVE), "Transitions": [tiered]}


def _expiring() -> list[dict[str, Any]]:
    """A rule for each prefix that ends before the tenant's records do."""
    return [
        {"Id": one.title, "Status": "Enabled", "Prefix": one.path, "ExpirationInDays": one.days}
        for one in prefixes.PREFIXES
        if one.days is not None
    ]


def _unfinished_uploads() -> dict[str, Any]:
    return {
        "Id": "unfinished-uploads",
        "Status": "Enabled",
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }


def logical_id(bucket: str) -> str:
    """A name of letters and digits; the digest keeps `a-b` and `a.b` apart."""
    words = "".join(word.capitalize() for word in bucket.replace(".", "-").split("-"))
    return f"Bucket{words}{sha256(bucket.encode()).hexdigest()[:6]}"
