"""Both stores: created once, whole or not there."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import pytest

from chalicelib.tracking.stores import DirectoryStore, NoSuchBucket, Put, S3Store, StoreUnavailable
from tests.conftest import BUCKET, OWNER

KEY = "analytics/year=2025/month=12/day=17/aaaaaaaaaaaaaaaaaaaa.json"
KILLS = 50


def test_s3_stores_once_and_says_so(s3: Any) -> None:
    store = S3Store()

    assert store.put(OWNER, BUCKET, KEY, b"first") is Put.NEW
    assert store.put(OWNER, BUCKET, KEY, b"second") is Put.DUPLICATE
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"first"


class Answers(BaseHTTPRequestHandler):
    """Answers a put as its key says, or hangs up on it, and keeps what was sent."""

    protocol_version = "HTTP/1.1"
    sent: list[tuple[int, str, Message, bytes]]

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.sent.append((self.client_address[1], self.path, self.headers, body))
        first, _, then = self.path.rpartition("/")[2].partition("-")
        answer = then if then and len(self.sent) > 1 else first
        self.close_connection = answer == "gone" or self.close_connection
        if answer == "gone":
            return
        self.send_response(200 if answer == "strange" else int(answer))
        if answer == "200":
            self.send_header("ETag", '"9b2c"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Store]:
    """A store at a server that answers as its keys say."""
    monkeypatch.setattr(Answers, "sent", [], raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as serving:
        Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{serving.server_port}")
        yield S3Store()
        serving.shutdown()


@pytest.mark.parametrize("tries", [1, 2])
def test_s3_is_sent_the_owner_and_create_only_by_each_way(answering: S3Store, tries: int) -> None:
    key = "200" if tries == 1 else "500-200"
    assert answering.put(OWNER, BUCKET, key, b"{}") is Put.NEW
    assert len(Answers.sent) == tries
    for _, path, headers, body in Answers.sent:
        assert (path, body, headers["Content-Type"]) == (f"/{BUCKET}/{key}", b"{}", "application/json")
        assert (headers["If-None-Match"], headers["x-amz-expected-bucket-owner"]) == ("*", OWNER)
        assert headers["User-Agent"].startswith("sluice/")


def test_one_connection_serves_one_put_after_the_other(answering: S3Store) -> None:
    assert [answering.put(None, BUCKET, "200", b"{}") for _ in range(3)] == [Put.NEW] * 3
    assert len({port for port, *_ in Answers.sent}) == 1


@pytest.mark.parametrize("first", ["500", "503", "409", "403", "gone", "strange"])
def test_what_is_not_stored_at_once_is_tried_again_by_boto3(answering: S3Store, first: str) -> None:
    assert answering.put(OWNER, BUCKET, f"{first}-200", b"{}") is Put.NEW
    assert len(Answers.sent) == 2


def test_after_a_lost_answer_the_same_object_is_found(answering: S3Store) -> None:
    assert answering.put(OWNER, BUCKET, "gone-412", b"{}") is Put.DUPLICATE


@pytest.mark.parametrize(
    ("key", "error", "tries"),
    [("500", "500", 3), ("403", "403", 2), ("strange", "NoReceipt", 2), ("gone", "ConnectionClosedError", 3)],
)
def test_what_s3_does_not_confirm_is_not_acknowledged(answering: S3Store, key: str, error: str, tries: int) -> None:
    with pytest.raises(StoreUnavailable, match=error):
        answering.put(OWNER, BUCKET, key, b"{}")
    assert len(Answers.sent) == tries


def test_s3_is_not_asked_to_expect(s3: Any) -> None:
    store = S3Store()
    sent: list[Any] = []
    store._client.meta.events.register_first(
        "before-send.s3.PutObject", lambda request, **_: sent.append(request.headers)
    )

    store.put(OWNER, BUCKET, KEY, b"{}")

    assert "Expect" not in sent[0]


def test_a_bucket_that_s3_does_not_have_is_reported(s3: Any) -> None:
    with pytest.raises(NoSuchBucket):
        S3Store().put(OWNER, "other-analytics", KEY, b"{}")


def test_a_directory_stores_once_and_says_so(folder: Path) -> None:
    store = DirectoryStore(folder)

    assert store.put(None, BUCKET, KEY, b"first") is Put.NEW
    assert store.put(None, BUCKET, KEY, b"second") is Put.DUPLICATE
    assert (folder / BUCKET / KEY).read_bytes() == b"first"


def test_a_directory_leaves_nothing_but_the_object(folder: Path) -> None:
    store = DirectoryStore(folder)
    for body in (b"first", b"second"):
        store.put(None, BUCKET, KEY, body)

    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / BUCKET / KEY]


def test_a_hundred_writers_of_one_key_have_one_winner(folder: Path) -> None:
    store = DirectoryStore(folder, durable=False)
    bodies = [str(number).encode() * 1000 for number in range(100)]

    with ThreadPoolExecutor(20) as pool:
        results = list(pool.map(lambda body: store.put(None, BUCKET, KEY, body), bodies))

    assert results.count(Put.NEW) == 1
    assert (folder / BUCKET / KEY).read_bytes() == bodies[results.index(Put.NEW)]


def test_a_directory_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StoreUnavailable, match=r"FileExistsError|NotADirectoryError"):
        DirectoryStore(tmp_path / "file").put(None, BUCKET, KEY, b"{}")


def test_a_directory_is_synced_before_the_answer_and_not_for_bulk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)

    DirectoryStore(folder, durable=False).put(None, BUCKET, KEY, b"{}")
    assert synced == []
    DirectoryStore(folder).put(None, BUCKET, f"{KEY}2", b"{}")
    assert len(synced) >= 2  # the file and its folder


def write(folder: Path, start: int, receipts: Connection) -> None:
    """Eight writers, each of which says what is stored."""
    store, taken = DirectoryStore(folder), Lock()

    def one(worker: int) -> None:
        for number in range(100_000):
            name = f"analytics/{start}-{worker}-{number}.json"
            store.put(None, "b", name, f"{name}\n".encode() * 400)
            with taken:
                receipts.send_bytes(name.encode())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(8)))


def test_a_kill_leaves_every_receipt_whole_and_no_partial_object(folder: Path) -> None:
    # Forked from a process that has imported everything: a start takes longer than the writing.
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    receipts: list[str] = []
    for start in range(KILLS):
        receipts += _killed_writer(context, folder, start)

    objects = {path.name: path.read_text() for path in (folder / "b" / "analytics").glob("*.json")}
    assert len(receipts) > KILLS
    assert {name.rpartition("/")[2] for name in receipts} <= set(objects)
    assert all(text == f"analytics/{name}\n" * 400 for name, text in objects.items())


def _killed_writer(context: ForkServerContext, folder: Path, start: int) -> list[str]:
    """The receipts that eight writers gave until SIGKILL, each time after another number of them."""
    ours, its = context.Pipe(duplex=False)
    process = context.Process(target=write, args=(folder, start, its))
    process.start()
    its.close()
    receipts = [ours.recv_bytes() for _ in range(1 + start % 7)]
    time.sleep(start % 10 / 1000)  # not waiting for anything: another instant in the midst of the writing each time
    process.kill()
    with ours, suppress(EOFError):
        while True:
            receipts.append(ours.recv_bytes())
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return [receipt.decode() for receipt in receipts]
