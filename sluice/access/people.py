"""The least that people need: an analyst of one tenant, one of all tenants together, and the operator of a stage."""

from __future__ import annotations

from chalicelib import prefixes
from chalicelib.access_logs.fields import OF_ACCESS
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.allowlist import Allowlist
from chalicelib.jobs import NIGHTS, REPORT
from chalicelib.lake.compaction import WATERMARK
from chalicelib.lake.refusals import OF_REJECTED
from chalicelib.prefixes import ANALYST, COMPACTED, LOGS, OPERATOR, PUBLISHED, RECORDS, RESULTS_OF_ALL
from sluice.access import auditing, identifying, publisher, streaming, vault
from sluice.access.iam import (
    ATHENA_WRITES,
    Document,
    Statement,
    allow,
    arn,
    by_key,
    catalog,
    deeper,
    deny,
    document,
    keys,
    listed,
    objects,
    owned,
    owners,
    through_s3,
    with_logs,
)
from sluice.project import stage_own
from sluice.project.config import Allow, ConfigError, Stage
from sluice.project.tenants import table_name

_ASK = [
    *("athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup"),
    *("athena:ListQueryExecutions", "athena:StartQueryExecution", "athena:StopQueryExecution"),
]
_SET_UP_WORKGROUPS = [
    *("athena:CreateWorkGroup", "athena:GetWorkGroup", "athena:TagResource", "athena:UpdateWorkGroup"),
    *("athena:GetQueryExecution", "athena:StartQueryExecution", "athena:StopQueryExecution"),
]
_SET_UP_TABLES = [
    *("glue:CreateDatabase", "glue:CreateTable", "glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"),
]
_OF_LOGS = (OF_ACCESS, f"{OF_ACCESS}_raw", f"{OF_ACCESS}_compacted")
_OF_REJECTED = (OF_REJECTED, f"{OF_REJECTED}_raw")
_LOOK_AT_TABLE = ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"]
_LOOK_AT_ROLE = [
    *(
        "iam:GetRole",
        "iam:GetRolePolicy",
        "iam:ListAttachedRolePolicies",
        "iam:ListRolePolicies",
        "iam:SimulatePrincipalPolicy",
    ),
]
_LOOK_AT_POLICY = ["iam:GetPolicy", "iam:GetPolicyVersion"]
_LOOK_AT_BUCKET = [
    *("s3:GetBucketLocation", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock"),
    *("s3:GetBucketTagging", "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration"),
    "s3:ListBucket",
]
_LOOK_AT_DELIVERY = ["s3:GetBucketAcl", "s3:GetBucketNotification"]


def analyst(stage: Stage, bucket: str) -> Document:
    """Read one tenant's records, and ask Athena of them; ConfigError for a bucket that the stage does not admit."""
    entry = _admitting(stage, bucket)
    owner = owned(stage.owner(entry))
    place = f"arn:aws:s3:::{bucket}"
    read, answers = prefixes.read_by(ANALYST), prefixes.written_by(ANALYST)
    return document(
        allow("Read", "s3:GetObject", objects([bucket], *read), owner),
        allow("List", "s3:ListBucket", place, owner | listed(*read)),
        allow("Locate", ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], place, owner),
        # Athena writes its answers with the caller's rights.
        allow("Answer", ATHENA_WRITES, objects([bucket], *answers), owner),
        *publisher.shows(stage, [entry], publisher.releases(stage, entry)),
        *_analysts_key(stage, entry),
        *_analysts_tables(stage, table_name(bucket, entry), *_next_to(entry)),
    )


def _next_to(entry: Allow) -> tuple[str, ...]:
    """The ends of the names of the tables that the tenant has besides those of its events."""
    return (*(_OF_LOGS if entry.distributions else ()), *(_OF_REJECTED if entry.keep_rejected else ()))


def analyst_of_all(stage: Stage) -> Document:
    """Read every tenant's records, and ask Athena of all together: what is answered stays in the stage's own bucket."""
    read, mine = [RECORDS.pattern, COMPACTED.pattern], owned(stage.account or "")
    place, answers = (
        f"arn:aws:s3:::{stage_own.bucket(stage)}",
        objects([stage_own.bucket(stage)], RESULTS_OF_ALL.pattern),
    )
    return document(
        *[one for owner, buckets in owners(stage).items() for one in _reads(owner, buckets, read)],
        deny("NeverDeeper", "s3:GetObject", deeper(*read)),
        # A region, and nothing else: naming each bucket a fourth time would let fewer tenants into the policy.
        allow("Locate", "s3:GetBucketLocation", "arn:aws:s3:::*", _ours(stage)),
        allow("Answer", ["s3:GetObject", *ATHENA_WRITES], answers, mine),
        *([allow("ReadLog", "s3:GetObject", f"{place}/{LOGS.pattern}", mine)] if stage.export_logs else []),
        allow("ListAnswers", "s3:ListBucket", place, mine | listed(*_of_all(stage))),
        allow("LookAtAnswers", "s3:ListBucketMultipartUploads", place, mine),
        *by_key(stage, "UseKeys", "kms:Decrypt"),
        *publisher.shows(stage, stage.allow, PUBLISHED.pattern),
        *([streaming.reads(stage)] if stage.stream is not None else []),
        allow("Ask", _ASK, arn(stage, "athena", f"workgroup/{stage_own.workgroup(stage)}")),
        *_look_at_tables(stage, "*"),
    )


