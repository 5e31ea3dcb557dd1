"""How much of S3 publishing uses: a release a week and tenant, on the operator's machine, with its rows in the audit trail."""

from __future__ import annotations

import msgspec

from sluice.cloud.month import NIGHTS, Quantities


class Publishing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a week's release uses, of which the page shows as many weeks as have been published."""

    weeks: int
    puts: int
    lists: int
    gets: int
    lists_of_week: int
    gets_of_week: int


def of_publishing(tenants: int, rates: Publishing) -> Quantities:
    """What so many tenants that publish each week use; nothing where none does."""
    releases = tenants * NIGHTS / 7
    return {
        "s3_put": releases * rates.puts,
        "s3_list": releases * (rates.lists + rates.weeks * rates.lists_of_week),
        "s3_get": releases * (rates.gets + rates.weeks * rates.gets_of_week),
    }
