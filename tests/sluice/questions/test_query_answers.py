"""The library's questions, each asked of hand-written events; every answer was worked out on paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import msgspec
import pytest

from chalicelib.lake.columns import columns
from chalicelib.lake.days import Days
from chalicelib.records import Record
from sluice.questions import dialect, library, lint, macros, statement
from sluice.questions.library import Library, Prepared, Query
from sluice.questions.made import NamedGoal
from tests import access_lines, rejected_lines, script_lines
from tests.bound import bound
from tests.lake_events import EVENTS, IPAD, IPHONE, JOE, SHOP, event

SQL = library.PACKAGED
LIBRARY = Library()
GOALS = (
    NamedGoal("signup", "form_submit"),
    NamedGoal("pricing", None, "/pricing"),
    NamedGoal("blog", None, f"{SHOP}/blog/*"),
    NamedGoal("never", "never"),
)
FIRST, LAST = date(2026, 11, 8), date(2026, 11, 18)
NUMBERS = count()  # of lakes


class Case(NamedTuple):
    """A question with its parameters (`name=value`, parted by blanks), the names of its columns, and its whole answer."""

    query: str
    given: str
    columns: str
    rows: list[tuple[Any, ...]]


CASES = (
    Case(
        "daily-page-views",
        "",
        "day page_views visitors",
        [("2026-11-09", 8, 4), ("2026-11-10", 9, 6), ("2026-11-16", 2, 1), ("2026-11-17", 2, 2)],
    ),
    Case(
        "daily-page-views",
        "bots=only",
        "day page_views visitors",
        [("2026-11-09", 6, 5), ("2026-11-10", 4, 4)],
    ),
    Case(
        "daily-page-views",
        "bots=include",
        "day page_views visitors",
        [("2026-11-09", 14, 9), ("2026-11-10", 13, 10), ("2026-11-16", 2, 1), ("2026-11-17", 2, 2)],
    ),
    Case(
        "visitors-and-visits",
        "",
        "day visitors visits page_views bounce_rate seconds_per_visit pages_per_visit",
        [
            ("2026-11-09", 4, 5, 8, 20.0, 642.0, 1.8),
            ("2026-11-10", 7, 6, 9, 40.0, 62.0, 1.0),
            ("2026-11-16", 1, 1, 2, 0.0, 420.0, 2.0),
            ("2026-11-17", 3, 3, 2, 0.0, 21.2, 0.7),
        ],
    ),
    Case(
        "top-pages",
        "",
        "page page_views visitors share",
        [
            (f"{SHOP}/", 10, 7, 47.6),
            (f"{SHOP}/pricing", 5, 5, 23.8),
            (f"{SHOP}/a", 1, 1, 4.8),
            (f"{SHOP}/b", 1, 1, 4.8),
            (f"{SHOP}/blog/été", 1, 1, 4.8),
            (f"{SHOP}/old", 1, 1, 4.8),
            (f"{SHOP}/signup", 1, 1, 4.8),
            (None, 1, 1, 4.8),
        ],
    ),
    Case(
        "top-pages",
        "limit=1",
        "page page_views visitors share",
        [(f"{SHOP}/", 10, 7, 47.6)],
    ),
    Case(
        "entry-pages",
        "",
        "page entries bounce_rate",
        [
            (f"{SHOP}/", 8, 12.5),
            (f"{SHOP}/b", 1, 0.0),
            (f"{SHOP}/blog/été", 1, 0.0),
            (f"{SHOP}/old", 1, 100.0),
            (f"{SHOP}/pricing", 1, 0.0),
        ],
    ),
    Case(
        "exit-pages",
        "",
        "page exits page_views exit_rate",
        [
            (f"{SHOP}/", 4, 10, 40.0),
            (f"{SHOP}/pricing", 4, 5, 80.0),
            (f"{SHOP}/a", 1, 1, 100.0),
            (f"{SHOP}/blog/été", 1, 1, 100.0),
            (f"{SHOP}/old", 1, 1, 100.0),
            (f"{SHOP}/signup", 1, 1, 100.0),
        ],
    ),
    Case(
        "sources",
        "",
        "channel source visits page_views bounce_rate",
        [
            ("Direct", "(none)", 7, 5, 60.0),
            ("Email", "news", 2, 3, 0.0),
            ("AI Assistants", "chatgpt", 1, 1, 0.0),
            ("Organic Search", "duckduckgo", 1, 2, 0.0),
            ("Organic Search", "google", 1, 3, 0.0),
            ("Organic Social", "reddit", 1, 2, 0.0),
            ("Paid Social", "facebook", 1, 2, 0.0),
            ("Referral", "partner.example", 1, 1, 0.0),
        ],
    ),
    Case(
        "sources",
        "by=channel",
        "channel source visits page_views bounce_rate",
        [
            ("Direct", "(all)", 7, 5, 60.0),
            ("Email", "(all)", 2, 3, 0.0),
            ("Organic Search", "(all)", 2, 5, 0.0),
            ("AI Assistants", "(all)", 1, 1, 0.0),
            ("Organic Social", "(all)", 1, 2, 0.0),
            ("Paid Social", "(all)", 1, 2, 0.0),
            ("Referral", "(all)", 1, 1, 0.0),
        ],
    ),
    Case(
        "campaigns",
        "",
        "campaign source medium visits clicks page_views bounce_rate seconds_per_visit",
        [("spring", "news", "email", 2, 2, 3, 0.0, 930.0), ("autumn", "facebook", "cpc", 1, 1, 2, 0.0, 0.0)],
    ),
    Case(
        "conversion-by-campaign",
        "",
        "goal campaign visits converted conversion_rate",
        [
            ("blog", "(none)", 12, 1, 8.3),
            ("blog", "spring", 2, 0, 0.0),
            ("blog", "autumn", 1, 0, 0.0),
            ("never", "(none)", 12, 0, 0.0),
            ("never", "spring", 2, 0, 0.0),
            ("never", "autumn", 1, 0, 0.0),
            ("pricing", "(none)", 12, 4, 33.3),
            ("pricing", "spring", 2, 1, 50.0),
            ("pricing", "autumn", 1, 0, 0.0),
            ("signup", "(none)", 12, 3, 25.0),
            ("signup", "spring", 2, 1, 50.0),
            ("signup", "autumn", 1, 0, 0.0),
        ],
    ),
    Case(
        "goals",
        "",
        "goal conversions converted visits conversion_rate",
        [
            ("pricing", 5, 5, 15, 33.3),
            ("signup", 4, 4, 15, 26.7),
            ("blog", 1, 1, 15, 6.7),
            ("never", 0, 0, 15, 0.0),
        ],
    ),
    Case(
        "countries",
        "",
        "country visitors page_views events share",
        [
            ("CA", 3, 6, 18, 20.0),
            ("US", 3, 2, 9, 20.0),
            ("DE", 3, 5, 7, 20.0),
            ("GB", 3, 3, 4, 20.0),
            ("Unknown", 2, 4, 9, 13.3),
            ("BT", 1, 1, 3, 6.7),
        ],
    ),
    Case(
        "cities",
        "",
        "country region city visitors page_views events",
        [
            ("CA", "ON", "Toronto", 3, 6, 18),
            ("US", "WA", "Seattle", 3, 2, 9),
            ("GB", "ENG", "London", 3, 3, 4),
            ("Unknown", "Unknown", "Unknown", 2, 4, 9),
            ("DE", "BE", "Berlin", 2, 4, 5),
            ("BT", "Unknown", "Unknown", 1, 1, 3),
            ("DE", "Unknown", "Unknown", 1, 1, 2),
        ],
    ),
    Case(
        "cities",
        "country=DE",
        "country region city visitors page_views events",
        [("DE", "BE", "Berlin", 2, 4, 5), ("DE", "Unknown", "Unknown", 1, 1, 2)],
    ),
    Case(
        "devices",
        "",
        "device_type visitors page_views events share",
        [
            ("desktop", 8, 11, 36, 53.3),
            ("mobile", 4, 6, 9, 26.7),
            ("tablet", 2, 2, 3, 13.3),
            ("other", 1, 2, 2, 6.7),
        ],
    ),
    Case(
        "browsers",
        "",
        "browser os visitors page_views events",
        [
            ("Chrome", "Windows", 3, 7, 23),
            ("Firefox", "Linux", 2, 2, 7),
            ("Chrome", "Mac OS X", 2, 1, 5),
            ("Mobile Safari", "iOS", 2, 4, 5),
            ("Chrome Mobile", "Android", 2, 2, 4),
            ("Safari", "iOS", 2, 2, 3),
            ("unknown", "unknown", 1, 2, 2),
            ("Edge", "Windows", 1, 1, 1),
        ],
    ),
    Case(
        "bots",
        "",
        "kind family events pages last_event",
        [
            ("ai", "GPTBot", 3, 2, "2026-11-10T04:10:00.000Z"),
            ("other", "(no user agent)", 1, 0, "2026-11-09T03:30:00.000Z"),
            ("other", "AcmeCrawler", 1, 1, "2026-11-09T03:50:00.000Z"),
            ("ai", "Bytespider", 1, 1, "2026-11-10T04:00:00.000Z"),
            ("ai", "ClaudeBot", 1, 1, "2026-11-09T03:10:00.000Z"),
            ("search", "Googlebot", 1, 1, "2026-11-09T03:20:00.000Z"),
            ("tool", "curl", 1, 1, "2026-11-09T03:40:00.000Z"),
            ("preview", "facebookexternalhit", 1, 1, "2026-11-10T04:20:00.000Z"),
            ("other", "other", 1, 1, "2026-11-10T04:30:00.000Z"),
        ],
    ),
    Case(
        "events-by-type",
        "",
        "event_type events visitors share",
        [
            ("page_view", 21, 13, 42.0),
            ("purchase", 5, 2, 10.0),
            ("form_submit", 4, 4, 8.0),
            ("request", 4, 1, 8.0),
            ("scroll_depth", 4, 2, 8.0),
            ("experiment_view", 3, 3, 6.0),
            ("time_on_page", 3, 2, 6.0),
            ("cta_click", 2, 2, 4.0),
            ("exit_intent", 1, 1, 2.0),
            ("file_download", 1, 1, 2.0),
            ("form_start", 1, 1, 2.0),
            ("outbound_click", 1, 1, 2.0),
        ],
    ),
    Case(
        "funnel",
        "",
        "step name visits share drop_off",
        [(1, "page_view", 13, 100.0, None), (2, "form_start", 1, 7.7, 92.3), (3, "form_submit", 1, 7.7, 0.0)],
    ),
    Case(
        "funnel",
        "steps=/,/pricing,purchase,never",
        "step name visits share drop_off",
        [
            (1, "/", 8, 100.0, None),
            (2, "/pricing", 4, 50.0, 50.0),
            (3, "purchase", 2, 25.0, 50.0),
            (4, "never", 0, 0.0, 100.0),
        ],
    ),
    Case(
        "funnel",
        "steps=page_view,page_view,page_view",
        "step name visits share drop_off",
        # Two pages of one millisecond are two steps.
        [(1, "page_view", 13, 100.0, None), (2, "page_view", 5, 38.5, 61.5), (3, "page_view", 1, 7.7, 80.0)],
    ),
    Case(
        "funnel",
        "steps=/blog/*,form_submit",
        "step name visits share drop_off",
        [(1, "/blog/*", 1, 100.0, None), (2, "form_submit", 1, 100.0, 0.0)],
    ),
    Case(
        "funnel",
        "steps=experiment_view,form_submit",
        "step name visits share drop_off",
        # One submitted before it saw the experiment.
        [(1, "experiment_view", 3, 100.0, None), (2, "form_submit", 1, 33.3, 66.7)],
    ),
    Case(
        "retention",
        "",
        "first_week events_of_nobody weeks_later people share",
        [("2026-11-09", 22, 0, 2, 100.0), ("2026-11-09", 22, 1, 1, 50.0), ("2026-11-16", 6, 0, 1, 100.0)],
    ),
    Case(
        "experiments",
        "goal=signup",
        "experiment variant visits converted conversion_rate sample_ratio",
        [
            ("(none)", "red", 1, 0, 0.0, None),
            ("hero", "A", 2, 1, 50.0, "ok"),
            ("hero", "B", 1, 1, 100.0, "ok"),
        ],
    ),
    Case("forms", "", "form visits started sent abandoned sent_share", [("(none)", 4, 1, 4, 0, 100.0)]),
    Case(
        "funnel",
        "steps=Page_View,scroll_depth[percent>=50],form_submit",
        "step name visits share drop_off",
        # One of the two scrolled on after the form was sent.
        [
            (1, "Page_View", 13, 100.0, None),
            (2, "scroll_depth[percent>=50]", 2, 15.4, 84.6),
            (3, "form_submit", 1, 7.7, 50.0),
        ],
    ),
    Case(
        "funnel",
        f"steps={SHOP}/pricing,form_submit[plan=pro]",
        "step name visits share drop_off",
        [(1, f"{SHOP}/pricing", 5, 100.0, None), (2, "form_submit[plan=pro]", 1, 20.0, 80.0)],
    ),
    Case(
        "scroll-depth",
        "",
        "page page_views reached_25 reached_50 reached_75 reached_100",
        [
            (f"{SHOP}/", 10, 10.0, 10.0, 0.0, 0.0),
            (f"{SHOP}/pricing", 5, 20.0, 0.0, 0.0, 0.0),
            (f"{SHOP}/blog/été", 1, 0.0, 0.0, 0.0, 100.0),
        ],
    ),
    Case(
        "time-on-page",
        "",
        "page page_views seconds_30 seconds_60 seconds_180 seconds_300",
        [(f"{SHOP}/", 10, 20.0, 10.0, 0.0, 0.0)],
    ),
    Case(
        "journeys",
        "visit=s-dan@2026-11-09T23:50:00Z",
        "visit step happened event_type page seconds_later metadata",
        [
            ("s-dan@2026-11-09T23:50:00Z", 1, "2026-11-09T23:50:00.000Z", "page_view", f"{SHOP}/", None, None),
            ("s-dan@2026-11-09T23:50:00Z", 2, "2026-11-10T00:05:00.000Z", "page_view", f"{SHOP}/pricing", 900.0, None),
            (
                "s-dan@2026-11-09T23:50:00Z",
                3,
                "2026-11-10T00:10:00.000Z",
                "purchase",
                f"{SHOP}/pricing",
                300.0,
                '{"value":49.9,"currency":"EUR","plan":"pro"}',
            ),
        ],
    ),
    Case(
        "journeys",
        "limit=2",
        "visit step happened event_type page seconds_later metadata",
        [
            ("s-ann@2026-11-09T10:00:00Z", 1, "2026-11-09T10:00:00.000Z", "page_view", f"{SHOP}/", None, None),
            (
                "s-ann@2026-11-09T10:00:00Z",
                2,
                "2026-11-09T10:00:05.000Z",
                "scroll_depth",
                f"{SHOP}/",
                5.0,
                '{"percent":25}',
            ),
        ],
    ),
    Case(
        "revenue",
        "",
        "currency channel source orders revenue average",
        [
            ("EUR", "Organic Social", "reddit", 1, 49.9, 49.9),
            ("EUR", "(no visit)", "(none)", 1, 5.0, 5.0),
            ("USD", "Organic Search", "duckduckgo", 2, 119.98, 59.99),
        ],
    ),
    Case(
        "data-quality",
        "",
        "finding events share",
        [
            ("events", 50, 100.0),
            ("late", 2, 4.0),
            ("future", 1, 2.0),
            ("bot", 0, 0.0),
            ("unknown device", 2, 4.0),
            ("unknown country", 9, 18.0),
            ("no visitor", 3, 6.0),
            ("no visitor or session", 3, 6.0),
            ("no session", 28, 56.0),
            ("no user", 34, 68.0),
            ("no page", 1, 2.0),
            ("no referrer", 40, 80.0),
            ("no metadata", 24, 48.0),
            ("no amount", 1, 2.0),
        ],
    ),
    Case(
        "tenants",
        "",
        "tenant events page_views visitors days last_event",
        [
            ("shop", 50, 21, 15, 4, "2026-11-17T10:00:00.500Z"),
            ("quiet", 9, 2, 3, 1, "2026-11-17T10:00:00.500Z"),
        ],
    ),
    Case(
        "requests-by-status",
        "",
        "status method requests share",
        [("200", "GET", 2, 50.0), ("301", "HEAD", 1, 25.0), ("404", "GET", 1, 25.0)],
    ),
    Case(
        "stored-events",
        "event=purchase limit=1",
        "happened event_type page referrer country device browser bot visitor session user_id metadata user_agent event_id",
        [
            (
                "2026-11-16T15:07:00.000Z",
                "purchase",
                f"{SHOP}/pricing",
                None,
                "CA",
                "desktop",
                "Chrome",
                False,
                "a2",
                "s-ann2",
                "ann",
                '{"value":"free","currency":"USD"}',
                "Mozilla/5.0",
                "event-0000000041",
            ),
        ],
    ),
    Case(
        "stored-events",
        "contains=GUIDE",
        "happened event_type page referrer country device browser bot visitor session user_id metadata user_agent event_id",
        [
            (
                "2026-11-17T08:01:00.000Z",
                "file_download",
                f"{SHOP}/",
                None,
                "BT",
                "desktop",
                "Firefox",
                False,
                "k1",
                "s-kim",
                None,
                '{"file":"guide.pdf"}',
                "Mozilla/5.0",
                "event-0000000044",
            ),
        ],
    ),
    Case(
        "latest-visits",
        "person=ann",
        "visit began seconds events page_views entry_page exit_page channel source country device browser user_id",
        [
            (
                "s-ann2@2026-11-16T15:00:00Z",
                "2026-11-16T15:00:00Z",
                420,
                7,
                2,
                f"{SHOP}/",
                f"{SHOP}/pricing",
                "Organic Search",
                "duckduckgo",
                "CA",
                "desktop",
                "Chrome",
                "ann",
            ),
            (
                "s-ann@2026-11-09T10:00:00Z",
                "2026-11-09T10:00:00Z",
                180,
                9,
                3,
                f"{SHOP}/",
                f"{SHOP}/signup",
                "Organic Search",
                "google",
                "CA",
                "desktop",
                "Chrome",
                "ann",
            ),
        ],
    ),
    Case(
        "totals",
        "",
        "visitors visits page_views events bounce_rate seconds_per_visit visible_seconds",
        # The days of visitors-and-visits together: 3 of 13 visits saw one page and did nothing on it; 90 seconds seen over 21
        # page views.
        [(15, 15, 21, 50, 23.1, 271.0, 4.3)],
    ),
    Case(
        "revenue-by-day",
        "",
        "day currency orders revenue",
        [("2026-11-10", "EUR", 2, 54.9), ("2026-11-16", "USD", 2, 119.98)],
    ),
    Case(
        "latest-events",
        "after=2026-11-17T09:30:00.000Z limit=2",
        "arrived event_type page visitorid country device_type browser referrer eventid",
        [
            (
                *(
                    "2026-11-17T10:00:00.500Z",
                    "cta_click",
                    f"{SHOP}/pricing",
                    "b2",
                    "DE",
                    "mobile",
                    "Mobile Safari",
                    None,
                ),
                "event-0000000050",
            ),
            (
                *(
                    "2026-11-17T10:00:00.000Z",
                    "page_view",
                    f"{SHOP}/pricing",
                    "b2",
                    "DE",
                    "mobile",
                    "Mobile Safari",
                    None,
                ),
                "event-0000000049",
            ),
        ],
    ),
    Case(
        "quarter-hours",
        "",
        "quarter page_views events",
        [
            (datetime(2026, 11, day, hour, minute, tzinfo=UTC), page_views, events)
            for day, hour, minute, page_views, events in (
                *((9, 10, 0, 3, 9), (9, 11, 0, 1, 1), (9, 11, 30, 1, 1), (9, 12, 0, 2, 5), (9, 23, 45, 1, 1)),
                *((10, 0, 0, 1, 2), (10, 9, 0, 4, 4), (10, 10, 0, 1, 4), (10, 10, 15, 0, 1), (10, 11, 0, 1, 2)),
                *((10, 12, 0, 1, 2), (10, 14, 30, 1, 1), (10, 15, 0, 0, 1), (16, 15, 0, 2, 7), (17, 8, 0, 1, 3)),
                *((17, 9, 0, 0, 4), (17, 10, 0, 1, 2)),
            )
        ],
    ),
    Case("metadata-values", "key=plan", "value events visitors", [("pro", 4, 4), ("free", 1, 1)]),
    Case(
        "metadata-values",
        "key=plan event=form_submit",
        "value events visitors",
        [("pro", 2, 2), ("free", 1, 1)],
    ),
    Case(
        "daily-counts",
        "",
        "day visits events goals errors",
        [
            ("2026-11-09", 5, 17, 5, 0),
            ("2026-11-10", 6, 17, 3, 0),
            ("2026-11-16", 1, 7, 1, 0),
            ("2026-11-17", 3, 9, 1, 0),
        ],
    ),
    Case(
        "daily-counts",
        "bots=only",
        "day visits events goals errors",
        [("2026-11-09", 6, 7, 1, 0), ("2026-11-10", 4, 4, 1, 0)],
    ),
    # The last day of the range has no events: all that the others had is missing.
    Case(
        "changes",
        "against=2026-11-09,2026-11-10 figure=goals limit=6",
        "dimension value counted usual",
        [
            ("device", "desktop", 0, 3.0),
            ("country", "US", 0, 2.0),
            ("page", f"{SHOP}/pricing", 0, 1.5),
            ("country", "CA", 0, 1.0),
            ("page", f"{SHOP}/", 0, 1.0),
            ("page", f"{SHOP}/blog/été", 0, 1.0),
        ],
    ),
    Case(
        "changes",
        "against=2026-11-16,2026-11-17",
        "dimension value counted usual",
        [
            ("device", "desktop", 0, 1.5),
            ("page", f"{SHOP}/", 0, 1.0),
            ("source", "(none)", 0, 1.0),
            ("country", "BT", 0, 0.5),
            ("country", "CA", 0, 0.5),
            ("country", "DE", 0, 0.5),
            ("country", "Unknown", 0, 0.5),
            ("device", "mobile", 0, 0.5),
            ("page", "(none)", 0, 0.5),
            ("page", f"{SHOP}/pricing", 0, 0.5),
            ("source", "duckduckgo", 0, 0.5),
            ("source", "partner.example", 0, 0.5),
        ],
    ),
    *(Case(*one) for one in (*access_lines.ANSWERS, *script_lines.ANSWERS, *rejected_lines.ANSWERS)),
)


@cache
def _prepared() -> duckdb.DuckDBPyConnection:
    """What every lake has, made once: the macros, and the lines of the access logs and of what was refused."""
    connection = duckdb.connect()
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    for macro in macros.MACROS:
        connection.execute(macro)
    access_lines.fill(connection)
    with TemporaryDirectory() as folder:
        rejected_lines.fill(connection, Path(folder))
    return connection


@contextmanager
def lake_of(
    events: Sequence[dict[str, Any]], folder: Path, *requests: access_lines.Request
) -> Iterator[duckdb.DuckDBPyConnection]:
    """These events as the table that queries ask, and a second tenant's: those of the 17th alone."""
    file, name = folder / "events.ndjson", f"lake{next(NUMBERS)}"
    file.write_bytes(msgspec.json.Encoder().encode_lines(events))
    types = {column.field: column.duckdb for column in columns()} | {"dt": "VARCHAR"}
    names = ", ".join(f'"{name}" AS "{name.lower()}"' for name in types)
    with _prepared().cursor() as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        connection.execute(f"SET search_path = '{name},main'")
        connection.execute(f"CREATE TABLE events AS SELECT {names} FROM read_json('{file}', columns = {types})")
        connection.execute("CREATE VIEW quiet AS FROM events WHERE dt = '2026-11-17'")
        # Its own, since a test may add to them.
        connection.execute(f"CREATE TABLE {name}.refusals AS FROM main.refusals")
        if requests:
            access_lines.fill(connection, requests)
        else:
            connection.execute(f"CREATE TABLE {name}.access AS FROM main.access")
        yield connection
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-written events."""
    with lake_of(EVENTS, tmp_path_factory.mktemp("lake")) as connection:
        yield connection


def prepared(query: Query | str, given: str = "", first: date = FIRST, last: date = LAST) -> Prepared:
    values = dict(one.split("=", 1) for one in given.split())
    tenants = {"shop": "events", "quiet": "quiet"}
    return LIBRARY.prepare(query, given=values, days=Days(first, last), goals=GOALS, tenants=tenants)


def rows(lake: duckdb.DuckDBPyConnection, asked: Prepared) -> list[tuple[Any, ...]]:
    """The names of the columns, then the rows."""
    found = lake.execute(dialect.to_duckdb(asked.expression), dict(asked.values))
    return [tuple(column[0] for column in found.description), *found.fetchall()]


def answer(
    lake: duckdb.DuckDBPyConnection, case: Case, first: date = FIRST, last: date = LAST
) -> list[tuple[Any, ...]]:
    return rows(lake, prepared(LIBRARY.get(case.query), case.given, first, last))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.query}?{case.given}".rstrip("?"))
def test_a_question_has_the_answer_worked_out_on_paper(lake: duckdb.DuckDBPyConnection, case: Case) -> None:
    assert answer(lake, case) == [tuple(case.columns.split()), *case.rows]


@pytest.mark.parametrize("name", LIBRARY.names())
def test_every_question_has_an_answer_on_paper(name: str) -> None:
    assert name in {case.query for case in CASES}


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_question_of_days_without_events_counts_nothing(lake: duckdb.DuckDBPyConnection, name: str) -> None:
    case = next(case for case in CASES if case.query == name)
    _, *found = answer(lake, case, date(2026, 12, 1), date(2026, 12, 2))
    assert not any(value for row in found for value in row[1:] if not isinstance(value, str))


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_question_says_its_title_and_what_it_answers(name: str) -> None:
    query = LIBRARY.get(name)
    assert query.title
    assert query.answers.endswith(".")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.query}?{case.given}".rstrip("?"))
def test_what_athena_is_sent_has_the_same_answer(lake: duckdb.DuckDBPyConnection, case: Case) -> None:
    asked = prepared(LIBRARY.get(case.query), case.given)
    sent = dialect.parse(bound(*statement.to_athena(asked.expression, asked.values)))
    assert rows(lake, Prepared(sent, {})) == [tuple(case.columns.split()), *case.rows]


def test_a_day_is_compared_with_earlier_days_by_source_page_country_and_device(lake: duckdb.DuckDBPyConnection) -> None:
    case = Case("changes", "against=2026-11-10", "", [])
    _, *found = answer(lake, case, last=date(2026, 11, 17))
    assert found[:3] == [("country", "US", 0, 2.0), ("source", "(none)", 2, 4.0), ("country", "BT", 1, 0.0)]
    # What changed as little as nothing comes last.
    assert found[-2:] == [("country", "DE", 1, 1.0), ("country", "Unknown", 1, 1.0)]


def test_an_error_is_an_event_of_that_type_or_a_request_with_a_server_error(tmp_path: Path) -> None:
    kinds = ("error", "payment_error", "request", "request", "request", "terror", "purchase")
    metadata = (None, None, {"status": 500}, {"status": 503}, {"status": 404}, None, {"status": 500})
    sent = [
        event(number, "09 10:00:00", kind, "/a", JOE, given)
        for number, (kind, given) in enumerate(zip(kinds, metadata, strict=True))
    ]
    with lake_of(sent, tmp_path) as lake:
        assert answer(lake, Case("daily-counts", "", "", []))[1:] == [("2026-11-09", 1, 7, 0, 4)]
        by_errors = Case("changes", "figure=errors against=2026-11-08", "", [])
        assert answer(lake, by_errors, last=date(2026, 11, 9))[1:] == [
            *[("country", "GB", 4, 0.0), ("device", "desktop", 4, 0.0), ("source", "(none)", 4, 0.0)],
            *[("page", "/a", 2, 0.0), ("page", f"{SHOP}/a", 2, 0.0)],
        ]


def test_the_library_has_no_finding() -> None:
    assert not lint.lint_folder(SQL)


def test_events_out_of_the_range_are_in_no_answer(lake: duckdb.DuckDBPyConnection) -> None:
    days = {row[0] for row in answer(lake, CASES[0])}
    assert EVENTS[-1]["dt"] not in days


@pytest.mark.parametrize(("first", "last", "steps"), [(9, 9, 3), (10, 10, 0), (9, 10, 3)])
def test_a_visit_over_midnight_is_whole_and_of_the_day_on_which_it_began(
    lake: duckdb.DuckDBPyConnection, first: int, last: int, steps: int
) -> None:
    case = Case("journeys", "visit=s-dan@2026-11-09T23:50:00Z", "", [])
    _, *found = answer(lake, case, date(2026, 11, first), date(2026, 11, last))
    assert [row[3] for row in found] == ["page_view", "page_view", "purchase"][:steps]


def test_a_visit_is_what_its_first_event_says(lake: duckdb.DuckDBPyConnection) -> None:
    asked = prepared("""
        SELECT visitorid, sessionid, userid, seconds, events, source, medium, campaign, channel, country, city,
            device_type, browser, os
        FROM visits WHERE visit IN ('s-dan@2026-11-09T23:50:00Z', 'b1@2026-11-09T11:10:00Z') ORDER BY visit
    """)
    _, ben, dan = rows(lake, asked)
    assert ben == (
        "b1",
        None,
        None,
        pytest.approx(1799.999),
        2,
        "news",
        "email",
        "spring",
        "Email",
        "DE",
        "Berlin",
        *IPHONE,
    )
    assert dan == ("d1", "s-dan", None, 1200, 3, "reddit", None, None, "Organic Social", "GB", "London", *IPAD)


@pytest.mark.parametrize("record", EVENTS, ids=lambda record: record["eventId"])
def test_a_hand_written_event_is_a_record(record: dict[str, Any]) -> None:
    fields = {name: value for name, value in record.items() if name != "dt"}
    assert msgspec.to_builtins(msgspec.convert(fields, Record)) == fields
