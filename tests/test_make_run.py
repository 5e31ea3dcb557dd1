"""`make run` as a person runs it: in a terminal, and ended by Ctrl-C, which every process of the terminal gets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sluice.analysis.engines import STAGE
from sluice.local import server
from tests.paths import ROOT


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_ctrl_c_ends_the_server_and_the_dashboard_without_a_traceback(tmp_path: Path) -> None:
    # The environment is there already, in whichever folder; making it is not what is asked here.
    settled = ["--assume-old=.venv/run", "--assume-old=setup", f"BIN={Path(sys.executable).parent}"]
    command = ["make", "run", *settled, "PORT=0", f"DASHBOARD={free_port()}"]
    environment = {**os.environ, "STORE": f"dir:{tmp_path}"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    # A shell that starts the tests in the background has them ignore Ctrl-C, and what they start too.
    hearing = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    group = {"start_new_session": True, "preexec_fn": hearing}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **group, **pipes) as process:
        assert process.stdout is not None
        said = next(line for line in process.stdout if "The dashboard is on" in line)
        os.killpg(process.pid, signal.SIGINT)
        # The end of what can be read: no process is left that could write.
        rest = process.stdout.read()
    assert "http://127.0.0.1:" in said
    assert "Traceback" not in rest
    assert "KeyboardInterrupt" not in rest


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_dashboard_is_started_leaves_no_process_behind(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    class Met(subprocess.Popen[bytes]):
        """A process during whose start the signal comes."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            started.append(self)
            signal.raise_signal(number)

    before = {one: signal.signal(one, lambda *_: sys.exit(0)) for one in (signal.SIGTERM, signal.SIGINT)}
    monkeypatch.setattr(subprocess, "Popen", Met)
    try:
        with pytest.raises(SystemExit), server.dashboard_process("local", "127.0.0.1", str(free_port())):
            pass
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    assert [process.returncode for process in started] == [-signal.SIGTERM]


# The server is stopped while its warm-up asks DuckDB one question after another.
STOPPED = """
import threading
import duckdb
from sluice.dashboard.server import start, warm

asked = threading.Event()

def up(stage):
    connection = duckdb.connect()
    while True:
        connection.execute("SELECT count(*) FROM range(100000)")
        asked.set()

warm.up = up
start.serve = lambda *_: asked.wait()
start.main("127.0.0.1", "0")
start.end()
"""


def test_the_dashboard_ends_quietly_while_its_warm_up_is_in_duckdb() -> None:
    environment = {**os.environ, STAGE: "local"}
    done = subprocess.run([sys.executable, "-c", STOPPED], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_ctrl_c_is_the_servers_to_hear_and_the_dashboard_ends_with_it() -> None:
    with server.dashboard_process("local", "127.0.0.1", str(free_port())) as dashboard:
        dashboard.send_signal(signal.SIGINT)
    assert dashboard.returncode == -signal.SIGTERM
