"""The overview, live and tenants pages: what they show is what `sluice query` says, and what an address names is checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from chalicelib.lake.days import Days
from chalicelib.records import iso
from sluice.analysis import cache, held, slices
from sluice.analysis.remote import Remote
from sluice.analysis.scope import DIMENSIONS, Scope, read
from sluice.analysis.slices import Asked, BrokenMirror, TooLong
from sluice.dashboard.pages import live, overview
from sluice.dashboard.view import curves, totals, widgets, worldmap
from sluice.mirror import ask, tenant
from sluice.mirror.ask import Question
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library
from tests.dashboards import (
    BUCKET,
    CRUEL,
    FIRST,
    LAST,
    OTHER,
    everything,
    home,
    looked_at,
    markdown,
    metrics,
    opened,
    rows,
    scope,
    shop,
    store,
    table,
)
from tests.lake_events import ANN, CLO, EVENTS, PAGE, SHOP, event, who

__all__ = ["home", "looked_at", "shop"]  # fixtures
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EVERY_3 = range(6, 24, 3)
LATER = ("Jan 31", "Mar 18", "May 03", "Jun 18", "Aug 03", "Sep 18")
DAYS = {"since": FIRST.isoformat(), "to": LAST.isoformat()}
QUESTIONS = (
    "totals",
    "visitors-and-visits",
    "top-pages",
    "sources",
    "campaigns",
    "countries",
    "devices",
    "goals",
    "revenue",
    "revenue-by-day",
)


def queried(name: str, first: date = FIRST, last: date = LAST) -> list[tuple[Any, ...]]:
    """What `sluice query` answers."""
    library = Library()
    question = Question(library.get(name), Days(first, last), {})
    answer = ask.here(library, question, [tenant.find("local", BUCKET)], lambda *_: None)
    assert not isinstance(answer, ask.Explained)
    return answer.rows


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_is_the_one_that_the_command_gives(looked_at: Path, name: str) -> None:
    assert rows(everything().ask(scope(), name)) == queried(name)


def test_the_metrics_are_the_totals(looked_at: Path) -> None:
    shown = metrics(opened(bucket=BUCKET, **DAYS))
    ((visitors, visits, views, _, bounce, _, visible),) = queried("totals")
    assert (shown["Visitors"], shown["Visits"], shown["Page views"]) == (str(visitors), str(visits), str(views))
    assert (shown["Bounce rate"], shown["Visible time"]) == (f"{bounce} %", widgets.seconds(visible))


def test_goals_and_revenue_are_the_sums_of_the_commands(looked_at: Path) -> None:
    shown = metrics(opened(bucket=BUCKET, **DAYS))
    assert shown["Goals reached"] == str(sum(row[1] for row in queried("goals")))
    earned = [row for row in queried("revenue") if row[0] == "EUR"]
    assert shown["Revenue EUR"] == f"{sum(row[4] for row in earned):,.2f}"


def test_the_panels_are_the_commands_answers(looked_at: Path) -> None:
    page = opened(bucket=BUCKET, **DAYS)
    assert table(page, "page", "page_views") == [row[:3] for row in queried("top-pages")]
    assert table(page, "device_type") == [(row[0], row[1], row[2], row[4]) for row in queried("devices")]
    assert table(page, "bounce_rate", "channel") == [(row[1], row[0], row[2], row[4]) for row in queried("sources")]


def test_a_change_is_against_as_many_days_before(looked_at: Path) -> None:
    page = opened(bucket=BUCKET, since="2026-11-16", to="2026-11-17")
    assert "changes are against 2026-11-14 to 2026-11-15" in " ".join(markdown(page))
    assert next(one.delta for one in page.metric if one.label == "Visitors") == ""


def test_where_nothing_is_compared_no_days_before_are_named(looked_at: Path) -> None:
    day = min(record["dt"] for record in EVENTS)
    page = opened(bucket=BUCKET, since=day, to=day)
    texts = " ".join(markdown(page))
    assert f"{day} to {day}, by the days of UTC." in texts
    assert "changes are against" not in texts


def test_a_change_is_in_percent(looked_at: Path) -> None:
    page = opened(bucket=BUCKET, since="2026-11-10", to="2026-11-10")
    (before,), (now,) = (queried("totals", day, day) for day in (date(2026, 11, 9), date(2026, 11, 10)))
    visitors = next(one for one in page.metric if one.label == "Visitors")
    assert visitors.delta == f"{100 * (now[0] - before[0]) / before[0]:+.0f} %"


def test_an_address_without_days_shows_the_week_up_to_the_last_day_with_events(looked_at: Path) -> None:
    page = opened(bucket=BUCKET)
    last = max(record["dt"] for record in EVENTS)
    assert page.query_params["to"] == last
    assert page.query_params["from"] == str(date.fromisoformat(last) - timedelta(6))


# By hand: see tests/lake_events.py.
FILTERED = {
    "the events of a country": ({"country": "CA"}, "SELECT count(*) AS n FROM hits WHERE location.country <> 'CA'", 0),
    "no place at all": ({"country": "Unknown"}, "SELECT count(*) AS n FROM hits WHERE location.country = 'CA'", 0),
    "whole visits of a source": ({"source": "news"}, "SELECT count(*) AS n FROM visits WHERE source <> 'news'", 0),
    "the events of such visits alone": (
        {"source": "news"},
        "SELECT count(*) - (SELECT CAST(sum(events) AS bigint) FROM visits) AS n FROM hits",
        0,
    ),
    "of a page the views of it": ({"page": f"{SHOP}/pricing"}, "SELECT count(DISTINCT page) AS n FROM hits", 1),
    # Ann twice, Ben and Dan go on to it.
    "and visits that saw other pages, too": (
        {"page": f"{SHOP}/pricing"},
        f"SELECT count_if(entry_page <> '{SHOP}/pricing') AS n FROM visits",
        4,
    ),
    # In what is said per visit, too: each of the five saw it once.
    "and of their page views those of it": ({"page": f"{SHOP}/pricing"}, "SELECT sum(page_views) AS n FROM visits", 5),
}


@pytest.mark.parametrize("case", FILTERED)
def test_a_filter_keeps(looked_at: Path, case: str) -> None:
    filters, sql, number = FILTERED[case]
    assert rows(everything().sql(scope(**filters), sql)) == [(number,)]


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_glanced_at_is_the_same(looked_at: Path, name: str) -> None:
    for chosen in (scope(), scope(country="CA"), scope(source="news")):
        assert rows(everything().glance(chosen, name)) == rows(everything().ask(chosen, name))


@pytest.mark.parametrize("name", DIMENSIONS)
def test_each_value_of_a_dimension_can_be_filtered_by(looked_at: Path, name: str) -> None:
    data, dimension = everything(), DIMENSIONS[name]
    answer = data.ask(scope(), dimension.question)
    value = str(answer[dimension.answer].dropna().iloc[0])
    kept = data.ask(scope(**{name: value}), dimension.question)
    assert set(kept[dimension.answer].dropna()) == {value}


def test_filters_of_several_kinds_are_all_kept(looked_at: Path) -> None:
    data = everything()
    both = data.ask(scope(source="news", page=f"{SHOP}/pricing", country="DE"), "visitors-and-visits")
    one = data.ask(scope(source="news"), "visitors-and-visits")
    assert 0 < both["visits"].sum() < one["visits"].sum()


def test_a_filter_is_a_value_and_never_sql(looked_at: Path) -> None:
    for name in DIMENSIONS:
        cruel = scope(**{name: "'; DROP TABLE events; --\\"})
        assert everything().ask(cruel, "totals")["visits"].iloc[0] == 0


def test_a_click_on_a_row_filters_every_page(looked_at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(bucket=BUCKET, **DAYS)
    page.session_state[widgets.SCOPE] = page.session_state[widgets.SCOPE].filtered("device", "mobile")
    page.run()
    assert page.query_params["device"] == "mobile"
    assert {row[0] for row in table(page, "device_type")} == {"mobile"}


def test_a_filter_is_taken_away_by_its_button(looked_at: Path) -> None:
    page = opened(bucket=BUCKET, device="mobile", **DAYS)
    page.button(key="chip-device").click().run()
    assert "device" not in page.query_params
    assert len(table(page, "device_type")) > 1


def test_bots_come_in_by_a_choice(looked_at: Path) -> None:
    page = opened(bucket=BUCKET, **DAYS)
    people = int(metrics(page)["Page views"])
    page.segmented_control(key="w_bots").set_value("include").run()
    assert int(metrics(page)["Page views"]) > people
    assert page.query_params["bots"] == "include"


BAD = {
    "no day": ({"from": "yesterdy"}, "not a valid day"),
    "a day before days": ({"to": "0001-01-01"}, "not a valid day"),
    "days the wrong way round": ({"from": "2026-11-09", "to": "2026-11-01"}, "after"),
    "too many days": ({"from": "1999-01-01", "to": "2026-11-01"}, "At most"),
    "bots": ({"bots": "maybe"}, "bots is one of"),
    "a zone": ({"zone": "Mars/Olympus"}, "time zone"),
    "a zone that is a path": ({"zone": "../../etc/passwd"}, "time zone"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_mistake_in_an_address_is_reported(case: str) -> None:
    query, word = BAD[case]
    found, faults = read(query, [BUCKET], [], NOW)
    assert word in faults[0]
    assert found.since <= found.until


def test_an_address_says_all_that_is_looked_at() -> None:
    chosen = Scope(BUCKET, FIRST, LAST, "only", "Asia/Kolkata", (("page", "https://x/?a=1&b=2"), ("source", "é")))
    assert read(chosen.query(), [BUCKET], [], NOW) == (chosen, [])


def test_a_bucket_that_is_not_there_is_reported_and_others_can_be_chosen(looked_at: Path) -> None:
    page = opened(bucket="nobody-analytics")
    assert "nobody" in page.error[0].value
    page.button(key=f"bucket-{BUCKET}").click().run()
    assert metrics(page)["Visits"]


def test_no_tenant_yet_is_reported_with_what_to_do(home: Path) -> None:
    assert "make demo" in opened().info[0].value


def test_a_bucket_without_events_is_reported_with_what_to_do(home: Path) -> None:
    (home / "data" / BUCKET).mkdir(parents=True)
    page = opened(bucket=BUCKET)
    assert "Send an event" in page.info[0].value
    assert not page.exception


def test_days_without_events_say_which_have_some(looked_at: Path) -> None:
    page = opened(bucket=BUCKET, since="2020-01-01", to="2020-01-02")
    assert "Its events are of" in page.info[0].value


def test_a_program_event_that_has_no_visitor_leaves_the_page_whole(home: Path) -> None:
    """As the README's first curl: a page view of no visitor, whose country so has no share."""
    program = who(None, ("CA", "ON", "Toronto"), ("other", "curl", "Other"), agent="curl/8.5.0")
    store(home, [event(1, "09 10:00:00", "page_view", "/", program)])

    page = opened(bucket=BUCKET, **DAYS)

    assert not page.error and not page.exception
    assert metrics(page)["Page views"] == "1"


