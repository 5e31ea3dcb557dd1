"""Many people at once: what was answered holds for all who may see it, and no tenant waits for another."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from chalicelib.lake.objects import FolderObjects
from sluice.analysis import cache, held
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.analysis.slices import Slice
from sluice.analysis.viewers import User
from sluice.dashboard.server import warm
from sluice.dashboard.view import worldmap
from sluice.mirror import tenant, view
from sluice.mirror.mirror import Mirror
from sluice.subjects import certificate, erasure
from tests.dashboards import BUCKET, FIRST, LAST, OTHER, everything, home, rows, scope, shop, store
from tests.lake_events import ANN, PAGE, event

__all__ = ["home", "shop"]  # fixtures
MANY = [f"site{number}-analytics" for number in range(10)]


@pytest.fixture
def two(shop: Path) -> Path:
    store(shop, [event(1, "09 10:00:00", PAGE, "/other", ANN)], OTHER)
    return shop


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def of(bucket: str) -> Scope:
    return Scope(bucket, FIRST, LAST)


def slices() -> list[Slice]:
    return [one.slice for one in cache.desk().slices._held.values()]


def test_what_ten_tenants_were_asked_is_not_asked_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, bucket in enumerate(MANY):
        store(home, [event(one, "09 10:00:00", PAGE, "/", ANN) for one in range(number + 1)], bucket)
    first = [rows(everything().ask(of(bucket), "totals")) for bucket in MANY]
    monkeypatch.setattr(Slice, "_asked", lambda *_: pytest.fail("asked again"))
    assert [rows(everything().ask(of(bucket), "totals")) for bucket in MANY] == first
    assert len({str(one) for one in first}) == len(MANY)


def test_a_held_answer_is_parsed_and_read_no_more(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = everything().ask(scope(), "totals")
    monkeypatch.setattr("sluice.questions.dialect.parse", lambda *_: pytest.fail("parsed again"))
    monkeypatch.setattr("sluice.questions.library.read", lambda *_: pytest.fail("read again"))
    assert rows(everything().ask(scope(), "totals")) == rows(first)


def test_a_slice_that_is_shut_for_want_of_memory_keeps_its_answers_and_opens_again(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "TABLES", 0)
    first = everything().ask(scope(source="news"), "totals")
    everything().ask(of(OTHER), "totals")
    old, new = slices()
    assert (old.size, new.size > 0) == (0, True)
    assert rows(everything().ask(scope(source="news"), "totals")) == rows(first)
    assert old.size == 0
    assert {row[1] for row in rows(everything().ask(scope(source="news"), "sources"))} == {"news"}


def test_a_slice_that_is_being_asked_is_not_shut(shop: Path) -> None:
    everything().ask(scope(), "totals")
    (one,) = slices()
    freed = []
    with one.open():
        other = threading.Thread(target=lambda: freed.append(one.shut()))
        other.start()
        other.join(10)
    assert (freed, one.size > 0) == ([0], True)


@pytest.fixture
def stuck(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scope]:
    """A scope of which one question, `sources`, is being answered, and goes on until the test is over."""
    begun, go, answered = threading.Event(), threading.Event(), Slice._asked

    def slowly(self: Slice, asked: Any, *connection: Any) -> Any:
        if getattr(asked.query, "name", "") == "sources":
            begun.set()
            go.wait(30)
        return answered(self, asked, *connection)

    everything().ask(scope(source="news"), "totals")
    monkeypatch.setattr(Slice, "_asked", slowly)
    waits = threading.Thread(target=lambda: everything().ask(scope(source="news"), "sources"))
    waits.start()
    assert begun.wait(10)
    yield scope(source="news")
    go.set()
    waits.join()


@pytest.mark.parametrize("name", ["totals", "top-pages"])
def test_no_question_and_no_held_answer_waits_for_another_of_the_same_days(stuck: Scope, name: str) -> None:
    found: list[Any] = []
    other = threading.Thread(target=lambda: found.append(everything().ask(stuck, name)), daemon=True)
    other.start()
    other.join(10)
    assert len(found) == 1


def test_a_question_that_runs_keeps_its_tables_when_others_are_made(
    stuck: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sluice.analysis.slices.KEPT", 1)
    (one,) = slices()
    filters = scope(campaign="launch").filters
    with one.open() as connection:
        held = one._library_of(filters, connection)
        sql, values = one._prepared(held, "SELECT count(*) AS n FROM visits", {})
        before = len(connection.execute("FROM duckdb_tables()").fetchall())
        everything().ask(scope(medium="cpc"), "totals")
        assert filters not in one._libraries
        assert connection.execute(sql, values).fetchall()
        del held
        everything().ask(scope(channel="Direct"), "totals")
        assert len(connection.execute("FROM duckdb_tables()").fetchall()) <= before


def test_a_tenant_that_opens_slowly_holds_up_no_other(two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go, connect = threading.Event(), threading.Event(), view.connect
    slow = tenant.find("local", OTHER).mirror.folder

    def connected(sources: Any, *days: Any, **limits: Any) -> Any:
        if sources[view.EVENTS].folder == slow:
            begun.set()
            go.wait(30)
        return connect(sources, *days, **limits)

    monkeypatch.setattr(view, "connect", connected)
    waits = threading.Thread(target=lambda: everything().ask(of(OTHER), "totals"))
    waits.start()
    assert begun.wait(10)
    found: list[Any] = []
    other = threading.Thread(target=lambda: found.append(everything().ask(scope(), "totals")), daemon=True)
    other.start()
    other.join(20)
    is_answered = bool(found)
    go.set()
    waits.join()
    assert is_answered


def test_a_held_answer_is_of_the_tenants_that_the_user_may_see(two: Path) -> None:
    asked = "SELECT DISTINCT tenant FROM tenants ORDER BY tenant"
    ann = Data(User("ann", (BUCKET,)))
    assert rows(everything().sql(scope(), asked)) == [(OTHER,), (BUCKET,)]
    assert rows(ann.sql(scope(), asked)) == [(BUCKET,)]
    assert rows(everything().sql(scope(), asked)) == [(OTHER,), (BUCKET,)]


def test_an_answer_that_is_larger_than_all_that_is_held_is_given_and_not_held(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "ANSWERS", 1)
    cache.desk.cache_clear()
    assert rows(everything().ask(scope(), "totals")) == rows(everything().ask(scope(), "totals"))


def test_the_map_is_made_once_for_the_same_figures() -> None:
    known = (("CA", 85, 29.6),)
    assert worldmap.drawn(known, worldmap.LIGHT) is worldmap.drawn(known, worldmap.LIGHT)
    assert worldmap.drawn(known, worldmap.LIGHT) is not worldmap.drawn(known, worldmap.DARK)


def test_what_is_there_after_the_start_is_in_no_later_collection(shop: Path, thawed: None) -> None:
    warm.up("local")
    assert gc.get_freeze_count() > 10_000


@pytest.mark.parametrize("asked", ["SELECT userid FROM events", "SELECT body FROM rejected"])
def test_an_open_dashboard_forgets_who_was_erased(shop: Path, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    objects, own, mirror = shop / "data" / BUCKET, shop / "data" / ".stage", shop / "data" / ".lake" / BUCKET
    line = '{"reason":"MissingField","serverTimestamp":"2026-11-09T10:00:00.000Z","body":"{\\"userId\\":\\"eve\\"}","weight":1}\n'
    key = "rejected/reason=MissingField/year=2026/month=11/day=09/1-a.json"
    FolderObjects(objects).create(key, f"{line}{line.replace('eve', 'bob')}".encode(), {})
    who = "ann" if "events" in asked else "eve"
    before = rows(everything().sql(scope(), asked))

    place = erasure.Tenant("local", BUCKET, FolderObjects(objects), FolderObjects(own), Mirror(mirror))
    now, signer = datetime(2026, 11, 19, tzinfo=UTC), certificate._here(FolderObjects(own))
    erasure.erase(place, [erasure.Asked("user", who)], signer, lambda: now, lambda seconds: None)
    for module in (cache, held):
        monkeypatch.setattr(module, "monotonic", lambda: monotonic() + 60)

    after = rows(everything().sql(scope(), asked))
    assert 0 < len(after) == len([row for row in before if who not in str(row)]) < len(before)
