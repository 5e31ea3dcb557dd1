"""A site on this machine: its pages, and a road to a real server that can fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from playwright.sync_api import Page

from tests.conftest import stored

SERVED = {"/tracker.js", "/actions.js", "/vitals.js", "/pixel.gif"}  # by the API
PATIENCE = 30  # seconds until a record that has not come is missing: three tries may be 14 apart


@dataclass
class Site:
    """A site on this machine: its pages, what its road to the real server was asked, and how that road fails."""

    port: int
    bucket: str = ""
    folder: Path = Path()
    pages: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    receipt: bytes = b"{}"  # what these say
    is_down: bool = False
    loses_answers: int = 0
    date: str = ""  # of every answer, where it is not the server's own

    def address(self, path: str = "/", host: str = "shop") -> str:
        return f"http://{host}.example:{self.port}{path}"

    def tag(self, *attributes: str, host: str = "track") -> str:
        """The script tag, the API by default on another origin than the page."""
        options = " ".join((f'data-bucket="{self.bucket}"', *attributes))
        return f'<script defer src="{self.address("/tracker.js", host)}" {options}></script>'

    def page(self, path: str, body: str = "", *attributes: str, host: str = "track") -> str:
        """Make a page with the tag in it; its address."""
        icon = '<link rel="icon" href="data:,">'
        self.pages[path] = f"<!doctype html><title>{path}</title>{icon}{self.tag(*attributes, host=host)}<body>{body}"
        return self.address(path)

    def records(self) -> list[dict[str, Any]]:
        """What is stored in the test's bucket, by time, and within a millisecond in a page's own order."""
        texts = (path.read_text() for path in stored(self.folder / self.bucket))
        # A batch is one object; where a retry was in another batch than before, its records are twice, and count once.
        found = {line["eventId"]: line for text in texts for line in map(json.loads, text.splitlines())}.values()
        return sorted(found, key=lambda record: (record["timestamp"], record["sequence"] or 0))

    def wait_for(self, page: Page | None, is_there: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """The records as soon as they are as wanted, or as they are when patience ends; the page lives on meanwhile."""
        end = monotonic() + PATIENCE
        while not is_there(records := self.records()) and monotonic() < end:
            page.wait_for_timeout(20) if page else sleep(0.02)
        return records

    def all_of(self, page: Page) -> list[dict[str, Any]]:
        """All records of a page, which sends one more event, `last`."""
        page.evaluate("sluice('last')")
        # A batch is stored one record after another: its answer comes after them.
        return self.wait_for(
            page,
            lambda records: len(self.answers) == len(self.posts) and any(r["eventType"] == "last" for r in records),
        )

    def open_whole(self, page: Page, address: str) -> None:
        """Open a page and wait until all of the client is in it, also what it loads on demand."""
        with page.expect_response("**/actions.js*") as answered:
            page.goto(address)
        page.evaluate("(file) => import(file).then(() => 1)", answered.value.url)

    def wait_for_number(self, number: int, page: Page | None = None) -> list[dict[str, Any]]:
        """The records once there are so many."""
        return self.wait_for(page, lambda records: len(records) >= number)


@contextmanager
def serve_site(server_port: int, road: type[BaseHTTPRequestHandler] | None = None) -> Iterator[Site]:
    """A site on a free port, before the real server on that port."""
    site = Site(0)
    handler = type("OfSite", (road or Road,), {"site": site, "server_port": server_port})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    # A page that closes drops its connections; that is normal.
    server.handle_error = lambda *_: None
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Road(BaseHTTPRequestHandler):
    """Pages of the site, and all else from the real server or as the site fails."""

    site: Site
    server_port: int

    def log_message(self, *_: object) -> None:
        """The test says what it needs of a request."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path in SERVED:
            self.pass_on()
        elif path in self.site.pages:
            self.answer(200, self.site.pages[path].encode(), "text/html; charset=utf-8")
        else:
            self.answer(404, b"", "text/plain")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.site.posts.append((self.path, dict(self.headers), json.loads(body)))
        if self.site.is_down:
            self.close_connection = True
        elif self.site.refusals:
            self.answer(self.site.refusals.pop(0), self.site.receipt, "application/json")
        else:
            self.pass_on(body)

    def pass_on(self, body: bytes | None = None) -> None:
        connection = HTTPConnection("127.0.0.1", self.server_port, timeout=10)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if body:
            self.site.answers.append(answer.status)
        if body and self.site.loses_answers:
            self.site.loses_answers -= 1
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, self.site.date or value if name.lower() == "date" else value)
        self._finish(content)

    def answer(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Access-Control-Allow-Origin", "*")
        self._finish(content)

    def _finish(self, content: bytes) -> None:
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
