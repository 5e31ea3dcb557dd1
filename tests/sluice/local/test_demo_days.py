"""The demo's month: what the lake answers of it is what was made, no page of the dashboard is empty, and it is believable."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from chalicelib import records, settings
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects
from chalicelib.tracking import assembly, devices, ingest
from chalicelib.tracking.city import CityDatabase
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.analysis.viewers import EVERYBODY
from sluice.cli.main import main
from sluice.cloud import cost
from sluice.imports.importer import RunSalts
from sluice.local import demo_days, demo_traffic
from sluice.local.demo_days import BUCKET, DAYS, DemoError
from sluice.local.demo_visits import Hit
from sluice.questions.library import Library
from tests.conftest import stored
from tests.dashboards import ROOT, make, rows

TODAY = date(2026, 11, 27)
FIRST, LAST = TODAY - timedelta(DAYS), TODAY - timedelta(1)
GAP = timedelta(minutes=30)
# Questions about imported logs, and about what was refused: the demo has none.
OTHERS = {"requests-by-status"} | {name for name in Library().names() if name.startswith("rejected-")}
# Live looks at the last half hour, which is the live visits' own; SQL shows nothing before it is asked.
PAGES = (
    "overview",
    "funnels",
    "retention",
    "experiments",
    "journeys",
    "access",
    "unseen",
    "events",
    "quality",
    "tenants",
)
PASSIVE = {"scroll_depth", "time_on_page", "exit_intent", "web_vitals"}
# As client/README.md names them.
MARKS = {
    **{"scroll_depth": {"percent"}, "time_on_page": {"seconds"}, "cta_click": {"name"}, "outbound_click": {"url"}},
    **{"file_download": {"url"}, "form_start": {"form"}, "form_submit": {"form"}},
}


class Made(NamedTuple):
    """What the generator says of a day's people: their hits in order of time, by visitor."""

    day: date
    hits: list[Hit]


@cache
def made() -> list[Made]:
    days = (FIRST + timedelta(number) for number in range(DAYS))
    crawlers = demo_traffic.load().crawlers
    return [
        Made(day, [hit for visit in demo_days.visits(day) for hit in visit if hit.visitor.agent.text not in crawlers])
        for day in days
    ]


def given(folder: Path, allowed: str = "*-analytics") -> settings.Settings:
    return settings.load({"ALLOWED_BUCKETS": allowed, "STORE": f"dir:{folder}"})


