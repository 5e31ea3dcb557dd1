"""The deployer's policy against the template: what CloudFormation's handlers of its types call, on the stage's names alone."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from sluice.access import functions, lint, parts
from sluice.cloud import public_stages, template
from sluice.project import config, stage_own
from sluice.project.config import Allow, Stage
from tests import project
from tests.evaluator import Judge, Request
from tests.sluice.cloud import test_infrastructure
from tests.sluice.cloud.test_infrastructure import STAGES

TOML = test_infrastructure.TOML.replace("[stages.prod]", '[stages.prod]\nmonitoring = "full"')
TENANTS = tuple(Allow(f"tenant-{number:03}-analytics-e", managed=True) for number in range(150))
MANY = Stage("many", "111122223333", audit_reads=True, allow=TENANTS)
# What the handlers of our types may call for properties that no template of ours has.
UNUSED = (
    *("cloudformation:*StackPolicy", "cloudformation:UpdateTermination*", "iam:Attach*", "iam:Detach*", "iam:PassRole"),
    *("apigateway:UpdateRestApiPolicy", "iam:*Boundary", "lambda:*Scaling*", "lambda:AssociateRuntimeAlias"),
    *("lambda:PassCapacityProvider", "lambda:PublishVersion", "lambda:Put*Recursion*", "lambda:PutRuntime*"),
    *("lambda:*tFunctionCodeSigning*", "lambda:DeleteFunctionCodeSigning*", "lambda:GetCodeSigning*", "dynamodb:*Item"),
    *("kinesis:*EnhancedMonitoring", "kinesis:UpdateMax*", "kinesis:UpdateStream*"),
    *("dynamodb:*Import*", "dynamodb:*Replica", "dynamodb:?*ableKinesis*", "dynamodb:UpdateKinesis*", "dynamodb:Query"),
    *("dynamodb:Scan", "dynamodb:UpdateContributor*", "dynamodb:PutResource*", "dynamodb:DeleteResource*"),
    *(
        "logs:*DataProtection*",
        "logs:*Index*",
        "logs:*ResourcePolic*",
        "logs:CreateLogDelivery",
        "logs:DeleteRetention*",
    ),
    *("logs:PutBearer*", "logs:PutLogGroup*", "logs:DescribeLogGroups", "sns:PutData*", "sns:Unsubscribe"),
    *("s3:*Abac", "s3:*Accelerate*", "s3:*Acl", "s3:*Analytics*", "s3:*Intelligent*", "s3:*Inventory*", "s3:*Logging"),
    *("s3:*Metadata*", "s3:*Metrics*", "s3:*Notification", "s3:*ObjectLock*", "s3:*Replication", "s3:*ReplicationC*"),
    *("s3:*Versioning", "s3:*Website", "s3:*[Cc][Oo][Rr][Ss]", "s3:DeleteBucketEncryption", "s3:DeleteBucketLifecycle"),
    *("cloudtrail:*Insight*", "cloudtrail:*EventConfiguration", "cloudtrail:*ResourcePolicy", "cloudtrail:ListTrails"),
    *("s3:DeleteObject", "s3:*TagResource", "s3:UntagResource", "s3:ListTagsForResource"),
)
OF_A_VERSION = {"lambda:GetLayerVersion", "lambda:DeleteLayerVersion"}
Place = Callable[[Stage, str, dict[str, Any]], str]


def named(service: str, form: str, key: str = "") -> Place:
    """The ARN of something in the account and region; {} is its name, or what CloudFormation calls it by itself."""

    def place(own: Stage, name: str, properties: dict[str, Any]) -> str:
        called = properties.get(key) or f"{own.stack}-{name}-1A2B3C"
        return f"arn:aws:{service}:{own.region}:{own.account}:{form.format(called)}"

    return place


def api(path: str) -> Place:
    return lambda own, name, properties: f"arn:aws:apigateway:{own.region}::/{path}"


PLACES: dict[str, Place] = {
    "AWS::ApiGateway::Account": api("account"),
    "AWS::ApiGateway::BasePathMapping": api("domainnames/t.example.com/basepathmappings"),
    "AWS::ApiGateway::Deployment": api("restapis/a1b2/deployments"),
    "AWS::ApiGateway::DomainName": api("domainnames"),
    "AWS::ApiGateway::RestApi": api("restapis"),
    "AWS::ApiGateway::Stage": api("restapis/a1b2/stages/prod"),
    "AWS::Budgets::Budget": lambda own, *_: f"arn:aws:budgets::{own.account}:budget/{own.stack}-monthly",
    "AWS::CloudFormation::Stack": named("cloudformation", "stack/{}/0a1b"),
    "AWS::CloudTrail::Trail": lambda own, *_: stage_own.reads_trail_arn(own),
    "AWS::CloudWatch::Alarm": named("cloudwatch", "alarm:{}", "AlarmName"),
    "AWS::CloudWatch::Dashboard": lambda own, *_: f"arn:aws:cloudwatch::{own.account}:dashboard/{own.stack}",
    "AWS::DynamoDB::Table": named("dynamodb", "table/{}", "TableName"),
    "AWS::Events::Rule": named("events", "rule/{}"),
    "AWS::IAM::ManagedPolicy": lambda own, _, given: f"arn:aws:iam::{own.account}:policy/{given['ManagedPolicyName']}",
    "AWS::IAM::Role": lambda own, name, given: (
        f"arn:aws:iam::{own.account}:role{own.role_path}{given.get('RoleName') or f'{own.stack}-{name}-1A2B'}"
    ),
    "AWS::KMS::Alias": lambda own, _, given: f"arn:aws:kms:{own.region}:{own.account}:{given['AliasName']}",
    "AWS::KMS::Key": named("kms", "key/{}"),
    "AWS::Lambda::EventInvokeConfig": lambda own, *_: place_of(own, "compact"),
    "AWS::Kinesis::Stream": named("kinesis", "stream/{}", "Name"),
    "AWS::Lambda::EventSourceMapping": lambda own, *_: (
        f"arn:aws:lambda:{own.region}:{own.account}:event-source-mapping:0a1b"
    ),
    "AWS::Lambda::Function": named("lambda", "function:{}", "FunctionName"),
    "AWS::Lambda::LayerVersion": lambda own, *_: f"arn:aws:lambda:{own.region}:{own.account}:layer:{own.stack}-duckdb",
    "AWS::Lambda::Permission": lambda own, *_: place_of(own, "tracker"),
    "AWS::Logs::LogGroup": named("logs", "log-group:{}", "LogGroupName"),
    "AWS::Logs::MetricFilter": lambda own, *_: f"arn:aws:logs:{own.region}:{own.account}:log-group:{own.access_log}",
    "AWS::Logs::QueryDefinition": named("logs", "query-definition:{}"),
    "AWS::S3::Bucket": lambda own, _, given: f"arn:aws:s3:::{given['BucketName']}",
    "AWS::S3::BucketPolicy": lambda own, *_: f"arn:aws:s3:::{template.survivors(own)[0]}",
    "AWS::StepFunctions::StateMachine": named("states", "stateMachine:{}", "StateMachineName"),
    "AWS::SES::EmailIdentity": named("ses", "identity/{}", "EmailIdentity"),
    "AWS::SNS::Topic": named("sns", "{}", "TopicName"),
}


def place_of(own: Stage, role: str) -> str:
    return f"arn:aws:lambda:{own.region}:{own.account}:function:{own.function(role)}"


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Stage, dict[str, Any]]]:
    """Stages, small and with everything, behind SAM's transform, and what many tenants bring."""
    folder, loaded = project.make(tmp_path_factory.mktemp("project"), TOML), config.parse(TOML)
    found = [
        (loaded.stage(name), public_stages.translated(project.packaged(folder, name, region), region)["Resources"])
        for name, region in STAGES.items()
    ]
    own = template.templates(MANY)["many.json"]["Resources"]
    return [*found, (MANY, {name: one for name, one in own.items() if one.get("Type") in PLACES})]


