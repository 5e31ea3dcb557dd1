"""A lake that version 0.1.0 wrote, whose record had fewer fields: nothing is lost, and new fields come to its days."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest

from chalicelib.lake import columns, compaction
from chalicelib.lake.days import Days
from chalicelib.lake.objects import FolderObjects
from sluice.mirror import view, visits
from sluice.mirror.mirror import Mirror
from sluice.questions import dialect
from sluice.questions.library import Library
from tests.lake_events import EVENTS, OTHER_LINES
from tests.paths import ROOT
from tests.sluice.questions.test_query_answers import CASES, FIRST, GOALS, LAST, Case

LIBRARY = Library()
ARCHIVE = ROOT / "tests" / "data" / "lake-0.1.0.tar.gz"
NOW = datetime(2026, 11, 13, tzinfo=UTC)
COMPACTED = [date(2026, 11, 9), date(2026, 11, 10)]
# Records with the new fields, of a tracker that was brought up to date before the jobs: two days' files lack them.
NEWER = {"event-0000000002": 1, "event-0000000003": 2, "event-0000000004": 3, "event-0000000036": 35}


class Lake(NamedTuple):
    """The tenant's bucket and its mirror, as they were left."""

    objects: FolderObjects
    mirror: Mirror

    def rows(self, sql: str, **given: str) -> list[tuple[Any, ...]]:
        source = view.Source(self.mirror.folder, self.mirror.refresh(self.objects))
        prepared = LIBRARY.prepare(sql, given=given, days=Days(FIRST, date(2026, 11, 30)))
        with view.connect({view.EVENTS: source}) as connection:
            return connection.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()


def extracted(folder: Path) -> Lake:
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return Lake(FolderObjects(folder / "shop-analytics"), Mirror(folder / ".lake" / "shop-analytics"))


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.chdir(ROOT)
    return extracted(tmp_path)


SEQUENCES = "SELECT eventid, sequence FROM events WHERE sequence IS NOT NULL ORDER BY eventid"


def test_a_mirrors_raw_day_gets_the_new_fields_at_the_next_look(lake: Lake) -> None:
    assert lake.rows(SEQUENCES) == [("event-0000000036", 35)]


def test_a_compacted_day_gets_them_by_a_reconcile_and_only_once(lake: Lake) -> None:
    assert {one.state for one in compaction.status(lake.objects, NOW) if one.day in COMPACTED} == {"late"}

    first = [compaction.reconcile(lake.objects, day, NOW) for day in COMPACTED]
    again = [compaction.reconcile(lake.objects, day, NOW).did for day in COMPACTED]

    assert [(one.did, one.records, one.duplicates) for one in first] == [("reconciled", 24, 0), ("reconciled", 21, 0)]
    assert again == ["unchanged", "unchanged"]
    assert {one.state for one in compaction.status(lake.objects, NOW) if one.day in COMPACTED} == {"compacted"}
    assert lake.rows(SEQUENCES) == sorted(NEWER.items())


def test_nothing_is_lost_or_doubled_before_and_after(lake: Lake) -> None:
    ids = "SELECT eventid FROM events ORDER BY eventid"
    expected = [(f"event-{number:010}",) for number in range(1, len(EVENTS) + 1)]

    before = lake.rows(ids, bots="include")
    for day in COMPACTED:
        compaction.reconcile(lake.objects, day, NOW)

    assert before == expected
    assert lake.rows(ids, bots="include") == expected


def test_a_day_whose_raw_objects_are_gone_keeps_its_parquet(lake: Lake, tmp_path: Path) -> None:
    for path in (tmp_path / "shop-analytics" / "analytics" / "year=2026" / "month=11" / "day=09").iterdir():
        path.unlink()

    assert compaction.reconcile(lake.objects, COMPACTED[0], NOW).did == "kept"
    assert lake.rows("SELECT count(*), count(sequence), count(consent.level) FROM events WHERE dt = '2026-11-09'") == [
        (24, 0, 0)
    ]


def test_a_part_of_another_version_is_another_file(lake: Lake) -> None:
    before = lake.mirror.snapshot()
    after = lake.mirror.refresh(lake.objects)

    assert before is not None
    paths = [{part.path for parts in one.raw.values() for part in parts} for one in (before, after)]
    assert paths[0].isdisjoint(paths[1])
    assert all(part.version.startswith(columns.schema()) for parts in after.raw.values() for part in parts)
    assert lake.mirror.refresh(lake.objects) == after


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake with everything brought up to date but its second compacted day."""
    folder = tmp_path_factory.mktemp("upgraded")
    lake = extracted(folder)
    compaction.reconcile(lake.objects, COMPACTED[0], NOW)
    source = view.Source(lake.mirror.folder, lake.mirror.refresh(lake.objects))
    with view.connect({view.EVENTS: source}) as connection:
        yield connection


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.query.startswith(("tenants", *OTHER_LINES))],  # of events alone
    ids=lambda case: f"{case.query}?{case.given}",
)
def test_every_question_has_the_answer_worked_out_on_paper(upgraded: duckdb.DuckDBPyConnection, case: Case) -> None:
    given = dict(one.split("=", 1) for one in case.given.split())
    prepared = visits.kept(LIBRARY).prepare(LIBRARY.get(case.query), given=given, days=Days(FIRST, LAST), goals=GOALS)
    found = upgraded.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()
    assert found == [tuple(row) for row in case.rows]
