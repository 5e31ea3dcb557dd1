"""What a run of an erasure has found before it changes anything, for each person, so that the next run can go on from there.

A person's run is over once nothing of its plan is left: the certificate is there, and in the operator's hands. The plans of a
run end together: one object names all of them until the last one is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from chalicelib.lake import tombstones
from chalicelib.lake.objects import Objects
from chalicelib.prefixes import ERASED, ERASED_PLANS
from sluice.subjects.certificate import Certificate
from sluice.subjects.person import Person
from sluice.subjects.stores import Looked

_CERTIFICATE = ".certificate"
_ENDING = "ending/"
# For so long the certificates of a run that stopped at its very end are handed over again; then who asks again is a new request.
LEFT_FOR = timedelta(days=1)
# The stores of which days are made again.
RECORDS, ACCESS = ("records", "compacted"), ("access", "access-compacted")


class Plan(msgspec.Struct, frozen=True):
    """What was found of one person: it is in the stage's own bucket until the operator has the certificate."""

    visitors: list[str]
    days: list[date]
    access_days: list[date]
    before: list[Any]
    # The hashes of the id: the salt of a day may be gone where a run goes on.
    hashes: list[str] = []
    # The id's tokens, and others that the person's records had: where a run goes on, the records are gone.
    tokens: list[str] = []
    others: list[str] = []

    def known(self, person: Person) -> Person:
        """The person with what the plan knows: visitors, hashes, and tokens."""
        values = tuple(dict.fromkeys((*person.values, *self.hashes)))
        known = person._replace(values=values, visitors=frozenset(self.visitors), others=frozenset(self.others))
        return known._replace(tokens=person.tokens | frozenset(self.tokens))


class Run(NamedTuple):
    """One person's erasure: whose the person is, the hash of the id, and up to when."""

    bucket: str
    name: str
    at: datetime

    @property
    def plan(self) -> str:
        """The key of its plan."""
        return f"{_place(self.bucket)}{self.named}"

    @property
    def named(self) -> str:
        """The last part of its plan's key."""
        return f"{self.name}.{round(self.at.timestamp() * 1000)}"

    @property
    def certificate(self) -> str:
        """The key of its certificate."""
        return f"{tombstones.object_key(self.name, self.at)}{_CERTIFICATE}"


def runs(objects: Objects, own: Objects, bucket: str, names: Iterable[str], now: datetime) -> list[Run]:
    """The run of each of these hashes: one that is not over, or else a new one from now on."""
    last: dict[str, Run] = {}
    there = set(objects.keys(ERASED.path))
    planned = {run for key in own.keys(_place(bucket)) for run in _runs(own, bucket, key)}
    for run in filter(None, (_run(bucket, key.removeprefix(ERASED.path)) for key in there)):
        is_handed_over = run not in planned or now - run.at > LEFT_FOR
        if run.certificate not in there or not is_handed_over:
            last[run.name] = max(run, last.get(run.name, run))
    # In whole milliseconds, as records have it.
    new = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return [last.get(name, Run(bucket, name, new)) for name in names]


def end(own: Objects, bucket: str, runs: Iterable[Run]) -> None:
    """Delete the plans of these runs, whose certificates the operator has; where it stops, each of them is still known."""
    named = sorted(run.named for run in runs)
    body, endings = msgspec.json.encode(named), f"{_place(bucket)}{_ENDING}"
    own.create(f"{endings}{sha256(body).hexdigest()[:16]}.json", body, {})
    for one in named:
        own.delete(f"{_place(bucket)}{one}")
    # Also those that another list left: who asks again for one of these people is a new request.
    for key in own.keys(endings):
        if not set(named).isdisjoint(run.named for run in _runs(own, bucket, key)):
            own.delete(key)


def forget(objects: Objects, own: Objects, bucket: str, now: datetime) -> None:
    """Delete the plans that a run left which stopped after it had handed over the certificates."""
    there = set(objects.keys(ERASED.path))
    for key in own.keys(_place(bucket)):
        left = _runs(own, bucket, key)
        if left and all(run.certificate in there and now - run.at > LEFT_FOR for run in left):
            own.delete(key)


def _place(bucket: str) -> str:
    return f"{ERASED_PLANS}{bucket}/"


def _runs(own: Objects, bucket: str, key: str) -> list[Run]:
    """The run whose plan has this key, or those that end by it."""
    named = key.removeprefix(_place(bucket))
    if not named.startswith(_ENDING):
        return list(filter(None, [_run(bucket, named)]))
    body = own.read(key)  # None where another run ends at this moment
    ended = [] if body is None else msgspec.json.decode(body, type=list[str])
    return list(filter(None, (_run(bucket, one) for one in ended)))


def _run(bucket: str, named: str) -> Run | None:
    """The run whose tombstone, or plan, is named so; None for a certificate."""
    name, _, at = named.partition(".")
    return Run(bucket, name, datetime.fromtimestamp(int(at) / 1000, UTC)) if at.isdecimal() else None


def held(own: Objects, run: Run) -> Plan | None:
    """The plan of a run that has begun."""
    body = own.read(run.plan)
    return None if body is None else msgspec.json.decode(body, type=Plan)


def made(own: Objects, run: Run, person: Person, looked: list[Looked]) -> Plan:
    """The plan of what was found, kept; the one that is there already, where one is."""
    plan = Plan(
        sorted(person.visitors),
        days_of(looked, *RECORDS),
        days_of(looked, *ACCESS),
        said(looked),
        hashes=list(person.values[1:]),  # never the id itself
        tokens=sorted(person.tokens),
        others=sorted(others(person, looked)),
    )
    own.create(run.plan, msgspec.json.encode(plan), {})
    return held(own, run) or plan


def certified(objects: Objects, run: Run) -> Certificate | None:
    """The certificate of a run whose operator may not have it yet."""
    body = objects.read(run.certificate)
    return None if body is None else msgspec.json.decode(body, type=Certificate)


def keep(objects: Objects, run: Run, certificate: Certificate) -> Certificate:
    """Keep the certificate next to the tombstone; the one that is there already, where one is."""
    objects.create(run.certificate, msgspec.json.encode(certificate), {})
    return certified(objects, run) or certificate


def days_of(looked: Iterable[Looked], *names: str) -> list[date]:
    """The days of which these stores hold somebody."""
    days = {hit.day for one in looked if one.store in names for hit in one.hits if hit.own and hit.day}
    return sorted(map(date.fromisoformat, days))


def others(person: Person, looked: Iterable[Looked]) -> frozenset[str]:
    """The tokens in the person's own lines that are not made of the id that was asked for."""
    return person.others.union(*(hit.tokens for one in looked for hit in one.hits)) - person.tokens


def said(looked: Iterable[Looked]) -> list[dict[str, Any]]:
    """What a certificate says of stores."""
    return [
        {"store": one.store, "objects": one.objects, "digest": one.digest, "own": one.own, "mentions": one.mentions}
        for one in looked
    ]
