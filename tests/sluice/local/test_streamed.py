"""The stream in files: a server that is killed under load loses nothing that it acknowledged, and stores nothing twice."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake import compaction, listing
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import day_prefix, encode
from chalicelib.stream.consumer import Consumer
from chalicelib.tracking import segments
from chalicelib.tracking.segments import FileStream
from chalicelib.tracking.stores import DirectoryStore
from chalicelib.tracking.stream import Message, packed
from sluice.local import streaming
from sluice.local.streaming import Reader
from tests import records
from tests.conftest import PROVE, event_body
from tests.paths import ROOT
from tests.served import SLUICE

BUCKET, DAY = "shop-analytics", date(2026, 11, 1)
KILLS = 50 if PROVE else 3
ENOUGH = 120  # events that are acknowledged before a kill


class Local:
    """A store with a stream, its writer, and readers of it."""

    def __init__(self, folder: Path) -> None:
        self.store, self.stream = folder / "data", folder / "data" / ".stream"
        self.writer = FileStream(self.stream)
        self.readers: list[Reader] = []
        self.number = 0

    def send(self, many: int = 1) -> None:
        for _ in range(many):
            self.number += 1
            line = encode(records.record(f"event-{self.number:04}"))
            self.writer.send(packed(Message(BUCKET, day_prefix(DAY), line)), "")

    def reader(self, flush_seconds: int = 10) -> Reader:
        own = FolderObjects(self.store / ".stage")
        made = Consumer(Allowlist([Entry(BUCKET)]), None, DirectoryStore(self.store), own)
        self.readers.append(Reader(self.stream, made, own, flush_seconds))
        return self.readers[-1]

    def objects(self) -> list[Path]:
        return sorted((self.store / BUCKET).rglob("*.gz"))

    def seen(self) -> Counter[str]:
        return seen(self.store, BUCKET)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    made = Local(tmp_path)
    yield made
    made.writer.close()
    for one in made.readers:
        one.close()


def now(seconds: float = 0) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def seen(store: Path, bucket: str) -> Counter[str]:
    """The ids of the bucket's view, each as often as it shows."""
    objects, found = FolderObjects(store / bucket), Counter[str]()
    for day in list(compaction.due(objects, now(9 * 86_400))):
        compaction.compact(objects, day, now(9 * 86_400))
    with TemporaryDirectory() as folder, duckdb.connect() as connection:
        for day in listing.compacted(objects):
            path = Path(folder) / f"{day}.parquet"
            objects.fetch(compaction.object_key(day), path)
            rows = connection.execute("SELECT eventid FROM read_parquet($path)", {"path": str(path)}).fetchall()
            found.update(one for (one,) in rows)
    return found


def test_records_wait_until_the_oldest_is_due_and_are_one_object_then(local: Local) -> None:
    reader = local.reader()
    assert reader.step(now()) is None
    local.send(3)
    assert reader.step(now(9)) is None and local.objects() == []
    done = reader.step(now(11))
    assert done is not None and (done.records, done.objects) == (3, 1)
    assert reader.step(now(99)) is None
    assert len(local.objects()) == 1 and local.seen().total() == 3


def test_at_the_end_nothing_waits(local: Local) -> None:
    local.send(2)
    assert local.reader().step(now(), all_of_it=True) is not None
    assert local.seen().total() == 2


def test_what_is_put_and_not_noted_is_put_again_and_counts_once(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    local.send(3)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    first = local.reader()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Reader, "_save", dies)
        first.step(now(11))
    first.close()
    local.send(2)
    local.reader().step(now(11))
    assert (len(local.objects()), dict(local.seen())) == (2, {f"event-{number:04}": 1 for number in range(1, 6)})


