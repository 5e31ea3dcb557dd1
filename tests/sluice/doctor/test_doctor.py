"""What the doctor finds: nothing in a healthy stage, each planted fault with its fix, and no traceback whatever AWS does."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from http.client import BadStatusLine
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import boto3
import msgspec
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
    WaiterError,
)
from botocore.parsers import ResponseParserError
from moto import mock_aws
from moto.s3.models import s3_backends
from rich.console import Console

from chalicelib.allowlist import Allowlist, Entry
from chalicelib.jobs import CONSUME, JOBS, MOVE_LOGS, NIGHTS, REPORT
from chalicelib.lake.columns import columns
from chalicelib.lake.objects import BucketObjects
from chalicelib.service_logs import exporting
from sluice import aws
from sluice.access import functions, identifying, streaming
from sluice.athena import workgroups
from sluice.cloud import generated, nights, own_bucket
from sluice.doctor import exports, findings
from sluice.doctor import stage as doctor
from sluice.doctor.findings import Finding, Verdict
from sluice.project import identify, tenants
from sluice.project.config import Allow, Stage
from sluice.project.tenants import Tenant
from tests.asking import EVERY_JOB
from tests.chalicelib.tracking.test_geo import NETWORKS, write
from tests.conftest import OWNER, Tracker
from tests.salts_tables import salts_table

ROLES = [job.role for job in JOBS if job not in (MOVE_LOGS, REPORT)]  # the stage has neither distributions nor reports

REGION = "ca-central-1"
SHOP, BLOG = "shop-analytics-prod", "blog-analytics"
OWN = f"sluice-prod-{OWNER}-{REGION}"
STRANGER = "999988887777"
TAGS = [{"Key": key, "Value": value} for key, value in (("stage", "prod"), ("sluice", "sluice-prod"), ("tenant", SHOP))]
FIXED_BY_DEPLOYING = "make deploy STAGE=prod"


@cache
def shared_client(service: str, region: str) -> Any:
    """One for all tests: a client takes 50 ms to make, and moto starts fresh for each test."""
    return aws.client(service, region)


@dataclass
class World:
    """A deployed stage on moto to break something of, and the clients that the doctor looks with."""

    address: str
    database: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    handlers: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def at(self, service: str, region: str = REGION) -> Any:
        """The client that breaks something."""
        return shared_client(service, region)

    @cached_property
    def key(self) -> str:
        return str(self.at("kms").create_key()["KeyMetadata"]["Arn"])

    @cached_property
    def stage(self) -> Stage:
        shop = Allow(SHOP, managed=True, kms_key=self.key, retention_days=400)
        return Stage(name="prod", account=OWNER, region=REGION, allow=(shop, Allow("*-analytics")), **EVERY_JOB)

    def client(self, service: str, region: str) -> Any:
        if not self.handlers:
            return shared_client(service, region)
        client = aws.client(service, region)
        for event, handler in self.handlers.items():
            client.meta.events.register_first(event, handler)
        return client

    def examine(self, endpoint: str | None = None) -> list[Finding]:
        return doctor.examine(self.stage, self.now, endpoint=endpoint, databases=[self.database], client=self.client)


@pytest.fixture
def world(address: str, tmp_path: Path) -> Iterator[World]:
    """A healthy deployed stage: one managed tenant with a key, and one that a pattern lets in."""
    with mock_aws():
        made = World(address, write(tmp_path / "City.mmdb", NETWORKS))
        for bucket in (SHOP, BLOG):
            make_bucket(made, bucket, REGION)
        encrypt(made, SHOP, made.key)
        keep(made, SHOP, 400)
        let_results_end(made, BLOG)
        export_logs(made)
        own_bucket.make(made.stage, made.at("s3"))
        made.at("athena").create_work_group(**workgroups.of_all(made.stage))
        made.at("s3").put_bucket_tagging(Bucket=SHOP, Tagging={"TagSet": TAGS})
        for role in ROLES:
            make_function(made, role)
        make_nights(made)
        for name in (*map(made.stage.log_group, ROLES), made.stage.access_log):
            made.at("logs").create_log_group(logGroupName=name)
            made.at("logs").put_retention_policy(logGroupName=name, retentionInDays=30)
        let_the_gateway_log(made, "arn:aws:iam::123456789012:role/gateway-logs")
        make_salts(made)
        make_stream(made)
        make_stack(made)
        yield made


@pytest.fixture
def address(tracker: Callable[..., Tracker]) -> Iterator[str]:
    """The app itself behind HTTP, as the stage's gateway would have it."""
    Door.app = tracker(STAGE="prod", ALLOWED_BUCKETS=f"{SHOP},*-analytics", BUCKET_OWNER=OWNER, SALTS="memory")
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/api"
        server.shutdown()
        serving.join()


