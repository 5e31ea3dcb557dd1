"""The nightly jobs: which days of which tenants are due, the state machine that works them off, and what a worker does."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import gettempdir
from typing import Any, NamedTuple

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.allowlist import Allowlist, Entry
from chalicelib.causes import cause
from chalicelib.lake import ageing, athena_view, compaction, listing, tombstones, tries, watermarks
from chalicelib.lake.ageing import Aged
from chalicelib.lake.client import make_client
from chalicelib.lake.compaction import Outcome
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BrokenLake, BucketObjects
from chalicelib.lake.watermarks import Watermark
from chalicelib.settings import Settings

LOOKERS = 8
# A tenant's days that get a worker in one night, the oldest first: ten years of an imported log take five weeks.
MAX_TASKS = 100
# All tenants' days of one night: an execution takes 256 KB of them, and 25,000 events, up to 21 a day.
MAX_NIGHT = 1000
# The kind of a task that only ages the tenant's old days.
AGEING = "ageing"
# Closed days that are looked at again each night, where raw objects may come late to them.
LATE_DAYS = 7
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 4, "mode": "standard"})


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """One tenant's day, as a worker gets it."""

    bucket: str
    day: date
    kind: str = EVENTS.name

    def __str__(self) -> str:
        named = f"{self.bucket} {self.day}"
        return named if self.kind == EVENTS.name else f"{named} {self.kind}"


class Plan(NamedTuple):
    """What is to be compacted, the tenants that could not be looked into, each with the cause in a word, and the stuck days.

    `tenants` is how many there are, `left` how many days do not fit into the night: the next one takes them first.
    """

    tasks: list[Task]
    faults: dict[str, str]
    stuck: list[Task]
    tenants: int
    left: int = 0

    @property
    def summary(self) -> dict[str, Any]:
        """What the job's log line says of it."""
        counts = {"tasks": len(self.tasks), "left": self.left, "unseen": len(self.faults)}
        return {**counts, "faults": self.faults, "stuck": list(map(str, self.stuck))}


class TenantsUnseen(RuntimeError):
    """No tenant's bucket could be looked into: compaction has stopped."""


class _Days(NamedTuple):
    """A tenant's days for tonight, and those that have failed on several nights."""

    due: list[date]
    stuck: list[date]
    # The first that is to be aged, where no worker of another day is sure to see to all of them.
    aged: list[date] = []  # noqa: RUF012


class NotAdmitted(ValueError):
    """A bucket that the allowlist does not let in, or a kind of days that its entry does not have."""


def plan(settings: Settings, now: datetime, kinds: Sequence[Kind] = (EVENTS,)) -> Plan:
    """The days that are due, of every bucket that is there and that the allowlist admits, of each kind that it has."""
    buckets, s3 = _admitted(settings.allowlist), make_client()
    with ThreadPoolExecutor(LOOKERS) as lookers:
        looked = lookers.map(lambda bucket: _due_of_each(settings, s3, bucket, buckets[bucket], now, kinds), buckets)
        found = dict(zip(buckets, looked, strict=True))
    days = {
        (bucket, kind): one for bucket, each in found.items() if isinstance(each, dict) for kind, one in each.items()
    }
    tasks = _in_turn(days)
    return Plan(
        tasks[:MAX_NIGHT],
        {bucket: one for bucket, one in found.items() if isinstance(one, str)},
        [Task(bucket, day, kind) for (bucket, kind), one in days.items() for day in one.stuck],
        len(found),
        len(tasks[MAX_NIGHT:]),
    )


def start(plan: Plan, machine: str, now: datetime) -> bool:
    """Start the night: the state machine calls a worker for each task, a few at a time. False if an earlier night still runs.

    Two nights at once would take twice as many workers, and try a day that is at work.
    """
    if not plan.tasks:
        return True
    states = boto3.client("stepfunctions", config=_CONFIG)
    if states.list_executions(stateMachineArn=machine, statusFilter="RUNNING", maxResults=1)["executions"]:
        return False
    with suppress(states.exceptions.ExecutionAlreadyExists):
        # An event may come twice, and Lambda repeats a failed call: within an hour a night has one name and starts once.
        given = msgspec.json.encode({"days": plan.tasks}).decode()
        states.start_execution(stateMachineArn=machine, name=f"{now:%Y-%m-%dT%H}", input=given)
    return True


def refuse_stop(plan: Plan) -> None:
    """Raise TenantsUnseen where no tenant was seen to.

    Not where one was missed: Lambda would run the job again, and its alarm, always on, would hide a job that has stopped.
    """
    if plan.faults and len(plan.faults) == plan.tenants:
        raise TenantsUnseen(", ".join(f"{bucket} ({fault})" for bucket, fault in plan.faults.items()))


def clear_disk() -> None:
    """Take away what a run that was killed left in this worker: else the next one finds the disk full."""
    for left in Path(gettempdir()).glob(f"{compaction.SCRATCH}*"):
        shutil.rmtree(left)


def work(
    settings: Settings, task: Task, now: datetime, kinds: Sequence[Kind] = (EVENTS,)
) -> tuple[Outcome, date | None]:
    """Compact one tenant's day, move the watermark, and the tenant's view in Athena with it: the outcome, the watermark."""
    named = {one.name: one for one in kinds}
    if task.kind not in named:
        raise NotAdmitted(f"{task.bucket} has no {task.kind} to compact")
    _, objects, kind = _asked(settings, task, named[task.kind])
    database = settings.glue_database
    move = None if database is None else partial(_move_view, database, task.bucket, kind)
    tries.leave(objects, task.day, now, kind)
    (outcome,), mark = compaction.work(objects, [task.day], now, move, kind)
    return outcome, mark


