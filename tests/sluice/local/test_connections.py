"""The local server's connections, in this process: clients that drip, do not read, or hurry, and an application that fails."""

from __future__ import annotations

import logging
import re
import socket
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib import logs
from sluice.local import request_log, wire
from tests.served import serving
from tests.sluice.local.test_wire import HEALTH, HOST, answered, connected, post, statuses


def echo(environ: dict[str, Any], start: Any) -> list[bytes]:
    body: bytes = environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def test_a_request_that_drips_is_ended_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SETTINGS", wire.SETTINGS | {"channel_timeout": 1, "cleanup_interval": 1})
    with serving(echo) as server, connected(int(server.effective_port)) as connection:
        connection.settimeout(0.1)
        end, ended = time.monotonic() + 10, False
        while not ended and time.monotonic() < end:
            try:
                connection.sendall(b"G")
                ended = connection.recv(1) == b""
            except TimeoutError:
                continue  # nothing comes, so the next byte goes
            except ConnectionError:
                ended = True
        assert ended


def test_a_client_that_does_not_read_is_ended_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "SETTINGS", wire.SETTINGS | {"channel_timeout": 1, "cleanup_interval": 1})

    def large(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("200 OK", [("Content-Length", str(2**24))])
        return [bytes(2**24)]

    with serving(large) as server, connected(int(server.effective_port)) as connection:
        connection.sendall(HEALTH)
        end = time.monotonic() + 10
        assert len(connection.recv(1000)) > 0
        (channel,) = server.active_channels.values()
        while channel.connected and time.monotonic() < end:
            with connected(int(server.effective_port)) as other:  # each wakes the loop, and takes its time
                other.sendall(b"\r\n")
        assert not channel.connected


def test_a_fault_is_answered_without_its_detail_and_logged_without_the_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = [logging.StreamHandler(sys.stdout)]
    monkeypatch.setattr(logging.getLogger(logs.SERVICE), "handlers", handlers)
    request_log.show_as("text")

    def failing(environ: dict[str, Any], start: Any) -> list[bytes]:
        raise ValueError("a-detail")

    with serving(failing) as server:
        answer = answered(int(server.effective_port), b"GET /a-person HTTP/1.1\r\n" + HOST + b"\r\n")
    said = capsys.readouterr()

    assert statuses(answer) == [500] and b'"error":"Internal Server Error"' in answer
    assert "ERROR waitress.service ValueError" in said.out and "failing" in said.out
    assert not re.search("a-detail|a-person|127.0.0.1", said.out + said.err + answer.decode())


def test_busy_clients_more_than_threads_get_each_answer_once() -> None:
    calls: Counter[bytes] = Counter()

    def counting(environ: dict[str, Any], start: Any) -> list[bytes]:
        body = echo(environ, start)
        calls.update(body)
        return body

    def ask(client: int) -> None:
        with connected(int(server.effective_port)) as connection, connection.makefile("rb") as answers:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for number in range(60):
                body = b"%04d-%04d" % (client, number)
                request = post(b"Content-Length: 9\r\n", body=body)
                cut = number * 7 % len(request)  # in two pieces, at another place each time
                connection.sendall(request[:cut])
                connection.sendall(request[cut:])
                while answers.readline().strip():
                    pass
                assert answers.read(9) == body

    clients = wire.THREADS * 3
    with serving(counting) as server, ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, range(clients)))
    assert len(calls) == clients * 60
    assert set(calls.values()) == {1}
