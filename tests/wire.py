"""Peers that misbehave on the wire: one refuses, resets, is silent, or loses the answer of a real server behind it."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Behaviour = Callable[[socket.socket], None]


@contextmanager
def peer(behaviour: Behaviour) -> Iterator[str]:
    """A server on a free port that treats every connection so; yields its address as an endpoint URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    threading.Thread(target=_accept, args=(listener, behaviour), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def closed_port() -> str:
    """An endpoint where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def reset(connection: socket.socket) -> None:
    """Drop the connection with a reset in place of a close."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def silent(connection: socket.socket) -> None:
    """Read and never answer."""
    with suppress(OSError):
        while connection.recv(65536):
            pass


def losing_answers(port: int, times: int) -> Behaviour:
    """Pass requests on to the server on this port, but lose the first answers: the server acted, the client cannot know."""
    left = [times]

    def lose(connection: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
            threading.Thread(target=_pass_on, args=(connection, server), daemon=True).start()
            while answer := server.recv(65536):
                if left[0] > 0:
                    left[0] -= 1
                    connection.shutdown(socket.SHUT_RDWR)  # a thread that still reads from it would keep it open
                    reset(connection)
                    return
                connection.sendall(answer)

    return lose


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)


def _accept(listener: socket.socket, behaviour: Behaviour) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_treat, args=(connection, behaviour), daemon=True).start()


def _treat(connection: socket.socket, behaviour: Behaviour) -> None:
    with connection:
        behaviour(connection)
