"""People are erased: tombstones, every store, what was on its way, a look at all of it, and a certificate for each of them.

Each step can be made again, and is made once for all people. Where a run stopped, the next one for the same people goes on,
for each from the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from chalicelib.days import iso
from chalicelib.lake import tombstones
from chalicelib.lake.compaction import IN_FLIGHT
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import Objects
from chalicelib.lake.tombstones import Of
from chalicelib.stream import batches
from sluice.mirror.mirror import Mirror
from sluice.subjects import copies, days, limits, person, plans, stores
from sluice.subjects.certificate import Certificate, PersonError, Signer
from sluice.subjects.hashes import Hashes
from sluice.subjects.old import OldVersions, Version
from sluice.subjects.people import People
from sluice.subjects.person import Person
from sluice.subjects.plans import Plan, Run
from sluice.subjects.stores import Looked, Store
from sluice.subjects.vault import Vault

TRIES = 5
# Objects that are cleaned at once: in S3 each waits for some answers.
CLEANERS = 16
# A gathered batch waits for five minutes at most, and its reader begins again each minute. Seconds until the next look.
GATHERED_FOR, AGAIN = timedelta(minutes=10), 15
Clock = Callable[[], datetime]
Wait = Callable[[float], None]
HandOver = Callable[[list[Certificate]], None]


class Tenant(NamedTuple):
    """Whose people they are: the bucket, what it and the stage's own bucket hold, the mirror here, and where old versions are.

    `log_days` are those of the service's own log; with a stream, records may wait in the stage's own bucket. Without a `vault`
    the tenant has no tokens.
    """

    stage: str
    bucket: str
    objects: Objects
    own: Objects
    mirror: Mirror | None = None
    old: OldVersions | None = None
    log_days: int = 30
    has_stream: bool = False
    vault: Vault | None = None

    @property
    def stores(self) -> list[Store]:
        return stores.of(self.bucket, self.objects, self.own)


class Asked(NamedTuple):
    """Whom to erase: the kind of id, its value, whether the same days' visitors count as this person, and the id's hashes."""

    of: Of
    value: str
    with_visitor: bool = False
    hashes: Hashes = Hashes()

    def person(self, until: str = "9999") -> Person:
        """The person by each value that records may have."""
        values = person.candidates(self.value, self.hashes.values)
        return Person(self.of, values, until=until, tokens=self.hashes.tokens)


class _Begun(NamedTuple):
    """A run for several people: each one's request, run and plan by their number, and what was there."""

    asked: Sequence[Asked]
    runs: Sequence[Run]
    people: People
    plans: list[Plan]
    looked: list[Looked]


def found(tenant: Tenant, everyone: Sequence[Asked]) -> list[Looked]:
    """What each store has of these people."""
    return _looked(tenant, sought(tenant, everyone))


def sought(tenant: Tenant, everyone: Sequence[Asked]) -> People:
    """The people, with the visitors that count as them."""
    persons = [asked.person() for asked in everyone]
    return People(_with_visitors(tenant, persons, [asked.with_visitor for asked in everyone]))


def erase(
    tenant: Tenant,
    everyone: Sequence[Asked],
    signer: Signer,
    clock: Clock,
    wait: Wait,
    hand_over: HandOver = lambda done: None,
) -> list[Certificate]:
    """Erase these people, and certify it for each; raises PersonError where something is left, and is then run again.

    `wait` gets the seconds until nothing that was received before the tombstones can still be on its way. `hand_over` gets the
    certificates, and the same ones again where a run stopped after it.
    """
    secret = tombstones.secret_of(tenant.own, make=True)
    names = [tombstones.named(secret, asked.of, asked.value) for asked in everyone]
    runs = plans.runs(tenant.objects, tenant.own, tenant.bucket, names, clock())
    done = {run: one for run in runs if (one := plans.certified(tenant.objects, run))}
    if left := [number for number, run in enumerate(runs) if run not in done]:
        begun = _begun(tenant, secret, [everyone[number] for number in left], [runs[number] for number in left])
        done |= _erased(tenant, begun, EVENTS._replace(secret=lambda: secret), signer, clock, wait)
    certificates = [done[run] for run in runs]
    hand_over(certificates)
    plans.end(tenant.own, tenant.bucket, runs)
    plans.forget(tenant.objects, tenant.own, tenant.bucket, clock())
    return certificates


def _begun(tenant: Tenant, secret: bytes, asked: Sequence[Asked], runs: Sequence[Run]) -> _Begun:
    """Tombstones, a look at every store, and a plan for each person."""
    persons = [one.person(iso(run.at)) for one, run in zip(asked, runs, strict=True)]
    # First: from now on nobody makes anything of what was received up to this time.
    _bury(tenant, secret, persons, runs)
    held = [plans.held(tenant.own, run) for run in runs]
    persons = [plan.known(one) if plan else one for one, plan in zip(persons, held, strict=True)]
    is_new = [one.with_visitor and plan is None for one, plan in zip(asked, held, strict=True)]
    persons = _with_visitors(tenant, persons, is_new)
    # Before the plan: a run that goes on with it finds them there.
    _bury(tenant, secret, persons, runs)
    looked = _looked(tenant, People(persons))
    each = stores.each(looked, len(persons))
    made = [
        held[number] or plans.made(tenant.own, run, persons[number], each[number]) for number, run in enumerate(runs)
    ]
    persons = [one._replace(others=frozenset(plan.others)) for one, plan in zip(persons, made, strict=True)]
    return _Begun(asked, runs, People(persons), made, looked)


