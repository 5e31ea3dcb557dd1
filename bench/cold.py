"""From the start of a process to its first answered event, over a process that imports chalice and boto3 and makes a client."""

from __future__ import annotations

import json
import subprocess
import sys
from time import perf_counter

from bench import processes, tables, traffic
from bench.tables import Row

ROUNDS = 15
TARGET = 2.0
# Each reports on standard error that it is done: nobody waits for the process to end.
_REFERENCE = "import os, chalice, boto3; boto3.client('s3'); os.write(2, b'.')"
# The event is a literal, as it comes from outside in Lambda too.
_FIRST_EVENT = """
import json, os, app
context = type("Context", (), {{"aws_request_id": "5f7c1f4e"}})()
assert app.app(json.loads({event!r}), context)["statusCode"] == 200
os.write(2, b".")
"""


def run() -> list[Row]:
    with processes.sink() as endpoint:
        plain = processes.aws(endpoint)
        deployed = processes.worker(endpoint)
        saltless = processes.worker(endpoint, IP_HASH="off", SALTS="memory")
        return [
            _row("cold start, as deployed", deployed, plain),
            _row("cold start, IP_HASH=off", saltless, plain),
        ]


def _row(name: str, worker: dict[str, str], plain: dict[str, str]) -> Row:
    first_event = _FIRST_EVENT.format(event=json.dumps(traffic.proxy_event()))
    measured = [(_milliseconds(first_event, worker), _milliseconds(_REFERENCE, plain)) for _ in range(ROUNDS + 1)]
    # The first round reads the disk for both.
    return tables.compare(name, "chalice + boto3 client", measured[1:], "ms", TARGET)


def _milliseconds(code: str, environment: dict[str, str]) -> float:
    started = perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=processes.REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr
        signal = process.stderr.read(1)
        spent = perf_counter() - started
        rest = process.stderr.read()
    if signal != b"." or process.returncode:
        raise SystemExit((signal + rest).decode())
    return 1000 * spent
