"""What has become of the objects that a report was made of: aged, erased or gone, it says so."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from chalicelib.lake import ageing, compaction, tombstones
from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.records import object_key
from chalicelib.reports import manifest
from chalicelib.reports.manifest import Change, Manifest, Source
from sluice.cli.main import main
from tests import project
from tests.chalicelib.lake.test_ageing import DAY, KIND, RAW_DAYS, compact, night, store
from tests.conftest import BUCKET

NEXT = DAY + timedelta(days=1)
PARQUET, RAW = compaction.object_key(DAY), object_key(DAY, "a")


def listed(objects: Objects) -> Manifest:
    """A report's manifest of all that there is."""
    sources = [Source(*one) for place in ("analytics/", "compacted/") for one in objects.versions(place)]
    return Manifest(BUCKET, "2026-W23", DAY, NEXT, "UTC", None, "1", "x", tuple(sources))


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    made = FolderObjects(tmp_path / "data" / BUCKET)
    store(made, "a", "b")
    compact(made, DAY)
    return made


def test_nothing_has_changed_of_what_is_as_it_was(objects: FolderObjects) -> None:
    assert manifest.changes(listed(objects), objects) == []


def test_a_day_without_addresses_and_raw_objects_that_were_deleted_are_named_as_that(objects: FolderObjects) -> None:
    before = listed(objects)
    for after in (40, 41):
        list(ageing.age(objects, night(after), KIND, RAW_DAYS))
    found = manifest.changes(before, objects)
    assert found == [Change(RAW, "deleted"), Change(object_key(DAY, "b"), "deleted"), Change(PARQUET, "bare")]


def test_a_day_of_which_somebody_was_erased_is_named_as_that(objects: FolderObjects) -> None:
    before, secret = listed(objects), bytes(32)
    name = tombstones.named(secret, "session", "session-a")
    objects.create(tombstones.object_key(name, night(2)), b"", {})
    store(objects, "c")
    assert compaction.reconcile(objects, DAY, night(5), KIND._replace(secret=lambda: secret)).did == "reconciled"
    assert manifest.changes(before, objects) == [Change(PARQUET, "erased")]


def test_a_raw_object_that_nobody_of_ours_deleted_is_gone_and_a_day_with_more_events_is_rewritten(
    objects: FolderObjects,
) -> None:
    before = listed(objects)
    store(objects, "c")
    compaction.reconcile(objects, DAY, night(5), KIND)
    objects.delete(RAW)
    assert manifest.changes(before, objects) == [Change(RAW, "gone"), Change(PARQUET, "rewritten")]


def test_the_command_says_it_and_fails_only_where_nobody_knows_why(
    objects: FolderObjects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.edit(tmp_path, f'[stages.local]\nstore = "dir:data"\n\n[[stages.local.allow]]\nbucket = "{BUCKET}"\n')
    monkeypatch.chdir(tmp_path)
    Path("report.json").write_text(manifest.encoded(listed(objects)))
    asked = ["report-sources", "--bucket", BUCKET, "--manifest", "report.json"]
    ageing.strip(objects, DAY)
    done = CliRunner().invoke(main, asked)
    assert (done.exit_code, done.stdout.splitlines()[0]) == (
        0,
        f"{PARQUET} has no addresses' hashes any more (ip_days); nothing else was changed",
    )
    objects.delete(RAW)
    done = CliRunner().invoke(main, [*asked, "--json"])
    assert (done.exit_code, json.loads(done.stdout)[0]) == (1, {"key": RAW, "why": "gone"})
    Path("report.json").write_text(manifest.encoded(replace(listed(objects), bucket="other-analytics")))
    assert "report.json is of other-analytics; say --bucket other-analytics" in CliRunner().invoke(main, asked).stderr
    Path("report.json").write_text("{}")
    assert "is not the manifest of a report" in CliRunner().invoke(main, asked).stderr
