"""A person's own SQL on the dashboard: it takes nothing from anybody else, and what is kept of its answers is counted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sluice.analysis import cache, held
from sluice.analysis.cache import Fresh
from sluice.analysis.facade import Data
from sluice.analysis.turns import TooMany
from sluice.analysis.viewers import EVERYBODY, User
from sluice.errors import SluiceError
from sluice.mirror.own import Own, TooLong, TooMuch
from sluice.questions import dialect
from tests.dashboards import BUCKET, everything, home, looked_at, metrics, opened, rows, scope, shop

__all__ = ["home", "looked_at", "shop"]  # fixtures
NESTED = "json_extract_scalar(" * 6 + "metadata" + ", '$.a')" * 6
ENDLESS = f"SELECT {NESTED} AS it FROM events"
Start = Callable[[Data, str], threading.Thread]
ANN, BEN = User("ann", (BUCKET,)), User("ben", (BUCKET,))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Ask SQL that does not end before the test does, and come back once its process has it."""
    asked: list[Own] = []
    threads: list[threading.Thread] = []
    ask, begun = Own.ask, threading.Semaphore(0)

    def noted(own: Own, task: Any) -> Any:
        asked.append(own)
        begun.release()
        return ask(own, task)

    def run(data: Data, sql: str) -> None:
        with suppress(SluiceError):
            data.sql(scope(), sql, seconds=60)

    def start(data: Data, sql: str) -> threading.Thread:
        threads.append(threading.Thread(target=run, args=(data, sql)))
        threads[-1].start()
        assert begun.acquire(timeout=30)
        return threads[-1]

    monkeypatch.setattr(Own, "ask", noted)
    yield start
    for own in asked:
        if own._process is not None:
            own._process.kill()
    for thread in threads:
        thread.join(30)


def test_meanwhile_another_person_sees_the_same_buckets_page(shop: Path, started: Start) -> None:
    bombs = [started(Data(ANN), f"{ENDLESS} LIMIT {number}") for number in (10, 11)]
    page = opened(bucket=BUCKET, since="2026-11-08", to="2026-11-18")
    assert metrics(page)["Visits"] == "15"
    assert all(bomb.is_alive() for bomb in bombs)


def test_a_person_has_two_at_a_time_and_nobody_else_waits_for_them(looked_at: Path, started: Start) -> None:
    for number in (1, 2):
        started(Data(ANN), f"{ENDLESS} LIMIT {number}")
    with pytest.raises(
        TooMany, match=r"^2 of your SQL questions are running already; wait for one to end, and ask again\.$"
    ):
        Data(ANN).sql(scope(), "SELECT 3 AS n")
    assert rows(Data(BEN).sql(scope(), "SELECT 4 AS n")) == [(4,)]


def test_without_names_each_open_page_has_two(looked_at: Path, started: Start) -> None:
    for number in (3, 4):
        started(Data(EVERYBODY, session="one"), f"{ENDLESS} LIMIT {number}")
    with pytest.raises(TooMany):
        Data(EVERYBODY, session="one").sql(scope(), "SELECT 5 AS n")
    assert rows(Data(EVERYBODY, session="other").sql(scope(), "SELECT 6 AS n")) == [(6,)]


def test_one_that_has_ended_counts_no_more(looked_at: Path) -> None:
    for _ in range(3):
        with pytest.raises(TooLong):
            Data(ANN).sql(scope(), ENDLESS, seconds=0.2)
    assert not cache.desk().running._running


def test_an_answer_of_many_bytes_is_refused_however_few_its_rows_are(looked_at: Path) -> None:
    with pytest.raises(TooMuch, match="The answer is over 32 MB; ask for fewer columns or rows"):
        everything().sql(scope(), "SELECT array_join(sequence(1, 100000), 'xxxx') AS it FROM events")


def test_an_answer_that_is_held_starts_no_process(looked_at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = everything().sql(scope(), "SELECT count(*) AS held FROM hits")
    monkeypatch.setattr(Own, "__init__", lambda *_: pytest.fail("asked again"))
    assert rows(everything().sql(scope(), "SELECT count(*) AS held FROM hits")) == rows(first)


def test_the_server_parses_nothing_of_it(looked_at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenize = dialect.tokenize
    monkeypatch.setattr(dialect, "tokenize", lambda sql: pytest.fail(sql) if "zebra" in sql else tokenize(sql))
    assert rows(everything().sql(scope(source="news"), "SELECT count(*) AS zebra FROM visits"))


def test_held_answers_are_counted_in_bytes(looked_at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "ANSWERS", 400_000)
    desk = cache.Desk()
    monkeypatch.setattr(cache, "desk", lambda: desk)
    for number in range(5):
        everything().sql(scope(), f"SELECT {number} AS n, array_join(sequence(1, 20000), 'xxxx') AS it")
    kept = [held.size(frame) for frame in desk.slices._answers.values()]
    assert len(kept) == 2
    assert sum(kept) <= 400_000


def test_athenas_held_answers_are_counted_in_bytes() -> None:
    answers: Fresh[pd.DataFrame] = Fresh(300, 3 * 10**6, held.size)
    for number in range(5):
        answers.get(number, lambda: pd.DataFrame({"it": ["x" * 10**6]}))
    assert [answers.peek(number) is not None for number in range(5)] == [False, False, False, True, True]


def test_lists_and_structs_are_counted_with_what_they_hold() -> None:
    assert held.size(pd.DataFrame({"it": [["x" * 10**6], {"a": ["y" * 10**6]}]})) > 2 * 10**6
