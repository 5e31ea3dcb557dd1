"""A day larger than one worker: unloaded by Athena, published by one put, and read the same everywhere."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib.lake import ageing, athena_view, compaction, parquet, parts, raw, tombstones, watermarks
from chalicelib.lake.compaction import OpenDay
from chalicelib.lake.days import Days
from chalicelib.lake.objects import BrokenLake, FolderObjects
from chalicelib.lake.watermarks import Watermark
from chalicelib.records import encode, iso
from sluice.athena import tables
from sluice.athena.client import DOLLARS_PER_BYTE
from sluice.athena.unload import UnloadError
from sluice.cli.main import main
from sluice.doctor import lake
from sluice.mirror import view, visits
from sluice.mirror.mirror import Mirror
from sluice.questions import dialect
from sluice.questions.library import Library
from sluice.subjects import certificate, erasure
from sluice.subjects.erasure import Asked
from tests import unloads
from tests.conftest import PROVE
from tests.lake_events import EVENTS
from tests.paths import ROOT
from tests.records import record
from tests.sluice.questions.test_query_answers import CASES, FIRST, GOALS, LAST
from tests.unloads import BUCKET, DATABASE, TABLE, Crash, Crashing, Shop, closed

LIBRARY = Library()
PRICES = ROOT / "sluice/cloud/prices.toml"
ASKED = ("totals", "top-pages", "funnel")
DAY = closed(4)
MOMENT = datetime.combine(DAY, time(9), UTC)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with mock_aws():
        yield Shop()


def line(event: str, **fields: Any) -> bytes:
    at = iso(MOMENT)
    return encode(record(event, **{"timestamp": at, "server_timestamp": at, **fields}))


def ids(shop: Shop) -> list[str]:
    return [one for (one,) in shop.athena.rows("eventid")]


def mirrored(shop: Shop, folder: Path) -> list[str]:
    mirror = Mirror(folder)
    with view.connect({view.EVENTS: view.Source(folder, mirror.refresh(shop.objects))}) as connection:
        return [one for (one,) in connection.execute("SELECT eventid FROM events ORDER BY ALL").fetchall()]


def test_a_days_events_are_unloaded_once_each_and_published(shop: Shop) -> None:
    shop.stores(DAY, a=line("a") + b"\n" + line("b"), b=line("b"), c=line("c"))

    outcome = shop.unloads(DAY)

    assert (outcome.did, outcome.records, outcome.objects, outcome.duplicates) == ("compacted", 3, 3, 1)
    manifest = parts.read(shop.objects, DAY)
    assert manifest is not None
    assert sorted(manifest.keys) == shop.keys("compacted/_unloaded/")
    assert ids(shop) == ["a", "b", "c"]


# The same as one file


def stored(shop: Shop) -> None:
    """The events of the questions' own tests, with copies and with what is not one."""
    days: dict[str, list[bytes]] = defaultdict(list)
    for one in EVENTS:
        days[one["dt"]].append(json.dumps({name: value for name, value in one.items() if name != "dt"}).encode())
    for day, lines in days.items():
        copy = msgspec.json.decode(lines[0]) | {"serverTimestamp": f"{day}T23:59:59.999Z", "page": "/copy"}
        odd = msgspec.json.decode(lines[0]) | {"eventId": "odd", "timestamp": "yesterday"}
        shop.stores(
            date.fromisoformat(day), a=b"\n".join(lines[:5]), b=json.dumps(copy).encode(), odd=json.dumps(odd).encode()
        )
        key = f"{raw.RECORDS.of_day(date.fromisoformat(day))}c.json.gz"
        shop.s3.put_object(Bucket=BUCKET, Key=key, Body=gzip.compress(b"\n".join(lines[5:]) or lines[0]))


def unloaded(shop: Shop) -> None:
    for day in raw.days(shop.objects):
        assert shop.unloads(day).did == "compacted"


def seen(shop: Shop, folder: Path) -> tuple[list[Any], list[Any]]:
    """What the view of Athena and that of the mirror show, and the answers of every question about events."""
    mirror = Mirror(folder)
    source = view.Source(folder, mirror.refresh(shop.objects))
    answers = []
    with view.connect({view.EVENTS: source}) as connection:
        rows = sorted(map(repr, connection.execute("SELECT * FROM events").fetchall()))
        for case in CASES:
            if case.query in ASKED or (
                PROVE and not case.query.startswith(("tenants", "access-", "script-", "rejected-"))
            ):
                given = dict(one.split("=", 1) for one in case.given.split())
                asked = visits.kept(LIBRARY).prepare(
                    LIBRARY.get(case.query), given=given, days=Days(FIRST, LAST), goals=GOALS
                )
                found = connection.execute(dialect.to_duckdb(asked.expression), dict(asked.values)).fetchall()
                answers.append((case.query, found, [tuple(row) for row in case.rows]))
    return rows, answers


