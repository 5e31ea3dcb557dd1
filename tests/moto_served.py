"""moto as a server, for what runs in another process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from moto.core.base_backend import BackendDict
from moto.server import ThreadedMotoServer


@contextmanager
def moto_served() -> Iterator[str]:
    """The server's address. What it holds goes with it: it is the whole process's, in which a later test may serve again."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    BackendDict.reset()
