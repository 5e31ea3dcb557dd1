"""A bucket full of garbage, next to twenty healthy ones: those are served as before, the one is named, at a bounded cost."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest
from botocore.exceptions import ClientError
from click.testing import Result
from moto import mock_aws
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from chalicelib import records
from chalicelib.lake import compaction, listing, nightly, parquet, raw, watermarks
from chalicelib.lake import objects as lake_objects
from chalicelib.lake.client import make_client
from chalicelib.lake.nightly import Task
from chalicelib.lake.objects import BrokenLake, BucketObjects, FolderObjects
from chalicelib.records import day_prefix, object_key
from sluice.analysis import cache
from sluice.cli.main import main
from sluice.doctor import lake
from sluice.doctor import stage as doctor
from sluice.mirror.mirror import Mirror
from sluice.project import config
from tests.chalicelib.lake.test_nightly import CLOSED, NOW, load, put
from tests.conftest import OWNER
from tests.dashboards import FIRST, LAST, ROOT, everything, home, scope, shop, store, table
from tests.lake_events import CLO, PAGE, event
from tests.records import record
from tests.terminals import in_terminal

__all__ = ["home", "shop"]  # fixtures
HOSTILE = "hostile-analytics"
HEALTHY = [f"healthy-{number:02}-analytics" for number in range(20)]
ODD_KEYS = ["a\nb.json", "c\x1b]0;x\x07.json", "d‮.json", "e\u2028%0A.json", "f.txt"]
DAYS = ("--from", str(FIRST), "--to", str(LAST))


def put_all(bucket: Any, keys: dict[str, bytes]) -> None:
    for key, body in keys.items():
        bucket.put_object(Bucket=HOSTILE, Key=key, Body=body)


def foreign(path: Path, columns: str) -> bytes:
    """A Parquet file with these columns of one row."""
    duckdb.sql(f"COPY (SELECT {columns}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


FOREIGN = {
    "not Parquet": (None, "cannot be read as Parquet"),
    "other columns": ("1 AS a, 'x' AS b", "it has no eventid, eventtype, isbot, servertimestamp, timestamp"),
    "a number for a text": (
        "1 AS eventid, 'a' AS eventtype, 't' AS timestamp, 't' AS servertimestamp, true AS isbot",
        "these columns are of another type: eventid",
    ),
    "a text for a struct": (
        "'1' AS eventid, 'a' AS eventtype, 't' AS timestamp, 't' AS servertimestamp, true AS isbot, 'phone' AS device",
        "these columns are of another type: device",
    ),
    "a struct for a text": (
        "{'a': 1} AS eventid, 'a' AS eventtype, 't' AS timestamp, 't' AS servertimestamp, true AS isbot",
        "these columns are of another type: eventid",
    ),
    "a struct with other leaves": (
        "'1' AS eventid, 'a' AS eventtype, 't' AS timestamp, 't' AS servertimestamp, true AS isbot, {'browser': 1} AS device",
        "these columns are of another type: device",
    ),
}


def foreign_body(tmp_path: Path, kind: str) -> bytes:
    columns = FOREIGN[kind][0]
    return b"PAR1 call them back" if columns is None else foreign(tmp_path / "foreign.parquet", columns)


class Calls:
    """What a client asks of S3, by bucket and operation, counted by botocore's own event."""

    def __init__(self, client: Any) -> None:
        self.by: Counter[tuple[str, str]] = Counter()
        client.meta.events.register("before-parameter-build.s3.*", self._count)

    def _count(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        self.by[params.get("Bucket", ""), model.name] += 1

    def of(self, bucket: str) -> int:
        return sum(number for (name, _), number in self.by.items() if name == bucket)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[Calls]:
    """Twenty-one tenants on moto, one of them with garbage in every place; and what is asked of S3."""
    with mock_aws():
        client = make_client()
        for bucket in [*HEALTHY, HOSTILE]:
            client.create_bucket(Bucket=bucket)
        for bucket in HEALTHY:
            put(client, bucket, CLOSED)
        garbage = {f"analytics/year={year}/month=01/day=01/a.json": b"x" for year in range(1000, 1300)}
        garbage |= {f"analytics/year={year}/month=13/day=01/a.json": b"x" for year in range(2020, 2026)}
        garbage |= {f"analytics/year=2027/month=0{month}/day=01/a.json": b"x" for month in range(1, 10)}
        garbage |= {f"{day_prefix(CLOSED)}{key}": b"{}" for key in ODD_KEYS}
        put_all(client, garbage)
        put(client, HOSTILE, CLOSED)
        counted = Calls(client)
        monkeypatch.setattr(nightly, "make_client", lambda: client)
        monkeypatch.setattr(lake_objects, "make_client", lambda: client)
        yield counted


def write_odd_keys(bucket: Path) -> None:
    folder = bucket / day_prefix(CLOSED)
    folder.mkdir(parents=True)
    for key in ODD_KEYS:
        (folder / key).write_bytes(b"x")


class TestThePlan:
    def test_impossible_days_are_not_listed_and_have_no_workers(self, calls: Calls) -> None:
        plan = nightly.plan(load("*-analytics"), NOW)
        assert sorted(plan.tasks, key=lambda task: task.bucket) == [
            *(Task(bucket, CLOSED) for bucket in HEALTHY),
            Task(HOSTILE, CLOSED),
        ]
        assert plan.faults == {}
        assert 0 < calls.of(HOSTILE) <= 30, calls.by

    def test_a_tenant_with_a_thousand_days_has_a_hundred_workers_a_night(self, s3: Any) -> None:
        s3.create_bucket(Bucket=HOSTILE)
        days = [date(2020, 1, 1) + timedelta(days=number) for number in range(nightly.MAX_TASKS + 5)]
        for day in days:
            s3.put_object(Bucket=HOSTILE, Key=object_key(day, "a"), Body=b"x")
        plan = nightly.plan(load("*-analytics"), NOW)
        assert plan.tasks == [Task(HOSTILE, day) for day in days[: nightly.MAX_TASKS]]

    @pytest.mark.parametrize("place", ["analytics/", "compacted/"])
    def test_a_place_with_too_many_names_is_a_fault_of_its_own(
        self, calls: Calls, monkeypatch: pytest.MonkeyPatch, place: str
    ) -> None:
        client = make_client()
        put_all(client, {f"{place}{number:04}/a.json": b"x" for number in range(1100)})
        monkeypatch.setattr(lake_objects, "MAX_PAGES", 1)
        monkeypatch.setattr(listing, "MAX_COMPACTED", 1000)
        plan = nightly.plan(load("*-analytics"), NOW)
        assert [task.bucket for task in plan.tasks] == HEALTHY
        assert plan.faults == {HOSTILE: "BrokenLake"}

    def test_a_watermark_of_a_day_to_come_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "compacted").mkdir()
        (tmp_path / compaction.WATERMARK).write_text(f'{{"day":"{NOW.date()}"}}')
        with pytest.raises(watermarks.BrokenWatermark, match=f"{NOW.date()} is not over"):
            compaction.watermark(FolderObjects(tmp_path))


