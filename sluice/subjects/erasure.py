"""A person is erased: a tombstone, every store, what was on its way, a look at all of it, and a certificate.

Each step can be made again. Where a run stopped, the next one for the same person goes on, from the same time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec

from chalicelib.access_logs.requests import REQUESTS
from chalicelib.days import iso
from chalicelib.lake import compaction, raw, tombstones
from chalicelib.lake.compaction import IN_FLIGHT
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.lake.tombstones import Of, Tombstones
from chalicelib.prefixes import ACCESS, ERASED, ERASED_KEY
from sluice.mirror import access
from sluice.mirror.mirror import Mirror
from sluice.subjects import limits, person, stores
from sluice.subjects.certificate import Certificate, PersonError, Signer
from sluice.subjects.old import OldVersions
from sluice.subjects.person import Person
from sluice.subjects.stores import Looked, Store

TRIES = 5
_PLANS = f"{ERASED_KEY.path}plans/"
_CERTIFICATE = ".certificate"


class Tenant(NamedTuple):
    """Whose person it is: the bucket, what it and the stage's own bucket hold, the mirror here, and where old versions are."""

    stage: str
    bucket: str
    objects: Objects
    own: Objects
    mirror: Mirror | None = None
    old: OldVersions | None = None
    log_days: int = 30

    @property
    def stores(self) -> list[Store]:
        return stores.of(self.bucket, self.objects, self.own)


class Plan(msgspec.Struct, frozen=True):
    """What a run has found before it changes anything. It is in the stage's own bucket until the certificate is there."""

    visitors: list[str]
    days: list[date]
    access_days: list[date]
    before: list[Any]


class Asked(NamedTuple):
    """Whom to erase: the kind of id, its value, and whether the same days' visitors count as this person."""

    of: Of
    value: str
    with_visitor: bool = False


def found(tenant: Tenant, asked: Asked) -> list[Looked]:
    """What each store has of the person."""
    whom = Person(asked.of, person.candidates(asked.value))
    if asked.with_visitor:
        whom = whom._replace(visitors=stores.visitors(tenant.stores, whom))
    return [stores.look(store, whom) for store in tenant.stores]


def erase(
    tenant: Tenant, asked: Asked, signer: Signer, clock: Callable[[], datetime], wait: Callable[[float], None]
) -> Certificate:
    """Erase the person, and certify it; raises PersonError where something is left, and is then run again.

    `wait` gets the seconds until nothing that was received before the tombstone can still be on its way.
    """
    secret = tombstones.secret_of(tenant.own, make=True)
    name = tombstones.named(secret, asked.of, asked.value)
    at = _unfinished(tenant.objects, name) or _whole(clock())
    # First: from now on nobody makes anything of what was received up to this time.
    whom = Person(asked.of, person.candidates(asked.value), until=iso(at))
    _bury(tenant, secret, whom, at)
    plan, whom = _planned(tenant, asked, whom, f"{_PLANS}{name}.{round(at.timestamp() * 1000)}", secret, at)
    kind = EVENTS._replace(secret=lambda: secret)
    _clean(tenant, whom, plan, kind, clock())
    if (left := (at + IN_FLIGHT - clock()).total_seconds()) > 0:
        wait(left)
    _clean(tenant, whom, plan, kind, clock())
    copies = _copies(tenant, whom)
    after = [stores.look(store, whom) for store in [*tenant.stores, *copies]]
    if remaining := {one.store: one.own for one in after if one.own}:
        raise PersonError(f"something is left ({remaining}); run the same command again")
    certificate = signer.sign(_statement(tenant, asked, name, at, plan, after, clock()))
    key = f"{tombstones.object_key(name, at)}{_CERTIFICATE}"
    tenant.objects.create(key, msgspec.json.encode(certificate), {})
    tenant.own.delete(f"{_PLANS}{name}.{round(at.timestamp() * 1000)}")
    return certificate


def _whole(now: datetime) -> datetime:
    """The time in whole milliseconds, as records have it."""
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _unfinished(objects: Objects, name: str) -> datetime | None:
    """When an erasure of this person began that has no certificate yet."""
    keys = list(objects.keys(ERASED.path))
    begun = [key for key in keys if key.startswith(f"{ERASED.path}{name}.") and not key.endswith(_CERTIFICATE)]
    open_ = [key for key in begun if f"{key}{_CERTIFICATE}" not in keys]
    return datetime.fromtimestamp(int(max(open_).rpartition(".")[2]) / 1000, UTC) if open_ else None


def _bury(tenant: Tenant, secret: bytes, whom: Person, at: datetime) -> None:
    for of, value in whom.ids:
        name = tombstones.named(secret, of, value)
        tenant.own.create(tombstones.lately_key(tenant.bucket, name, at), b"{}", {})
        tenant.objects.create(tombstones.object_key(name, at), b"{}", {})


def _planned(tenant: Tenant, asked: Asked, whom: Person, key: str, secret: bytes, at: datetime) -> tuple[Plan, Person]:
    held = tenant.own.read(key)
    if held is None:
        seen = stores.visitors(tenant.stores, whom) if asked.with_visitor else frozenset[str]()
        whom = whom._replace(visitors=seen)
        # Before the plan: a run that goes on with it finds them there.
        _bury(tenant, secret, whom, at)
        looked = [stores.look(store, whom) for store in tenant.stores]
        plan = Plan(
            sorted(seen),
            _days(looked, "records", "compacted"),
            _days(looked, "access", "access-compacted"),
            _said(looked),
        )
        tenant.own.create(key, msgspec.json.encode(plan), {})
        held = tenant.own.read(key) or b""
    plan = msgspec.json.decode(held, type=Plan)
    return plan, whom._replace(visitors=frozenset(plan.visitors))