def test_one_event_is_enough(home: Path) -> None:
    store(home, [event(1, "09 10:00:00", PAGE, "/", ANN)])
    page = opened(bucket=BUCKET)
    assert (metrics(page)["Visitors"], metrics(page)["Bounce rate"]) == ("1", "100.0 %")
    assert not page.exception


def test_a_corrupt_file_of_the_mirror_is_reported(shop: Path) -> None:
    opened(bucket=BUCKET, **DAYS)
    for path in (shop / "data" / ".lake" / BUCKET).rglob("*.parquet"):
        path.write_bytes(b"PAR1 no more")
    cache.desk.cache_clear()
    page = opened(bucket=BUCKET, **DAYS)
    assert "cannot be read" in page.error[0].value
    assert not page.exception


def test_a_broken_sluice_toml_is_reported_with_its_line(shop: Path) -> None:
    (shop / "sluice.toml").write_text("[stages.local]\nallow = 3\n")
    page = opened(bucket=BUCKET)
    assert "sluice\\.toml\\:2" in page.error[0].value
    assert not page.exception


def test_nothing_that_is_stored_is_read_as_markup(home: Path) -> None:
    fields = {**ANN, "userAgent": CRUEL, "location": {"country": CRUEL, "region": None, "city": CRUEL}}
    sale = {"value": 1, "currency": CRUEL}
    record = event(1, "09 10:00:00", PAGE, f"/{CRUEL}", fields, sale, utm=(CRUEL, CRUEL, CRUEL))
    store(home, [{**record, "referrer": CRUEL}])
    page = opened(bucket=BUCKET, source=CRUEL.lower())
    assert not page.exception
    assert "chip-source" in [one.key for one in page.button]
    assert not [text for text in map(unescaped, markdown(page)) if "<img" in text or "](" in text or ":red[" in text]


