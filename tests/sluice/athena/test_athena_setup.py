"""The tenant's tables, view and workgroup on Athena: rendered from the record's type, applied, and widened later."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
import sqlglot
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto import mock_aws
from moto.athena.models import athena_backends
from sqlglot import exp
from typer.testing import CliRunner

from chalicelib.access_logs.fields import FIELDS
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.days import FIRST_YEAR
from chalicelib.lake import athena_view, parquet
from chalicelib.lake import columns as columns_module
from chalicelib.lake.columns import Column, columns
from chalicelib.prefixes import ACCESS, ACCESS_COMPACTED
from chalicelib.records import Record, object_key
from sluice.athena import tables, workgroups
from sluice.athena.tables import SetupError, Step, statements
from sluice.cli.main import main
from sluice.project.config import Allow, Stage
from sluice.project.tenants import Tenant
from tests.conftest import OWNER
from tests.paths import ROOT

REGION = "ca-central-1"
ONCE = Config(retries={"total_max_attempts": 1})
KEY = f"arn:aws:kms:{REGION}:{OWNER}:key/1234"
SHOP = Tenant("shop-analytics", "*-analytics", OWNER, "shop_events", REGION)
BLOG = Tenant("blog-analytics", "*-analytics", OWNER, "blog_events", REGION)
STAGE = Stage(name="dev", account=OWNER, region=REGION, allow=(Allow("*-analytics"),))
DATABASE = "sluice_dev"
WATERMARK = date(2025, 12, 15)


class Longer(Record, rename="camel", frozen=True):
    """The record as a later version might have it."""

    plan_end: int | None


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on the project's folder."""
    monkeypatch.chdir(ROOT)


