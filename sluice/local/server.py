"""Chalice's own local server as a process: on this machine it takes API Gateway's part."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from chalice import local
from chalice.config import Config

from chalicelib import logs, settings
from chalicelib.logs import Outcome
from chalicelib.prefixes import RECORDS
from chalicelib.rejections import NO_PATH, InvalidJson, NotFound, PayloadTooLarge, Rejection
from chalicelib.settings import SettingsError
from chalicelib.tracking import ingest
from sluice.errors import SluiceError
from sluice.local import ports, request_log, shipped
from sluice.local import shop as demo_site
from sluice.project import environment

GATEWAY_LIMIT = 10 * 1024 * 1024  # API Gateway's own; the app's is far below
KNOWN_METHODS = ("GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS")
EXAMPLE_BUCKET = "demo-analytics"
NOW = "'$(date -u +%FT%TZ)'"  # within a text in single quotes


class PortRefused(SluiceError):
    """The dashboard cannot be served on its port; the message says what to do."""


class Handler(local.ChaliceRequestHandler):
    """A request as API Gateway hands it on, and its errors in the contract's shape."""

    # Without this each answer's body waits 40 ms for the acknowledgement of its head.
    disable_nagle_algorithm = True

    def __init__(self, *arguments: Any, shop: Path | None = None, **named: Any) -> None:
        self.shop = shop  # where the demo shop's events land; it is there for a folder alone
        super().__init__(*arguments, **named)

    def handle(self) -> None:
        """Serve the connection; it is not an error if the client closes it, as a browser does with its page."""
        with suppress(ConnectionError):
            super().handle()

    def __getattr__(self, name: str) -> Any:
        """Every method goes to the app, which knows what each path takes (405 with `Allow`)."""
        if name.startswith("do_"):
            return self._generic_handle
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Say nothing: the app logs each request, without addresses."""

    def send_error(self, code: int, *_: object) -> None:
        """Answer a request that is not HTTP."""
        self._refuse(InvalidJson(f"This is not a valid HTTP request ({code})"))

    def _generic_handle(self) -> None:
        # A terminal is not to be handed what a stranger calls a method.
        request_log.METHOD.set(self.command if self.command in KNOWN_METHODS else "?")
        if self.shop is not None and self.command == "GET" and self.path.startswith(demo_site.PREFIX):
            self._show_shop(self.shop)
            return
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not length.isascii() or not length.isdigit():
            self._refuse(InvalidJson("Send the body with its Content-Length"))
        elif len(length) > 12 or int(length) > GATEWAY_LIMIT:  # int() takes at most 4,300 digits
            self._refuse(PayloadTooLarge(f"The body has more than {GATEWAY_LIMIT} bytes"))
        else:
            super()._generic_handle()

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = do_PATCH = do_OPTIONS = _generic_handle

    def _send_error_response(self, error: local.LocalGatewayException) -> None:
        """Chalice's server refuses by itself only a path that has no route."""
        self._send(NotFound(NO_PATH))

    def _send_http_response_with_body(self, code: int, headers: dict[str, str], body: bytes | str) -> None:
        if self.command == "HEAD":
            self._send_http_response_no_body(code, headers)
        else:
            super()._send_http_response_with_body(code, headers, body)

    def _show_shop(self, store: Path) -> None:
        """Answer from the demo shop, which no deployed stage has."""
        page = demo_site.page(self.path.partition("?")[0], store)
        if page is None:
            self._send(NotFound(NO_PATH))
        else:
            headers = {"Content-Type": page.kind, "Cache-Control": "no-store"}
            self._send_http_response_with_body(200, headers, page.body)

    def _refuse(self, rejection: Rejection) -> None:
        """Refuse without having read the body, so the connection cannot go on."""
        self.close_connection = True
        self._send(rejection)

    def _send(self, rejection: Rejection) -> None:
        """Answer what the app never sees, which so has no line of the app's."""
        logs.request(
            Outcome("rejected", rejection.status, reason=rejection.reason),
            stage=settings.LOCAL,
            request_id="none",
            route="unknown",
            milliseconds=0.0,
        )
        headers = {"Access-Control-Allow-Origin": "*"}
        self._send_http_response_with_body(rejection.status, headers, msgspec.json.encode(rejection.problem()))


