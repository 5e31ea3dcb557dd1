"""What a stage has in AWS in addition to what Chalice makes: the template that `chalice package` merges into its own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from chalicelib import jobs
from chalicelib.jobs import Job
from chalicelib.tracking import salts
from sluice.access.functions import documents
from sluice.access.iam import Document
from sluice.cloud import buckets, reads, resources, roles, vault
from sluice.cloud.alarms import TOPIC, alarms
from sluice.cloud.budget import budget
from sluice.cloud.counted import counted
from sluice.cloud.gateway_responses import gateway_responses
from sluice.cloud.mailing import mailing, records
from sluice.cloud.nights import nights
from sluice.cloud.stream import NAME as STREAM
from sluice.cloud.stream import source, stream
from sluice.project import stage_own
from sluice.project.config import Allow, ConfigError, Stage

Resource = dict[str, Any]
Resources = dict[str, Resource]
Template = dict[str, Any]

# CloudFormation takes 500 a stack; Chalice and SAM add less than 50 to ours.
MAX_RESOURCES = 450

# Chalice's names of the outputs that have the API's address and its id.
ENDPOINT, API_ID = "EndpointURL", "RestAPIId"
# Next to the packaged template; `sluice.cloud.stack` makes it.
LAYER, DOCTOR_LAYER, VAULT_LAYER = "duckdb-layer.zip", "doctor-layer.zip", "vault-layer.zip"
# The certificate of an edge-optimised domain must be there, and only an edge-optimised API gets the viewer's country.
EDGE_REGION = "us-east-1"
# No address, user agent, path or query: what identifies a person is neither needed here nor hashed.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "stage": "$context.stage",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "statusCode": "$context.status",
    "refusedBy": "$context.error.responseType",
    "latencyMs": "$context.responseLatency",
    "bytes": "$context.responseLength",
}


def templates(
    stage: Stage,
    policies: Mapping[str, Document] | None = None,
    now: Mapping[int, Collection[str]] = MappingProxyType({}),
) -> dict[str, Template]:
    """The template of the stage's stack and those of the stacks within it, by their files below `infra/`.

    `policies` are the stage's documents, `now` the names of the resources that each stack has as the files are.
    """
    placed = buckets.placed(stage, now)
    made = {f"{stage.name}.json": _own(stage, documents(stage) if policies is None else policies, placed)}
    for number in placed.keys() - {0}:
        made[f"{stage.name}/{buckets.file(number)}"] = {"Resources": buckets.made(stage, placed[number])}
    return made


def template(stage: Stage) -> Template:
    """The template of the stage's own stack."""
    return templates(stage)[f"{stage.name}.json"]


def _own(stage: Stage, policies: Mapping[str, Document], placed: Mapping[int, list[Allow]]) -> Template:
    """The stage's resources and outputs, by the names that Chalice gives its own."""
    parts = (
        *(_functions(stage, policies), _api(stage), _salts(stage), alarms(stage), counted(stage), _domain(stage)),
        *(
            nights(stage, policies[f"{jobs.NIGHTS}.json"]),
            budget(stage),
            mailing(stage),
            reads.made(stage),
            vault.made(stage),
            stream(stage),
            buckets.made(stage, placed[0]),
            buckets.stacks(placed),
        ),
    )
    made = {name: resource for part in parts for name, resource in part.items()}
    if len(made) > MAX_RESOURCES:
        raise ConfigError(
            f"the stack {stage.stack} would have {len(made)} resources, without those of Chalice; CloudFormation takes "
            "500. Give the buckets names with a common part, for example acme-*-analytics, and replace them with one pattern"
        )
    return {"Resources": made, "Outputs": _outputs(stage, placed)}


def survivors(stage: Stage) -> list[str]:
    """The buckets that are still there when the stack is deleted: the managed ones, with all their records."""
    return [stage.bucket(allow) for allow in stage.allow if allow.managed] + (
        [stage_own.reads_bucket(stage)] if stage.audit_reads else []
    )