class TestTheRecords:
    def test_of_a_large_object_no_more_is_read_than_a_record_can_have(self, tmp_path: Path) -> None:
        objects = FolderObjects(tmp_path / "bucket")
        large, small = object_key(CLOSED, "large"), object_key(CLOSED, "small")
        line = records.encode(record("small", timestamp=f"{CLOSED}T12:00:00.000Z"))
        objects.create(large, b"x" * 60_000_000, {})
        objects.create(small, line, {})
        tracemalloc.start()
        try:
            gathered = raw.gather(objects, [large, small], tmp_path / "lines.json")
            assert tracemalloc.get_traced_memory()[1] < 20_000_000
        finally:
            tracemalloc.stop()
        assert (gathered.keys, gathered.records) == ([small], 1)
        assert gathered.unreadable == [(large, f"more than {raw.MAX_BYTES} bytes")]

    def test_an_object_of_many_records_is_read_whole(self, tmp_path: Path) -> None:
        objects, key = FolderObjects(tmp_path / "bucket"), object_key(CLOSED, "many")
        line = records.encode(record("many", timestamp=f"{CLOSED}T12:00:00.000Z"))
        number = 2 * raw.AT_ONCE // len(line)
        objects.create(key, line * number, {})
        gathered = raw.gather(objects, [key], tmp_path / "lines.json")
        assert (gathered.keys, gathered.records, gathered.unreadable) == ([key], number, [])

    def test_of_an_object_in_s3_as_much_is_read_as_is_asked_for(self, s3: Any) -> None:
        s3.create_bucket(Bucket=HOSTILE)
        s3.put_object(Bucket=HOSTILE, Key="a", Body=b"x" * 20_000_000)
        objects = BucketObjects(HOSTILE, OWNER)
        assert [len(objects.read("a", 10) or b"") for _ in range(3)] == [10, 10, 10]

    def test_a_key_with_a_line_feed_is_read_once(self, tmp_path: Path) -> None:
        objects, mirror = FolderObjects(tmp_path / "bucket"), Mirror(tmp_path / "mirror")
        write_odd_keys(tmp_path / "bucket")
        first = mirror.refresh(objects)
        files = {path: path.stat().st_mtime_ns for path in mirror.folder.rglob("*.parquet")}
        assert mirror.refresh(objects) == first
        assert {path: path.stat().st_mtime_ns for path in mirror.folder.rglob("*.parquet")} == files
        assert len(first.raw[CLOSED]) == 1

    def test_a_day_has_a_limit_of_objects(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(raw, "MAX_OBJECTS", 3)
        objects = FolderObjects(tmp_path)
        for name in "abcd":
            objects.create(object_key(CLOSED, name), b"x", {})
        with pytest.raises(BrokenLake, match=r"holds more than 3 objects\. Delete those that are not records"):
            raw.keys(objects, CLOSED)

    def test_the_newest_record_is_looked_for_in_ten_days_at_most(self, s3: Any) -> None:
        s3.create_bucket(Bucket=HOSTILE)
        put(s3, HOSTILE, CLOSED)
        put_all(s3, {f"{day_prefix(CLOSED + timedelta(days=number))}a.txt": b"x" for number in range(1, 40)})
        client = make_client()
        calls = Calls(client)
        assert raw.last_stored(BucketObjects(HOSTILE, OWNER, client)) is None
        assert 0 < calls.of(HOSTILE) <= 15

    def test_whether_an_object_is_hidden_or_gone_costs_one_page_of_a_listing(self) -> None:
        pages = 0

        class Forbidding:
            def head_object(self, **_: Any) -> None:
                raise ClientError({"Error": {"Code": "403"}, "ResponseMetadata": {"HTTPStatusCode": 403}}, "HeadObject")

            def get_paginator(self, _: str) -> Any:
                return self

            def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
                nonlocal pages
                while pages < 1000:
                    pages += 1
                    yield {"Contents": [{"Key": f"a.json/{pages}", "ETag": "x"}]}

        assert BucketObjects(HOSTILE, OWNER, cast(Any, Forbidding())).head("a.json") is None
        assert pages == 1


class TestTheParquet:
    @pytest.mark.parametrize("kind", FOREIGN)
    def test_what_is_not_a_days_parquet_says_why(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "events.parquet"
        path.write_bytes(foreign_body(tmp_path, kind))
        assert FOREIGN[kind][1] in str(parquet.misfit(path))

    def test_a_days_own_parquet_fits(self, shop: Path) -> None:
        files = list((shop / "data").rglob("*.parquet"))
        assert files
        assert {parquet.misfit(path) for path in files} == {None}

    def test_an_object_larger_than_ours_can_be_is_not_fetched(
        self, s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lake_objects, "MAX_FETCHED", 10)
        folder = FolderObjects(tmp_path / "bucket")
        folder.create("a", b"x" * 11, {})
        s3.create_bucket(Bucket=HOSTILE)
        s3.put_object(Bucket=HOSTILE, Key="a", Body=b"x" * 11)
        for objects in (folder, BucketObjects(HOSTILE, OWNER)):
            with pytest.raises(BrokenLake, match="a has 11 bytes, and Sluice stores at most 10"):
                objects.fetch("a", tmp_path / "fetched")
        assert not (tmp_path / "fetched").exists()


def spoil(folder: Path, body: bytes) -> None:
    """Put the watermark after a day, and this in the place of the day's Parquet."""
    objects = FolderObjects(folder)
    objects.create(compaction.object_key(FIRST), body, {})
    objects.create(compaction.WATERMARK, b'{"day":"%s"}' % FIRST.isoformat().encode(), {})


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def neighbours(shop: Path) -> Path:
    """The shop's events, three tenants with one each, and one more that each test spoils."""
    for bucket in [*HEALTHY[:3], HOSTILE]:
        store(shop, [event(1, "09 10:00:00", PAGE, "/", CLO)], bucket)
    return shop


def tenants_page() -> None:
    from sluice.dashboard.pages import tenants
    from tests.dashboards import everything, scope

    tenants.show(everything(), scope())


class TestEveryReader:
    @pytest.mark.parametrize("kind", FOREIGN)
    def test_the_tenants_page_shows_twenty_rows_as_before_and_the_fault_in_its_own(
        self, neighbours: Path, tmp_path: Path, kind: str
    ) -> None:
        if kind == "not Parquet":
            for bucket in HEALTHY[3:]:
                store(neighbours, [event(1, "09 10:00:00", PAGE, "/", CLO)], bucket)
        before = everything().tenants(scope())[0].set_index("tenant")["events"].drop(HOSTILE)
        cache.desk.cache_clear()
        spoil(neighbours / "data" / HOSTILE, foreign_body(tmp_path, kind))
        page = AppTest.from_function(tenants_page, default_timeout=30).run()
        assert not page.exception
        shown = {row[0]: (row[1], row[-1]) for row in table(page, "tenant", "fault")}
        assert {name: found for name, found in shown.items() if name != HOSTILE} == {
            name: (events, None) for name, events in before.items()
        }
        assert shown[HOSTILE][0] is None
        assert FOREIGN[kind][1] in shown[HOSTILE][1]
        assert "Delete it, run `sluice compact --bucket hostile-analytics" in shown[HOSTILE][1]

    def test_a_question_of_all_leaves_the_one_out_by_name(self, neighbours: Path, tmp_path: Path) -> None:
        spoil(neighbours / "data" / HOSTILE, foreign_body(tmp_path, "a number for a text"))
        asked = run("query", "tenants", *DAYS, "--format", "json")
        assert {row["tenant"] for row in json.loads(asked.stdout)} >= set(HEALTHY[:3])
        assert f"sluice: {HOSTILE} is left out: " in asked.stderr

    def test_a_foreign_parquet_is_fetched_once_and_the_other_days_are_answered(
        self, neighbours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = neighbours / "data" / HOSTILE
        spoil(folder, foreign_body(tmp_path, "not Parquet"))
        objects, mirror = FolderObjects(folder), Mirror(tmp_path / "mirror")
        snapshot = mirror.refresh(objects)
        assert [named.key for named in snapshot.unreadable] == [compaction.object_key(FIRST)]
        assert not list(mirror.folder.glob("compacted/*/*"))
        monkeypatch.setattr(objects, "fetch", None)
        assert mirror.refresh(objects) == snapshot
        after = str(FIRST + timedelta(days=2))
        asked = run("query", "stored-events", "--bucket", HOSTILE, "--from", after, "--to", after)
        assert asked.exit_code == 0, asked.stderr

    def test_the_way_out_that_is_named_is_one(self, neighbours: Path, tmp_path: Path) -> None:
        folder = neighbours / "data" / HOSTILE
        spoil(folder, foreign_body(tmp_path, "not Parquet"))
        assert "is not a day's Parquet" in run("query", "daily-page-views", "--bucket", HOSTILE, *DAYS).stderr
        (folder / compaction.object_key(FIRST)).unlink()
        assert run("compact", "--bucket", HOSTILE).exit_code == 0
        asked = run("query", "daily-page-views", "--bucket", HOSTILE, *DAYS, "--format", "json")
        assert sum(row["page_views"] for row in json.loads(asked.stdout)) == 1


class TestTheDoctor:
    def test_the_one_is_named_and_the_others_are_well(self, neighbours: Path) -> None:
        folder = neighbours / "data" / HOSTILE
        (folder / "compacted").mkdir()
        (folder / compaction.WATERMARK).write_bytes(b"x")
        stage = config.load().stage("local")
        found = [one for one in doctor.examine(stage, NOW, databases=[]) if one.check == "lake"]
        assert {one.subject for one in found if one.verdict == "ok"} >= set(HEALTHY[:3])
        (fault,) = [one for one in found if one.verdict != "ok"]
        assert (fault.subject, fault.verdict) == (HOSTILE, "fault")
        assert "is not a watermark" in fault.found

    def test_impossible_years_are_named(self, calls: Calls) -> None:
        seen = lake.seen(BucketObjects(HOSTILE, OWNER, make_client()))
        assert seen.verdict == "warning"
        assert seen.found == "no record is of these years: year=1000, year=1001, year=1002 and 297 more"


class TestTheTerminal:
    def test_a_key_or_a_file_name_is_shown_and_never_obeyed(self, neighbours: Path) -> None:
        write_odd_keys(neighbours / "data" / HOSTILE)
        for arguments in (
            ("mirror", HOSTILE),
            ("query", "stored-events", "--bucket", HOSTILE, *DAYS),
            ("compact", "--bucket", HOSTILE),
            ("import", "gone\x1b]0;x\x07.log", "--bucket", HOSTILE),
        ):
            shown = in_terminal(*arguments, cwd=neighbours, path=str(ROOT / ".venv/bin"))
            assert "\\x1b]0;x" in shown
            assert not {"\x1b", "\x07", "\u202e", "\u2028"} & set(shown)
            assert "a\\nb" in shown or "import" in arguments