def write(folder: Path, days: int, today: date = TODAY, **changed: Any) -> list[demo_days.Written]:
    return list(demo_days.write(folder, replace(given(folder), **changed), today, days))


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in stored(folder) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project as it is cloned, with the month in its store."""
    folder = make(tmp_path_factory.mktemp("month"))
    shutil.copy(ROOT / "sluice.toml", folder)
    write(folder / "data", DAYS)
    return folder


@pytest.fixture
def project(month: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(month)
    monkeypatch.setenv("STORE", f"dir:{month}/data")
    monkeypatch.delenv("SLUICE_DASHBOARD_USERS", raising=False)
    return month


def asked(name: str, *params: str) -> list[dict[str, Any]]:
    words = [word for param in params for word in ("--param", param)]
    days = ("--from", str(FIRST), "--to", str(LAST))
    done = CliRunner().invoke(main, ["query", name, "--bucket", BUCKET, *days, *words, "--format", "json"])
    assert done.exit_code == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def counted(hits: list[Hit]) -> tuple[int, int]:
    """Visitors of a day, and their visits: with less than half an hour between two events."""
    moments: dict[tuple[Any, str], list[datetime]] = defaultdict(list)
    for hit in hits:
        if devices.library(hit.visitor.agent.text):
            continue  # the shop's own program is nobody
        late = hit.received - hit.fields["timestamp"] > timedelta(hours=24)
        moments[hit.visitor.address, hit.visitor.agent.text].append(hit.received if late else hit.fields["timestamp"])
    gaps = 0
    for times in map(sorted, moments.values()):
        gaps += sum(after - before >= GAP for before, after in pairwise(times))
    return len(moments), len(moments) + gaps


def test_the_events_of_each_type_are_those_that_were_made(project: Path) -> None:
    types = Counter(hit.fields["eventType"] for day in made() for hit in day.hits)
    assert {row["event_type"]: row["events"] for row in asked("events-by-type")} == types


def test_visitors_and_visits_of_each_day_are_those_that_were_made(project: Path) -> None:
    answered = {row["day"]: (row["visitors"], row["visits"]) for row in asked("visitors-and-visits")}
    assert answered == {str(day.day): counted(day.hits) for day in made()}


def test_what_was_earned_each_day_is_what_was_made(project: Path) -> None:
    earned: Counter[str] = Counter()
    for day in made():
        for hit in day.hits:
            earned[str(day.day)] += hit.fields.get("metadata", {}).get("value", 0)
    rows = asked("revenue-by-day")
    assert {row["currency"] for row in rows} == {"EUR"}
    assert {row["day"]: row["revenue"] for row in rows} == {day: value for day, value in earned.items() if value}


def test_a_months_figures_are_believable(project: Path) -> None:
    (totals,) = asked("totals")
    assert 30 <= totals["bounce_rate"] <= 60
    assert 60 <= totals["seconds_per_visit"] <= 240
    assert {row["goal"]: 1 <= row["conversion_rate"] <= 5 for row in asked("goals")} == {
        "purchase": True,
        "signup": True,
    }
    countries = asked("countries", "limit=100")
    assert len(countries) > 20
    assert countries[0]["share"] < 35
    assert {row["channel"] for row in asked("sources", "by=channel")} >= {
        *("Direct", "Organic Search", "Organic Social", "AI Assistants", "Referral", "Email", "Affiliates"),
        *("Paid Search", "Paid Social"),
    }
    assert {row["device_type"] for row in asked("devices")} == {"mobile", "desktop", "tablet", "other"}


def test_weekends_differ_and_one_day_is_a_peak(project: Path) -> None:
    visits = {date.fromisoformat(row["day"]): row["visits"] for row in asked("visitors-and-visits")}
    launched = max(visits, key=lambda day: visits[day])
    usual = [number for day, number in visits.items() if day.weekday() < 5 and abs((day - launched).days) > 2]
    weekends = [number for day, number in visits.items() if day.weekday() >= 5 and abs((day - launched).days) > 2]
    assert launched == demo_days.LAUNCH
    assert visits[launched] > 1.5 * max(usual)
    assert max(weekends) < min(usual)
    assert min(weekends) > 120


@pytest.mark.parametrize("today", [TODAY + timedelta(number) for number in range(0, 60, 7)])
def test_any_thirty_days_have_one_launch(today: date) -> None:
    days = [today - timedelta(ago) for ago in range(1, DAYS + 1)]
    assert sum((day - demo_days.LAUNCH).days % demo_days.LAUNCHES == 0 for day in days) == 1


def test_one_variant_does_better(project: Path) -> None:
    still, worn = asked("experiments", "goal=purchase")
    assert (still["variant"], worn["variant"]) == ("still", "worn")
    assert 1.1 < worn["conversion_rate"] / still["conversion_rate"] < 3


@pytest.mark.parametrize("name", sorted(set(Library().names()) - OTHERS))
def test_every_question_has_an_answer(project: Path, name: str) -> None:
    answer = rows(Data(EVERYBODY).ask(Scope(BUCKET, FIRST, LAST), name))
    assert answer
    assert any(value not in (None, 0) for value in answer[-1])


def script(page: str, first: str, last: str, bucket: str) -> None:
    """What the dashboard's entry does for one page, once the days and the bucket are chosen."""
    from datetime import date
    from importlib import import_module

    from sluice.analysis.facade import Data
    from sluice.analysis.scope import Scope
    from sluice.analysis.viewers import EVERYBODY
    from sluice.dashboard.view import widgets

    scope = Scope(bucket, date.fromisoformat(first), date.fromisoformat(last))
    with widgets.telling():
        import_module(f"sluice.dashboard.pages.{page}").show(Data(EVERYBODY), scope)


@pytest.mark.parametrize("page", PAGES)
def test_no_page_of_the_dashboard_is_empty(project: Path, page: str) -> None:
    kwargs = {"page": page, "first": str(FIRST), "last": str(LAST), "bucket": BUCKET}
    shown = AppTest.from_function(script, kwargs=kwargs, default_timeout=60).run()
    assert not shown.exception
    assert not [one.value for one in (*shown.error, *shown.warning)]
    assert not [one.value for one in (*shown.info, *shown.caption) if re.match(r"Nothing|None yet|None in", one.value)]
    assert shown.dataframe
    assert all(len(frame.value) for frame in shown.dataframe)


