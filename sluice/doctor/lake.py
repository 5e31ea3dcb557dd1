"""What is checked of the records in a tenant's bucket: that where Sluice reads there is only what it writes."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.lake import compaction, raw, tries
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BrokenLake, Objects
from sluice.doctor.findings import Seen

SHOWN = 3


def seen(objects: Objects, kind: Kind = EVENTS) -> Seen:
    """Whether the watermark is one, years are years, and no place holds more than Sluice ever puts there."""
    try:
        mark = compaction.watermark(objects, kind)
        done = set(compaction.compacted(objects, kind))
        marks = tries.found(objects, kind)
        due = (day for day in sorted(marks) if day not in done and raw.has_objects(objects, day, kind.raw))
        stuck = tries.stuck(marks, due)
        odd = raw.odd_years(objects, kind.raw)
    except BrokenLake as error:
        return Seen(
            "fault", str(error), "Delete what is named; until then this tenant's days are neither compacted nor shown"
        )
    if odd:
        return Seen(
            "warning",
            f"no record is of these years: {_some(odd)}",
            f"Delete them below {kind.raw.path}; nothing reads them",
        )
    if stuck:
        fix = (
            "The log of the function that compacts says why; fix that, and run `sluice compact` with --bucket and --day"
        )
        return Seen("fault", f"these days were tried on several nights and are not compacted: {_some(stuck)}", fix)
    return Seen("ok", f"{len(done)} compacted days, up to {mark}" if mark else "nothing is compacted yet")


def _some(named: Sequence[object]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"{', '.join(map(str, named[:SHOWN]))}{more}"