def _functions(stage: Stage, policies: Mapping[str, Document]) -> Resources:
    """Names by which policies and alarms know Chalice's functions and roles, and their logs, which end after a while."""
    made: Resources = {}
    for job in stage.jobs:
        made |= _job(stage, job) | roles.role(stage, job, policies)
    layers = {"DuckdbLayer": _layer(stage.function("duckdb"), LAYER)}
    if jobs.CHECK in stage.jobs:
        layers["DoctorLayer"] = _layer(stage.function("doctor"), DOCTOR_LAYER)
    if stage.tokenized:
        layers[vault.LAYER] = _layer(stage.function("vault"), VAULT_LAYER)
    return made | layers


def _layer(name: str, archive: str) -> Resource:
    """A layer, of the archive next to the packaged template."""
    properties = {
        "LayerName": name,
        "ContentUri": f"./{archive}",
        "CompatibleArchitectures": ["arm64"],
        "RetentionPolicy": "Delete",
    }
    return {"Type": "AWS::Serverless::LayerVersion", "Properties": properties}


def _job(stage: Stage, job: Job) -> Resources:
    """A function and its log, by Chalice's names of them."""
    group = f"{roles.resource(job)}LogGroup"
    properties = {
        "FunctionName": stage.function(job.role),
        # Without the platform's lines of each request; its durations and errors are metrics anyway. A higher level of the
        # application would drop our own lines, because they name theirs.
        "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": "INFO", "SystemLogLevel": "WARN"},
        **({} if job.memory is None else {"MemorySize": job.memory}),
        **({} if job.timeout is None else {"Timeout": job.timeout}),
        **_special(stage).get(job.name, {}),
    }
    return {
        job.resource: {"Properties": properties, "DependsOn": [group, *([STREAM] if job.streamed else [])]},
        group: _log_group(stage, stage.log_group(job.role)),
    }


def _special(stage: Stage) -> dict[str, dict[str, Any]]:
    """What some functions have besides a name, memory and timeout."""
    reserved = stage.reserved_concurrency
    tracing = {"Tracing": "Active"} if stage.monitoring == "full" else {}
    tracker: dict[str, Any] = tracing | ({} if reserved is None else {"ReservedConcurrentExecutions": reserved})
    # What seals values: 10 MB that no other stage's tracker carries.
    tracker |= {"Layers": [{"Ref": vault.LAYER}]} if stage.tokenized else {}
    compactor = {
        # The day's lines, a KB a record, its Parquet and what DuckDB sorts are on the disk: the most that Lambda gives, at
        # $0.0003 for 15 minutes.
        "EphemeralStorage": {"Size": 10240},
        "Layers": [{"Ref": "DuckdbLayer"}],
        # No call is repeated: a day that fails is asked for another night, and S3's own errors have had their four tries by then.
        "EventInvokeConfig": {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 6 * 3600},
    }
    # A file that could not be moved in three tries is named in an email; it stays for a week. An alarm would cost more than
    # the whole of a small site's access logs.
    failed = {"OnFailure": {"Type": "SNS", "Destination": {"Ref": TOPIC}}}
    mover = {"EventInvokeConfig": {"MaximumRetryAttempts": 2, "DestinationConfig": failed}}
    doctor = {"Layers": [{"Ref": "DoctorLayer"}]}
    return {
        jobs.TRACKER.name: tracker,
        jobs.COMPACT.name: compactor,
        jobs.MOVE_LOGS.name: mover,
        jobs.CHECK.name: doctor,
        jobs.CONSUME.name: source(stage),
    }


def _api(stage: Stage) -> Resources:
    name = stage.api
    properties = {
        "Name": name,
        # Without it SAM opens a second stage, named Stage, that has no throttle, access log or alarm.
        "OpenApiVersion": "2.0",
        "DefinitionBody": {"info": {"title": name}},
        "GatewayResponses": gateway_responses(),
        "MethodSettings": [_method_settings(stage)],
        "AccessLogSetting": {"DestinationArn": {"Fn::Sub": _ACCESS_LOG_ARN}, "Format": json.dumps(ACCESS_LOG)},
        # The gateway's own segment stores the client's address; the function's does not.
        "TracingEnabled": False,
    }
    return {
        "RestAPI": {"Properties": properties, **({"DependsOn": ["GatewayAccount"]} if stage.gateway_account else {})},
        "AccessLog": _log_group(stage, stage.access_log),
        **(_gateway_account(stage) if stage.gateway_account else {}),
    }


