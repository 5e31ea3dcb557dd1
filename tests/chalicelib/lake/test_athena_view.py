"""Moving the watermark of a tenant's view in the Glue catalog: forward alone, and no view but ours."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest
import sqlglot
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib.lake import athena_view
from chalicelib.lake.athena_view import moved
from chalicelib.lake.compaction import watermark
from chalicelib.lake.objects import BucketObjects
from chalicelib.records import day_prefix
from sluice.athena import tables
from sluice.cli.main import main
from tests.chalicelib.lake.test_compaction import line
from tests.conftest import OWNER
from tests.paths import ROOT

DATABASE = "sluice_dev"
TABLE = "shop_events"
MONDAY, TUESDAY, WEDNESDAY = (date(2025, 12, day) for day in (15, 16, 17))


@pytest.fixture
def glue() -> Iterator[Any]:
    """moto's Glue with the stage's database, without botocore's own retries, which sleep."""
    with mock_aws():
        made = boto3.client("glue", config=Config(retries={"total_max_attempts": 1}))
        made.create_database(DatabaseInput={"Name": DATABASE})
        yield made


@pytest.fixture
def original(monkeypatch: pytest.MonkeyPatch) -> str:
    """The SQL of the setup's view up to Monday as Athena keeps it: rewritten, without comments."""
    monkeypatch.chdir(ROOT)
    statement = tables.statements("shop-analytics", TABLE, DATABASE, MONDAY)[3]
    return sqlglot.parse_one(statement, read="athena").expression.sql(dialect="athena", pretty=True, comments=False)


def encoded(sql: str) -> str:
    """A view's text as Athena leaves it in Glue."""
    stored = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": DATABASE,
        "columns": [{"name": "é", "type": "varchar"}],
    }
    return f"/* Presto View: {base64.b64encode(json.dumps(stored).encode()).decode()} */"


def create(glue: Any, text: str, **fields: Any) -> None:
    """A view of this text in Glue."""
    view = {
        "Name": TABLE,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true"},
        "StorageDescriptor": {"Columns": [{"Name": "eventid", "Type": "string"}]},
        "ViewOriginalText": text,
        "ViewExpandedText": "/* Presto View */",
        **fields,
    }
    glue.create_table(DatabaseName=DATABASE, TableInput=view)


def stored(glue: Any) -> dict[str, Any]:
    found: dict[str, Any] = glue.get_table(DatabaseName=DATABASE, Name=TABLE)["Table"]
    return found


