"""The alarm of many failed sign-ins: it rings once, and says nothing that a stranger could use."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Empty, Queue

import pytest

from sluice.dashboard.door import alarm
from sluice.dashboard.door.alarm import MANY, MINUTES, QUIET, Alarm
from sluice.dashboard.door.settings import VARIABLES
from tests.paths import ROOT

Rang = Queue[dict[str, str]]


class Clock:
    """Seconds that the test counts."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def webhook() -> Iterator[tuple[str, Rang]]:
    """The address of a webhook, and what it got."""
    rang: Rang = Queue()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            rang.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The test says what it needs."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/secret", rang
    server.shutdown()
    thread.join()
    server.server_close()


def test_many_failures_ring_once_and_again_after_an_hour(webhook: tuple[str, Rang]) -> None:
    address, rang = webhook
    clock = Clock()
    made = Alarm(address, clock)
    for _ in range(3 * MANY):
        made.count()
    assert f"{MANY} failed sign-ins" in rang.get(timeout=10)["text"]
    clock.now = QUIET
    for _ in range(MANY):
        made.count()
    rang.get(timeout=10)
    with pytest.raises(Empty):
        rang.get(timeout=0.2)


def test_a_few_failures_or_many_over_a_day_ring_nothing(webhook: tuple[str, Rang]) -> None:
    address, rang = webhook
    clock = Clock()
    made = Alarm(address, clock)
    for _ in range(10 * MANY):
        clock.now += (MINUTES * 60) / (MANY - 2)
        made.count()
    with pytest.raises(Empty):
        rang.get(timeout=0.2)


def test_a_webhook_that_fails_is_logged_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    Alarm("http://127.0.0.1:9/secret")._ring()
    assert "could not be sent (ConnectError)" in caplog.text
    assert "secret" not in caplog.text


def test_the_page_says_what_the_alarm_waits_for_and_what_to_do() -> None:
    page = (ROOT / "docs" / "dashboard.md").read_text()
    assert f"{MANY} sign-ins fail within {MINUTES} minutes" in page
    assert re.search(r"^### Many failed sign-ins$", page, re.M)
    assert "Many failed sign-ins" in alarm.TEXT
    assert {one.name for one in VARIABLES} >= set(re.findall(r"SLUICE_DASHBOARD_[A-Z_]*[A-Z]", page))
