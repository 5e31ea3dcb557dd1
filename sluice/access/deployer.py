"""The least that `make deploy` and `make destroy` need: what they call, and what CloudFormation calls with their rights.

CloudFormation's calls are those of its handlers of the template's types (https://docs.aws.amazon.com/cloudcontrolapi), without
those of features that the template does not use.
"""

from __future__ import annotations

from chalicelib import jobs
from chalicelib.prefixes import CODE, PROOFS
from sluice.access import auditing, identifying, streaming, vault
from sluice.access.iam import CREATE_ONLY, Document, Statement, allow, arn, catalog, deny, document, objects, owned
from sluice.access.people import set_up
from sluice.project import stage_own
from sluice.project.config import Stage

_STACK = [
    *("CreateChangeSet", "CreateStack", "DeleteChangeSet", "DeleteStack", "DescribeChangeSet", "DescribeStackEvents"),
    *("DescribeStacks", "ExecuteChangeSet", "GetTemplate", "TagResource", "UntagResource", "UpdateStack"),
]
_BUCKET = [
    *("CreateBucket", "DeleteBucket", "GetBucketOwnershipControls", "GetBucketPolicy", "GetBucketPublicAccessBlock"),
    *("GetBucketTagging", "GetEncryptionConfiguration", "GetLifecycleConfiguration", "ListBucket"),
    *("PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketTagging"),
    *("PutEncryptionConfiguration", "PutLifecycleConfiguration"),
]
# CloudFront's way into the stage's own bucket, opened and closed, and S3's events of what comes.
_DELIVERY = ["GetBucketAcl", "PutBucketAcl", "PutBucketNotification"]
_FUNCTION = [
    *("AddPermission", "CreateFunction", "DeleteFunction", "DeleteFunctionConcurrency", "GetFunction", "GetPolicy"),
    *("DeleteFunctionEventInvokeConfig", "GetFunctionCodeSigningConfig", "GetFunctionEventInvokeConfig"),
    *("GetFunctionRecursionConfig", "GetRuntimeManagementConfig", "PutFunctionConcurrency"),
    *("PutFunctionEventInvokeConfig", "RemovePermission", "TagResource", "UntagResource", "UpdateFunctionCode"),
    *("UpdateFunctionConfiguration", "UpdateFunctionEventInvokeConfig"),
]
_MACHINE = [
    *("CreateStateMachine", "DeleteStateMachine", "DescribeStateMachine", "ListTagsForResource", "TagResource"),
    *("UntagResource", "UpdateStateMachine"),
]
_LAYER = ["DeleteLayerVersion", "GetLayerVersion", "PublishLayerVersion"]
_ROLE = [
    *("DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies"),
    *("ListRolePolicies", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
]
# What could give a role more than it should have; a boundary that the stage names is then a condition.
_BOUNDED = ["CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy"]
_POLICY = [
    *("CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy", "GetPolicyVersion"),
    *("ListEntitiesForPolicy", "ListPolicyVersions"),
]
_TABLE = [
    *("CreateTable", "DeleteTable", "DescribeContinuousBackups", "DescribeContributorInsights", "DescribeTable"),
    *("DescribeKinesisStreamingDestination", "DescribeTimeToLive", "ListTagsOfResource"),
    *("TagResource", "UntagResource", "UpdateContinuousBackups", "UpdateTable", "UpdateTimeToLive"),
]
_TABLES_KEY = ["CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "RevokeGrant"]
_LOG = [
    *("AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteMetricFilter", "DescribeMetricFilters"),
    *(
        "DisassociateKmsKey",
        "ListTagsForResource",
        "PutMetricFilter",
        "PutRetentionPolicy",
        "TagResource",
        "UntagResource",
    ),
]
_QUESTION = ["DeleteQueryDefinition", "DescribeQueryDefinitions", "PutQueryDefinition"]
_ALARM = ["DeleteAlarms", "DescribeAlarms", "ListTagsForResource", "PutMetricAlarm", "TagResource", "UntagResource"]
_DASHBOARD = ["DeleteDashboards", "GetDashboard", "ListTagsForResource", "PutDashboard", "TagResource", "UntagResource"]
_TOPIC = [
    *("CreateTopic", "DeleteTopic", "GetDataProtectionPolicy", "GetTopicAttributes", "ListSubscriptionsByTopic"),
    *("ListTagsForResource", "SetTopicAttributes", "Subscribe", "TagResource", "UntagResource"),
]
_RULE = [
    *(
        "DeleteRule",
        "DescribeRule",
        "ListTagsForResource",
        "ListTargetsByRule",
        "PutRule",
        "PutTargets",
        "RemoveTargets",
    ),
    *("TagResource", "UntagResource"),
]
_API = ["DELETE", "GET", "PATCH", "POST", "PUT"]
_IDENTITY = [
    *("DeleteEmailIdentity", "GetEmailIdentity", "ListTagsForResource", "TagResource"),
    *("PutEmailIdentityDkimAttributes", "PutEmailIdentityDkimSigningAttributes", "UntagResource"),
    *("PutEmailIdentityConfigurationSetAttributes", "PutEmailIdentityFeedbackAttributes"),
    "PutEmailIdentityMailFromAttributes",
]
_BUDGET = ["ListTagsForResource", "ModifyBudget", "TagResource", "UntagResource", "ViewBudget"]


def deployer(stage: Stage) -> Document:
    """Make, change and delete what is called as the stage's things are; the APIs alone are the whole region's.

    An API has no name before it is made, only an id.
    """
    named = [allow for allow in stage.allow if "*" not in allow.bucket]
    exact = [stage.bucket(one) for one in named]
    others = [stage.bucket(one) for one in named if not one.managed]
    return document(
        *_stack(stage),
        *_own_bucket(stage),
        *_buckets(stage),
        *_functions(stage),
        *_roles(stage),
        *_salts(stage),
        *streaming.deploys(stage),
        *_watched(stage),
        *_apis(stage),
        # The tenants that the tables are made for, but for the managed ones, and the tables.
        *([allow("LookAtTenants", "s3:ListBucket", _arns(others), owned(*stage.owners))] if others else []),
        *set_up(stage, exact),
        *_undone(stage),
        *identifying.destroys(stage),
        *vault.deploys(stage),
        *auditing.deploys(stage, _BUCKET),
    )


def _stack(stage: Stage) -> list[Statement]:
    stacks = [arn(stage, "cloudformation", f"stack/{name}/*") for name in (stage.stack, f"{stage.stack}-Buckets*")]
    # A change set also needs the right to SAM's transform, whose account is called aws.
    transform = f"arn:aws:cloudformation:{stage.region}:*:transform/Serverless-2016-10-31"
    return [_does("Stack", "cloudformation", _STACK, *stacks, transform)]


def _own_bucket(stage: Stage) -> list[Statement]:
    """The stage's own bucket: code goes in and is never replaced, and all goes with the stage."""
    name, mine = stage_own.bucket(stage), owned(stage.account or "")
    create_only = mine | CREATE_ONLY
    return [
        _does("OwnBucket", "s3", _BUCKET, *_arns([name])),
        _does("Delivery", "s3", _DELIVERY, *_arns([name])),
        allow("PutCode", "s3:PutObject", objects([name], CODE.pattern), create_only),
        allow("ReadCodeAndProofs", "s3:GetObject", objects([name], CODE.pattern, PROOFS.pattern), mine),
        allow("EmptyOwnBucket", "s3:DeleteObject", objects([name], "*"), mine),
    ]


def _buckets(stage: Stage) -> list[Statement]:
    """The managed buckets: S3 deletes an empty one alone, which a failed deployment leaves."""
    managed = _arns([stage.bucket(allow) for allow in stage.allow if allow.managed])
    return [_does("ManagedBuckets", "s3", [*_BUCKET, "DeleteBucketPolicy"], *managed)] if managed else []


def _functions(stage: Stage) -> list[Statement]:
    functions = [arn(stage, "lambda", f"function:{stage.function(job.role)}") for job in jobs.JOBS]
    layers = [arn(stage, "lambda", f"layer:{stage.function(one)}") for one in ("duckdb", "doctor", "vault")]
    rules = arn(stage, "events", f"rule/{stage.stack}-*")
    return [
        _does("Functions", "lambda", _FUNCTION, *functions),
        _does("Layers", "lambda", _LAYER, *layers, *(f"{one}:*" for one in layers)),
        _does("Schedules", "events", _RULE, rules),
        _does("Nights", "states", _MACHINE, stage.nights),
    ]


def _roles(stage: Stage) -> list[Statement]:
    """The roles of functions and nights, bounded where the stage is, with policies of ours alone, each for its service alone."""
    functions, nights = [stage.role_arn(job.role) for job in jobs.JOBS], stage.role_arn(jobs.NIGHTS)
    roles = [*functions, nights]
    policies = [stage.policy_arn(f"{job.role}-*") for job in jobs.JOBS]
    bound = (
        {"ArnEquals": {"iam:PermissionsBoundary": stage.permissions_boundary}} if stage.permissions_boundary else None
    )
    ours = {**(bound or {}), "ArnLike": {"iam:PolicyARN": policies}}
    free = [] if bound else ["DeleteRolePermissionsBoundary"]
    return [
        _does("Roles", "iam", [*_ROLE, *free], *roles),
        _does("BoundRoles", "iam", _BOUNDED, *roles, condition=bound),
        _does("AttachParts", "iam", ["AttachRolePolicy"], *roles, condition=ours),
        _does("Parts", "iam", _POLICY, *policies),
        allow("PassRoles", "iam:PassRole", functions, _passed("lambda")),
        allow("PassNightsRole", "iam:PassRole", nights, _passed("states")),
    ]


def _salts(stage: Stage) -> list[Statement]:
    through = {"StringEquals": {"kms:ViaService": f"dynamodb.{stage.region}.amazonaws.com"}}
    key = [_does("SaltsKey", "kms", _TABLES_KEY, stage.kms_key, condition=through)] if stage.kms_key else []
    table = arn(stage, "dynamodb", f"table/{stage.salts_table}")
    return [
        _does("Salts", "dynamodb", _TABLE, table),
        _does("SaltsPolicy", "dynamodb", ["GetResourcePolicy"], table, f"{table}/stream/*"),
        *key,
    ]


def _watched(stage: Stage) -> list[Statement]:
    """Logs, alarms, their topic, the dashboard and the budget."""
    groups = [stage.access_log, *(stage.log_group(job.role) for job in jobs.JOBS)]
    logs = [arn(stage, "logs", f"log-group:{group}{end}") for group in groups for end in ("", ":*")]
    budget = f"arn:aws:budgets::{stage.account}:budget/{stage.budget_name}"
    dashboard = f"arn:aws:cloudwatch::{stage.account}:dashboard/{stage.stack}"
    return [
        _does("Logs", "logs", _LOG, *logs),
        # Those who look for logs name none, and a saved question has an id alone.
        _does("LogsByNoName", "logs", ["DescribeLogGroups", *_QUESTION], "*"),
        _does("Alarms", "cloudwatch", _ALARM, arn(stage, "cloudwatch", f"alarm:{stage.stack}-*")),
        _does("Dashboard", "cloudwatch", _DASHBOARD, dashboard),
        _does("Topic", "sns", _TOPIC, stage.topic),
        # A subscription is named by no topic.
        allow("Unsubscribe", "sns:Unsubscribe", "*"),
        *([_does("Budget", "budgets", _BUDGET, budget)] if stage.budget else []),
        *(_sender(stage) if stage.mail_identity else []),
    ]


def _sender(stage: Stage) -> list[Statement]:
    """SES's identity, which is named by nothing before it is made."""
    return [
        allow("CreateSender", "ses:CreateEmailIdentity", "*"),
        _does("Sender", "ses", _IDENTITY, arn(stage, "ses", f"identity/{stage.mail_sender}")),
    ]


def _apis(stage: Stage) -> list[Statement]:
    """The API and its domain, and the account's setting where the stage makes it."""
    region = f"arn:aws:apigateway:{stage.region}::"
    names = ["restapis", *(["domainnames"] if stage.domain else [])]
    places = [f"{region}/{name}{end}" for name in names for end in ("", "/*")]
    linked = f"arn:aws:iam::{stage.account}:role/aws-service-role/ops.apigateway.amazonaws.com/*"
    return [
        _does("Apis", "apigateway", _API, *places, f"{region}/tags/*"),
        *([allow("DomainsRole", "iam:CreateServiceLinkedRole", linked)] if stage.domain else []),
        _does("Account", "apigateway", ["GET", *(["PATCH"] if stage.gateway_account else [])], f"{region}/account"),
        *(_gateway_role(stage) if stage.gateway_account else []),
    ]


def _gateway_role(stage: Stage) -> list[Statement]:
    role = f"arn:aws:iam::{stage.account}:role{stage.role_path}{stage.stack}-GatewayLogRole-*"
    bound = {"ArnEquals": {"iam:PermissionsBoundary": stage.permissions_boundary}} if stage.permissions_boundary else {}
    writer = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    return [
        _does("GatewayRole", "iam", _ROLE, role),
        _does("BoundGatewayRole", "iam", ["CreateRole", "PutRolePermissionsBoundary"], role, condition=bound),
        _does(
            "AttachWriter", "iam", ["AttachRolePolicy"], role, condition={**bound, "ArnLike": {"iam:PolicyARN": writer}}
        ),
        allow("PassGatewayRole", "iam:PassRole", role, _passed("apigateway")),
    ]


def _undone(stage: Stage) -> list[Statement]:
    """What `make destroy` deletes after the stack: workgroups, and the database with its tables."""
    workgroups = [
        arn(stage, "athena", f"workgroup/{one}") for one in (stage.workgroup("*"), stage_own.workgroup(stage))
    ]
    functions = arn(stage, "glue", f"userDefinedFunction/{stage.database}/*")
    return [
        allow("FindWorkgroups", "athena:ListWorkGroups", "*"),
        allow("DeleteWorkgroups", "athena:DeleteWorkGroup", workgroups),
        deny(
            "NoOtherStagesGroup", "athena:DeleteWorkGroup", arn(stage, "athena", f"workgroup/{stage.workgroup('*-*')}")
        ),
        allow("DeleteDatabase", "glue:DeleteDatabase", [*catalog(stage, "*"), functions]),
    ]


def _does(sid: str, service: str, verbs: list[str], *places: str, condition: Document | None = None) -> Statement:
    return allow(sid, sorted(f"{service}:{verb}" for verb in verbs), list(places), condition)


def _passed(service: str) -> Document:
    return {"StringEquals": {"iam:PassedToService": f"{service}.amazonaws.com"}}


def _arns(buckets: list[str]) -> list[str]:
    return [f"arn:aws:s3:::{bucket}" for bucket in buckets]
