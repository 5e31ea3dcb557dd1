"""The tags by which a bill is split: the stage's, which its stack gives to everything in it, and a managed bucket's tenant."""

from __future__ import annotations

from sluice.project.config import Stage

STAGE, STACK, TENANT = "stage", "sluice", "tenant"


def of(stage: Stage) -> dict[str, str]:
    """The tags of the stack, which CloudFormation hands on to all that takes tags, in further stacks too."""
    return {STAGE: stage.name, STACK: stage.stack}


def of_tenant(stage: Stage, bucket: str) -> dict[str, str]:
    """The tags of what is one tenant's."""
    return {**of(stage), TENANT: bucket}


def listed(tags: dict[str, str]) -> list[dict[str, str]]:
    """The tags as AWS's APIs and templates take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
