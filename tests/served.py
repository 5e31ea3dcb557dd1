"""A real server: as `sluice serve` starts it, in its own process, or of any WSGI application, in a thread."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from waitress import wasyncore

from sluice.local import ports, wire
from tests.paths import ROOT

SLUICE = Path(sys.executable).parent / "sluice"


@dataclass(frozen=True)
class Served:
    """A running server: its address, what it said at start, and its log so far."""

    address: str
    greeting: str
    log: list[str]

    @property
    def port(self) -> str:
        return self.address.rpartition(":")[2]


@contextmanager
def served(
    folder: Path, errors: IO[str] | None = None, options: tuple[str, ...] = (), cwd: Path = ROOT, **variables: str
) -> Iterator[Served]:
    """Serve the local stage over this folder on a free port until the end of the block; `log` grows meanwhile.

    What it writes to stderr goes to `errors`, where a file is given.
    """
    environment = {**os.environ, "STORE": f"dir:{folder}", **variables}
    command = [str(SLUICE), "serve", "--port", "0", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": errors}
    with subprocess.Popen(command, cwd=cwd, env=environment, text=True, **pipes) as process:
        assert process.stdout is not None
        log: list[str] = []
        # Read all the time: a full pipe would stop the server.
        reader = threading.Thread(target=log.extend, args=(process.stdout,))
        try:
            greeting = _greeting(process.stdout)
            reader.start()
            address = re.search(r"http://\S+:[0-9]+", greeting)
            assert address, greeting
            yield Served(address[0], greeting, log)
        finally:
            process.terminate()
            if reader.is_alive():
                reader.join()


@contextmanager
def serving(application: Any) -> Iterator[wire.Server]:
    """Serve a WSGI application in a thread until the end of the block."""
    with ports.listening("127.0.0.1", 0) as listening:
        server = wire.Server(application, listening)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server
        finally:
            # In the loop's own thread, which ends when nothing is left to wait for.
            with suppress(OSError):  # a loop that is awake may have closed the trigger before it is written to
                server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
            thread.join()
            server.task_dispatcher.shutdown()


def _greeting(lines: Iterator[str]) -> str:
    """What the server says before its first request: up to the line after `Its record lands`."""
    said = ""
    for line in lines:
        said += line
        if "lands under" in line:
            break
    return said
