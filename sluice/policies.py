"""The least that each function, analyst, operator and bucket needs, as IAM policy documents."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from chalicelib.allowlist import Allowlist
from chalicelib.salts import KEY_PREFIX
from sluice.config import Allow, ConfigError, Stage

Document = dict[str, Any]
Statement = dict[str, Any]

VERSION = "2012-10-17"
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: the inline policies of a role, without white space.
MAX_SIZE = 10_240
WRITTEN = "analytics/*"
READ = ("analytics/*", "compacted/*")
TRACKER, FORGET_SALTS = "tracker", "forget-salts"


def tracker(stage: Stage) -> Document:
    """The writer's: create objects under `analytics/` of the stage's buckets, in their owners' accounts, and nothing else."""
    puts = [_puts(stage, owner) for owner in stage.owners]
    return _document(
        *[put for put in puts if put["Resource"]],
        # IAM's * matches / too: *-analytics/analytics/* covers the key x-analytics/analytics/y in any bucket.
        # No key of ours has analytics/ deeper than the root, so one Deny takes out all of that.
        _deny("NeverDeeper", "s3:PutObject", "arn:aws:s3:::*/*/analytics/*"),
        _deny("NeverElsewhere", "s3:*", "*", {"StringNotEquals": {"aws:ResourceAccount": list(stage.owners)}}),
        _allow("Salts", "dynamodb:UpdateItem", _table(stage), _salts_only()),
        *_keys(stage),
        _log(stage, TRACKER),
        # X-Ray knows no resources.
        _allow("Trace", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
        *_extra(stage),
    )


def forget_salts(stage: Stage) -> Document:
    """The hourly job's: see which roots are due, without reading one, and delete them."""
    # Without the Null a scan that names no attribute, and so reads them all, would satisfy the other two.
    due = {
        "Null": {"dynamodb:Attributes": "false"},
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["pk", "expires_at"]},
        "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
    }
    return _document(
        _allow("FindDue", "dynamodb:Scan", _table(stage), due),
        _allow("Forget", "dynamodb:DeleteItem", _table(stage), _salts_only()),
        _log(stage, FORGET_SALTS),
    )


def analyst(stage: Stage, bucket: str) -> Document:
    """Read one tenant's records, raw and compacted; ConfigError for a bucket that the stage does not admit."""
    entry = Allowlist(stage.entries).find(bucket)
    if entry is None:
        raise ConfigError(f"sluice.toml: no entry of [stages.{stage.name}] admits {bucket!r}")
    allow = next(allow for allow in stage.allow if stage.bucket(allow) == entry.bucket)
    owner = {"StringEquals": {"aws:ResourceAccount": stage.owner(allow)}}
    listed = {**owner, "StringLike": {"s3:prefix": [*READ]}}
    key = [_allow("Decrypt", "kms:Decrypt", allow.kms_key, _through_s3(stage))] if allow.kms_key else []
    return _document(
        _allow("Read", "s3:GetObject", [f"arn:aws:s3:::{bucket}/{prefix}" for prefix in READ], owner),
        _allow("List", "s3:ListBucket", f"arn:aws:s3:::{bucket}", listed),
        _allow("Locate", "s3:GetBucketLocation", f"arn:aws:s3:::{bucket}", owner),
        *key,
    )


def operator(stage: Stage) -> Document:
    """Look at everything that `sluice doctor` and `sluice tenants` look at; change nothing, read no record."""
    buckets = [f"arn:aws:s3:::{stage.bucket(allow)}" for allow in stage.allow]
    functions = [f"arn:aws:lambda:{stage.region}:{stage.account}:function:{stage.function(role)}" for role in _ROLES]
    roles = [stage.role_arn(role) for role in _ROLES]
    keys = sorted({allow.kms_key for allow in stage.allow if allow.kms_key})
    stack = f"arn:aws:cloudformation:{stage.region}:{stage.account}:stack/{stage.stack}/*"
    return _document(
        _allow("FindBuckets", "s3:ListAllMyBuckets", "*"),
        _allow(
            "LookAtBuckets", _LOOK_AT_BUCKET, buckets, {"StringEquals": {"aws:ResourceAccount": list(stage.owners)}}
        ),
        _allow("LookAtSalts", _LOOK_AT_TABLE, _table(stage)),
        _allow("LookAtFunctions", "lambda:GetFunctionConfiguration", functions),
        _allow("LookAtRoles", _LOOK_AT_ROLE, roles),
        _allow("LookAtStack", "cloudformation:DescribeStacks", stack),
        *([_allow("LookAtKeys", "kms:DescribeKey", keys)] if keys else []),
    )


