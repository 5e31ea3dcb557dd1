"""Ports of this machine: whether something can be served there."""

from __future__ import annotations

import errno
import os
import socket


def refusal(host: str, port: int) -> str | None:
    """Why nothing can be served there, as the start of a sentence; None where it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} is taken"
        # Python repeats the address in a system error's text; for an unknown name the error has no system number.
        reason = error.strerror if isinstance(error, socket.gaierror) else os.strerror(error.errno or 0)
        return f"{host}:{port} cannot be served on ({reason})"
    return None