def needed(own: Stage, name: str, resource: dict[str, Any]) -> list[tuple[str, str]]:
    """What the handlers of a resource call of its own service, by CloudFormation's own schema of its type, and where."""
    kind = resource["Type"]
    place = PLACES[kind](own, name, resource.get("Properties", {}))
    handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema["handlers"]
    found = {action for verb, one in handlers.items() if verb != "list" for action in one["permissions"]}
    without = () if "Policies" in resource.get("Properties", {}) else ("iam:PutRolePolicy",)
    used = {action for action in found if not any(fnmatchcase(action, pattern) for pattern in (*UNUSED, *without))}
    return [
        (action, f"{PLACES['AWS::Lambda::LayerVersion'](own, name, {})}:7" if action in OF_A_VERSION else place)
        for action in sorted(used)
        if action.partition(":")[0] == place.split(":")[2]
    ]


def judge(own: Stage, *without: str) -> Judge:
    policies = parts.numbered("deployer", functions.documents(own))
    left = [{**one, "Statement": [each for each in one["Statement"] if each["Sid"] not in without]} for one in policies]
    return Judge(left)


def request(own: Stage, action: str, place: str, **context: str) -> Request:
    bound = {"iam:PermissionsBoundary": own.permissions_boundary} if own.permissions_boundary else {}
    # An event source has an id alone; whose it is is part of the request.
    bound |= {"lambda:FunctionArn": place_of(own, "consume")} if "EventSourceMapping" in action else {}
    # A key of KMS has an id alone; whose it is its tag says.
    bound |= {f"aws:{one}Tag/sluice": own.stack for one in ("Resource", "Request")} if action.startswith("kms:") else {}
    given = {**bound, **{key.replace("_", ":"): value for key, value in context.items()}}
    return Request(f"arn:aws:iam::{own.account}:role/deployer", action, place, str(own.account), given)