def unescaped(text: str) -> str:
    """The text without the characters that Markdown takes as written."""
    return re.sub(r"\\.", "", text)


@pytest.mark.parametrize(
    "text", ["# a", "*a* _b_", "<b>", ":material/close:", ":red[x]", "$a$", "a\nb", "https://x", "`a`", "\\"]
)
def test_plain_text_has_every_mark_escaped(text: str) -> None:
    plain = widgets.plain(text)
    assert "\n" not in plain
    assert all(plain[at - 1] == "\\" for at, mark in enumerate(plain) if mark in "#*_<>:[]$`/" and at)


def test_days_without_events_are_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(curves, "_draw", lambda frame, *_: drawn.append(frame))
    frame = pd.DataFrame({"day": ["2026-11-09", "2026-11-11"], "visits": [1, 2]})
    curves.days(frame, Scope(BUCKET, date(2026, 11, 9), date(2026, 11, 12)), {"visits": "Visits"})
    assert drawn[0]["visits"].isna().tolist() == [False, True, False, True]


def test_quarter_hours_are_summed_up_by_the_zones_clock() -> None:
    quarters = pd.to_datetime(["2026-11-09T18:15Z", "2026-11-09T18:30Z", "2026-11-09T18:45Z"], utc=True)
    frame = pd.DataFrame({"quarter": quarters, "page_views": [1, 2, 4], "events": [1, 2, 4]})
    # Kathmandu is 5:45 ahead: its midnight is 18:15 UTC.
    summed = curves.by_zone(frame, "Asia/Kathmandu", "h")
    assert [(str(at), views) for at, views in summed["page_views"].items()] == [("2026-11-10 00:00:00+05:45", 7)]


