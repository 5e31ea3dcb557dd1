"""What API Gateway answers where no function is asked, in the shape of every other answer: error, message, CORS headers."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.events import MAX_BODY
from chalicelib.rejections import NotFound, PayloadTooLarge, StorageUnavailable

# These answers say nothing of any tenant, so any page may read them; a gateway response cannot look a caller up in a list.
CORS = {"Access-Control-Allow-Origin": "'*'", "Access-Control-Expose-Headers": "'Retry-After'"}
NOTHING_HERE = "There is nothing at this path for this method; events go to POST /track"
NO_ANSWER = "There was no answer in time. Send the event again with the same eventId and timestamp."


def gateway_responses() -> dict[str, Any]:
    """The responses by their type, as SAM's `GatewayResponses` takes them."""
    unavailable = _response(
        StorageUnavailable.error, NO_ANSWER, StorageUnavailable.status, StorageUnavailable.retry_after
    )
    not_found = _response(NotFound.error, NOTHING_HERE, NotFound.status)
    return {
        "THROTTLED": _response("Too Many Requests", "Send the event again in a moment.", 429, retry_after=1),
        "REQUEST_TOO_LARGE": _response(
            PayloadTooLarge.error, f"An event may have {MAX_BODY} bytes", PayloadTooLarge.status
        ),
        # What the gateway says of an unknown path, a known path's unknown method, and a path that it cannot read.
        "MISSING_AUTHENTICATION_TOKEN": not_found,
        "RESOURCE_NOT_FOUND": not_found,
        # Reserved concurrency that is used up ends as a failed integration.
        "INTEGRATION_FAILURE": unavailable,
        "INTEGRATION_TIMEOUT": unavailable,
        # A status here would be given to every answer of the class, so each keeps its own.
        "DEFAULT_4XX": _response("Request Refused", "The gateway refused this request; events go to POST /track"),
        "DEFAULT_5XX": _response(
            "Internal Server Error", "This is our fault, not yours. Its id is $context.requestId", retry_after=2
        ),
    }


def _response(error: str, message: str, status: int | None = None, retry_after: int | None = None) -> dict[str, Any]:
    retry = {} if retry_after is None else {"Retry-After": f"'{retry_after}'"}
    return {
        **({} if status is None else {"StatusCode": status}),
        "ResponseParameters": {"Headers": {**CORS, **retry}},
        "ResponseTemplates": {"application/json": json.dumps({"error": error, "message": message})},
    }
