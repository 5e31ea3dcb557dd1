"""Visits stored next to the Parquet: the same visits as from events, whatever is stored, and never out of date."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from chalicelib.lake import parquet
from chalicelib.lake.days import Days
from sluice.mirror import view, visits
from sluice.mirror.mirror import Part, Snapshot
from sluice.mirror.view import Source
from sluice.questions import dialect
from sluice.questions.library import BOTS, PACKAGED, Library
from tests.conftest import PROVE
from tests.lake_events import EVENTS, OTHER_LINES
from tests.paths import ROOT
from tests.records import fields
from tests.sluice.questions.test_query_answers import CASES, FIRST, GOALS, LAST, Case

LIBRARY = Library()
DAYS = [date(2026, 11, 9) + timedelta(number) for number in range(4)]
MIDNIGHT = datetime(2026, 11, 9, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def some_events(seed: int) -> dict[date, list[dict[str, Any]]]:
    """Four days of a few people who come and go at any time, and above all about midnight; some of them are at times a bot."""
    chance = random.Random(seed)
    events: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for person in range(25):
        moment = MIDNIGHT + chance.uniform(0, 86400)
        while moment < MIDNIGHT + 4 * 86400:
            at = datetime.fromtimestamp(round(moment, 3), UTC)
            events[at.date()].append(_event(chance, person, at, sum(map(len, events.values()))))
            moment += chance.choice([0.001, 20, 1700, 1799.999, 1800, 1800.001, 1900, 9000, 40_000])
            if chance.random() < 0.1:
                moment += 86400 - (moment - MIDNIGHT) % 86400 + chance.choice([-900, -0.001, 0, 900, 1799.999])
    return events


def _event(chance: random.Random, person: int, at: datetime, number: int) -> dict[str, Any]:
    stamp = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        **fields(f"event-{number:010}"),
        "eventType": chance.choice(["page_view", "page_view", "cta_click"]),
        "sampleWeight": chance.choice([1.0, 1.0, 2.0, 8.0]),
        "timestamp": stamp,
        "serverTimestamp": stamp,
        "page": f"https://shop.example/{chance.randrange(5)}",
        "sessionId": f"s{person}" if person % 3 else None,
        "userId": chance.choice([None, f"u{person}"]),
        "visitorId": f"v{person}",
        "location": {"country": chance.choice(["CA", "DE", None]), "region": None, "city": None},
        "device": {"device_type": chance.choice(["mobile", "desktop"]), "browser": "Firefox", "os": "Linux"},
        "isBot": person % 5 == 0 and chance.random() < 0.5,
        "referrer": chance.choice([None, "https://www.google.com/", "https://news.example/a"]),
        "utm": {"source": chance.choice([None, "news"]), "medium": None, "campaign": None, "term": None, "content": None},
    }  # fmt: skip


def write(folder: Path, day: date, name: str, records: Iterable[Mapping[str, Any]]) -> Part:
    """A file of these records of a day."""
    path = folder / f"dt={day}" / f"{name}.parquet"
    path.parent.mkdir(exist_ok=True)
    lines = folder / "lines.json"
    lines.write_text("".join(json.dumps(record) + "\n" for record in records))
    parquet.write(lines, path)
    return Part(str(path.relative_to(folder)), name)


def asked(connection: duckdb.DuckDBPyConnection, library: Library, sql: str, **given: str) -> list[tuple[Any, ...]]:
    days = Days(*(date.fromisoformat(given.pop(day)) for day in ("since", "until")))
    prepared = library.prepare(sql, given=given, days=days)
    return connection.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()


@pytest.fixture(scope="module", params=range(3 if PROVE else 1))
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A compacted day, one that is one raw file, one of two that share events, and one of which nothing is kept."""
    folder = tmp_path_factory.mktemp("lake")
    events = some_events(request.param)
    whole = [write(folder, day, "whole", events[day]) for day in DAYS]
    half = len(events[DAYS[2]]) // 2
    pieces = (
        write(folder, DAYS[2], "first", events[DAYS[2]][: half + 9]),
        write(folder, DAYS[2], "second", events[DAYS[2]][half:]),
    )
    visits.make(folder / whole[0].path, folder)
    visits.make(folder / whole[1].path, folder)
    return Source(
        folder, Snapshot(DAYS[0], {DAYS[0]: whole[0]}, {DAYS[1]: whole[1:2], DAYS[2]: pieces, DAYS[3]: whole[3:]})
    )