def _of_all(stage: Stage) -> list[str]:
    """What those who see every tenant read of the stage's own bucket."""
    return [RESULTS_OF_ALL.pattern, *([LOGS.pattern] if stage.export_logs else [])]


def _reads(owner: str, buckets: list[str], patterns: list[str]) -> list[Statement]:
    """What one account's tenants have below these prefixes, to list and to read."""
    places = [f"arn:aws:s3:::{bucket}" for bucket in buckets]
    return [
        allow(f"Read{owner}", "s3:GetObject", objects(buckets, *patterns), owned(owner)),
        allow(f"List{owner}", "s3:ListBucket", places, owned(owner) | listed(*patterns)),
    ]


def operator(stage: Stage, roles: tuple[str, ...]) -> Document:
    """Look at everything that `sluice doctor` and `sluice tenants` look at, and set up the tables; read no record in a bucket.

    The messages of a stream are read, too: how many of them wait is known from them alone.
    """
    buckets = [stage.bucket(entry) for entry in stage.allow]
    return document(
        *looks(stage, roles),
        *set_up(stage, buckets),
        *streaming.operates(stage),
        *identifying.makes(stage),
        *auditing.verifies(stage),
    )


def scheduled(stage: Stage, roles: tuple[str, ...]) -> list[Statement]:
    """The doctor's that runs by itself: see what the operator's sees, change nothing, and write to the alarms' topic."""
    workgroup = arn(stage, "athena", f"workgroup/{stage_own.workgroup(stage)}")
    return [
        *looks(stage, roles),
        allow("LookAtWorkgroup", "athena:GetWorkGroup", workgroup),
        allow("LookAtTables", ["glue:GetDatabase", "glue:GetTable"], catalog(stage, "*")),
        allow("ReadWatermarks", "s3:GetObject", _watermarks(stage), _ours(stage)),
        *_scans(stage),
        deny("NeverDeeper", "s3:GetObject", deeper(*_compacted(stage), *_scanned(stage))),
        *by_key(stage, "UseKeys", "kms:Decrypt"),
        allow("Say", "sns:Publish", stage.topic),
    ]


def _scanned(stage: Stage) -> list[str]:
    """What the doctor draws its sample from, where the stage asks for one."""
    if stage.privacy_sample is None:
        return []
    asked = prefixes.ACCESS if with_logs(stage) else None
    kept = prefixes.REJECTED if any(entry.keep_rejected for entry in stage.allow) else None
    return [one.pattern for one in (prefixes.RECORDS, asked, kept) if one]


def _scans(stage: Stage) -> list[Statement]:
    scanned = _scanned(stage)
    every = owners(stage).items() if scanned else ()
    return [one for owner, buckets in every for one in _reads(owner, buckets, scanned)]


def looks(stage: Stage, roles: tuple[str, ...]) -> list[Statement]:
    """What `sluice doctor` looks at, but for tables and watermarks; nothing is changed by it."""
    looked_at = [*(stage.bucket(entry) for entry in stage.allow), stage_own.bucket(stage)]
    budget = f"arn:aws:budgets::{stage.account}:budget/{stage.budget_name}"
    functions = [arn(stage, "lambda", f"function:{stage.function(role)}") for role in roles]
    return [
        allow("FindBuckets", "s3:ListAllMyBuckets", "*"),
        allow("LookAtGrants", "lakeformation:ListPermissions", "*"),
        allow("LookAtBuckets", _LOOK_AT_BUCKET, [f"arn:aws:s3:::{one}" for one in looked_at], _ours(stage)),
        *(
            [allow("LookAtDelivery", _LOOK_AT_DELIVERY, f"arn:aws:s3:::{stage_own.bucket(stage)}", _ours(stage))]
            if stage_own.takes_logs(stage)
            else []
        ),
        allow("LookAtSalts", _LOOK_AT_TABLE, arn(stage, "dynamodb", f"table/{stage.salts_table}")),
        allow("LookAtFunctions", "lambda:GetFunctionConfiguration", functions),
        allow("LookAtNights", "states:DescribeStateMachine", stage.nights),
        allow("LookAtRoles", _LOOK_AT_ROLE, [stage.role_arn(role) for role in (*roles, NIGHTS)]),
        allow("LookAtPolicies", _LOOK_AT_POLICY, [stage.policy_arn(f"{role}-*") for role in roles]),
        allow("LookAtLogs", "logs:DescribeLogGroups", "*"),
        allow("LookAtGateway", "apigateway:GET", f"arn:aws:apigateway:{stage.region}::/account"),
        allow("LookAtStack", "cloudformation:DescribeStacks", arn(stage, "cloudformation", f"stack/{stage.stack}/*")),
        *([allow("LookAtBudget", "budgets:ViewBudget", budget)] if stage.budget else []),
        *_looks_at_sender(stage),
        *streaming.looks(stage),
        *identifying.looks(stage),
        *vault.looks(stage, _LOOK_AT_TABLE),
        *([allow("LookAtKeys", "kms:DescribeKey", keys(stage))] if keys(stage) else []),
    ]


