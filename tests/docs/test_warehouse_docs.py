"""The page on other tools is right: its Python runs on compacted days and on moto, and gives what `sluice query` gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
import sqlglot
from moto import mock_aws
from moto.athena.models import QueryResults, athena_backends

from chalicelib.lake import compaction
from chalicelib.lake.columns import columns
from chalicelib.lake.objects import FolderObjects
from docs.build import sample
from sluice.project import config, tenants
from tests.conftest import OWNER
from tests.paths import ROOT

PAGE = (ROOT / "docs" / "warehouses.md").read_text()
PYTHON = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
SQL = re.findall(r"^```sql\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
REGION, BUCKET = "ca-central-1", "shop-analytics-prod"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
STAGE = config.Stage("prod", OWNER, allow=(config.Allow(BUCKET),))
DAY = "make_date(CAST(year AS integer), CAST(month AS integer), CAST(day AS integer))"
WEEK = "dt BETWEEN DATE '2026-11-02' AND DATE '2026-11-08' AND NOT isbot"


@pytest.fixture(scope="module")
def compacted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample's shop, every day of it compacted."""
    folder = tmp_path_factory.mktemp("compacted")
    sample.fill(folder / "data")
    objects = FolderObjects(folder / "data" / sample.SHOP)
    for day in compaction.due(objects, NOW):
        compaction.compact(objects, day, NOW)
    return folder


@pytest.fixture
def here(compacted: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(compacted)
    return compacted


@pytest.fixture
def aws(here: Path) -> Iterator[Any]:
    """moto with the tenant's bucket, a compacted day in it, and its workgroup."""
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        key = compaction.object_key(date(2026, 11, 9))
        s3.put_object(Bucket=BUCKET, Key=key, Body=(here / "data" / sample.SHOP / key).read_bytes())
        group = STAGE.workgroup(tenants.table_name(BUCKET, STAGE.allow[0]))
        boto3.client("athena", region_name=REGION).create_work_group(Name=group)
        yield athena_backends[OWNER][REGION]


def run(word: str) -> dict[str, Any]:
    """The names that the page's block with this word leaves; OWNER is moto's account, and not the page's."""
    block = next(text for text in PYTHON if word in text)
    names: dict[str, Any] = {}
    exec(compile(block.replace("111122223333", OWNER), word, "exec"), names)
    return names


def asked(sql: str) -> list[tuple[Any, ...]]:
    """What DuckDB answers of the sample's raw records: another way to the same figures."""
    raw = "read_json('data/shop-analytics/analytics/*/*/*/*.json', format = 'newline_delimited')"
    return duckdb.sql(sql.replace("FROM events", f"FROM (SELECT *, {DAY} AS dt FROM {raw}) AS events")).fetchall()


def test_polars_counts_the_top_pages(here: Path) -> None:
    found = run("pl.scan_parquet")["top_pages"].rows()

    counted = "SELECT page, count(*) AS n, count(DISTINCT visitorId) FROM events WHERE eventType = 'page_view'"
    assert found == asked(f"{counted} AND {WEEK} GROUP BY page ORDER BY n DESC, page")
    assert len(found) == 7


def test_polars_reads_structs_and_metadata_as_the_page_says(here: Path) -> None:
    import polars as pl

    struct, metadata = re.findall(r"`(pl\.col\([^`]*)`", PAGE)
    days = pl.read_parquet("data/shop-analytics/compacted/dt=*/events.parquet")

    found = days.select(country=eval(struct), plan=eval(metadata))
    assert {"CA", "US"} <= set(found["country"])
    assert set(found["plan"]) == {None, "weekly", "monthly"}


def test_pandas_counts_the_devices_of_a_day(here: Path) -> None:
    found = run("pd.read_parquet")["devices"].to_dict()

    day = "dt = DATE '2026-11-09' AND NOT isBot"
    assert found == dict(asked(f"SELECT device.device_type, count(*) FROM events WHERE {day} GROUP BY ALL"))
    assert set(found) == {"mobile", "desktop", "tablet"}


def test_duckdb_counts_the_countries(here: Path) -> None:
    found = run("duckdb.sql")["countries"]

    counted = "SELECT location.country AS c, count(DISTINCT visitorId) AS n FROM events"
    assert found == asked(f"{counted} WHERE {WEEK} GROUP BY c ORDER BY n DESC, c")


def test_athena_is_asked_with_bound_values(aws: Any) -> None:
    rows = [
        {"Data": [{"VarCharValue": name}, {"VarCharValue": number}]} for name, number in (("page", "n"), ("/", "9"))
    ]
    aws.query_results_queue.append(QueryResults(rows, []))

    found = run("start_query_execution")

    (execution,) = aws.executions.values()
    assert found["page_views"] == [["/", "9"]]
    assert execution.execution_parameters == ["'2026-11-02'", "'2026-11-08'", "'page_view'"]
    assert execution.workgroup.name == "sluice-prod-shop_analytics_prod_events"


def test_a_text_for_athena_cannot_end_its_quotes(aws: Any) -> None:
    literal = run("start_query_execution")["literal"]

    assert literal("o'hara' OR 1=1") == "'o''hara'' OR 1=1'"


def test_a_failed_statement_says_why(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    names = run("start_query_execution")
    state = {"State": "FAILED", "StateChangeReason": "no such column"}
    monkeypatch.setattr(
        names["athena"], "get_query_execution", lambda **_: {"QueryExecution": {"Status": state}}, raising=False
    )

    with pytest.raises(RuntimeError, match="no such column"):
        names["ask"](names["athena"], "SELECT 1")


def test_the_statement_for_athena_is_its_sql_over_the_tenants_own_view(aws: Any) -> None:
    statement = sqlglot.parse_one(run("start_query_execution")["SQL"], dialect="athena")

    (table,) = statement.find_all(sqlglot.exp.Table)
    assert table.name == tenants.table_name(BUCKET, STAGE.allow[0])
    assert len(list(statement.find_all(sqlglot.exp.Placeholder))) == 3


def test_a_days_file_is_read_from_the_bucket(aws: Any) -> None:
    found = run("s3.get_object")["by_type"].rows()

    day = "dt = DATE '2026-11-09'"
    assert sorted(found) == sorted(asked(f"SELECT eventType, count(*) FROM events WHERE {day} GROUP BY ALL"))


def test_a_day_without_a_file_is_empty(aws: Any) -> None:
    assert run("s3.get_object")["events_of"]("2026-11-10").is_empty()


def test_every_block_of_python_is_run_here() -> None:
    words = ("pl.scan_parquet", "pd.read_parquet", "duckdb.sql", "start_query_execution", "s3.get_object")

    assert [sum(word in text for text in PYTHON) for word in words] == [1] * len(words)
    assert len(PYTHON) == len(words)


def test_snowflakes_table_takes_columns_and_fields_that_the_files_have() -> None:
    statement = next(text for text in SQL if "CREATE EXTERNAL TABLE" in text)

    named = set(re.findall(r"VALUE:([a-z_.]+)::", statement))
    leaves = {f"{one.name}.{leaf}" for one in columns() for leaf in re.findall(r"(\w+):", one.athena)}
    assert named <= {column.name for column in columns()} | leaves
    assert len(named) > 5


def test_the_database_of_the_page_is_the_stages() -> None:
    assert set(re.findall(r"\bsluice_\w+", PAGE)) == {STAGE.database}
