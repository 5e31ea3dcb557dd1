"""A role whose policy is in parts: the doctor compares them all, and only them, with what was generated."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.jobs import COMPACT
from sluice import aws
from sluice.access import functions, parts
from sluice.doctor import roles
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service
from sluice.project.config import Allow, Stage
from tests.conftest import OWNER

MANY = tuple(Allow(f"tenant-{number:03}-analytics-e") for number in range(300))
STAGE = Stage("prod", OWNER, region="ca-central-1", role_path="/teams/web/", allow=MANY)
PARTS = parts.numbered("compact", functions.documents(STAGE))
NAME = STAGE.function("compact")
READ = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.fixture
def iam() -> Iterator[Any]:
    """An account with the compactor's role as it was deployed."""
    with mock_aws():
        client = boto3.client("iam")
        client.create_role(RoleName=NAME, Path=STAGE.role_path, AssumeRolePolicyDocument="{}")
        client.put_role_policy(RoleName=NAME, PolicyName="chalice", PolicyDocument=json.dumps(PARTS[0]))
        for number, part in enumerate(PARTS[1:], 2):
            attach(client, f"{NAME}-{number}", part)
        yield client


def attach(client: Any, name: str, policy: dict[str, Any], path: str = STAGE.role_path) -> str:
    made = client.create_policy(PolicyName=name, Path=path, PolicyDocument=json.dumps(policy))
    client.attach_role_policy(RoleName=NAME, PolicyArn=made["Policy"]["Arn"])
    return str(made["Policy"]["Arn"])


def replace(client: Any, number: int, *statements: dict[str, Any]) -> None:
    """Make this the version of a part that counts."""
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    arn = STAGE.policy_arn(f"compact-{number}")
    client.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)


def seen() -> Seen:
    return roles.seen(Service(STAGE, aws.client), COMPACT.role, functions.of(COMPACT, STAGE))


def test_eight_parts_as_generated_are_well(iam: Any) -> None:
    assert len(PARTS) == 8
    assert seen() == Seen("ok", "as generated")


def test_another_split_of_the_same_is_well(iam: Any) -> None:
    two, three = PARTS[1]["Statement"], PARTS[2]["Statement"]
    replace(iam, 2, *three)
    replace(iam, 3, *two)

    assert seen().verdict == "ok"


def test_a_part_that_allows_more_is_a_fault(iam: Any) -> None:
    replace(iam, 4, *PARTS[3]["Statement"], READ)

    assert (seen().verdict, seen().found) == ("fault", "not as generated: Read")


def test_a_part_that_allows_one_bucket_less_is_a_fault(iam: Any) -> None:
    first, *others = PARTS[3]["Statement"]
    replace(iam, 4, {**first, "Resource": first["Resource"][1:]}, *others)

    assert (seen().verdict, seen().found) == ("fault", f"not as generated: {first['Sid']}")


def test_a_part_that_is_detached_is_a_fault(iam: Any) -> None:
    iam.detach_role_policy(RoleName=NAME, PolicyArn=STAGE.policy_arn("compact-7"))

    assert "not as generated: " in seen().found


@pytest.mark.parametrize(("name", "path"), [("foreign", "/"), (f"{NAME}-2", "/"), (f"{NAME}-x", "/teams/web/")])
def test_a_foreign_policy_is_more_than_was_generated(iam: Any, name: str, path: str) -> None:
    arn = attach(iam, name, {"Version": "2012-10-17", "Statement": [READ]}, path)

    assert seen().found == f"it has more than was generated: {arn}"
    assert seen().fix.endswith(arn)