def test_view_mirror_and_questions_say_the_same_as_of_one_file(tmp_path: Path) -> None:
    with mock_aws():
        whole = Shop()
        stored(whole)
        whole.compacts()
        rows, answers = seen(whole, tmp_path / "whole")
    with mock_aws():
        shop = Shop()
        stored(shop)
        unloaded(shop)
        assert seen(shop, tmp_path / "parts") == (rows, answers)
        assert sorted(map(repr, shop.athena.rows())) == rows
        mark = watermarks.read(shop.objects)
    assert mark is not None
    assert list(mark.parts) == sorted({date.fromisoformat(one["dt"]) for one in EVENTS})
    assert [query for query, found, wanted in answers if found != wanted] == []


# Crashes and races


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_call_leaves_each_event_once_and_the_next_run_ends_it(after: bool, tmp_path: Path) -> None:
    # Each call under PROVE; else some of them.
    for number in range(1, 100) if PROVE else (1, 2, 4, 6, 8, 99):
        with mock_aws():
            shop = Shop()
            shop.stores(DAY, a=line("a"), b=line("b") + b"\n" + line("b"))
            tables.apply(unloads.STAGE, [unloads.SHOP], shop.client)
            try:
                shop.unloads(DAY, Crashing(shop, number, after=after))
                is_over = True
            except Crash:
                is_over = False
            shop.athena.before = lambda statement: None
            assert ids(shop) == mirrored(shop, tmp_path / f"{after}{number}") == ["a", "b"]
            shop.now += timedelta(days=2)
            assert shop.unloads(DAY).did in {"compacted", "unchanged"}
            assert ids(shop) == ["a", "b"]
            parts.sweep(shop.objects, shop.now + timedelta(days=2))
            manifest = parts.read(shop.objects, DAY)
            assert manifest is not None
            assert shop.keys("compacted/_unloaded/") == sorted(manifest.keys)
        if is_over:
            assert number > 4
            return
    raise AssertionError("it never ends")


