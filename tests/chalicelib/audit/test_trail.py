"""The audit trail: never forked, and nothing done to it afterwards goes unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.audit import rows, trail
from chalicelib.audit.rows import Head, TrailError
from chalicelib.audit.trail import Place, Trail
from chalicelib.lake.objects import BucketObjects, FolderObjects
from tests.conftest import OWNER

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
NAME = "sluice-prod-audit"
SUBJECT = rows.subject(b"k" * 32, "shop-analytics", "session", "s-1")


class Memory:
    """A bucket in memory, of which the tests take what an attacker would."""

    def __init__(self):
        self.held = {}

    def keys(self, prefix):
        return iter(sorted(key for key in self.held if key.startswith(prefix)))

    def folders(self, prefix):
        return sorted({key.removeprefix(prefix).split("/")[0] for key in self.keys(prefix)})

    def read(self, key, most=None):
        return self.held.get(key)

    def read_all(self, keys, most=None):
        return ((key, self.read(key)) for key in keys)

    def create(self, key, body, metadata):
        return self.held.setdefault(key, body) is body


def memory():
    return Place(NAME, Memory(), Memory())


def filled(count, place=None):
    place = place or memory()
    writer = Trail(place, "job:forget-salts", lambda: NOW)
    for number in range(count):
        writer.append("salts.forgotten", "prod", {"keys": [f"salt#2026-03-{number:02}"]})
    return place


@pytest.fixture(params=["bucket", "folder"])
def place(request, tmp_path):
    if request.param == "folder":
        return Place(NAME, FolderObjects(tmp_path / "trail"), FolderObjects(tmp_path / "heads"))
    s3 = request.getfixturevalue("s3")
    for name in ("trail", "heads"):
        s3.create_bucket(Bucket=name)
    return Place(NAME, BucketObjects("trail", OWNER, s3), BucketObjects("heads", OWNER, s3))


def test_rows_are_read_as_they_were_added_and_nothing_is_wrong(place):
    added = [Trail(place, "ann", lambda: NOW).append("person.erased", SUBJECT, {"objects": n}) for n in range(3)]
    assert list(trail.read(place)) == added
    assert [row.seq for row in added] == [1, 2, 3]
    verdict = trail.verify(place)
    assert (verdict.findings, verdict.rows, verdict.unremembered) == ([], 3, 0)
    assert verdict.head == Head(3, added[-1].hash)


def test_a_trail_without_rows_is_whole(place):
    assert trail.verify(place) == rows.Verdict()


@pytest.fixture
def one_put_at_a_time(monkeypatch):
    """S3 takes one of several create-only puts of a key; the threads of its fake look first, and store then."""
    lock, create = Lock(), BucketObjects.create

    def locked(*given):
        with lock:
            return create(*given)

    monkeypatch.setattr(BucketObjects, "create", locked)


def test_many_writers_never_fork_the_chain(place, one_put_at_a_time):
    with ThreadPoolExecutor(8) as pool:
        writers = [Trail(place, f"writer {number}", lambda: NOW) for number in range(8)]
        added = list(pool.map(lambda one: writers[one % 8].append("policies.deployed", "prod"), range(40)))
    assert sorted(row.seq for row in added) == list(range(1, 41))
    assert trail.verify(place).findings == []


def test_two_writers_that_saw_the_same_head_would_fork_without_the_create_only_put():
    place = filled(1)
    place.rows.create = lambda key, body, metadata: (
        place.rows.held.update({key: body}) is None
    )  # replaces what is there
    late = Trail(place, "late", lambda: NOW)
    row = late._next("policies.deployed", "prod", {})
    first = Trail(place, "first", lambda: NOW).append("policies.deployed", "prod")
    place.rows.create(rows.key(row.seq), rows.encoded(row), {})
    assert first not in list(trail.read(place))
    assert trail.verify(place).findings == [
        "row 2 is not the one that was remembered: the trail was written again from there, or before"
    ]


def test_a_row_whose_answer_was_lost_is_there_once():
    place = filled(1)
    create = place.rows.create
    place.rows.create = lambda *given: create(*given) and False
    assert Trail(place, "ann", lambda: NOW).append("person.erased", SUBJECT).seq == 2
    assert trail.verify(place).rows == 2


def test_a_writer_that_loses_every_race_says_so():
    place = filled(1)
    place.rows.create = lambda *_: False
    with pytest.raises(TrailError, match="100 other rows came first"):
        Trail(place, "ann", lambda: NOW).append("person.erased", SUBJECT)


def test_a_row_is_stored_though_its_head_cannot_be_remembered():
    place = filled(2)
    place.heads.create = lambda *_: (_ for _ in ()).throw(OSError("full"))
    assert Trail(place, "ann", lambda: NOW).append("person.erased", SUBJECT).seq == 3
    assert (trail.verify(place).findings, trail.verify(place).unremembered) == ([], 1)


@pytest.mark.parametrize(
    "details", [{"to": "jane@shop.example"}, {"from": [{"ip": "203.0.113.7"}]}, {"2001:db8::7": 1}]
)
def test_a_row_with_personal_data_is_refused(details):
    with pytest.raises(TrailError, match="personal data"):
        Trail(memory(), "ann", lambda: NOW).append("person.erased", SUBJECT, details)


@pytest.mark.parametrize(
    ("action", "subject"), [("erased", SUBJECT), ("person.erased", "jane@shop.example"), ("a.b", "a\nb")]
)
def test_an_action_and_a_subject_have_a_plain_shape(action, subject):
    with pytest.raises(TrailError, match="is not an action"):
        Trail(memory(), "ann", lambda: NOW).append(action, subject)


def test_a_subject_says_nothing_without_the_secret():
    assert SUBJECT.startswith("shop-analytics#")
    others = {rows.subject(secret, bucket, kind, "s-1") for secret in (b"k", b"l") for bucket in "ab" for kind in "su"}
    assert len(others) == 8


def test_nothing_follows_a_row_that_was_changed():
    place = filled(2)
    place.rows.held[rows.key(2)] = place.rows.held[rows.key(1)]
    with pytest.raises(TrailError, match="sluice audit verify"):
        Trail(place, "ann", lambda: NOW).append("person.erased", SUBJECT)


def changed(place, seq, other):
    """Another byte somewhere in a row: `other` chooses where, and which."""
    body = bytearray(place.rows.held[rows.key(seq)])
    at = other % len(body)
    body[at] ^= 1 + other % 255
    place.rows.held[rows.key(seq)] = bytes(body)


def changed_and_hashed(place, seq, other):
    """Another actor, with the hash worked out again."""
    row = msgspec.structs.replace(rows.decoded(place.rows.held[rows.key(seq)]), actor=f"someone-{other}", hash="")
    place.rows.held[rows.key(seq)] = rows.encoded(rows.sealed(row))


def removed(place, seq, other):
    del place.rows.held[rows.key(seq)]


def swapped(place, seq, other):
    held, with_ = place.rows.held, 1 + (seq + other % (len(place.rows.held) - 1)) % len(place.rows.held)
    held[rows.key(seq)], held[rows.key(with_)] = held[rows.key(with_)], held[rows.key(seq)]


def cut(place, seq, other):
    for one in range(seq, len(place.rows.held) + 1):
        del place.rows.held[rows.key(one)]


def rewritten(place, seq, other):
    """The chain from there on made again, with right numbers and hashes."""
    count = len(place.rows.held)
    cut(place, seq, other)
    filled(count - seq + 1, Place(NAME, place.rows, Memory()))


ATTACKS = (changed, changed_and_hashed, removed, swapped, cut, rewritten)


@pytest.mark.parametrize("attack", ATTACKS)
@given(count=st.integers(2, 8), at=st.integers(0, 100), other=st.integers(0, 10**6))
def test_whatever_is_done_to_a_trail_is_found(attack, count, at, other):
    place = filled(count)
    assert trail.verify(place).findings == []
    attack(place, 1 + at % count, other)
    assert trail.verify(place).findings


@pytest.mark.parametrize("attack", [cut, rewritten])
def test_the_chain_alone_does_not_show_a_cut_end_and_a_head_kept_elsewhere_does(attack):
    place = filled(5)
    head = trail.verify(place).head
    attack(place, 4, 0)
    place.heads.held = {
        key: body for key, body in place.heads.held.items() if key < rows.key(4).replace("rows", "audit-heads")
    }
    assert trail.verify(place).findings == []  # who may write both places can do this
    assert trail.verify(place, [head]).findings


def test_another_stages_trail_is_not_taken_for_this_one():
    other = filled(3)
    assert trail.verify(Place("another", other.rows, Memory())).findings == [
        "row 1 does not follow row 0: one of them was replaced"
    ]


def test_what_is_not_a_row_is_named():
    place = filled(2)
    place.rows.held["rows/extra.json"] = b"{}"
    place.heads.held["audit-heads/extra.json"] = b"[]"
    assert trail.verify(place).findings == [
        "rows/extra.json is not the key of a row",
        "audit-heads/extra.json is not a remembered head",
    ]
    place.rows.held[rows.key(2)] = b"[" * 100_000
    with pytest.raises(TrailError, match="is not a row"):
        list(trail.read(place))


def test_a_trail_goes_on_in_the_next_folder(monkeypatch):
    monkeypatch.setattr(rows, "_FOLDER", 10)
    place = filled(12)
    assert place.rows.folders("rows/") == ["000000", "000001"]
    assert (trail.verify(place).rows, trail.verify(place).findings) == (12, [])
