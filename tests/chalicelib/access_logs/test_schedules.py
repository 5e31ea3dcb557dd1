"""The mover's property: whatever is repeated, reordered or killed, each file is at its tenant's place once, and nowhere else.

A schedule is a seed: it puts files of several tenants into one folder, some twice, with foreign ones between them, and lets
workers of all tenants move them in any order, killed at any call. What is left to do is done at the end.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.access_logs import files, moving
from chalicelib.access_logs.moving import Outcome, Tenant
from chalicelib.access_logs.sources import FolderSource
from chalicelib.allowlist import Entry
from chalicelib.lake.objects import FolderObjects
from tests import cloudfront
from tests.conftest import PROVE

START = datetime(2026, 11, 9, tzinfo=UTC)
NOW = START + timedelta(days=40)
SCHEDULES, TENANTS, FILES = (20, 20, 5000 // 20) if PROVE else (3, 4, 40)
CONTROLS = 10  # within so many schedules a fault must be found
FOLDERS = ("", "cdn logs/", "a+b/", "a b+c/%20/", "year=2026/")
FOREIGN = ("notes.txt", "E1.txt.gz", "E1ABC.2026-13-01-00.aa.gz")
Move = Callable[..., Outcome]


class Crash(BaseException):
    """The worker's machine is gone."""


class Violation(AssertionError):
    """A schedule after which a file is not where it must be."""


class Frail:
    """A source or a bucket that may die before each call, or after it."""

    def __init__(self, real: Any, chance: random.Random) -> None:
        self._real, self._chance = real, chance

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            if self._chance.random() < 0.05:
                raise Crash
            answer = getattr(self._real, name)(*given)
            if self._chance.random() < 0.05:
                raise Crash
            return answer

        return call


def entry(number: int) -> Entry:
    return Entry(
        f"shop{number}-analytics", distributions=frozenset({f"E{number}AAAA", f"E{number}BBBB", f"E{number}CCCC"})
    )


def filled(inbox: Path, entries: list[Entry], chance: random.Random) -> dict[str, str]:
    """Put the files there, and say whose each is, by name."""
    owners = {}
    for number in range(FILES):
        one = chance.choice(entries)
        hour = START + timedelta(hours=chance.randrange(72))
        name = cloudfront.name(hour, chance.choice(sorted(one.distributions)), str(number))
        body = cloudfront.packed([cloudfront.line(hour, {"cs-uri-stem": f"/{number}"})])
        for folder in chance.sample(FOLDERS, chance.choice((1, 1, 2))):
            (inbox / folder).mkdir(parents=True, exist_ok=True)
            (inbox / folder / name).write_bytes(body)
        owners[name] = one.bucket
    for name in (*FOREIGN, cloudfront.name(START, "E9UNKNOWN")):
        (inbox / name).write_bytes(b"not a log")
    return owners


def schedule(root: Path, seed: int, move: Move = moving.move) -> None:
    """Play the schedule; raises Violation."""
    chance = random.Random(seed)
    entries = [entry(number) for number in range(TENANTS)]
    inbox = root / "in box+"
    expected, owners = filled(inbox, entries, chance), moving.distributions(entries)
    source = FolderSource(inbox)
    tenants = [Tenant(one.bucket, one, FolderObjects(root / one.bucket), None, frozenset()) for one in entries]
    for _ in range(FILES):
        tenant, key = chance.choice(tenants), chance.choice(list(source.listed()))
        frail = tenant._replace(objects=Frail(tenant.objects, chance))
        try:
            move(Frail(source, chance), key, frail, owners, NOW, delete=chance.random() < 0.7)
        except Crash:
            continue
    for tenant in tenants:
        for key in source.listed():
            move(source, key, tenant, owners, NOW, delete=True)
    check(root, source, tenants, expected)


def check(root: Path, source: FolderSource, tenants: list[Tenant], expected: dict[str, str]) -> None:
    found: dict[str, str] = {}
    for tenant in tenants:
        for key in (key for key in tenant.objects.keys("") if key.endswith(".gz")):
            file = files.read(key)
            if file is None or file.key != key or file.name in found:
                raise Violation(f"{key} of {tenant.bucket} is not a place, or the second")
            if gzip.decompress(tenant.objects.read(key) or b"").count(b"\n") != 3:
                raise Violation(f"{key} is not whole")
            found[file.name] = tenant.bucket
    if found != expected:
        raise Violation(f"{len(found)} files at places, and {len(expected)} were sent")
    if left := [key for key in source.listed() if key.rpartition("/")[2] in expected]:
        raise Violation(f"{len(left)} files are still where they were")
    if len(list(source.listed())) != len(FOREIGN) + 1:
        raise Violation("a foreign file is not where it was")


@pytest.mark.parametrize("seed", range(SCHEDULES))
def test_each_file_is_at_its_tenant_s_place_once(tmp_path: Path, seed: int) -> None:
    schedule(tmp_path, seed)


def forgetful(source: Any, key: str, tenant: Tenant, *rest: Any, delete: bool) -> Outcome:
    """Deletes as soon as it has read, and stores then."""
    body = FolderSource.read(source._real if isinstance(source, Frail) else source, key)
    outcome = moving.move(_Held(source, body, delete), key, tenant, *rest, delete=False)
    return outcome


class _Held:
    def __init__(self, source: Any, body: bytes | None, delete: bool) -> None:
        self._source, self._body, self._delete = source, body, delete

    def read(self, key: str) -> bytes | None:
        if self._delete:
            self._source.delete(key)
        return self._body


def greedy(source: Any, key: str, tenant: Tenant, owners: dict[str, str], *rest: Any, **named: Any) -> Outcome:
    """Takes every tenant's files."""
    return moving.move(source, key, tenant, dict.fromkeys(owners, tenant.bucket), *rest, **named)


@pytest.mark.parametrize("faulty", [forgetful, greedy])
def test_a_mover_with_a_fault_is_found(tmp_path: Path, faulty: Move) -> None:
    with pytest.raises(Violation):
        for seed in range(CONTROLS):
            schedule(tmp_path / str(seed), seed, faulty)
