"""One tenant's broken bucket is that tenant's fault, by name: every loop over tenants serves the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from chalicelib.lake import compaction, nightly, raw, watermarks
from chalicelib.lake.nightly import Plan, Task
from chalicelib.lake.objects import BucketObjects, FolderObjects
from sluice.analysis import cache
from sluice.cli.main import main
from sluice.dashboard.server import warm
from sluice.mirror import tenant
from sluice.mirror.tenant import PlaceError
from sluice.project import tenants
from sluice.project.config import Allow, Stage
from sluice.project.tenants import Tenant
from tests.chalicelib.lake.test_nightly import CLOSED, NOW, load, put
from tests.conftest import BUCKET, OWNER, PROVE
from tests.dashboards import FIRST, LAST, everything, home, opened, scope, shop, store, table
from tests.lake_events import CLO, PAGE, event
from tests.sluice.project.test_tenants import Listed, error, make

__all__ = ["home", "shop"]  # fixtures
BROKEN = "broken-analytics"
WATERMARKS = {
    "a word": b"x",
    "null": b"null",
    "no day": b'{"day":"yesterday"}',
    "a day that is a number": b'{"day":20261120}',
    "no such day": b'{"day":"2026-02-31"}',
    "another field": b'{"until":"2026-11-20"}',
    "an empty file": b"",
    "not UTF-8": b'{"day":"2026-11-2\xff"}',
    "a list": b'["2026-11-20"]',
    "the last year": b'{"day":"9999-12-31"}',
    "the day before the last": b'{"day":"9999-12-30"}',
    "ten thousand brackets": b"[" * 10_000,
    "a huge file": b'{"day":"2026-11-20","note":"' + b"x" * 20_000_000 + b'"}',
}
# Every one is a fault of the same kind to what reads it (TestTheWatermark), so two are enough for those who read.
READ = list(WATERMARKS) if PROVE else ["a word", "the last year"]
DAYS = ("--from", str(FIRST), "--to", str(LAST))


def tenants_page() -> None:
    """What the dashboard's entry does for this page, the choices next to it made."""
    from sluice.dashboard.pages import tenants
    from tests.dashboards import everything, scope

    tenants.show(everything(), scope())


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def neighbours(shop: Path) -> Path:
    """A tenant with the hand-written events, and one with a single event whose store each test breaks."""
    store(shop, [event(1, "09 10:00:00", PAGE, "/", CLO)], BROKEN)
    return shop


def watermark(home: Path, body: bytes) -> None:
    path = home / "data" / BROKEN / compaction.WATERMARK
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def foreign_parquet(home: Path) -> None:
    """A compacted day of the tenant whose file is somebody else's."""
    watermark(home, b'{"day":"2026-11-09"}')
    path = home / "data" / BROKEN / compaction.object_key(date(2026, 11, 9))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"call them back")


def folder_as_watermark(home: Path) -> None:
    (home / "data" / BROKEN / compaction.WATERMARK).mkdir(parents=True)


def broken_snapshot(home: Path) -> None:
    path = home / "data" / tenant.OF_FOLDER / BROKEN / "snapshot.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{")


STORES: dict[str, Callable[[Path], None]] = {
    **{name: lambda home, body=body: watermark(home, body) for name, body in WATERMARKS.items()},
    "a folder as the watermark": folder_as_watermark,
    "a Parquet file that is none": foreign_parquet,
    "a mirror's list that is none": broken_snapshot,
}
BROKEN_STORES = [name for name in STORES if name in READ or name not in WATERMARKS]


