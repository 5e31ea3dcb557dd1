"""A person is gone, and what others make of what was there brings nobody back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib import records
from chalicelib.lake import ageing, compaction, tombstones
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import iso
from sluice.subjects import certificate, erasure
from sluice.subjects.certificate import Certificate, Forged
from sluice.subjects.erasure import Asked, Tenant
from sluice.subjects.hashes import Hashes
from tests import people
from tests.people import DAYS, NOW, Clock, session
from tests.records import record


def erase(tenant: Tenant, who: str, clock: Clock | None = None, *, with_visitor: bool = False) -> Certificate:
    clock = clock or Clock()
    signer = certificate._here(tenant.own)
    return erasure.erase(tenant, [Asked("session", who, with_visitor)], signer, clock, clock.wait)[0]


def heeding(tenant: Tenant) -> Kind:
    return EVENTS._replace(secret=lambda: tombstones.secret_of(tenant.own))


def test_a_person_is_erased_from_days_whose_raw_objects_are_gone(tmp_path: Path) -> None:
    tenant, who = people.made(tmp_path / "data", 600, 12), session(3)
    compaction.advance(tenant.objects, NOW)
    later = [NOW + timedelta(days=number) for number in range(2)]
    done = [one for now in later for one in ageing.age(tenant.objects, now, EVENTS._replace(ip_days=2), raw_days=2)]
    assert {one.day for one in done if one.did == "released"} == {*DAYS[:2]}
    before = people.viewed(tenant.objects, tmp_path / "before")
    assert who in before.values()

    made = erase(tenant, who)

    assert made.said["left"] == 0
    assert who.encode() not in people.searched(tmp_path / "data")
    assert people.viewed(tenant.objects, tmp_path / "after") == {
        event: one for event, one in before.items() if one != who
    }
    heads = [tenant.objects.head(compaction.object_key(day)) for day in DAYS[:2]]
    assert all(head is not None and head.metadata["ip"] == "null" for head in heads)


def crash(*_: Any) -> None:
    raise InterruptedError


def test_a_run_that_goes_on_knows_the_hashes_whose_salt_is_gone_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, clock, stored = people.made(tmp_path / "data", 200, 8), Clock(), session(4)
    signer = certificate._here(tenant.own)
    asked = Asked("session", "the-id-that-is-known", hashes=Hashes((stored,), ()))
    with monkeypatch.context() as patch:
        patch.setattr(erasure, "_clean", crash)
        with pytest.raises(InterruptedError):
            erasure.erase(tenant, [asked], signer, clock, clock.wait)
    assert stored.encode() in people.searched(tmp_path / "data")

    (made,) = erasure.erase(tenant, [asked._replace(hashes=Hashes())], signer, clock, clock.wait)

    assert made.said["left"] == 0
    assert stored.encode() not in people.searched(tmp_path / "data")


@pytest.mark.parametrize("day", DAYS[1:3])  # with a Parquet and without one
def test_a_compaction_that_began_before_brings_nobody_back(
    tmp_path: Path, day: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, who = people.made(tmp_path / "data", 200, 8), session(3)
    late = records.encode(record("late-0000000000001", server_timestamp=iso(NOW), timestamp=iso(NOW), session_id=who))
    tenant.objects.create(records.object_key(day, "late-0000000000001"), late, {})

    class Slow(FolderObjects):
        """A compactor's objects: the erasure happens between its reading and its put."""

        def create(self, *given: Any) -> bool:
            erase(tenant, who)
            return super().create(*given)

        def replace(self, *given: Any) -> bool:
            erase(tenant, who)
            return super().replace(*given)

    compaction.reconcile(Slow(tmp_path / "data" / people.BUCKET), day, NOW)

    assert who.encode() not in people.searched(tmp_path / "data")
    assert who not in people.viewed(tenant.objects, tmp_path / "after").values()