def test_of_two_at_once_one_publishes_and_the_others_parts_are_gone(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"), b=line("b"))
    others = []

    def second(statement: str) -> None:
        shop.athena.before = lambda statement: None
        others.append(shop.unloads(DAY).did)

    shop.athena.before = second

    assert ([shop.unloads(DAY).did], others) == (["already"], ["compacted"])
    manifest = parts.read(shop.objects, DAY)
    assert manifest is not None
    assert sorted(manifest.keys) == shop.keys("compacted/_unloaded/")
    assert ids(shop) == ["a", "b"]


def test_a_compaction_at_the_same_time_is_the_day(shop: Shop, tmp_path: Path) -> None:
    shop.stores(DAY, a=line("a"), b=line("b"))

    def night(statement: str) -> None:
        shop.athena.before = lambda statement: None
        shop.compacts()

    shop.athena.before = night

    assert shop.unloads(DAY).did == "already"
    assert shop.objects.head(compaction.object_key(DAY)) is not None
    assert (parts.read(shop.objects, DAY), shop.keys("compacted/_unloaded/")) == (None, [])
    assert ids(shop) == mirrored(shop, tmp_path) == ["a", "b"]


def test_a_day_in_parts_is_not_compacted(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"))
    shop.unloads(DAY)
    assert compaction.compact(shop.objects, DAY, shop.now, shop.kind).did == "already"
    assert shop.objects.head(compaction.object_key(DAY)) is None


def test_a_manifest_whose_answer_is_lost_keeps_its_parts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stores(DAY, a=line("a", ip="hash-a"), b=line("b"))
    shop.unloads(DAY)
    replace = type(shop.objects).replace

    def twice(objects: Any, key: str, *given: Any) -> bool:
        """As botocore puts again what S3 has done already."""
        replace(objects, key, *given)
        return replace(objects, key, *given)

    monkeypatch.setattr(type(shop.objects), "replace", twice)
    assert parts.rewrite(shop.objects, DAY, parquet.without_ip, shop.now, parquet.WITHOUT_IP, is_of_rows=False) == 2
    shop.stores(DAY, late=line("late"))
    assert shop.unloads(DAY).did == "reconciled"

    manifest = parts.read(shop.objects, DAY)
    assert manifest is not None
    assert set(manifest.keys) <= set(shop.keys("compacted/_unloaded/"))
    assert ids(shop) == ["a", "b", "late"]


def test_a_day_that_is_one_file_stays_so(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"))
    shop.compacts()
    assert shop.unloads(DAY).did == "already"
    assert shop.keys("compacted/_unloaded/") == []


def test_what_comes_while_athena_reads_publishes_nothing(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"))
    shop.athena.before = lambda statement: (
        shop.stores(DAY, late=line("late")) if statement.startswith("SELECT") else None
    )
    # The object is there for the count alone.
    with pytest.raises(UnloadError, match="has 1 raw objects, and Athena found lines in 2"):
        shop.unloads(DAY)
    assert parts.read(shop.objects, DAY) is None


def test_a_run_of_more_than_half_a_day_does_not_publish(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"))

    def hang(statement: str) -> None:
        shop.now += timedelta(hours=7)

    shop.athena.before = hang
    assert shop.unloads(DAY).did == "outrun"
    assert (shop.keys("compacted/_unloaded/"), parts.read(shop.objects, DAY)) == ([], None)


# Late events


def test_a_late_event_stays_raw_until_the_day_is_unloaded_again_and_then_counts_once(
    shop: Shop, tmp_path: Path
) -> None:
    shop.stores(DAY, a=line("a"))
    shop.unloads(DAY)
    first = shop.keys("compacted/_unloaded/")
    shop.stores(DAY, late=line("late"), again=line("late"))

    said = compaction.reconcile(shop.objects, DAY, shop.now)
    (state,) = compaction.status(shop.objects, shop.now)
    assert (said.did, "sluice unload" in (said.reason or ""), state.state) == ("kept", True, "late")
    assert list(compaction.due(shop.objects, shop.now)) == []
    assert len(shop.keys("analytics/")) == 3

    outcome = shop.unloads(DAY)
    assert (outcome.did, outcome.records) == ("reconciled", 2)
    assert ids(shop) == mirrored(shop, tmp_path) == ["a", "late"]
    assert compaction.reconcile(shop.objects, DAY, shop.now).did == "unchanged"
    assert shop.unloads(DAY).did == "unchanged"
    # Who reads the older parts has a day to end.
    assert set(first) < set(shop.keys("compacted/_unloaded/"))
    assert parts.sweep(shop.objects, shop.now + timedelta(days=2)) == len(first)


def test_a_day_whose_raw_objects_have_shrunk_keeps_its_parts(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"), b=line("b"))
    shop.unloads(DAY)
    shop.s3.delete_object(Bucket=BUCKET, Key=f"{raw.RECORDS.of_day(DAY)}a.json")
    shop.stores(DAY, c=line("c"))
    with pytest.raises(UnloadError, match="raw has shrunk: 1 events"):
        shop.unloads(DAY)
    assert ids(shop) == ["a", "b"]
    shop.s3.delete_object(Bucket=BUCKET, Key=f"{raw.RECORDS.of_day(DAY)}b.json")
    shop.s3.delete_object(Bucket=BUCKET, Key=f"{raw.RECORDS.of_day(DAY)}c.json")
    assert shop.unloads(DAY).did == "kept"


def test_a_part_that_is_gone_is_made_again(shop: Shop, tmp_path: Path) -> None:
    shop.stores(DAY, a=line("a"))
    shop.unloads(DAY)
    manifest = parts.read(shop.objects, DAY)
    assert manifest is not None
    shop.objects.delete(manifest.keys[0])
    with pytest.raises(BrokenLake, match="is gone, and a manifest names it"):
        parts.fetched(shop.objects, manifest.keys, tmp_path)
    assert shop.unloads(DAY).did == "reconciled"
    assert ids(shop) == ["a"]


# What is looked at


def test_a_row_that_athena_does_not_write_is_noticed(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stores(DAY, **{f"n{number}": line(f"n{number}") for number in range(9)})
    put = shop.s3.put_object
    written: list[str] = []

    def lossy(**asked: Any) -> Any:
        if asked["Key"].startswith("compacted/_unloaded/"):
            written.append(asked["Key"])
            return None if len(written) == 2 else put(**asked)
        return put(**asked)

    monkeypatch.setattr(shop.s3, "put_object", lossy)
    with pytest.raises(UnloadError, match="has 9 events, and Athena wrote"):
        shop.unloads(DAY)
    assert parts.read(shop.objects, DAY) is None


def test_an_object_without_a_line_is_named(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"), empty=b"")
    with pytest.raises(UnloadError, match=r"has 2 raw objects, and Athena found lines in 1\. Delete the empty ones"):
        shop.unloads(DAY)


def test_a_file_of_another_form_is_not_published(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.stores(DAY, a=line("a"))
    plain = unloads._duckdb
    odd = lambda sql: plain(sql) if "count" in sql else f"SELECT * REPLACE (1 AS isbot) FROM ({plain(sql)})"  # noqa: E731
    monkeypatch.setattr(unloads, "_duckdb", odd)
    with pytest.raises(UnloadError, match="not a day's Parquet: these columns are of another type: isbot"):
        shop.unloads(DAY)


def test_an_open_day_is_not_unloaded(shop: Shop) -> None:
    with pytest.raises(OpenDay, match="unload it after that"):
        shop.unloads(closed(0))


@pytest.mark.parametrize(
    "body", [b"", b"s3://shop-analytics/analytics/a.json\n", b"s3://shop-analytics/compacted/_unloaded/a b\n", b"\xff"]
)
def test_a_text_that_names_no_parts_is_refused(shop: Shop, body: bytes) -> None:
    shop.s3.put_object(Bucket=BUCKET, Key=f"compacted/_parts/dt={DAY}/manifest", Body=body)
    with pytest.raises(BrokenLake, match=r"is not a manifest\. Delete it"):
        parts.read(shop.objects, DAY)


# Erasure


def erasing(shop: Shop, folder: Path) -> erasure.Tenant:
    return erasure.Tenant("dev", BUCKET, shop.objects, FolderObjects(folder / "own"), Mirror(folder / "mirror"))


def everything(shop: Shop, folder: Path) -> list[tuple[str, ...]]:
    """The session of each row of every file below `compacted/_unloaded/`."""
    found = []
    for key in shop.keys("compacted/_unloaded/"):
        file = folder / "part.parquet"
        file.write_bytes(shop.athena._body(key))
        found += duckdb.sql(f"SELECT eventid, sessionid FROM read_parquet('{file}')").fetchall()
    return sorted(found)


ANN, BEN = "session-of-ann-1", "session-of-ben-1"


def test_an_erasure_reaches_the_parts_and_those_that_nobody_published(shop: Shop, tmp_path: Path) -> None:
    people = {f"e{number}": line(f"e{number}", session_id=(ANN, BEN)[number % 2]) for number in range(8)}
    shop.stores(DAY, **people)
    shop.unloads(DAY)
    tenant = erasing(shop, tmp_path)
    held = parts.read(shop.objects, DAY)
    assert held is not None
    left = parts.run(DAY, shop.now)
    shop.objects.create(f"{left}orphan", shop.athena._body(held.keys[0]), {})
    assert tenant.mirror is not None
    tenant.mirror.refresh(shop.objects)

    signer = certificate._here(tenant.own)
    (made,) = erasure.erase(tenant, [Asked("session", ANN)], signer, lambda: shop.now, wait(shop))

    assert made.said["left"] == 0
    assert {session for _, session in everything(shop, tmp_path)} == {BEN}
    assert ids(shop) == mirrored(shop, tmp_path / "fresh") == ["e1", "e3", "e5", "e7"]
    # And who is erased stays so when the day is unloaded again.
    shop.kind = shop.kind._replace(secret=lambda: tombstones.secret_of(tenant.own))
    shop.stores(DAY, back=line("back", session_id=ANN), more=line("more", session_id=BEN))
    assert shop.unloads(DAY).did == "reconciled"
    assert ids(shop) == ["e1", "e3", "e5", "e7", "more"]


def wait(shop: Shop) -> Any:
    def later(seconds: float) -> None:
        shop.now += timedelta(seconds=seconds)

    return later


def test_who_is_erased_while_athena_reads_is_not_published(shop: Shop, tmp_path: Path) -> None:
    shop.stores(DAY, a=line("a", session_id=ANN), b=line("b", session_id=BEN))
    own = FolderObjects(tmp_path)
    secret = tombstones.secret_of(own, make=True)
    shop.kind = shop.kind._replace(secret=lambda: secret)
    name = tombstones.named(secret, "session", ANN)

    def bury(statement: str) -> None:
        shop.objects.create(tombstones.object_key(name, shop.now), b"{}", {})

    shop.athena.before = bury
    assert shop.unloads(DAY).did == "compacted"
    assert ids(shop) == ["b"]


# Old days


def addresses(shop: Shop) -> set[str | None]:
    return {ip for (ip,) in shop.athena.rows("ip")}


def test_old_parts_lose_addresses_hashes_and_keep_their_raw_objects(shop: Shop) -> None:
    shop.stores(DAY, a=line("a", ip="hash-a"), b=line("b", ip="hash-b"))
    shop.unloads(DAY)
    assert addresses(shop) == {"hash-a", "hash-b"}
    kind = shop.kind._replace(ip_days=3)

    aged = list(ageing.age(shop.objects, shop.now, kind, raw_days=8))

    assert [(one.day, one.did) for one in aged] == [(DAY, "bare")]
    assert addresses(shop) == {None}
    assert len(shop.keys("analytics/")) == 2
    assert list(ageing.age(shop.objects, shop.now, kind, raw_days=1)) == []
    # And a late event brings none back.
    shop.stores(DAY, late=line("late", ip="hash-c"))
    assert shop.unloads(DAY).did == "reconciled"
    assert (addresses(shop), ids(shop)) == ({None}, ["a", "b", "late"])


# The view in Glue


def in_glue(shop: Shop) -> Any:
    """The view that the setup sent last, as Glue keeps it."""
    stored = athena_view._encoded({"originalSql": shop.athena.view})
    made = {
        "Name": TABLE,
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": stored,
        "StorageDescriptor": {"Columns": []},
    }
    shop.glue.create_table(DatabaseName=DATABASE, TableInput=made)

    def sql() -> str:
        text = shop.glue.get_table(DatabaseName=DATABASE, Name=TABLE)["Table"]["ViewOriginalText"]
        found: str = athena_view._decoded(text)["originalSql"]
        return found

    return sql


def test_the_view_moves_with_the_days_that_are_in_parts(shop: Shop) -> None:
    shop.stores(DAY, a=line("a"))
    shop.unloads(DAY)
    sql = in_glue(shop)
    more = DAY + timedelta(days=1)

    mark = shop.now.date()
    assert athena_view.moved(shop.glue, DATABASE, TABLE, mark, [more])
    assert sql().count(f"IN ('{DAY}', '{more}')") == 2
    assert sql().count(f"'{mark}'") == 4
    assert not athena_view.moved(shop.glue, DATABASE, TABLE, mark, [DAY])


def test_a_view_that_knows_of_no_parts_does_not_move_over_one(shop: Shop) -> None:
    shop.athena.view = "SELECT 1 FROM shop_events_raw, shop_events_compacted WHERE dt <= '2025-12-15'"
    sql = in_glue(shop)
    assert not athena_view.moved(shop.glue, DATABASE, TABLE, DAY, [DAY])
    assert "'2025-12-15'" in sql()
    assert athena_view.moved(shop.glue, DATABASE, TABLE, DAY)


def test_a_watermark_without_parts_is_what_it_was() -> None:
    assert msgspec.json.encode(Watermark(date(2025, 12, 15))) == b'{"day":"2025-12-15"}'
    assert msgspec.json.encode(Watermark(DAY, parts=(DAY,))) == f'{{"day":"{DAY}","parts":["{DAY}"]}}'.encode()


# What the operator sees


def test_a_local_stage_says_what_compacts_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORE_DIRECTORY", str(tmp_path))
    said = CliRunner().invoke(main, ["unload", "--bucket", BUCKET, "--day", "2026-11-01", "--stage", "local"])
    assert said.exit_code == 1
    assert "local has no Athena; a day of any size is compacted by `sluice compact" in said.stderr


def test_the_doctor_names_days_whose_files_nobody_published(shop: Shop) -> None:
    shop.objects.create(f"{parts.run(DAY, shop.now)}z", b"PAR1", {})
    found = lake.seen(shop.objects)
    assert (found.verdict, str(DAY) in found.found) == ("warning", True)
    shop.stores(DAY, a=line("a"))
    shop.unloads(DAY)
    assert lake.seen(shop.objects).verdict == "ok"


def test_a_million_objects_cost_what_the_page_says() -> None:
    price = {
        name: one["price"]["us-east-1"] / one["per"]
        for name, one in tomllib.loads(PRICES.read_text())["prices"].items()
    }
    # Athena reads the day twice, and lists it as often as we do.
    requests = 2e6 * price["s3_get"] + 4 * 1e3 * price["s3_list"]
    dollars = requests + 2 * 1e6 * 1024 * DOLLARS_PER_BYTE
    assert f"For a million objects of a KB it costs about ${dollars:.2f}" in (ROOT / "docs/operating.md").read_text()