def _looks_at_sender(stage: Stage) -> list[Statement]:
    if REPORT not in stage.jobs or stage.mail_from is None:
        return []
    names = (stage.mail_address, stage.mail_address.partition("@")[2])
    return [
        allow("LookAtMail", "ses:GetAccount", "*"),
        allow("LookAtSender", "ses:GetEmailIdentity", [arn(stage, "ses", f"identity/{one}") for one in names]),
    ]


def _admitting(stage: Stage, bucket: str) -> Allow:
    entry = Allowlist(stage.entries).find(bucket)
    if entry is None:
        raise ConfigError(f"sluice.toml: no entry of [stages.{stage.name}] admits {bucket!r}")
    return next(one for one in stage.allow if stage.bucket(one) == entry.bucket)


def _analysts_key(stage: Stage, entry: Allow) -> list[Statement]:
    actions = ["kms:Decrypt", "kms:GenerateDataKey"]
    return [allow("UseKey", actions, entry.kms_key, through_s3(stage))] if entry.kms_key else []


def _analysts_tables(stage: Stage, table: str, *others: str) -> list[Statement]:
    """One tenant's workgroup and tables, by whole names: those of others may begin or end like them."""
    return [
        allow("Ask", _ASK, arn(stage, "athena", f"workgroup/{stage.workgroup(table)}")),
        *_look_at_tables(stage, table, *(f"{table}{end}" for end in ("_raw", "_compacted", "_parts", *others))),
    ]


def _look_at_tables(stage: Stage, *tables: str) -> list[Statement]:
    return [
        allow("LookAtTables", ["glue:GetPartition", "glue:GetPartitions", "glue:GetTable"], catalog(stage, *tables)),
        allow("LookAtDatabase", "glue:GetDatabase", _databases(stage)),
    ]


def set_up(stage: Stage, buckets: list[str]) -> list[Statement]:
    """What `sluice athena setup` calls: statements, which leave what they say in the tenant's bucket, and the watermark.

    Not among it is athena:GetQueryResults, nor s3:GetObject of what others asked.
    """
    workgroups, of_all = (
        arn(stage, "athena", f"workgroup/{one}") for one in (stage.workgroup("*"), stage_own.workgroup(stage))
    )
    # A day, and nothing else: naming each bucket a third time would let a third fewer tenants into the policy.
    watermarks, answers = _watermarks(stage), prefixes.written_by(OPERATOR)
    return [
        allow("SetUpWorkgroups", _SET_UP_WORKGROUPS, [workgroups, of_all]),
        # No table's name has a -, so what has one behind ours belongs to a stage whose name begins like this one's.
        deny("NoOtherStage", _SET_UP_WORKGROUPS, arn(stage, "athena", f"workgroup/{stage.workgroup('*-*')}")),
        allow("SetUpTables", _SET_UP_TABLES, catalog(stage, "*")),
        allow("LookAtDatabase", "glue:GetDatabase", _databases(stage)),
        *([allow("Answer", "s3:PutObject", objects(buckets, *answers), _ours(stage))] if buckets else []),
        allow("ReadWatermarks", "s3:GetObject", watermarks, _ours(stage)),
        deny("NeverDeeper", ["s3:GetObject", "s3:PutObject"], deeper(*_compacted(stage), *answers)),
        *by_key(stage, "UseKeys", "kms:Decrypt", "kms:GenerateDataKey"),
    ]


def _watermarks(stage: Stage) -> list[str]:
    return objects(["*"], WATERMARK, *([REQUESTS.watermark] if with_logs(stage) else []))


def _compacted(stage: Stage) -> list[str]:
    return [COMPACTED.pattern, *([prefixes.ACCESS_COMPACTED.pattern] if with_logs(stage) else [])]


def _databases(stage: Stage) -> list[str]:
    # Athena looks the database `default` up before whatever it is asked.
    return [*catalog(stage), arn(stage, "glue", "database/default")]


def _ours(stage: Stage) -> Document:
    return {"StringEquals": {"aws:ResourceAccount": list(stage.owners)}}
