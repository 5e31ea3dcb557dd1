"""What a stage has in AWS in addition to what Chalice makes: the template that `chalice package` merges into its own."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from chalicelib import jobs, prefixes
from chalicelib.jobs import Job
from chalicelib.tracking import salts
from sluice.access.functions import bucket_policy
from sluice.cloud.alarms import alarms
from sluice.cloud.counted import counted
from sluice.cloud.gateway_responses import gateway_responses
from sluice.project.config import Allow, Stage

Resource = dict[str, Any]
Resources = dict[str, Resource]

LOG_RETENTION_DAYS = 30
# Chalice's names of the outputs that have the API's address and its id.
ENDPOINT, API_ID = "EndpointURL", "RestAPIId"
# Next to the packaged template; `sluice.cloud.stack` makes it.
LAYER = "duckdb-layer.zip"
TIERED_AFTER_DAYS = 90
# The certificate of an edge-optimised domain must be there, and only an edge-optimised API gets the viewer's country.
EDGE_REGION = "us-east-1"
# No address, user agent, path or query: what identifies a person is neither needed here nor hashed.
ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "stage": "$context.stage",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "refusedBy": "$context.error.responseType",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
}


def template(stage: Stage) -> dict[str, Any]:
    """The stage's resources and outputs, by the names that Chalice gives its own."""
    managed = [allow for allow in stage.allow if allow.managed]
    resources = _functions(stage) | _api(stage) | _salts(stage) | alarms(stage) | counted(stage) | _domain(stage)
    for allow in managed:
        resources |= _bucket(stage, allow)
    return {"Resources": resources, "Outputs": _outputs(stage, managed)}


def survivors(stage: Stage) -> list[str]:
    """The buckets that are still there when the stack is deleted: the managed ones, with all their records."""
    return [stage.bucket(allow) for allow in stage.allow if allow.managed]


def _functions(stage: Stage) -> Resources:
    """Names by which policies and alarms know Chalice's functions and roles, and their logs, which end after a while."""
    made: Resources = {}
    for job in jobs.JOBS:
        made |= _job(stage, job)
    layer = {
        "LayerName": stage.function("duckdb"),
        "ContentUri": f"./{LAYER}",
        "CompatibleArchitectures": ["arm64"],
        "RetentionPolicy": "Delete",
    }
    return made | {"DuckdbLayer": {"Type": "AWS::Serverless::LayerVersion", "Properties": layer}}


def _job(stage: Stage, job: Job) -> Resources:
    """A function, its role and its log, by Chalice's names of them."""
    # Chalice's own name of the API's group, where it makes one, points at a resource that does not exist.
    name = job.resource.replace("API", "Api")
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
        job.resource: {"Properties": properties, "DependsOn": [f"{name}LogGroup"]},
        f"{name}Role": {"Properties": {"RoleName": stage.function(job.role)}},
        f"{name}LogGroup": _log_group(stage.log_group(job.role)),
    }


def _special(stage: Stage) -> dict[str, dict[str, Any]]:
    """What some functions have besides a name, memory and timeout."""
    reserved = stage.reserved_concurrency
    tracing = {"Tracing": "Active"} if stage.monitoring == "full" else {}
    tracker = tracing | ({} if reserved is None else {"ReservedConcurrentExecutions": reserved})
    compactor = {
        # The day's lines and its Parquet are on the disk.
        "EphemeralStorage": {"Size": 2048},
        "Layers": [{"Ref": "DuckdbLayer"}],
        # A day that waits longer is asked for again the next night.
        "EventInvokeConfig": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 6 * 3600},
    }
    return {jobs.TRACKER.name: tracker, jobs.COMPACT.name: compactor}


def _api(stage: Stage) -> Resources:
    name = stage.api
    access_log = f"/aws/apigateway/{stage.function('access')}"
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
        "RestAPI": {"Properties": properties, "DependsOn": ["GatewayAccount"]},
        "AccessLog": _log_group(access_log),
        "GatewayLogRole": _gateway_log_role(),
        "GatewayAccount": _kept("AWS::ApiGateway::Account", {"CloudWatchRoleArn": _arn("GatewayLogRole")}),
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


