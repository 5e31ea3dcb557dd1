"""What is checked of a stage's token vault: its table and keys in AWS, or the files of a local stage."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from chalicelib.vault.keyring import FOLDER, MAC, PRIVATE, PUBLIC, data_alias, mac_alias
from sluice.access import vault as access
from sluice.access.iam import Document
from sluice.doctor import tables
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service
from sluice.project import stage_own
from sluice.project.config import Stage

_503 = "events of {} are answered 503"


def checks(service: Service) -> dict[str, Callable[[], Seen]]:
    """The checks by name; none where no entry tokenizes."""
    stage = service.stage
    if not stage.tokenized:
        return {}
    sealing, marking = data_alias(stage.vault), mac_alias(stage.vault)
    return {
        "vault table": partial(_table, service),
        "vault expiry": partial(_expiry, service),
        "vault backups": partial(tables.backups, service, stage.vault, "an erased value can be had back for 35 days"),
        "vault key": partial(_key, service, sealing, access.data_policy(stage), is_rotated=True),
        "vault token key": partial(_key, service, marking, access.mac_policy(stage), is_rotated=False),
    }


def local(stage: Stage) -> Seen:
    """Whether the files of a local stage's vault are there, and their user's alone."""
    folder = stage_own.folder(stage) / FOLDER
    files = {name: folder / name for name in (MAC, PUBLIC, PRIVATE)}
    absent = sorted(name for name, path in files.items() if not path.is_file())
    refused = _503.format(", ".join(stage.tokenized))
    if len(absent) == len(files):
        return Seen("fault", f"there is none in {folder}: {refused}", "sluice vault init")
    if absent == [PRIVATE]:
        return Seen("fault", f"{files[PRIVATE]} is gone: what is in the vault opens with no passphrase", "Restore it")
    if absent:
        return Seen("fault", f"{folder} has no {', '.join(absent)}: {refused}", "Restore what is missing")
    if opened := sorted(name for name, path in files.items() if path.stat().st_mode & 0o077):
        places = " ".join(str(files[name]) for name in opened)
        return Seen("fault", f"other users of this machine can use {', '.join(opened)}", f"chmod 600 {places}")
    return Seen("ok", str(folder))


def _table(service: Service) -> Seen:
    stage = service.stage
    found = service.ask("dynamodb", "describe_table", TableName=stage.vault)
    if found is None:
        refused = _503.format(", ".join(stage.tokenized))
        return Seen("fault", f"there is no table {stage.vault}: {refused}", service.deploy)
    if found["Table"]["TableStatus"] not in {"ACTIVE", "UPDATING"}:
        return Seen("fault", f"{stage.vault} is {found['Table']['TableStatus']}", service.deploy)
    if not found["Table"].get("DeletionProtectionEnabled"):
        fix = f"aws dynamodb update-table --table-name {stage.vault} --deletion-protection-enabled"
        return Seen("fault", "it is not protected from deletion: without it no token is opened again", fix)
    return Seen("ok", stage.vault)


def _expiry(service: Service) -> Seen:
    name = service.stage.vault
    found = service.ask("dynamodb", "describe_time_to_live", TableName=name)
    ttl = (found or {}).get("TimeToLiveDescription", {})
    if ttl.get("TimeToLiveStatus") not in {"ENABLED", "ENABLING"}:
        return Seen("ok", "none: rows stay until somebody is erased")
    fix = (
        f"aws dynamodb update-time-to-live --table-name {name} "
        f"--time-to-live-specification Enabled=false,AttributeName={ttl['AttributeName']}"
    )
    return Seen("fault", f"rows expire by {ttl['AttributeName']}, and records keep their tokens", fix)


def _key(service: Service, alias: str, policy: Document, *, is_rotated: bool) -> Seen:
    found = service.ask("kms", "describe_key", KeyId=alias)
    refused = _503.format(", ".join(service.stage.tokenized))
    if found is None:
        return Seen("fault", f"there is no {alias} in KMS: {refused}", service.deploy)
    key, state = found["KeyMetadata"]["KeyId"], found["KeyMetadata"]["KeyState"]
    if state != "Enabled":
        verb = "cancel-key-deletion" if state == "PendingDeletion" else "enable-key"
        return Seen("fault", f"{state}: {refused}, and nothing is opened", f"aws kms {verb} --key-id {key}")
    live = service.ask("kms", "get_key_policy", KeyId=key, PolicyName="default") or {}
    if json.loads(live["Policy"]) != policy:
        return Seen("fault", "its policy is not as generated: others may open values", f"sluice sync; {service.deploy}")
    if is_rotated and not (service.ask("kms", "get_key_rotation_status", KeyId=key) or {}).get("KeyRotationEnabled"):
        return Seen("fault", "it is not rotated each year", f"aws kms enable-key-rotation --key-id {key}")
    return Seen("ok", f"{alias}, as generated")
