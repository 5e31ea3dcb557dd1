"""How much of each service keeping what is refused uses, besides the requests themselves."""

from __future__ import annotations

import msgspec

from chalicelib.prefixes import REJECTED
from sluice.cloud.month import GB, NIGHTS, Quantities


class Rejected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one that is kept uses: below ten a second, a worker and a reason, each is an object of its own."""

    puts: int
    line_bytes: int


def of_rejected(rejected: int, rates: Rejected) -> Quantities:
    """What so many that are kept use, and what is there of them at any time; nothing where there are none."""
    if not rejected:
        return {}
    kept = rejected * (REJECTED.days or 0) / NIGHTS
    return {"s3_put": rejected * rates.puts, "s3_storage": kept * rates.line_bytes / GB}
