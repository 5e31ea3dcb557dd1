"""What is in a stage's stream and has not landed in its tenants' buckets: the last half hour, kept in a folder of the process."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple, Protocol

from chalicelib.settings import Settings
from chalicelib.stream import consumer
from chalicelib.stream.reading import KinesisReader
from chalicelib.tracking.segments import frames, segments
from chalicelib.tracking.stores import DirectoryStore, StoreUnavailable
from sluice import aws
from sluice.mirror.mirror import Mirror
from sluice.mirror.tenant import OF_FOLDER, Place

WINDOW = timedelta(hours=0.5)
# What is older goes this much later, and what is too much by so many records at once: each time the mirror is made again.
LATER, MOST, SPARE = timedelta(minutes=10), 20_000, 5_000
# Seconds between two looks. A shard of Kinesis answers five readers a second, of which the consumer is one.
EVERY_FOLDER, EVERY_SHARD = 0.25, 1.0
# Seconds without a question after which nobody looks any more.
IDLE = 60.0


class Reader(Protocol):
    """Where messages come from."""

    every: float

    def new(self, since: datetime) -> Iterator[list[bytes]]:
        """The messages that came at this time or later and were not given before; raises what `FAULTS` has."""


FAULTS = (*aws.AwsError, OSError, StoreUnavailable)


class OfFolder:
    """The messages of a stream in a folder."""

    every = EVERY_FOLDER

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ends: dict[Path, int] = {}

    def new(self, since: datetime) -> Iterator[list[bytes]]:
        after = since.timestamp() * 1000
        for path in segments(self._folder):
            found = []
            with suppress(FileNotFoundError):  # its messages have landed, and it is gone
                for frame in frames(path, self._ends.get(path, 0)):
                    self._ends[path] = frame.end
                    if frame.arrived >= after:
                        found.append(frame.data)
            yield found


class OfKinesis:
    """The messages of a data stream."""

    every = EVERY_SHARD

    def __init__(self, reader: KinesisReader) -> None:
        self._reader = reader
        self._last: dict[str, tuple[str, datetime]] = {}

    def new(self, since: datetime) -> Iterator[list[bytes]]:
        for shard in self._reader.shards():
            last = self._last.get(shard)
            # The number of a message that the stream holds no more would be refused.
            after = last[0] if last is not None and last[1] >= since else None
            for some in self._reader.since(shard, since, after):
                self._last[shard] = some[-1].sequence, some[-1].arrived
                yield [one.data for one in some]


class _Kept(NamedTuple):
    path: Path
    at: datetime
    records: int


class Flow:
    """A stream's last half hour as a store in a folder, which `look` brings up to date."""

    def __init__(self, reader: Reader, settings: Settings, root: Path) -> None:
        self.reader, self._settings, self._root = reader, settings, root
        self._store = DirectoryStore(root, durable=False)
        self._kept: defaultdict[str, deque[_Kept]] = defaultdict(deque)
        self.fault: str | None = None

    def look(self, now: datetime) -> None:
        """Take what is new, and drop what is old or too much; `fault` says why that failed, or is None."""
        try:
            for messages in self.reader.new(now - WINDOW):
                self._take(messages, now)
            self.fault = None
        except FAULTS as error:
            self.fault = aws.explain(error)
        for kept in self._kept.values():
            _drop(kept, now)

    def place(self, found: Place) -> Place | None:
        """The tenant with what is in the stream as its store; None where that has nothing of it."""
        if not self._kept.get(found.bucket):
            return None
        settings = replace(self._settings, store_directory=self._root)
        return replace(found, settings=settings, mirror=Mirror(self._root / OF_FOLDER / found.bucket))

    def _take(self, messages: list[bytes], now: datetime) -> None:
        for place, lines in consumer.read(messages).groups.items():
            if self._settings.allowlist.find(place[0]) is None:
                continue
            for one in consumer.made(place, lines):
                self._store.put(None, one.bucket, one.key, one.body)
                self._kept[one.bucket].append(_Kept(self._root / one.bucket / one.key, now, one.records))


def _drop(kept: deque[_Kept], now: datetime) -> None:
    """Delete what nobody is shown any more, much at once."""
    held = sum(one.records for one in kept)
    is_old = bool(kept) and kept[0].at < now - WINDOW - LATER
    if not is_old and held <= MOST + SPARE:
        return
    while len(kept) > 1 and (held > MOST or kept[0].at < now - WINDOW):
        held -= kept[0].records
        kept.popleft().path.unlink(missing_ok=True)


class Poller:
    """Looks at a stream for as long as somebody asks."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._folder = TemporaryDirectory(prefix="sluice-live-", ignore_cleanup_errors=True)
        self.flow = Flow(reader, settings, Path(self._folder.name))
        self.asked = monotonic()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="stream")
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it still looks."""
        return self._thread.is_alive() and monotonic() < self.asked + IDLE

    def ask(self) -> Flow:
        """The stream as of the last look; the first question waits a second for the first one."""
        self.asked = monotonic()
        self._first.wait(1.0)
        return self.flow

    def _run(self) -> None:
        pause = threading.Event()
        try:
            while monotonic() < self.asked + IDLE:
                self.flow.look(datetime.now(UTC))
                self._first.set()
                pause.wait(self.flow.reader.every)
        finally:
            self._folder.cleanup()


class Pollers:
    """One for each stage of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[object, Poller] = {}

    def ask(self, key: object, start: Callable[[], Poller]) -> Flow:
        """The stage's stream, which this begins to look at where nobody has lately."""
        with self._lock:
            found = self._running.get(key)
            if found is None or not found.is_running:
                found = self._running[key] = start()
            found.asked = monotonic()
        return found.ask()


@cache
def pollers() -> Pollers:
    """The pollers of this process."""
    return Pollers()


def of(place: Place) -> Flow | None:
    """The stream of the tenant's stage; None where it has none."""
    waiting = place.settings.stream
    if waiting is None:
        return None

    def start() -> Poller:
        reader: Reader
        if waiting.folder is not None:
            reader = OfFolder(waiting.folder)
        else:
            reader = OfKinesis(KinesisReader(waiting.name or "", aws.client("kinesis", place.stage.region)))
        return Poller(place.settings, reader)

    return pollers().ask((place.stage.name, waiting), start)
