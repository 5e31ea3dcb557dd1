"""The ways in: without users for anyone at this machine, or by name and password."""

from __future__ import annotations

import asyncio
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from sluice.analysis import viewers
from sluice.analysis.viewers import User, Users
from sluice.dashboard.door import forms, tries
from sluice.dashboard.door.cookies import is_local
from sluice.dashboard.door.reports import Reports
from sluice.dashboard.door.sessions import Sessions
from sluice.dashboard.door.tries import Crowded, Tries

LARGEST = 8192  # bytes of a form
PATIENCE = 10  # seconds that a form may take to arrive
NO_TLS = (
    "Your browser came without TLS: it would not keep you signed in, and others could read your password. Open this page by "
    "https; docs/dashboard.md says how to set it up."
)


class Way(Protocol):
    """One of the ways in."""

    def name(self, connection: HTTPConnection, users: Users | None) -> str | None:
        """Who asks, as of now; None where nobody is signed in."""

    async def answer(self, request: Request, users: Users | None) -> ASGIApp | None:
        """The answer of one of the way's own pages; None where this is none of them."""

    def refusal(self, request: Request) -> Response:
        """The answer to anyone who is not signed in."""


class Open:
    """Without users anyone who reaches this machine's own address is in."""

    def name(self, connection: HTTPConnection, users: Users | None) -> str | None:
        """Everybody, who has no name."""
        return "" if users is None else None

    async def answer(self, request: Request, users: Users | None) -> ASGIApp | None:
        """No page."""
        return None

    def refusal(self, request: Request) -> Response:
        """For a file of users that was named after the start."""
        return PlainTextResponse("The dashboard has users by now. Start it again.", 403)


class Passwords:
    """By the name and password of a user of the file; a cookie then says who it is."""

    def __init__(self, sessions: Sessions, reports: Reports) -> None:
        self._sessions, self._reports = sessions, reports
        self._tries = Tries(_matching)

    def name(self, connection: HTTPConnection, users: Users | None) -> str | None:
        """Who is signed in."""
        return self._sessions.name(connection, users) if users else None

    async def answer(self, request: Request, users: Users | None) -> ASGIApp | None:
        """The form, what it sends, and the way out."""
        path, is_post = request.url.path, request.method == "POST"
        if users is None or path not in (forms.SIGN_IN, forms.SIGN_OUT):
            return None
        if path == forms.SIGN_OUT:
            return signed_out(request, self._sessions) if is_post else RedirectResponse("/", 303)
        target = forms.target(request.query_params.get(forms.NEXT))
        if is_post:
            return await self._sign_in(request, users, target)
        return RedirectResponse(target, 303) if self.name(request, users) else forms.sign_in(target)

    def refusal(self, request: Request) -> Response:
        """To the form."""
        return to_sign_in(request)

    async def _sign_in(self, request: Request, users: Users, target: str) -> Response:
        if is_without_tls(request):
            return forms.sign_in(target, NO_TLS, 400)
        try:
            async with asyncio.timeout(PATIENCE):
                name, password = await _read(request)
        except (ClientDisconnect, TimeoutError):
            return PlainTextResponse("The form did not arrive whole.", 408)
        return await self._check(request, users, target, name, password)

    async def _check(self, request: Request, users: Users, target: str, name: str, password: str) -> Response:
        known = name if users.find(name) else None

        def report(why: str, failures: int) -> None:
            self._reports.failed("password", why, known, request, failures)

        lanes = tries.lanes(name, self._reports.proxies.client(request), self._sessions.browser(request, name))
        try:
            user = await self._tries.check(name, password, lanes, report)
        except Crowded:
            return forms.sign_in(target, forms.CROWDED, 429, name)
        if user is None:
            return forms.sign_in(target, forms.WRONG, 401, name)
        answer = RedirectResponse(target, 303)
        self._sessions.begin(request, answer, user.name, users)
        return answer


def to_sign_in(request: Request) -> Response:
    """A person is sent to sign in, and back afterwards; a program is refused."""
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{forms.SIGN_IN}?{forms.query(path)}", 303)
    return PlainTextResponse("Sign in first.", 401)


def signed_out(request: Request, sessions: Sessions) -> Response:
    """To the form again, without the cookie."""
    answer = RedirectResponse(forms.SIGN_IN, 303)
    sessions.end(request, answer)
    return answer


def is_without_tls(request: Request) -> bool:
    """Whether the browser itself says that it came by plain HTTP, and not to this machine's own name."""
    return urlsplit(request.headers.get("origin", "")).scheme == "http" and not is_local(request)


def _matching(name: str, password: str) -> User | None:
    users = viewers.load()
    return users.check(name, password) if users else None


async def _read(request: Request) -> tuple[str, str]:
    """The form's name and password; nothing of one that is too long."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return "", ""
    found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return found.get("name", [""])[0], found.get("password", [""])[0]
