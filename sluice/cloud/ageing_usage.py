"""How much of each service the deletion of raw objects uses, for those tenants whose entries ask for it (`raw_days`)."""

from __future__ import annotations

import math

import msgspec

from sluice.cloud.month import NIGHTS, Quantities

AT_ONCE = 1000  # objects that one call deletes, or lists


class Ageing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a night's day of one tenant uses, besides the calls that grow with its objects."""

    lists_of_day: int
    gets_of_day: int
    puts_of_day: int
    lists_of_object: int


def of_deletion(tenants: int, objects: float, are_batches: bool, rates: Ageing) -> Quantities:
    """What so many tenants use, each with so many objects a day, which are read before they go where they are batches.

    S3 takes nothing for a deletion; whether that holds for many in one call is not said, so that each counts as a put.
    """
    if not tenants or not objects:
        return {}
    days, calls = tenants * NIGHTS, math.ceil(objects / AT_ONCE)
    return {
        "s3_list": days * (rates.lists_of_day + rates.lists_of_object * calls),
        "s3_get": days * (rates.gets_of_day + objects * are_batches),
        "s3_put": days * (rates.puts_of_day + calls),
    }
