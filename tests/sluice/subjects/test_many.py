"""Many people are gone from every store in one run, and nobody else: whatever crashes, and while others compact."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib import prefixes
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import compaction, tombstones
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import FolderObjects, Objects
from sluice.subjects import certificate, erasure, stores
from sluice.subjects.certificate import Certificate, PersonError
from sluice.subjects.erasure import Asked, Tenant
from tests import people
from tests.conftest import PROVE
from tests.people import DAYS, NOW, Clock, Releasing, session

ALL, PEOPLE, ERASED = (200_000, 2_000, 100) if PROVE else (300, 8, 3)
CLOSED = DAYS[:3]
PLANS = prefixes.ERASED_PLANS
GONE = [session(number) for number in (1, 3, 7)]
# Before and after each change, a run has at least as many; all of them are tried, in so many parts, or one of each part.
MOMENTS = 100
CHUNKS = 8 if PROVE else 1
# But for those that are made again of others, where a person is found too.
STORES = [
    store.name
    for store in stores.of("", FolderObjects(Path()), FolderObjects(Path()))
    if store.name not in {"compacted", "access-compacted"}
]


class Crash(BaseException):
    """The machine is gone."""


class Watched:
    """Objects of which each change is announced before and after it is made, and each reading counted."""

    def __init__(self, objects: Objects, changing: Callable[[], None], read: Counter[str] | None = None) -> None:
        self._objects, self._changing, self.counted = objects, changing, read

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._objects, name)
        return self._announced(found) if name in {"create", "replace", "delete"} else found

    def _announced(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*given: Any) -> Any:
            self._changing()
            done = change(*given)
            self._changing()
            return done

        return changed

    def read(self, key: str, most: int | None = None) -> bytes | None:
        if self.counted is not None:
            self.counted[key] += 1
        return self._objects.read(key, most)

    def read_all(self, keys: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes | None]]:
        return ((key, self.read(key, most)) for key in keys)

    def fetch(self, key: str, path: Path) -> str | None:
        if self.counted is not None:
            self.counted[key] += 1
        return self._objects.fetch(key, path)


def watched(tenant: Tenant, changing: Callable[[], None], read: Counter[str] | None = None) -> Tenant:
    return tenant._replace(objects=Watched(tenant.objects, changing, read), own=Watched(tenant.own, changing, read))


def erase(
    tenant: Tenant, gone: Iterable[str], clock: Clock, *, with_visitor: bool = False, **more: Any
) -> list[Certificate]:
    asked = [Asked("session", one, with_visitor) for one in gone]
    return erasure.erase(tenant, asked, certificate._here(tenant.own), clock, clock.wait, **more)


def kinds(tenant: Tenant) -> list[Kind]:
    return [EVENTS._replace(secret=lambda: tombstones.secret_of(tenant.own)), REQUESTS]


def certificates(tenant: Tenant) -> list[str]:
    return [key for key in tenant.objects.keys("erased/") if key.endswith(".certificate")]


def compact(tenant: Tenant, objects: Objects | None = None) -> list[str]:
    """Every closed day, as the nightly job does it; what was done with each."""
    objects = objects or tenant.objects
    return [compaction.reconcile(objects, day, NOW, kind).did for kind in kinds(tenant) for day in CLOSED]


@contextmanager
def compacting(tenant: Tenant) -> Iterator[None]:
    """Compact and reconcile all closed days again and again meanwhile."""
    is_over, failed = Event(), list[BaseException]()

    def work() -> None:
        try:
            while not is_over.is_set():
                compact(tenant)
        except BaseException as error:
            failed.append(error)

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
    assert not failed, failed


def test_all_are_gone_from_every_store_while_others_compact(tmp_path: Path) -> None:
    twin, tenant = (people.made(tmp_path / name, ALL, PEOPLE, stream=True) for name in ("twin", "data"))
    folder, clock = tmp_path / "data", Releasing(tmp_path / "data")
    gone = [session(number) for number in (3, PEOPLE - 1, *random.Random(5).sample(range(4, PEOPLE - 1), ERASED - 2))]
    found = people.searched(folder)
    assert all(one.encode() in found for one in gone)
    with compacting(tenant):
        done = erase(tenant, gone, clock)

    found = people.searched(folder)
    assert [one for one in gone if one.encode() in found] == []
    for one, made in zip(gone, done, strict=True):
        certificate._here(tenant.own).verify(made)
        assert (made.said["left"], one in made.statement) == (0, False)
        assert sum(store["own"] for store in made.said["before"]) > 0
    # A twin of whom nobody was erased says what everybody else's is.
    Releasing(tmp_path / "twin").wait(300)
    for each in (twin, tenant):
        compact(each)
    assert set(compact(tenant)) <= {"unchanged", "empty"}
    mine, others = (people.viewed(one.objects, tmp_path / f"{n}", "to_json(t)") for n, one in enumerate((tenant, twin)))
    assert mine == {event: row for event, row in others.items() if not any(one in row for one in gone)}
    assert people.others(folder, ()) == people.others(tmp_path / "twin", gone)


def crashing(tenant: Tenant, left: int) -> Tenant:
    """The tenant on a machine that is gone at the so many-th moment before or after a change."""
    counted = Counter[str]()

    def changing() -> None:
        counted["moments"] += 1
        if counted["moments"] >= left:
            raise Crash

    return watched(tenant, changing)


def points(chunk: int) -> Iterable[int]:
    """Moments of a run: all of this part, or one."""
    return count(1 + chunk, CHUNKS) if PROVE else [random.Random().randrange(1, MOMENTS)]


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("with_visitor", [False, True])
def test_wherever_it_crashes_the_next_run_goes_on(tmp_path: Path, with_visitor: bool, chunk: int) -> None:
    before = people.viewed(people.made(tmp_path / "original", 300, 8, stream=True).objects, tmp_path / "before")
    for at in points(chunk):
        folder = tmp_path / f"{at}"
        # As links: a file's version has its number in it, and no file is changed where it is.
        shutil.copytree(tmp_path / "original", folder / "data", copy_function=os.link)
        tenant, clock, handed = people.there(folder / "data", stream=True), Releasing(folder / "data"), []
        is_over = True
        try:
            erase(crashing(tenant, at), GONE, clock, hand_over=handed.append, with_visitor=with_visitor)
        except Crash:
            is_over = False
        seen = people.viewed(tenant.objects, folder / "at")
        assert {event: one for event, one in before.items() if one not in GONE}.items() <= seen.items(), at
        if is_over:
            assert at > MOMENTS
            return

        # After its very last step: who asks again is a new request by then.
        is_new = bool(handed) and not list(tenant.own.keys(PLANS))
        done = erase(tenant, GONE, clock, hand_over=handed.append, with_visitor=with_visitor)

        found = people.searched(folder / "data")
        assert ([one for one in GONE if one.encode() in found], handed[-1]) == ([], done), at
        # However often it began, and was handed over: there is one certificate for each, and it says what was there.
        assert ((done == handed[0]), len(certificates(tenant))) == (not is_new, len(GONE) * (1 + is_new)), at
        assert all(sum(store["own"] for store in one.said["before"]) > 0 for one in handed[0]), at
        assert not list(tenant.own.keys(PLANS)), at
        shutil.rmtree(folder)


class Late:
    """A compactor's objects: what it puts comes as late as somebody says, or too late."""

    def __init__(self, objects: Objects) -> None:
        self._objects, self._puts = objects, list[Callable[[], bool]]()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._objects, name)
        return self._kept(found) if name in {"create", "replace"} else found

    def _kept(self, put: Callable[..., bool]) -> Callable[..., bool]:
        def kept(*given: Any) -> bool:
            self._puts.append(partial(put, *given))
            return True

        return kept

    def arrive(self) -> list[bool]:
        """Put all; whether each was in time."""
        return [put() for put in self._puts]