def serve(stage: str, host: str, port: int, dashboard: str, log: request_log.Kind) -> None:
    """Serve the app until interrupted; says where once it answers."""
    # Not by chalice.cli, which imports inquirer: that asks the terminal what it can do, and waits ten seconds for a silent one.
    written = json.loads(environment.CONFIG.read_bytes()) if environment.CONFIG.exists() else {}
    config = Config(stage, config_from_disk=written)
    local.ThreadedHTTPServer.request_queue_size = 128
    app = shipped.app()
    request_log.show_as(log)
    given = environment.load(stage)
    ingest.assemble(given)  # so that what it refuses is refused before a request comes
    ingest.warm()
    server = local.create_local_server(app, config, host, port)
    shop = given.store_directory
    if dashboard:
        check_dashboard(host, int(dashboard))
    server.server.RequestHandlerClass = partial(Handler, app_object=app, config=config, shop=shop)
    say(greeting(stage, host, server.server.server_port))
    with dashboard_process(stage, host, dashboard) if dashboard else nullcontext():
        server.server.serve_forever()


def check_dashboard(host: str, port: int) -> None:
    """Refuse a port for the dashboard that something has, the API itself included; raises PortRefused."""
    refusal = ports.refusal(host, port)
    if refusal:
        raise PortRefused(
            f"the dashboard's {refusal}. Free it, or take another: make run DASHBOARD={port + 1} "
            f"(sluice serve --with-dashboard {port + 1})"
        )


@contextmanager
def dashboard_process(stage: str, host: str, port: str) -> Iterator[subprocess.Popen[bytes]]:
    """The dashboard as a second process, which ends with the server."""
    command = [sys.executable, "-P", "-m", "sluice.dashboard", "--stage", stage, "--host", host, "--port", port]
    # Ctrl-C reaches both: the server ends the dashboard, which would else show where in its start it was met.
    deaf = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with _held(signal.SIGTERM, signal.SIGINT) as waiting:
        process = subprocess.Popen(command, env=settings.environment(), stdout=subprocess.DEVNULL, preexec_fn=deaf)
    with process:
        try:
            for number in waiting:
                signal.raise_signal(number)
            say(f"The dashboard is on http://{host}:{port}")
            yield process
        finally:
            process.terminate()


@contextmanager
def _held(*numbers: signal.Signals) -> Iterator[list[int]]:
    """The signals that come meanwhile, for later: one between a process's start and our hold on it would leave it behind."""
    waiting: list[int] = []
    before = {number: signal.signal(number, lambda number, _: waiting.append(number)) for number in numbers}
    try:
        yield waiting
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def greeting(stage: str, host: str, port: int) -> str:
    """What a developer needs first: the address, a request that works as pasted, where its record lands."""
    store = environment.load(stage).store_directory
    # The shell writes the time, so that the line works however long the server has run by then.
    event = f'{{"bucket": "{EXAMPLE_BUCKET}", "eventType": "page_view", "page": "/hello", "timestamp": "{NOW}"}}'
    shop = f"\nA demo shop to click through: http://{host}:{port}{demo_site.PREFIX}" if store else ""
    place = f"{store}/<bucket>/" if store else "s3://<bucket>/"
    return (
        f"Sluice serves http://{host}:{port} (stage {stage}, Ctrl-C ends it). Send it an event:\n\n"
        f"  curl http://{host}:{port}/track -d '{event}'\n\n"
        f"Its record lands under {place}{RECORDS.path}; `make demo` makes a month of visits.{shop}"
    )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    stage, host, port, dashboard, log = arguments
    # As Ctrl-C does: it ends the dashboard's process too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(stage, host, int(port), dashboard, "json" if log == "json" else "text")
    except (SluiceError, SettingsError) as error:
        sys.stderr.write(f"sluice: {error}\n")
        return 1
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.stderr.write(f"Port {port} is taken. Free it, or take another: make run PORT=8001\n")
        else:
            sys.stderr.write(f"Cannot serve on {host}:{port}: {error.strerror}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
