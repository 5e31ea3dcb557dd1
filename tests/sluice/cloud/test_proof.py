"""The event that proves a deployment: it is asked for again while the endpoint is new, and believed when it is in the bucket."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import settings
from chalicelib.lake import nightly
from sluice.cloud import proof
from sluice.cloud.generated import stage_environment
from sluice.cloud.proof import Unproven
from sluice.project import stage_own
from sluice.project.config import Allow, Stage
from tests.conftest import OWNER, Tracker, event_body, keys

STAGE = Stage(name="dev", account=OWNER, allow=(Allow("shop-analytics"), Allow("*-events")))
OWN = stage_own.bucket(STAGE)
KEY = "analytics/year=2026/month=11/day=9/z.json"
STORED = (200, {"status": "ok", "key": KEY})


class Door(BaseHTTPRequestHandler):
    """Answers as the test says, one after the other, the last one for ever."""

    answers: list[tuple[int, Any]]
    asked: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        self.asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        status, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    Door.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/dev"
        server.shutdown()
        thread.join()


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3")
        for bucket in (OWN, "shop-analytics", "a-events"):
            client.create_bucket(Bucket=bucket)
        yield client


def test_an_event_that_is_in_the_bucket_proves_a_deployment(s3: Any, address: str) -> None:
    Door.answers = [STORED]
    s3.put_object(Bucket=OWN, Key=KEY, Body=b"{}")
    assert proof.prove(STAGE, address, s3) == KEY
    ((path, event),) = Door.asked
    assert (path, event["bucket"], event["eventType"]) == ("/dev/track", OWN, "deployed")


def test_an_endpoint_that_is_new_is_asked_again(s3: Any, address: str) -> None:
    Door.answers = [(403, {"message": "Missing Authentication Token"}), (500, None), STORED]
    s3.put_object(Bucket=OWN, Key=KEY, Body=b"{}")
    pauses: list[float] = []
    assert proof.prove(STAGE, address, s3, pauses.append) == KEY
    assert pauses == [5, 5]


def test_a_stage_that_stores_nothing_is_not_waited_for_for_ever(s3: Any, address: str) -> None:
    Door.answers = [(503, {"message": "The event could not be stored"})]
    with pytest.raises(
        Unproven, match=r"stored no event: 503 The event could not be stored; see the log group /aws/lambda"
    ):
        proof.prove(STAGE, address, s3, lambda seconds: None)
    assert len(Door.asked) == proof.TRIES


def test_an_address_where_nothing_answers_is_said(s3: Any) -> None:
    with pytest.raises(Unproven, match="stored no event: no answer"):
        proof.prove(STAGE, "http://127.0.0.1:1", s3, lambda seconds: None)


def test_a_200_is_not_believed_without_the_object(s3: Any, address: str) -> None:
    Door.answers = [STORED]
    with pytest.raises(Unproven, match=f"200 was answered, and s3://{OWN}/{KEY} is not there"):
        proof.prove(STAGE, address, s3)


@pytest.fixture
def stage(s3: Any, tracker: Callable[..., Tracker]) -> Tracker:
    """The app with the variables of this stage's functions, over moto's S3."""
    return tracker(**{**stage_environment(STAGE), "SALTS": "dynamodb:none", "IP_HASH": "off"})


def test_the_tracker_stores_the_proof_in_the_stages_own_bucket(stage: Tracker, s3: Any) -> None:
    answer = stage.call(event_body(bucket=OWN, eventType="deployed"))
    assert answer.status == 200
    assert keys(s3, OWN) == [answer.json["key"]]
    assert keys(s3, "shop-analytics") == []


def test_strangers_can_put_little_there(stage: Tracker, s3: Any) -> None:
    answers = [stage.call(event_body(bucket=OWN)).status for _ in range(20)]
    assert answers.count(429) >= 17
    assert len(keys(s3, OWN)) == answers.count(200)


def test_a_tracker_without_such_a_bucket_takes_no_event_for_it(s3: Any, tracker: Callable[..., Tracker]) -> None:
    variables = {**stage_environment(STAGE), "SALTS": "dynamodb:none", "IP_HASH": "off", "STAGE_BUCKET": ""}
    assert tracker(**variables).call(event_body(bucket=OWN)).status == 403


def test_the_proof_belongs_to_nobody_and_is_never_compacted(s3: Any) -> None:
    for bucket in (OWN, "shop-analytics"):
        s3.put_object(Bucket=bucket, Key="analytics/year=2026/month=11/day=09/z.json", Body=b"{}")
    loaded = settings.load({**stage_environment(STAGE), "SALTS": "dynamodb:none"})
    plan = nightly.plan(loaded, datetime(2026, 11, 20, tzinfo=UTC))
    assert {task.bucket for task in plan.tasks} == {"shop-analytics"}
    assert plan.faults == {}
    with pytest.raises(nightly.NotAdmitted):
        nightly.work(loaded, nightly.Task(OWN, datetime(2026, 11, 9).date()), datetime(2026, 11, 20, tzinfo=UTC))
