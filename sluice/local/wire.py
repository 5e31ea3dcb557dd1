"""HTTP on the socket: waitress, which reads a request whole before it takes a thread, and what we refuse besides.

A request that two servers could read in two ways is how one is smuggled past the first; a slow one is how a thread is held.
"""

from __future__ import annotations

import re
import resource
import select
import socket
import threading
import time
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import InternalServerError, RequestEntityTooLarge, RequestHeaderFieldsTooLarge

from chalicelib.rejections import InvalidJson, PayloadTooLarge, Rejection
from sluice.local import gateway, request_log

HEAD_LIMIT = 16 * 1024  # API Gateway takes 10 KB
BODY_LIMIT = 10 * 1024 * 1024  # API Gateway's own; the app's is far below
SECONDS = 20  # that a request may take to arrive, and that a connection may be idle
PIPELINED = 16  # requests that may wait on a connection; what a client asks for and does not read is held here
THREADS = 16  # of which each waits for its store
MOMENT = 2  # milliseconds in which a client that has its answer sends on, if it is in a hurry
SETTINGS = {
    "threads": THREADS,
    "channel_timeout": SECONDS,
    "cleanup_interval": 2,
    "max_request_header_size": HEAD_LIMIT,
    "max_request_body_size": BODY_LIMIT + 1,  # waitress refuses this size itself
    "asyncore_use_poll": True,  # select knows 1,024 files
    "clear_untrusted_proxy_headers": False,  # as API Gateway: the app has them, and believes them where its operator says so
    "log_socket_errors": False,  # it is not an error if a client closes its connection, as a browser does with its page
    "ident": None,  # no version for strangers
}
BARE_LF = re.compile(rb"(?<!\r)\n")
ENCODED = re.compile(rb"^transfer-encoding[ \t]*:", re.I | re.M)
ENDLESS = re.compile(rb"^content-length:[ \t]*[0-9]{13}", re.I | re.M)


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """A request that has one reading alone, for us and for whatever passes requests on to us."""

    completed = False
    path = ""  # which waitress also logs of a request that it could not read
    version = "1.1"  # of the answer, where the head could not be read

    def received(self, data: bytes) -> int:
        """Take in what has arrived, and return how much of it belongs to this request."""
        consumed = len(data)
        try:
            consumed = super().received(data)
            if not self.completed and not self.headers_finished and BARE_LF.search(self.header_plus):
                raise InvalidJson("This is not a valid HTTP request: its lines must end in CR LF")
        except Rejection as rejection:
            self.error = rejection
        except ValueError as error:  # of an address like `http://[`, which waitress does not expect
            self.error = InvalidJson(f"This is not a valid HTTP request: {error}")
        self.completed = self.completed or self.error is not None
        if self.completed:  # whole, or refused: the client is not to send on; waitress would wait for a body
            self.expect_continue = False
        return consumed

    def parse_header(self, head: bytes) -> None:
        """Read the head; raises Rejection for what waitress would take."""
        if ENCODED.search(head):  # with a length as well, two servers could read two different bodies
            raise InvalidJson("Send the body with its Content-Length")
        if ENDLESS.search(head):  # int() takes at most 4,300 digits
            raise PayloadTooLarge(f"The body has more than {BODY_LIMIT} bytes")
        super().parse_header(head)
        if self.version not in ("1.0", "1.1"):
            raise InvalidJson("This is not a valid HTTP request: it must be HTTP/1.1 or HTTP/1.0")
        if self.version == "1.1" and "," in self.headers.get("HOST", ","):
            raise InvalidJson("This is not a valid HTTP request: it must have one Host")


class _Answered(WSGITask):  # type: ignore[misc]
    """The app's answer."""

    wrote_header = False

    def write(self, data: bytes) -> None:
        """Send the whole answer at once, as the app makes it; by itself waitress sends the head first."""
        head = b"" if self.wrote_header else self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written += len(data)
        self.channel.write_soon(head + data if self.has_body else head)