def _gateway_log_role() -> Resource:
    """API Gateway has one such role an account and region; it stays, because other APIs may log by it."""
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return _kept(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "ManagedPolicyArns": [{"Fn::Sub": _LOG_WRITER}],
        },
    )


def _salts(stage: Stage) -> Resources:
    """A table that nothing outlives: no recovery and no copy would forget what the job forgets."""
    properties = {
        "TableName": stage.salts_table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": salts.KEY, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": salts.KEY, "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": salts.END, "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
        "SSESpecification": {"SSEEnabled": True},
    }
    return {"Salts": _dropped("AWS::DynamoDB::Table", properties)}


def _bucket(stage: Stage, allow: Allow) -> Resources:
    """A tenant's bucket and its policy; both stay when the stack goes."""
    name = _logical_id(stage.bucket(allow))
    properties = {
        "BucketName": stage.bucket(allow),
        **({"BucketNamespace": "account-regional"} if allow.account_regional else {}),
        "PublicAccessBlockConfiguration": dict.fromkeys(_PUBLIC_ACCESS, True),
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [_encryption(allow)]},
        # No versioning: a person's data must be erasable.
        "LifecycleConfiguration": {"Rules": [_unfinished_uploads(), *_expiring(), _lifecycle(allow)]},
    }
    policy = {"Bucket": {"Ref": name}, "PolicyDocument": bucket_policy(stage, allow)}
    return {name: _kept("AWS::S3::Bucket", properties), f"{name}Policy": _kept("AWS::S3::BucketPolicy", policy)}


_PUBLIC_ACCESS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def _encryption(allow: Allow) -> dict[str, Any]:
    if allow.kms_key is None:
        return {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": allow.kms_key}
    # Without a bucket key every event is a call to KMS, at $3 a million on top of S3's $5.
    return {"ServerSideEncryptionByDefault": by_key, "BucketKeyEnabled": True}


def _lifecycle(allow: Allow) -> dict[str, Any]:
    if allow.retention_days is not None:
        return {"Id": "retention", "Status": "Enabled", "ExpirationInDays": allow.retention_days}
    tiered = {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": TIERED_AFTER_DAYS}
    return {"Id": "tiering", "Status": "Enabled", "Transitions": [tiered]}


def _expiring() -> list[dict[str, Any]]:
    """A rule for each prefix that ends before the tenant's records do."""
    return [
        {"Id": one.title, "Status": "Enabled", "Prefix": one.path, "ExpirationInDays": one.days}
        for one in prefixes.PREFIXES
        if one.days is not None
    ]


def _unfinished_uploads() -> dict[str, Any]:
    return {
        "Id": "unfinished-uploads",
        "Status": "Enabled",
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }


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


def _outputs(stage: Stage, managed: list[Allow]) -> dict[str, Any]:
    outputs: dict[str, Any] = {}
    if stage.domain is not None and stage.certificate is not None:
        target = "DistributionDomainName" if _is_edge(stage.certificate) else "RegionalDomainName"
        # Over Chalice's own output of this name.
        outputs[ENDPOINT] = {"Value": f"https://{stage.domain}/"}
        outputs["DomainTarget"] = {"Value": {"Fn::GetAtt": ["Domain", target]}}
    if managed:
        refs = [{"Ref": _logical_id(stage.bucket(allow))} for allow in managed]
        outputs["Buckets"] = {"Value": {"Fn::Join": [",", refs]}}
    return outputs


def _is_edge(certificate: str) -> bool:
    return certificate.split(":")[3] == EDGE_REGION


def _logical_id(bucket: str) -> str:
    """A name of letters and digits; the digest keeps `a-b` and `a.b` apart."""
    words = "".join(word.capitalize() for word in bucket.replace(".", "-").split("-"))
    return f"Bucket{words}{sha256(bucket.encode()).hexdigest()[:6]}"


def _log_group(name: str) -> Resource:
    return _dropped("AWS::Logs::LogGroup", {"LogGroupName": name, "RetentionInDays": LOG_RETENTION_DAYS})


def _arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def _kept(kind: str, properties: dict[str, Any]) -> Resource:
    # ExceptOnCreate: what a first deployment that failed left behind would stand in the way of the next.
    return {
        "Type": kind,
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _dropped(kind: str, properties: dict[str, Any]) -> Resource:
    return {"Type": kind, "DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete", "Properties": properties}
