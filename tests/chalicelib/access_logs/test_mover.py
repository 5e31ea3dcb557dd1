"""The mover's property: whatever EventBridge repeats or reorders, and wherever a worker dies, is refused or meets another, each
file is at its tenant's place once, none is lost, and none is at another tenant's. Faulty movers are found.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chalicelib.access_logs import moving
from chalicelib.access_logs.arrival import Mover
from chalicelib.access_logs.moving import Outcome
from chalicelib.prefixes import DELIVERED
from tests import movers
from tests.conftest import PROVE
from tests.movers import FOLDERS, FOREIGN, Fault, File, Violation

TENANTS, CALLS = 3, 9
EXAMPLES = 300 if PROVE else 15
# How many files of how many tenants, in one stage.
MANY, OF = (5_000, 20) if PROVE else (150, 6)
KINDS = ("dies before", "dies after", "refused", "twin")
HANDLE = movers.handler()

FAULTS = st.tuples(st.sampled_from(KINDS), st.integers(1, CALLS))
FILES = st.builds(File, st.integers(0, TENANTS - 1), st.integers(0, 2), st.integers(0, 50), st.sampled_from(FOLDERS))


@st.composite
def deliveries(draw: Any) -> tuple[list[File], list[tuple[int, list[Fault]]]]:
    """Files, and the events of them in any order, some twice, each with what happens in Lambda's tries of it."""
    found = draw(st.lists(FILES, min_size=1, max_size=5))
    events = [number for number in range(len(found)) for _ in range(draw(st.integers(1, 2)))]
    order = draw(st.permutations(events))
    return found, [(number, draw(st.lists(FAULTS, max_size=3))) for number in order]


def play(found: list[File], events: list[tuple[int, list[Fault]]], tenants: int = TENANTS) -> None:
    """Deliver the files and their events, and sweep; raises Violation."""
    with movers.staged(tenants, HANDLE) as stage:
        keys = [f"{DELIVERED.path}{file.folder}{movers.named(number, file)}" for number, file in enumerate(found)]
        for number, file in enumerate(found):
            stage.deliver(keys[number], movers.body(number, file))
        for name in FOREIGN:
            stage.arrive(f"{DELIVERED.path}{name}", [])
        for number, faults in events:
            stage.arrive(keys[number], faults)
        stage.sweep()
        stage.check({movers.named(number, file): file for number, file in enumerate(found)})


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
def test_each_file_is_at_its_place_once_whatever_happens(
    case: tuple[list[File], list[tuple[int, list[Fault]]]],
) -> None:
    play(*case)


def many(seed: int, number: int, tenants: int) -> tuple[list[File], list[tuple[int, list[Fault]]]]:
    """Many files, with a fault in every fifth try."""
    chance = random.Random(seed)
    found = [
        File(chance.randrange(tenants), chance.randrange(3), chance.randrange(72), chance.choice(FOLDERS))
        for _ in range(number)
    ]
    events = [one for one in range(number) for _ in range(chance.choice((1, 1, 1, 2)))]
    chance.shuffle(events)

    def faults() -> list[Fault]:
        return [(chance.choice(KINDS), chance.randint(1, CALLS)) for _ in range(4) if chance.random() < 0.2]

    return found, [(one, faults()) for one in events]


def test_so_are_many_files_of_many_tenants() -> None:
    play(*many(1, MANY, OF), tenants=OF)


def test_every_call_of_a_worker_may_be_its_last() -> None:
    """And the faults are real: each kind, at each call, keeps a try from ending or leaves it to another."""
    file = File(0, 0, 1, "a+b/")
    for kind in KINDS:
        for call in range(1, CALLS + 1):
            play([file], [(0, [(kind, call)])], tenants=2)
    with movers.staged(1, HANDLE) as stage:
        key = f"{DELIVERED.path}a+b/{movers.named(0, file)}"
        stage.deliver(key, movers.body(0, file))
        stage.arrive(key, [("dies before", 1), ("refused", 2)])
        assert stage.ended == {"Crash": 1, "InvalidRequest": 1}
        assert stage.calls < CALLS


def forgetful(source: Any, key: str, tenant: Any, *rest: Any, **named: Any) -> Outcome:
    """Deletes the file before it is stored."""
    packed = source.read(key)
    if named.pop("delete", False):
        source.delete(key)
    return ORIGINAL(_Held(packed), key, tenant, *rest, **named)


class _Held:
    def __init__(self, body: bytes | None) -> None:
        self._body = body

    def read(self, key: str) -> bytes | None:
        return self._body


def greedy(mover: Mover, bucket: str) -> Any:
    """Brings every file to one tenant."""
    mover._owners = dict.fromkeys(mover._owners, movers.entry(0).bucket)
    return TENANT(mover, movers.entry(0).bucket)


def decoding(mover: Mover, detail: Any, now: Any) -> Outcome:
    """Takes the key for that of S3's other notifications."""
    key = unquote_plus(detail["object"]["key"])
    return MOVE(mover, {**detail, "object": {"key": key}}, now)


ORIGINAL: Any = moving.move
MOVE, TENANT = Mover.move, Mover._tenant
REPLACED: dict[str, tuple[Any, str, Callable[..., Any]]] = {
    "forgetful": (moving, "move", forgetful),
    "greedy": (Mover, "_tenant", greedy),
    "decoding": (Mover, "move", decoding),
}


@pytest.mark.parametrize("name", REPLACED)
def test_a_mover_with_a_fault_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, attribute, faulty = REPLACED[name]
    monkeypatch.setattr(place, attribute, faulty)

    @settings(max_examples=200, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(deliveries())
    def played(case: tuple[list[File], list[tuple[int, list[Fault]]]]) -> None:
        play(*case)

    with pytest.raises(Violation):
        played()
