"""Ask a running stage over HTTP, as its clients do."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

PATIENCE = 30  # seconds: longer than the gateway's own 29


def ask(address: str, path: str, body: str | None = None) -> tuple[int, Any]:
    """Status and JSON of an answer; 0 and the reason where there is none."""
    try:
        url = urlsplit(address)
        connection = (HTTPSConnection if url.scheme == "https" else HTTPConnection)(url.netloc, timeout=PATIENCE)
        try:
            connection.request(
                "POST" if body else "GET", url.path.rstrip("/") + path, body, {"Content-Type": "text/plain"}
            )
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"null")
        finally:
            connection.close()
    except (OSError, HTTPException, RecursionError, ValueError) as error:
        return 0, str(error) or type(error).__name__


def said(status: int, answer: Any) -> str:
    """The answer for people: its status and message, or why there is none."""
    if status == 0:
        return f"no answer ({answer})"
    message = answer.get("message", "") if isinstance(answer, dict) else ""
    return f"{status} {message}".rstrip()