@pytest.fixture
def aws() -> Iterator[None]:
    """moto, with the buckets of two tenants and the stage's database in Glue."""
    with mock_aws():
        s3 = client("s3", REGION)
        for tenant in (SHOP, BLOG):
            s3.create_bucket(Bucket=tenant.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        client("glue", REGION).create_database(DatabaseInput={"Name": DATABASE})
        yield


def client(service: str, region: str) -> Any:
    """A client without botocore's own retries, which sleep."""
    return boto3.client(service, region_name=region, config=ONCE)


class Clients:
    """The setup's clients, and what statements and updates they send; a statement with `fails` in it is refused."""

    def __init__(self, fails: str = "") -> None:
        self.fails = fails
        self.sent: list[str] = []
        self.updates: list[dict[str, Any]] = []
        self.tables: list[dict[str, Any]] = []

    def __call__(self, service: str, region: str) -> Any:
        made = client(service, region)
        made.meta.events.register("provide-client-params.athena.StartQueryExecution", self._note)
        made.meta.events.register_first("before-send.athena.StartQueryExecution", self._refuse)
        made.meta.events.register("provide-client-params.athena.UpdateWorkGroup", self._update)
        made.meta.events.register("provide-client-params.glue.UpdateTable", self._widen)
        made.meta.events.register_first("before-call.athena.UpdateWorkGroup", updated)
        return made

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        self.sent.append(params["QueryString"])

    def _refuse(self, request: Any, **_: Any) -> AWSResponse | None:
        if not self.fails or self.fails not in self.sent[-1]:
            return None
        answer = json.dumps({"__type": "InvalidRequestException", "message": "no such SerDe"}).encode()
        return AWSResponse(request.url, 400, {}, Body(answer))

    def _update(self, params: dict[str, Any], **_: Any) -> None:
        self.updates.append(params)

    def _widen(self, params: dict[str, Any], **_: Any) -> None:
        self.tables.append(params)


def updated(**_: Any) -> tuple[Any, dict[str, Any]]:
    """What AWS answers to UpdateWorkGroup, which moto does not have."""
    return AWSResponse("", 200, {}, Body()), {}


class Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def apply(*tenants: Tenant, clients: Clients | None = None, stage: Stage = STAGE) -> list[Step]:
    return tables.apply(stage, tenants, clients or Clients(), pause=lambda seconds: None)


def faults(steps: list[Step]) -> list[tuple[str, str, str]]:
    return [(step.bucket, step.name, step.fault) for step in steps if step.fault]


def rendered(watermark: date | None = None, listed: tuple[Column, ...] | None = None) -> list[str]:
    return statements(SHOP.bucket, SHOP.table, DATABASE, watermark, listed)


def parsed(sql: str) -> exp.Expression:
    return sqlglot.parse_one(sql, read="athena")


def declared(table: str) -> list[tuple[str, str]]:
    """The columns that a CREATE TABLE declares, without its partitions'."""
    lines = re.findall(r"(?m)^  `(\w+)` (.+?),?$", table)
    return [(name, kind) for name, kind in lines]


def properties(table: str) -> dict[str, str]:
    return dict(re.findall(r"'([a-z.]+)' = '(.+)'", table))


# The file


def test_the_file_has_the_columns_of_the_records_type() -> None:
    assert tables.written() == tables.FILE.read_text()


def test_a_file_that_lags_behind_the_record_is_named_and_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tables.FILE.read_text()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sql").mkdir()
    (tmp_path / "sluice.toml").touch()
    tables.FILE.write_text(text.replace("  `referrer` string,\n", ""))

    stale = CliRunner().invoke(main, ["sql", "setup", "--check"])
    CliRunner().invoke(main, ["sql", "setup"])

    assert (stale.exit_code, "run `sluice sql setup`" in stale.output) == (1, True)
    assert tables.FILE.read_text() == text


@pytest.mark.parametrize("number", [1, 2])
def test_each_table_declares_every_column_with_its_type(number: int) -> None:
    assert declared(rendered()[number]) == [(column.name, column.athena) for column in columns()]


def test_the_view_lists_every_column_and_the_parts_of_the_day() -> None:
    view = parsed(rendered()[3]).expression
    names = [column.name for column in columns()]
    assert view.left.named_selects == view.right.named_selects == [*names, "year", "month", "day", "dt"]


def test_a_field_that_is_added_comes_into_both_tables_and_each_part_of_the_view() -> None:
    _, raw, compacted, view = rendered(listed=columns(Longer))
    assert "`planend` int" in raw
    assert "`planend` int" in compacted
    assert view.count('"planend"') == 3


def test_every_statement_is_understood_and_makes_what_it_should() -> None:
    made = [parsed(statement) for statement in rendered()]
    assert [type(statement) for statement in made] == [exp.Create] * 4
    assert [statement.args["kind"] for statement in made] == ["DATABASE", "TABLE", "TABLE", "VIEW"]


def test_the_whole_file_can_be_read_as_it_is_pasted() -> None:
    made = sqlglot.parse(tables.FILE.read_text(), read="athena")
    assert [type(statement) for statement in made] == [exp.Create] * 4


def test_nothing_in_the_view_is_a_star() -> None:
    assert list(parsed(rendered()[3]).find_all(exp.Star)) == []


def test_the_raw_tables_partitions_are_the_keys_of_the_records() -> None:
    template = properties(rendered()[1])["storage.location.template"]
    day = template.replace("${year}", "2025").replace("${month}", "03").replace("${day}", "09")
    assert f"{day}e-1.json" == f"s3://{SHOP.bucket}/{object_key(date(2025, 3, 9), 'e-1')}"


def test_the_raw_tables_partitions_are_those_of_the_years_that_a_record_can_be_of() -> None:
    given = properties(rendered()[1])
    year = {name: given[f"projection.year.{name}"] for name in ("type", "format", "range", "interval", "interval.unit")}
    assert year == {
        "type": "date",
        "format": "yyyy",
        "range": f"{FIRST_YEAR},NOW",
        "interval": "1",
        "interval.unit": "YEARS",
    }
    assert [given[f"projection.{part}.digits"] for part in ("month", "day")] == ["2", "2"]


def test_the_compacted_tables_partitions_are_its_days() -> None:
    given = properties(rendered()[2])
    assert given["storage.location.template"] == f"s3://{SHOP.bucket}/compacted/dt=${{dt}}/"
    assert given["projection.dt.range"] == f"{FIRST_YEAR}-01-01,NOW"


def test_no_placeholder_is_left() -> None:
    text = "\n".join(rendered(WATERMARK))
    assert not re.search(r"YOUR-BUCKET-NAME|TABLE_NAME|\bsluice\b|0001-01-01|--", text)


def test_names_are_put_in_once_and_not_into_each_other() -> None:
    raw = statements("sluice", "sluice", "other")[1]
    assert "LOCATION 's3://sluice/analytics/'" in raw
    assert "other.sluice_raw (" in raw


@pytest.mark.parametrize(
    "names",
    [
        ("shop'; DROP TABLE x", "shop_events", "sluice_dev"),
        ("Shop", "shop_events", "sluice_dev"),
        ("shop-analytics\n", "shop_events", "sluice_dev"),
        ("shop-analytics", 'shop"events', "sluice_dev"),
        ("shop-analytics", "shop_events\n", "sluice_dev"),
        ("shop-analytics", "s" * 51, "sluice_dev"),
        ("shop-analytics", "shop_events", "sluice-dev"),
        ("shop-analytics", "shop_events", ""),
    ],
)
def test_a_name_that_is_not_a_plain_name_is_refused(names: tuple[str, str, str]) -> None:
    with pytest.raises(SetupError, match=r"is not a"):
        statements(*names)


# What the view holds


@pytest.fixture
def lake() -> duckdb.DuckDBPyConnection:
    """The tenant's two tables in DuckDB, empty."""
    made = duckdb.connect()
    made.execute(f"CREATE SCHEMA {DATABASE}")
    listed = ", ".join(f'"{column.name}" {column.duckdb}' for column in columns())
    made.execute(f"CREATE TABLE {DATABASE}.shop_events_raw ({listed}, year VARCHAR, month VARCHAR, day VARCHAR)")
    made.execute(f"CREATE TABLE {DATABASE}.shop_events_compacted ({listed}, dt VARCHAR)")
    return made


def raw(lake: duckdb.DuckDBPyConnection, event: str | None, day: str, arrived: str = "", page: str = "") -> None:
    year, month, of_month = day.split("-")
    lake.execute(
        f"INSERT INTO {DATABASE}.shop_events_raw BY NAME SELECT ? AS eventid, ? AS servertimestamp, ? AS page, "
        "? AS year, ? AS month, ? AS day",
        [event, arrived, page, year, month, of_month],
    )


def compacted(lake: duckdb.DuckDBPyConnection, event: str, day: str) -> None:
    lake.execute(f"INSERT INTO {DATABASE}.shop_events_compacted BY NAME SELECT ? AS eventid, ? AS dt", [event, day])


def view(lake: duckdb.DuckDBPyConnection, wanted: str, watermark: date | None = WATERMARK) -> list[tuple[Any, ...]]:
    """These columns of the view, sorted."""
    query = parsed(rendered(watermark)[3]).expression.sql(dialect="duckdb")
    return sorted(lake.execute(f"SELECT {wanted} FROM ({query})").fetchall())


def test_a_day_up_to_the_watermark_is_read_from_its_parquet_alone(lake: duckdb.DuckDBPyConnection) -> None:
    raw(lake, "late", "2025-12-15")
    compacted(lake, "e-1", "2025-12-15")
    assert view(lake, "eventid, year, month, day, dt") == [("e-1", "2025", "12", "15", "2025-12-15")]


def test_a_day_after_the_watermark_is_read_from_its_raw_objects_alone(lake: duckdb.DuckDBPyConnection) -> None:
    raw(lake, "e-1", "2025-12-16")
    compacted(lake, "early", "2025-12-16")
    assert view(lake, "eventid, year, month, day, dt") == [("e-1", "2025", "12", "16", "2025-12-16")]


def test_the_years_bound_hides_no_day_after_the_watermark(lake: duckdb.DuckDBPyConnection) -> None:
    for day in ("2024-12-31", "2025-12-16", "2026-01-01"):
        raw(lake, day, day)
    assert view(lake, "eventid") == [("2025-12-16",), ("2026-01-01",)]


def test_without_a_watermark_everything_is_read_raw(lake: duckdb.DuckDBPyConnection) -> None:
    raw(lake, "e-1", "1970-01-01")
    compacted(lake, "e-1", "1970-01-01")
    assert view(lake, "eventid, dt", watermark=None) == [("e-1", "1970-01-01")]


def test_of_the_copies_within_a_day_the_first_that_arrived_counts(lake: duckdb.DuckDBPyConnection) -> None:
    raw(lake, "e-1", "2025-12-16", "2025-12-16T10:00:01.000Z", "/second")
    raw(lake, "e-1", "2025-12-16", "2025-12-16T10:00:00.000Z", "/first")
    assert view(lake, "eventid, page") == [("e-1", "/first")]


def test_the_first_copy_is_the_one_that_the_compaction_keeps() -> None:
    (order,) = parsed(parquet.FIRST).find_all(exp.Order)
    assert order in list(parsed(rendered()[3]).find_all(exp.Order))


def test_the_same_id_on_two_days_is_two_events(lake: duckdb.DuckDBPyConnection) -> None:
    raw(lake, "e-1", "2025-12-16")
    raw(lake, "e-1", "2025-12-17")
    assert view(lake, "dt") == [("2025-12-16",), ("2025-12-17",)]


def test_a_line_that_was_no_json_is_not_an_event(lake: duckdb.DuckDBPyConnection) -> None:
    raw(lake, None, "2025-12-16")
    assert view(lake, "eventid") == []


# The workgroup


def configuration(stage: Stage, tenant: Tenant) -> dict[str, Any]:
    made: dict[str, Any] = workgroups.of(stage, tenant)["Configuration"]
    return made


def test_a_tenants_results_stay_encrypted_in_its_own_bucket() -> None:
    made = configuration(STAGE, SHOP)
    assert made["ResultConfiguration"] == {
        "OutputLocation": "s3://shop-analytics/athena-results/",
        "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"},
        "ExpectedBucketOwner": OWNER,
    }
    assert made["EnforceWorkGroupConfiguration"] is True