class TestTheWatermark:
    @pytest.mark.parametrize("case", WATERMARKS)
    def test_what_is_not_one_is_a_fault_of_its_own_that_says_what_to_do(self, tmp_path: Path, case: str) -> None:
        (tmp_path / "compacted").mkdir()
        (tmp_path / compaction.WATERMARK).write_bytes(WATERMARKS[case])
        with pytest.raises(watermarks.BrokenWatermark, match=r"is not a watermark: .* Delete it; the next compaction"):
            compaction.watermark(FolderObjects(tmp_path))

    @pytest.mark.parametrize("case", READ)
    def test_deleting_it_is_the_way_out(self, s3: Any, case: str) -> None:
        objects = BucketObjects(BUCKET, OWNER)
        put(s3, BUCKET, CLOSED)
        compaction.compact(objects, CLOSED, NOW)
        s3.put_object(Bucket=BUCKET, Key=compaction.WATERMARK, Body=WATERMARKS[case])
        with pytest.raises(watermarks.BrokenWatermark):
            compaction.advance(objects, NOW)
        s3.delete_object(Bucket=BUCKET, Key=compaction.WATERMARK)
        mark = compaction.advance(objects, NOW)
        assert mark is not None and mark >= CLOSED

    def test_no_more_is_read_of_it_than_a_watermark_may_have(self, s3: Any) -> None:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x" * 70_000)
        assert len(BucketObjects(BUCKET, OWNER).read("a", watermarks.MAX_WATERMARK) or b"") == watermarks.MAX_WATERMARK


class TestTheNightlyPlan:
    @pytest.mark.parametrize("case", READ)
    def test_a_broken_watermark_is_named_and_the_others_get_their_workers(self, s3: Any, case: str) -> None:
        s3.create_bucket(Bucket=BROKEN)
        s3.put_object(Bucket=BROKEN, Key=compaction.WATERMARK, Body=WATERMARKS[case])
        put(s3, BUCKET, CLOSED)
        found = nightly.plan(load("*-analytics"), NOW)
        assert found == Plan([Task(BUCKET, CLOSED)], {BROKEN: "BrokenWatermark"}, [], 2)


class TestTheCommandLine:
    @pytest.mark.parametrize("case", BROKEN_STORES)
    def test_a_question_of_all_tenants_answers_for_the_others_and_names_the_broken_one(
        self, neighbours: Path, case: str
    ) -> None:
        STORES[case](neighbours)
        asked = run("query", "tenants", *DAYS, "--format", "json")
        assert [row["tenant"] for row in json.loads(asked.stdout)] == [BUCKET]
        assert asked.exit_code == 1
        assert f"sluice: {BROKEN} is left out: " in asked.stderr

    def test_where_nothing_is_broken_it_ends_well(self, neighbours: Path) -> None:
        asked = run("query", "tenants", *DAYS, "--format", "json")
        assert {row["tenant"] for row in json.loads(asked.stdout)} == {BUCKET, BROKEN}
        assert asked.exit_code == 0

    def test_a_wrong_question_of_all_tenants_is_not_a_fault_of_theirs(self, neighbours: Path) -> None:
        asked = run("query", *DAYS, "--sql", "SELECT pge FROM tenants")
        assert asked.exit_code == 1
        assert "is left out" not in asked.stderr

    @pytest.mark.parametrize("case", BROKEN_STORES)
    def test_a_question_of_the_broken_tenant_alone_is_refused_in_a_line(self, neighbours: Path, case: str) -> None:
        STORES[case](neighbours)
        asked = run("query", "top-pages", "--bucket", BROKEN, *DAYS)
        assert (asked.exit_code, asked.stderr.startswith("sluice: ")) == (1, True)
        assert isinstance(asked.exception, SystemExit)

    @pytest.mark.parametrize("command", [("compact", "--bucket"), ("reconcile", "--bucket"), ("mirror",)])
    @pytest.mark.parametrize("case", READ)
    def test_the_lake_s_commands_say_what_is_wrong_with_the_watermark(
        self, neighbours: Path, command: tuple[str, ...], case: str
    ) -> None:
        watermark(neighbours, WATERMARKS[case])
        done = run(*command, BROKEN)
        assert (done.exit_code, "is not a watermark" in done.stderr) == (1, True)
        assert isinstance(done.exception, SystemExit)


def stage(*allow: Allow) -> Stage:
    return Stage(name="dev", account=OWNER, region="ca-central-1", allow=allow)


