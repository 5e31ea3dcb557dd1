"""What is checked of the nightly export of the service's own log: that no day of the last week is missing."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib import jobs
from chalicelib.lake.objects import BucketObjects
from chalicelib.service_logs import exporting
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Bucket

# The job begins at 01:30 and may be tried three times, for a quarter of an hour each.
DONE = timedelta(hours=2)


def seen(own: Bucket, now: datetime) -> Seen:
    """Whether each closed day of the last week is exported whole into the stage's own bucket."""
    objects = BucketObjects(own.name, own.owner, own.client("s3", own.stage.region))
    days = exporting.closed(now - DONE)
    absent = exporting.missing(objects, days)
    if not absent:
        return Seen("ok", f"{days[-1]} to {days[0]} are exported")
    group = own.stage.log_group(jobs.EXPORT_LOGS.role)
    fix = f"The log group {group} says why; each night tries the days of the last week again"
    return Seen("fault", f"not exported: {', '.join(map(str, sorted(absent)))}", fix)
