"""Two processes, of which one is killed under load and the other is down for a while: nothing is lost, doubled or leaked."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from tests.collectors import MARK, Load, Proxy, collector, kept, stored
from tests.conftest import PROVE
from tests.served import served

# Kills, those before which the stage comes up, and those before which it goes down again.
KILLS, UP, DOWN = (20, (4, 13), (9,)) if PROVE else (5, (1,), ())
ENOUGH = 60


def test_a_collector_that_is_killed_under_load_loses_doubles_and_leaks_nothing(tmp_path: Path) -> None:
    store, near, load, proxy = tmp_path / "data", tmp_path / "near", Load(), Proxy(losing=9, slow=0.1)
    near.mkdir()
    with ExitStack() as far:
        for number in range(KILLS):
            if number in UP:
                address = far.enter_context(served(store, ALLOWED_BUCKETS="*-analytics")).port
                proxy.target = ("127.0.0.1", int(address))
            if number in DOWN:
                proxy.target = None
                far.close()
            with collector(near, proxy.address) as (process, address):
                load.until(address, ENOUGH + 17 * number % 50)
                if proxy.target and number % 2:  # what the stage has, and the collector does not know of
                    assert proxy.answering.wait(10)
                    time.sleep(0.05)
                process.kill()
                load.join()
            assert MARK.encode() not in kept(near)
        for _ in range(6):
            with collector(near, proxy.address):
                pass  # at its end it sends what still waits, for a while
            if load.acknowledged <= set(stored(store)):
                break
    proxy.close()

    found = stored(store)
    assert set(load.statuses) == {202} and proxy.lost > 0
    assert len(load.acknowledged) > KILLS * ENOUGH
    assert load.acknowledged - set(found) == set()
    assert set(found) - load.sent == set()
    assert [one for one, times in found.items() if times > 1] == []
    assert b"tok_" in proxy.recorded and MARK.encode() not in proxy.recorded
    assert MARK.encode() not in kept(near) + kept(store)
