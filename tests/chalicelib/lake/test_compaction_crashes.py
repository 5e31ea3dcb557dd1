"""The crash property: whatever is killed, repeated or raced, the view holds each event that came in time exactly once.

A schedule is a seed: it stores events, lets the clock run, and gives workers one request at a time, or kills them there.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Literal, TypeVar

import boto3
import duckdb
import msgspec
import pytest
from moto import mock_aws

from chalicelib.lake import compaction, listing, parquet, watermarks
from chalicelib.lake.compaction import WATERMARK, OpenDay, Outcome, closes
from chalicelib.lake.objects import BucketObjects, FolderObjects, Head, Objects
from chalicelib.records import encode, iso, object_key
from chalicelib.tracking.stores import DirectoryStore, S3Store
from sluice.mirror import view as lake
from sluice.mirror.mirror import Mirror
from tests.conftest import OWNER, PROVE
from tests.records import record

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
SEEDS = 5  # schedules of one test, so that the cores can share them
# A request to moto takes ten times as long as one to a folder, and the steps between them are the same.
CHUNKS = {"folder": 300, "s3": 120} if PROVE else {"folder": 6, "s3": 1}
STEPS = 40
CONTROLS = 60  # within so many schedules a fault must be found
OVER = "over"
PATIENCE = 60  # seconds for one request: only a deadlock takes so long
Order = Literal["go", "die before it", "die after it"]
Event = tuple[date, str]
Work = Callable[[Objects, datetime], list[Outcome]]
Answer = TypeVar("Answer")


class Crash(BaseException):
    """The worker's machine is gone: nothing of ours may catch it."""


class Violation(AssertionError):
    """A schedule after which the view is not what it must be."""


class FolderBucket:
    """A tenant's bucket that is a folder."""

    def __init__(self, root: Path, name: str) -> None:
        self._store, self._root, self._name = DirectoryStore(root, durable=False), root, name
        self.objects: Objects = FolderObjects(root / name)

    def put(self, key: str, body: bytes) -> None:
        self._store.put(None, self._name, key, body)

    def delete(self, key: str) -> None:
        (self._root / self._name / key).unlink()


class S3Bucket:
    """A tenant's bucket in moto's S3."""

    def __init__(self, client: Any, name: str) -> None:
        client.create_bucket(Bucket=name)
        self._client, self._store, self._name = client, S3Store(client), name
        self.objects: Objects = BucketObjects(name, OWNER, client)

    def put(self, key: str, body: bytes) -> None:
        self._store.put(OWNER, self._name, key, body)

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self._name, Key=key)


Bucket = FolderBucket | S3Bucket


class Worker:
    """A thread that stops before each request until it is given the turn; a crash is raised in it."""

    def __init__(self, name: str, work: Callable[[Worker], list[Outcome]], before: dict[date, set[str]]) -> None:
        self.name, self.before = name, before
        self.outcomes: list[Outcome] = []
        self._fault: BaseException | None = None
        self._orders: SimpleQueue[Order] = SimpleQueue()
        self._stops: SimpleQueue[str] = SimpleQueue()
        self._thread = Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        self.waits_for = self._stops.get(timeout=PATIENCE)

    @property
    def is_over(self) -> bool:
        return self.waits_for == OVER

    @property
    def is_before_a_put(self) -> bool:
        return self.waits_for.startswith("put")

    def obey(self, order: Order) -> None:
        """Make one more request, or die at it; raises what the work raised."""
        self._orders.put(order)
        self.waits_for = self._stops.get(timeout=PATIENCE)
        if self._fault is not None:
            raise self._fault

    def request(self, what: str, call: Callable[[], Answer]) -> Answer:
        """The request, at its turn."""
        self._stops.put(what)
        order = self._orders.get(timeout=PATIENCE)
        if order == "die before it":
            raise Crash
        answer = call()
        if order == "die after it":
            raise Crash
        return answer

    def _run(self, work: Callable[[Worker], list[Outcome]]) -> None:
        try:
            # A worker that stood still since before a day closed may meet what another has made of it since.
            with suppress(Crash, OpenDay):
                self.outcomes = work(self)
        except BaseException as fault:
            self._fault = fault
        self._stops.put(OVER)