def test_the_results_are_encrypted_with_the_entrys_key_where_it_has_one() -> None:
    entries = (Allow("*-analytics"), Allow("bank-events", kms_key=KEY))
    made = configuration(
        Stage(name="dev", account=OWNER, allow=entries), Tenant("bank-events", "bank-events", OWNER, "bank")
    )
    assert made["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": KEY}


def test_a_query_is_cut_off_at_ten_gigabytes() -> None:
    assert configuration(STAGE, SHOP)["BytesScannedCutoffPerQuery"] == 10 * 2**30


# Applying it


@pytest.mark.usefixtures("aws")
def test_a_tenants_statements_are_sent_in_order() -> None:
    clients = Clients()
    steps = apply(SHOP, clients=clients)

    assert clients.sent == rendered()
    assert [step.name for step in steps] == [
        "workgroup sluice-dev-shop_events",
        "database sluice_dev",
        "table shop_events_raw",
        "table shop_events_compacted",
        "view shop_events",
    ]
    assert faults(steps) == []


@pytest.mark.usefixtures("aws")
def test_everything_runs_in_the_tenants_own_workgroup() -> None:
    apply(SHOP)
    backend = athena_backends[OWNER][REGION]
    made = backend.work_groups["sluice-dev-shop_events"]
    assert {one.workgroup for one in backend.executions.values()} == {made}
    assert made.configuration["ResultConfiguration"]["OutputLocation"] == "s3://shop-analytics/athena-results/"


