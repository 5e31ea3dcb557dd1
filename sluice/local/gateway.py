"""API Gateway's part on this machine, as WSGI: Chalice's own local gateway in front of the app, and the demo shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from chalice import local
from chalice.app import Chalice
from chalice.config import Config

from chalicelib import logs, settings
from chalicelib.logs import Outcome
from chalicelib.rejections import NO_PATH, NotFound, Problem, Rejection
from sluice.local import request_log
from sluice.local import shop as demo_site

KNOWN_METHODS = ("GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS")

Environ = dict[str, Any]
Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    """What goes back to the client."""

    status: int
    headers: Headers
    body: bytes

    @property
    def line(self) -> str:
        """The status as WSGI wants it."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


class Gateway:
    """The WSGI application: a request as API Gateway hands it on, whatever its method; the app knows what each path takes."""

    def __init__(self, app: Chalice, config: Config, shop: Path | None = None) -> None:
        app.__class__ = local.LocalChalice  # so that each thread has its own current request
        self._app = app
        self._config = config
        self._shop = shop  # where the demo shop's events land; it is there for a folder alone

    def __call__(self, environ: Environ, start: Callable[[str, Headers], object]) -> list[bytes]:
        answer = self._answer(environ)
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body
        start(answer.line, [*answer.headers, ("Content-Length", str(len(body)))])
        return [body]

    def _answer(self, environ: Environ) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ["REQUEST_URI"]
        # A terminal is not to be handed what a stranger calls a method.
        request_log.METHOD.set(method if method in KNOWN_METHODS else "?")
        if self._shop is not None and method == "GET" and path.startswith(demo_site.PREFIX):
            return _shown(path.partition("?")[0], self._shop)
        gateway = local.LocalGateway(self._app, self._config)
        gateway.event_converter.LOCAL_SOURCE_IP = environ["REMOTE_ADDR"]  # Chalice's is this machine's, for everyone
        try:
            answer = gateway.handle_request(
                method, path, dict(sent_headers(environ)), environ["wsgi.input"].read() or None
            )
        except (local.LocalGatewayException, UnicodeEncodeError):  # Chalice repeats an `Authorization` in ASCII
            return refusal(NotFound(NO_PATH))  # it refuses by itself only a path that has no route
        headers = {**answer["headers"], **answer["multiValueHeaders"]}
        return Answer(answer["statusCode"], list(_pairs(headers)), (answer["body"] or "").encode())


def refusal(rejection: Rejection) -> Answer:
    """The answer to what the app never sees, which so has no line of the app's."""
    logs.request(
        Outcome("rejected", rejection.status, reason=rejection.reason),
        stage=settings.LOCAL,
        request_id="none",
        route="unknown",
        latency_ms=0.0,
    )
    return problem(rejection.status, rejection.problem())


def fault() -> Answer:
    """The answer where something of ours has failed, which the server logs."""
    return problem(500, Problem("Internal Server Error", "This is our fault, not yours"))


def problem(status: int, body: Problem) -> Answer:
    """An answer in the contract's shape."""
    headers = [("Access-Control-Allow-Origin", "*"), ("Content-Type", "application/json")]
    return Answer(status, headers, msgspec.json.encode(body))


def _shown(path: str, store: Path) -> Answer:
    """A page of the demo shop, which no deployed stage has."""
    page = demo_site.page(path, store)
    if page is None:
        return refusal(NotFound(NO_PATH))
    return Answer(200, [("Content-Type", page.kind), ("Cache-Control", "no-store")], page.body)


def sent_headers(environ: Environ) -> Iterator[tuple[str, str]]:
    """The request's headers, which WSGI has among other variables."""
    for name, value in environ.items():
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            yield name.removeprefix("HTTP_").replace("_", "-").lower(), value


def _pairs(headers: dict[str, str | list[str]]) -> Iterator[tuple[str, str]]:
    for name, values in headers.items():
        for value in values if isinstance(values, list) else [values]:
            yield name, value