class TestTheSurvey:
    @pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (400, "KMS.DisabledException"), (301, "Moved")])
    def test_a_bucket_that_cannot_be_listed_is_a_fault_and_the_others_are_listed(
        self, s3: Any, status: int, code: str
    ) -> None:
        class OnlyOf(Listed):
            def _answer(self, request: Any, **asked: Any) -> Any:
                return super()._answer(request, **asked) if BROKEN in request.url else None

        for bucket in (BROKEN, "other-analytics"):
            make(s3, bucket)
        found = tenants.survey(
            stage(Allow(BROKEN), Allow("other-analytics")), OnlyOf("ListObjectsV2", status, error(code))
        )
        assert [(one.bucket, one.fault is not None) for one in found] == [(BROKEN, True), ("other-analytics", False)]
        assert code in str(found[0].fault)

    def test_a_folder_that_cannot_be_read_is_a_fault_of_its_tenant(
        self, neighbours: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        last_stored = raw.last_stored

        def denied(objects: Any) -> datetime | None:
            if objects._folder.name == BROKEN:
                raise PermissionError(13, "Permission denied")
            return last_stored(objects)

        monkeypatch.setattr(raw, "last_stored", denied)
        shown = run("tenants", "--json")
        found = {one["bucket"]: one["fault"] for one in json.loads(shown.stdout)}
        assert found == {BROKEN: "cannot be read: Permission denied", BUCKET: None}
        assert shown.exit_code == 1

    def test_a_bucket_that_is_not_made_yet_fails_no_command(self) -> None:
        gone = Tenant("gone-analytics", "gone-analytics", OWNER, "gone", fault=tenants.ABSENT)
        denied = Tenant(BROKEN, BROKEN, OWNER, "broken", fault="AccessDenied")
        assert tenants.faults([gone, denied]) == {BROKEN: "AccessDenied"}

    def test_the_setup_of_all_names_those_that_it_cannot_look_into(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = Tenant(BUCKET, "*-analytics", OWNER, "shop_events")
        denied = Tenant(BROKEN, "*-analytics", OWNER, "broken_events", fault="AccessDenied")
        monkeypatch.setattr(tenants, "survey", lambda stage: [whole, denied])
        printed = run("athena", "setup", "--all")
        assert f"s3://{BUCKET}/analytics" in printed.stdout
        assert BROKEN not in printed.stdout
        assert (printed.exit_code, f"{BROKEN} is left out: AccessDenied" in printed.stderr) == (1, True)


class TestTheDashboard:
    @pytest.mark.parametrize("case", BROKEN_STORES)
    def test_the_tenants_page_shows_the_fault_in_the_tenant_s_row_and_the_others_figures(
        self, neighbours: Path, case: str
    ) -> None:
        whole = everything().tenants(scope())[0].set_index("tenant").loc[BUCKET, "events"]
        cache.desk.cache_clear()
        STORES[case](neighbours)
        page = AppTest.from_function(tenants_page, default_timeout=30).run()
        rows = {row[0]: row for row in table(page, "tenant", "fault")}
        assert not page.exception
        assert (rows[BUCKET][1], rows[BUCKET][-1]) == (whole, None)
        assert (rows[BROKEN][1], bool(rows[BROKEN][-1])) == (None, True)

    def test_where_nothing_is_broken_there_is_no_column_for_it(self, neighbours: Path) -> None:
        frame, faults = everything().tenants(scope())
        assert (sorted(frame["tenant"]), faults) == ([BROKEN, BUCKET], {})

    def test_a_broken_tenant_that_comes_first_leaves_the_choice_of_another(
        self, neighbours: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        days = tenant.Place.days

        def unreadable(one: tenant.Place) -> list[date]:
            if one.bucket == BROKEN:
                raise PlaceError(f"{BROKEN} cannot be read")
            return days(one)

        monkeypatch.setattr(tenant.Place, "days", unreadable)
        page = opened()
        assert not page.exception
        assert page.selectbox(key="w_bucket").options == [BROKEN, BUCKET]
        assert page.selectbox(key="w_bucket").select(BUCKET).run().metric

    def test_a_tenant_that_cannot_be_warmed_up_leaves_the_next_one_warm(
        self, neighbours: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        watermark(neighbours, b"x")
        warmed: list[str] = []
        ask = warm.overview.ask
        monkeypatch.setattr(warm.overview, "ask", lambda data, one: (ask(data, one), warmed.append(one.bucket)))
        warm.up("local")
        assert warmed == [BUCKET]
        assert f"The first page of {BROKEN} could not be prepared" in caplog.text

    def test_why_nothing_could_be_warmed_up_is_logged(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.chdir(tmp_path)
        warm.up("nowhere")
        assert "The first page could not be prepared" in caplog.text