def _days(looked: Iterable[Looked], *names: str) -> list[date]:
    days = {hit.day for one in looked if one.store in names for hit in one.hits if hit.own and hit.day}
    return sorted(map(date.fromisoformat, days))


def _clean(tenant: Tenant, whom: Person, plan: Plan, kind: Kind, now: datetime) -> None:
    """Every store once; raw objects before the days that are made of them."""
    erased = tombstones.load(tenant.objects, kind.secret)
    assert erased is not None
    looked: list[Looked] = []
    for store in tenant.stores:
        looked.append(stores.look(store, whom))
        if store.form != "parquet":
            for hit in looked[-1].hits:
                if hit.own:
                    stores.clean(store, hit, whom, erased)
    for day in sorted({*plan.days, *_days(looked, "records", "compacted")}):
        _clean_day(tenant.objects, day, kind, erased, now)
    for day in sorted({*plan.access_days, *_days(looked, "access", "access-compacted")}):
        _clean_requests(tenant.objects, day, whom)
    if tenant.old is not None:
        tenant.old.clean(tenant.stores, whom)


def _clean_day(objects: Objects, day: date, kind: Kind, erased: Tombstones, now: datetime) -> None:
    """The day's Parquet in a version of its own: who began to make it before the tombstone now fails to put it."""
    key = kind.object_key(day)
    for _ in range(TRIES):
        head = objects.head(key)
        if head is None:
            if compaction.closes(day) > now or _created(objects, day, kind, now):
                return
            continue
        keys = raw.keys(objects, day, kind.raw)
        with TemporaryDirectory(prefix=compaction.SCRATCH) as name:
            held, made = Path(name) / "held.parquet", Path(name) / "made.parquet"
            if objects.fetch(key, held) != head.etag:
                continue
            number = erased.without(held, made)
            # As if it were made from other raw objects, so that the next step makes it again from those that are there.
            said = {**head.metadata, "records": str(number), **({"digest": "erased"} if keys else {})}
            if not objects.replace(key, made.read_bytes(), said, head.etag):
                continue
        if not keys or compaction.reconcile(objects, day, now, kind).did != "outrun":
            return
    raise PersonError(f"{day} is made again by somebody else all the time; run the same command again")


def _created(objects: Objects, day: date, kind: Kind, now: datetime) -> bool:
    """The Parquet of a closed day that has none, also one without a record: nobody can put another in its place."""
    did = compaction.compact(objects, day, now, kind).did
    if did != "empty":
        return did == "compacted"
    with TemporaryDirectory(prefix=compaction.SCRATCH) as name:
        lines, made = Path(name) / "lines", Path(name) / "made.parquet"
        lines.touch()
        tombstones.heeding(kind, objects).write(lines, made)
        said = {"records": "0", "objects": "0", "digest": raw.digest([]), "schema": kind.schema()}
        return objects.create(kind.object_key(day), made.read_bytes(), said)


def _clean_requests(objects: Objects, day: date, whom: Person) -> None:
    key = REQUESTS.object_key(day)
    for _ in range(TRIES):
        head, body = objects.head(key), objects.read(key)
        if (
            head is None
            or body is None
            or objects.replace(key, stores.without_lines(body, whom), head.metadata, head.etag)
        ):
            return
    raise PersonError(f"{key} is replaced by somebody else all the time; run the same command again")


def _copies(tenant: Tenant, whom: Person) -> list[Store]:
    """The mirror on this machine, brought up to date, as a store to look at."""
    if tenant.mirror is None or tenant.mirror.snapshot() is None:
        return []
    tenant.mirror.forget(tenant.objects)
    copy = FolderObjects(tenant.mirror.folder)
    logs = Store("mirror of access", copy, ACCESS.path, "lines")
    for hit in stores.look(logs, whom).hits:
        copy.delete(hit.key)
    access.fetch(tenant.objects, tenant.mirror.folder, date.min, date.max)
    return [Store("mirror", copy, f"{part}/", "parquet") for part in ("compacted", "raw")] + [logs]


def _said(looked: Iterable[Looked]) -> list[dict[str, Any]]:
    return [
        {"store": one.store, "objects": one.objects, "digest": one.digest, "own": one.own, "mentions": one.mentions}
        for one in looked
    ]


def _statement(
    tenant: Tenant, asked: Asked, name: str, at: datetime, plan: Plan, after: list[Looked], now: datetime
) -> dict[str, Any]:
    """What is certified. The person is there as the tombstone's hash."""
    return {
        "what": "erasure",
        "stage": tenant.stage,
        "bucket": tenant.bucket,
        "kind": asked.of,
        "person": name,
        "received_up_to": iso(at),
        "verified": iso(now),
        "visitors_of_the_same_days": bool(plan.visitors) or asked.with_visitor,
        "before": plan.before,
        "after": _said(after),
        "old_versions": "looked at" if tenant.old is not None else "the store keeps none",
        "left": sum(one.own for one in after),
        "not_covered": limits.of(at, tenant.log_days, with_visitor=asked.with_visitor),
    }


def printed(certificate: Certificate) -> str:
    """The certificate as a file."""
    return json.dumps(msgspec.to_builtins(certificate), indent=2) + "\n"
