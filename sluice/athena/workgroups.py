"""The workgroups of a stage: one a tenant, and one of questions over all; each says where answers stay, and stops dear ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from chalicelib.prefixes import RESULTS, RESULTS_OF_ALL
from sluice.project import stage_own, tags
from sluice.project.config import Stage
from sluice.project.stages import TABLE
from sluice.project.tenants import Tenant

CUTOFF = 10 * 2**30
_BY_S3 = {"EncryptionOption": "SSE_S3"}


def of(stage: Stage, tenant: Tenant) -> dict[str, Any]:
    """The tenant's workgroup, as CreateWorkGroup takes it: what its queries answer stays, encrypted, in its own bucket."""
    result = {
        "OutputLocation": f"s3://{tenant.bucket}/{RESULTS.path}",
        "EncryptionConfiguration": _encryption(stage, tenant),
        "ExpectedBucketOwner": tenant.owner,
    }
    group = _group(stage.workgroup(tenant.table), f"Queries of {tenant.bucket}", result)
    return group | {"Tags": tags.listed(tags.of_tenant(stage, tenant.bucket))}


def of_all(stage: Stage) -> dict[str, Any]:
    """The workgroup of questions over all tenants: its answers, of everybody, lie where no tenant's analyst reads."""
    result = {
        "OutputLocation": f"s3://{stage_own.bucket(stage)}/{RESULTS_OF_ALL.path}",
        "EncryptionConfiguration": _BY_S3,
        "ExpectedBucketOwner": stage.account,
    }
    group = _group(stage_own.workgroup(stage), f"Queries over all tenants of {stage.name}", result)
    return group | {"Tags": tags.listed(tags.of(stage))}


def of_unload(stage: Stage, tenant: Tenant) -> dict[str, Any]:
    """The workgroup in which the tenant's large days are unloaded: what a statement reads has no limit there."""
    made = of(stage, tenant)
    configuration = {key: value for key, value in made["Configuration"].items() if key != "BytesScannedCutoffPerQuery"}
    name = stage_own.unload_workgroup(stage, tenant.table)
    return {**made, "Name": name, "Description": f"Large days of {tenant.bucket}", "Configuration": configuration}


def _group(name: str, description: str, result: dict[str, Any]) -> dict[str, Any]:
    return {
        "Name": name,
        "Description": description,
        "Configuration": {
            "ResultConfiguration": result,
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": CUTOFF,
        },
    }


def make(stage: Stage, client: Any, made: dict[str, Any]) -> None:
    """Make the workgroup, or bring it up to date."""
    try:
        client.create_work_group(**made)
    except client.exceptions.InvalidRequestException:
        # It is there already; where something else is wrong with it, the update says so too.
        client.update_work_group(
            WorkGroup=made["Name"],
            Description=made["Description"],
            ConfigurationUpdates=_updates(made["Configuration"]),
        )
        arn = f"arn:aws:athena:{stage.region}:{stage.account}:workgroup/{made['Name']}"
        client.tag_resource(ResourceARN=arn, Tags=made["Tags"])


def remove(stage: Stage, client: Any) -> Iterator[str]:
    """Delete the stage's workgroups, and say each; raises what AWS refuses."""
    for name in _listed(client):
        if is_ours(stage, name):
            client.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)
            yield f"workgroup {name}"


def is_ours(stage: Stage, name: str) -> bool:
    """Whether the workgroup is this stage's: no table's name has a -, so what has one behind ours is another stage's."""
    head, _, table = name.removesuffix(stage_own.UNLOAD).partition(stage.workgroup(""))
    return name == stage_own.workgroup(stage) or (not head and re.fullmatch(TABLE, table) is not None)


def _listed(client: Any) -> list[str]:
    names: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = client.list_work_groups(**token)
        names += [group["Name"] for group in page["WorkGroups"]]
        if "NextToken" not in page:
            return names
        token = {"NextToken": page["NextToken"]}


def _encryption(stage: Stage, tenant: Tenant) -> dict[str, str]:
    keys = {allow.bucket: allow.kms_key for allow in stage.allow}
    key = keys.get(tenant.entry)
    return {"EncryptionOption": "SSE_KMS", "KmsKey": key} if key else _BY_S3


def _updates(configuration: dict[str, Any]) -> dict[str, Any]:
    """The configuration as UpdateWorkGroup takes it, which has another name for one part."""
    rest = {**configuration}
    return {"ResultConfigurationUpdates": rest.pop("ResultConfiguration"), **rest}
