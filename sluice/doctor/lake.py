"""What is checked of the records in a tenant's bucket: that where Sluice reads there is only what it writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from chalicelib.allowlist import Entry
from chalicelib.lake import ageing, raw, tries, watermarks
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.listing import listed
from chalicelib.lake.objects import BrokenLake, Objects
from chalicelib.lake.watermarks import Watermark
from sluice.doctor.findings import Seen

SHOWN = 3
# Nights after which a day should have been aged, also where its worker was killed.
NIGHTS = 4


def seen(objects: Objects, kind: Kind = EVENTS, entry: Entry | None = None, today: date = date.min) -> Seen:
    """Whether the watermark is one, years are years, no place holds more than Sluice ever puts there, and old days are aged.

    By the entry, and by today, where one is given.
    """
    try:
        mark = watermarks.read(objects, kind)
        found = listed(objects, kind)
        done = found.files | found.parts
        marks = tries.found(objects, kind)
        due = (day for day in sorted(marks) if day not in done and raw.has_objects(objects, day, kind.raw))
        stuck = tries.stuck(marks, due)
        odd = raw.odd_years(objects, kind.raw)
        overdue = "" if entry is None or mark is None else _overdue(objects, kind, entry, mark, done, today)
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
            "The log of the function that compacts says why; fix that, and run `sluice compact` with --bucket and --day, "
            "or `sluice unload` for a day of more than two million objects"
        )
        return Seen("fault", f"these days were tried on several nights and are not compacted: {_some(stuck)}", fix)
    if overdue:
        fix = "The log of the function that compacts says why (`age`); an object that is not a record's is for you to delete"
        return Seen("warning", overdue, fix)
    if left := sorted(found.unloaded - found.parts):
        fix = (
            "Run `sluice unload` with --bucket and --day, unless one runs at this moment; it deletes what is a day old"
        )
        return Seen("warning", f"of these days there are files that no manifest names: {_some(left)}", fix)
    return Seen("ok", f"{len(done)} compacted days, up to {mark.day}" if mark else "nothing is compacted yet")


def _overdue(objects: Objects, kind: Kind, entry: Entry, mark: Watermark, done: Collection[date], today: date) -> str:
    """Which old days have raw objects that should be gone, or addresses' hashes; empty where none do."""
    patient = ageing.of(entry, kind)
    patient = patient._replace(ip_days=(patient.ip_days or 0) + NIGHTS)
    if hashed := ageing.bare_due(done, mark, patient, today):
        return f"these days still have addresses' hashes: {_some(hashed)}"
    if entry.raw_days is None:
        return ""
    days = [day for day in raw.days(objects, kind.raw) if (today - day).days > entry.raw_days + NIGHTS]
    return f"raw objects of these days are older than raw_days: {_some(days)}" if days else ""


def _some(named: Sequence[object]) -> str:
    """The first of them, and how many more there are."""
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"{', '.join(map(str, named[:SHOWN]))}{more}"
