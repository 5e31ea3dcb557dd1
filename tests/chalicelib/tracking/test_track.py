"""POST /track through the app, as Lambda calls it."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import boto3
import pytest
from moto import mock_aws

from chalicelib.records import Record, iso
from chalicelib.tracking.stores import Put
from tests.conftest import BUCKET, Tracker, event_body, gateway_event, stored

ID = "a" * 20
FORBIDDEN_BUCKET = {
    "error": "Forbidden",
    "message": "The specified bucket is not authorized for this analytics service",
}


def test_an_event_is_answered_with_its_key_and_is_stored_there(local: Tracker, folder: Path) -> None:
    answer = local.call(event_body(page="/hello"))

    assert answer.status == 200
    assert set(answer.json) == {"status", "eventId", "bucket", "key"}
    (path,) = stored(folder)
    assert path == folder / BUCKET / answer.json["key"]


def test_the_record_has_the_contracts_fields_in_their_order_on_one_line(local: Tracker, folder: Path) -> None:
    local.call(event_body(page="https://shop.example/hi?utm_source=mail&q=secret", metadata={"plan": "pro"}))

    line = stored(folder)[0].read_text()
    record = json.loads(line)
    assert line.endswith("}\n") and line.count("\n") == 1
    assert tuple(record) == Record.__struct_encode_fields__
    assert record["page"] == "https://shop.example/hi"
    assert record["utm"]["source"] == "mail"
    assert record["metadata"] == '{"plan":"pro"}'
    assert record["device"] == {"device_type": "mobile", "browser": "Mobile Safari", "os": "iOS"}
    assert (len(record["ip"]), len(record["visitorId"])) == (16, 16)


FORM = "application/x-www-form-urlencoded"  # what `curl -d` sends where no header is given
CONTENT_TYPES = [
    *("application/json", "Application/JSON", "text/plain;charset=UTF-8", None),
    *(FORM, f"{FORM}; charset=utf-8", f"{FORM};charset=UTF-8", "Application/X-WWW-Form-URLencoded"),
]


@pytest.mark.parametrize("content_type", CONTENT_TYPES)
def test_each_content_type_of_the_contract_is_taken(content_type: str | None, local: Tracker, folder: Path) -> None:
    event = event_body()
    headers = {} if content_type is None else {"Content-Type": content_type}

    answer = local.call(event, headers=headers)
    batch = local.call({"events": [event_body()], "bucket": BUCKET}, path="/track/batch", headers=headers)

    assert (answer.status, batch.status, len(stored(folder))) == (200, 200, 2)


@pytest.mark.parametrize("path", ["/track", "/track/batch"])
@pytest.mark.parametrize("body", ["a=1&b=2", "bucket=shop-analytics", "%7B%22bucket%22%3A%22shop-analytics%22%7D"])
def test_a_body_that_is_a_form_is_answered_that_it_must_be_json(
    body: str, path: str, local: Tracker, folder: Path
) -> None:
    answer = local.call(body, path=path, headers={"Content-Type": FORM})

    assert (answer.status, answer.json["error"]) == (400, "Invalid JSON")
    assert answer.json["message"].startswith("The body must be JSON")
    assert stored(folder) == []


def test_what_curl_uploads_as_a_form_with_parts_is_refused_by_its_type(local: Tracker, folder: Path) -> None:
    answer = local.call(event_body(), headers={"Content-Type": "multipart/form-data; boundary=x"})

    assert (answer.status, stored(folder)) == (415, [])
    assert all(kind in answer.json["message"] for kind in ("application/json", "text/plain", FORM))


def test_the_same_event_again_is_a_duplicate_with_the_same_key(local: Tracker, folder: Path) -> None:
    event = event_body(eventId=ID)

    first, second = local.call(event), local.call(event)

    assert "duplicate" not in first.json
    assert second.json == {**first.json, "duplicate": True}
    assert len(stored(folder)) == 1


def test_a_late_event_counts_for_the_day_it_happened(local: Tracker) -> None:
    happened = datetime.now(UTC) - timedelta(hours=23)

    answer = local.call(event_body(timestamp=iso(happened)))

    assert answer.json["key"].startswith(f"analytics/year={happened:%Y/month=%m/day=%d}/")


def test_the_users_agent_in_the_body_wins_over_the_header(local: Tracker, folder: Path) -> None:
    local.call(event_body(userAgent="curl/8.5.0"))

    record = json.loads(stored(folder)[0].read_text())
    assert (record["userAgent"], record["isBot"]) == ("curl/8.5.0", True)


def test_an_event_without_user_agent_is_a_bots(local: Tracker, folder: Path) -> None:
    local.call(event_body(), headers={"User-Agent": ""})

    record = json.loads(stored(folder)[0].read_text())
    assert (record["userAgent"], record["isBot"], record["device"]["device_type"]) == (None, True, "bot")


def _without(name: str) -> dict[str, Any]:
    event = event_body()
    del event[name]
    return event


BAD_REQUESTS = [
    pytest.param(_without("bucket"), 400, "Missing required field: bucket", id="no bucket"),
    pytest.param(_without("eventType"), 400, "Missing required field: eventType", id="no event type"),
    pytest.param(_without("timestamp"), 400, "Missing required field: timestamp", id="no timestamp"),
    pytest.param(event_body(bucket=None), 400, "Missing required field: bucket", id="null bucket"),
    pytest.param(event_body(bucket=7), 400, "Invalid field: bucket", id="number as bucket"),
    pytest.param(event_body(bucket=f"{BUCKET}\n"), 400, "Invalid field: bucket", id="bucket with newline"),
    pytest.param(event_body(page="x" * 2001), 400, "Invalid field: page", id="long page"),
    pytest.param(event_body(timestamp="yesterday"), 400, "Invalid field: timestamp", id="no date"),
    pytest.param(event_body(timestamp="0001-01-01T00:00:00+14:00"), 400, "Invalid field: timestamp", id="year 1"),
    pytest.param(event_body(timestamp="0002-01-01T00:00:00+14:00"), 400, "Invalid field: timestamp", id="into year 1"),
    pytest.param(event_body(timestamp="9999-12-31T23:59:59-14:00"), 400, "Invalid field: timestamp", id="year 9999"),
    pytest.param(event_body(timestamp="2025-01-01T24:00:00Z"), 400, "Invalid field: timestamp", id="24:00"),
    pytest.param(event_body(timestamp="2016-12-31T23:59:60Z"), 400, "Invalid field: timestamp", id="leap second"),
    pytest.param(event_body(timestamp="2025-01-01T00:00:00"), 400, "Invalid field: timestamp", id="no zone"),
    pytest.param(event_body(viewport={"width": -1}), 400, "Invalid field: viewport.width", id="negative width"),
    pytest.param(event_body(viewport={"width": 65536}), 400, "Invalid field: viewport.width", id="wide"),
    pytest.param(event_body(viewport={"width": 1.5}), 400, "Invalid field: viewport.width", id="half a pixel"),
    pytest.param(event_body(viewport={"width": True}), 400, "Invalid field: viewport.width", id="true as width"),
    pytest.param(event_body(ip="1.2.3.4"), 400, "Invalid field: ip", id="our field ip"),
    pytest.param(event_body(serverTimestamp="x"), 400, "Invalid field: serverTimestamp", id="our serverTimestamp"),
    pytest.param(event_body(ip=None), 400, "Invalid field: ip", id="our field as null"),
    pytest.param(event_body(eventId="../../../../etc/pass"), 400, "Invalid field: eventId", id="path as eventId"),
    pytest.param(event_body(eventId="short"), 400, "Invalid field: eventId", id="short eventId"),
    pytest.param(event_body(metadata=[1]), 400, "Invalid field: metadata", id="list as metadata"),
    pytest.param(event_body(metadata={"n": 2**53 + 1}), 400, "Invalid field: metadata.n", id="large number"),
    pytest.param(event_body(metadata={"a": {"b": {"c": {}}}}), 400, "Invalid JSON", id="too deep"),
    pytest.param('{"metadata": NaN}', 400, "Invalid JSON", id="NaN"),
    pytest.param('{"metadata": {"n": 1e999}}', 400, "Invalid field: metadata.n", id="1e999"),
    pytest.param('{"page": "\\ud800"}', 400, "Invalid field: page", id="half a surrogate, escaped"),
    pytest.param('{"page": "\ud800"}', 400, "Invalid JSON", id="half a surrogate, as it is"),
    pytest.param('{"page": 1, "page": 2}', 400, "Invalid JSON", id="duplicate key"),
    pytest.param('{"metadata": {"Plan": 1, "plan": 2}}', 400, "Invalid JSON", id="case-twin keys"),
    pytest.param("", 400, "Invalid JSON", id="empty"),
    pytest.param(None, 400, "Invalid JSON", id="no body"),
    pytest.param("null", 400, "Invalid JSON", id="null"),
    pytest.param("[]", 400, "Invalid JSON", id="list"),
    pytest.param("17", 400, "Invalid JSON", id="number"),
    pytest.param("[" * 16_000, 400, "Invalid JSON", id="16,000 brackets"),
    pytest.param("[" * 100_000, 413, "Payload Too Large", id="100,000 brackets"),
    pytest.param(event_body(metadata={"a": "x" * 17_000}), 413, "Payload Too Large", id="large"),
    *[
        pytest.param(event_body(bucket=name), 403, "Forbidden", id=f"bucket {name[:20]}")
        for name in [
            "other",
            "Shop-analytics",
            "a.b-analytics",
            "192.168.5.4",
            "ab",
            "x" * 54 + "-analytics",
            "-analytics",
        ]
    ],
]


@pytest.mark.parametrize(("body", "status", "error"), BAD_REQUESTS)
def test_a_bad_request_gets_the_reason_and_stores_nothing(
    body: Any, status: int, error: str, local: Tracker, folder: Path
) -> None:
    answer = local.call(body)

    assert (answer.status, answer.json["error"]) == (status, error)
    assert set(answer.json) <= {"error", "message", "field"}
    assert answer.headers["access-control-allow-origin"] == "*"
    assert stored(folder) == []


def test_a_body_that_is_not_utf8_is_refused(local: Tracker, folder: Path) -> None:
    answer = local.call(base64.b64encode(b'{"page": "\xff"}').decode(), is_base64=True)

    assert (answer.status, answer.json["message"]) == (400, "The body is not UTF-8")
    assert stored(folder) == []


def test_a_body_in_base64_is_read(local: Tracker) -> None:
    answer = local.call(base64.b64encode(json.dumps(event_body()).encode()).decode(), is_base64=True)

    assert answer.status == 200


@pytest.mark.parametrize("field", ["page", "userAgent", "sessionId", "userId", "referrer", "fromWebsite"])
def test_paths_and_nul_in_a_text_stay_text(field: str, local: Tracker, folder: Path) -> None:
    answer = local.call(event_body(**{field: "../../\x00etc"}))

    assert answer.status == 200
    assert [path.relative_to(folder).parts[0] for path in stored(folder)] == [BUCKET]
    assert "\\u0000" not in stored(folder)[0].read_text()


@pytest.mark.parametrize("field", ["bucket", "eventId", "eventType", "timestamp"])
@pytest.mark.parametrize("text", ["../../etc/passwd-analytics", "shop-analytics\x00", "\u202eshop-analytics"])
def test_paths_and_nul_in_an_identifier_are_refused(field: str, text: str, local: Tracker, folder: Path) -> None:
    answer = local.call(event_body(**{field: text}))

    assert answer.status in (400, 403)
    assert stored(folder) == []


@pytest.mark.parametrize(
    ("request_", "status", "error"),
    [
        ({"path": "/nope"}, 404, "Not Found"),
        ({"method": "PUT"}, 405, "Method Not Allowed"),
        ({"headers": {"Content-Type": "image/png"}}, 415, "Unsupported Media Type"),
    ],
)
def test_what_chalice_refuses_is_answered_in_our_shape(
    request_: dict[str, Any], status: int, error: str, local: Tracker, folder: Path
) -> None:
    answer = local.call(event_body(), **request_)

    assert (answer.status, answer.json["error"], set(answer.json)) == (status, error, {"error", "message"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert stored(folder) == []


def test_a_bug_is_a_500_with_an_id_and_without_detail(local: Tracker, log: io.StringIO, folder: Path) -> None:
    class Broken:
        def put(self, *_: object) -> Put:
            raise ValueError("jane@example.org")

    local.replace(store=Broken())
    answer = local.call(event_body())

    assert (answer.status, answer.json["error"]) == (500, "Internal Server Error")
    assert "request-1" in answer.json["message"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert '"error":"ValueError"' in log.getvalue()
    assert "jane" not in log.getvalue()
    assert stored(folder) == []


def test_a_console_that_sends_no_headers_is_answered(local: Tracker) -> None:
    event = gateway_event(event_body())
    event["headers"] = None

    assert local.app.app(event, None)["statusCode"] == 200


def test_a_body_that_is_not_base64_is_reported(local: Tracker) -> None:
    answer = local.call("a", is_base64=True)

    assert (answer.status, answer.json["error"]) == (400, "Invalid JSON")


def test_what_a_user_agent_names_as_its_browser_is_redacted_too(local: Tracker, folder: Path) -> None:
    local.call(event_body(userAgent="4111 1111 1111 1111 bot/1.0"), headers={"CloudFront-Viewer-City": "jane%40x.com"})

    assert "4111 1111" not in stored(folder)[0].read_text()
    assert "jane" not in stored(folder)[0].read_text()


def test_a_user_agent_of_control_characters_alone_is_none(local: Tracker, folder: Path) -> None:
    local.call(event_body(userAgent="\x00\x01"))

    record = json.loads(stored(folder)[0].read_text())
    assert (record["userAgent"], record["isBot"]) == (None, True)


def test_health_answers(local: Tracker) -> None:
    answer = local.call(method="GET", path="/health")

    assert (answer.status, answer.json) == (200, {"status": "ok"})


class TestDryRun:
    def test_shows_what_would_be_stored_and_stores_nothing(self, local: Tracker, folder: Path) -> None:
        local.replace(salts=None)  # it does not even ask for a salt

        answer = local.call(event_body(eventId=ID, page="/p?q=1"), query={"dryRun": ["1"]})

        assert (answer.status, answer.json["dryRun"]) == (200, True)
        assert set(answer.json["gates"].values()) == {"passed"}
        assert answer.json["key"].endswith(f"/{ID}.json")
        assert answer.json["record"]["page"] == "/p"
        assert set(answer.json["record"]["ip"] + answer.json["record"]["visitorId"]) == {"*"}
        assert stored(folder) == []

    def test_names_the_gate_that_refused(self, local: Tracker) -> None:
        answer = local.call(event_body(bucket="other"), query={"dryRun": ["1"]})

        assert answer.status == 403
        assert answer.json == {
            **FORBIDDEN_BUCKET,
            "gates": {"body": "passed", "event": "passed", "bucket": "rejected", "origin": "not reached"},
        }

    @pytest.mark.parametrize("query", [{"dryRun": ["yes"]}, {"dryRun": ["1", "0"]}, {"dryRun": ["1"], "dryrun": ["1"]}])
    def test_takes_no_other_value(self, query: dict[str, list[str]], local: Tracker, folder: Path) -> None:
        answer = local.call(event_body(), query=query)

        assert (answer.status, answer.json["field"], stored(folder)) == (400, "dryRun", [])

    def test_is_not_missed_for_its_letter_case(self, local: Tracker, folder: Path) -> None:
        assert local.call(event_body(), query={"dryrun": ["1"]}).json["dryRun"] is True
        assert stored(folder) == []


class TestOrigins:
    @pytest.fixture
    def picky(self, tracker: Callable[..., Tracker], folder: Path) -> Tracker:
        return tracker(STORE=f"dir:{folder}", CORS_ORIGINS="https://shop.example,https://b.example")

    @pytest.mark.parametrize("header", ["Origin", "origin", "ORIGIN"])
    def test_a_listed_origin_is_let_in_and_echoed(self, header: str, picky: Tracker) -> None:
        answer = picky.call(event_body(), headers={header: "https://shop.example"})

        assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "https://shop.example")
        assert answer.headers["vary"] == "Origin"

    # A page may send the last two to any site without a preflight.
    @pytest.mark.parametrize("path", ["/track", "/track/batch"])
    @pytest.mark.parametrize("content_type", ["application/json", "text/plain", FORM])
    def test_another_origin_is_refused_under_every_content_type(
        self, content_type: str, path: str, picky: Tracker, folder: Path
    ) -> None:
        body = event_body() if path == "/track" else {"bucket": BUCKET, "events": [event_body()]}

        answer = picky.call(body, path=path, headers={"Origin": "https://evil.example", "Content-Type": content_type})

        assert (answer.status, answer.json["message"], stored(folder)) == (403, "Origin not allowed", [])
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://shop.example.evil.example", ""])
    def test_another_origin_is_refused_and_stores_nothing(self, origin: str, picky: Tracker, folder: Path) -> None:
        answer = picky.call(event_body(), headers={"Origin": origin})

        assert (answer.status, answer.json) == (403, {"error": "Forbidden", "message": "Origin not allowed"})
        assert "access-control-allow-origin" not in answer.headers
        assert stored(folder) == []

    def test_a_server_sends_no_origin_and_is_let_in(self, picky: Tracker) -> None:
        assert picky.call(event_body()).status == 200

    def test_preflight_names_methods_and_headers(self, picky: Tracker) -> None:
        answer = picky.call(method="OPTIONS", headers={"Origin": "https://b.example"})

        assert (answer.status, answer.json) == (204, None)
        assert answer.headers["access-control-allow-origin"] == "https://b.example"
        assert answer.headers["access-control-allow-methods"] == "POST, OPTIONS"

    def test_preflight_says_nothing_to_an_unlisted_origin(self, picky: Tracker) -> None:
        answer = picky.call(method="OPTIONS", headers={"Origin": "https://evil.example"})

        assert "access-control-allow-origin" not in answer.headers


UNKNOWN = ("Unknown", "Unknown")


class TestAddress:
    EDGE: ClassVar = {"CLIENT_ADDRESS_HEADER": "CloudFront-Viewer-Address", "EDGE_SECRET_PARAMETER": "/edge"}

    @pytest.fixture
    def edged(self, tracker: Callable[..., Tracker], folder: Path) -> Iterator[Tracker]:
        with mock_aws():
            boto3.client("ssm").put_parameter(Name="/edge", Type="SecureString", Value="s3cret")
            yield tracker(STAGE="dev", STORE=f"dir:{folder}", SALTS="memory", **self.EDGE)

    def _ip(self, folder: Path, tracker: Tracker, **request: Any) -> str | None:
        answer = tracker.call(event_body(), **request)
        ip: str | None = json.loads((folder / BUCKET / answer.json["key"]).read_text())["ip"]
        return ip

    def test_the_edges_header_counts_with_its_secret(self, edged: Tracker, folder: Path) -> None:
        headers = {"cloudFront-viewer-ADDRESS": "203.0.113.9:4711", "x-edge-secret": "s3cret"}

        assert self._ip(folder, edged, headers=headers) == self._ip(folder, edged, address="203.0.113.9")

    @pytest.mark.parametrize("secret", [{}, {"X-Edge-Secret": "guess"}])
    def test_without_the_secret_the_header_is_nothing(
        self, secret: dict[str, str], edged: Tracker, folder: Path
    ) -> None:
        headers = {"CloudFront-Viewer-Address": "203.0.113.9:4711", **secret}

        assert self._ip(folder, edged, headers=headers) == self._ip(folder, edged)

    def test_forwarded_for_is_never_read(self, edged: Tracker, folder: Path) -> None:
        headers = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7, 192.0.2.1", "X-Edge-Secret": "s3cret"}

        assert self._ip(folder, edged, headers=headers) == self._ip(folder, edged)

    @pytest.mark.parametrize(
        ("secret", "place"), [("s3cret", ("KP", "Pyongyang")), ("guess", UNKNOWN), (None, UNKNOWN)]
    )
    def test_no_client_chooses_its_place(
        self, secret: str | None, place: tuple[str, str], edged: Tracker, folder: Path
    ) -> None:
        headers = {"CloudFront-Viewer-Country": "KP", "CloudFront-Viewer-City": "Pyongyang"}
        answer = edged.call(event_body(), headers=headers | ({"X-Edge-Secret": secret} if secret else {}))

        location = json.loads((folder / BUCKET / answer.json["key"]).read_text())["location"]
        assert (location["country"], location["city"]) == place

    def test_without_an_edge_of_ones_own_the_viewers_headers_are_nothing(
        self, tracker: Callable[..., Tracker], folder: Path
    ) -> None:
        plain = tracker(STAGE="dev", STORE=f"dir:{folder}", SALTS="memory")
        answer = plain.call(event_body(), headers={"CloudFront-Viewer-Country": "KP"})

        location = json.loads((folder / BUCKET / answer.json["key"]).read_text())["location"]
        assert location["country"] == "Unknown"

    def test_a_garbled_address_is_none_at_all(self, edged: Tracker, folder: Path) -> None:
        headers = {"CloudFront-Viewer-Address": "unknown", "X-Edge-Secret": "s3cret"}

        assert self._ip(folder, edged, headers=headers) is None

    def test_hashing_can_be_off(self, tracker: Callable[..., Tracker], folder: Path) -> None:
        off = tracker(STORE=f"dir:{folder}", IP_HASH="off")

        assert self._ip(folder, off) is None


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"warmer": True},
        {
            "version": "2.0",
            "routeKey": "POST /track",
            "rawPath": "/track",
            "requestContext": {"http": {"method": "POST"}},
        },
        {"requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "POST", "path": "/track", "headers": {}},
        {"requestContext": None},
        [],
    ],
)
def test_what_did_not_come_by_the_rest_api_is_answered_by_us(local: Tracker, log: io.StringIO, event: Any) -> None:
    answer = local.app.app(event, SimpleNamespace(aws_request_id="worker-1"))
    assert (answer["statusCode"], answer["headers"]["Access-Control-Allow-Origin"]) == (404, "*")
    (line,) = map(json.loads, log.getvalue().splitlines())
    assert (line["outcome"], line["route"], line["requestId"]) == ("rejected", "unknown", "worker-1")
