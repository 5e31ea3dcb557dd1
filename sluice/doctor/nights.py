"""What is checked of the nights: that the state machine is there as generated, and that its role may do what it needs."""

from __future__ import annotations

import json
from collections.abc import Callable

from chalicelib.jobs import NIGHTS
from sluice.access import functions
from sluice.cloud.nights import definition
from sluice.doctor import roles
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service


def _machine(service: Service) -> Seen:
    found = service.ask("stepfunctions", "describe_state_machine", stateMachineArn=service.stage.nights)
    if found is None:
        missing = f"there is no state machine {service.stage.function(NIGHTS)}: no day is compacted at night"
        return Seen("fault", missing, service.deploy)
    if json.loads(found["definition"]) != definition(service.stage):
        return Seen("fault", "not as generated", f"sluice sync; {service.deploy}")
    return Seen("ok", "as generated")


def _role(service: Service) -> Seen:
    return roles.seen(service, NIGHTS, functions.nights(service.stage))


CHECKS: dict[str, Callable[[Service], Seen]] = {"compaction": _machine, "compaction role": _role}
