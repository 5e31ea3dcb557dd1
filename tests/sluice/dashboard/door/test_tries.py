"""A thousand guesses: who has the right password hardly waits for them, and each is in the log."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from sluice.analysis import viewers
from sluice.analysis.viewers import User
from sluice.dashboard.door import tries
from sluice.dashboard.door.tries import CROWDED, WRONG, Crowded, Tries
from tests import doors
from tests.doors import PASSWORD

ANN = User("ann", ("*",))


def finished(asked: Coroutine[Any, Any, Any]) -> Any:
    """What this ends with, in a thread of its own: a browser's driver has its loop in the test's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result()


THEIRS, HERS = "192.0.2.1", "192.0.2.2"


class Slow:
    """A check of passwords that takes as long as the test wants, and notes in which order it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_end = threading.Event()

    def __call__(self, name: str, password: str) -> User | None:
        self.asked.append(f"{name} {password}")
        self.may_end.wait(10)
        return ANN if password == PASSWORD else None


def unheard(*_: object) -> None:
    """A report that nobody reads."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures are answered at once: how late is a test of its own."""
    monkeypatch.setattr(tries, "LONGEST", 0)


async def _tried(tried: list[tuple[str, str, str, str | None]], slow: Slow, reported: list[str]) -> list[object]:
    made = Tries(slow)
    asked = [
        asyncio.create_task(made.check(*one[:2], tries.lanes(one[0], *one[2:]), lambda why, _: reported.append(why)))
        for one in tried
    ]
    for _ in range(100):
        await asyncio.sleep(0)
    slow.may_end.set()
    return await asyncio.gather(*asked, return_exceptions=True)


def tried(*given: tuple[str, str, str, str | None]) -> tuple[list[object], list[str], list[str]]:
    """What came of these tries, all at once; in which order they were checked, and what was reported."""
    slow, reported = Slow(), []
    return finished(_tried(list(given), slow, reported)), slow.asked, reported


def test_who_comes_from_another_address_does_not_wait_for_the_others() -> None:
    answers, asked, _ = tried(*(("x", str(n), THEIRS, None) for n in range(10)), ("ann", PASSWORD, HERS, None))
    assert answers[-1] == ANN
    assert asked.index(f"ann {PASSWORD}") == 1


def test_the_newest_of_one_address_goes_first() -> None:
    _, asked, _ = tried(*((f"x{n}", "guess", THEIRS, None) for n in range(10)), ("ann", PASSWORD, THEIRS, None))
    assert asked.index(f"ann {PASSWORD}") == 1


def test_a_name_has_one_try_at_a_time_from_whatever_address() -> None:
    slow = Slow()

    async def both() -> list[str]:
        made = Tries(slow)
        asked = [
            asyncio.create_task(made.check("ann", str(n), tries.lanes("ann", f"192.0.2.{n}", None), unheard))
            for n in range(5)
        ]
        await asyncio.sleep(0.2)
        before = list(slow.asked)
        slow.may_end.set()
        await asyncio.gather(*asked)
        return before

    assert len(finished(both())) == 1


def test_a_browser_that_is_known_does_not_wait_for_guesses_of_its_persons_name_from_its_address() -> None:
    guesses = [("ann", f"guess {n}", THEIRS, None) for n in range(10)]
    answers, asked, _ = tried(guesses[0], ("ann", PASSWORD, THEIRS, "known"), *guesses[1:])
    assert answers[1] == ANN
    assert asked[1] == f"ann {PASSWORD}"


def test_a_household_with_many_addresses_counts_as_one() -> None:
    assert tries._network("2001:db8::1") == tries._network("2001:db8::ffff")
    assert tries._network("2001:db8::1") != tries._network("2001:db8:0:1::1")


def test_those_too_many_are_refused_and_reported_and_none_is_forgotten() -> None:
    answers, asked, reported = tried(*((f"x{n}", "guess", THEIRS, None) for n in range(500)))
    refused = [one for one in answers if isinstance(one, Crowded)]
    assert len(asked) + len(refused) == 500
    assert len(asked) <= tries.WAITING + tries.WORKERS
    assert reported.count(CROWDED) == len(refused)
    assert reported.count(WRONG) == len(asked)


