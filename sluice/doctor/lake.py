"""What is checked of the records in a tenant's bucket: that where Sluice reads there is only what it writes."""

from __future__ import annotations

from chalicelib.lake import compaction, raw
from chalicelib.lake.objects import BrokenLake, Objects
from sluice.doctor.findings import Seen

SHOWN = 3


def seen(objects: Objects) -> Seen:
    """Whether the watermark is one, years are years, and no place holds more than Sluice ever puts there."""
    try:
        mark = compaction.watermark(objects)
        days = len(list(compaction.compacted(objects)))
        odd = raw.odd_years(objects)
    except BrokenLake as error:
        return Seen(
            "fault", str(error), "Delete what is named; until then this tenant's days are neither compacted nor shown"
        )
    if odd:
        more = f" and {len(odd) - SHOWN} more" if len(odd) > SHOWN else ""
        named = f"{', '.join(odd[:SHOWN])}{more}"
        return Seen(
            "warning", f"no record is of these years: {named}", f"Delete them below {raw.ROOT}; nothing reads them"
        )
    return Seen("ok", f"{days} compacted days, up to {mark}" if mark else "nothing is compacted yet")