@pytest.mark.parametrize(("day", "hours"), [("2026-11-01", 25), ("2026-03-08", 23), ("2026-06-01", 24)])
def test_a_day_on_which_the_clock_is_set_has_its_own_number_of_hours(day: str, hours: int) -> None:
    start = pd.Timestamp(day, tz="America/New_York")
    quarters = pd.date_range(start, start + pd.DateOffset(days=1), freq="15min", inclusive="left").tz_convert("UTC")
    frame = pd.DataFrame({"quarter": quarters, "page_views": 1, "events": 10})

    by_hour, by_day = (curves.by_zone(frame, "America/New_York", unit) for unit in ("h", "D"))

    assert by_hour["events"].tolist() == [40] * hours
    assert by_day["events"].tolist() == [40 * hours]
    chosen = Scope(BUCKET, date.fromisoformat(day), date.fromisoformat(day), zone="America/New_York")
    assert chosen.odd_days() == ([] if hours == 24 else [(chosen.since, hours)])


def test_quarter_hours_hold_every_event(looked_at: Path) -> None:
    quarters = everything().ask(scope(), "quarter-hours")
    assert quarters["page_views"].sum() == queried("totals")[0][2]


@pytest.mark.parametrize(
    ("first", "last", "unit", "named"),
    [
        ("2026-10-31", "2026-10-31", "D", ["Oct 31"]),
        ("2026-10-31", "2026-11-01", "D", ["Oct 31", "Nov 01"]),
        ("2026-10-31", "2026-11-09", "D", ["Oct 31", "Nov 02", "Nov 04", "Nov 06", "Nov 08"]),
        (
            "2025-10-31",
            "2026-10-31",
            "D",
            [f"{day}, 2025" for day in ("Oct 31", "Dec 16")] + [f"{day}, 2026" for day in LATER],
        ),
        ("2026-10-31 05:00", "2026-10-31 07:00", "h", ["05:00", "06:00", "07:00"]),
        ("2026-10-31 05:00", "2026-11-01 01:00", "h", [*(f"Oct 31 {hour:02}:00" for hour in EVERY_3), "Nov 01 00:00"]),
        ("2026-10-31 05:00", "2026-11-05 01:00", "h", [f"Nov 0{day}" for day in range(1, 6)]),
    ],
)
def test_an_axis_names_each_day_once_and_hours_as_hours(first: str, last: str, unit: str, named: list[str]) -> None:
    moments, form = curves.ticks(pd.date_range(first, last, freq=unit))
    assert moments.strftime(form).tolist() == named


