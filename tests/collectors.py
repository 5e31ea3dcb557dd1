"""A collector as a process, what it sends by way of a proxy that records every byte, and applications that post to it."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.conftest import event_body
from tests.served import SLUICE

MARK = "raw-value"  # what no byte behind the collector may hold
FIELDS = ("--token", "userId", "--token", "metadata.email")


@contextmanager
def collector(folder: Path, to: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`sluice collect` with its key and queue in this folder, and its address; ended by SIGTERM, if it still runs."""
    key = folder / "collect.key"
    if not key.exists():
        subprocess.run([SLUICE, "collect", "key", "--key", key], check=True, capture_output=True)
    command = [
        SLUICE,
        "collect",
        "--to",
        to,
        "--port",
        "0",
        "--key",
        key,
        "--queue",
        folder / "queue",
        *FIELDS,
        *options,
    ]
    with (
        (folder / "collector.log").open("a") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        assert process.stdout is not None
        address = re.search(r"http://\S+:[0-9]+", process.stdout.readline())
        assert address is not None, (folder / "collector.log").read_text()
        kept = threading.Thread(target=lambda: log.writelines(process.stdout or ()))
        kept.start()
        try:
            yield process, address[0]
        finally:
            process.terminate()
            process.wait(60)
            kept.join()


class Proxy:
    """A port in front of a stage, which may be down; it records all that passes, and loses each so many-th answer.

    Each answer takes `slow` seconds; `answering` is set meanwhile, when the stage has stored what was sent.
    """

    def __init__(self, losing: int = 0, slow: float = 0) -> None:
        self.recorded = bytearray()
        self.target: tuple[str, int] | None = None
        self.lost = self._answers = 0
        self._losing, self._slow = losing, slow
        self.answering = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # Without it the thread would wait on for a connection.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                try:
                    far = socket.create_connection(self.target) if self.target else None
                except OSError:
                    far = None
                if far is None:
                    near.close()
                    continue
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(*pair, pair[0] is far), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.recorded += data
                if is_answer:
                    self.answering.set()
                    time.sleep(self._slow)
                    self.answering.clear()
                    self._answers += 1
                    if self._losing and self._answers % self._losing == 0:
                        self.lost += 1
                        break
                target.sendall(data)
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Load:
    """Applications that post events, each once, and know what was acknowledged."""

    def __init__(self) -> None:
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.statuses: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def until(self, address: str, enough: int) -> None:
        """Post from four threads until so many more are acknowledged, and on until the collector is gone."""
        ended = threading.Event()
        goal = len(self.acknowledged) + enough
        self._threads = [threading.Thread(target=self._post, args=(address, goal, ended)) for _ in range(4)]
        for one in self._threads:
            one.start()
        assert ended.wait(60), "the collector acknowledges nothing any more"

    def join(self) -> None:
        for one in self._threads:
            one.join()

    def _post(self, address: str, goal: int, ended: threading.Event) -> None:
        while True:
            time.sleep(0.1)  # slower than what is sent: a batch is sent before it is full
            events = self._events()
            is_batch = len(events) > 1
            body: Any = {"bucket": events[0]["bucket"], "events": events} if is_batch else events[0]
            try:
                status = post(f"{address}/track{'/batch' * is_batch}", body)[0]
            except OSError:
                ended.set()
                return
            with self._lock:
                self.statuses[status] += 1
                if status == 202:
                    self.acknowledged |= {one["eventId"] for one in events}
                if len(self.acknowledged) >= goal:
                    ended.set()

    def _events(self) -> list[dict[str, Any]]:
        with self._lock:
            first = len(self.sent)
            many = 5 if first % 3 else 1
            ids = [f"collected-event-{first + one:06}" for one in range(many)]
            self.sent |= set(ids)
        bucket = "app-analytics" if first % 2 else "shop-analytics"
        about = {"email": f"{MARK}-{first}@shop.example", "plan": "pro"}
        return [event_body(bucket=bucket, eventId=one, userId=f"{MARK}-{one}", metadata=about) for one in ids]


def post(address: str, body: Any, **headers: str) -> tuple[int, Any]:
    """The status and the JSON of the answer; raises OSError where there is none."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, data, named), timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def stored(store: Path) -> Counter[str]:
    """The id of each record below the store's tenants, as often as it is there in raw."""
    lines = (line for path in store.glob("*-analytics/analytics/**/*.json") for line in path.read_bytes().splitlines())
    return Counter(json.loads(line)["eventId"] for line in lines)


def kept(folder: Path) -> bytes:
    """Every byte of every file below the folder but the keys."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".key")