class Stepping:
    """A bucket's objects as a worker sees them: each request waits for its turn, and reports what it may have written."""

    def __init__(self, objects: Objects, written: list[str], worker: Worker) -> None:
        self._objects, self._written, self._request = objects, written, worker.request

    def keys(self, prefix: str) -> Iterator[str]:
        yield from self._request(f"keys {prefix}", lambda: list(self._objects.keys(prefix)))

    def folders(self, prefix: str) -> list[str]:
        return self._request(f"folders {prefix}", lambda: self._objects.folders(prefix))

    def newest(self, prefix: str) -> datetime | None:
        return self._request(f"newest {prefix}", lambda: self._objects.newest(prefix))

    def read(self, key: str, most: int | None = None) -> bytes | None:
        return self._request(f"read {key}", lambda: self._objects.read(key, most))

    def read_all(self, keys: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes | None]]:
        # One after the other, because each waits for its turn; on S3 by the reader of many.
        for key in keys:
            yield self._request(f"read {key}", lambda key=key: next(iter(self._objects.read_all([key], most))))

    def fetch(self, key: str, path: Path) -> str | None:
        return self._request(f"fetch {key}", lambda: self._objects.fetch(key, path))

    def head(self, key: str) -> Head | None:
        return self._request(f"head {key}", lambda: self._objects.head(key))

    def create(self, key: str, body: bytes, metadata: dict[str, str]) -> bool:
        return self._write(key, lambda: self._objects.create(key, body, metadata))

    def replace(self, key: str, body: bytes, metadata: dict[str, str], etag: str) -> bool:
        return self._write(key, lambda: self._objects.replace(key, body, metadata, etag))

    def _write(self, key: str, put: Callable[[], bool]) -> bool:
        def tell() -> bool:
            self._written.append(key)
            return put()

        return self._request(f"put {key}", tell)


class UnconditionalReplace(Stepping):
    """Objects that are replaced whichever version they are."""

    def replace(self, key: str, body: bytes, metadata: dict[str, str], etag: str) -> bool:
        return self._write(key, lambda: self._put(key, body, metadata))

    def _put(self, key: str, body: bytes, metadata: dict[str, str]) -> bool:
        held = self._objects.head(key)
        if held is None:
            return self._objects.create(key, body, metadata)
        return self._objects.replace(key, body, metadata, held.etag)


class Overwriting(UnconditionalReplace):
    """Objects of a store that ignores conditions: the last put wins."""

    def create(self, key: str, body: bytes, metadata: dict[str, str]) -> bool:
        return self._write(key, lambda: self._put(key, body, metadata))


def compactor(objects: Objects, now: datetime) -> list[Outcome]:
    """What the workers of a night do."""
    done = [compaction.compact(objects, day, now) for day in compaction.due(objects, now)]
    compaction.advance(objects, now)
    return done


def hasty_compactor(objects: Objects, now: datetime) -> list[Outcome]:
    """A compactor that moves the watermark first."""
    due, mark = list(compaction.due(objects, now)), objects.head(WATERMARK)
    body = msgspec.json.encode(watermarks.Watermark(due[-1])) if due else b""
    if due and mark is None:
        objects.create(WATERMARK, body, {})
    elif due and mark is not None:
        objects.replace(WATERMARK, body, {}, mark.etag)
    return compactor(objects, now)


def reconciler(objects: Objects, now: datetime) -> list[Outcome]:
    """What reconciling does; where somebody else was faster, it looks again."""
    return [_reconciled(objects, day, now) for day in compaction.reconcilable(objects)]


def _reconciled(objects: Objects, day: date, now: datetime) -> Outcome:
    while (outcome := compaction.reconcile(objects, day, now)).did == "outrun":
        pass
    return outcome