def _rejection(error: Any) -> Rejection:
    """Why waitress, or the parser above, refuses a request."""
    if isinstance(error, RequestEntityTooLarge):
        return PayloadTooLarge(f"The body has more than {BODY_LIMIT} bytes")
    if isinstance(error, RequestHeaderFieldsTooLarge):
        return InvalidJson(f"The request's head has more than {HEAD_LIMIT} bytes")
    return error if isinstance(error, Rejection) else InvalidJson(f"This is not a valid HTTP request: {error.body}")


class _Refused(ErrorTask):  # type: ignore[misc]
    """The answer to what never reaches the app, in the contract's shape; the connection ends with it."""

    def execute(self) -> None:
        """Send it; called by waitress in a thread."""
        request_log.METHOD.set("?")
        error = self.request.error
        answer = gateway.fault() if isinstance(error, InternalServerError) else gateway.refusal(_rejection(error))
        self.status = answer.line
        self.response_headers.extend(answer.headers)
        self.set_close_on_finish()
        self.content_length = len(answer.body)
        self.write(answer.body)


class _Thread(threading.local):
    """What a thread is at."""

    stays = False  # with one connection: the loop need not hear of each answer


_THREAD = _Thread()


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection, which can hold neither its place nor our memory for as long as it likes."""

    parser_class = _Parser
    task_class = _Answered
    error_task_class = _Refused
    began = last_activity = 0.0
    held = False  # by the thread that answers; the loop does not read meanwhile

    def readable(self) -> bool:
        """Whether the loop is to read from it."""
        return not self.held and bool(super().readable())

    def received(self, data: bytes) -> bool:
        """Take in what has arrived."""
        if self.request is None:
            self.began = self.last_activity
        else:  # one byte after the other gives a request no more time
            self.last_activity = self.began
        taken: bool = super().received(data)
        with self.requests_lock:
            if len(self.requests) > PIPELINED:
                self.requests[PIPELINED].headers["CONNECTION"] = "close"
        return taken

    def service(self) -> None:
        """Answer, and stay with a client that sends on at once, while no other waits for a thread.

        By way of the loop each request costs a fifth more, and eight clients get a quarter less.
        """
        self.held = _THREAD.stays = True
        try:
            super().service()
            while self.server.has_time() and (self.requests or self._read_on()):
                if self.requests:  # else a part of one has come
                    super().service()
        finally:
            waits = bool(self.requests)
            self.held = _THREAD.stays = False
            if waits:
                self.server.add_task(self)
            self.server.pull_trigger()

    def _read_on(self) -> bool:
        """Take in what comes within a moment; False where nothing does, and the loop goes on with the connection, or ends it."""
        if not self.connected or not super().readable():
            return False
        try:
            coming = select.poll()
            coming.register(self.socket, select.POLLIN)
            data = self.socket.recv(self.adj.recv_bytes) if coming.poll(MOMENT) else b""
        except (OSError, ValueError):  # ValueError: the loop has closed it
            return False
        self.last_activity = time.time()
        return self.received(data)


class Server(TcpWSGIServer):  # type: ignore[misc]
    """The server; it accepts connections as soon as it is made."""

    channel_class = _Channel

    def __init__(self, application: Any, listening: socket.socket) -> None:
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        connections = 10_000 if files == resource.RLIM_INFINITY else files * 3 // 4  # the stores need files too
        settings = Adjustments(**SETTINGS, sockets=[listening], connection_limit=connections)
        where = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(application, adj=settings, _sock=listening, bind_socket=False, sockinfo=where)

    def has_time(self) -> bool:
        """Whether no connection waits for a thread, and the server does not end."""
        return not self.task_dispatcher.queue and not self.task_dispatcher.stop_count

    def add_task(self, task: _Channel) -> None:
        """Queue a connection with a request for a thread, if none is with it."""
        if not task.held:
            super().add_task(task)

    def pull_trigger(self) -> None:
        """Wake the loop."""
        if not _THREAD.stays:
            super().pull_trigger()

    def maintenance(self, now: float) -> None:
        """Close the connections whose time is over; those of clients that do not read would never end by themselves."""
        for channel in list(self.active_channels.values()):
            if channel.will_close:
                channel.handle_close()
        super().maintenance(now)
