"""Tombstones: what they cover, what they say of nobody, and how days are made with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import records
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.days import iso
from chalicelib.lake import parquet, tombstones
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import FolderObjects
from chalicelib.lake.tombstones import NoKey, Tombstones
from tests.records import record

SECRET = bytes(32)
AT = datetime(2026, 11, 9, 12, tzinfo=UTC)
LATER = iso(AT + timedelta(milliseconds=1))


def erased(**ids: str) -> Tombstones:
    return Tombstones(SECRET, {tombstones.named(SECRET, of, value): iso(AT) for of, value in ids.items()})  # type: ignore[arg-type]


@pytest.mark.parametrize("of", ["session", "user", "visitor"])
def test_what_was_received_up_to_the_time_is_covered_and_nothing_later(of: str) -> None:
    buried = erased(**{of: "x"})
    assert buried.covers(iso(AT), **{of: "x"})
    assert not buried.covers(LATER, **{of: "x"})
    assert not buried.covers(iso(AT), **{of: "y"})
    assert not buried.covers(iso(AT), **{other: "x" for other in ("session", "user", "visitor") if other != of})


TOKEN, OTHER = f"tok_email1_{'a' * 32}", f"tok_email1_{'b' * 32}"


@pytest.mark.parametrize("place", ["session", "user", "metadata"])
def test_a_token_is_covered_in_every_field_that_may_have_one(place: str) -> None:
    buried = erased(token=TOKEN)
    assert buried.covers(iso(AT), **{place: f'{{"email":"{TOKEN}"}}' if place == "metadata" else TOKEN})
    assert not buried.covers(LATER, **{place: TOKEN})
    assert not buried.covers(iso(AT), **{place: OTHER})
    assert not erased(user="x").covers(iso(AT), metadata='{"user":"x"}')


@given(st.text(max_size=30))
def test_any_id_is_found_again_by_its_hash(value: str) -> None:
    assert erased(user=value).covers(iso(AT), user=value) is bool(value)


def test_a_line_that_is_not_a_record_stays() -> None:
    gone = records.encode(record("gone", session_id="x", server_timestamp=iso(AT)))
    stays = records.encode(record("stays", session_id="x", server_timestamp=LATER))
    assert list(erased(session="x").filter([gone, stays, b"{", b'{"sessionId":1}'])) == [
        stays,
        b"{",
        b'{"sessionId":1}',
    ]


def test_many_ids_are_looked_up_without_keeping_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tombstones, "_MANY", 2)
    buried = erased(session="x")
    assert [buried.until("session", one) for one in "abcdx"] == ["", "", "", "", iso(AT)]


def test_a_parquet_keeps_all_other_rows_in_their_order(tmp_path: Path) -> None:
    lines, held, made = tmp_path / "lines", tmp_path / "held.parquet", tmp_path / "made.parquet"
    who = ["it's", "a", None, "b", "it's"]
    found = [record(f"e{number}", session_id=one, server_timestamp=iso(AT)) for number, one in enumerate(who)]
    late = record("late", session_id="it's", server_timestamp=LATER)
    lines.write_bytes(b"".join(map(records.encode, [*found, late])))
    parquet.write(lines, held)

    assert erased(session="it's").without(held, made) == 4

    def rows(path: Path) -> list[str]:
        return [one for (one,) in duckdb.sql(f"SELECT eventid FROM read_parquet('{path}')").fetchall()]

    assert rows(made) == [one for one in rows(held) if one not in {"e0", "e4"}]


def test_of_a_parquet_rows_with_a_token_go_and_all_others_stay(tmp_path: Path) -> None:
    lines, held, made = tmp_path / "lines", tmp_path / "held.parquet", tmp_path / "made.parquet"
    found = [
        record("mail", metadata=f'{{"to":[{{"email":"{OTHER}"}},{{"email":"{TOKEN}"}}]}}'),
        record("user", user_id=TOKEN),
        record("late", user_id=TOKEN, server_timestamp=LATER),
        record("other", user_id=OTHER, metadata='{"email":null}'),
        record("longer", user_id=TOKEN[:-1]),
        record("none"),
    ]
    lines.write_bytes(b"".join(records.encode(one) for one in found))
    parquet.write(lines, held)

    assert erased(token=TOKEN).without(held, made) == 4
    left = duckdb.sql(f"SELECT eventid FROM read_parquet('{made}')").fetchall()
    assert {one for (one,) in left} == {"late", "other", "longer", "none"}
    assert {one for one in found if not erased(token=TOKEN).covers_line(records.encode(one))} == {*found[2:]}


def test_a_parquet_of_an_older_version_lacks_a_column(tmp_path: Path) -> None:
    held, made = tmp_path / "held.parquet", tmp_path / "made.parquet"
    duckdb.sql(f"COPY (SELECT 'x' AS sessionid, '{iso(AT)}' AS servertimestamp) TO '{held}'")
    assert erased(session="x", visitor="v").without(held, made) == 0


def test_other_tombstones_make_another_version_of_the_same_rows(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_bytes(records.encode(record("one")))
    paths = [tmp_path / f"{name}.parquet" for name in ("plain", "same", "one", "two")]
    for path, digest in zip(paths, ("", "", "a", "b"), strict=True):
        parquet.write(lines, path, digest)
    plain, same, one, two = (path.read_bytes() for path in paths)
    assert plain == same
    assert len({plain, one, two}) == 3


def test_the_latest_time_of_a_hash_counts_and_other_names_do_not(tmp_path: Path) -> None:
    objects, name = FolderObjects(tmp_path), "a" * 64
    for at in (AT, AT - timedelta(days=1)):
        objects.create(tombstones.object_key(name, at), b"{}", {})
    objects.create(f"{tombstones.object_key(name, AT + timedelta(days=1))}.certificate", b"{}", {})
    assert tombstones.listed(objects) == {name: iso(AT)}


def test_where_nobody_was_erased_no_key_is_asked_for(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    assert tombstones.load(objects, None) is None
    assert tombstones.heeding(EVENTS, objects) is EVENTS
    assert tombstones.heeding(REQUESTS, objects) is REQUESTS


def test_without_its_key_nothing_is_made(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    objects.create(tombstones.object_key("a" * 64, AT), b"{}", {})
    with pytest.raises(NoKey, match="the key is not known"):
        tombstones.heeding(EVENTS, objects)
    with pytest.raises(NoKey, match="restore it"):
        tombstones.secret_of(objects)


def test_the_key_is_made_once(tmp_path: Path) -> None:
    objects = FolderObjects(tmp_path)
    made = tombstones.secret_of(objects, make=True)
    assert (len(made), tombstones.secret_of(objects, make=True), tombstones.secret_of(objects)) == (32, made, made)
