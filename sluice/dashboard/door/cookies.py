"""Cookies that only the door can make: signed, with an expiry, out of reach of scripts, and for TLS alone but on this machine."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from sluice import files
from sluice.analysis.viewers import is_loopback
from sluice.dashboard.door.hosts import hostname

KEY = "dashboard.key"


class Cookie:
    """One kind of cookie: its words are texts, read back only as they were written."""

    def __init__(self, kind: str, secret: str, seconds: int) -> None:
        self._kind, self._seconds = kind, seconds
        signed = {"digest_method": hashlib.sha256}
        self._signer = URLSafeTimedSerializer(secret, salt=f"sluice-dashboard-{kind}", signer_kwargs=signed)

    def write(self, connection: HTTPConnection, answer: Response, *words: str) -> None:
        """Let the browser keep these words."""
        is_here = is_local(connection)
        value = self._signer.dumps(words)
        answer.set_cookie(
            name(connection, self._kind), value, self._seconds, secure=not is_here, httponly=True, samesite="lax"
        )

    def read(self, connection: HTTPConnection) -> tuple[str, ...]:
        """The words; none of a cookie that is missing, forged or expired."""
        try:
            return tuple(self._signer.loads(connection.cookies.get(name(connection, self._kind), ""), self._seconds))
        except BadData:
            return ()

    def delete(self, connection: HTTPConnection, answer: Response) -> None:
        """Let the browser forget it."""
        is_here = is_local(connection)
        answer.delete_cookie(name(connection, self._kind), secure=not is_here, httponly=True, samesite="lax")


def name(connection: HTTPConnection, kind: str) -> str:
    """A cookie's name. One of this prefix was set by this very name over TLS: no neighbour under the same domain can set it."""
    return f"sluice-{kind}" if is_local(connection) else f"__Host-sluice-{kind}"


def is_local(connection: HTTPConnection) -> bool:
    """Whether the browser asks this machine by a name of its own, for which it needs no TLS."""
    return is_loopback(hostname(connection.headers.get("host", "")))


def secret(given: str | None, folder: Path) -> str:
    """What cookies are signed with: given, or made at the first start and kept in a file that only its owner can read."""
    if given:
        return given
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / KEY
    with files.locked(folder):
        path.touch(0o600)
        if not path.read_text():
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text()
