"""The description says what the API does: its shape, and schemathesis against the running server."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.events import Event, parse
from chalicelib.tracking import openapi
from tests.conftest import PROVE, Tracker
from tests.served import served

NOW = datetime(2026, 11, 19, 10, tzinfo=UTC)
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,"
    "response_schema_conformance,unsupported_method"
)


def test_the_description_is_served(local: Tracker) -> None:
    answer = local.call(method="GET", path="/openapi.json")

    described = json.loads(msgspec.json.encode(openapi.document(_event_time(answer.json))))
    assert (answer.status, answer.json) == (200, described)


def test_an_example_of_an_event_is_answered_as_its_example_says(local: Tracker) -> None:
    described = local.call(method="GET", path="/openapi.json").json["paths"]["/track"]["post"]
    event = described["requestBody"]["content"]["application/json"]["examples"]["pageView"]["value"]
    example = described["responses"]["200"]["content"]["application/json"]["examples"]["example1"]["value"]

    answer = local.call(event).json

    assert set(answer) == set(example)
    assert answer["key"].rpartition("/")[0] == example["key"].rpartition("/")[0]


def test_every_field_of_an_event_is_described() -> None:
    schema = openapi.document(NOW)["components"]["schemas"]["Event"]

    assert tuple(schema["properties"]) == Event.__struct_encode_fields__
    assert schema["required"] == ["bucket", "eventType", "timestamp"]
    assert schema["additionalProperties"] is False


def test_every_status_of_the_contract_is_named() -> None:
    responses = openapi.document(NOW)["paths"]["/track"]["post"]["responses"]

    assert set(responses) == {"200", "202", "400", "403", "404", "405", "413", "415", "429", "500", "503"}
    assert all(answer["content"]["application/json"]["examples"] for answer in responses.values())


def test_the_example_of_an_event_is_an_event() -> None:
    content = openapi.document(NOW)["paths"]["/track"]["post"]["requestBody"]["content"]
    example = content["application/json"]["examples"]["pageView"]["value"]

    assert parse(json.dumps(example).encode()).bucket == "shop-analytics"
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert json.loads(content[kind]["examples"]["pageView"]["value"]) == example


def _event_time(document: dict[str, Any]) -> datetime:
    content = document["paths"]["/track"]["post"]["requestBody"]["content"]
    return datetime.fromisoformat(content["application/json"]["examples"]["pageView"]["value"]["timestamp"])


@pytest.mark.parametrize("seed", [1, 2] if PROVE else [1])
def test_every_answer_is_as_described(seed: int, tmp_path: Path) -> None:
    with served(tmp_path / "data") as server:
        command = [str(Path(sys.executable).parent / "st"), "run", f"{server.address}/openapi.json", "--checks", CHECKS]
        options = ["--max-examples", "100" if PROVE else "15", "--seed", str(seed)]
        checked = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, timeout=120)

    assert checked.returncode == 0, checked.stdout
    assert "Tested: 8" in checked.stdout
