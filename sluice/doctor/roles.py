"""What is checked of a role of the stage: its place, its boundary, and that it may do what was generated, and nothing more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sluice.access.iam import Document
from sluice.doctor.findings import Seen, differing
from sluice.doctor.subject import Service


def seen(service: Service, role: str, wanted: Document) -> Seen:
    """Its inline policies and the managed ones of ours together; any other that is attached is a fault."""
    name, stage = service.stage.function(role), service.stage
    found = service.ask("iam", "get_role", RoleName=name)
    if found is None:
        return Seen("fault", f"there is no role {name}", service.deploy)
    if found["Role"]["Arn"] != stage.role_arn(role):
        return Seen("fault", f"{found['Role']['Arn']} instead of {stage.role_arn(role)}", "Correct role_path")
    boundary = found["Role"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    if boundary != stage.permissions_boundary:
        bounds = f"bounded by {boundary or 'nothing'} instead of {stage.permissions_boundary or 'nothing'}"
        return Seen("fault", bounds, f"sluice sync; {service.deploy}")
    attached = service.ask("iam", "list_attached_role_policies", RoleName=name) or {}
    arns = [policy["PolicyArn"] for policy in attached.get("AttachedPolicies", [])]
    ours = [one for one in arns if re.fullmatch(rf"{re.escape(stage.policy_arn(role))}-\d+", one)]
    others = differing(wanted, *_inline(service, name), *_managed(service, ours))
    if others:
        return Seen("fault", f"not as generated: {', '.join(others)}", f"sluice sync; {service.deploy}")
    if wider := [one for one in arns if one not in ours]:
        detach = f"aws iam detach-role-policy --role-name {name} --policy-arn {wider[0]}"
        return Seen("fault", f"it has more than was generated: {', '.join(wider)}", detach)
    return Seen("ok", "as generated")


def _inline(service: Service, role: str) -> Iterator[dict[str, Any]]:
    listed = service.ask("iam", "list_role_policies", RoleName=role) or {}
    for name in listed.get("PolicyNames", []):
        found = service.ask("iam", "get_role_policy", RoleName=role, PolicyName=name) or {}
        yield found.get("PolicyDocument", {})


def _managed(service: Service, arns: list[str]) -> Iterator[dict[str, Any]]:
    """The version of each that counts."""
    for arn in arns:
        version = (service.ask("iam", "get_policy", PolicyArn=arn) or {})["Policy"]["DefaultVersionId"]
        found = service.ask("iam", "get_policy_version", PolicyArn=arn, VersionId=version) or {}
        yield found["PolicyVersion"]["Document"]
