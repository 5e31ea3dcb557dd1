"""`chalice deploy` into moto: the role that it makes may do what the generated policy says, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.apigateway.models import APIGatewayBackend

from tests import project
from tests.moto_served import moto_served

STAGE = """
[stages.dev]
account = "123456789012"
[[stages.dev.allow]]
bucket = "shop-analytics"
"""
ONE_MORE = STAGE + '[[stages.dev.allow]]\nbucket = "*-events"\n'
ROLES = {
    "sluice-dev-api_handler": "tracker",
    "sluice-dev-forget_salts": "forget-salts",
    "sluice-dev-plan_compaction": "plan-compaction",
    "sluice-dev-compact": "compact",
}


def as_openapi_3(document: dict[str, Any]) -> dict[str, Any]:
    """Chalice's Swagger 2 in the shape that moto can read; API Gateway itself reads both."""
    for methods in document["paths"].values():
        for method in methods.values():
            if isinstance(method, dict) and "x-amazon-apigateway-integration" in method:
                integration = method["x-amazon-apigateway-integration"]
                method["x-amazon-apigateway-integration"] = {"uri": "", "httpMethod": "POST", **integration}
    info = {"description": "", **document["info"]}
    return {**{key: value for key, value in document.items() if key != "swagger"}, "openapi": "3.0.1", "info": info}


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A moto server that takes Chalice's API."""
    import_api, put_api = APIGatewayBackend.import_rest_api, APIGatewayBackend.put_rest_api

    def import_rest_api(self: Any, api_doc: dict[str, Any], fail_on_warnings: bool) -> Any:
        return import_api(self, as_openapi_3(api_doc), fail_on_warnings)

    def put_rest_api(self: Any, function_id: str, api_doc: dict[str, Any], *rest: Any, **named: Any) -> Any:
        return put_api(self, function_id, as_openapi_3(api_doc), *rest, **named)

    monkeypatch.setattr(APIGatewayBackend, "import_rest_api", import_rest_api)
    monkeypatch.setattr(APIGatewayBackend, "put_rest_api", put_rest_api)
    with moto_served() as address:
        yield address


def role_policies(endpoint: str) -> dict[str, Any]:
    """The one inline policy of each role."""
    iam = boto3.client("iam", endpoint_url=endpoint)
    names = sorted(role["RoleName"] for role in iam.list_roles()["Roles"])
    assert [iam.list_role_policies(RoleName=name)["PolicyNames"] for name in names] == [[name] for name in names]
    return {name: iam.get_role_policy(RoleName=name, PolicyName=name)["PolicyDocument"] for name in names}


def generated(folder: Path) -> dict[str, Any]:
    return {role: json.loads((folder / f"policies/dev/{file}.json").read_text()) for role, file in ROLES.items()}


def deploy(folder: Path, endpoint: str) -> None:
    project.chalice(folder, "deploy", "--stage", "dev", AWS_ENDPOINT_URL=endpoint)


@pytest.fixture
def folder(tmp_path: Path, endpoint: str) -> Path:
    """A project with one tenant, deployed once."""
    made = project.make(tmp_path, STAGE)
    deploy(made, endpoint)
    return made


def test_a_deployed_role_has_the_generated_policy_again_and_after_an_edit_of_the_allowlist_the_new_one(
    folder: Path, endpoint: str
) -> None:
    before = role_policies(endpoint)
    assert before == generated(folder)
    deploy(folder, endpoint)
    assert role_policies(endpoint) == before
    project.edit(folder, ONE_MORE)
    deploy(folder, endpoint)
    assert role_policies(endpoint) == generated(folder) != before
    assert "arn:aws:s3:::*-events/analytics/*" in json.dumps(role_policies(endpoint)["sluice-dev-api_handler"])
