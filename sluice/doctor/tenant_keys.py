"""What is checked of tenants' own keys, under which ids are hashed: that each is there, and who can open it."""

from __future__ import annotations

from collections.abc import Callable

from sluice.access import identifying
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service
from sluice.project import identify


def checks(service: Service) -> dict[str, Callable[[], Seen]]:
    """The checks by name; none where no entry asks for a key."""
    if not service.stage.keyed:
        return {}
    return {"tenants' keys": lambda: _keys(service), "key of tenants' keys": lambda: _master(service)}


def _keys(service: Service) -> Seen:
    absent = sorted({*service.stage.keyed} - identify.found(service.stage, service.client))
    if not absent:
        return Seen("ok", f"each of {len(service.stage.keyed)} has its own")
    fix = f"sluice key identify --stage {service.stage.name} --bucket {absent[0]}"
    return Seen("fault", f"none for {', '.join(absent)}: sessionId and userId are null", fix)


def _master(service: Service) -> Seen:
    stage, said = service.stage, identify.master(service.stage, service.client)
    fix = f"sluice key identify --stage {stage.name} --bucket {stage.keyed[0]}"
    if said is None:
        return Seen("fault", f"there is no {stage.identify_alias} in KMS: sessionId and userId are null", fix)
    if said["KeyState"] != "Enabled":
        verb = "cancel-key-deletion" if said["KeyState"] == "PendingDeletion" else "enable-key"
        return Seen(
            "fault", f"{said['KeyState']}: new workers open no key, and ids are null", _aws(verb, said["KeyId"])
        )
    if not identify.has_policy(stage, identifying.key_policy(stage), service.client):
        return Seen("fault", "its policy is not as generated: others may open tenants' keys", fix)
    return Seen("ok", f"{stage.identify_alias}, as generated")


def _aws(verb: str, key: str) -> str:
    return f"aws kms {verb} --key-id {key}"