def age(settings: Settings, task: Task, now: datetime) -> Iterator[Aged]:
    """Age the tenant's days that have become too old, each as it is taken: after an event's day, or with a task for that."""
    if task.kind in (EVENTS.name, AGEING):
        entry, objects, kind = _asked(settings, task, EVENTS)
        yield from ageing.age(objects, now, kind, entry.raw_days)


def _asked(settings: Settings, task: Task, kind: Kind) -> tuple[Entry, BucketObjects, Kind]:
    """The tenant's entry, its bucket, and the kind of days as the tenant has it; raises NotAdmitted."""
    entry = settings.allowlist.find(task.bucket)
    if entry is None:
        raise NotAdmitted(f"{task.bucket} is not on the allowlist of {settings.stage}")
    if not kind.has(entry):
        raise NotAdmitted(f"{task.bucket} has no {task.kind} to compact")
    own = BucketObjects(settings.stage_bucket or "", settings.bucket_owner)
    objects = BucketObjects(task.bucket, entry.owner or settings.bucket_owner)
    return entry, objects, ageing.of(entry, kind)._replace(secret=lambda: tombstones.secret_of(own))


def _move_view(database: str, bucket: str, kind: Kind, mark: Watermark) -> None:
    """Move the watermark of every view over the bucket; there is none before `sluice athena setup`."""
    glue = boto3.client("glue", config=_CONFIG)
    location = f"s3://{bucket}/{kind.compacted.path}".rstrip("/")  # Glue keeps what it was given
    try:
        pages = list(glue.get_paginator("get_tables").paginate(DatabaseName=database))
    except glue.exceptions.EntityNotFoundException:
        return
    for table in (table for page in pages for table in page["TableList"]):
        if table.get("StorageDescriptor", {}).get("Location", "").rstrip("/") == location:
            athena_view.moved(glue, database, table["Name"].removesuffix("_compacted"), mark.day, mark.parts)


def _admitted(allowlist: Allowlist) -> dict[str, Entry]:
    """Each exact entry's bucket, and each of the account's that a pattern lets in, with its entry."""
    names: Iterable[str] = {entry.bucket for entry in allowlist.entries if entry.exact}
    if not all(entry.exact for entry in allowlist.entries):
        pages = boto3.client("s3", config=_CONFIG).get_paginator("list_buckets").paginate()
        names = {*names, *(bucket["Name"] for page in pages for bucket in page["Buckets"])}
    return allowlist.admitted(names)


def _in_turn(days: Mapping[tuple[str, str], _Days]) -> list[Task]:
    """Each tenant's oldest day before anyone's second, because a few workers do them in this order; the oldest come first.

    So one tenant's hundred imported days make no other wait until the morning, and what a night leaves begins the next.
    """
    ranked = [(turn, day, *of) for of, one in days.items() for turn, day in enumerate(one.due)]
    return [Task(bucket, day, kind) for _, day, bucket, kind in sorted(ranked)]


def _due_of_each(
    settings: Settings, s3: Any, bucket: str, entry: Entry, now: datetime, kinds: Sequence[Kind]
) -> dict[str, _Days] | str:
    """The tenant's days of each kind that it has, or why they cannot be listed."""
    objects = BucketObjects(bucket, entry.owner or settings.bucket_owner, s3)
    try:
        found = {kind.name: _due(objects, now, ageing.of(entry, kind), entry) for kind in kinds if kind.has(entry)}
    except ClientError as error:
        # An exact entry may stand on the allowlist before its bucket is made.
        return {} if cause(error) == "NoSuchBucket" else cause(error)
    except (BotoCoreError, BrokenLake) as error:
        return cause(error)
    aged = found[EVENTS.name].aged if EVENTS.name in found else []
    return {**found, AGEING: _Days(aged, [])} if aged else found


def _due(objects: BucketObjects, now: datetime, kind: Kind, entry: Entry) -> _Days:
    marks, done = tries.found(objects, kind), list(listing.compacted(objects, kind))
    due = list(islice(compaction.due(objects, now, kind=kind, done=done), MAX_TASKS + len(marks)))
    tonight = [day for day in due if tries.is_due(marks.get(day, ()), now.date())][:MAX_TASKS]
    tonight = sorted({*tonight, *_late(objects, now, kind)})
    if any(tries.is_first(day, now) for day in tonight):
        # Its worker moves the watermark and ages old days, too. One of a day that was tried before may fail again.
        return _Days(tonight, tries.stuck(marks, due))
    mark = watermarks.read(objects, kind)
    # A day that waits keeps the watermark where it is.
    behind = [] if due else compaction.unmarked(done, mark.day if mark else None)
    aged = [] if mark is None else ageing.due(objects, done, mark, now.date(), kind, entry.raw_days)
    return _Days([*tonight, *behind], tries.stuck(marks, due), aged[:1])


def _late(objects: BucketObjects, now: datetime, kind: Kind) -> list[date]:
    """The last closed days to whose Parquet raw objects came late."""
    if not kind.comes_late:
        return []
    last = [now.date() - timedelta(days=number) for number in range(LATE_DAYS, 0, -1)]
    return compaction.late(objects, last, kind)