def sql(glue: Any) -> str:
    """The view's SQL as it is in Glue now."""
    text = stored(glue)["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    found: str = json.loads(base64.b64decode(text))["originalSql"]
    return found


class Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def contend(glue: Any, *others: Callable[[], None]) -> None:
    """Refuse an update for each of these, which somebody else does at that moment."""
    waiting = list(others)

    def refuse(model: Any, params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        if not waiting:
            return None
        waiting.pop(0)()
        error = {"Error": {"Code": "ConcurrentModificationException", "Message": ""}}
        return AWSResponse("", 400, {}, Body()), error

    glue.meta.events.register_first("before-call.glue.UpdateTable", refuse)


def test_the_watermark_moves_forward_in_each_place(glue: Any, original: str) -> None:
    create(glue, encoded(original))

    assert moved(glue, DATABASE, TABLE, TUESDAY)
    assert sql(glue) == original.replace("2025-12-15", "2025-12-16")
    assert sql(glue).count("'2025-12-16'") == 3


def test_the_view_as_pasted_by_hand_is_moved_too(glue: Any, original: str) -> None:
    create(glue, encoded(original.replace("2025-12-15", "0001-01-01")))
    assert moved(glue, DATABASE, TABLE, MONDAY)
    assert sql(glue) == original


def test_nothing_else_of_the_view_changes(glue: Any, original: str) -> None:
    create(glue, encoded(original))
    before = stored(glue)
    moved(glue, DATABASE, TABLE, TUESDAY)
    after = stored(glue)

    kept = ("TableType", "Parameters", "StorageDescriptor", "ViewExpandedText")
    assert [after[key] for key in kept] == [before[key] for key in kept]
    assert after["ViewOriginalText"] == encoded(original.replace("2025-12-15", "2025-12-16"))


@pytest.mark.parametrize("day", [MONDAY, date(2025, 12, 14), date(1999, 1, 1)])
def test_the_watermark_never_moves_backward(glue: Any, original: str, day: date) -> None:
    create(glue, encoded(original))
    assert not moved(glue, DATABASE, TABLE, day)
    assert stored(glue)["VersionId"] == "1"


def test_a_tenant_without_a_view_is_nothing_to_do(glue: Any) -> None:
    assert not moved(glue, DATABASE, TABLE, TUESDAY)


def test_a_stage_without_a_database_is_nothing_to_do(glue: Any) -> None:
    assert not moved(glue, "other", TABLE, TUESDAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT 1 WHERE '2025-12-15' < dt",
        "/* Presto View: %%% */",
        "/* Presto View: bm8ganNvbg== */",
        "/* Presto View: WzFd */",
        "/* Presto View: e30= */",
        encoded("SELECT eventid FROM other WHERE dt > '2025-12-15'"),
        encoded("SELECT eventid FROM shop_events_raw WHERE dt > '2025-12-15'"),
        encoded("SELECT a FROM shop_events_raw, shop_events_compacted"),
        encoded("SELECT a FROM shop_events_raw, shop_events_compacted WHERE dt IN ('2025-12-14', '2025-12-15')"),
    ],
)
def test_a_view_that_is_not_ours_is_left_alone(glue: Any, text: str) -> None:
    create(glue, text)
    assert not moved(glue, DATABASE, TABLE, TUESDAY)
    assert stored(glue)["VersionId"] == "1"


def test_a_table_in_the_views_place_is_left_alone(glue: Any) -> None:
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": TABLE, "TableType": "EXTERNAL_TABLE"})
    assert not moved(glue, DATABASE, TABLE, TUESDAY)


def test_an_update_names_the_version_that_it_read(glue: Any, original: str) -> None:
    sent: list[dict[str, Any]] = []
    glue.meta.events.register("provide-client-params.glue.UpdateTable", lambda params, **_: sent.append(params))
    create(glue, encoded(original))
    moved(glue, DATABASE, TABLE, TUESDAY)

    assert [(params["VersionId"], params["SkipArchive"]) for params in sent] == [("1", True)]


def test_a_later_day_that_somebody_else_sets_meanwhile_stays(glue: Any, original: str) -> None:
    later = encoded(original.replace("2025-12-15", WEDNESDAY.isoformat()))

    def overtake() -> None:
        view = {**athena_view.table_input(stored(glue)), "ViewOriginalText": later}
        boto3.client("glue").update_table(DatabaseName=DATABASE, TableInput=view)

    create(glue, encoded(original))
    contend(glue, overtake)
    assert not moved(glue, DATABASE, TABLE, TUESDAY)
    assert "'2025-12-17'" in sql(glue)


def test_a_change_by_somebody_else_is_built_upon(glue: Any, original: str) -> None:
    create(glue, encoded(original))
    contend(glue, lambda: None, lambda: None)
    assert moved(glue, DATABASE, TABLE, TUESDAY)
    assert "'2025-12-16'" in sql(glue)


def test_a_view_that_changes_all_the_time_is_an_error(glue: Any, original: str) -> None:
    create(glue, encoded(original))
    contend(glue, *[lambda: None] * athena_view.TRIES)
    with pytest.raises(ClientError, match="ConcurrentModificationException"):
        moved(glue, DATABASE, TABLE, TUESDAY)


@pytest.fixture
def compacting(glue: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """`sluice compact` of a bucket in moto's S3 that has a closed day."""
    for name in ("sql", ".chalice"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "sluice.toml").write_text(
        f'[stages.dev]\naccount = "{OWNER}"\nregion = "us-east-1"\n\n[[stages.dev.allow]]\nbucket = "shop-analytics"\n'
        f'table = "{TABLE}"\n'
    )
    config = tmp_path / ".chalice" / "config.json"
    config.write_text(config.read_text().replace("111122223333", OWNER))
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="shop-analytics")
    s3.put_object(Bucket="shop-analytics", Key=f"{day_prefix(WEDNESDAY)}a.json", Body=line("a"))
    monkeypatch.chdir(tmp_path)
    return lambda: CliRunner().invoke(main, ["compact", "--stage", "dev", "--bucket", "shop-analytics"])


def test_compacting_by_hand_moves_the_view_too(glue: Any, original: str, compacting: Callable[[], Any]) -> None:
    create(glue, encoded(original))
    done = compacting()
    assert done.exit_code == 0, done.stderr
    mark = watermark(BucketObjects("shop-analytics", OWNER))
    assert mark is not None
    assert sql(glue) == original.replace("2025-12-15", str(mark))


def test_compacting_by_hand_succeeds_if_the_view_may_not_be_moved(
    original: str, compacting: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> bool:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetTable")

    monkeypatch.setattr(athena_view, "moved", refuse)
    done = compacting()
    assert done.exit_code == 0
    assert "GetTable: AccessDeniedException" in done.stderr