def refused(own: Stage, resources: dict[str, Any], judged: Judge) -> dict[str, str]:
    """What handlers need and may not, by the action and the type, with where."""
    calls = [(one["Type"], *call) for name, one in resources.items() for call in needed(own, name, one)]
    return {
        f"{action} of {kind}": place for kind, action, place in calls if not judged.allows(request(own, action, place))
    }


def test_what_cloudformation_calls_for_every_type_of_the_templates_is_allowed(templates: Any) -> None:
    assert {one["Type"] for _, resources in templates for one in resources.values()} == set(PLACES)
    assert [refused(own, resources, judge(own)) for own, resources in templates] == [{}, {}, {}]


@pytest.mark.parametrize(
    "sid",
    [
        *(
            "Functions",
            "Layers",
            "Schedules",
            "Nights",
            "Roles",
            "Salts",
            "Streams",
            "Sources",
            "EncryptStreams",
            "CreateSource",
            "TagSources",
            "Logs",
            "Alarms",
            "Dashboard",
            "Topic",
            "Apis",
            "Budget",
        ),
        *("Account", "BoundRoles", "ManagedBuckets", "GatewayRole"),
    ],
)
def test_no_statement_is_there_for_nothing(templates: Any, sid: str) -> None:
    own, resources = templates[1]

    assert refused(own, resources, judge(own, sid)) != {}


@pytest.mark.parametrize("sid", ["Parts", "Stack"])
def test_what_is_for_many_tenants_is_not_there_for_nothing(templates: Any, sid: str) -> None:
    own, resources = templates[2]

    assert refused(own, resources, judge(own, sid)) != {}


def test_it_is_bound_to_the_stages_names(templates: Any) -> None:
    own, resources = templates[1]
    judged = judge(own)
    calls = [(one["Type"], *call) for name, one in resources.items() for call in needed(own, name, one)]
    other = [
        (kind, action, place.replace("sluice-prod", "sluice-dev").replace("app", "other-").replace("shop.", "other."))
        for kind, action, place in calls
    ]

    reached = {kind for kind, action, place in other if judged.allows(request(own, action, place))}

    # APIs and saved questions have ids, and no names, and SES's identity has none before it is made.
    # Those of KMS have ids and our tag, and who looks for their names gives none.
    ids = {"AWS::Logs::QueryDefinition", "AWS::SES::EmailIdentity", "AWS::Lambda::EventSourceMapping"}
    ids |= {"AWS::KMS::Key", "AWS::KMS::Alias"}
    assert {kind for kind in reached if "ApiGateway" not in kind} == ids


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_it_has_no_finding(name: str) -> None:
    made = functions.documents(config.parse(TOML).stage(name))
    files = {file: document for file, document in made.items() if file.startswith("deployer")}

    assert len(files) > 1
    assert [lint.lint(one, file) + lint.grammar(one, file) for file, one in files.items()] == [[]] * len(files)