class Ledger:
    """What was stored, whatever became of it: the measure of what must show."""

    def __init__(self) -> None:
        self.ever: set[Event] = set()
        self.in_time: set[Event] = set()
        self.shrunk: set[date] = set()
        self._objects: dict[date, dict[str, set[str]]] = {}

    def stored(self, day: date, key: str, events: list[str], in_time: bool) -> None:
        self._objects.setdefault(day, {})[key] = set(events)
        new = {(day, event) for event in events}
        self.ever |= new
        self.in_time |= new if in_time else set()

    def expired(self, day: date, key: str) -> None:
        if not self._objects[day].pop(key) <= self.raw(day):
            self.shrunk.add(day)

    def raw(self, day: date) -> set[str]:
        """The events that the day's raw objects hold."""
        return set().union(*self._objects.get(day, {}).values())

    def objects(self, until: date | None = date.max) -> list[tuple[date, str, list[str]]]:
        """The raw objects of the days up to this one."""
        days = [day for day in self._objects if until is not None and day <= until]
        return [(day, key, sorted(events)) for day in days for key, events in self._objects[day].items()]


class View:
    """What a question would see: compacted up to the watermark, raw after it. It reads again what was written."""

    def __init__(self, objects: Objects, ledger: Ledger, folder: Path) -> None:
        self.mark: date | None = None
        self.compacted: dict[date, Counter[str]] = {}
        self._objects, self._ledger, self._seen = objects, ledger, folder / "seen.parquet"

    def read(self, key: str) -> set[str]:
        """Read this object again; the events that it has lost."""
        if key == WATERMARK:
            self.mark = compaction.watermark(self._objects)
            return set()
        day = date.fromisoformat(key.removeprefix("compacted/dt=")[:10])
        before = self.compacted.get(day, Counter())
        self.compacted[day] = Counter(self._ids(key))
        return set(before) - set(self.compacted[day])

    def of(self, day: date) -> Counter[str]:
        """How often each event of the day shows."""
        is_compacted = self.mark is not None and day <= self.mark
        return self.compacted.get(day, Counter()) if is_compacted else Counter(self._ledger.raw(day))

    def all(self) -> Counter[Event]:
        days = {day for day, _ in self._ledger.ever}
        return Counter({(day, event): times for day in days for event, times in self.of(day).items()})

    def _ids(self, key: str) -> list[str]:
        self._seen.unlink(missing_ok=True)
        if self._objects.fetch(key, self._seen) is None:
            return []
        with duckdb.connect() as connection:
            rows = connection.execute("SELECT eventid FROM read_parquet($path)", {"path": str(self._seen)}).fetchall()
        return [event for (event,) in rows]


