"""The least that each function and bucket needs, as IAM policy documents; with those of people, every policy of a stage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from chalicelib import jobs, prefixes
from chalicelib.jobs import Job
from chalicelib.prefixes import ANALYST_OF_ALL, DEPLOYER, OPERATOR
from sluice.access import auditing, compacting, eraser, identifying, log_mover, parts, reporter, salts, streaming, vault
from sluice.access.deployer import deployer
from sluice.access.exports import export_logs
from sluice.access.iam import (
    CREATE_ONLY,
    RECORDS,
    Document,
    Statement,
    allow,
    arn,
    by_key,
    catalog,
    deeper,
    deny,
    document,
    objects,
    own_log,
    owned,
    owners,
)
from sluice.access.of_tenants import of_people
from sluice.access.people import analyst_of_all, operator, scheduled
from sluice.project import stage_own
from sluice.project.config import Allow, ConfigError, Stage


def tracker(stage: Stage) -> Document:
    """The writer's: create objects under `analytics/` of the stage's buckets, in their owners' accounts, and nothing else."""
    return document(
        *[_puts(owner, buckets) for owner, buckets in owners(stage).items()],
        *_keeps_rejected(stage),
        # The event that a deployment sends, into the stage's own bucket.
        _puts(stage.account or "", [stage_own.bucket(stage)], "Prove"),
        deny("NeverDeeper", "s3:PutObject", deeper(RECORDS, *prefixes.written_by(jobs.TRACKER.role, KEEPS))),
        _never_elsewhere(stage),
        *salts.made(stage),
        *salts.counted(stage),
        *identifying.opens(stage, *stage.keyed),
        *vault.fills(stage),
        *streaming.writes(stage),
        *by_key(stage, "Encrypt", "kms:GenerateDataKey"),
        *_edge_secret(stage),
        own_log(stage, jobs.TRACKER),
        # X-Ray knows no resources.
        *(
            [allow("Trace", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*")]
            if stage.monitoring == "full"
            else []
        ),
        *_extra(stage),
    )


def _edge_secret(stage: Stage) -> list[Statement]:
    """The secret of the operator's own edge; the account's key for SSM lets in who may read the parameter."""
    if stage.edge_secret_parameter is None:
        return []
    return [allow("EdgeSecret", "ssm:GetParameter", arn(stage, "ssm", f"parameter{stage.edge_secret_parameter}"))]


def forget_salts(stage: Stage) -> Document:
    """The hourly job's: see which roots are due, without reading one, and delete them."""
    return document(*salts.forgotten(stage), *auditing.adds(stage), own_log(stage, jobs.FORGET_SALTS))


def plan_compaction(stage: Stage) -> Document:
    """The nightly job's: find the tenants, list their days, read how far each is, and start the night; read no record."""
    has_patterns = any("*" in entry.bucket for entry in stage.allow)
    return document(
        *([allow("FindBuckets", "s3:ListAllMyBuckets", "*")] if has_patterns else []),
        *compacting.plans(stage),
        *by_key(stage, "Decrypt", "kms:Decrypt"),
        allow("StartTheNight", ["states:ListExecutions", "states:StartExecution"], stage.nights),
        own_log(stage, jobs.PLAN_COMPACTION),
    )


def nights(stage: Stage) -> Document:
    """The state machine's: call the compactor."""
    compactor = arn(stage, "lambda", f"function:{stage.function(jobs.COMPACT.role)}")
    return document(allow("Compact", "lambda:InvokeFunction", compactor))


def compact(stage: Stage) -> Document:
    """The compactor's: read records, create or replace what is under `compacted/`, and move the watermark in the views.

    For tenants with distributions it does the same with access logs.
    """
    return document(
        *compacting.compacts(stage),
        eraser.knows_who(stage),
        _never_elsewhere(stage),
        *by_key(stage, "UseKeys", "kms:Decrypt", "kms:GenerateDataKey"),
        # It finds a tenant's view by its place, because a table's name is not in the bucket's.
        allow("MoveViews", ["glue:GetTable", "glue:GetTables", "glue:UpdateTable"], catalog(stage, "*")),
        own_log(stage, jobs.COMPACT),
    )


def move_logs(stage: Stage) -> Document:
    """The mover's: take what CloudFront delivered, create it below `access/` of its tenant's bucket, hash with the day's salt."""
    return document(
        *log_mover.taking(stage),
        *log_mover.bringing(stage),
        _never_elsewhere(stage),
        *salts.made(stage),
        # By its rights Lambda says which file could not be moved.
        allow("SayWhatFailed", "sns:Publish", stage.topic),
        own_log(stage, jobs.MOVE_LOGS),
    )


def check(stage: Stage) -> Document:
    """The scheduled doctor's: look at what the stage has, and say what differs."""
    return document(*scheduled(stage, tuple(job.role for job in stage.jobs)), own_log(stage, jobs.CHECK))


def consume(stage: Stage) -> Document:
    """The consumer's: read the stream, put records as the tracker does, and keep what it cannot put."""
    return _streamed(stage, jobs.CONSUME)


def release(stage: Stage) -> Document:
    """The job's that puts what waited: what the consumer may, and take from where that waits."""
    return _streamed(stage, jobs.RELEASE)


def _streamed(stage: Stage, job: Job) -> Document:
    return document(
        streaming.reads(stage),
        *[_puts(owner, buckets, job=job) for owner, buckets in owners(stage).items()],
        *streaming.keeps(stage, job),
        deny("NeverDeeper", "s3:PutObject", deeper(RECORDS)),
        _never_elsewhere(stage),
        *by_key(stage, "Encrypt", "kms:GenerateDataKey"),
        own_log(stage, job),
    )


_POLICIES: dict[str, Callable[[Stage], Document]] = {
    jobs.TRACKER.name: tracker,
    jobs.FORGET_SALTS.name: forget_salts,
    jobs.PLAN_COMPACTION.name: plan_compaction,
    jobs.COMPACT.name: compact,
    jobs.MOVE_LOGS.name: move_logs,
    jobs.EXPORT_LOGS.name: export_logs,
    jobs.CHECK.name: check,
    jobs.REPORT.name: reporter.report,
    jobs.CONSUME.name: consume,
    jobs.RELEASE.name: release,
}


def of(job: Job, stage: Stage) -> Document:
    """The policy of a job's role: what is written for it above, else its log alone."""
    made = _POLICIES.get(job.name)
    return made(stage) if made else document(own_log(stage, job))


def bucket_policy(stage: Stage, entry: Allow) -> Document:
    """A tenant's bucket's own: TLS, one writer that only creates and never reads, and no account but its own and ours."""
    bucket = f"arn:aws:s3:::{stage.bucket(entry)}"
    everywhere = [bucket, f"{bucket}/*"]
    statements = [
        deny("OnlyTls", "s3:*", everywhere, {"Bool": {"aws:SecureTransport": "false"}}),
        *_written_once(stage, entry, bucket, everywhere),
        *compacting.knowingly(stage, entry, bucket, everywhere),
        *log_mover.guarded(stage, entry, bucket),
        log_mover.foreigners(stage, entry, bucket, _foreign(stage, entry)),
    ]
    granted = _granted(stage, entry, bucket) if stage.owner(entry) != stage.account else []
    return document(*[{**statement, "Principal": "*"} for statement in statements], *granted)


def documents(stage: Stage, now: Mapping[str, Document] | None = None) -> dict[str, Document]:
    """Every policy of a stage, by its file below `policies/<stage>/`, large ones in parts; `now` has the files as they are.

    ConfigError where one is larger than IAM takes.
    """
    exact = [entry for entry in stage.allow if "*" not in entry.bucket]
    made: dict[str, Document] = {}
    for job in stage.jobs:
        made |= parts.files(stage.name, job.role, of(job, stage), now or {})
    made[f"{jobs.NIGHTS}.json"] = nights(stage)
    # A person may attach them to a user, too, who has no inline policy of this size.
    roles = tuple(job.role for job in stage.jobs)
    people = {OPERATOR: operator(stage, roles), ANALYST_OF_ALL: analyst_of_all(stage), DEPLOYER: deployer(stage)}
    for name, policy in people.items():
        made |= parts.files(stage.name, name, policy, now or {}, parts.MANAGED)
    made |= of_people(stage, exact)
    closed = [*exact, stage_own.entry(stage)]
    if audit := stage_own.audit_bucket(stage):
        made[f"buckets/{audit}.json"] = auditing.bucket_policy(stage, audit)
    return made | {f"buckets/{stage.bucket(entry)}.json": bucket_policy(stage, entry) for entry in closed}


def render(policy: Document) -> str:
    """The document as it is in its file."""
    return json.dumps(policy, indent=2) + "\n"


# The key of an entry by which what was refused is kept.
KEEPS = prefixes.REJECTED.asked_by
_READ_OR_DELETE = ["s3:DeleteObject*", "s3:GetObject*", "s3:ListBucket*"]


def _puts(owner: str, buckets: list[str], sid: str = "", asked_by: str = "", job: Job = jobs.TRACKER) -> Statement:
    """One statement an owner: its buckets, bound to its account and to create-only."""
    create_only = owned(owner) | CREATE_ONLY
    written = prefixes.written_by(job.role, asked_by)
    return allow(sid or f"Put{owner}", "s3:PutObject", objects(buckets, *written), create_only)


def _keeps_rejected(stage: Stage) -> list[Statement]:
    """What was refused goes only where the entry asks for it."""
    asked: dict[str, list[str]] = {}
    for entry in stage.allow:
        if entry.keep_rejected:
            asked.setdefault(stage.owner(entry), []).append(stage.bucket(entry))
    return [_puts(owner, buckets, f"KeepRejected{owner}", KEEPS) for owner, buckets in asked.items()]


def _never_elsewhere(stage: Stage) -> Statement:
    return deny("NeverElsewhere", "s3:*", "*", {"StringNotEquals": {"aws:ResourceAccount": list(stage.owners)}})


def _written(entry: Allow, bucket: str) -> str | list[str]:
    """What the tracker alone writes in a tenant's bucket."""
    kept = prefixes.written_by(jobs.TRACKER.role, KEEPS) if entry.keep_rejected else []
    return [f"{bucket}/{one}" for one in (RECORDS, *kept)] if kept else f"{bucket}/{RECORDS}"


def _written_once(stage: Stage, entry: Allow, bucket: str, everywhere: list[str]) -> list[Statement]:
    """Records come from the tracker and the stream's functions alone, which can neither overwrite one nor see any."""
    writers, blind = streaming.writers(stage), _roles("ArnEquals", streaming.guarded(stage, entry))
    only_writes = deny("TheWriterOnlyWrites", _READ_OR_DELETE, everywhere, blind)
    records, erases = _written(entry, bucket), eraser.role(stage)
    return [
        # Who erases a person puts what stays of others under a new name, and takes lines out of what was refused.
        deny("OnlyTheWriterWrites", "s3:PutObject", records, _roles("ArnNotEquals", [*writers, erases])),
        deny(
            "OnlyCreate",
            "s3:PutObject",
            records,
            {"Null": {"s3:if-none-match": "true"}, **_roles("ArnNotEquals", [erases])},
        ),
        deny("NoReplicas", "s3:ReplicateObject", records),
        *identifying.guarded(stage, entry, bucket, only_writes),
    ]


def _roles(operator: str, arns: list[str]) -> Document:
    return {operator: {"aws:PrincipalArn": arns if arns[1:] else arns[0]}}


def _foreign(stage: Stage, entry: Allow) -> Document:
    accounts = sorted({stage.account or "", stage.owner(entry)})
    return {
        "StringNotEquals": {"aws:PrincipalAccount": accounts},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }


def _granted(stage: Stage, entry: Allow, bucket: str) -> list[Statement]:
    """What our functions' own policies cannot give them in another account's bucket."""
    writer = stage.role_arn(jobs.TRACKER.role)
    writes = allow("TheWriterWrites", "s3:PutObject", _written(entry, bucket), CREATE_ONLY)
    grants = [
        (writes, writer),
        *streaming.granted(stage, bucket),
        *log_mover.granted(stage, entry, bucket),
        *reporter.granted(stage, entry, bucket),
    ]
    given = [{**statement, "Principal": {"AWS": principal}} for statement, principal in grants]
    return [*given, *compacting.granted(stage, entry, bucket)]


def _extra(stage: Stage) -> Iterable[Statement]:
    """The statements of the operator's own policy file."""
    if stage.extra_policy is None:
        return []
    try:
        found = json.loads(Path(stage.extra_policy).read_text())["Statement"]
        statements: list[Statement] = [dict(one) for one in ([found] if isinstance(found, dict) else found)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"extra_policy of [stages.{stage.name}]: {stage.extra_policy} is not a policy document"
        raise ConfigError(f"sluice.toml: {problem} ({type(error).__name__})") from None
    return statements