_ACCESS_LOG_ARN = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${AccessLog}"
_LOG_WRITER = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"


def _method_settings(stage: Stage) -> dict[str, Any]:
    return {
        "HttpMethod": "*",
        "ResourcePath": "/*",
        "ThrottlingRateLimit": stage.throttle.rate,
        "ThrottlingBurstLimit": stage.throttle.burst,
        # The gateway's execution log would hold bodies and addresses.
        "LoggingLevel": "OFF",
        "DataTraceEnabled": False,
    }


def _gateway_account(stage: Stage) -> Resources:
    """The role that API Gateway logs by: one an account and region, so that it stays, because other APIs may log by it."""
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "ManagedPolicyArns": [{"Fn::Sub": _LOG_WRITER}],
        **roles.placed(stage),
    }
    return {
        "GatewayLogRole": resources.kept("AWS::IAM::Role", role),
        "GatewayAccount": resources.kept("AWS::ApiGateway::Account", {"CloudWatchRoleArn": _arn("GatewayLogRole")}),
    }


def _salts(stage: Stage) -> Resources:
    """A table that nothing outlives: no recovery and no copy would forget what the job forgets."""
    properties = {
        "TableName": stage.salts_table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": salts.KEY, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": salts.KEY, "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": salts.END, "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
        "SSESpecification": {"SSEEnabled": True, **_salts_key(stage)},
    }
    return {"Salts": resources.dropped("AWS::DynamoDB::Table", properties)}


def _salts_key(stage: Stage) -> dict[str, Any]:
    return {"SSEType": "KMS", "KMSMasterKeyId": stage.kms_key} if stage.kms_key else {}


def _domain(stage: Stage) -> Resources:
    """The custom domain and its way to the API's stage."""
    if stage.domain is None or stage.certificate is None:
        return {}
    is_edge = _is_edge(stage.certificate)
    domain = {
        "DomainName": stage.domain,
        "CertificateArn" if is_edge else "RegionalCertificateArn": stage.certificate,
        "EndpointConfiguration": {"Types": ["EDGE" if is_edge else "REGIONAL"]},
        "SecurityPolicy": "TLS_1_2",
    }
    mapping = {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "RestAPI"}, "Stage": {"Ref": "RestAPI.Stage"}}
    return {
        "Domain": {"Type": "AWS::ApiGateway::DomainName", "Properties": domain},
        "DomainMapping": {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": mapping},
    }


def _outputs(stage: Stage, placed: Mapping[int, list[Allow]]) -> dict[str, Any]:
    outputs: dict[str, Any] = records(stage)
    if stage.domain is not None and stage.certificate is not None:
        target = "DistributionDomainName" if _is_edge(stage.certificate) else "RegionalDomainName"
        # Over Chalice's own output of this name.
        outputs[ENDPOINT] = {"Value": f"https://{stage.domain}/"}
        outputs["DomainTarget"] = {"Value": {"Fn::GetAtt": ["Domain", target]}}
    if placed[0] and len(placed) == 1:
        refs = [{"Ref": buckets.logical_id(stage.bucket(allow))} for allow in placed[0]]
        outputs["Buckets"] = {"Value": {"Fn::Join": [",", refs]}}
    return outputs


def _is_edge(certificate: str) -> bool:
    return certificate.split(":")[3] == EDGE_REGION


def _log_group(stage: Stage, name: str) -> Resource:
    key = {"KmsKeyId": stage.kms_key} if stage.kms_key else {}
    return resources.dropped(
        "AWS::Logs::LogGroup", {"LogGroupName": name, "RetentionInDays": stage.log_retention, **key}
    )


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}
