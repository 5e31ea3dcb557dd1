"""What IAM asks of somebody who makes a call of AWS's: the action and the resource, for the calls of a deployment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sluice.project.config import Stage

Right = tuple[str, str, dict[str, str]]
# Operations of S3 whose action has another name; of an object, of a bucket.
_OBJECTS = {"PutObject": "PutObject", "HeadObject": "GetObject", "GetObject": "GetObject"}
_BUCKETS = {
    **{"HeadBucket": "ListBucket", "ListObjectsV2": "ListBucket", "PutPublicAccessBlock": "PutBucketPublicAccessBlock"},
    **{"PutBucketNotificationConfiguration": "PutBucketNotification"},
    **{"PutObjectLockConfiguration": "PutBucketObjectLockConfiguration"},
    **{"PutBucketEncryption": "PutEncryptionConfiguration"},
    **{"PutBucketLifecycleConfiguration": "PutLifecycleConfiguration"},
}


def asked(stage: Stage, service: str, operation: str, params: Mapping[str, Any]) -> Iterator[Right]:
    """The rights that a call needs; KeyError for one that this list does not know."""
    if service == "s3":
        yield from _of_s3(operation, params)
    elif service == "kms":
        yield from _of_kms(stage, operation)
    elif service != "sts":  # who one is may be asked by anyone
        resource, action = _OTHERS[service](stage, operation, params), "GET" if service == "apigateway" else operation
        yield f"{service}:{action}", resource, {}


def _of_s3(operation: str, params: Mapping[str, Any]) -> Iterator[Right]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    create = {"s3:if-none-match": params["IfNoneMatch"]} if "IfNoneMatch" in params else {}
    if operation == "DeleteObjects":
        yield from (("s3:DeleteObject", f"{bucket}/{one['Key']}", {}) for one in params["Delete"]["Objects"])
    elif operation in _OBJECTS:
        yield f"s3:{_OBJECTS[operation]}", f"{bucket}/{params['Key']}", create
    else:
        prefix = {"s3:prefix": params["Prefix"]} if "Prefix" in params else {}
        yield f"s3:{_BUCKETS.get(operation, operation)}", bucket, prefix


def _of_kms(stage: Stage, operation: str) -> Iterator[Right]:
    """On the key that seals tenants' keys: by its alias, which is deleted by a right of its own, too."""
    place = f"arn:aws:kms:{stage.region}:{stage.account}"
    yield f"kms:{operation}", f"{place}:key/0a1b", {"kms:ResourceAliases": stage.identify_alias}
    if operation == "DeleteAlias":
        yield "kms:DeleteAlias", f"{place}:{stage.identify_alias}", {}


def _workgroup(stage: Stage, operation: str, params: Mapping[str, Any]) -> str:
    if operation == "ListWorkGroups":
        return "*"
    # A query's own workgroup is not in the call that asks for its state.
    name = params.get("WorkGroup") or params.get("Name") or stage.workgroup("any")
    return f"arn:aws:athena:{stage.region}:{stage.account}:workgroup/{name}"


def _table(stage: Stage, operation: str, params: Mapping[str, Any]) -> str:
    if operation == "DeleteDatabase":
        return f"arn:aws:glue:{stage.region}:{stage.account}:database/{params['Name']}"
    name = params.get("Name") or params["TableInput"]["Name"]
    return f"arn:aws:glue:{stage.region}:{stage.account}:table/{params['DatabaseName']}/{name}"


def _stack(stage: Stage, operation: str, params: Mapping[str, Any]) -> str:
    # A change set's ARN names its stack to CloudFormation, and not to a reader.
    return f"arn:aws:cloudformation:{stage.region}:{stage.account}:stack/{params.get('StackName', stage.stack)}/0a1b"


def _account(stage: Stage, operation: str, params: Mapping[str, Any]) -> str:
    assert operation == "GetAccount"
    return f"arn:aws:apigateway:{stage.region}::/account"


def _function(stage: Stage, operation: str, params: Mapping[str, Any]) -> str:
    return f"arn:aws:lambda:{stage.region}:{stage.account}:function:{params['FunctionName']}"


def _stream(stage: Stage, operation: str, params: Mapping[str, Any]) -> str:
    return f"arn:aws:kinesis:{stage.region}:{stage.account}:stream/{stage.stream_name}"


_OTHERS: dict[str, Callable[[Stage, str, Mapping[str, Any]], str]] = {
    **{
        "athena": _workgroup,
        "glue": _table,
        "cloudformation": _stack,
        "apigateway": _account,
        "kinesis": _stream,
        "lambda": _function,
    },
}