@settings(max_examples=40 if PROVE else 1)
@given(reads=st.integers(0, 150), later=st.integers(0, 150))
@example(reads=0, later=1000)  # before the tombstones, and after the certificates
def test_a_compaction_that_reads_at_one_moment_and_puts_at_another_brings_nobody_back(
    tmp_path_factory: pytest.TempPathFactory, reads: int, later: int
) -> None:
    folder = tmp_path_factory.mktemp("late")
    tenant, clock = people.made(folder / "data", 300, 8, stream=True), Releasing(folder / "data")
    late, moment = Late(tenant.objects), Counter[str]()

    def changing() -> None:
        moment["now"] += 1
        if moment["now"] == reads:
            compact(tenant, late)
        if moment["now"] == reads + later:
            late.arrive()

    if reads == 0:
        compact(tenant, late)
    erase(watched(tenant, changing), GONE, clock)
    late.arrive()

    found = people.searched(folder / "data")
    assert [one for one in GONE if one.encode() in found] == []
    compact(tenant)
    assert set(compact(tenant)) <= {"unchanged", "empty"}
    seen, expected = people.viewed(tenant.objects, folder / "after"), people.sessions(300, 8)
    assert seen == {event: one for event, one in expected.items() if one not in GONE}


def test_what_the_stream_has_gathered_is_waited_for_and_not_for_ever(tmp_path: Path) -> None:
    tenant = people.made(tmp_path, 100, 8, stream=True)
    with pytest.raises(PersonError, match="sluice stream status"):
        erase(tenant, GONE, Clock())
    erase(tenant, GONE, Releasing(tmp_path))
    assert not list(tenant.own.keys("gathered/"))


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is gone when it deletes its second plan, for once."""
    number, delete = count(1), FolderObjects.delete

    def deleted(objects: FolderObjects, key: str) -> None:
        if key.startswith(PLANS) and next(number) == 2:
            raise Crash
        delete(objects, key)

    monkeypatch.setattr(FolderObjects, "delete", deleted)


def test_a_run_that_stops_between_two_plans_hands_over_the_same_certificates(tmp_path: Path, stops: None) -> None:
    tenant, clock, handed = people.made(tmp_path, 100, 8), Clock(), []
    with pytest.raises(Crash):
        erase(tenant, GONE, clock, hand_over=handed.append)
    assert erase(tenant, GONE, clock, hand_over=handed.append) == handed[0]
    assert len(certificates(tenant)) == len(GONE) and not list(tenant.own.keys(PLANS))
    # Who asks again is a new request by now.
    clock.wait(1)
    assert erase(tenant, GONE, clock) != handed[0]


def test_another_list_ends_what_a_run_that_stopped_has_left_of_its_people(tmp_path: Path, stops: None) -> None:
    tenant, clock, handed = people.made(tmp_path, 100, 8), Clock(), []
    with pytest.raises(Crash):
        erase(tenant, GONE[:2], clock, hand_over=handed.append)
    again = erase(tenant, GONE[1:], clock)
    assert again[0] == handed[0][1] and not list(tenant.own.keys(f"{PLANS}{people.BUCKET}/ending/"))
    clock.wait(1)
    assert erase(tenant, GONE[1:2], clock)[0] != again[0]


def test_what_a_run_that_stopped_between_two_plans_left_goes_with_a_later_erasure(tmp_path: Path, stops: None) -> None:
    tenant, clock = people.made(tmp_path, 100, 8), Clock()
    with pytest.raises(Crash):
        erase(tenant, GONE[:2], clock)
    for days, left in ((0, 2), (2, 0)):
        clock.now += timedelta(days=days)
        erase(tenant, GONE[2:], clock)
        assert len(list(tenant.own.keys(PLANS))) == left


def test_a_plan_that_was_left_behind_goes_with_a_later_erasure(tmp_path: Path) -> None:
    tenant, clock = people.made(tmp_path, 100, 8), Clock()

    def handed(done: list[Certificate]) -> None:
        raise Crash

    with pytest.raises(Crash):
        erase(tenant, GONE[:1], clock, hand_over=handed)
    for days, left in ((0, 1), (2, 0)):
        clock.now += timedelta(days=days)
        erase(tenant, GONE[1:2], clock)
        assert len(list(tenant.own.keys(PLANS))) == left


@pytest.mark.parametrize("one", STORES if PROVE else ["any"])
def test_an_erasure_that_skips_a_store_is_seen_by_the_search(
    tmp_path: Path, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A negative control."""
    name = random.choice(STORES) if one == "any" else one
    tenant, own = people.made(tmp_path / "data", 300, 8), stores.of
    monkeypatch.setattr(stores, "of", lambda *given: [store for store in own(*given) if store.name != name])

    with suppress(PersonError):
        erase(tenant, GONE, Clock())

    assert any(one.encode() in people.searched(tmp_path / "data") for one in GONE)


def test_many_are_read_as_often_as_one(tmp_path: Path) -> None:
    counts = []
    for gone in (GONE[:1], [session(number) for number in range(8)]):
        folder, read = tmp_path / f"{len(gone)}", Counter[str]()
        tenant = people.made(folder, 300, 8)._replace(mirror=None)
        erase(watched(tenant, lambda: None, read), gone, Releasing(folder))
        counts.append(read)
    assert (
        max(number for key, number in counts[0].items() if not key.endswith("_watermark.json")) == 4
    )  # to look, to clean, to make its day again, and to look at last
    # Nobody is left of eight, so that what is looked at in the end is less.
    assert counts[1].total() <= counts[0].total()