@pytest.mark.usefixtures("aws")
def test_a_workgroup_that_is_there_is_brought_up_to_date() -> None:
    client("athena", REGION).create_work_group(Name="sluice-dev-shop_events")
    clients = Clients()

    assert faults(apply(SHOP, clients=clients)) == []
    (update,) = clients.updates
    changed = update["ConfigurationUpdates"]
    assert changed["ResultConfigurationUpdates"] == configuration(STAGE, SHOP)["ResultConfiguration"]
    assert changed["BytesScannedCutoffPerQuery"] == workgroups.CUTOFF


@pytest.mark.parametrize("is_there", [False, True])
@pytest.mark.usefixtures("aws")
def test_a_workgroup_has_the_tags_of_its_stage_and_tenant(is_there: bool) -> None:
    if is_there:
        client("athena", REGION).create_work_group(Name="sluice-dev-shop_events")
    apply(SHOP, clients=Clients())

    arn = f"arn:aws:athena:{REGION}:{OWNER}:workgroup/sluice-dev-shop_events"
    found = client("athena", REGION).list_tags_for_resource(ResourceARN=arn)["Tags"]
    wanted = {"stage": "dev", "sluice": "sluice-dev", "tenant": "shop-analytics"}
    assert {tag["Key"]: tag["Value"] for tag in found} == wanted


