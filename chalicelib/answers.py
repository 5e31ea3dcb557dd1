"""What a request is answered with, in the contract's shape, and what the log says of it."""

from __future__ import annotations

import msgspec
from chalice.app import Request, Response

from chalicelib import rejections
from chalicelib.logs import Outcome
from chalicelib.rejections import Problem, Refusal, Rejection

# sendBeacon and a fetch without preflight post text/plain, and `curl -d` names a form; Chalice answers 415 to any type
# that is not listed. The body is JSON under each of them.
CONTENT_TYPES = ["application/json", "text/plain", "application/x-www-form-urlencoded"]
ANY_CONTENT_TYPE = ["*/*"]
EXPOSED = "Date, Retry-After"  # a page whose clock is wrong corrects its timestamps by the Date
PREFLIGHT = {
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Answer(Response):
    """A response, and what the log says of it."""

    def __init__(self, outcome: Outcome, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        content_type = {"Content-Type": "application/json"} if body else {}
        super().__init__(body.decode(), {**content_type, **(headers or {})}, outcome.status)
        self.outcome = outcome


def refused(refusal: Refusal, *, is_dry_run: bool = False) -> Answer:
    """The answer to a refusal, in its own words."""
    gates = rejections.verdicts(refusal.gate) if is_dry_run else None
    headers = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
    outcome = Outcome(
        "rejected" if isinstance(refusal, Rejection) else "unavailable",
        refusal.status,
        reason=refusal.reason,
        entry=refusal.entry,
        bucket=refusal.bucket,
        cause=refusal.cause,
        sent=refusal.sent,
    )
    return Answer(outcome, msgspec.json.encode(refusal.problem(gates)), headers)


def not_found() -> Rejection:
    """The refusal of a path that is not there."""
    return rejections.NotFound(rejections.NO_PATH)


def reshaped(request: Request, response: Response) -> Answer:
    """Chalice's own answer in our words; what is neither 405 nor 415 is a bug."""
    if response.status_code == rejections.MethodNotAllowed.status:
        answer = refused(rejections.MethodNotAllowed(f"{request.path} takes {response.headers['Allow']}"))
        answer.headers["Allow"] = response.headers["Allow"]
        return answer
    if response.status_code == rejections.UnsupportedMediaType.status:
        return refused(rejections.UnsupportedMediaType(rejections.NO_TYPE))
    return fault(request)


def fault(request: Request) -> Answer:
    """The answer where a bug of ours struck: without detail, by the id that its log line has."""
    message = f"This is our fault, not yours. Its id is {request_id(request)}"
    return Answer(Outcome("fault", 500), msgspec.json.encode(Problem("Internal Server Error", message)))


def request_id(request: Request) -> str:
    """API Gateway's id, which the client sees as `x-amzn-RequestId`; else the worker's."""
    return str(request.context.get("requestId") or getattr(request.lambda_context, "aws_request_id", "none"))