def places(*visited: tuple[str, int, float]) -> dict[str, dict[str, Any]]:
    """What the map draws, by country, where these had visitors."""
    world = worldmap.world(visited)
    return {one["id"]: one for one in world["objects"]["countries"]["geometries"]}


def test_every_country_is_on_the_map() -> None:
    named = worldmap.read_names().keys() or {"CA", "DE", "SG", "MT", "GF"}
    assert named - {"AQ"} <= places(*((country, 1, 0.1) for country in named)).keys()


def test_the_map_has_the_outlines_of_countries_with_their_visitors() -> None:
    drawn = places(("CA", 85, 29.6), ("SG", 3, 1.0), ("Unknown", 7, 2.0))
    assert {drawn[country]["type"] for country in ("CA", "DE", "BR", "IN")} <= {"Polygon", "MultiPolygon"}
    assert drawn["CA"]["properties"] == {"name": worldmap.named("CA"), "visitors": 85, "share": 29.6}
    assert drawn["DE"]["properties"]["visitors"] == 0


def test_a_country_too_small_for_a_shape_is_a_point_where_it_has_visitors() -> None:
    assert places(("SG", 3, 1.0))["SG"]["type"] == "Point"
    assert "SG" not in places()


def arrived(number: int, moment: datetime) -> dict[str, Any]:
    """A page view that has just arrived."""
    record = event(number, "09 10:00:00", PAGE, f"/{number}", CLO)
    return {**record, "timestamp": iso(moment), "serverTimestamp": iso(moment), "dt": moment.date().isoformat()}


def test_live_shows_what_arrived_in_the_last_half_hour(home: Path) -> None:
    now = datetime.now(UTC)
    store(home, [arrived(1, now - timedelta(minutes=1)), arrived(2, now - timedelta(minutes=31))])
    frame, _ = live.since(everything(), scope(), now - timedelta(minutes=30))
    assert frame["page"].tolist() == [f"{SHOP}/1"]


