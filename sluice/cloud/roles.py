"""The functions' roles, as the template adds to Chalice's: their names, path and boundary, and their managed policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.jobs import Job
from sluice.access import parts
from sluice.access.iam import Document
from sluice.project.config import Stage

Resources = dict[str, Any]


def resource(job: Job) -> str:
    """The beginning of Chalice's names of the job's role and log group."""
    # Chalice's own name of the API's group, where it makes one, points at a resource that does not exist.
    return job.resource.replace("API", "Api")


def role(stage: Stage, job: Job, policies: Mapping[str, Document]) -> Resources:
    """The job's role, and the parts of its policy that do not fit inline; Chalice puts the first one there."""
    managed = {
        f"{resource(job)}Policy{number}": _policy(stage, parts.name(job.role, number), one)
        for number, one in enumerate(parts.numbered(job.role, policies), 1)
        if number > 1
    }
    attached = {"ManagedPolicyArns": [{"Ref": name} for name in managed]} if managed else {}
    properties = {"RoleName": stage.function(job.role), **placed(stage), **attached}
    return {f"{resource(job)}Role": {"Properties": properties}, **managed}


def placed(stage: Stage) -> dict[str, Any]:
    """The path and the boundary of every role of the stage."""
    path = {} if stage.role_path == "/" else {"Path": stage.role_path}
    return path | ({"PermissionsBoundary": stage.permissions_boundary} if stage.permissions_boundary else {})


def _policy(stage: Stage, name: str, document: Document) -> dict[str, Any]:
    properties = {"ManagedPolicyName": stage.function(name), "Path": stage.role_path, "PolicyDocument": document}
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}
