"""The least that the nightly export of the service's own log needs."""

from __future__ import annotations

from chalicelib import jobs
from chalicelib.prefixes import LOGS
from sluice.access.iam import CREATE_ONLY, Document, allow, arn, document, listed, objects, own_log, owned
from sluice.project import stage_own
from sluice.project.config import Stage


def export_logs(stage: Stage) -> Document:
    """The nightly export's: read the tracker's log, see what is exported, and create what is not; read no object."""
    bucket, mine = stage_own.bucket(stage), owned(stage.account or "")
    create_only = mine | CREATE_ONLY
    log = arn(stage, "logs", f"log-group:{stage.log_group(jobs.TRACKER.role)}:*")
    return document(
        allow("ReadLog", "logs:FilterLogEvents", log),
        allow("SeeExports", "s3:ListBucket", f"arn:aws:s3:::{bucket}", mine | listed(LOGS.pattern)),
        allow("Export", "s3:PutObject", objects([bucket], LOGS.pattern), create_only),
        own_log(stage, jobs.EXPORT_LOGS),
    )
