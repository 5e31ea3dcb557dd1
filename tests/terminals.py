"""A command as a person runs it: in a terminal of so many columns."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import termios
from pathlib import Path


def in_terminal(*arguments: str, cwd: Path, path: str, columns: int = 80) -> str:
    """What this PATH's `sluice` shows there, without its colours."""
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, (40, columns))
    environment = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
    environment |= {"TERM": "xterm-256color", "PATH": path}
    with subprocess.Popen(["sluice", *arguments], cwd=cwd, env=environment, stdin=its, stdout=its, stderr=its):
        os.close(its)
        shown = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode()).replace("\r\n", "\n")


def in_pipe(*arguments: str, cwd: Path, path: str) -> str:
    """What a program reads of it."""
    environment = os.environ | {"PATH": path}
    return subprocess.run(["sluice", *arguments], cwd=cwd, env=environment, capture_output=True, text=True).stdout


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""
