"""`sluice collect` as a process: it takes events on this machine, and sends them to a stage as long as it runs."""

from __future__ import annotations

import errno
import signal
import sys
import threading
from pathlib import Path
from typing import NamedTuple

from chalicelib.tracking import assembly
from sluice.collecting import tokens
from sluice.collecting.door import Door
from sluice.collecting.forwarding import Forwarder
from sluice.collecting.intake import Intake
from sluice.collecting.queue import Queue
from sluice.collecting.sending import Stage
from sluice.collecting.tokens import CollectError, Tokens
from sluice.local import ports, request_log, wire


class Options(NamedTuple):
    """What the command line says."""

    to: str
    fields: list[str]
    key: Path
    queue: Path
    host: str
    port: int
    backend_key: Path | None
    log: request_log.Kind
    share: float = 1.0


def collect(options: Options) -> None:
    """Serve until SIGTERM or Ctrl-C, then send what still waits; raises CollectError for what it cannot start with."""
    file = options.backend_key
    backend_key = None if file is None else tokens.read_secret(file, "name the bucket's key with --backend-key")
    if options.share < 1 and backend_key is None:
        raise CollectError("--sample needs --backend-key: the stage takes weights with a key of the bucket alone")
    stage = Stage(options.to, backend_key)
    made = Tokens(tokens.read_key(options.key), options.fields) if options.fields else None
    queue = Queue(options.queue)
    try:
        listening = ports.listening(options.host, options.port)
    except OSError as error:
        taken = "the port is taken" if error.errno == errno.EADDRINUSE else ports.reason(error)
        raise CollectError(f"cannot serve on {options.host}:{options.port}: {taken}") from None
    request_log.show_as(options.log)
    assembly.warm()
    forwarder = Forwarder(queue, stage)
    thread = threading.Thread(target=forwarder.run, name="forwarder", daemon=True)
    application = Door(Intake(made, backend_key, options.share), queue, thread.is_alive)
    server = wire.Server(application, listening)
    thread.start()
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        host, port = listening.getsockname()[:2]
        sys.stdout.write(f"Sluice collects on http://{host}:{port} for {options.to} (Ctrl-C ends it).\n")
        sys.stdout.flush()
        server.run()  # returns at SIGTERM and Ctrl-C, once what was asked is answered
    finally:
        forwarder.end()
        thread.join()
        queue.close()
