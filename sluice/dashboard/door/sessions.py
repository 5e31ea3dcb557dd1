"""Who is signed in, in a signed cookie of the browser: nothing is kept here but which ones have signed out."""

from __future__ import annotations

import hashlib
import secrets
from hmac import compare_digest
from pathlib import Path

from cachetools import TTLCache
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import HTTPConnection
from starlette.responses import Response

from sluice import files
from sluice.analysis.viewers import Users, is_loopback
from sluice.dashboard.door.hosts import hostname

SECONDS = 12 * 3600
KEY = "dashboard.key"
# A cookie of this prefix was set by this very name over TLS: no neighbour under the same domain can set it.
SECURE, PLAIN = "__Host-sluice-session", "sluice-session"


class Sessions:
    """Makes, reads and ends the cookies."""

    def __init__(self, secret: str) -> None:
        signed = {"digest_method": hashlib.sha256}
        self._signer = URLSafeTimedSerializer(secret, salt="sluice-dashboard-session", signer_kwargs=signed)
        # Lost with the process: a copy of a cookie that signed out before works again until it expires.
        self._ended: TTLCache[str, bool] = TTLCache(maxsize=100_000, ttl=SECONDS)

    def begin(self, connection: HTTPConnection, answer: Response, name: str, users: Users) -> None:
        """Sign this person in, in all of the browser's tabs."""
        value = self._signer.dumps([name, users.mark(name), secrets.token_urlsafe(12)])
        is_here = is_local(connection)
        answer.set_cookie(
            PLAIN if is_here else SECURE, value, SECONDS, path="/", secure=not is_here, httponly=True, samesite="lax"
        )

    def name(self, connection: HTTPConnection, users: Users) -> str | None:
        """Who is signed in: still in the file, with the same password, in time, and not signed out."""
        name, mark, number = self._read(connection)
        is_same = compare_digest(mark, users.mark(name)) and users.find(name) is not None
        return name if is_same and number not in self._ended else None

    def end(self, connection: HTTPConnection, answer: Response) -> None:
        """Sign out, in all of the browser's tabs."""
        self._ended[self._read(connection)[2]] = True
        is_here = is_local(connection)
        answer.delete_cookie(PLAIN if is_here else SECURE, "/", secure=not is_here, httponly=True, samesite="lax")

    def _read(self, connection: HTTPConnection) -> tuple[str, str, str]:
        cookie = connection.cookies.get(PLAIN if is_local(connection) else SECURE, "")
        try:
            name, mark, number = self._signer.loads(cookie, max_age=SECONDS)
        except (BadData, ValueError):
            return "", "", ""
        return name, mark, number


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
