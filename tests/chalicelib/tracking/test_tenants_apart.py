"""Two tenants of one stage, each with its own pages and its own account."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict

from tests.conftest import OWNER, Tracker, event_body, stored

A, B = "https://a.example", "https://b.example"
ENTRIES = [
    {"bucket": "a-events", "origins": [A]},
    {"bucket": "b-events", "origins": [B], "owner": "999988887777"},
]


@pytest.fixture
def packaged(tracker: Callable[..., Tracker], folder: Path, tmp_path: Path) -> Tracker:
    """A stage whose allowlist is a packaged file."""
    (tmp_path / "allowlist.json").write_text(json.dumps(ENTRIES))
    return tracker(STORE=f"dir:{folder}", CORS_ORIGINS=A, ALLOWED_BUCKETS=f"@{tmp_path / 'allowlist.json'}")


@pytest.mark.parametrize(("bucket", "origin"), [("a-events", A), ("b-events", B)])
def test_a_tenants_own_page_may_write_to_it(bucket: str, origin: str, packaged: Tracker) -> None:
    answer = packaged.call(event_body(bucket=bucket), headers={"Origin": origin})

    assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, origin)


@pytest.mark.parametrize(("bucket", "origin"), [("a-events", B), ("b-events", A)])
def test_another_tenants_page_may_not(bucket: str, origin: str, packaged: Tracker, folder: Path) -> None:
    answer = packaged.call(event_body(bucket=bucket), headers={"Origin": origin})

    assert (answer.status, stored(folder)) == (403, [])
    assert answer.json == packaged.call(event_body(bucket="unlisted"), headers={"Origin": origin}).json


@pytest.mark.parametrize("origin", [A, B])
def test_preflight_answers_for_both(origin: str, packaged: Tracker) -> None:
    answer = packaged.call(method="OPTIONS", headers={"Origin": origin})

    assert answer.headers["access-control-allow-origin"] == origin


def test_a_server_without_origin_may_write_to_both(packaged: Tracker) -> None:
    assert [packaged.call(event_body(bucket=entry["bucket"])).status for entry in ENTRIES] == [200, 200]


@pytest.mark.parametrize(
    ("bucket", "owner"), [("own-events", "999988887777"), ("shop-analytics", OWNER), ("exact-events", OWNER)]
)
def test_every_put_names_the_account_that_must_own_the_bucket(
    bucket: str, owner: str, tracker: Callable[..., Tracker]
) -> None:
    entries = "own-events@999988887777,*-analytics,exact-events"
    deployed = tracker(STAGE="dev", ALLOWED_BUCKETS=entries, BUCKET_OWNER=OWNER, SALTS="memory")
    named: list[str] = []

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        named.append(request.headers["x-amz-expected-bucket-owner"])
        return AWSResponse(request.url, 200, HeadersDict({"ETag": '"9b2c"'}), None)

    deployed.app.service().store._client.meta.events.register_first("before-send.s3.PutObject", answer)
    assert deployed.call(event_body(bucket=bucket)).status == 200
    assert named == [owner]