def test_a_day_without_anybody_else_cannot_come_back_either(tmp_path: Path) -> None:
    objects, day = FolderObjects(tmp_path / "data"), DAYS[2]
    only = records.encode(record("only-0000000000001", server_timestamp=iso(NOW), session_id="s-only"))
    objects.create(records.object_key(day, "only-0000000000001"), only, {})
    tenant = Tenant("local", people.BUCKET, objects, FolderObjects(tmp_path / "own"))

    erase(tenant, "s-only")

    assert compaction.compact(objects, day, NOW, heeding(tenant)).did == "already"
    assert b"s-only" not in people.searched(tmp_path)


def test_later_events_count_again_and_earlier_ones_that_come_again_do_not(tmp_path: Path) -> None:
    tenant, who, clock, day = people.made(tmp_path / "data", 200, 8), session(3), Clock(), DAYS[0]
    erase(tenant, who, clock)
    for name, at in (("again-000000000001", NOW), ("later-000000000001", clock.now)):
        line = records.encode(record(name, server_timestamp=iso(at), session_id=who))
        tenant.objects.create(records.object_key(day, name), line, {})

    assert compaction.reconcile(tenant.objects, day, clock.now, heeding(tenant)).did == "reconciled"

    seen = people.viewed(tenant.objects, tmp_path / "after")
    assert [event for event, one in seen.items() if one == who] == ["later-000000000001"]


def test_a_day_is_not_made_again_without_the_key(tmp_path: Path) -> None:
    tenant = people.made(tmp_path / "data", 200, 8)
    erase(tenant, session(3))
    with pytest.raises(tombstones.NoKey):
        compaction.reconcile(tenant.objects, DAYS[0], NOW)


def test_a_visitor_goes_only_where_the_operator_says_so(tmp_path: Path) -> None:
    tenant, day = people.made(tmp_path / "data", 200, 8), DAYS[4]
    shared = f"{day.day:02d}{3:014x}"
    other = record("other-000000000001", server_timestamp=iso(NOW), session_id="s-other", visitor_id=shared)
    tenant.objects.create(records.object_key(day, "other-000000000001"), records.encode(other), {})

    assert erase(tenant, session(3)).said["visitors_of_the_same_days"] is False
    assert b"s-other" in people.searched(tmp_path / "data")


def test_a_visitor_goes_with_the_session(tmp_path: Path) -> None:
    tenant, day = people.made(tmp_path / "data", 200, 8), DAYS[4]
    shared = f"{day.day:02d}{3:014x}"
    other = record("other-000000000001", server_timestamp=iso(NOW), session_id="s-other", visitor_id=shared)
    tenant.objects.create(records.object_key(day, "other-000000000001"), records.encode(other), {})

    assert erase(tenant, session(3), with_visitor=True).said["visitors_of_the_same_days"] is True
    assert b"s-other" not in people.searched(tmp_path / "data")


def test_a_forged_certificate_does_not_verify(tmp_path: Path) -> None:
    tenant = people.made(tmp_path / "data", 200, 8)
    done = erase(tenant, session(3))
    for forged in (
        msgspec.structs.replace(done, statement=done.statement.replace('"left":0', '"left":1')),
        msgspec.structs.replace(done, algorithm="ECDSA_SHA_256"),
        certificate._here(FolderObjects(tmp_path / "elsewhere")).sign(done.said),
        msgspec.structs.replace(done, signature="AAAA"),
    ):
        with pytest.raises(Forged):
            certificate._here(tenant.own).verify(forged)


def test_a_compaction_that_looks_at_no_tombstone_does_bring_somebody_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A negative control: what the tests above see is the tombstone's work."""
    tenant, who, day = people.made(tmp_path / "data", 200, 8), session(3), DAYS[0]
    erase(tenant, who)
    line = records.encode(record("again-000000000001", server_timestamp=iso(NOW), session_id=who))
    tenant.objects.create(records.object_key(day, "again-000000000001"), line, {})
    monkeypatch.setattr(tombstones, "heeding", lambda kind, objects: kind)

    assert compaction.reconcile(tenant.objects, day, NOW).did == "reconciled"
    assert who in people.viewed(tenant.objects, tmp_path / "after").values()
