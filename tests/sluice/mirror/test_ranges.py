"""Any range of days, in any time zone, in any order of files: the counts of a range are the sums of its days."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import pytest

from chalicelib.lake.days import Days
from chalicelib.records import iso
from sluice.mirror import view, visits
from sluice.mirror.mirror import Snapshot
from sluice.mirror.view import Source
from sluice.questions import dialect
from sluice.questions.library import Library, values
from sluice.questions.made import NamedGoal
from tests.conftest import PROVE
from tests.lake_events import OTHER_LINES
from tests.paths import ROOT
from tests.records import fields
from tests.sluice.mirror.test_spans import write
from tests.sluice.questions.test_query_answers import lake_of

LIBRARY = Library()
GOALS = (NamedGoal("sale", "purchase"), NamedGoal("pricing", None, "/pricing*"))
# The lake's days, with the night in which Los Angeles sets its clock back in the middle.
FIRST, LAST = date(2026, 10, 30), date(2026, 11, 4)
MIDDLE = [FIRST + timedelta(number) for number in range(1, 5)]
ZONES = ("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Etc/GMT+12")
PAGES = ("/", "/pricing", "/blog/a", "https://shop.example/pricing", None)


@pytest.fixture(autouse=True)
def _root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def any_events(seed: int) -> list[dict[str, Any]]:
    """Six days of people who come and go at any time, often about a midnight; many events share their time."""
    chance = random.Random(seed)
    start = datetime.combine(FIRST, datetime.min.time(), UTC)
    midnights = [
        datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC) for day in MIDDLE for zone in ZONES
    ]
    events: list[dict[str, Any]] = []
    for person in range(30):
        moment = start + timedelta(seconds=chance.uniform(0, 86400))
        if person % 2:
            moment = chance.choice(midnights) - timedelta(seconds=chance.choice([0, 0.001, 60, 1000, 5000]))
        for _ in range(chance.randrange(3, 25)):
            if moment < start + timedelta(6):
                events.append(_event(chance, person, moment, len(events)))
            moment += timedelta(seconds=chance.choice([0, 0, 0, 0.001, 20, 1700, 1799.999, 1800, 1900, 9000, 40_000]))
    return events


def _event(chance: random.Random, person: int, at: datetime, number: int) -> dict[str, Any]:
    kind = chance.choice(["page_view", "page_view", "page_view", "scroll_depth", "cta_click", "purchase"])
    source = chance.choice([None, None, "news"])
    price = '"value":5,"currency":"EUR"'
    test = f'"experiment":"hero","variant":"{chance.choice("AB")}"'
    return {
        **fields(f"{chance.randrange(16**8):08x}-{number:08}"),
        "eventType": kind,
        "timestamp": iso(at),
        "serverTimestamp": iso(at + timedelta(milliseconds=chance.choice([0, 0, 5]))),
        "sequence": chance.choice([None, None, 0, 1, 2]),
        "page": chance.choice(PAGES),
        "sessionId": f"s{person}" if person % 3 else None,
        "visitorId": f"v{person}" if person % 7 else None,
        "userId": chance.choice([None, f"u{person % 4}"]),
        "location": {"country": chance.choice(["CA", "DE", None]), "region": None, "city": chance.choice(["X", None])},
        "device": {"device_type": chance.choice(["mobile", "desktop"]), "browser": "Firefox", "os": "Linux"},
        "isBot": person % 11 == 0,
        "referrer": chance.choice([None, "https://www.google.com", "https://news.example"]),
        "utm": {"source": source, "medium": None, "campaign": source, "term": None, "content": None},
        "metadata": f"{{{price if kind == 'purchase' else test}}}" if chance.random() < 0.6 else None,
        "dt": at.date().isoformat(),
    }


class Sums(NamedTuple):
    """A question, what names one of its rows, and the columns of which a range has the sum of its days."""

    query: str
    names: tuple[str, ...]
    counts: tuple[str, ...]
    given: Mapping[str, str] = MappingProxyType({})


MANY = {"limit": "1000"}
SUMS = (
    Sums("totals", (), ("visitors", "visits", "page_views", "events")),
    Sums("visitors-and-visits", ("day", "bounce_rate", "seconds_per_visit"), ("visitors", "visits", "page_views")),
    Sums("daily-page-views", ("day",), ("page_views", "visitors")),
    Sums("revenue-by-day", ("day", "currency"), ("orders", "revenue")),
    Sums("revenue", ("currency", "channel", "source"), ("orders", "revenue")),
    Sums("sources", ("channel", "source"), ("visits", "page_views"), MANY),
    Sums("campaigns", ("campaign", "source", "medium"), ("visits", "page_views"), MANY),
    Sums("entry-pages", ("page",), ("entries",), MANY),
    Sums("events-by-type", ("event_type",), ("events", "visitors"), MANY),
    Sums("top-pages", ("page",), ("page_views", "visitors"), MANY),
    Sums("countries", ("country",), ("visitors", "page_views", "events"), MANY),
    Sums("devices", ("device_type",), ("visitors", "page_views", "events"), MANY),
    Sums("goals", ("goal",), ("conversions", "converted")),
    Sums("conversion-by-campaign", ("goal", "campaign"), ("converted",)),
    Sums("experiments", ("experiment", "variant"), ("visits", "converted"), {"goal": "sale"}),
    Sums("funnel", ("step", "name"), ("visits",), {"steps": "page_view,/pricing,purchase"}),
    Sums("quarter-hours", ("quarter",), ("page_views", "events")),
)


@cache
def written(query: str, is_kept: bool) -> tuple[str, set[str]]:
    """A question as DuckDB is asked it, and the names of its values: to write it takes longer than to answer it."""
    library = visits.kept(LIBRARY) if is_kept else LIBRARY
    whole = library.whole(dialect.parse(LIBRARY.get(query).sql), GOALS, {})
    return dialect.to_duckdb(whole), dialect.placeholders(whole)


def counted(connection: duckdb.DuckDBPyConnection, sums: Sums, days: Days, *, is_kept: bool = True) -> Counter[Any]:
    """The figures of a range that are not 0, each under the names of its row and its own."""
    sql, asked = written(sums.query, is_kept)
    found = connection.execute(sql, values(LIBRARY.get(sums.query), sums.given, asked, days))
    columns = [one[0] for one in found.description]
    figures: Counter[Any] = Counter()
    for row in (dict(zip(columns, one, strict=True)) for one in found.fetchall()):
        for column in sums.counts:
            figures[(*(row[name] for name in sums.names), column)] += row[column] or 0
    return +figures


@pytest.fixture(scope="module", params=range(5 if PROVE else 1))
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Source:
    """Days of which the visits are kept, but for one in two pieces and one of which nothing is kept."""
    folder = tmp_path_factory.mktemp("lake")
    days: dict[date, list[dict[str, Any]]] = {}
    for event in any_events(request.param):
        day = date.fromisoformat(event["dt"])
        days.setdefault(day, []).append({name: value for name, value in event.items() if name != "dt"})
    parts = {day: write(folder, day, "whole", events) for day, events in days.items()}
    for day in (FIRST, *MIDDLE[1:3], LAST):
        visits.make(folder / parts[day].path, folder)
    pieces = tuple(write(folder, MIDDLE[0], f"part-{at}", days[MIDDLE[0]][at::2]) for at in (0, 1))
    raw = {day: (part,) for day, part in parts.items() if day > MIDDLE[1]} | {MIDDLE[0]: pieces}
    return Source(folder, Snapshot(MIDDLE[1], {day: parts[day] for day in (FIRST, MIDDLE[1])}, raw))


@pytest.fixture(scope="module")
def lake(source: Source) -> Iterator[duckdb.DuckDBPyConnection]:
    with view.connect({view.EVENTS: source}) as connection:
        yield connection


@pytest.mark.parametrize("zone", ZONES if PROVE else ZONES[:2])
@pytest.mark.parametrize("sums", SUMS, ids=lambda sums: sums.query)
def test_the_counts_of_a_range_are_the_sums_of_its_days(lake: duckdb.DuckDBPyConnection, sums: Sums, zone: str) -> None:
    days = Days(MIDDLE[0], MIDDLE[-1], zone)
    whole = counted(lake, sums, days)

    by_day = [counted(lake, sums, Days(day, day, zone)) for day in MIDDLE]

    assert whole
    assert _rounded(sum(by_day, Counter())) == _rounded(whole)
    assert _rounded(counted(lake, sums, days, is_kept=False)) == _rounded(whole)


def _rounded(figures: Counter[Any]) -> dict[Any, float]:
    return {name: round(number, 6) for name, number in figures.items()}


def test_the_days_that_are_tried_have_visits_over_each_midnight_and_events_of_one_time(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    over = "SELECT count(*) FROM visits WHERE {} <> {}".format(
        *(f"date_format({at} AT TIME ZONE :zone, '%d')" for at in ("started", "ended"))
    )
    tied = (
        "SELECT count(*) FROM (SELECT 1 AS a FROM hits GROUP BY visitkey, instant, sequence HAVING count(*) > 1) AS t"
    )
    for sql in (over, tied):
        for zone in ZONES:
            prepared = LIBRARY.prepare(sql, given={}, days=Days(FIRST, LAST, zone))
            ((number,),) = lake.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()
            assert number > 0, (sql, zone)


@pytest.mark.parametrize("seed", range(20 if PROVE else 1))
def test_the_order_of_the_files_changes_no_answer(seed: int, tmp_path: Path) -> None:
    events, chance = any_events(seed), random.Random(seed)
    answers = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        chance.shuffle(events)
        with lake_of(events, folder) as connection:
            answers.append({name: answered(connection, name) for name in LIBRARY.names()})

    assert answers[0] == answers[1]
    assert all(rows for name, rows in answers[0].items() if name not in NONE_HERE)


# The events have nothing for these, and other lines are of other days or none.
NONE_HERE = {"bots", "forms", "requests-by-status", "scroll-depth", "time-on-page", "metadata-values"} | {
    name for name in LIBRARY.names() if name.startswith(OTHER_LINES)
}


def answered(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[Any, ...]]:
    given = {"funnel": {"steps": "page_view,/pricing,purchase"}, "experiments": {"goal": "sale"}}.get(name, {})
    tenants = {"shop": "events", "quiet": "quiet"}
    prepared = LIBRARY.prepare(LIBRARY.get(name), given=given, days=Days(FIRST, LAST), goals=GOALS, tenants=tenants)
    return connection.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()