def test_writing_twice_adds_nothing_and_a_day_later_one_day(tmp_path: Path) -> None:
    first, again, later = write(tmp_path, 3), write(tmp_path, 3), write(tmp_path, 3, TODAY + timedelta(1))
    assert all(one.events for one in first)
    assert [one.events for one in again] == [0, 0, 0]
    assert [(one.day, bool(one.events)) for one in later] == [
        *((TODAY - timedelta(ago), False) for ago in (2, 1)),
        (TODAY, True),
    ]
    ids = [record["eventId"] for record in lines(tmp_path)]
    assert len(ids) == len(set(ids)) == sum(one.events for one in (*first, *later))


def test_a_day_of_live_visits_is_not_added_again(tmp_path: Path) -> None:
    folder = tmp_path / BUCKET / records.day_prefix(LAST)
    folder.mkdir(parents=True)
    for number in range(demo_days.BUSY):
        (folder / f"{number:016}.json").touch()
    assert [(one.day, bool(one.events)) for one in write(tmp_path, 2)] == [(LAST - timedelta(1), True), (LAST, False)]


def test_a_day_of_a_few_clicks_is_added(tmp_path: Path) -> None:
    folder = tmp_path / BUCKET / records.day_prefix(LAST)
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef.json").touch()
    assert [bool(one.events) for one in write(tmp_path, 1)] == [True]


def test_a_day_is_the_same_whenever_it_is_made_and_another_by_another_seed() -> None:
    assert list(demo_days.visits(LAST)) == list(demo_days.visits(LAST))
    assert list(demo_days.visits(LAST)) != list(demo_days.visits(LAST, seed=8))


def test_what_is_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    new = write(tmp_path, 2)
    events = sum(one.events for one in new)
    assert demo_days.summary(new) == (
        f"{events:,} events of 2 days before today are new in {BUCKET}: {LAST - timedelta(1)} to {LAST}."
    )
    assert demo_days.summary(write(tmp_path, 2)) == f"The 2 days before today are in {BUCKET} already."