class TestOneWhoDeploys:
    OWN = config.parse(TOML).stage("prod")
    JUDGE = judge(OWN)
    ROLE = OWN.role_arn("tracker")

    def may(self, action: str, place: str, **context: str) -> bool:
        return self.JUDGE.allows(request(self.OWN, action, place, **context))

    def test_passes_the_nights_role_to_step_functions_alone(self) -> None:
        nights = self.OWN.role_arn("compaction")

        assert self.may("iam:PassRole", nights, iam_PassedToService="states.amazonaws.com")
        assert not self.may("iam:PassRole", nights, iam_PassedToService="lambda.amazonaws.com")
        assert not self.may("iam:PassRole", self.ROLE, iam_PassedToService="states.amazonaws.com")

    def test_passes_roles_to_lambda_alone(self) -> None:
        assert self.may("iam:PassRole", self.ROLE, iam_PassedToService="lambda.amazonaws.com")
        assert not self.may("iam:PassRole", self.ROLE, iam_PassedToService="ec2.amazonaws.com")
        assert not self.may("iam:PassRole", f"{self.ROLE}-2", iam_PassedToService="lambda.amazonaws.com")

    def test_has_streams_read_by_the_consumer_alone(self) -> None:
        for verb in ("Create", "Update", "Delete"):
            action, place = (
                f"lambda:{verb}EventSourceMapping",
                PLACES["AWS::Lambda::EventSourceMapping"](self.OWN, "", {}),
            )
            assert self.may(action, place)
            assert not self.may(action, place, lambda_FunctionArn=place_of(self.OWN, "tracker"))

    def test_attaches_the_stages_own_policies_alone(self) -> None:
        ours, admin = self.OWN.policy_arn("tracker-2"), "arn:aws:iam::aws:policy/AdministratorAccess"

        assert self.may("iam:AttachRolePolicy", self.ROLE, iam_PolicyARN=ours)
        assert not self.may("iam:AttachRolePolicy", self.ROLE, iam_PolicyARN=admin)
        assert self.may("iam:DetachRolePolicy", self.ROLE)

    @pytest.mark.parametrize("action", ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])
    def test_leaves_no_role_without_the_boundary(self, action: str) -> None:
        assert self.may(action, self.ROLE)
        assert not self.may(action, self.ROLE, iam_PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
        assert not self.may("iam:DeleteRolePermissionsBoundary", self.ROLE)

    def test_reads_no_record_and_replaces_no_code(self) -> None:
        code = f"arn:aws:s3:::{stage_own.bucket(self.OWN)}/code/0a1b"

        assert self.may("s3:PutObject", code, **{"s3:if-none-match": "*"})
        assert not self.may("s3:PutObject", code)
        for key in ("analytics/z", "compacted/z", "athena-results/z"):
            assert not self.may("s3:GetObject", f"arn:aws:s3:::app1-analytics/{key}")
            assert not self.may("s3:DeleteObject", f"arn:aws:s3:::app1-analytics/{key}")

    def test_uses_the_salts_key_through_dynamodb_alone(self) -> None:
        key = str(self.OWN.kms_key)

        assert self.may("kms:CreateGrant", key, kms_ViaService="dynamodb.us-east-1.amazonaws.com")
        assert not self.may("kms:CreateGrant", key, kms_ViaService="s3.us-east-1.amazonaws.com")
        assert not self.may("kms:Decrypt", key)

    @pytest.mark.parametrize("action", ["s3:PutBucketAcl", "s3:PutBucketNotification"])
    def test_opens_the_stages_own_bucket_to_cloudfront_and_no_tenants(self, action: str) -> None:
        assert self.may(action, f"arn:aws:s3:::{stage_own.bucket(self.OWN)}")
        assert not any(self.may(action, f"arn:aws:s3:::{self.OWN.bucket(entry)}") for entry in self.OWN.allow)