@pytest.mark.usefixtures("aws")
def test_the_view_has_the_watermark_of_the_tenants_bucket() -> None:
    client("s3", REGION).put_object(Bucket=SHOP.bucket, Key="compacted/_watermark.json", Body=b'{"day":"2025-12-15"}')
    clients = Clients()
    apply(SHOP, clients=clients)
    assert clients.sent[-1] == rendered(WATERMARK)[-1]


@pytest.mark.usefixtures("aws")
def test_a_watermark_that_cannot_be_read_stops_the_view() -> None:
    client("s3", REGION).put_object(Bucket=SHOP.bucket, Key="compacted/_watermark.json", Body=b'{"day":"soon"}')
    ((_, name, fault),) = faults(apply(SHOP))
    assert name == "view shop_events"
    assert fault.startswith(
        "s3://shop-analytics/compacted/_watermark.json is not a watermark: Invalid RFC3339 encoded date"
    )


@pytest.mark.usefixtures("aws")
def test_a_bucket_that_is_gone_is_reported() -> None:
    ((_, name, fault),) = faults(apply(Tenant("gone-analytics", "*-analytics", OWNER, "gone_events")))
    assert (name, fault) == ("view gone_events", "GetObject: NoSuchBucket: The specified bucket does not exist")


@pytest.mark.usefixtures("aws")
def test_a_tenant_stops_at_its_first_failure_and_the_next_goes_on() -> None:
    clients = Clients(fails="shop_events_compacted (")
    steps = apply(SHOP, BLOG, clients=clients)

    reason = "StartQueryExecution: InvalidRequestException: no such SerDe"
    assert faults(steps) == [(SHOP.bucket, "table shop_events_compacted", reason)]
    assert [step.bucket for step in steps] == [SHOP.bucket] * 4 + [BLOG.bucket] * 5
    assert len(clients.sent) == 3 + 4


@pytest.mark.usefixtures("aws")
def test_a_table_name_with_a_quote_fails_its_tenant_before_anything_is_sent() -> None:
    clients = Clients()
    steps = apply(Tenant("shop-analytics", "*-analytics", OWNER, "shop'"), BLOG, clients=clients)
    assert clients.sent == statements(BLOG.bucket, BLOG.table, DATABASE)
    assert len(faults(steps)) == 1


@pytest.mark.usefixtures("aws")
def test_each_step_is_reported_when_it_ends() -> None:
    seen: list[Step] = []
    steps = tables.apply(STAGE, [SHOP], Clients(), seen.append, pause=lambda seconds: None)
    assert seen == steps


@pytest.mark.usefixtures("aws")
def test_a_tenant_with_distributions_has_a_table_of_its_access_logs_and_no_other_has() -> None:
    stage = Stage(
        name="dev",
        account=OWNER,
        region=REGION,
        allow=(Allow(SHOP.bucket, distributions=("E1ABC",)), Allow(BLOG.bucket)),
    )
    clients = Clients()
    steps = tables.apply(stage, [SHOP, BLOG], clients, pause=lambda seconds: None)
    made = ["table shop_events_access_raw", "table shop_events_access_compacted", "view shop_events_access"]
    assert [step.name for step in steps if "access" in step.name] == made
    assert faults(steps) == []
    sent = [one for one in clients.sent if "_access" in one]
    assert tables.of_tenant(stage, SHOP) == [*statements(SHOP.bucket, SHOP.table, DATABASE), *sent]


LOGS = Stage(name="dev", account=OWNER, region=REGION, allow=(Allow(SHOP.bucket, distributions=("E1ABC",)),))


