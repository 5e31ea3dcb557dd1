"""Ports of this machine: whether something can be served there."""

from __future__ import annotations

import errno
import os
import socket


def listening(host: str, port: int) -> socket.socket:
    """A socket that accepts connections there; raises OSError, of which `reason` says why."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=1024)


def reason(error: OSError) -> str:
    """Why nothing can be served there."""
    # Python repeats the address in a system error's text; for an unknown name the error has no system number.
    return str(error.strerror) if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)


def refusal(host: str, port: int) -> str | None:
    """Why nothing can be served there, as the start of a sentence; None where it can."""
    try:
        listening(host, port).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} is taken"
        return f"{host}:{port} cannot be served on ({reason(error)})"
    return None