class Schedule:
    """A seed's random steps, and after each of them a look at the view."""

    def __init__(
        self, bucket: Bucket, folder: Path, seed: int, compacts: Work = compactor, sees: type[Stepping] = Stepping
    ) -> None:
        self._bucket, self._folder, self._now = bucket, folder, START
        self._chance, self._number = random.Random(seed), 0
        self._compacts, self._sees = compacts, sees
        self._workers: list[Worker] = []
        self._written: list[str] = []
        self._history = [f"seed {seed} on {type(bucket).__name__}"]
        folder.mkdir(parents=True)
        self._ledger = Ledger()
        self._view = View(bucket.objects, self._ledger, folder)

    def run(self) -> None:
        """The steps; and then a compactor and a reconciler whom nobody disturbs."""
        try:
            for _ in range(STEPS):
                self._step()
        finally:
            for worker in self._workers:
                if not worker.is_over:
                    worker.obey("die before it")
        self._settle()

    def compare_with_the_lake(self) -> None:
        """What is taken for the view here is what an analyst's question sees."""
        mirror = Mirror(self._folder / "mirror")
        source = lake.Source(mirror.folder, mirror.refresh(self._bucket.objects))
        with lake.connect({"events": source}) as connection:
            rows = connection.execute("SELECT dt, eventid FROM events").fetchall()
        seen = Counter((date.fromisoformat(dt), event) for dt, event in rows)
        self._expect(seen == self._view.all(), "the lake shows something else")

    def _step(self) -> None:
        has_workers, has_room = len(self._workers) > 0, len(self._workers) < 3
        steps = {
            self._store: 4,
            self._store_late: 5,
            self._copy: 2,
            self._spoil: 1,
            self._pass_time: 4,
            self._expire: 3,
            self._start_compactors: 4 * has_room,
            self._start_reconcilers: 3 * has_room,
            self._work: 30 * has_workers,
            self._kill: 3 * has_workers,
        }
        (step,) = self._chance.choices(list(steps), list(steps.values()))
        step()
        self._look()

    def _store(self) -> None:
        day = self._chance.choice([day for day in self._days() if closes(day) > self._now])
        self._put(day, self._names(self._chance.choice([1, 1, 3])), in_time=True)

    def _store_late(self) -> None:
        """Often into a day that somebody has listed and is about to put: there it has most to spoil."""
        closed = [day for day in self._days() if closes(day) <= self._now]
        awaited = [day for day in closed if any(day.isoformat() in worker.waits_for for worker in self._workers)]
        if closed:
            self._put(self._chance.choice(closed + awaited * 3), self._names(1), in_time=False)

    def _copy(self) -> None:
        """One more object with events that are there already, each twice."""
        if held := self._ledger.objects():
            day, _, events = self._chance.choice(held)
            self._put(day, events * 2, in_time=False)

    def _spoil(self) -> None:
        """An object that cannot be read."""
        self._bucket.put(object_key(self._chance.choice(self._days()), self._names(1)[0]), b'{"eventId":')

    def _pass_time(self) -> None:
        self._now += timedelta(hours=self._chance.choice([10, 30, 50]))

    def _expire(self) -> None:
        if passed := self._ledger.objects(until=self._view.mark):
            day, key, _ = self._chance.choice(passed)
            self._bucket.delete(key)
            self._ledger.expired(day, key)
            self._history.append(f"{key} expires")

    def _start_compactors(self) -> None:
        for _ in range(self._chance.choice([1, 2])):
            self._start("compactor", self._compacts)

    def _start_reconcilers(self) -> None:
        for _ in range(self._chance.choice([1, 2])):
            self._start("reconciler", reconciler)

    def _start(self, kind: str, work: Work) -> None:
        now, sees = self._now, partial(self._sees, self._bucket.objects, self._written)
        before = {day: self._ledger.raw(day) for day in self._days()}
        worker = Worker(f"{kind} {self._names(1)[0]}", lambda worker: work(sees(worker), now), before)
        self._workers.append(worker)
        self._history.append(f"{worker.name} starts at {iso(now)}")

    def _work(self) -> None:
        """A few requests of one of them, or many; often as far as its next put, and there it waits for a while."""
        weights = [1 if worker.is_before_a_put else 4 for worker in self._workers]
        (worker,) = self._chance.choices(self._workers, weights)
        many, stops_at_puts = self._chance.choice([1, 5, 50]), self._chance.random() < 0.5
        for _ in range(many):
            self._obey(worker, "go")
            self._look()
            if worker.is_over:
                return self._end(worker)
            if stops_at_puts and worker.is_before_a_put:
                return None
        return None

    def _kill(self) -> None:
        worker = self._chance.choice(self._workers)
        self._obey(worker, self._chance.choice(["die before it", "die after it"]))
        self._workers.remove(worker)

    def _obey(self, worker: Worker, order: Order) -> None:
        self._history.append(f"{worker.name} at {worker.waits_for}: {order}")
        worker.obey(order)

    def _end(self, worker: Worker) -> None:
        """A reconcile that ran to its end shows what was there before it began, in the days that it looked at."""
        self._workers.remove(worker)
        self._history.append(f"{worker.name} ends: {worker.outcomes}")
        if worker.name.startswith("reconciler"):
            for outcome in worker.outcomes:
                self._shows(outcome.day, worker.before.get(outcome.day, set()))

    def _settle(self) -> None:
        compactor(self._bucket.objects, self._now)
        outcomes = reconciler(self._bucket.objects, self._now)
        self._history.append(f"undisturbed: {outcomes}")
        self._written += [WATERMARK, *map(compaction.object_key, listing.compacted(self._bucket.objects))]
        self._look()
        did = {outcome.day: outcome.did for outcome in outcomes}
        for day in self._days():
            self._shows(day, self._ledger.raw(day))
            lost = set(self._view.compacted.get(day, ())) - self._ledger.raw(day)
            self._expect(not lost or did[day] in {"refused", "kept"}, f"{day} has shrunk, and it was not said")

    def _shows(self, day: date, events: set[str]) -> None:
        missing = events - set(self._view.of(day))
        self._expect(day in self._ledger.shrunk or not missing, f"{missing} of {day} do not show after the reconcile")

    def _look(self) -> None:
        """Every event that came in time shows exactly once, none twice, and no Parquet loses one."""
        for key in set(self._written):
            lost = self._view.read(key)
            self._expect(not lost, f"{key} has lost {lost}")
        self._written.clear()
        view = self._view.all()
        self._expect(max(view.values(), default=0) <= 1, "an event shows twice")
        self._expect(view.keys() <= self._ledger.ever, "something shows that never was")
        missing = self._ledger.in_time - view.keys()
        self._expect(not missing, f"{missing} came in time, and do not show")

    def _put(self, day: date, events: list[str], in_time: bool) -> None:
        key = object_key(day, self._names(1)[0])
        self._bucket.put(key, b"".join(_line(event, self._now) for event in events))
        self._ledger.stored(day, key, events, in_time)
        self._history.append(f"{iso(self._now)}: {key} with {events}")

    def _days(self) -> list[date]:
        return [START.date() + timedelta(days=passed) for passed in range((self._now.date() - START.date()).days + 1)]

    def _names(self, many: int) -> list[str]:
        self._number += many
        return [f"e{number}" for number in range(self._number - many, self._number)]

    def _expect(self, holds: bool, what: str) -> None:
        if not holds:
            raise Violation("\n".join([what, *self._history]))


