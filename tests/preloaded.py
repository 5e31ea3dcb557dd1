"""A `sluice` for shells that starts at once: each call is a new process, forked from one that has imported everything."""

from __future__ import annotations

import array
import contextlib
import json
import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

# What a shell starts in place of `sluice`: hands its arguments, folder, environment and streams to the server, and waits.
CLIENT = """#!{python} -IS
import array, json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    streams = array.array("i", [0, 1, 2]).tobytes()
    server.sendmsg([b"."], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
    server.sendall(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]).encode())
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(16)))
"""


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PATH whose `sluice` starts at once; every other program is as installed."""
    folder = tmp_path_factory.mktemp("programs")
    client = folder / "sluice"
    client.write_text(CLIENT.format(python=sys.executable, address=str(folder / "socket")))
    client.chmod(0o755)
    command = [sys.executable, "-m", "tests.preloaded", str(folder / "socket")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        yield f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        server.terminate()


def serve(address: str) -> None:
    """Fork a child for each call until this process ends."""
    from sluice.cli import main

    for name in set(main.MODULES.values()):
        import_module(f"sluice.cli.{name}")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            call, _ = listener.accept()
            if os.fork() == 0:  # waits for the command, so that several may run at once
                with call:
                    call.sendall(str(_status(call)).encode())
                os._exit(0)
            call.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _status(call: socket.socket) -> int:
    """Run the call's command in a process of its own; its exit status."""
    size = array.array("i").itemsize
    _, ancillary, _, _ = call.recvmsg(1, socket.CMSG_LEN(3 * size))
    streams = array.array("i", ancillary[0][2])
    arguments, folder, environment = json.loads(b"".join(iter(lambda: call.recv(65536), b"")))
    child = os.fork()
    if child == 0:
        for stream, number in zip(streams, range(3), strict=True):
            os.dup2(stream, number)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        os._exit(_run(arguments))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _run(arguments: list[str]) -> int:
    from sluice.cli.main import main

    sys.argv = ["sluice", *arguments]
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    serve(sys.argv[1])