@pytest.mark.parametrize("bots", BOTS)
def test_kept_visits_are_those_that_the_events_make(source: Source, bots: str) -> None:
    sql = "SELECT * FROM visits ORDER BY visitkey, opening"
    for since, until in ((DAYS[0], DAYS[3]), (DAYS[0], DAYS[1]), (DAYS[1], DAYS[2]), (DAYS[3], DAYS[3])):
        days = {"since": str(since), "until": str(until)}
        with view.connect({"events": source}, since, until) as connection:
            kept = asked(connection, visits.kept(LIBRARY), sql, bots=bots, **days)
            assert kept == asked(connection, LIBRARY, sql, bots=bots, **days)
            assert kept


def test_the_days_that_are_tried_have_visits_over_midnight_and_visitors_who_are_both(source: Source) -> None:
    over_midnight = "SELECT count(*) FROM visits WHERE date_format(started, '%d') <> date_format(ended, '%d')"
    both = "SELECT count(*) FROM (SELECT visitkey FROM hits GROUP BY visitkey HAVING count(DISTINCT isbot) = 2) AS both"
    with view.connect({"events": source}) as connection:
        for sql in (over_midnight, both):
            ((number,),) = asked(connection, LIBRARY, sql, bots="include", since=str(DAYS[0]), until=str(DAYS[-1]))
            assert number > 3


def test_what_is_kept_is_read_and_the_events_are_not(tmp_path: Path) -> None:
    part = write(tmp_path, DAYS[0], "whole", some_events(1)[DAYS[0]])
    visits.make(tmp_path / part.path, tmp_path)
    write(tmp_path, DAYS[0], "whole", [])
    with view.connect({"events": Source(tmp_path, Snapshot(DAYS[0], {DAYS[0]: part}))}) as connection:
        counted = [
            asked(connection, library, "SELECT count(*) FROM visits", since=str(DAYS[0]), until=str(DAYS[0]))
            for library in (visits.kept(LIBRARY), LIBRARY)
        ]
    assert counted[0][0][0] > 0
    assert counted[1] == [(0,)]


def test_what_older_relations_kept_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = visits.path(tmp_path / "a.parquet")
    own = {path.name: path.read_text() for path in (PACKAGED / "relations").glob("*.sql")}
    (tmp_path / "sql" / "relations").mkdir(parents=True)
    for name, sql in own.items():
        (tmp_path / "sql" / "relations" / name).write_text(sql.replace("< 1800", "< 3600"))
    monkeypatch.chdir(tmp_path)
    visits.over.cache_clear()
    changed = visits.path(tmp_path / "a.parquet")
    visits.over.cache_clear()

    assert here.stem == changed.stem == "a"
    assert here != changed


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The events with answers on paper, as a mirror that has kept each day's visits."""
    folder = tmp_path_factory.mktemp("paper")
    days: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for record in EVENTS:
        days[record["dt"]].append({key: value for key, value in record.items() if key != "dt"})
    parts = {date.fromisoformat(day): write(folder, date.fromisoformat(day), "all", days[day]) for day in days}
    for part in parts.values():
        visits.make(folder / part.path, folder)
    with view.connect({"events": Source(folder, Snapshot(max(parts), parts))}) as connection:
        yield connection


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.query.startswith(("tenants", *OTHER_LINES))],  # of events alone
    ids=lambda case: f"{case.query}?{case.given}",
)
def test_a_question_over_what_is_kept_has_the_answer_worked_out_on_paper(
    paper: duckdb.DuckDBPyConnection, case: Case
) -> None:
    given = dict(one.split("=", 1) for one in case.given.split())
    prepared = visits.kept(LIBRARY).prepare(LIBRARY.get(case.query), given=given, days=Days(FIRST, LAST), goals=GOALS)
    found = paper.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()
    assert found == [tuple(row) for row in case.rows]
