"""How much of each service the scheduled doctor uses, who looks at each tenant's bucket."""

from __future__ import annotations

import msgspec

from chalicelib.jobs import CHECK
from sluice.cloud.month import GB, NIGHTS, Quantities


class Checks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a look at the stage uses, and a look at one tenant's bucket."""

    lists: int
    gets: int
    lists_of_tenant: int
    gets_of_tenant: int
    glue_of_tenant: int
    log_bytes: int
    check_ms: float
    check_ms_of_tenant: float


def of_checks(tenants: int, checks: Checks) -> Quantities:
    """What a look each day uses, with the alarm over it."""
    seconds = NIGHTS * (checks.check_ms + tenants * checks.check_ms_of_tenant) / 1000
    return {
        "lambda_requests": NIGHTS,
        "lambda_duration": (CHECK.memory or 0) / 1024 * seconds,
        "s3_list": NIGHTS * (checks.lists + tenants * checks.lists_of_tenant),
        "s3_get": NIGHTS * (checks.gets + tenants * checks.gets_of_tenant),
        "glue": NIGHTS * tenants * checks.glue_of_tenant,
        "logs": NIGHTS * checks.log_bytes / GB,
        "alarms": 1,
    }
