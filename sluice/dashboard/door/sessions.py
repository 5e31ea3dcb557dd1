"""Who is signed in, in a cookie of the browser: nothing is kept here but which ones have signed out."""

from __future__ import annotations

import secrets
from hmac import compare_digest

from cachetools import TTLCache
from starlette.requests import HTTPConnection
from starlette.responses import Response

from sluice.analysis.viewers import Users
from sluice.dashboard.door.cookies import Cookie

SECONDS = 12 * 3600
KNOWN_SECONDS = 180 * 24 * 3600


class Sessions:
    """Begins, knows and ends them."""

    def __init__(self, secret: str) -> None:
        self._session = Cookie("session", secret, SECONDS)
        self._known = Cookie("known", secret, KNOWN_SECONDS)
        # Lost with the process: a copy of a cookie that signed out before works again until it expires.
        self._ended: TTLCache[str, bool] = TTLCache(maxsize=100_000, ttl=SECONDS)

    def begin(self, connection: HTTPConnection, answer: Response, name: str, users: Users) -> None:
        """Sign this person in, in all of the browser's tabs; and know the browser again when they come back."""
        self._session.write(connection, answer, name, users.mark(name), secrets.token_urlsafe(12))
        if self.browser(connection, name) is None:
            self._known.write(connection, answer, name, secrets.token_urlsafe(12))

    def name(self, connection: HTTPConnection, users: Users) -> str | None:
        """Who is signed in: still in the file, with the same password, in time, and not signed out."""
        words = self._session.read(connection)
        if not words:
            return None
        name, mark, number = words
        is_same = compare_digest(mark, users.mark(name)) and users.find(name) is not None
        return name if is_same and number not in self._ended else None

    def browser(self, connection: HTTPConnection, name: str) -> str | None:
        """The number of a browser in which this person has signed in before; None for any other."""
        person, number = self._known.read(connection) or ("", None)
        return number if person == name else None

    def end(self, connection: HTTPConnection, answer: Response) -> None:
        """Sign out, in all of the browser's tabs."""
        words = self._session.read(connection)
        if words:
            self._ended[words[-1]] = True
        self._session.delete(connection, answer)
