"""Both stores: created once, whole or not there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from chalicelib.tracking.stores import DirectoryStore, NoSuchBucket, Put, S3Store, StoreUnavailable
from tests.conftest import BUCKET, OWNER
from tests.paths import ROOT

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
        stubber.add_response("put_object", {}, expected)
        assert S3Store(client).put(OWNER, BUCKET, KEY, b"{}") is Put.NEW


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


WRITER = """
import sys
from pathlib import Path
from concurrent.futures import ThreadPoolExecutor
from chalicelib.tracking.stores import DirectoryStore

store, start = DirectoryStore(Path(sys.argv[1])), sys.argv[2]

def write(worker):
    for number in range(100_000):
        name = f"analytics/{start}-{worker}-{number}.json"
        store.put(None, "b", name, (name + "\\n").encode() * 400)
        sys.stdout.write(name + "\\n")
        sys.stdout.flush()

with ThreadPoolExecutor(8) as pool:
    list(pool.map(write, range(8)))
"""


def test_a_kill_leaves_every_receipt_whole_and_no_partial_object(folder: Path) -> None:
    receipts: list[str] = []
    for start in range(KILLS):
        receipts += _killed_writer(folder, start)

    objects = {path.name: path.read_text() for path in (folder / "b" / "analytics").glob("*.json")}
    assert len(receipts) > KILLS
    assert {name.rpartition("/")[2] for name in receipts} <= set(objects)
    assert all(text == f"analytics/{name}\n" * 400 for name, text in objects.items())


def _killed_writer(folder: Path, start: int) -> list[str]:
    """The receipts that eight writers gave until SIGKILL, each time after another number of them."""
    command = [sys.executable, "-c", WRITER, str(folder), str(start)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    receipts = [process.stdout.readline() for _ in range(1 + start % 7)]
    time.sleep(start % 10 / 1000)  # not waiting for anything: another instant in the midst of the writing each time
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().splitlines(keepends=True)
    process.wait()
    process.stdout.close()
    return [line.rstrip("\n") for line in receipts + rest if line.endswith("\n")]
