"""Tries of passwords: each costs 50 ms of work, so those who guess wait for those who do not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv6Address, ip_address, ip_network

from cachetools import TTLCache

from sluice.analysis.viewers import User

Check = Callable[[str, str], User | None]
Report = Callable[[str, int], None]  # why, and how many failures by now

WORKERS = 2  # hashes at a time, 64 MiB each
WAITING = 16  # tries that wait for one of them; one more, and the worst is refused
PATIENCE = 5.0  # seconds that one of them waits
REMEMBERED = 15 * 60  # seconds that a failure counts
FORGIVEN = 2  # failures that are answered at once
STEP, LONGEST = 0.25, 5.0  # seconds by which each further failure is answered later, and at most
HELD = 200  # failures whose answer waits; more would take the connections of others

WRONG, CROWDED = "wrong", "crowded"


class Crowded(Exception):
    """So many tries wait that this one was not made."""


class _Try:
    def __init__(self, name: str, password: str, lanes: frozenset[str], number: int) -> None:
        self.name, self.password, self.lanes, self.number = name, password, lanes, number
        self.done: asyncio.Future[User | None] = asyncio.get_running_loop().create_future()


class Tries:
    """A name and an address each get one try at a time. Next is the one with the fewest failures behind it, then the newest.

    So a guess is in the way of guesses alone: with the same name or from the same address the newest goes first, and a wrong
    one is answered late, which makes a program that waits for its answers slow.
    """

    def __init__(self, check: Check) -> None:
        self._check = check
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="password")
        self._failures: TTLCache[str, int] = TTLCache(maxsize=100_000, ttl=REMEMBERED)
        self._waiting: list[_Try] = []
        self._running: set[_Try] = set()
        self._held = self._count = 0

    async def check(self, name: str, password: str, lanes: frozenset[str], report: Report) -> User | None:
        """The user of this name and password; None, later with each failure, where there is none. Raises Crowded."""
        self._count += 1
        one = _Try(name, password, lanes, self._count)
        self._waiting.append(one)
        if len(self._waiting) > WAITING:
            self._refuse(max(self._waiting, key=self._rank))
        asyncio.get_running_loop().call_later(PATIENCE, self._refuse, one)
        self._begin()
        try:
            user = await one.done
        except Crowded:
            await self._fail(one, CROWDED, report)
            raise
        if user is None:
            await self._fail(one, WRONG, report)
        return user

    def _refuse(self, one: _Try) -> None:
        if one in self._waiting:
            self._waiting.remove(one)
            one.done.set_exception(Crowded())

    def _begin(self) -> None:
        while len(self._running) < WORKERS:
            busy = {lane for one in self._running for lane in one.lanes}
            free = [one for one in self._waiting if not one.lanes & busy]
            if not free:
                return
            self._run(min(free, key=self._rank))

    def _run(self, one: _Try) -> None:
        self._waiting.remove(one)
        self._running.add(one)
        work = asyncio.get_running_loop().run_in_executor(self._pool, self._check, one.name, one.password)
        work.add_done_callback(lambda work: self._finish(one, work))

    def _finish(self, one: _Try, work: asyncio.Future[User | None]) -> None:
        self._running.discard(one)
        self._begin()
        if one.done.cancelled():  # the server ends
            return
        if error := work.exception():
            one.done.set_exception(error)
        else:
            one.done.set_result(work.result())

    def _rank(self, one: _Try) -> tuple[int, int]:
        return self._failed(one), -one.number

    def _failed(self, one: _Try) -> int:
        return sum(self._failures.get(lane, 0) for lane in one.lanes)

    async def _fail(self, one: _Try, why: str, report: Report) -> None:
        for lane in one.lanes:
            self._failures[lane] = self._failures.get(lane, 0) + 1
        most = max(self._failures[lane] for lane in one.lanes)
        report(why, most)
        if self._held < HELD:
            self._held += 1
            try:
                await asyncio.sleep(min(STEP * max(0, most - FORGIVEN), LONGEST))
            finally:
                self._held -= 1


def lanes(name: str, address: str, browser: str | None) -> frozenset[str]:
    """Where a try counts: by its name and its address; or by its browser alone, if the person has signed in there before.

    So guesses from anywhere are not in the way of a person at their own browser. OWASP calls it a device cookie.
    """
    return frozenset({f"browser {browser}"} if browser else {f"name {name}", f"address {_network(address)}"})


def _network(address: str) -> str:
    """An address, or the 64 bits of it that one household has to itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)
