"""The stream on this machine: what the API wrote into its files goes into the tenants' folders, whatever was killed meanwhile."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec

from chalicelib import logs
from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.prefixes import OWN_FOLDER
from chalicelib.settings import Settings, Waiting
from chalicelib.stream import releasing
from chalicelib.stream.consumer import Consumed, Consumer, read
from chalicelib.tracking import segments
from chalicelib.tracking.stores import DirectoryStore
from sluice import files

# Below the store's folder; no bucket is called so.
FOLDER = ".stream"
FLUSH_SECONDS = 10
# Messages, and their bytes, that are put at once.
MANY, AT_ONCE = 10_000, 40 * 2**20
# As long as Kinesis holds a message; no process writes into a file that is older than an hour.
KEPT = timedelta(hours=25)
EVERY, RELEASED_EVERY = 1.0, 60  # seconds, and steps
_OFFSETS = "offsets.json"


class Unread(NamedTuple):
    """Messages that were not put yet, when the oldest came, and where each file is read up to with them."""

    messages: list[bytes]
    oldest: datetime | None
    offsets: dict[str, int]


class Reader:
    """The one consumer of a folder's stream: another process that has the lock goes first."""

    def __init__(self, folder: Path, consumer: Consumer, own: Objects, flush_seconds: int) -> None:
        self._folder, self._consumer, self._own, self._flush_seconds = folder, consumer, own, flush_seconds
        self._lock: int | None = None

    def step(self, now: datetime, *, all_of_it: bool = False) -> Consumed | None:
        """Put what is due, or `all_of_it`; None where nothing is, or another process reads. Raises what parking raises."""
        if not self._folder.is_dir() or not self._has_lock():
            return None
        found = self.unread()
        if found.oldest is None:
            self._forget(found.offsets, now)
            return None
        is_due = now - found.oldest >= timedelta(seconds=self._flush_seconds)
        if not (all_of_it or is_due or len(found.messages) >= MANY):
            return None
        done = self._consumer.consume(read(found.messages), now)
        # Behind the put: a process that dies between the two puts the same again, and stores nothing by it.
        self._save(found.offsets)
        return done

    def unread(self) -> Unread:
        """What the files hold behind what was put, as much as is put at once."""
        messages, size, oldest, offsets = list[bytes](), 0, None, self._offsets()
        for path in segments.segments(self._folder):
            for frame in segments.frames(path, offsets.get(path.name, 0)):
                if len(messages) >= MANY or size >= AT_ONCE:
                    return Unread(messages, oldest, offsets)
                arrived = datetime.fromtimestamp(frame.arrived / 1000, UTC)
                messages.append(frame.data)
                size, oldest = size + len(frame.data), min(oldest or arrived, arrived)
                offsets[path.name] = frame.end
        return Unread(messages, oldest, offsets)

    def retry(self) -> None:
        """Put what is parked, if this process is the one that reads."""
        if self._lock is not None:
            releasing.release(self._consumer, self._own)

    def close(self) -> None:
        """Let another process read."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _has_lock(self) -> bool:
        if self._lock is None:
            lock = os.open(self._folder / "reader.lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                return False
            self._lock = lock
        return True

    def _offsets(self) -> dict[str, int]:
        try:
            return msgspec.json.decode((self._folder / _OFFSETS).read_bytes(), type=dict[str, int])
        except FileNotFoundError:
            return {}

    def _save(self, offsets: dict[str, int]) -> None:
        files.replace(self._folder / _OFFSETS, msgspec.json.encode(offsets))

    def _forget(self, offsets: dict[str, int], now: datetime) -> None:
        """Delete the files of which all was put, and into which nobody writes any more."""
        old = [
            path
            for path in segments.segments(self._folder)
            if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > KEPT
        ]
        for path in old:
            path.unlink()
            offsets.pop(path.name, None)
        if old:
            self._save(offsets)


def reader(settings: Settings) -> Reader | None:
    """The reader of a local stage's stream; None where it has none and none was left."""
    store = settings.store_directory
    if store is None:
        return None
    waiting = settings.stream or Waiting(None, store / FOLDER, False, FLUSH_SECONDS)
    if waiting.folder is None or not (settings.stream or segments.segments(waiting.folder)):
        return None
    own = FolderObjects(store / OWN_FOLDER)
    consumer = Consumer(settings.allowlist, settings.bucket_owner, DirectoryStore(store), own)
    return Reader(waiting.folder, consumer, own, waiting.flush_seconds)


@contextmanager
def consuming(settings: Settings) -> Iterator[None]:
    """Read the stage's stream in a thread, and at the end all that is left of it."""
    made = reader(settings)
    if made is None:
        yield
        return
    ended = threading.Event()
    thread = threading.Thread(target=_work, args=(made, ended.wait), name="stream", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _work(made: Reader, wait: Callable[[float], bool]) -> None:
    steps, is_over = 0, False
    try:
        while not is_over:
            is_over = wait(EVERY)
            _try(made, all_of_it=is_over, retries=steps % RELEASED_EVERY == 0)
            steps += 1
    finally:
        made.close()


def _try(made: Reader, *, all_of_it: bool, retries: bool) -> None:
    """Put what is due. What fails is said, and tried again: what was acknowledged is in the stream's files."""
    try:
        while made.step(datetime.now(UTC), all_of_it=all_of_it):
            pass
        if retries:
            made.retry()
    except (OSError, ValueError) as error:  # a full disk, a broken file of ours
        logs.job("stream_not_read", cause=type(error).__name__)
