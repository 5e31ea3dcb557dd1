"""Both stores: created once, whole or not there."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.tracking.stores import DirectoryStore, NoSuchBucket, Put, S3Store, StoreUnavailable
from tests.conftest import BUCKET, OWNER

KEY = "analytics/year=2025/month=12/day=17/aaaaaaaaaaaaaaaaaaaa.json"
KILLS = 50


def test_s3_stores_once_and_says_so(s3: Any) -> None:
    store = S3Store()

    assert store.put(OWNER, BUCKET, KEY, b"first") is Put.NEW
    assert store.put(OWNER, BUCKET, KEY, b"second") is Put.DUPLICATE
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"first"


def test_s3_is_sent_the_owner_and_create_only() -> None:
    client = boto3.client("s3")
    expected = {
        "Bucket": BUCKET,
        "Key": KEY,
        "Body": b"{}",
        "ContentType": "application/json",
        "IfNoneMatch": "*",
        "ExpectedBucketOwner": OWNER,
    }
    with Stubber(client) as stubber:
        stubber.add_response("put_object", {"ETag": '"9b2c"'}, expected)
        assert S3Store(client).put(OWNER, BUCKET, KEY, b"{}") is Put.NEW


def test_an_answer_without_an_etag_is_not_a_receipt() -> None:
    client = boto3.client("s3")
    with Stubber(client) as stubber:
        stubber.add_response("put_object", {})
        with pytest.raises(StoreUnavailable, match="NoReceipt"):
            S3Store(client).put(OWNER, BUCKET, KEY, b"{}")


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
