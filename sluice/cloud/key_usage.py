"""How much of KMS and S3 the keys use under which tenants' ids are hashed."""

from __future__ import annotations

import msgspec

from sluice.cloud.month import Quantities


class Keys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the stage has in KMS, and what a new worker asks for each tenant."""

    masters: int
    decrypts: int
    gets: int


def of_keys(tenants: int, workers: float, rates: Keys) -> Quantities:
    """What so many tenants' keys use, at most: each new worker opens each of them; nothing where there are none."""
    if not tenants:
        return {}
    opened = tenants * workers
    return {"keys": rates.masters, "key_requests": opened * rates.decrypts, "s3_get": opened * rates.gets}
