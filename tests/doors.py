"""The dashboard's door on a free port, with a small app behind it in place of Streamlit, and what asks it."""

from __future__ import annotations

import socket
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep
from typing import Any, NamedTuple
from urllib.parse import urlencode

import uvicorn
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from sluice.dashboard.door import front, passes, settings

PASSWORD = "correct horse battery"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def cookie(self) -> str:
        """What a browser would send from now on."""
        return self.headers["set-cookie"].partition(";")[0]


@dataclass
class Behind:
    """The app behind the door: it notes what reaches it, and answers with the name that the door passed on."""

    reached: list[str] = field(default_factory=list)
    messages: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        self.reached.append(scope["path"])
        if scope["type"] == "http":
            await PlainTextResponse("behind", headers={"X-Frame-Options": "ALLOWALL"})(scope, receive, send)
            return
        name = passes.read(Headers(scope=scope).get(passes.HEADER)) or ""
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            self.messages += 1
            await send({"type": "websocket.send", "text": name})


@dataclass
class Door:
    """A door that is served."""

    port: int
    behind: Behind

    def ask(
        self, path: str, form: dict[str, str] | None = None, source: str = "127.0.0.1", method: str = "", **headers: str
    ) -> Answer:
        """Ask for this; with a form, post it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=(source, 0))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if form is not None:
            named = {"Content-Type": "application/x-www-form-urlencoded", **named}
        body = urlencode(form) if form is not None else None
        connection.request(method or ("GET" if form is None else "POST"), path, body, named)
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        named["set-cookie"] = ", ".join(answer.msg.get_all("set-cookie", []))
        found = Answer(answer.status, named, answer.read().decode())
        connection.close()
        return found

    def sign_in(self, name: str, password: str = PASSWORD, source: str = "127.0.0.1", **headers: str) -> Answer:
        """Send the form."""
        return self.ask("/sign-in", {"name": name, "password": password}, source, **headers)

    def socket(self, **headers: str) -> Any:
        """Open a websocket."""
        from websockets.sync.client import connect

        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return connect(f"ws://127.0.0.1:{self.port}/_stcore/stream", additional_headers=named)

    def upgraded(self, **headers: str) -> int:
        """The status of the answer to a browser that wants a websocket."""
        wish = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        return self.ask(
            "/_stcore/stream", **{**wish, "Sec-WebSocket-Key": b64encode(bytes(16)).decode(), **headers}
        ).status


@contextmanager
def served(folder: Path, host: str = "127.0.0.1", **variables: str) -> Iterator[Door]:
    """The door as these variables and the environment's users set it up."""
    behind = Behind()
    middleware = front.door(host, settings.load(variables), folder, "local")
    app = middleware.cls(behind, *middleware.args, **middleware.kwargs)
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        config = uvicorn.Config(app, ws="websockets-sansio", proxy_headers=False, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        _await(server)
        try:
            yield Door(listening.getsockname()[1], behind)
        finally:
            server.should_exit = server.force_exit = True
            thread.join()


def _await(server: uvicorn.Server) -> None:
    end = monotonic() + 10
    while not server.started and monotonic() < end:
        sleep(0.01)
    assert server.started
