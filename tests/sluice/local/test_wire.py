"""The local server attacked on its socket: by requests with two readings, halves, floods, and clients that do not read."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from sluice.local import wire
from tests.conftest import BUCKET, event_body, stored
from tests.served import Served, served

HOST = b"Host: x\r\n"
HEALTH = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
LAST = b"GET /health HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
EMPTY_CHUNKS = b"0\r\n\r\n"
STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3}) ")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """The server, and what it writes to stderr."""
    folder = tmp_path_factory.mktemp("wire")
    with (folder / "errors").open("w") as errors, served(folder / "data", errors) as running:
        yield running, folder


@pytest.fixture
def port(server: tuple[Served, Path]) -> int:
    return int(server[0].port)


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def answered(port: int, request: bytes) -> bytes:
    """All that the server answers on one connection until it ends it."""
    with connected(port) as connection:
        connection.sendall(request)
        return rest(connection)


def rest(connection: socket.socket) -> bytes:
    """What comes until the end; a reset is one, since the server does not wait for what it refuses."""
    parts = []
    with suppress(ConnectionError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def statuses(answers: bytes) -> list[int]:
    return [int(status) for status in STATUS.findall(answers)]


def post(*headers: bytes, body: bytes = b"{}", version: bytes = b"1.1") -> bytes:
    return b"POST /track HTTP/" + version + b"\r\n" + HOST + b"".join(headers) + b"\r\n" + body


def get(*headers: bytes) -> bytes:
    return b"GET /health HTTP/1.1\r\n" + HOST + b"".join(headers) + b"\r\n"


REFUSED = {
    "two lengths": post(b"Content-Length: 2\r\n", b"Content-Length: 3\r\n"),
    "one length twice": post(b"Content-Length: 2\r\n", b"Content-Length: 2\r\n"),
    "a list of lengths": post(b"Content-Length: 2, 2\r\n"),
    "a signed length": post(b"Content-Length: +2\r\n"),
    "a folded length": post(b"Content-Length: 1\r\n 0\r\n"),
    "a space before the colon": post(b"Content-Length : 2\r\n"),
    "chunks": post(CHUNKED, body=EMPTY_CHUNKS),
    "chunks and a length": post(CHUNKED, b"Content-Length: 2\r\n", body=EMPTY_CHUNKS + HEALTH),
    "chunks in HTTP/1.0": post(CHUNKED, b"Connection: keep-alive\r\n", body=EMPTY_CHUNKS + HEALTH, version=b"1.0"),
    "an unknown coding": post(b"Transfer-Encoding: xchunked\r\n", b"Content-Length: 2\r\n"),
    "a coding without a name": post(b"Transfer-Encoding:\r\n", b"Content-Length: 2\r\n"),
    "bare LF": b"GET /health HTTP/1.1\nHost: x\n\n",
    "bare LF in one line": get(b"A: b\nC: d\r\n"),
    "bare CR": get(b"A: b\rC: d\r\n"),
    "NUL": get(b"A: b\0c\r\n"),
    "no colon": get(b"Abc\r\n"),
    "no host": b"GET /health HTTP/1.1\r\n\r\n",
    "two hosts": get(HOST),
    "a long header": get(b"A: " + b"a" * 100_000 + b"\r\n"),
    "a long path": b"GET /health?" + b"a" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "1,000 headers": get(*(b"A-%d: 0123456789\r\n" % number for number in range(1000))),
    "an address that cannot be read": b"GET http://[x/health HTTP/1.1\r\n" + HOST + b"\r\n",
    "HTTP/0.9": b"GET /health\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9.9.9": b"GET / HTTP/9.9.9\r\n\r\n",
    "a method in lower case": b"get /health HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method with a terminal's escape": b"GE\x1bT /health HTTP/1.1\r\n" + HOST + b"\r\n",
}


@pytest.mark.parametrize("request_", REFUSED.values(), ids=REFUSED)
def test_a_request_with_two_readings_is_refused_in_the_contracts_shape(request_: bytes, port: int) -> None:
    answer = answered(port, request_)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert statuses(answer) == [400]
    assert b"\r\nAccess-Control-Allow-Origin: *" in head
    assert set(json.loads(body)) == {"error", "message"}


@pytest.mark.parametrize("length", [b"10485761", b"99999999999", b"9" * 5000])
def test_a_body_over_the_gateways_limit_is_refused_before_it_is_sent(length: bytes, port: int) -> None:
    answer = answered(port, post(b"Content-Length: " + length + b"\r\n", b"Expect: 100-continue\r\n", body=b""))
    assert statuses(answer) == [413]


@pytest.mark.parametrize("path", [b"/demo/", b"/demo/nothing", b"/health", b"/nothing"])
def test_a_body_where_none_is_asked_for_is_not_read_as_a_request(path: bytes, port: int) -> None:
    hidden = b"BREW /hidden HTTP/1.1\r\n" + HOST + b"\r\n"
    request = b"GET %s HTTP/1.1\r\nContent-Length: %d\r\n" % (path, len(hidden)) + HOST + b"\r\n" + hidden

    assert len(statuses(answered(port, request + LAST))) == 2


@pytest.mark.parametrize(
    "half",
    [b"GET /health HTTP/1.1\r\nHost: ", b"POST /track HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{", b""],
    ids=["heads", "bodies", "connections"],
)
def test_500_halves_delay_nobody(half: bytes, port: int) -> None:
    with ExitStack() as held:
        for _ in range(500):
            held.enter_context(connected(port)).sendall(half)
        assert statuses(answered(port, LAST)) == [200]


def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(server: tuple[Served, Path], port: int) -> None:
    body = json.dumps(event_body(bucket=BUCKET)).encode()
    with connected(port) as connection:
        connection.sendall(post(b"Content-Length: %d\r\n" % len(body), b"Expect: 100-continue\r\n", body=b""))
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body + LAST)
        assert statuses(rest(connection)) == [200, 200]


def test_a_client_without_a_body_is_answered_at_once_whatever_it_expects(port: int) -> None:
    assert statuses(answered(port, get(b"Expect: 100-continue\r\n", b"Connection: close\r\n"))) == [200]


def test_requests_sent_together_are_answered_in_their_order(port: int) -> None:
    answers = answered(port, HEALTH + b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n" + LAST)
    assert statuses(answers) == [200, 404, 200]


def test_of_many_requests_sent_together_the_first_are_answered_and_the_connection_ends(port: int) -> None:
    answers = answered(port, HEALTH * 100)
    assert statuses(answers) == [200] * (wire.PIPELINED + 1)
    assert answers.count(b"Connection: close") == 1


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /health HTTP/1.0\r\n\r\n", 200),
        (b"GET http://x/health HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n", 200),
        (b"OPTIONS * HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n", 404),
        (b"CONNECT x:443 HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n", 404),
        (b"GET /nothing HTTP/1.1\r\nConnection: close\r\nAuthorization: \xe9\r\n" + HOST + b"\r\n", 404),
        (b"BREW /track HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n", 405),
        (get(b"A: b\r\n c\r\n", b"Connection: close\r\n"), 200),
    ],
)
def test_what_has_one_reading_reaches_the_app(request_: bytes, status: int, port: int) -> None:
    assert statuses(answered(port, request_)) == [status]


def test_an_answer_to_head_has_no_body(port: int) -> None:
    answer = answered(port, b"HEAD /health HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n")
    assert statuses(answer) == [405] and answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("request_", [LAST, b"nonsense\r\n\r\n"])
def test_no_answer_says_what_serves(request_: bytes, port: int) -> None:
    answer = answered(port, request_).lower()
    assert b"\r\ndate: " in answer
    assert not re.search(rb"server:|via:|waitress|python", answer)


def test_a_client_that_leaves_before_the_end_of_its_body_leaves_no_record_and_no_trace(
    server: tuple[Served, Path], port: int
) -> None:
    folder = server[1]
    body = json.dumps(event_body(bucket="left-analytics")).encode()
    for _ in range(20):
        with connected(port) as connection:
            connection.sendall(post(b"Content-Length: %d\r\n" % (len(body) + 1), body=body))
    assert statuses(answered(port, LAST)) == [200]

    assert stored(folder / "data" / "left-analytics") == []
    assert (folder / "errors").read_text() == ""


def test_each_request_that_the_server_refuses_is_one_line_without_an_address(tmp_path: Path) -> None:
    with served(tmp_path / "data") as running:
        for request in (REFUSED["bare LF"], post(b"Content-Length: 99999999999\r\n"), REFUSED["a long path"]):
            answered(int(running.port), request)
    lines = [line[9:].strip() for line in running.log if line.strip() and "demo shop" not in line]

    assert lines == [
        "? unknown 400 rejected InvalidJson 0.0 ms",
        "? unknown 413 rejected PayloadTooLarge 0.0 ms",
        "? unknown 400 rejected InvalidJson 0.0 ms",
    ]