def test_what_arrives_is_seen_when_the_next_second_looks(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now, clock = datetime.now(UTC), [100.0]
    # The others' clocks, too: a look that took long by this machine's own would hold for longer than the next second.
    for timed in (cache, held, slices):
        monkeypatch.setattr(timed, "monotonic", lambda: clock[0])
    store(home, [arrived(1, now)])
    look: Callable[[], int] = lambda: len(live.since(everything(), scope(), now - timedelta(minutes=1))[0])  # noqa: E731
    assert look() == 1
    store(home, [arrived(2, now)])
    clock[0] += 1.5
    assert look() == 2


def test_minutes_without_events_are_drawn_as_none() -> None:
    now = datetime(2026, 11, 9, 10, 0, 30, tzinfo=UTC)
    frame = pd.DataFrame({"arrived": ["2026-11-09T09:59:10.000Z", "2026-11-09T09:59:50.000Z"]})
    counted = live.by_minute(frame, now)
    assert counted["events"].tolist() == [0] * (live.MINUTES - 1) + [2, 0]


def test_all_tenants_stand_side_by_side(shop: Path) -> None:
    store(shop, EVENTS[:1], OTHER)
    frame = everything().ask(scope(), "tenants")
    assert frame["tenant"].tolist() == [BUCKET, OTHER]


def test_a_question_that_takes_too_long_is_stopped(shop: Path) -> None:
    many = ", ".join(f"events AS e{number}" for number in range(6))
    with pytest.raises(TooLong, match=r"0\.2 seconds"):
        everything().sql(scope(), f"SELECT count(*) AS n FROM {many}", seconds=0.2)
    assert rows(everything().sql(scope(), "SELECT 1 AS n")) == [(1,)]


def test_an_answer_is_cut_at_its_limit_and_says_so(looked_at: Path) -> None:
    cut, whole = (everything().sql(scope(), "SELECT eventid FROM events", limit=limit) for limit in (3, 1000))
    assert (len(cut), cut.attrs["cut"], whole.attrs["cut"]) == (3, True, False)


def test_a_wrong_sql_is_reported_with_the_near_names(looked_at: Path) -> None:
    with pytest.raises(QueryError, match="did you mean page"):
        everything().sql(scope(), "SELECT pge FROM events")


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "100.0 * 1 / 3",
            "md5(page)",
            "regexp_like(page, '\\d')",
            "regexp_replace(page, 'a*', '')",
            "replace(page, '', '-')",
        ),
        *("json_extract_scalar(metadata, '$..a')", "arbitrary(page)", "array_agg(page)", "row_number() OVER ()"),
        *(
            "split(page, '/')[1]",
            "CAST(page AS decimal(9, 2))",
            "now() AT TIME ZONE 'Europe/Berlin'",
            "format('%d', 1)",
        ),
    ],
)
def test_sql_that_athena_would_answer_otherwise_is_refused_as_by_the_command_line(
    looked_at: Path, expression: str
) -> None:
    sql = f"SELECT {expression} AS it FROM events"
    place = tenant.find("local", BUCKET)
    refusals = []
    for asked in (
        lambda: ask.for_duckdb(Library(), Question(sql, Days(FIRST, LAST), {}), [place]),
        lambda: ask.on_athena(Library(), Question(sql, Days(FIRST, LAST), {}), [place], never, lambda _: None),
        lambda: everything().sql(scope(), sql),
        lambda: Remote([place], scope()).frame(Asked(sql), 1),
    ):
        with pytest.raises(QueryError) as refused:
            asked()
        refusals.append(str(refused.value))
    assert refusals == refusals[:1] * 4


def never(service: str, region: str) -> Any:
    """A client of AWS for what sends nothing."""
    pytest.fail(f"{service} was asked")


def test_a_corrupt_mirror_has_an_error_of_its_own(shop: Path) -> None:
    everything().ask(scope(), "totals")
    for path in (shop / "data" / ".lake").rglob("*.parquet"):
        path.write_bytes(b"")
    cache.desk.cache_clear()
    with pytest.raises(BrokenMirror, match="parquet"):
        everything().ask(scope(), "totals")


def test_more_filters_than_are_kept_are_made_again(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "KEPT", 2)
    data = everything()
    asked = [rows(data.ask(scope(source=source), "totals")) for source in ("news", "google", "news", "(none)")]
    again = rows(data.ask(scope(source="news"), "sources"))
    assert asked[0] == asked[2] != asked[1]
    assert {row[1] for row in again} == {"news"}


def test_a_frame_that_a_page_changes_is_its_own(looked_at: Path) -> None:
    data = everything()
    data.ask(scope(), "top-pages").insert(0, "changed", 1)
    assert "changed" not in data.ask(scope(), "top-pages")


def test_what_is_warmed_up_is_what_the_page_asks_at_first(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    overview.ask(everything(), scope())
    totals.before(everything(), scope())
    monkeypatch.setattr("sluice.analysis.slices.Slice._asked", lambda *_: pytest.fail("asked again"))
    page = opened(bucket=BUCKET, **DAYS)
    assert not page.exception
    assert metrics(page)["Visits"]


def test_whole_numbers_stay_whole_where_one_is_missing(looked_at: Path) -> None:
    frame = everything().sql(scope(), "SELECT 9007199254740993 AS big UNION ALL SELECT NULL ORDER BY big")
    assert frame["big"].tolist() == [9007199254740993, pd.NA]
