"""Ninety days of a tenant, night by night: nothing is older than its rule, and no answer changes."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib import settings
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake import compaction, listing, nightly
from chalicelib.lake.days import Days
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import BucketObjects, FolderObjects, Objects
from chalicelib.lake.parquet import WITHOUT_IP
from chalicelib.records import day_prefix, encode, iso, object_key
from sluice.mirror import view
from sluice.mirror.mirror import Mirror
from sluice.questions import dialect
from sluice.questions.library import Library
from tests.chalicelib.lake.test_ageing import Crash, Dying
from tests.conftest import BUCKET, OWNER, PROVE
from tests.paths import ROOT
from tests.records import record
from tests.sluice.mirror.test_ranges import GOALS

FIRST = date(2026, 6, 1)
RAW_DAYS, IP_DAYS = 14, 30
STUCK = FIRST + timedelta(days=10)  # until its cause is gone
FIXED = FIRST + timedelta(days=14)
# What comes to a day that is over is brought into the day's Parquet first.
LATE = timedelta(days=1)
FEW = ("totals", "visitors-and-visits", "top-pages", "sources", "stored-events")
LIBRARY = Library()


@dataclass
class Simulation:
    """A tenant whose bucket is aged, and the same events in one where nothing ever is."""

    objects: Objects
    twin: FolderObjects
    stage: settings.Settings
    every: int
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    crashed: int = 0
    stored: dict[str, tuple[date, date]] = field(default_factory=dict)
    marks: list[date] = field(default_factory=lambda: [date.min] * 2)
    dying: list[int] = field(default_factory=lambda: [0])

    def day(self, today: date) -> None:
        """Some events of today, alone and in a batch; now and then some that come late; then the night."""
        if (today - FIRST).days % self.every == 0:
            self.store(today, [f"{today}-{number}" for number in range(3)], today=today)
            self.store(today, [f"{today}-{number}" for number in range(3, 8)], "batch", today=today)
        if self.chance.random() < 0.15:
            late = today - timedelta(days=self.chance.randrange(3, 60))
            self.store(late, [f"late-{today}"], self.chance.choice(["", "log"]), today=today)
        self.night(datetime(today.year, today.month, today.day, 3, tzinfo=UTC))

    def store(self, day: date, names: list[str], kind: str = "", *, today: date) -> None:
        lines = [self._line(day, name) for name in names]
        key = f"{day_prefix(day)}{kind}.{names[0].encode().hex()[:32]}.json"
        alone = zip(names, lines, strict=True)
        bodies = {key: b"".join(lines)} if kind else {object_key(day, f"e-{name}"): line for name, line in alone}
        for key, body in bodies.items():
            self.stored[key] = (day, today)
            self.objects.create(key, body, {})
            self.twin.create(key, body, {})

    def _line(self, day: date, name: str) -> bytes:
        at = iso(
            datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(seconds=self.chance.randrange(9000))
        )
        who = self.chance.randrange(4)
        made = record(
            f"e-{name}",
            timestamp=at,
            server_timestamp=at,
            ip=f"{who:016x}",
            visitor_id=f"{day:%m%d}{who:012x}",
            session_id=f"s{who}",
            page=f"https://shop.example/{self.chance.choice('abc')}",
            referrer="https://news.example",
        )
        return encode(made)

    def night(self, now: datetime) -> None:
        """What the planner and its workers do; now and then all of them die at some step."""
        self.dying[0] = self.chance.randrange(1, 6) if self.chance.random() < 0.1 else 0
        try:
            self._work(now)
            self.crashed = max(0, self.crashed - 1)
        except Crash:
            # What died is tried again two nights later.
            self.crashed = 3

    def _work(self, now: datetime) -> None:
        for task in nightly.plan(self.stage, now).tasks:
            with suppress(MemoryError):
                if task.kind != nightly.AGEING:
                    nightly.work(self.stage, task, now)
                list(nightly.age(self.stage, task, now))

    def overdue(self, today: date) -> list[str]:
        """What is older than its rule: raw objects, but of a stuck day and those after it, and addresses' hashes.

        The night in which a day is stuck for the first time is lost, and what comes late goes a night later.
        """
        self.marks.append(compaction.watermark(self.objects) or date.min)
        # What the watermark passed last night goes tonight.
        mark, spared = self.marks[-3], timedelta(days=self.crashed + 1)
        ends = {key: max(day + timedelta(days=RAW_DAYS), came + LATE) for key, (day, came) in self.stored.items()}
        left = (key for key in self.objects.keys("analytics/") if self.stored[key][0] <= mark)
        old = [key for key in left if today - spared > ends[key]]
        heads = {day: self.objects.head(EVENTS.object_key(day)) for day in listing.compacted(self.objects)}
        bare = {day: head is not None and head.metadata.items() >= WITHOUT_IP.items() for day, head in heads.items()}
        return old + [
            f"ip {day}" for day in heads if day <= mark and (today - day - spared).days > IP_DAYS and not bare[day]
        ]


@pytest.fixture
def simulation(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    base = settings.load({"STAGE": "prod", "ALLOWED_BUCKETS": BUCKET, "BUCKET_OWNER": OWNER, "SALTS": "memory"})
    stage = replace(base, allowlist=Allowlist([Entry(BUCKET, raw_days=RAW_DAYS)]))
    if request.param == "s3":
        request.getfixturevalue("s3")
        objects: Objects = BucketObjects(BUCKET, OWNER)
    else:
        objects = FolderObjects(tmp_path / BUCKET)
        monkeypatch.setattr(nightly, "make_client", lambda: None)
    made = Simulation(objects, FolderObjects(tmp_path / "twin"), stage, every=1 if PROVE else 5)
    monkeypatch.setattr(nightly, "BucketObjects", lambda *_: Dying(objects, made.dying))
    compact = compaction.compact

    def failing(objects: Objects, day: date, now: datetime, *given: Any) -> Any:
        """A compaction that one day is too much for, until somebody has seen to it."""
        if day == STUCK and now.date() < FIXED:
            raise MemoryError
        return compact(objects, day, now, *given)

    monkeypatch.setattr(compaction, "compact", failing)
    monkeypatch.chdir(ROOT)
    return made


@pytest.mark.parametrize(
    ("simulation", "nights"), [("folder", 90), ("s3", 90 if PROVE else 35)], indirect=["simulation"]
)
def test_for_ninety_days_nothing_is_older_than_its_rule_and_no_answer_changes(
    simulation: Simulation, nights: int, tmp_path: Path
) -> None:
    simulation.store(STUCK, ["stuck"], today=STUCK)
    overdue, kept = {}, 0
    for number in range(nights):
        today = FIRST + timedelta(days=number)
        simulation.day(today)
        overdue[today] = simulation.overdue(today)
        kept = max(kept, sum(1 for _ in simulation.objects.keys("analytics/")))
    last = FIRST + timedelta(days=nights - 1)
    assert {day: found for day, found in overdue.items() if found} == {}
    assert kept < len(simulation.stored)

    closed = [day for day in compaction.reconcilable(simulation.objects) if day <= last - timedelta(days=3)]
    for day in closed:
        compaction.reconcile(simulation.objects, day, datetime(2026, 11, 1, tzinfo=UTC))
    asked = questions(Days(FIRST, max(closed)), LIBRARY.names() if nights == 90 else FEW)
    before, after = answers(simulation.twin, asked, tmp_path / "a"), answers(simulation.objects, asked, tmp_path / "b")
    assert [name for name in before if before[name] != after[name]] == []
    assert len([name for name in before if before[name]]) >= min(16, len(asked))


def questions(days: Days, names: Iterable[str]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Each question of these days as DuckDB takes it, with its values."""
    given = {"funnel": {"steps": "page_view,/a"}, "experiments": {"goal": "sale"}}
    tenants = {"shop": "events"}
    made = {
        name: LIBRARY.prepare(LIBRARY.get(name), given=given.get(name, {}), days=days, goals=GOALS, tenants=tenants)
        for name in names
    }
    return {name: (dialect.to_duckdb(one.expression), dict(one.values)) for name, one in made.items()}


def answers(
    objects: Objects, asked: dict[str, tuple[str, dict[str, Any]]], folder: Path
) -> dict[str, list[tuple[Any, ...]]]:
    """What each of these questions answers over the mirror of this bucket."""
    source = view.Source(folder, Mirror(folder).refresh(objects))
    with view.connect({"events": source}) as connection:
        return {name: sorted(connection.execute(*one).fetchall(), key=repr) for name, one in asked.items()}
