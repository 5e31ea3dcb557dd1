"""The one door: an ASGI middleware in front of all of Streamlit, which answers nothing to anyone who is not signed in."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sluice.analysis import viewers
from sluice.analysis.viewers import UsersError
from sluice.dashboard.door import headers, passes
from sluice.dashboard.door.hosts import Hosts
from sluice.dashboard.door.public import Public
from sluice.dashboard.door.ways import Way
from sluice.errors import LOG

HEALTH = "/health"
POLICY_VIOLATION = 1008  # a websocket's code for a closed door, RFC 6455
FOREIGN = (
    "The dashboard is not asked by this name, or not from this page. Name the address that your browser shows in "
    "SLUICE_DASHBOARD_ORIGINS; see docs/dashboard.md."
)
BROKEN = "The list of users cannot be read; the server's log says why."


class Gate:
    """Lets through who the way in knows, by a name that the hosts know."""

    def __init__(self, app: ASGIApp, way: Way, hosts: Hosts, added: headers.Headers, public: Public) -> None:
        self._app, self._way, self._hosts, self._added, self._public = app, way, hosts, added, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a websocket, or let it through."""
        if scope["type"] == "http":
            await self._http(scope, receive, self._with_headers(send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer: ASGIApp | None = await self._answer(request)
        except UsersError as error:
            LOG.error("%s", error)
            answer = PlainTextResponse(BROKEN, 503)
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp | None:
        """The door's own answer; None for what it lets through."""
        if request.url.path == HEALTH:
            return PlainTextResponse("ok")
        if not self._hosts.admits(request.headers):
            return PlainTextResponse(FOREIGN, 403)
        if shown := await self._public.answer(request):
            return shown
        users = viewers.load()
        if answer := await self._way.answer(request, users):
            return answer
        if self._way.name(request, users) is None:
            return self._way.refusal(request)
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("The dashboard takes no uploads.", 405)
        return None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        name = self._name(connection) if self._hosts.admits(connection.headers) else None
        if name is None:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        scope = {**scope, "headers": passes.stamped(scope["headers"], name)}
        watched = _Watched(receive, send, lambda: self._name(connection) == name)
        await self._app(scope, watched.receive, watched.send)

    def _name(self, connection: HTTPConnection) -> str | None:
        try:
            return self._way.name(connection, viewers.load())
        except UsersError as error:
            LOG.error("%s", error)
            return None

    def _with_headers(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": headers.added(list(message["headers"]), self._added)}
            await send(message)

        return sent


class _Watched:
    """A websocket that closes at the first message, in or out, after its person has lost access."""

    def __init__(self, receive: Receive, send: Send, is_open: Callable[[], bool]) -> None:
        self._receive, self._send, self._is_open = receive, send, is_open
        self._is_closed = False

    async def receive(self) -> Message:
        """The client's next message, or the end."""
        message = await self._receive()
        if message["type"] == "websocket.receive" and not await self._is_allowed():
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        return message

    async def send(self, message: Message) -> None:
        """Send this to the client who may still have it."""
        if not self._is_closed and (message["type"] != "websocket.send" or await self._is_allowed()):
            self._is_closed = message["type"] == "websocket.close"
            await self._send(message)

    async def _is_allowed(self) -> bool:
        if not self._is_closed and not self._is_open():
            self._is_closed = True
            await self._send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return not self._is_closed
