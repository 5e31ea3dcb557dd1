"""The API's description, OpenAPI 3.1, from the types that parse and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from chalicelib import __version__
from chalicelib.events import MAX_BODY, MAX_TEXT, REQUIRED, Event
from chalicelib.receipts import BatchReceipt, DryRun, Fault, NotStored, Queued, Receipt
from chalicelib.records import iso, mint_event_id, object_key
from chalicelib.rejections import (
    NO_PATH,
    NO_TYPE,
    InvalidField,
    InvalidJson,
    MethodNotAllowed,
    MissingField,
    NotFound,
    OriginNotAllowed,
    PayloadTooLarge,
    Problem,
    StorageUnavailable,
    TooManyEvents,
    UnknownBucket,
    UnsupportedMediaType,
)
from chalicelib.tracking.batches import MAX_BATCH, MAX_EVENTS
from chalicelib.tracking.outcomes import NOT_STORED
from chalicelib.tracking.pixels import FIELDS as PIXEL_FIELDS

_BUCKET = "shop-analytics"
_FIELDS = {
    "page": "/articles/my-post?utm_source=news",
    "viewport": {"width": 1920, "height": 1080},
    "sessionId": "b7c1",
    "referrer": "https://www.example.org/search?q=x",
    "metadata": {"plan": "pro"},
}
_CHANCE = bytes.fromhex("9f86d081884c7d65")
_UNCONFIRMED = StorageUnavailable("", entry="", bucket="").problem()
_QUEUED = "Where the stage has a stream: held durably, and in the tenant's bucket within the stage's `flush_seconds`"
_AGAIN = "send it again with the same eventId and timestamp"

# Status: what it means, and its examples.
_PROBLEMS: dict[int, tuple[str, list[Problem]]] = {
    400: (
        "The body or a field of it is wrong; no event was stored",
        [
            MissingField("bucket", REQUIRED["bucket"]).problem(),
            InvalidField("page", f"page: 2001 characters; at most {MAX_TEXT} are allowed").problem(),
            InvalidJson("The body is not UTF-8").problem(),
        ],
    ),
    403: (
        "The bucket or the page's origin is not allowed; no event was stored",
        [UnknownBucket().problem(), OriginNotAllowed().problem()],
    ),
    404: ("There is nothing at this path, or not by this method at a deployed stage", [NotFound(NO_PATH).problem()]),
    405: ("This path has other methods", [MethodNotAllowed("/track takes POST, OPTIONS").problem()]),
    413: (
        f"The body has more than {MAX_BODY} bytes",
        [PayloadTooLarge(f"The body has 20000 bytes; at most {MAX_BODY} are allowed").problem()],
    ),
    415: ("The body has another content type than those listed", [UnsupportedMediaType(NO_TYPE).problem()]),
    429: (
        f"Too many requests at once, or too many events of this tenant; {_AGAIN}, after Retry-After seconds",
        [
            Problem("Too Many Requests", "Send the event again in a moment."),
            TooManyEvents(1, entry="", bucket="").problem(),
        ],
    ),
    500: (f"Our fault; {_AGAIN}", [Problem("Internal Server Error", "This is our fault. Its id is 1f0c2d3e.")]),
    503: (f"The store did not confirm the event; {_AGAIN}", [_UNCONFIRMED]),
}


def document(now: datetime) -> dict[str, Any]:
    """The description as what JSON knows: dicts, lists, strings. Its examples happen now, to be sent as they are."""
    now = now.replace(microsecond=0)
    event = {"eventType": "page_view", "timestamp": iso(now), **_FIELDS}
    event_id = mint_event_id(now, _CHANCE)
    receipt = Receipt("ok", event_id, _BUCKET, object_key(now.date(), event_id))
    _, schemas = msgspec.json.schema_components(
        [Event, Receipt, Queued, NotStored, BatchReceipt, DryRun, Problem], ref_template=_ref("{name}")
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sluice",
            "version": __version__,
            "description": "Events go in, each tenant's own S3 bucket has them. 200 means stored, once; 202 held until it is.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            "/track": {"post": _track({"bucket": _BUCKET, **event}, receipt), "options": _preflight("preflight")},
            "/track/batch": {
                "post": _track_batch({"bucket": _BUCKET, "events": [event]}),
                "options": _preflight("preflightBatch"),
            },
            "/pixel.gif": {"get": _pixel()},
            "/tracker.js": {"get": _script("The browser client")},
            "/vitals.js": {"get": _script("The browser client's web vitals, which it loads on demand")},
            "/health": {"get": _get("Whether the service answers", {"type": "object"}, {"status": "ok"})},
            "/openapi.json": {"get": _get("This description", {"type": "object"}, {})},
        },
        "components": {"schemas": schemas},
    }


def _track(event: dict[str, Any], receipt: Receipt) -> dict[str, Any]:
    return {
        "operationId": "track",
        "summary": "Store one event in the tenant's bucket, once",
        "description": (
            "The body is JSON under each content type, and under none at all: text/plain needs no preflight, and "
            "`curl -d` sends application/x-www-form-urlencoded. With the same eventId and timestamp a request may be "
            "repeated for 24 hours: one record is stored."
        ),
        "parameters": [
            {
                "name": "dryRun",
                "in": "query",
                "description": "1: every gate's verdict and what would be stored; nothing is.",
                "schema": {"type": "string", "enum": ["0", "1"]},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": _ref("Event")}, "examples": {"pageView": {"value": event}}},
                **_as_text("pageView", event),
            },
        },
        "responses": {
            "200": _taken(receipt),
            "202": _answer(
                _QUEUED,
                {"$ref": _ref("Queued")},
                [msgspec.to_builtins(Queued("queued", receipt.event_id, receipt.bucket))],
            ),
            **_problems(400, 403, 404, 405, 413, 415, 429, 500, 503),
        },
    }


def _taken(receipt: Receipt) -> dict[str, Any]:
    said = [msgspec.to_builtins(receipt), msgspec.to_builtins(NotStored(NOT_STORED, receipt.bucket, sampled=True))]
    return _answer(
        "Stored, or there already (`duplicate`), or left out as others count for it (`sampled`), or what a dry run found",
        {"anyOf": [{"$ref": _ref(name)} for name in ("Receipt", "DryRun", "NotStored")]},
        [said[0], {**said[0], "duplicate": True}, said[1]],
    )


def _track_batch(batch: dict[str, Any]) -> dict[str, Any]:
    receipt = BatchReceipt("ok", 1, 0, [Fault(1, "Invalid field: page", "page: must be a string", "page")])
    return {
        "operationId": "trackBatch",
        "summary": "Store several events of one tenant, each judged on its own",
        "description": (
            f"Up to {MAX_EVENTS} events, {MAX_BATCH // 1024} KiB in all. A bad event is named by its index and keeps no other "
            "from being stored. Sent again, alone or in another batch, an event with the same eventId and timestamp counts once."
        ),
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _BATCH, "examples": {"one": {"value": batch}}},
                **_as_text("one", batch),
            },
        },
        "responses": {
            "200": _answer(
                "Every event is stored, was stored before, is counted as not stored or sampled, or is named as rejected",
                {"$ref": _ref("BatchReceipt")},
                [msgspec.to_builtins(receipt)],
            ),
            "202": _answer(
                f"{_QUEUED}: the events that `queued` counts",
                {"$ref": _ref("BatchReceipt")},
                [msgspec.to_builtins(BatchReceipt("queued", 0, 0, [], 2))],
            ),
            **_problems(400, 403, 404, 405, 413, 415, 429, 500, 503),
        },
    }


# Each event is judged on its own, so that the envelope's schema says nothing of what is in it.
_BATCH = {
    "type": "object",
    "required": ["bucket", "events"],
    "additionalProperties": False,
    "properties": {
        "bucket": {"type": "string", "maxLength": MAX_TEXT},
        "events": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_EVENTS,
            "items": {"description": "An Event; its bucket may be left out"},
        },
    },
}


def _pixel() -> dict[str, Any]:
    described = msgspec.json.schema_components([Event], ref_template="{name}")[1]["Event"]["properties"]
    needed = ("bucket", "eventType")
    return {
        "operationId": "pixel",
        "summary": "Store one event from an image's address, for mails and pages without scripts",
        "description": "The time is the arrival's, and the page is the Referer where none is named.",
        "parameters": [
            {"name": name, "in": "query", "required": name in needed, "schema": {"type": "string"}}
            | {"description": _description(described[name])}
            for name in PIXEL_FIELDS
        ],
        "responses": {
            "204": {"description": "Stored, or there already"},
            **_problems(400, 403, 404, 405, 429, 500, 503),
        },
    }


def _description(schema: dict[str, Any]) -> str:
    return str(schema.get("description") or schema["anyOf"][0]["description"])


def _script(summary: str) -> dict[str, Any]:
    content = {"text/javascript": {"schema": {"type": "string"}}}
    return {
        "summary": summary,
        "responses": {
            "200": {"description": summary, "content": content},
            "304": {"description": "It has not changed"},
            **_problems(404, 405, 429, 500),
        },
    }


def _preflight(name: str) -> dict[str, Any]:
    return {
        "operationId": name,
        "summary": "A browser's preflight",
        "responses": {
            "204": {"description": "The methods and headers that a page may use"},
            **_problems(404, 429, 500),
        },
    }


def _get(summary: str, schema: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "responses": {"200": _answer(summary, schema, [example]), **_problems(404, 405, 429, 500)},
    }


def _problems(*statuses: int) -> dict[str, Any]:
    answers = {}
    for status in statuses:
        description, problems = _PROBLEMS[status]
        examples = [msgspec.to_builtins(problem) for problem in problems]
        answers[str(status)] = _answer(description, {"$ref": _ref("Problem")}, examples)
        if status == 503:
            answers["503"]["headers"] = {
                "Retry-After": {"description": "seconds to wait", "schema": {"type": "integer"}, "required": True}
            }
    return answers


def _answer(description: str, schema: dict[str, Any], examples: list[dict[str, Any]]) -> dict[str, Any]:
    named = {f"example{number}": {"value": example} for number, example in enumerate(examples, 1)}
    return {"description": description, "content": {"application/json": {"schema": schema, "examples": named}}}


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _as_text(name: str, value: object) -> dict[str, Any]:
    """The same JSON under the content types that say nothing of it."""
    content = {"schema": {"type": "string"}, "examples": {name: {"value": msgspec.json.encode(value).decode()}}}
    return {"text/plain": content, "application/x-www-form-urlencoded": content}
