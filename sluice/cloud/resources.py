"""Resources of CloudFormation that stay when the stack goes, and those that go with it."""

from __future__ import annotations

from typing import Any

Resource = dict[str, Any]

# What closes a bucket to the public, whatever its policy or an access list says.
PUBLIC_ACCESS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def kept(kind: str, properties: dict[str, Any]) -> Resource:
    """One that stays."""
    # ExceptOnCreate: what a first deployment that failed left behind would stand in the way of the next.
    return {
        "Type": kind,
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def dropped(kind: str, properties: dict[str, Any]) -> Resource:
    """One that goes, with all that is in it."""
    return {"Type": kind, "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": properties}
