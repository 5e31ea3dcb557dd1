"""The collector's HTTP, as WSGI: the API's own paths and words, and a 202 once the events are on the disk."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from time import perf_counter

import msgspec

from chalicelib import answers, logs, rejections
from chalicelib.logs import NO_ENTRY, Outcome
from chalicelib.receipts import BatchReceipt, NotStored, Queued
from chalicelib.rejections import InvalidField, MethodNotAllowed, Refusal, Rejection, StorageUnavailable
from chalicelib.tracking.outcomes import NOT_STORED, SAMPLED
from chalicelib.tracking.stream import StreamUnavailable
from sluice.collecting.intake import Accepted, Intake
from sluice.collecting.queue import Queue
from sluice.local import request_log
from sluice.local.gateway import KNOWN_METHODS, Answer, Environ, Headers, problem, sent_headers

STAGE = "collector"
HEALTH = "/health"
NO_DRY_RUN = "dryRun: a collector has none; ask the stage"


class Door:
    """The WSGI application. It takes events, and is healthy, as long as something sends what it takes."""

    def __init__(self, intake: Intake, queue: Queue, sends: Callable[[], bool]) -> None:
        self._queue, self._sends = queue, sends
        self._routes = {"/track": intake.one, "/track/batch": intake.batch}

    def __call__(self, environ: Environ, start: Callable[[str, Headers], object]) -> list[bytes]:
        started = perf_counter()
        path, _, query = environ["REQUEST_URI"].partition("?")
        method = environ["REQUEST_METHOD"]
        request_log.METHOD.set(method if method in KNOWN_METHODS else "?")
        try:
            outcome, answer = self._answered(method, path, query, environ)
        except Refusal as refusal:
            outcome, answer = _refused(refusal)
        route = path if path in (*self._routes, HEALTH) else "unknown"
        took = round(1000 * (perf_counter() - started), 3)
        logs.request(outcome, stage=STAGE, request_id=secrets.token_hex(8), route=route, latency_ms=took)
        body = b"" if method == "HEAD" else answer.body
        start(answer.line, [*answer.headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answered(self, method: str, path: str, query: str, environ: Environ) -> tuple[Outcome, Answer]:
        takes = {HEALTH: ("GET", "HEAD")} | dict.fromkeys(self._routes, ("POST", "OPTIONS"))
        if path not in takes:
            raise answers.not_found()
        if method not in takes[path]:
            raise MethodNotAllowed(f"{path} takes {', '.join(takes[path])}")
        if method != "OPTIONS" and not self._sends():
            # It would take events for nobody.
            raise StorageUnavailable("NoSender", entry=NO_ENTRY, bucket=NO_ENTRY)
        if path == HEALTH:
            return Outcome("ok", 200), _answer(200, b'{"status":"ok"}')
        if method == "OPTIONS":
            return Outcome("ok", 204), Answer(204, [*_answer(204, b"").headers, *answers.PREFLIGHT.items()], b"")
        kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
        if kind and kind not in answers.CONTENT_TYPES:
            raise rejections.UnsupportedMediaType(rejections.NO_TYPE)
        if "dryrun" in query.lower():
            raise InvalidField("dryRun", NO_DRY_RUN)
        return self._queued(self._routes[path](environ["wsgi.input"].read(), dict(sent_headers(environ))))

    def _queued(self, accepted: Accepted) -> tuple[Outcome, Answer]:
        """The answer once the events are on the disk."""
        many = len(accepted.parcel.events)
        if many:
            try:
                self._queue.put(accepted.parcel)
            except StreamUnavailable as error:
                raise StorageUnavailable(str(error), entry=NO_ENTRY, bucket=accepted.parcel.bucket) from error
        status = 202 if many else 200
        return Outcome("queued" if many else _left(accepted.receipt), status), _answer(
            status, msgspec.json.encode(accepted.receipt)
        )


def _left(receipt: Queued | NotStored | BatchReceipt) -> str:
    """How a request ended of which nothing is queued."""
    if isinstance(receipt, BatchReceipt) and receipt.rejected:
        return "rejected"
    return SAMPLED if not isinstance(receipt, Queued) and receipt.sampled else NOT_STORED


def _answer(status: int, body: bytes) -> Answer:
    headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Expose-Headers", answers.EXPOSED)]
    return Answer(status, [*headers, ("Content-Type", "application/json")], body)


def _refused(refusal: Refusal) -> tuple[Outcome, Answer]:
    name = "rejected" if isinstance(refusal, Rejection) else "unavailable"
    outcome = Outcome(name, refusal.status, reason=refusal.reason, cause=refusal.cause)
    answer = problem(refusal.status, refusal.problem())
    again = [] if refusal.retry_after is None else [("Retry-After", str(refusal.retry_after))]
    return outcome, answer._replace(headers=[*answer.headers, *again])