def test_the_access_logs_tables_have_cloudfront_s_fields_where_the_files_are() -> None:
    raw, compacted, _ = tables.of_logs(LOGS, SHOP)
    for made, prefix in ((raw, ACCESS), (compacted, ACCESS_COMPACTED)):
        assert re.findall(r"^  `(\w+)` (\w+)", made, re.MULTILINE) == [(field.column, field.type) for field in FIELDS]
        assert f"LOCATION 's3://shop-analytics/{prefix.path}'" in made
        assert "analytics/year" not in made
    assert "'skip.header.line.count' = '2'" in raw
    assert "FIELDS TERMINATED BY '\\t'" in raw
    (template,) = re.findall(r"'storage.location.template' = 's3://shop-analytics/(.+)'", raw)
    day = ACCESS.of_day(date(2026, 3, 2))
    assert template.replace("${year}", "2026").replace("${month}", "03").replace("${day}", "02") == day
    (template,) = re.findall(r"'storage.location.template' = 's3://shop-analytics/(.+)'", compacted)
    assert f"{template.replace('${dt}', '2026-03-02')}requests.parquet" == REQUESTS.object_key(date(2026, 3, 2))


def logged(watermark: date | None) -> list[tuple[Any, ...]]:
    """What the view of access logs shows of three days, each of them raw and compacted: where it is from, and its day."""
    with duckdb.connect() as lake:
        lake.execute(f"CREATE SCHEMA {DATABASE}")
        days = ("2025-12-14", "2025-12-15", "2025-12-16")
        names = ", ".join(f'CAST(NULL AS VARCHAR) AS "{field.column}"' for field in FIELDS if field.name != "c-ip")
        dated = " UNION ALL ".join(f"SELECT '{day}' AS dt" for day in days)
        parts = "substr(dt, 1, 4) AS year, substr(dt, 6, 2) AS month, substr(dt, 9, 2) AS day"
        name = f"{DATABASE}.shop_events_access"
        lake.execute(f"CREATE TABLE {name}_compacted AS SELECT {names}, 'whole' AS c_ip, dt FROM ({dated})")
        lake.execute(f"CREATE TABLE {name}_raw AS SELECT {names}, 'raw' AS c_ip, {parts} FROM ({dated})")
        view = parsed(tables.of_logs(LOGS, SHOP, watermark)[-1]).expression.sql(dialect="duckdb")
        return lake.execute(f"SELECT c_ip, dt, concat(year, month, day) FROM ({view}) ORDER BY dt").fetchall()


def test_the_view_of_access_logs_reads_each_day_once_by_its_watermark() -> None:
    days = [("2025-12-14", "20251214"), ("2025-12-15", "20251215"), ("2025-12-16", "20251216")]
    assert logged(None) == [("raw", *day) for day in days]
    assert logged(WATERMARK) == [("whole", *days[0]), ("whole", *days[1]), ("raw", *days[2])]


@pytest.mark.usefixtures("aws")
def test_the_view_of_access_logs_has_the_watermark_of_the_tenants_bucket_and_moves() -> None:
    body = b'{"day":"2025-12-15"}'
    client("s3", REGION).put_object(Bucket=SHOP.bucket, Key=REQUESTS.watermark, Body=body)
    clients = Clients()
    tables.apply(LOGS, [SHOP], clients, pause=lambda seconds: None)
    assert set(re.findall(r"'(\d{4}-\d\d-\d\d)'", clients.sent[-1])) == {"2025-12-15"}
    stored = athena_view._encoded({"originalSql": clients.sent[-1]})
    moved = athena_view._advanced(stored, "shop_events_access", date(2025, 12, 16))
    assert moved is not None
    assert "'2025-12-16'" in athena_view._decoded(moved)["originalSql"]


# Adding a field


def projected(table: str) -> dict[str, str]:
    """What the file says of the table's days."""
    given = properties(rendered()[1 if table.endswith("_raw") else 2])
    return {name: value for name, value in given.items() if name.startswith(("projection.", "storage."))}