def bucket_policy(stage: Stage, allow: Allow) -> Document:
    """A tenant's bucket's own: TLS, one writer that only creates and never reads, and no account but its own and ours."""
    bucket = f"arn:aws:s3:::{stage.bucket(allow)}"
    writer = stage.role_arn(TRACKER)
    everywhere = [bucket, f"{bucket}/*"]
    accounts = sorted({stage.account or "", stage.owner(allow)})
    statements = [
        _deny("OnlyTls", "s3:*", everywhere, {"Bool": {"aws:SecureTransport": "false"}}),
        _deny(
            "OnlyTheWriterWrites", "s3:PutObject", f"{bucket}/{WRITTEN}", {"ArnNotEquals": {"aws:PrincipalArn": writer}}
        ),
        _deny("OnlyCreate", "s3:PutObject", f"{bucket}/{WRITTEN}", {"Null": {"s3:if-none-match": "true"}}),
        _deny("TheWriterOnlyWrites", _READ_OR_DELETE, everywhere, {"ArnEquals": {"aws:PrincipalArn": writer}}),
        _deny(
            "NoForeigners",
            "s3:*",
            everywhere,
            {
                "StringNotEquals": {"aws:PrincipalAccount": accounts},
                "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
            },
        ),
    ]
    for statement in statements:
        statement["Principal"] = "*"
    if stage.owner(allow) != stage.account:
        put = _allow("TheWriterWrites", "s3:PutObject", f"{bucket}/{WRITTEN}", {"Null": {"s3:if-none-match": "false"}})
        statements.append({**put, "Principal": {"AWS": writer}})
    return _document(*statements)


def documents(stage: Stage) -> dict[str, Document]:
    """Every policy of a stage, by its file below `policies/<stage>/`; ConfigError where one is larger than IAM takes."""
    exact = [allow for allow in stage.allow if "*" not in allow.bucket]
    made = {"tracker.json": tracker(stage), "forget-salts.json": forget_salts(stage), "operator.json": operator(stage)}
    made |= {f"analysts/{stage.bucket(allow)}.json": analyst(stage, stage.bucket(allow)) for allow in exact}
    for name, document in made.items():
        if size(document) > MAX_SIZE:
            raise ConfigError(
                f"policies/{stage.name}/{name} would have {size(document)} characters; IAM takes {MAX_SIZE}. Give the buckets "
                "names with a common part, such as acme-*-analytics, and let one pattern stand for them"
            )
    return made | {f"buckets/{stage.bucket(allow)}.json": bucket_policy(stage, allow) for allow in exact}


def render(document: Document) -> str:
    """The document as it stands in its file."""
    return json.dumps(document, indent=2) + "\n"


def size(document: Document) -> int:
    """The characters that IAM counts: all but white space."""
    return len("".join(json.dumps(document, separators=(",", ":")).split()))


_ROLES = (TRACKER, FORGET_SALTS)
_READ_OR_DELETE = ["s3:DeleteObject*", "s3:GetObject*", "s3:ListBucket*"]
_LOOK_AT_TABLE = ["dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"]
_LOOK_AT_ROLE = [
    *("iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:SimulatePrincipalPolicy"),
]
_LOOK_AT_BUCKET = [
    *("s3:GetBucketLocation", "s3:GetBucketOwnershipControls", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock"),
    *("s3:GetBucketVersioning", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration", "s3:ListBucket"),
]


def _puts(stage: Stage, owner: str) -> Statement:
    """One statement an owner: its buckets, bound to its account and to create-only."""
    buckets = [stage.bucket(allow) for allow in stage.allow if stage.owner(allow) == owner]
    create_only = {"StringEquals": {"aws:ResourceAccount": owner}, "Null": {"s3:if-none-match": "false"}}
    return _allow(
        f"Put{owner}", "s3:PutObject", [f"arn:aws:s3:::{bucket}/{WRITTEN}" for bucket in buckets], create_only
    )


def _keys(stage: Stage) -> list[Statement]:
    keys = sorted({allow.kms_key for allow in stage.allow if allow.kms_key})
    return [_allow("Encrypt", "kms:GenerateDataKey", keys, _through_s3(stage))] if keys else []


def _through_s3(stage: Stage) -> Document:
    return {"StringEquals": {"kms:ViaService": f"s3.{stage.region}.amazonaws.com"}}


def _table(stage: Stage) -> str:
    return f"arn:aws:dynamodb:{stage.region}:{stage.account}:table/{stage.salts_table}"


def _salts_only() -> Document:
    # Without the Null an update that names no key would satisfy ForAllValues.
    return {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{KEY_PREFIX}*"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def _log(stage: Stage, role: str) -> Statement:
    group = f"arn:aws:logs:{stage.region}:{stage.account}:log-group:{stage.log_group(role)}:*"
    return _allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], group)


def _extra(stage: Stage) -> Iterable[Statement]:
    """The statements of the operator's own policy file."""
    if stage.extra_policy is None:
        return []
    try:
        found = json.loads(Path(stage.extra_policy).read_text())["Statement"]
        statements: list[Statement] = [dict(one) for one in ([found] if isinstance(found, dict) else found)]
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = f"extra_policy of [stages.{stage.name}]: {stage.extra_policy} is no policy document"
        raise ConfigError(f"sluice.toml: {problem} ({type(error).__name__})") from None
    return statements


def _allow(
    sid: str, action: str | list[str], resource: str | list[str], condition: Document | None = None
) -> Statement:
    return _statement("Allow", sid, action, resource, condition)


def _deny(sid: str, action: str | list[str], resource: str | list[str], condition: Document | None = None) -> Statement:
    return _statement("Deny", sid, action, resource, condition)


def _statement(
    effect: str, sid: str, action: str | list[str], resource: str | list[str], condition: Document | None
) -> Statement:
    statement: Statement = {"Sid": sid, "Effect": effect, "Action": action, "Resource": resource}
    return {**statement, "Condition": condition} if condition else statement


def _document(*statements: Statement) -> Document:
    return {"Version": VERSION, "Statement": list(statements)}