def _line(event: str, received: datetime) -> bytes:
    return encode(record(event, timestamp=iso(START), server_timestamp=iso(received)))


@pytest.fixture(scope="module")
def opened() -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB, opened once: that takes thrice as long as to write a day of ten events."""
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture(autouse=True)
def one_duckdb(opened: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection is one more of the same DuckDB; only the lake's, with settings of its own, is not."""
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda **config: connect(**config) if config else opened.cursor())


@pytest.fixture
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[int], Bucket]]:
    """Make a bucket for a seed: in a folder, or in moto's S3."""
    if request.param == "folder":
        yield lambda seed: FolderBucket(tmp_path / "data", f"seed-{seed}")
        return
    with mock_aws():
        client = boto3.client("s3")
        yield lambda seed: S3Bucket(client, f"seed-{seed}")


@pytest.mark.parametrize(
    ("bucket", "chunk"),
    [(store, chunk) for store, many in CHUNKS.items() for chunk in range(many)],
    indirect=["bucket"],
)
def test_whatever_crashes_each_event_in_time_shows_exactly_once(
    bucket: Callable[[int], Bucket], chunk: int, tmp_path: Path
) -> None:
    for seed in range(chunk * SEEDS, (chunk + 1) * SEEDS):
        schedule = Schedule(bucket(seed), tmp_path / str(seed), seed)
        schedule.run()
        if seed % 5 == 0:
            schedule.compare_with_the_lake()


def violation(folder: Path, **broken: Any) -> str:
    """What the first schedule that finds fault says of this compaction; empty where none does."""
    for seed in range(CONTROLS):
        try:
            Schedule(FolderBucket(folder / "data", f"seed-{seed}"), folder / str(seed), seed, **broken).run()
        except Violation as found:
            return str(found)
    return ""


def test_the_schedules_find_a_watermark_that_moves_first(tmp_path: Path) -> None:
    assert "came in time, and do not show" in violation(tmp_path, compacts=hasty_compactor)


def test_the_schedules_find_an_unconditional_put_over_a_shrunk_listing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "count", lambda sql, held, fresh: 0)

    assert "has lost" in violation(tmp_path, sees=UnconditionalReplace)


def test_the_schedules_find_a_store_that_knows_no_conditions(tmp_path: Path) -> None:
    assert "has lost" in violation(tmp_path, sees=Overwriting)


def test_the_schedules_find_a_file_that_was_not_deduped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "FIRST", "row_number() OVER () > 0")

    assert "shows twice" in violation(tmp_path)
