"""What the doctor says of a tenant's view on Athena that meets a day in parts, and of raw objects that keep addresses' hashes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

from chalicelib.lake import watermarks
from chalicelib.lake.athena_view import moved
from chalicelib.lake.columns import columns
from chalicelib.lake.watermarks import Watermark
from sluice import aws
from sluice.athena import parts, tables
from sluice.doctor.bucket import CHECKS
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Bucket
from sluice.project.config import Allow, Stage
from tests.chalicelib.lake.test_athena_view import encoded
from tests.conftest import OWNER

SHOP, TABLE = "shop-analytics", "shop_events"
MONDAY, TUESDAY = date(2025, 12, 15), date(2025, 12, 16)
STAGE = Stage("prod", OWNER, region="us-east-1", allow=(Allow(SHOP, table=TABLE),))


def bucket(**entry: Any) -> Bucket:
    return Bucket(STAGE, SHOP, msgspec.structs.replace(STAGE.allow[0], **entry), aws.client)


@pytest.fixture
def glue() -> Iterator[Any]:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=SHOP)
        made = boto3.client("glue")
        made.create_database(DatabaseInput={"Name": STAGE.database})
        yield made


def mark(*in_parts: date) -> None:
    body = msgspec.json.encode(Watermark(TUESDAY, parts=in_parts))
    boto3.client("s3").put_object(Bucket=SHOP, Key=watermarks.EVENTS.watermark, Body=body)


def view(glue: Any, *in_parts: date, other: str = "") -> None:
    """The setup's view up to Monday, or another one."""
    plain = tables.statements(SHOP, TABLE, STAGE.database, MONDAY)[3]
    sql = other or (parts.view(plain, in_parts) if in_parts else plain)
    held = {"Columns": [{"Name": column.name, "Type": column.athena} for column in columns()]}
    made = {"Name": TABLE, "ViewOriginalText": encoded(sql), "StorageDescriptor": held}
    glue.create_table(DatabaseName=STAGE.database, TableInput=made)


def test_a_view_of_a_stage_that_knows_no_parts_is_named_where_another_stage_made_some(glue: Any) -> None:
    view(glue)
    mark(MONDAY)
    assert not moved(glue, STAGE.database, TABLE, TUESDAY, [MONDAY])
    seen = CHECKS["tables"](bucket())
    assert (seen.verdict, seen.fix) == (
        "warning",
        f"sluice athena setup --bucket {SHOP} --stage prod --apply",
    )
    assert seen.found.startswith(f"{TABLE} knows of no days in parts (2025-12-15 is one)")


def test_a_view_that_moves_is_well(glue: Any) -> None:
    mark()
    assert CHECKS["tables"](bucket()) == Seen("ok", "not set up")
    view(glue)
    assert CHECKS["tables"](bucket()) == Seen("ok", "a column for each field")
    glue.delete_table(DatabaseName=STAGE.database, Name=TABLE)
    # As the setup makes it where a day is to be in parts.
    view(glue, parts.NONE)
    mark(MONDAY)
    assert CHECKS["tables"](bucket()) == Seen("ok", "a column for each field")
    assert moved(glue, STAGE.database, TABLE, TUESDAY, [MONDAY])


def test_a_view_of_somebody_elses_is_not_judged(glue: Any) -> None:
    view(glue, other="SELECT 1")
    mark(MONDAY)
    assert CHECKS["tables"](bucket()).verdict == "ok"


@pytest.mark.parametrize(
    ("entry", "verdict", "found"),
    [
        ({}, "ok", "compacted days lose addresses' hashes after 30 days, and raw objects keep them"),
        (
            {"distributions": ("E1ABC2DEF3GHIJ",)},
            "ok",
            "compacted days lose addresses' hashes after 100 days, and raw objects",
        ),
        ({"ip_days": 7}, "warning", "compacted days lose addresses' hashes after 7 days, and raw objects keep them"),
        ({"ip_days": 7, "raw_days": 30}, "warning", "compacted days lose addresses' hashes after 7 days"),
        ({"ip_days": 30, "raw_days": 30}, "ok", "no hash of an address is kept for more than 30 days"),
        ({"raw_days": 10}, "ok", "no hash of an address is kept for more than 30 days"),
        (
            {"ip_days": 90, "managed": True, "retention_days": 60},
            "ok",
            "no hash of an address is kept for more than 90",
        ),
    ],
)
def test_raw_objects_that_keep_addresses_hashes_are_said(entry: dict[str, Any], verdict: str, found: str) -> None:
    seen = CHECKS["addresses"](bucket(**entry))
    assert seen.verdict == verdict and seen.found.startswith(found)
    assert ("raw_days" in seen.fix) is (verdict == "warning")
