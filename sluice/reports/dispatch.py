"""A report sent from this machine, by the same marks as the hourly job's: what one of them has sent the other does not."""

from __future__ import annotations

from datetime import datetime
from time import monotonic, sleep
from uuid import uuid4

from chalicelib.reports import sending
from chalicelib.reports.athena import Clock
from chalicelib.reports.periods import Period
from chalicelib.reports.sending import Outcome
from sluice.mirror.tenant import Place, PlaceError
from sluice.project import stage_own
from sluice.reports import statements

# Seconds that all questions together may take.
PATIENCE = 900.0


def send(place: Place, wanted: Period, now: datetime) -> Outcome:
    """Make the tenant's report of this period on Athena, and send it once; raises PlaceError, and what AWS refuses."""
    stage, report = place.stage, place.allow.report
    if not stage.is_deployed or stage.mail_from is None:
        raise PlaceError(
            f"the stage {stage.name!r} sends no mail: a report is sent by SES, from the mail_from of a stage in AWS"
        )
    if report is None:
        raise PlaceError(f"{place.bucket} has no report in sluice.toml, which says who gets it")
    reports = statements.of_tenants(stage, [place.allow])
    given = sending.services(stage_own.bucket(stage), stage.account, uuid4().hex, stage.region)
    clock = Clock(monotonic, sleep)
    return sending.send(reports, reports.tenants[0], wanted, given, now, clock, monotonic() + PATIENCE)