def test_a_try_waits_for_a_few_seconds_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    slow, reported = Slow(), []

    async def both() -> bool:
        made = Tries(slow)
        asked = [
            made.check("ann", PASSWORD, tries.lanes("ann", THEIRS, None), lambda why, _: reported.append(why))
            for _ in range(2)
        ]
        done, waiting = await asyncio.wait(map(asyncio.create_task, asked), return_when=asyncio.FIRST_COMPLETED)
        slow.may_end.set()
        return isinstance(done.pop().exception(), Crowded) and await waiting.pop() == ANN

    monkeypatch.setattr(tries, "PATIENCE", 0.1)
    assert finished(both())
    assert reported == [CROWDED]


def test_each_failure_is_answered_later_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    rest = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await rest(0)

    async def guess() -> None:
        made = Tries(lambda *_: None)
        for n in range(30):
            await made.check("ann", str(n), tries.lanes("ann", THEIRS, None), unheard)

    monkeypatch.setattr(tries, "LONGEST", 5.0)
    monkeypatch.setattr(tries.asyncio, "sleep", sleep)
    finished(guess())
    assert slept[:4] == [0, 0, 0.25, 0.5]
    assert slept == sorted(slept)
    assert slept[-1] == 5.0


def test_a_check_that_breaks_breaks_only_its_own_try() -> None:
    def check(name: str, password: str) -> User | None:
        raise viewers.UsersError("broken")

    async def twice() -> list[object]:
        made = Tries(check)
        return [
            *await asyncio.gather(
                *(made.check("ann", "x", tries.lanes("ann", THEIRS, None), unheard) for _ in range(2)),
                return_exceptions=True,
            )
        ]

    assert [type(one) for one in finished(twice())] == [viewers.UsersError] * 2


@pytest.fixture
def costly(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A try takes what a hash takes, without the work: the test's own programs have the same processors."""

    def matches(password: str, stored: str) -> bool:
        sleep(0.05)
        return password == PASSWORD

    monkeypatch.setattr(viewers, "matches", matches)


@contextmanager
def guessing(door: doors.Door, name: str, source: str, programs: int = 50) -> Iterator[None]:
    """A thousand wrong passwords from one address, by so many programs at once, which each wait for their answers."""
    with ThreadPoolExecutor(programs) as pool:
        asked = [pool.submit(door.sign_in, name, f"wrong password {n}", source) for n in range(1000)]
        while not any(one.done() for one in asked):
            sleep(0.05)
        yield
        assert {one.result().status for one in asked} <= {401, 429}


# The guesses' name and address, and whether ann, who is at 127.0.0.1, has signed in at this browser before.
STORMS = {
    "her name from elsewhere": ("ann", "127.0.0.2", False),
    "her address": ("ben", "127.0.0.1", False),
    "her name from her address": ("ann", "127.0.0.1", True),
}


@pytest.mark.parametrize("storm", STORMS)
def test_a_thousand_wrong_passwords_delay_a_right_one_by_at_most_a_second(
    costly: None, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, storm: str
) -> None:
    monkeypatch.setattr(tries, "LONGEST", 0.25)  # else the thousand take minutes; shorter is harder for her
    *where, is_known = STORMS[storm]
    with doors.served(tmp_path) as door:
        known = door.sign_in("ann").headers["set-cookie"].split(", ")[1].partition(";")[0] if is_known else ""
        alone = min(seconds(door, known) for _ in range(3))
        with guessing(door, *where):
            taken = [seconds(door, known) for _ in range(5)]
        after = seconds(door, known)
    assert max(*taken, after) - alone <= 1
    lines = [json.loads(line) for line in re.findall(r"\{.*\}", caplog.text)]
    assert len(lines) == 1000
    assert {line["message"] for line in lines} == {"sign_in_failed"}
    assert "wrong password" not in caplog.text


def seconds(door: doors.Door, known: str) -> float:
    """How long ann's sign-in takes, at a browser with this cookie."""
    started = monotonic()
    assert door.sign_in("ann", Cookie=known).status == 303
    return monotonic() - started
