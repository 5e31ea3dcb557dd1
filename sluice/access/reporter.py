"""What the job needs that sends reports: each tenant's own questions of Athena, its marks, and one sender's mails."""

from __future__ import annotations

from chalicelib import prefixes
from chalicelib.jobs import REPORT
from chalicelib.prefixes import REPORTS
from sluice.access.iam import (
    ATHENA_WRITES,
    BLIND,
    Document,
    Statement,
    allow,
    arn,
    by_key,
    catalog,
    deny,
    document,
    listed,
    objects,
    own_log,
    owned,
)
from sluice.project import stage_own
from sluice.project.config import Allow, Stage
from sluice.project.tenants import table_name

_ASK = [f"athena:{verb}QueryExecution" for verb in ("Get", "Start", "Stop")] + ["athena:GetQueryResults"]
_TABLES = ["glue:GetPartition", "glue:GetPartitions", "glue:GetTable"]


def report(stage: Stage) -> Document:
    """The hourly job's: ask for the tenants that have a report, and for no other; send as the stage's sender to them."""
    asking = [entry for entry in stage.allow if entry.report is not None]
    groups = [
        arn(stage, "athena", f"workgroup/{stage.workgroup(table_name(stage.bucket(one), one))}") for one in asking
    ]
    return document(
        *[statement for owner in stage.owners for statement in _reads(stage, owner, asking)],
        *_marks(stage),
        *by_key(stage, "UseKeys", "kms:Decrypt", "kms:GenerateDataKey"),
        *([allow("Ask", _ASK, groups), allow("LookAtTables", _TABLES, catalog(stage, "*"))] if asking else []),
        # A region, and nothing else: naming each bucket once more would let fewer tenants into the policy, as tables would.
        allow("Locate", "s3:GetBucketLocation", "arn:aws:s3:::*", owned(*stage.owners)),
        # Athena looks the database `default` up before whatever it is asked.
        allow("LookAtDatabase", "glue:GetDatabase", [*catalog(stage), arn(stage, "glue", "database/default")]),
        *_sends(stage, asking),
        own_log(stage, REPORT),
    )


def granted(stage: Stage, entry: Allow, bucket: str) -> list[tuple[Statement, str]]:
    """What the job's own policy cannot give it in another account's bucket, where the tenant has a report."""
    if entry.report is None:
        return []
    found = (
        allow("TheReporterReads", "s3:GetObject", [f"{bucket}/{one}" for one in prefixes.read_by(REPORT.role)]),
        allow("TheReporterLists", "s3:ListBucket", bucket, listed(*prefixes.read_by(REPORT.role))),
        allow("TheReporterLocates", "s3:GetBucketLocation", bucket),
        allow("AthenaAnswers", ATHENA_WRITES, [f"{bucket}/{one}" for one in prefixes.written_by(REPORT.role)]),
    )
    return [(one, stage.role_arn(REPORT.role)) for one in found]


def _reads(stage: Stage, owner: str, asking: list[Allow]) -> list[Statement]:
    buckets = [stage.bucket(one) for one in asking if stage.owner(one) == owner]
    if not buckets:
        return []
    places, read = [f"arn:aws:s3:::{bucket}" for bucket in buckets], prefixes.read_by(REPORT.role)
    return [
        allow(f"Read{owner}", "s3:GetObject", objects(buckets, *read), owned(owner)),
        allow(f"List{owner}", "s3:ListBucket", places, owned(owner) | listed(*read)),
        # Athena writes its answers with the caller's rights.
        allow(f"Answer{owner}", ATHENA_WRITES, objects(buckets, *prefixes.written_by(REPORT.role)), owned(owner)),
    ]


def _marks(stage: Stage) -> list[Statement]:
    """The reports as they were sent, and their marks, none of which is overwritten unseen."""
    place, mine = f"arn:aws:s3:::{stage_own.bucket(stage)}", owned(stage.account or "")
    kept = f"{place}/{REPORTS.pattern}"
    return [
        allow("Mark", ["s3:GetObject", "s3:PutObject"], kept, mine),
        deny("NeverBlindly", "s3:PutObject", kept, BLIND),
        allow("ListMarks", "s3:ListBucket", place, mine | listed(REPORTS.pattern)),
    ]


def _sends(stage: Stage, asking: list[Allow]) -> list[Statement]:
    """From the stage's sender to the recipients alone; in SES's sandbox their identities are asked for, too."""
    if stage.mail_from is None:
        return []
    to = sorted({address for one in asking if one.report for address in one.report.to})
    named = [stage.mail_address, stage.mail_address.partition("@")[2], *to]
    only = {
        "StringEquals": {"ses:FromAddress": stage.mail_address},
        "ForAllValues:StringEquals": {"ses:Recipients": to},
        "Null": {"ses:Recipients": "false"},
    }
    return [allow("Send", "ses:SendEmail", [arn(stage, "ses", f"identity/{one}") for one in named], only)]
