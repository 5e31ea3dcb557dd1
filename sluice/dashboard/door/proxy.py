"""The way in behind a proxy that knows who asks: a header names the person, and counts from that proxy alone."""

from __future__ import annotations

from hmac import compare_digest

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from sluice.analysis.viewers import Users
from sluice.dashboard.door import forms
from sluice.dashboard.door.addresses import peer
from sluice.dashboard.door.reports import Reports

SECRET = "x-sluice-proxy-secret"
FORGED, UNKNOWN, NAMELESS = "forged", "unknown", "nameless"
SAID = {
    FORGED: "This request did not come by the proxy that signs people in. Open the dashboard by its own address.",
    UNKNOWN: "You are signed in, but are not on the dashboard's list. Ask for access the person who runs it.",
    NAMELESS: "The proxy names nobody. Sign in there, and load this page again.",
}


class Proxied:
    """By a header of a proxy that sends the secret, or comes from one of its addresses; both, where both are given."""

    def __init__(self, header: str, secret: str | None, reports: Reports) -> None:
        self._header, self._secret, self._reports = header, secret, reports

    def name(self, connection: HTTPConnection, users: Users | None) -> str | None:
        """The person of the header, if they are listed."""
        named = self._named(connection)
        found = users.find(named) if users and named and self._is_from_proxy(connection) else None
        return found.name if found else None

    async def answer(self, request: Request, users: Users | None) -> ASGIApp | None:
        """No page: the proxy has them."""
        return None

    def refusal(self, request: Request) -> Response:
        """Why, for the person and for the log."""
        named = self._named(request)
        why = NAMELESS if named is None else UNKNOWN if self._is_from_proxy(request) else FORGED
        if named is not None:
            self._reports.failed("proxy", why, named if why == UNKNOWN else None, request)
        return forms.page("No access", "", SAID[why], 403)

    def _named(self, connection: HTTPConnection) -> str | None:
        given = connection.headers.getlist(self._header)
        # Where there are two, one is the client's.
        return given[0] if len(given) == 1 else None

    def _is_from_proxy(self, connection: HTTPConnection) -> bool:
        sent = connection.headers.get(SECRET, "")
        has_secret = self._secret is None or compare_digest(sent.encode(), self._secret.encode())
        proxies = self._reports.proxies
        return has_secret and (not proxies or proxies.has(peer(connection)))
