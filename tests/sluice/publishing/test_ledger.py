"""The ledger: a release and what it spends are one object, and a week never spends more than it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.lake.objects import BucketObjects, FolderObjects, Objects
from sluice.cloud import cost
from sluice.publishing import ledger
from sluice.publishing.errors import PublishError, Spent
from sluice.publishing.ledger import Asked, Release, Row, Table
from tests.conftest import BUCKET, OWNER, PROVE

WEEK = "2026-W10"
RACERS = {"folder": 1_000, "bucket": 1_000 if PROVE else 150}


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    if request.param == "folder":
        yield FolderObjects(tmp_path / "own")
        return
    lock, create = Lock(), BucketObjects.create

    # S3 takes one of several create-only puts of a key; the threads of its fake look first, and store then.
    def locked(*given: Any) -> bool:
        with lock:
            return create(*given)

    monkeypatch.setattr(BucketObjects, "create", locked)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="own")
        yield BucketObjects("own", OWNER, s3)


def asked(name: str, micro: int = 300_000, budget: int = 1_000_000) -> Asked:
    return Asked(name, BUCKET, WEEK, micro, budget)


def drawn(wanted: Asked, value: int = 7) -> Callable[[], Release]:
    table = Table("days", 1, wanted.micro, 9, (Row("2026-03-02", value),))
    days = date(2026, 3, 2), date(2026, 3, 8)
    return lambda: Release(wanted.id, BUCKET, WEEK, *days, "2026-11-09", wanted.micro, wanted.budget, (table,))


def race(store: Objects, wanted: list[Asked]) -> list[Release | None]:
    """What each of them gets; None is a week without room."""

    def one(number: int) -> Release | None:
        try:
            return ledger.take(store, wanted[number], drawn(wanted[number], number))
        except Spent:
            return None

    with ThreadPoolExecutor(32) as pool:
        return list(pool.map(one, range(len(wanted))))


def test_a_thousand_racers_never_spend_more_than_the_week_has(store: Objects, request: pytest.FixtureRequest) -> None:
    racers = RACERS[request.node.callspec.params["store"]]
    found = race(store, [asked(f"r{number}", 400_000) for number in range(racers)])
    (week,) = ledger.spending(store, BUCKET)
    assert week == ledger.Week(WEEK, 800_000, 2)
    assert sorted(one.id for one in found if one) == sorted(one.id for one in ledger.releases(store, BUCKET, WEEK))


def test_racers_for_one_release_all_get_the_numbers_of_one_draw(store: Objects) -> None:
    found = race(store, [asked("same")] * 50)
    assert len({one.tables for one in found if one}) == 1 and None not in found
    assert [week.spent for week in ledger.spending(store, BUCKET)] == [300_000]


def test_without_the_create_only_put_they_would_spend_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, put = FolderObjects(tmp_path), []
    # Each looks before any of them has written.
    monkeypatch.setattr(store, "keys", lambda prefix: iter(()))
    monkeypatch.setattr(store, "create", lambda key, *given: put.append(key) is None)
    race(store, [asked(f"r{number}") for number in range(20)])
    assert len(put) * 300_000 > 1_000_000


def test_the_numbers_come_back_as_they_were_stored(store: Objects) -> None:
    first = ledger.take(store, asked("a"), drawn(asked("a"), -3))
    assert ledger.take(store, asked("a"), lambda: pytest.fail("drawn again")) == first
    assert ledger.releases(store, BUCKET, WEEK) == [first]
    assert list(ledger.newest(store, BUCKET)) == [first]


def test_a_put_whose_answer_was_lost_is_spent_once(store: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    create = store.create
    monkeypatch.setattr(store, "create", lambda *given: create(*given) and False)
    assert ledger.take(store, asked("a"), drawn(asked("a"), 5)).tables[0].rows[0].value == 5
    assert [week.spent for week in ledger.spending(store, BUCKET)] == [300_000]


def test_a_smaller_budget_gives_nothing_back_and_a_larger_one_has_room(store: Objects) -> None:
    for name in "abc":
        ledger.take(store, asked(name), drawn(asked(name)))
    for budget in (100, 1_199_999):
        with pytest.raises(Spent, match="has spent 900,000"):
            ledger.take(store, asked("d", budget=budget), drawn(asked("d")))
    assert ledger.take(store, asked("d", budget=1_200_000), drawn(asked("d"))).id == "d"


def test_a_publisher_that_never_gets_a_place_says_so(store: Objects, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "create", lambda *given: False)
    monkeypatch.setattr(ledger, "MAX_RACES", 3)
    with pytest.raises(PublishError, match="3 other releases"):
        ledger.take(store, asked("a"), drawn(asked("a")))


def test_a_release_makes_the_calls_that_it_is_billed_for(tmp_path: Path) -> None:
    called: Counter[str] = Counter()
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="own")
        s3.meta.events.register("before-call.s3", lambda model, **_: called.update([model.name]))
        own = BucketObjects("own", OWNER, s3)
        held = ledger.releases(own, BUCKET, WEEK)
        ledger.refuse(held, asked("a"))
        ledger.take(own, asked("a"), drawn(asked("a")))
        assert called == {"ListObjectsV2": 2, "PutObject": 1}
        called.clear()
        assert len(list(ledger.newest(own, BUCKET))) == 1
        rates = cost.sheet().publishing
        assert called == {"ListObjectsV2": 1 + rates.lists_of_week, "GetObject": rates.gets_of_week}