def _bury(tenant: Tenant, secret: bytes, persons: Sequence[Person], runs: Sequence[Run]) -> None:
    for one, run in zip(persons, runs, strict=True):
        for of, value in one.ids:
            name = tombstones.named(secret, of, value)
            tenant.own.create(tombstones.lately_key(tenant.bucket, name, run.at), b"{}", {})
            tenant.objects.create(tombstones.object_key(name, run.at), b"{}", {})


def _with_visitors(tenant: Tenant, persons: list[Person], wanted: Sequence[bool]) -> list[Person]:
    """The people, those who are wanted so with the visitors that their records have."""
    if not any(wanted):
        return persons
    seen = stores.visitors(tenant.stores, People(persons))
    return [
        one._replace(visitors=some) if is_wanted else one
        for one, some, is_wanted in zip(persons, seen, wanted, strict=True)
    ]


def _looked(tenant: Tenant, people: People) -> list[Looked]:
    found = [stores.look(store, people) for store in tenant.stores]
    return found if tenant.vault is None else [*found, tenant.vault.look(people, found)]


def _erased(
    tenant: Tenant, begun: _Begun, kind: Kind, signer: Signer, clock: Clock, wait: Wait
) -> dict[Run, Certificate]:
    """Each one's certificate."""
    _clean(tenant, begun, begun.looked, kind, clock())
    _wait(tenant, max(run.at for run in begun.runs) + IN_FLIGHT, clock, wait)
    after = stores.each(_looked_at_last(tenant, begun, kind, clock), len(begun.runs))
    return {
        run: plans.keep(tenant.objects, run, signer.sign(_statement(tenant, begun, number, after[number], clock())))
        for number, run in enumerate(begun.runs)
    }


def _clean(tenant: Tenant, begun: _Begun, looked: list[Looked], kind: Kind, now: datetime) -> None:
    """Every object that somebody was found in, and the days; raw objects before the days that are made of them."""
    erased = tombstones.load(tenant.objects, kind.secret)
    assert erased is not None
    for store, one in zip(tenant.stores, looked, strict=False):  # behind them the vault
        if store.form != "parquet":
            keys = dict.fromkeys(hit.key for hit in one.hits if hit.own)
            with ThreadPoolExecutor(CLEANERS) as cleaners:
                list(cleaners.map(partial(stores.clean, store, people=begun.people, erased=erased), keys))
    planned = {day for plan in begun.plans for day in plan.days}
    days.clean(tenant.objects, {*planned, *plans.days_of(looked, *plans.RECORDS)}, kind, erased, now)
    days.drop_unpublished(tenant.objects, looked, kind)
    planned = {day for plan in begun.plans for day in plan.access_days}
    days.clean_requests(tenant.objects, {*planned, *plans.days_of(looked, *plans.ACCESS)}, begun.people, now)
    if tenant.vault is not None:
        tenant.vault.forget(begun.people)


def _wait(tenant: Tenant, settled: datetime, clock: Clock, wait: Wait) -> None:
    """Wait until what was received before is stored, also what the stream's reader has gathered; it leaves out who is erased."""
    if (left := (settled - clock()).total_seconds()) > 0:
        wait(left)
    while tenant.has_stream and any(batches.gathered_at(key) <= settled for key in batches.gathered(tenant.own)):
        if clock() > settled + GATHERED_FOR:
            raise PersonError(
                "batches of the stream wait for longer than they may (`sluice stream status`); run it again"
            )
        wait(AGAIN)


def _looked_at_last(tenant: Tenant, begun: _Begun, kind: Kind, clock: Clock) -> list[Looked]:
    """What every store has in the end, which is nothing of these people; what came meanwhile goes, too."""
    searched = set[Version]()
    for _ in range(TRIES):
        if tenant.old is not None:
            tenant.old.clean(tenant.stores, begun.people, searched)
        after = _looked(tenant, begun.people)
        if not any(one.own for one in after):
            break
        _clean(tenant, begun, after, kind, clock())
    if tenant.vault is not None:
        tenant.vault.forget_unheld(begun.people, tenant.stores)
        after[-1] = tenant.vault.look(begun.people, after[:-1])
    after += copies.looked(tenant.objects, tenant.mirror, begun.people)
    if remaining := {one.store: one.own for one in after if one.own}:
        raise PersonError(f"something is left ({remaining}); run the same command again")
    return after


def _statement(tenant: Tenant, begun: _Begun, number: int, after: list[Looked], now: datetime) -> dict[str, Any]:
    """What is certified of one person, who is there as the tombstone's hash."""
    asked, run, plan = begun.asked[number], begun.runs[number], begun.plans[number]
    return {
        "what": "erasure",
        "stage": tenant.stage,
        "bucket": tenant.bucket,
        "kind": asked.of,
        "person": run.name,
        "received_up_to": iso(run.at),
        "verified": iso(now),
        "visitors_of_the_same_days": bool(plan.visitors) or asked.with_visitor,
        "before": plan.before,
        "after": plans.said(after),
        "old_versions": "looked at" if tenant.old is not None else "the store keeps none",
        "left": sum(one.own for one in after),
        "not_covered": limits.of(run.at, tenant.log_days, asked.hashes.limits, with_visitor=asked.with_visitor),
    }