class Door(BaseHTTPRequestHandler):
    """HTTP in, the app's own answer out."""

    app: Tracker

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        path, _, query = self.path.removeprefix("/api").partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        answer = self.app.call(body, method=self.command, path=path, query=parse_qs(query) or None)
        self.send_response(answer.status)
        self.end_headers()
        self.wfile.write(json.dumps(answer.json).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


def make_bucket(world: World, bucket: str, region: str) -> None:
    s3 = world.at("s3", region)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    blocked = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
    own(world, bucket, "BucketOwnerEnforced")
    encrypt(world, bucket, None)
    guard(world, bucket, functions.bucket_policy(world.stage, Allow(bucket)))


def own(world: World, bucket: str, ownership: str) -> None:
    rules = {"Rules": [{"ObjectOwnership": ownership}]}
    world.at("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=rules)


def encrypt(world: World, bucket: str, key: str | None) -> None:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} if key else {"SSEAlgorithm": "AES256"}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    world.at("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)


def guard(world: World, bucket: str, document: dict[str, Any]) -> None:
    world.at("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def keep(world: World, bucket: str, days: int, **rule: Any) -> None:
    """Let the bucket's records expire after so many days."""
    retention = {"ID": "retention", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}, **rule}
    let_results_end(world, bucket, retention)


def let_results_end(world: World, bucket: str, *others: dict[str, Any], days: int = 7) -> None:
    results = {
        "ID": "results",
        "Status": "Enabled",
        "Filter": {"Prefix": "athena-results/"},
        "Expiration": {"Days": days},
    }
    rules = {"Rules": [results, *others]}
    world.at("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=rules)


def version(world: World, bucket: str, status: str = "Enabled") -> None:
    world.at("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})


def make_nights(world: World) -> None:
    world.at("stepfunctions").create_state_machine(
        name=world.stage.function(NIGHTS),
        definition=json.dumps(nights.definition(world.stage)),
        roleArn=make_role(world, NIGHTS),
    )


def make_role(world: World, role: str) -> str:
    name = world.stage.function(role)
    arn = world.at("iam").create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    grant(world, role, functions.documents(world.stage)[f"{role}.json"])
    return str(arn)


def make_function(world: World, role: str) -> None:
    name, arn = world.stage.function(role), make_role(world, role)
    world.at("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=arn,
        Handler="app.app",
        Code={"ZipFile": b"code"},
        Environment={"Variables": {**generated.stage_environment(world.stage), "GEOIP_DB": "of the operator's own"}},
    )


def let_the_gateway_log(world: World, role: str) -> None:
    said = [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]
    world.at("apigateway").update_account(patchOperations=said)


def grant(world: World, role: str, document: dict[str, Any], name: str = "generated") -> None:
    world.at("iam").put_role_policy(
        RoleName=world.stage.function(role), PolicyName=name, PolicyDocument=json.dumps(document)
    )


def make_salts(world: World) -> None:
    table, dynamodb = world.stage.salts_table, world.at("dynamodb")
    salts_table(dynamodb, table)
    ends = {"Enabled": True, "AttributeName": "expires_at"}
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=ends)


def make_stream(world: World) -> None:
    """The stream as sluice.toml asks for it, and Lambda's reading of it."""
    stage = world.stage
    assert stage.stream is not None
    world.at("kinesis").create_stream(StreamName=stage.stream_name, ShardCount=stage.stream.shards)
    world.at("lambda").create_event_source_mapping(
        EventSourceArn=streaming.stream(stage),
        FunctionName=stage.function(CONSUME.role),
        MaximumBatchingWindowInSeconds=stage.stream.flush_seconds,
        StartingPosition="TRIM_HORIZON",
    )


def make_stack(world: World) -> None:
    topic = {"Topic": {"Type": "AWS::SNS::Topic"}}
    template = {"Resources": topic, "Outputs": {"EndpointURL": {"Value": f"{world.address}/"}}}
    world.at("cloudformation").create_stack(StackName="sluice-prod", TemplateBody=json.dumps(template))


class Raw:
    """A body as botocore reads it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def stream(self) -> Iterator[bytes]:
        yield self._text.encode()


def answer(request: Any, status: int, text: str = "") -> AWSResponse:
    return AWSResponse(request.url, status, {}, Raw(text))


def deny(request: Any, **_: Any) -> AWSResponse:
    return answer(request, 403, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")


def owned_by_a_stranger(request: Any, **_: Any) -> AWSResponse | None:
    """S3's answer to a caller that expects another owner, which moto does not give."""
    named = {name.lower() for name in request.headers}
    return answer(request, 403) if "x-amz-expected-bucket-owner" in named and f"/{SHOP}" in request.url else None


def simulator(may: Callable[[str, str], bool]) -> Callable[..., Any]:
    """AWS's policy simulator, which moto has not: `may` says of an action and the whole request whether it is allowed."""

    def answered(params: dict[str, Any], **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        sent = params["body"]
        actions = [value for name, value in sent.items() if name.startswith("ActionNames")]
        decisions = {action: "allowed" if may(action, str(sent)) else "implicitDeny" for action in actions}
        results = [{"EvalActionName": action, "EvalDecision": decided} for action, decided in decisions.items()]
        return AWSResponse("", 200, {}, None), {"EvaluationResults": results}

    return answered


SIMULATE = "before-call.iam.SimulatePrincipalPolicy"


def as_generated(action: str, sent: str) -> bool:
    return action == "kms:GenerateDataKey" or (action == "s3:PutObject" and "s3:if-none-match" in sent)


def found(world: World, subject: str, check: str) -> Finding:
    (finding,) = [each for each in world.examine() if (each.subject, each.check) == (subject, check)]
    return finding


def remove_bucket(world: World) -> None:
    world.at("s3").delete_bucket(Bucket=SHOP)


def move_bucket(world: World) -> None:
    remove_bucket(world)
    make_bucket(world, SHOP, "eu-west-1")


def give_bucket_away(world: World) -> None:
    world.handlers["before-send.s3.HeadBucket"] = owned_by_a_stranger


def open_to_the_public(world: World) -> None:
    world.at("s3").delete_public_access_block(Bucket=SHOP)


def open_half_to_the_public(world: World) -> None:
    blocked = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False}
    world.at("s3").put_public_access_block(Bucket=SHOP, PublicAccessBlockConfiguration=blocked)


def let_acls_count(world: World) -> None:
    own(world, SHOP, "ObjectWriter")


def use_no_key(world: World) -> None:
    encrypt(world, SHOP, None)


def use_a_key_unasked(world: World) -> None:
    encrypt(world, BLOG, world.key)


def disable_key(world: World) -> None:
    world.at("kms").disable_key(KeyId=world.key.rpartition("/")[2])


def delete_key(world: World) -> None:
    world.at("kms").schedule_key_deletion(KeyId=world.key.rpartition("/")[2])


def ask_for_a_tenants_key(world: World) -> None:
    own = Allow(SHOP, managed=True, kms_key=world.key, retention_days=400, identify="tenant")
    world.stage = msgspec.structs.replace(world.stage, allow=(own, *world.stage.allow[1:]))


def make_a_tenants_key(world: World) -> None:
    ask_for_a_tenants_key(world)
    world.at("s3").delete_bucket_policy(Bucket=OWN)  # moto denies whatever has a Deny, also by a condition
    identify.make(world.stage, SHOP, identifying.key_policy(world.stage), world.client)


def open_tenants_keys_to_all(world: World) -> None:
    make_a_tenants_key(world)
    key = world.at("kms").describe_key(KeyId=world.stage.identify_alias)["KeyMetadata"]["KeyId"]
    policy = identifying.key_policy(world.stage)
    wide = json.dumps({**policy, "Statement": policy["Statement"][:1]})
    world.at("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=wide)


def disable_tenants_keys(world: World) -> None:
    make_a_tenants_key(world)
    world.at("kms").disable_key(KeyId=(identify.master(world.stage, world.client) or {})["KeyId"])


def end_tenants_keys(world: World) -> None:
    make_a_tenants_key(world)
    identify.end(world.stage, world.client)


def widen_bucket_policy(world: World) -> None:
    document = functions.bucket_policy(world.stage, Allow(SHOP))
    guard(world, SHOP, {**document, "Statement": document["Statement"][1:]})


def remove_bucket_policy(world: World) -> None:
    world.at("s3").delete_bucket_policy(Bucket=BLOG)


def expire_early(world: World) -> None:
    keep(world, SHOP, 30)


def expire_in_part(world: World) -> None:
    keep(world, SHOP, 400, Filter={"Prefix": "analytics/year=2025/"})


def expire_what_is_tagged(world: World) -> None:
    keep(world, SHOP, 400, Filter={"Tag": {"Key": "old", "Value": "yes"}})


def keep_results(world: World) -> None:
    retention = {"ID": "retention", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
    world.at("s3").put_bucket_lifecycle_configuration(Bucket=SHOP, LifecycleConfiguration={"Rules": [retention]})


def keep_results_longer(world: World) -> None:
    let_results_end(world, SHOP, days=8)


def remove_own_bucket(world: World) -> None:
    s3_backends[OWNER]["aws"].buckets[OWN].keys.clear()
    world.at("s3").delete_bucket(Bucket=OWN)


def open_own_bucket(world: World) -> None:
    world.at("s3").delete_public_access_block(Bucket=OWN)


def widen_own_policy(world: World) -> None:
    world.at("s3").delete_bucket_policy(Bucket=OWN)


def export_logs(world: World) -> None:
    """The nights of the last week have ended well; a bucket with its policy would take nothing of moto."""
    place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
    world.at("s3").create_bucket(Bucket=OWN, ObjectOwnership="BucketOwnerEnforced", **place)
    objects = BucketObjects(OWN, OWNER, world.at("s3"))
    # Some of them may have been looked at by the night before only.
    for day in {*exporting.closed(world.now), *exporting.closed(world.now - exports.DONE)}:
        exporting.export(lambda start, end: iter(()), objects, day)


def miss_a_day(world: World) -> None:
    """The fourth night failed in the middle."""
    day = exporting.closed(world.now - exports.DONE)[3]
    for part in ("12-18", "18-24"):
        s3_backends[OWNER]["aws"].delete_object(OWN, f"{exporting.folder(day)}{part}.json.gz")


def keep_logs(world: World) -> None:
    world.at("logs").delete_retention_policy(logGroupName=world.stage.log_group("tracker"))


def keep_everybodys_results(world: World) -> None:
    rules = [rule for rule in own_bucket.rules() if rule["ID"] != "results"]
    world.at("s3").put_bucket_lifecycle_configuration(Bucket=OWN, LifecycleConfiguration={"Rules": rules})


def remove_workgroup(world: World) -> None:
    world.at("athena").delete_work_group(WorkGroup="sluice-prod.all")


def let_a_tenant_have_everybodys_results(world: World) -> None:
    remove_workgroup(world)
    made = workgroups.of_all(world.stage)
    made["Configuration"]["ResultConfiguration"]["OutputLocation"] = f"s3://{SHOP}/athena-results/"
    world.at("athena").create_work_group(**made)


def govern(world: World, *permissions: str) -> None:
    """Let Lake Formation govern the stage's tables, with these permissions for the compactor."""
    world.at("glue").create_database(DatabaseInput={"Name": "sluice_prod", "CreateTableDefaultPermissions": []})
    if permissions:
        world.at("lakeformation").grant_permissions(
            Principal={"DataLakePrincipalIdentifier": world.stage.role_arn("compact")},
            Resource={"Table": {"DatabaseName": "sluice_prod", "TableWildcard": {}}},
            Permissions=list(permissions),
        )


def govern_in_part(world: World) -> None:
    govern(world, "DESCRIBE")


def keep_versions(world: World) -> None:
    version(world, SHOP)


def suspend_versions(world: World) -> None:
    version(world, BLOG)
    version(world, BLOG, "Suspended")


def keep_an_older_view(world: World) -> None:
    table = f"{SHOP.replace('-', '_')}_events"
    held = [{"Name": column.name, "Type": column.athena} for column in columns() if column.name != "sequence"]
    glue = world.at("glue")
    glue.create_database(DatabaseInput={"Name": world.stage.database})
    glue.create_table(
        DatabaseName=world.stage.database, TableInput={"Name": table, "StorageDescriptor": {"Columns": held}}
    )


def remove_function(world: World) -> None:
    world.at("lambda").delete_function(FunctionName="sluice-prod-forget-salts")


def change_environment(world: World) -> None:
    variables = {**generated.stage_environment(world.stage), "ALLOWED_BUCKETS": "*-analytics", "KEEP_QUERY": "q"}
    world.at("lambda").update_function_configuration(
        FunctionName="sluice-prod-tracker", Environment={"Variables": variables}
    )


def widen_role(world: World) -> None:
    grant(world, "tracker", {"Version": "2012-10-17", "Statement": [READ]}, name="by hand")


READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def attach_policy(world: World) -> None:
    iam, document = world.at("iam"), json.dumps({"Version": "2012-10-17", "Statement": [READ]})
    arn = iam.create_policy(PolicyName="wide", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="sluice-prod-tracker", PolicyArn=arn)


def hide_behind_a_sid(world: World) -> None:
    """A statement of ours by its name, in a policy that is read before the generated one."""
    grant(world, "tracker", {"Version": "2012-10-17", "Statement": [{**READ, "Sid": "Log"}]}, name="a by hand")


def unbind_role(world: World) -> None:
    world.stage = msgspec.structs.replace(world.stage, permissions_boundary=f"arn:aws:iam::{OWNER}:policy/edge")


def bind_role(world: World) -> None:
    world.at("iam").put_role_permissions_boundary(
        RoleName="sluice-prod-tracker", PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )


def move_roles(world: World) -> None:
    world.stage = msgspec.structs.replace(world.stage, role_path="/teams/web/")


def remove_role(world: World) -> None:
    world.at("iam").delete_role_policy(RoleName="sluice-prod-tracker", PolicyName="generated")
    world.at("iam").delete_role(RoleName="sluice-prod-tracker")


def remove_nights(world: World) -> None:
    world.at("stepfunctions").delete_state_machine(stateMachineArn=world.stage.nights)


def ask_for_more_workers(world: World) -> None:
    world.stage = msgspec.structs.replace(world.stage, compaction_workers=7)


def let_the_nights_call_anything(world: World) -> None:
    grant(world, NIGHTS, {"Version": "2012-10-17", "Statement": [{**READ, "Action": "lambda:*"}]}, name="by hand")


def encrypt_a_log(world: World) -> None:
    world.at("logs").delete_log_group(logGroupName=world.stage.access_log)
    world.at("logs").create_log_group(logGroupName=world.stage.access_log, kmsKeyId=world.key)


def ask_for_a_key(world: World) -> None:
    world.stage = msgspec.structs.replace(world.stage, kms_key=world.key)


def ask_for_a_budget(world: World) -> None:
    world.stage = msgspec.structs.replace(world.stage, budget=20, alarm_email="ops@shop.example")


def make_budget(world: World, amount: str, *counted: str) -> None:
    ask_for_a_budget(world)
    limit = {"BudgetLimit": {"Amount": amount, "Unit": "USD"}, "TimeUnit": "MONTHLY", "BudgetType": "COST"}
    made = {"BudgetName": "sluice-prod-monthly", "CostFilters": {"TagKeyValue": list(counted)}, **limit}
    world.at("budgets").create_budget(AccountId=OWNER, Budget=made)


def raise_the_budget(world: World) -> None:
    make_budget(world, "2000", "user:sluice$sluice-prod")


def count_another_stage(world: World) -> None:
    make_budget(world, "20", "user:sluice$sluice-dev")


def forbid_the_gateway_to_log(world: World) -> None:
    let_the_gateway_log(world, "")


def remove_salts(world: World) -> None:
    world.at("dynamodb").delete_table(TableName=world.stage.salts_table)


def keep_salts(world: World) -> None:
    ends = {"Enabled": False, "AttributeName": "expires_at"}
    world.at("dynamodb").update_time_to_live(TableName=world.stage.salts_table, TimeToLiveSpecification=ends)


def back_salts_up(world: World) -> None:
    world.at("dynamodb").update_continuous_backups(
        TableName=world.stage.salts_table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def let_the_tracker_overwrite(world: World) -> None:
    world.handlers[SIMULATE] = simulator(lambda action, sent: action.endswith(("PutObject", "DataKey")))


def let_the_tracker_read(world: World) -> None:
    world.handlers[SIMULATE] = simulator(lambda action, sent: action == "s3:GetObject" or as_generated(action, sent))


def refuse_the_tracker(world: World) -> None:
    world.handlers[SIMULATE] = simulator(lambda action, sent: action == "kms:GenerateDataKey")


def refuse_the_key(world: World) -> None:
    world.handlers[SIMULATE] = simulator(lambda action, sent: "kms" not in action and as_generated(action, sent))


def shut_out(world: World) -> None:
    """Run the app as it was before its exact entry was added."""
    before = replace(Door.app.app.service().settings, allowlist=Allowlist([Entry("*-analytics")]))
    Door.app.replace(settings=before)


def stop_answering(world: World) -> None:
    world.at("cloudformation").delete_stack(StackName="sluice-prod")
    world.address = "http://127.0.0.1:1"
    make_stack(world)


def age(world: World) -> None:
    world.now += timedelta(days=31)


def damage(world: World) -> None:
    world.database.write_bytes(b"no database")


PLANTED = [
    (remove_bucket, SHOP, "bucket", "no such bucket", FIXED_BY_DEPLOYING),
    (give_bucket_away, SHOP, "owner", f"another account than {OWNER}", "owner ="),
    (move_bucket, SHOP, "region", "eu-west-1", f"Move the tenant to a bucket in {REGION}"),
    (open_to_the_public, SHOP, "public access", "BlockPublicAcls", FIXED_BY_DEPLOYING),
    (open_half_to_the_public, SHOP, "public access", "not set: BlockPublicPolicy, Restrict", FIXED_BY_DEPLOYING),
    (let_acls_count, SHOP, "ownership", "ObjectWriter: ACLs count", FIXED_BY_DEPLOYING),
    (use_no_key, SHOP, "encryption", "none instead of arn:aws:kms", FIXED_BY_DEPLOYING),
    (use_a_key_unasked, BLOG, "encryption", "which the tracker may not use", 'kms_key = "arn:aws:kms'),
    (disable_key, SHOP, "key", "Disabled: every put is refused", "aws kms enable-key --key-id arn:"),
    (delete_key, SHOP, "key", "PendingDeletion", "aws kms cancel-key-deletion --key-id arn:"),
    (widen_bucket_policy, SHOP, "policy", "not as generated: OnlyTls", FIXED_BY_DEPLOYING),
    (expire_early, SHOP, "lifecycle", "kept for 30 days; sluice.toml says kept for 400 days", FIXED_BY_DEPLOYING),
    (expire_in_part, SHOP, "lifecycle", "sluice.toml says kept for 400 days", FIXED_BY_DEPLOYING),
    (expire_what_is_tagged, SHOP, "lifecycle", "sluice.toml says kept for 400 days", FIXED_BY_DEPLOYING),
    (keep_results, SHOP, "results", "kept for ever below athena-results/", FIXED_BY_DEPLOYING),
    (keep_results_longer, SHOP, "results", "kept for ever below athena-results/", FIXED_BY_DEPLOYING),
    (remove_own_bucket, OWN, "stage's bucket", "no such bucket", FIXED_BY_DEPLOYING),
    (open_own_bucket, OWN, "public access", "BlockPublicAcls", FIXED_BY_DEPLOYING),
    (widen_own_policy, OWN, "policy", "not as generated: ", FIXED_BY_DEPLOYING),
    (keep_everybodys_results, OWN, "lifecycle", "kept for ever: athena-results/", FIXED_BY_DEPLOYING),
    (miss_a_day, OWN, "log export", "not exported: 2", "each night tries the days of the last week again"),
    (ask_for_a_tenants_key, OWN, "tenants' keys", f"none for {SHOP}", "sluice key identify --stage prod --bucket"),
    (open_tenants_keys_to_all, OWN, "key of tenants' keys", "not as generated", "sluice key identify --stage prod"),
    (disable_tenants_keys, OWN, "key of tenants' keys", "Disabled: new workers open no key", "aws kms enable-key"),
    (end_tenants_keys, OWN, "key of tenants' keys", "there is no alias/sluice-prod-identify", "sluice key identify"),
    (remove_workgroup, OWN, "workgroup", "there is no workgroup sluice-prod.all", "sluice athena setup --all"),
    (let_a_tenant_have_everybodys_results, OWN, "workgroup", "another OutputLocation", "sluice athena setup --all"),
    (govern, OWN, "Lake Formation", "may not move the views", "grant-permissions --principal DataLakePrincipal"),
    (govern_in_part, OWN, "Lake Formation", "may not move the views", "--permissions ALTER DESCRIBE --resource"),
    (keep_versions, SHOP, "versioning", "enabled, and an erased record stays", FIXED_BY_DEPLOYING),
    (suspend_versions, BLOG, "versioning", "suspended, and an erased record stays", "NoncurrentVersionExpiration"),
    (keep_an_older_view, SHOP, "tables", "shop_analytics_prod_events has no sequence", "sluice athena setup --bucket"),
    (remove_function, "service", "forget-salts environment", "no function sluice-prod-forget", FIXED_BY_DEPLOYING),
    (change_environment, "service", "tracker environment", "ALLOWED_BUCKETS, KEEP_QUERY", "sluice sync; make deploy"),
    (widen_role, "service", "tracker role", "not as generated: Read", "sluice sync; make deploy"),
    (
        attach_policy,
        "service",
        "tracker role",
        "more than was generated: arn",
        "aws iam detach-role-policy --role-name",
    ),
    (hide_behind_a_sid, "service", "tracker role", "not as generated: Log", "sluice sync; make deploy"),
    (unbind_role, "service", "tracker role", "bounded by nothing instead of arn:aws:iam::", "sluice sync; make deploy"),
    (bind_role, "service", "tracker role", "ReadOnlyAccess instead of nothing", "sluice sync; make deploy"),
    (move_roles, "service", "tracker role", "instead of arn:aws:iam::123456789012:role/teams/web/", "role_path"),
    (remove_role, "service", "tracker role", "there is no role sluice-prod-tracker", FIXED_BY_DEPLOYING),
    (remove_nights, "service", "compaction", "no state machine sluice-prod-compaction", FIXED_BY_DEPLOYING),
    (ask_for_more_workers, "service", "compaction", "not as generated", "sluice sync; make deploy"),
    (let_the_nights_call_anything, "service", "compaction role", "not as generated: Read", "sluice sync; make deploy"),
    (
        encrypt_a_log,
        "service",
        "logs key",
        "/aws/apigateway/sluice-prod-access: arn:aws:kms",
        "sluice sync; make deploy",
    ),
    (ask_for_a_key, "service", "logs key", "/aws/lambda/sluice-prod-tracker: none", "sluice sync; make deploy"),
    (ask_for_a_key, "service", "salts key", "none instead of arn:aws:kms", "sluice sync; make deploy"),
    (ask_for_a_budget, "service", "budget", "there is no budget sluice-prod-monthly", FIXED_BY_DEPLOYING),
    (raise_the_budget, "service", "budget", "2000 dollars instead of 20", FIXED_BY_DEPLOYING),
    (count_another_stage, "service", "budget", "it counts user:sluice$sluice-dev, not this stage", FIXED_BY_DEPLOYING),
    (
        keep_logs,
        "service",
        "log retention",
        "/aws/lambda/sluice-prod-tracker: for ever; sluice.toml says 30",
        "make deploy",
    ),
    (forbid_the_gateway_to_log, "service", "access log", "no role to write logs by", "gateway_account = true"),
    (remove_salts, "service", "salts table", "neither ip nor visitorId", FIXED_BY_DEPLOYING),
    (keep_salts, "service", "salts expiry", "never forgotten", "aws dynamodb update-time-to-live --table-name"),
    (back_salts_up, "service", "salts backups", "can be had back", "PointInTimeRecoveryEnabled=false"),
    (let_the_tracker_overwrite, SHOP, "tracker's rights", "may overwrite a record", "sluice sync; make deploy"),
    (let_the_tracker_read, BLOG, "tracker's rights", "may s3:GetObject", "sluice sync; make deploy"),
    (refuse_the_tracker, SHOP, "tracker's rights", "may not create a record", "sluice sync; make deploy"),
    (refuse_the_key, SHOP, "tracker's rights", "may not use the key", "sluice sync; make deploy"),
    (shut_out, SHOP, "probe", "403 The specified bucket is not authorized", "sluice sync; make deploy"),
    (stop_answering, "service", "health", "no answer", "See the log group /aws/lambda/sluice-prod-tracker"),
    (damage, "service", "City database", "is not a City database", "sluice geo install FILE"),
]


@pytest.mark.parametrize(
    ("plant", "subject", "check", "message", "fix"), PLANTED, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_planted_fault_is_found_and_its_fix_named(
    world: World, plant: Callable[[World], None], subject: str, check: str, message: str, fix: str
) -> None:
    plant(world)

    finding = found(world, subject, check)

    assert finding.verdict == "fault"
    assert message in finding.found
    assert fix in finding.fix


def test_a_healthy_stage_has_nothing_to_fix(world: World) -> None:
    world.handlers[SIMULATE] = simulator(as_generated)

    examined = world.examine()

    assert {finding.verdict for finding in examined} == {"ok"}
    assert {finding.subject for finding in examined} == {"service", OWN, SHOP, BLOG}
    assert findings.exit_code(examined) == 0


def test_a_healthy_stage_is_looked_at_in_everything(world: World) -> None:
    checks = {finding.check for finding in world.examine() if finding.subject == SHOP}

    there = {"bucket", "owner", "region", "public access", "ownership", "encryption", "key", "policy", "lifecycle"}
    kept = {"results", "access logs", "versioning"}
    assert checks == there | kept | {
        "tags",
        "addresses",
        "tables",
        "access table",
        "rejected",
        "rejected table",
        "lake",
        "tracker's rights",
        "probe",
    }


def test_without_a_simulator_the_tracker_s_rights_are_not_checked(world: World) -> None:
    unchecked = [finding for finding in world.examine() if finding.verdict != "ok"]

    assert [(finding.check, finding.verdict) for finding in unchecked] == [("tracker's rights", "not checked")] * 2


def test_a_budget_as_generated_is_well(world: World) -> None:
    make_budget(world, "20.0", "user:sluice$sluice-prod")

    assert found(world, "service", "budget").found == "20 dollars a month"


def test_versions_that_expire_are_not_fault(world: World) -> None:
    version(world, SHOP)
    keep(world, SHOP, 400, NoncurrentVersionExpiration={"NoncurrentDays": 1})

    assert found(world, SHOP, "versioning").verdict == "ok"


def test_an_account_that_lake_formation_governs_and_grants_is_well(world: World) -> None:
    govern(world, "ALTER", "DESCRIBE")

    assert found(world, OWN, "Lake Formation").found == "it governs the tables, and lets the compactor move views"


def test_an_account_where_iam_decides_needs_no_grants(world: World) -> None:
    everybody = {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
    given = {"Name": "sluice_prod", "CreateTableDefaultPermissions": [everybody]}
    world.at("glue").create_database(DatabaseInput=given)

    assert found(world, OWN, "Lake Formation").found == "IAM alone decides"


def test_a_bucket_of_the_tenants_own_is_shown_the_rule_that_ends_results(world: World) -> None:
    world.at("s3").delete_bucket_lifecycle(Bucket=BLOG)

    finding = found(world, BLOG, "results")

    assert finding.verdict == "warning"
    rule = json.loads(finding.fix.partition(": ")[2])
    world.at("s3").put_bucket_lifecycle_configuration(Bucket=BLOG, LifecycleConfiguration={"Rules": [rule]})
    assert found(world, BLOG, "results").verdict == "ok"


def test_a_bucket_that_a_pattern_lets_in_is_better_guarded_but_works(world: World) -> None:
    remove_bucket_policy(world)

    finding = found(world, BLOG, "policy")

    assert finding.verdict == "warning"
    assert f"sluice allow add {BLOG}" in finding.fix


def test_the_order_within_a_policy_counts_for_nothing(world: World) -> None:
    text = json.dumps(functions.bucket_policy(world.stage, Allow(SHOP)))
    turned = json.loads(text, object_hook=lambda found: {name: reversed_list(value) for name, value in found.items()})
    guard(world, SHOP, turned)

    assert turned != json.loads(text)
    assert found(world, SHOP, "policy").verdict == "ok"


def reversed_list(value: Any) -> Any:
    return value[::-1] if isinstance(value, list) else value


def test_salts_that_end_by_another_attribute_never_end(world: World) -> None:
    keep_salts(world)
    ends = {"Enabled": True, "AttributeName": "ttl"}
    world.at("dynamodb").update_time_to_live(TableName=world.stage.salts_table, TimeToLiveSpecification=ends)

    assert found(world, "service", "salts expiry").verdict == "fault"


@pytest.mark.parametrize(
    ("rule", "verdict", "says"),
    [
        ("", "warning", "compacted days never move"),
        ("<Filter><ObjectSizeGreaterThan>131072</ObjectSizeGreaterThan></Filter>", "ok", "kept"),
        ("<Filter><And><Prefix/><ObjectSizeGreaterThan>131072</ObjectSizeGreaterThan></And></Filter>", "ok", "kept"),
        ("<Filter><Prefix></Prefix></Filter>", "warning", "moved there at $10 a million"),
        ("<Filter><ObjectSizeGreaterThan>1000</ObjectSizeGreaterThan></Filter>", "warning", "objects under 128 KB"),
    ],
)
def test_of_records_kept_for_ever_the_large_objects_alone_should_become_cheaper(
    world: World, rule: str, verdict: str, says: str
) -> None:
    world.stage = Stage(name="prod", account=OWNER, region=REGION, allow=(Allow(BLOG, managed=True),))
    move = "<Transition><Days>90</Days><StorageClass>INTELLIGENT_TIERING</StorageClass></Transition>"
    rules = f"<Rule><ID>tiering</ID>{rule}<Status>Enabled</Status>{move}</Rule>" if rule else ""
    text = f"<LifecycleConfiguration>{rules}</LifecycleConfiguration>"
    world.handlers["before-send.s3.GetBucketLifecycleConfiguration"] = lambda request, **_: answer(request, 200, text)

    finding = found(world, BLOG, "lifecycle")

    assert (finding.verdict, says in finding.found) == (verdict, True)


@pytest.mark.parametrize("key", ["stage", "sluice", "tenant"])
def test_a_managed_bucket_without_a_tag_is_missing_in_the_bill(world: World, key: str) -> None:
    kept = [tag for tag in TAGS if tag["Key"] != key]
    world.at("s3").put_bucket_tagging(Bucket=SHOP, Tagging={"TagSet": kept})

    finding = found(world, SHOP, "tags")

    assert (finding.verdict, finding.fix) == ("warning", FIXED_BY_DEPLOYING)
    assert f"not as generated: {key};" in finding.found


def test_a_city_database_of_31_days_is_worth_a_warning(world: World) -> None:
    age(world)

    finding = found(world, "service", "City database")

    assert (finding.verdict, findings.exit_code([finding])) == ("warning", 0)
    assert "sluice geo install FILE" in finding.fix


def test_no_city_database_is_not_a_fault(world: World) -> None:
    world.database.unlink()

    assert found(world, "service", "City database").verdict == "ok"


def test_nothing_in_aws_is_looked_at_without_credentials(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.stage  # made while there are credentials
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    examined = doctor.examine(world.stage, world.now, databases=[world.database])

    assert [(finding.check, finding.verdict) for finding in examined[1:]] == [
        ("account", "fault"),
        ("health", "not checked"),
    ]
    assert "there are no AWS credentials" in examined[1].found


def test_credentials_of_another_account_are_a_fault(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", STRANGER)

    finding = found(world, "service", "account")

    assert (finding.verdict, finding.found) == ("fault", f"the credentials are of {STRANGER}")
    assert OWNER in finding.fix


def test_what_aws_denies_is_not_checked_and_says_so(world: World) -> None:
    world.handlers["before-send.s3.GetBucketPolicy"] = deny

    finding = found(world, SHOP, "policy")

    assert (finding.verdict, finding.found) == ("not checked", "GetBucketPolicy: AccessDenied")
    assert "operator.json" in finding.fix


@pytest.mark.parametrize("service", ["s3", "iam", "lambda", "dynamodb", "cloudformation", "kms", "sts"])
def test_an_account_that_denies_everything_ends_in_findings(world: World, service: str) -> None:
    world.handlers[f"before-send.{service}"] = deny

    examined = world.examine()

    assert {finding.verdict for finding in examined} > {"ok"}
    assert not [finding for finding in examined if finding.verdict == "fault" and not finding.fix]


def test_a_network_that_is_not_there_is_one_finding(world: World) -> None:
    def unreachable(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://sts.invalid")

    world.handlers["before-send.sts"] = unreachable

    finding = found(world, "service", "account")

    assert (finding.verdict, finding.found) == ("fault", "AWS cannot be reached (EndpointConnectionError)")


def test_an_address_that_is_given_counts_before_the_stack_s(world: World) -> None:
    (finding,) = [each for each in world.examine("http://127.0.0.1:1") if each.check == "health"]

    assert finding.verdict == "fault"


def test_a_stage_without_a_stack_is_not_probed_and_says_so(world: World) -> None:
    world.at("cloudformation").delete_stack(StackName="sluice-prod")

    finding = found(world, "service", "endpoint")

    assert (finding.verdict, finding.fix) == ("not checked", "Give the address with --endpoint URL")


@pytest.mark.parametrize("address", ["", "shop", "http://[", "ftp://127.0.0.1:x", "http://127.0.0.1:1/ a"])
def test_what_is_not_an_address_is_a_finding(local_stage: Stage, address: str) -> None:
    examined = doctor.examine(local_stage, datetime.now(UTC), endpoint=address, databases=[])

    assert [finding.verdict for finding in examined if finding.check == "health"] == ["fault"]


@pytest.fixture
def local_stage(folder: Path) -> Stage:
    return Stage(name="local", store=f"dir:{folder}", allow=(Allow("*-analytics"),))


def test_the_local_stage_is_looked_at_over_its_folder(local_stage: Stage, folder: Path, address: str) -> None:
    (folder / BLOG).mkdir(parents=True)

    examined = doctor.examine(local_stage, datetime.now(UTC), endpoint=address, databases=[])

    checks = {(finding.subject, finding.check, finding.verdict) for finding in examined}
    assert {("service", "store", "ok"), ("service", "health", "ok"), (BLOG, "probe", "ok")} < checks


def test_a_store_that_is_not_a_folder_is_a_fault(local_stage: Stage, folder: Path) -> None:
    folder.touch()

    examined = doctor.examine(local_stage, datetime.now(UTC), databases=[])

    assert [finding.check for finding in examined if finding.verdict == "fault"] == ["store"]


class Failing:
    """A client of which one call raises."""

    def __init__(self, client: Any, call: str, error: Exception) -> None:
        self._client, self._call, self._error = client, call, error

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self._call else getattr(self._client, name)

    def _fail(self, *_: object, **__: object) -> None:
        raise self._error


AWAY = {"endpoint_url": "https://s3.invalid"}
FAILURES = [
    *(
        BotoCoreError(),
        NoCredentialsError(),
        NoRegionError(),
        ParamValidationError(report="x"),
        WaiterError("x", "y", {}),
    ),
    *(
        EndpointConnectionError(**AWAY),
        ConnectTimeoutError(**AWAY),
        ReadTimeoutError(**AWAY),
        ProxyConnectionError(proxy_url="x"),
    ),
    *(
        SSLError(error="x", **AWAY),
        ConnectionClosedError(**AWAY),
        HTTPClientError(error="x"),
        ResponseParserError("no XML"),
    ),
    *(ClientError({}, "GetIt"), ConnectionRefusedError(111, "Connection refused"), TimeoutError(), RecursionError()),
    *(json.JSONDecodeError("Expecting value", "<html>", 0), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x")),
    *(KeyError("Policy"), TypeError("string indices must be integers"), AttributeError("get"), BadStatusLine("x")),
]


def examined_while(world: World, call: str, error: Exception) -> dict[tuple[str, str], Finding]:
    def client(service: str, region: str) -> Any:
        return Failing(shared_client(service, region), call, error)

    examined = doctor.examine(world.stage, world.now, databases=[world.database], client=client)
    return {(finding.subject, finding.check): finding for finding in examined}


def test_whatever_a_check_raises_it_alone_is_not_checked_and_says_why(world: World) -> None:
    well = examined_while(world, "none", ValueError())
    for error in FAILURES:
        ill = examined_while(world, "get_bucket_policy", error)

        changed = {key for key, finding in ill.items() if well.get(key) != finding}
        assert (changed, set(ill)) == ({(name, "policy") for name in (OWN, SHOP, BLOG)}, set(well)), error
        assert {ill[key].verdict for key in changed} == {"not checked"}
        assert all(ill[key].found and ill[key].fix for key in changed)


@pytest.mark.parametrize(
    ("call", "unchecked"),
    [
        ("get_function_configuration", {f"{role} environment" for role in ROLES}),
        ("list_role_policies", {f"{role} role" for role in (*ROLES, NIGHTS)}),
        ("describe_state_machine", {"compaction"}),
        ("describe_log_groups", {"logs key"}),
        ("get_account", {"access log"}),
        ("describe_table", {"salts table"}),
        ("simulate_principal_policy", {"tracker's rights"}),
        ("describe_key", {"key"}),
        ("get_bucket_versioning", {"versioning"}),
        ("get_caller_identity", {"account"}),
    ],
)
def test_a_check_that_meets_foreign_content_is_not_checked(world: World, call: str, unchecked: set[str]) -> None:
    examined = examined_while(world, call, ValueError("<html>"))

    assert unchecked <= {check for (_, check), finding in examined.items() if finding.found == "ValueError: <html>"}
    assert findings.exit_code(list(examined.values())) in (1, 2)


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_where_the_account_cannot_be_listed_the_exact_entries_are_still_looked_at(
    world: World, error: Exception
) -> None:
    examined = examined_while(world, "get_paginator", error)

    assert examined["service", "tenants"].verdict == "not checked"
    assert examined["service", "health"].verdict == "ok"
    assert {subject for subject, _ in examined} == {"service", OWN, SHOP}
    assert examined[SHOP, "policy"].verdict == "ok"


def test_a_folder_that_cannot_be_listed_keeps_nothing_else_from_being_checked(
    local_stage: Stage, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def denied(stage: Stage) -> list[Tenant]:
        raise PermissionError(13, "Permission denied", stage.store)

    monkeypatch.setattr(tenants, "survey", denied)

    examined = doctor.examine(local_stage, datetime.now(UTC), endpoint=address, databases=[])

    verdicts = {finding.check: finding.verdict for finding in examined}
    assert verdicts == {"City database": "ok", "store": "ok", "tenants": "not checked", "health": "ok"}


@pytest.mark.parametrize(
    ("seen", "code"),
    [
        ([("ok", ""), ("warning", "do this")], 0),
        ([("ok", ""), ("not checked", "")], 0),  # it does not apply here
        ([("ok", ""), ("not checked", "run it again")], 2),
        ([("not checked", "run it again"), ("fault", "")], 1),
    ],
)
def test_the_exit_code_says_whether_a_check_failed(seen: list[tuple[Verdict, str]], code: int) -> None:
    assert findings.exit_code([Finding("service", "x", verdict, "", fix) for verdict, fix in seen]) == code


def test_the_table_and_the_json_tell_every_finding() -> None:
    seen = [Finding("service", "account", "ok", OWNER), Finding(SHOP, "key", "fault", "Disabled [x]", "enable it")]
    written = io.StringIO()

    Console(width=200, file=written).print(findings.table(seen))

    assert all(text in written.getvalue() for text in (OWNER, "Disabled [x]", "enable it"))
    assert json.loads(findings.as_json(seen))[1]["verdict"] == "fault"
    assert findings.exit_code(seen) == 1
