"""Every question of the library over 1 and 10 million records of 30 days: the view against the same SQL on bare DuckDB."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench import processes
from bench.imports import MEMORY
from bench.tables import Row

SIZES = (1_000_000, 10_000_000)
DAYS = [date(2026, 9, 1) + timedelta(days=number) for number in range(30)]
LIMIT, FAST, OVERHEAD, PEAK_MB = 2.5, 0.1, 1.3, 4096
ROUNDS = 3
GIVEN = {"funnel": {"steps": "page_view,cta_click,purchase"}}


def run() -> list[Row]:
    rows = []
    with TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        small, large = (_child("of_lake", folder, size) for size in SIZES)
    for name, (ours, bare) in large["questions"].items():
        growth = ours / small["questions"][name][0]
        rows.append(_row(name, SIZES[-1], ours, bare, growth, LIMIT))
    ours, bare = large["one_day"]
    rows.append(_row("top-pages of one day", SIZES[-1] // len(DAYS), ours, bare, ours / small["one_day"][0], FAST))
    kept = Row("keeping a day's visits", f"{large['kept']:.2f} s", "", f"{SIZES[-1] // len(DAYS):,} records", "", True)
    peak = large["peak"]
    return [*rows, kept, Row("peak memory", f"{peak:.0f} MB", "", "", f"<= {PEAK_MB} MB", peak <= PEAK_MB)]


def of_lake(root: str, size: int) -> dict[str, Any]:
    """Seconds of each question, by the view and by bare DuckDB; those of one day's top pages; peak megabytes."""
    from bench.memory import peak_mb
    from sluice.mirror import visits
    from sluice.mirror.mirror import Part, Snapshot
    from sluice.questions.library import Library

    folder = Path(root) / str(size)
    parts = {day: Part(str(write(folder, day, size // len(DAYS)).relative_to(folder)), "1") for day in DAYS}
    started = perf_counter()
    for part in parts.values():
        visits.make(folder / part.path, folder)
    kept = (perf_counter() - started) / len(parts)
    snapshot = Snapshot(watermark=DAYS[-1], compacted=parts)
    library = Library()
    measured = {name: _measured(library, name, folder, snapshot, DAYS[0], DAYS[-1]) for name in library.names()}
    one_day = _measured(library, "top-pages", folder, snapshot, DAYS[7], DAYS[7])
    return {"questions": measured, "one_day": one_day, "kept": kept, "peak": peak_mb()}


def _measured(library: Any, name: str, folder: Path, snapshot: Any, since: date, until: date) -> tuple[float, float]:
    """The best of some rounds, each as `sluice query` asks and of the same SQL's bare relations in turn."""
    from sluice.mirror import view as lake
    from sluice.mirror import visits

    view = "shop_events" if name == "tenants" else "events"
    over = library if name == "tenants" else visits.kept(library)
    ours, theirs = (_asked(one, library.get(name), since, until) for one in (over, library))
    with lake.connect({view: lake.Source(folder, snapshot)}, since, until) as lake_, _bare(view, folder) as bare:
        pairs = [(_seconds(lake_, *ours), _seconds(bare, *theirs)) for _ in range(ROUNDS)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def _asked(library: Any, query: Any, since: date, until: date) -> tuple[str, dict[str, Any]]:
    from chalicelib.lake.days import Days
    from sluice.questions import dialect
    from sluice.questions.made import NamedGoal

    tenants = {"shop-analytics": "shop_events"}
    given = GIVEN.get(query.name, {})
    goals = [NamedGoal("sale", "purchase")]
    asked = library.prepare(query, given=given, days=Days(since, until), goals=goals, tenants=tenants)
    return dialect.to_duckdb(asked.expression), dict(asked.values)


def _bare(view: str, folder: Path) -> Any:
    """DuckDB over all the files, as anybody would set it up."""
    import duckdb

    from sluice.questions import macros

    connection = duckdb.connect()
    for statement in macros.MACROS:
        connection.execute(statement)
    connection.execute("SET TimeZone = 'UTC'")
    files = f"read_parquet('{folder}/compacted/*/*.parquet', hive_partitioning = true, hive_types = {{'dt': VARCHAR}})"
    connection.execute(f"CREATE VIEW {view} AS FROM {files}")
    return connection


def _seconds(connection: Any, sql: str, values: dict[str, Any]) -> float:
    started = perf_counter()
    connection.execute(sql, values).fetchall()
    return perf_counter() - started


def _row(name: str, size: int, ours: float, bare: float, growth: float, limit: float) -> Row:
    ratio = ours / bare
    ratios = f"{ratio:.2f}, grows {growth:.1f} x"
    rate = size / ours / 1e6
    # What takes a hundredth of a second is mostly the planning, of which the view has a little more.
    ok = ours <= limit and (ratio <= OVERHEAD or ours - bare < 0.05)
    return Row(
        name, f"{ours:.2f} s, {rate:.0f} M rows/s", f"bare {bare:.2f} s", ratios, f"<= {OVERHEAD}, {limit} s", ok
    )


def _child(function: str, *arguments: object) -> Any:
    return processes.measure("bench.questions", function, dict(os.environ), *arguments)


def write(folder: Path, day: date, size: int) -> Path:
    """A day's Parquet: forty thousand visitors at ten million records, nine events a visit, five hundred pages."""
    import duckdb

    target = folder / "compacted" / f"dt={day}" / "events.parquet"
    target.parent.mkdir(parents=True)
    visitors = max(size // 9, 1)
    sql = _RECORDS.format(day=day, size=size, visitors=visitors, step=86_400_000 // size, target=target)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(sql)
    return target


_RECORDS = """
COPY (
  SELECT
    md5(i || '{day}') AS eventid,
    CASE WHEN kind < 50 THEN 'page_view' WHEN kind < 75 THEN 'scroll_depth' WHEN kind < 90 THEN 'time_on_page'
      WHEN kind < 99 THEN 'cta_click' ELSE 'purchase' END AS eventtype,
    strftime(moment, '%Y-%m-%dT%H:%M:%S.%gZ') AS "timestamp",
    strftime(moment + INTERVAL 120 MILLISECOND, '%Y-%m-%dT%H:%M:%S.%gZ') AS servertimestamp,
    'https://shop.example/articles/' || hash(i * 7) % 500 AS page,
    CASE WHEN v % 3 = 0 THEN md5(v || 's{day}')[:16] END AS sessionid,
    CASE WHEN v % 20 = 0 THEN 'u-' || v % 5000 END AS userid,
    md5(v // 2 || '{day}')[:16] AS ip,
    md5(v || '{day}')[:16] AS visitorid,
    struct_pack(country := ['CA', 'US', 'GB', 'DE', 'IN'][(1 + hash(v) % 5)::INT], region := 'ON',
      city := ['Toronto', 'Seattle', 'London', 'Berlin', 'Delhi'][(1 + hash(v) % 5)::INT]) AS location,
    struct_pack(device_type := ['mobile', 'desktop', 'tablet'][(1 + hash(v + 1) % 3)::INT],
      browser := ['Chrome', 'Firefox', 'Safari'][(1 + hash(v + 2) % 3)::INT], os := 'Windows') AS device,
    v % 25 = 0 AS isbot,
    struct_pack(width := 1920, height := 1080) AS viewport,
    CASE WHEN hash(i * 13) % 4 = 0 THEN 'https://www.google.com' END AS referrer,
    struct_pack(source := CASE WHEN v % 10 = 1 THEN 'news' END, medium := CASE WHEN v % 10 = 1 THEN 'email' END,
      campaign := CASE WHEN v % 10 = 1 THEN 'spring' END, term := NULL::VARCHAR, content := NULL::VARCHAR) AS utm,
    NULL::VARCHAR AS fromwebsite,
    CASE WHEN v % 25 = 0 THEN 'Mozilla/5.0 (compatible; Googlebot/2.1)' ELSE 'Mozilla/5.0 Chrome/' || v % 40 END AS useragent,
    CASE WHEN v % 10 = 3 THEN '{{"variant":"' || ['a', 'b'][(1 + hash(v) % 2)::INT] || '"}}'
      WHEN kind BETWEEN 50 AND 74 THEN '{{"percent":50}}' WHEN kind BETWEEN 75 AND 89 THEN '{{"seconds":30}}'
      WHEN kind = 99 THEN '{{"value":19.5,"currency":"EUR"}}' END AS metadata
  FROM (
    SELECT i, (hash(i // 9) % {visitors})::BIGINT AS v, TIMESTAMP '{day}' + to_milliseconds(i * {step}) AS moment,
      hash(i + 1) % 100 AS kind
    FROM range({size}) rows (i)
  )
  ORDER BY eventtype, page, "timestamp"
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)
"""