def test_offsets_that_are_noted_before_the_put_would_lose_records(
    local: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test before holds: the other order loses them."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    local.send(3)
    first = local.reader()
    first._save(first.unread().offsets)
    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(Consumer, "consume", dies)
        first.step(now(11))
    first.close()
    local.reader().step(now(11))
    assert local.objects() == []


def test_one_reader_at_a_time(local: Local) -> None:
    local.send()
    first, second = local.reader(), local.reader()
    assert first.step(now()) is None
    assert second.step(now(11)) is None and local.objects() == []
    first.close()
    assert second.step(now(11)) is not None


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_frame_that_was_cut_off_holds_up_nothing(local: Local, cut: int) -> None:
    local.send(2)
    local.writer.close()
    (path,) = segments.segments(local.stream)
    path.write_bytes(path.read_bytes()[:-cut])
    local.send(2)
    reader = local.reader()
    reader.step(now(11))
    assert dict(local.seen()) == {"event-0001": 1, "event-0003": 1, "event-0004": 1}
    reader.step(now(26 * 3600))
    assert segments.segments(local.stream) == []


def test_files_are_kept_for_a_day_and_then_deleted(local: Local) -> None:
    local.send()
    reader = local.reader()
    reader.step(now(11))
    reader.step(now(24 * 3600))
    assert len(segments.segments(local.stream)) == 1
    reader.step(now(26 * 3600))
    assert segments.segments(local.stream) == []
    assert json.loads((local.stream / "offsets.json").read_bytes()) == {}
    local.writer.close()
    local.send()
    assert reader.step(now(11)) is not None and local.seen().total() == 2


def test_a_file_with_records_that_were_not_put_is_not_deleted(local: Local) -> None:
    local.send()
    os.utime(segments.segments(local.stream)[0], (0, 0))
    assert local.reader(300).step(now()) is None
    assert len(segments.segments(local.stream)) == 1


def test_a_broken_file_of_offsets_is_said_and_ends_nothing(local: Local, log: io.StringIO) -> None:
    local.send()
    reader = local.reader(0)
    (local.stream / "offsets.json").write_text("[]")
    waits = iter([False, False, True])

    def wait(_: float) -> bool:
        is_over = next(waits)
        if is_over:
            (local.stream / "offsets.json").unlink()
        return is_over

    streaming._work(reader, wait)
    said = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(one["message"], one["cause"]) for one in said] == [("stream_not_read", "ValidationError")] * 2
    assert local.seen().total() == 1
    assert local.reader().step(now()) is None  # nobody has the lock


def test_many_messages_are_put_at_once_before_they_are_due(local: Local, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluice.local.streaming.MANY", 3)
    local.send(7)
    reader = local.reader()
    done = [reader.step(now()) for _ in range(3)]
    assert [one and one.records for one in done] == [3, 3, None]


@contextmanager
def server(store: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`sluice serve` over this store, and its address; killed at the end, if it still runs."""
    environment = {**os.environ, "STORE": f"dir:{store}", "ALLOWED_BUCKETS": "shop-analytics,app-analytics"}
    command = [str(SLUICE), "serve", "--port", "0", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as process:
        assert process.stdout is not None
        said = ""
        while "lands under" not in said:
            said += process.stdout.readline()
        address = re.search(r"http://\S+:[0-9]+", said)
        assert address is not None
        drained = threading.Thread(target=process.stdout.read)
        drained.start()
        try:
            yield process, address[0]
        finally:
            process.kill()
            drained.join()


class Load:
    """Clients that post events of two tenants, alone and in batches, and know what was acknowledged."""

    def __init__(self) -> None:
        self.acknowledged: dict[str, set[str]] = {"shop-analytics": set(), "app-analytics": set()}
        self.statuses: Counter[int] = Counter()
        self.number = 0
        self._lock = threading.Lock()

    def until(self, address: str, enough: int) -> None:
        """Post from four threads until so many more are acknowledged."""
        goal = sum(map(len, self.acknowledged.values())) + enough
        ended = threading.Event()
        threads = [threading.Thread(target=self._post, args=(address, goal, ended)) for _ in range(4)]
        for one in threads:
            one.start()
        self._threads = threads
        assert ended.wait(60), "the server acknowledges nothing any more"

    def _post(self, address: str, goal: int, ended: threading.Event) -> None:
        """Also while the server is killed: what it does not answer was not promised."""
        while sum(map(len, self.acknowledged.values())) < 2 * goal + 9999:
            with self._lock:
                self.number += 5
                first = self.number
            bucket = "app-analytics" if first % 3 else "shop-analytics"
            ids = [f"kill-test-event-{first + one:06}" for one in range(5 if first % 2 else 1)]
            events = [event_body(bucket=bucket, eventId=one) for one in ids]
            path = "/track/batch" if len(ids) > 1 else "/track"
            body = {"bucket": bucket, "events": events} if len(ids) > 1 else events[0]
            asked = urllib.request.Request(
                f"{address}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
            )
            try:
                with urllib.request.urlopen(asked, timeout=5) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
            except OSError:
                ended.set()
                return
            with self._lock:
                self.statuses[status] += 1
                self.acknowledged[bucket] |= set(ids) if status in (200, 202) else set()
                if sum(map(len, self.acknowledged.values())) >= goal:
                    ended.set()

    def join(self) -> None:
        for one in self._threads:
            one.join()


def test_a_server_that_is_killed_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    store, load = tmp_path / "data", Load()
    for number in range(KILLS):
        # What the last one left is due by then, so that a kill may meet its put.
        with server(store, "--stream") as (process, address):
            load.until(address, ENOUGH + 17 * number % 50)
            process.kill()
            load.join()
    with server(store) as (process, _):
        process.terminate()
        process.wait(60)

    assert load.statuses[202] > KILLS and set(load.statuses) <= {200, 202}
    for bucket, acknowledged in load.acknowledged.items():
        found = seen(store, bucket)
        assert acknowledged - set(found) == set()
        assert [one for one, times in found.items() if times > 1] == []
