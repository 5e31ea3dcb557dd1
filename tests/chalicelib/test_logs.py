"""One line a request: log and metrics at once, and no personal data in it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.tracking.salts import forgotten_at
from tests.chalicelib.tracking.test_faults import injected, refuses
from tests.conftest import OWNER, SAFARI, Tracker, event_body
from tests.salts_tables import salts_table

ID = "c" * 20
SCHEDULED = {
    "version": "0",
    "id": "1",
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "account": OWNER,
    "time": "2026-01-01T00:00:00Z",
    "region": "us-east-1",
    "resources": [],
    "detail": {},
}


@pytest.fixture(autouse=True)
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage of full monitoring, whose lines are metrics, too."""
    monkeypatch.setenv("MONITORING", "full")


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def metrics(line: dict[str, Any]) -> set[str]:
    return {metric["Name"] for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"]} - {"latencyMs"}


def test_a_request_is_one_line_with_what_an_operator_asks(local: Tracker, log: io.StringIO) -> None:
    local.call(event_body())

    (line,) = lines(log)
    expected = {
        "outcome": "accepted",
        "statusCode": 200,
        "eventName": "page_view",
        "bucket": "shop-analytics",
        "entry": "*-analytics",
        "route": "/track",
    }
    assert {name: line[name] for name in expected} == expected
    assert line["requestId"] == "request-1"
    assert 0 < line["latencyMs"] < 60_000


def test_a_session_is_named_by_a_hash_of_its_tenant_and_day(local: Tracker, log: io.StringIO) -> None:
    for bucket in ("shop-analytics", "shop-analytics", "news-analytics"):
        local.call(event_body(bucket=bucket, sessionId="tab-1"))
    local.call(event_body(sessionId="tab-2"))

    one, again, elsewhere, other = [line["sessionHash"] for line in lines(log)]
    assert re.fullmatch(r"[0-9a-f]{16}", one) and one == again
    assert len({one, elsewhere, other}) == 3
    assert "tab-" not in log.getvalue()


@pytest.mark.parametrize(
    ("fields", "headers", "settings"),
    [
        ({}, {}, {}),
        ({"sessionId": ""}, {}, {}),
        ({"sessionId": "tab-1"}, {"Sec-GPC": "1"}, {}),
        ({"sessionId": "tab-1"}, {}, {"IP_HASH": "off"}),
    ],
)
def test_without_a_session_or_a_salt_a_line_has_no_hash(
    fields: dict[str, str],
    headers: dict[str, str],
    settings: dict[str, str],
    tracker: Callable[..., Tracker],
    folder: Path,
    log: io.StringIO,
) -> None:
    tracker(STORE=f"dir:{folder}", **settings).call(event_body(**fields), headers=headers)

    (line,) = lines(log)
    assert line["outcome"] == "accepted" and "sessionHash" not in line


def test_a_batch_is_named_by_the_events_and_the_session_that_it_is_of(local: Tracker, log: io.StringIO) -> None:
    view, click = event_body(sessionId="tab-1"), event_body(eventType="click", sessionId="tab-1")
    other, bad = event_body(sessionId="tab-2"), event_body(page=1)
    for events in ([view, view], [view, click], [view, other], [view, bad], [bad]):
        local.call({"bucket": view["bucket"], "events": events}, path="/track/batch")

    found = [(line.get("eventName"), "sessionHash" in line) for line in lines(log)]
    assert found == [("page_view", True), ("batch", True), ("page_view", False), ("page_view", True), (None, False)]


def test_the_entry_is_a_dimension_and_the_bucket_a_property(local: Tracker, log: io.StringIO) -> None:
    local.call(event_body())

    (directive,) = lines(log)[0]["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Sluice"
    assert directive["Dimensions"] == [["stage", "entry"], ["stage"]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({}, "MissingField"),
        (event_body(page=1), "InvalidField"),
        (event_body(bucket="other"), "UnknownBucket"),
        ("[", "InvalidJson"),
        ("x" * 20_000, "PayloadTooLarge"),
    ],
)
def test_a_rejection_is_counted_by_its_reason(body: Any, reason: str, local: Tracker, log: io.StringIO) -> None:
    local.call(body)

    (line,) = lines(log)
    assert (line["outcome"], line["reason"], line["entry"]) == ("rejected", reason, "none")
    assert metrics(line) == {f"rejected_{reason}"}
    assert "bucket" not in line  # a stranger's word, until the allowlist has admitted it


def test_a_duplicate_is_counted(local: Tracker, log: io.StringIO) -> None:
    event = event_body(eventId=ID)
    for _ in range(2):
        local.call(event)

    assert [metrics(line) for line in lines(log)] == [{"accepted"}, {"duplicate"}]


def test_a_refused_origin_is_counted_for_its_entry(
    tracker: Callable[..., Tracker], folder: Path, log: io.StringIO
) -> None:
    picky = tracker(STORE=f"dir:{folder}", CORS_ORIGINS="https://shop.example")

    picky.call(event_body(), headers={"Origin": "https://evil.example"})

    (line,) = lines(log)
    assert (line["reason"], line["entry"]) == ("OriginNotAllowed", "*-analytics")


def test_a_store_that_denies_is_counted(deployed: Tracker, log: io.StringIO) -> None:
    with injected(refuses(403, "AccessDenied")):
        deployed.call(event_body())

    (line,) = lines(log)
    assert (line["outcome"], line["cause"], metrics(line)) == ("unavailable", "AccessDenied", {"store_failure"})
    assert (line["eventName"], line["bucket"]) == ("page_view", "shop-analytics")


def test_a_salt_that_is_not_to_be_had_is_counted(local: Tracker, log: io.StringIO) -> None:
    local.replace(salts=SimpleNamespace(root=lambda day, now, zone: None, cause="AccessDenied"))

    local.call(event_body())

    assert metrics(lines(log)[0]) == {"accepted", "salt_failure"}
    assert lines(log)[0]["saltCause"] == "AccessDenied"


@pytest.mark.parametrize("headers", [{}, {"CloudFront-Viewer-Address": "2001:db8:7::1:4711"}])
def test_no_line_holds_an_address_a_body_or_a_user_agent(
    headers: dict[str, str], local: Tracker, log: io.StringIO
) -> None:
    for body in (event_body(page="/a-page"), event_body(page=1), event_body(bucket="81.2.69.142"), "/a-page", "[" * 99):
        local.call(body, headers=headers)
    local.call(event_body(), path="/81.2.69.142")

    assert len(lines(log)) == 6
    for secret in ("81.2.69.142", "2001:db8", "a-page", SAFARI[:20]):
        assert secret not in log.getvalue()


def test_what_chalice_itself_logs_of_a_bug_quotes_nothing(
    local: Tracker, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: object) -> None:
        raise ValueError("81.2.69.142")

    monkeypatch.setattr(local.app, "_cors", broken)
    answer = local.call(event_body())

    assert answer.status == 500
    assert '"error":"ValueError"' in log.getvalue() and "81.2.69.142" not in log.getvalue()


def test_the_hourly_job_forgets_what_is_due_and_says_so(tracker: Callable[..., Tracker], log: io.StringIO) -> None:
    with mock_aws():
        dynamodb = boto3.client("dynamodb")
        salts_table(dynamodb, "salts")
        deployed = tracker(STAGE="dev", BUCKET_OWNER=OWNER, SALTS="dynamodb:salts")
        today = datetime.now(UTC).date()
        old = today - timedelta(days=3)
        salts = deployed.app.service().salts
        salts.root(old, forgotten_at(old) - timedelta(hours=1))
        salts.root(today, datetime.now(UTC))

        deployed.app.forget_salts(SCHEDULED, None)

        assert [item["pk"]["S"] for item in dynamodb.scan(TableName="salts")["Items"]] == [f"salt#{today}"]
    assert lines(log)[-1]["forgotten"] == [f"salt#{old}"]


def test_the_hourly_job_has_nothing_to_do_where_salts_are_in_memory(local: Tracker, log: io.StringIO) -> None:
    local.app.forget_salts(SCHEDULED, None)

    assert log.getvalue() == ""


def test_a_lean_line_counts_nothing_and_has_at_most_400_bytes(
    tracker: Callable[..., Tracker], folder: Path, log: io.StringIO
) -> None:
    lean = tracker(STORE=f"dir:{folder}", MONITORING="lean")
    batch = [event_body(), event_body(page=1), event_body(timestamp=""), event_body(eventType="click")]
    lean.call(event_body(eventType="newsletter_signup", sessionId="tab-1"))
    lean.call({"bucket": "shop-analytics", "events": batch}, path="/track/batch")
    lean.call(event_body(bucket="other"))

    for text in log.getvalue().splitlines():
        assert "_aws" not in json.loads(text) and len(text) <= 400


def test_a_salts_failure_is_logged_with_its_cause(tracker: Callable[..., Tracker], s3: Any, log: io.StringIO) -> None:
    down = tracker(STAGE="dev", BUCKET_OWNER=OWNER, SALTS="dynamodb:no-such-table")
    for _ in range(2):  # the second meets the failure that is remembered
        down.call(event_body())
    event = event_body()
    down.call({"bucket": event.pop("bucket"), "events": [event]}, path="/track/batch")

    assert [line["saltCause"] for line in lines(log)] == ["ResourceNotFoundException"] * 3


def test_a_request_with_its_salt_logs_no_cause(local: Tracker, log: io.StringIO) -> None:
    local.call(event_body())
    assert "saltCause" not in lines(log)[0]