@pytest.mark.parametrize("hashing", [True, False])
def test_each_record_is_what_the_api_would_have_stored_on_that_day(
    tmp_path: Path, hashing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    salts = RunSalts()
    monkeypatch.setattr(demo_days, "RunSalts", lambda: salts)
    write(tmp_path / "made", 1, hash_addresses=hashing)
    chosen = replace(given(tmp_path / "sent"), hash_addresses=hashing)
    path = replace(assembly.assemble(chosen), salts=salts, places=CityDatabase(demo_traffic.CITIES))
    hits = [hit for visit in demo_days.visits(LAST) for hit in visit]
    by_id = {record["eventId"]: record for record in lines(tmp_path / "made")}
    kinds: dict[tuple[str, bool], list[Hit]] = defaultdict(list)
    for hit in hits:
        kinds[hit.fields["eventType"], hit.received - hit.fields["timestamp"] > GAP].append(hit)

    assert len(by_id) == len(hits)
    for hit in (hit for some in kinds.values() for hit in some[:6]):
        body = json.dumps({"bucket": BUCKET, **hit.fields, "timestamp": records.iso(hit.fields["timestamp"])}).encode()
        sender = {"user-agent": hit.visitor.agent.text, "origin": "https://shop.example"}
        receipt = path.track(ingest.Request(body, sender, str(hit.visitor.address), hit.received)).receipt
        assert str(LAST) == "-".join(re.findall(r"=(\d+)", receipt.key))
        assert by_id[hit.fields["eventId"]] == json.loads((tmp_path / "sent" / BUCKET / receipt.key).read_text())


def test_every_hit_counts_for_its_day_and_some_come_late() -> None:
    late = 0
    for visit in demo_days.visits(LAST):
        for hit in visit:
            assert records.counted_at(hit.fields["timestamp"], hit.received).date() == hit.received.date() == LAST
            late += hit.received - hit.fields["timestamp"] > records.LATENESS
    assert late


def test_browsers_send_what_the_client_names_and_no_session() -> None:
    hits = [hit for visit in demo_days.visits(LAST) for hit in visit]
    assert not [hit for hit in hits if "sessionId" in hit.fields]
    for kind, names in MARKS.items():
        assert {frozenset(hit.fields["metadata"]) for hit in hits if hit.fields["eventType"] == kind} == {
            frozenset(names)
        }
    vitals = {name for hit in hits if hit.fields["eventType"] == "web_vitals" for name in hit.fields["metadata"]}
    assert vitals == {"ttfb", "fcp", "lcp", "inp", "cls"}
    assert all("metadata" not in hit.fields for hit in hits if hit.fields["eventType"] in {"page_view", "exit_intent"})


def test_windows_are_as_wide_as_their_devices() -> None:
    widths = {"mobile": range(320, 481), "tablet": range(768, 1367), "desktop": range(1280, 2561)}
    for agent in demo_traffic.load().agents:
        seen = devices.read(agent.text)
        assert (seen.device.device_type, seen.is_bot) == (agent.device, False)
        assert all(width in widths[agent.device] for width, _ in agent.viewports)
    sizes = {agent.text: agent.viewports for agent in demo_traffic.load().agents}
    for visit in demo_days.visits(LAST):
        for hit in visit:
            if "viewport" in hit.fields:
                assert tuple(hit.fields["viewport"].values()) in sizes[hit.visitor.agent.text]


def test_crawlers_are_bots_and_the_shops_own_program_is_none() -> None:
    traffic = demo_traffic.load()
    assert all(devices.read(text).is_bot for text in traffic.crawlers)
    library = devices.library(traffic.backend)
    assert library is not None and library.device_type == "other"


def test_the_renewals_of_the_shops_own_program_are_of_no_visitor(month: Path) -> None:
    renewed = [
        record for record in lines(month / "data") if record["eventType"] == "purchase" and record["page"] is None
    ]
    found = {(record["visitorId"], record["device"]["device_type"], record["isBot"]) for record in renewed}
    assert found == {(None, "other", False)}


def test_places_come_from_the_demos_database(tmp_path: Path) -> None:
    write(tmp_path, 1)
    places = {
        hit.fields["eventId"]: (hit.visitor.city.country, hit.visitor.city.region, hit.visitor.city.city)
        for visit in demo_days.visits(LAST)
        for hit in visit
    }
    assert {record["eventId"]: tuple(record["location"].values()) for record in lines(tmp_path)} == places
    assert len(set(places.values())) > 30


def test_members_come_back_and_most_visitors_are_nobody_known(project: Path) -> None:
    users: dict[str, set[date]] = defaultdict(set)
    visitors = 0
    for day in made():
        visitors += counted(day.hits)[0]
        for hit in day.hits:
            if "userId" in hit.fields:
                users[hit.fields["userId"]].add(day.day)
    assert sum(len(days) > 1 for days in users.values()) > 50
    assert sum(map(len, users.values())) < visitors / 5


def test_a_day_is_compacted_as_any(tmp_path: Path) -> None:
    (day,) = write(tmp_path, 1)
    made = compaction.compact(FolderObjects(tmp_path / BUCKET), day.day, demo_days.day_of(TODAY + timedelta(2)).since)
    assert (made.did, made.objects, made.records, made.duplicates) == ("compacted", 1, day.events, 0)


def test_a_bucket_that_is_not_allowed_is_said_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match=r"demo-analytics is not on the allowlist; `sluice allow add"):
        list(demo_days.write(tmp_path, given(tmp_path, "other-logs"), TODAY, 1))
    assert not stored(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DemoError, match="cannot be written"):
        write(tmp_path / "data", 1)


def test_the_bill_counts_on_as_many_events_a_request_as_these_visits_have() -> None:
    """As docs/browser.md says: views and purchases at once, what was read with the next, at the latest after five minutes."""
    events = requests = 0
    for day in range(7):
        for visit in demo_days.visits(FIRST + timedelta(day)):
            if visit and visit[0].fields["eventType"] == "page_view":
                events, requests = events + len(visit), requests + _requests(visit)

    assert events > 10_000
    assert events / requests == pytest.approx(cost.sheet().client.events_per_batch, abs=0.05)


def _requests(visit: list[Hit]) -> int:
    """How many requests the browser client sends of a visit."""
    sent, due = 0, None
    for hit in sorted(visit, key=lambda one: one.fields["timestamp"]):
        kind, at = hit.fields["eventType"], hit.fields["timestamp"]
        if due and (at > due or kind == "page_view"):
            sent, due = sent + 1, None
        if kind in {"page_view", "purchase"}:
            sent, due = sent + 1, None
        else:
            after = timedelta(minutes=5) if kind in PASSIVE else timedelta(seconds=3)
            due = min(due or at + after, at + after)
    return sent + bool(due)