def in_glue(table: str, said: dict[str, str] | None = None, **kinds: str) -> None:
    """A table as Glue holds it, with the record's columns but for these; an empty type leaves one out."""
    wanted = {column.name: column.athena for column in columns()} | kinds
    listed = [{"Name": name, "Type": kind} for name, kind in wanted.items() if kind]
    storage = {"Columns": listed, "Location": "s3://shop-analytics/analytics/"}
    keys = [{"Name": "dt", "Type": "string"}]
    parameters = {"EXTERNAL": "TRUE"} | (projected(table) if said is None else said)
    made = {"Name": table, "StorageDescriptor": storage, "PartitionKeys": keys, "Parameters": parameters}
    client("glue", REGION).create_table(DatabaseName=DATABASE, TableInput=made)


def of_glue(table: str) -> dict[str, Any]:
    found: dict[str, Any] = client("glue", REGION).get_table(DatabaseName=DATABASE, Name=table)["Table"]
    return found


def kinds(table: str) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in of_glue(table)["StorageDescriptor"]["Columns"]}


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("table", ["shop_events_raw", "shop_events_compacted"])
def test_a_table_from_earlier_gets_the_column_that_it_lacks(table: str) -> None:
    in_glue(table, fromwebsite="")
    assert faults(apply(SHOP)) == []
    assert kinds(table) == {column.name: column.athena for column in columns()}


@pytest.mark.usefixtures("aws")
def test_a_new_field_of_the_record_widens_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    in_glue("shop_events_raw")
    longer = columns(Longer)
    monkeypatch.setattr(columns_module, "columns", lambda: longer)
    apply(SHOP)
    assert list(kinds("shop_events_raw").items())[-1] == ("planend", "int")


@pytest.mark.usefixtures("aws")
def test_a_struct_from_earlier_gets_the_leaf_that_it_lacks() -> None:
    in_glue("shop_events_raw", device="struct<device_type:string,os:string>")
    apply(SHOP)
    assert kinds("shop_events_raw")["device"] == "struct<device_type:string,os:string,browser:string>"


@pytest.mark.usefixtures("aws")
def test_widening_a_table_changes_nothing_else_of_it() -> None:
    in_glue("shop_events_raw", page="")
    before = of_glue("shop_events_raw")
    apply(SHOP)
    after = of_glue("shop_events_raw")
    assert after["PartitionKeys"] == before["PartitionKeys"]
    assert after["StorageDescriptor"]["Location"] == before["StorageDescriptor"]["Location"]


@pytest.mark.usefixtures("aws")
def test_a_table_is_widened_only_as_it_was_read() -> None:
    in_glue("shop_events_raw", page="")
    clients = Clients()
    apply(SHOP, clients=clients)
    assert [update["VersionId"] for update in clients.tables] == ["1"]


@pytest.mark.usefixtures("aws")
def test_a_table_from_earlier_gets_todays_range_of_days_and_keeps_what_else_it_says() -> None:
    earlier = {
        "projection.year.type": "integer",
        "projection.year.range": "1970,2100",
        "projection.year.digits": "4",
        "owner": "ops",
    }
    in_glue("shop_events_raw", earlier)
    apply(SHOP)
    assert of_glue("shop_events_raw")["Parameters"] == {
        "EXTERNAL": "TRUE",
        "owner": "ops",
        **projected("shop_events_raw"),
    }


@pytest.mark.usefixtures("aws")
def test_a_table_that_has_every_column_is_left_alone() -> None:
    in_glue("shop_events_raw", older="string")
    apply(SHOP)
    assert of_glue("shop_events_raw")["VersionId"] == "1"


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("page", "int"),
        ("viewport", "string"),
        ("page", "struct<a:string>"),
        ("viewport", "struct<width:string,height:int>"),
    ],
)
def test_a_column_that_changed_its_type_is_refused_before_the_view_is_replaced(column: str, kind: str) -> None:
    in_glue("shop_events_raw", **{column: kind})
    clients = Clients()
    ((_, name, fault),) = faults(apply(SHOP, clients=clients))

    assert name == "table shop_events_raw"
    assert fault.startswith(f"shop_events_raw.{column} is {kind}, and the record's is ")
    assert len(clients.sent) == 1
    assert of_glue("shop_events_raw")["VersionId"] == "1"
