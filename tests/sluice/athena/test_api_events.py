"""The table of the service's own log on Athena: made, brought up to date, and over the very keys that the export writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

from chalicelib.service_logs import exporting, fields
from sluice.athena import api_events, tables
from sluice.project.config import Stage
from tests.conftest import OWNER

OFF = Stage("dev", OWNER)
STAGE = msgspec.structs.replace(OFF, export_logs=True)


@pytest.fixture
def glue() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("glue", region_name=STAGE.region)


def made(glue: Any) -> dict[str, Any]:
    table: dict[str, Any] = glue.get_table(DatabaseName="sluice_dev", Name="api_events")["Table"]
    return table


def test_the_table_has_the_kept_fields_and_a_stage_without_tenants_gets_its_database(glue: Any) -> None:
    api_events.make(STAGE, glue)

    columns = {column["Name"]: column["Type"] for column in made(glue)["StorageDescriptor"]["Columns"]}
    assert columns == {field.column: field.type for field in fields.KEPT}
    assert [key["Name"] for key in made(glue)["PartitionKeys"]] == ["year", "month", "day"]


def test_a_table_that_is_there_is_brought_up_to_date(glue: Any) -> None:
    api_events.make(STAGE, glue)
    old = api_events.table(STAGE)
    old["StorageDescriptor"]["Columns"] = old["StorageDescriptor"]["Columns"][:3]
    glue.update_table(DatabaseName="sluice_dev", TableInput=old)

    api_events.make(STAGE, glue)

    assert len(made(glue)["StorageDescriptor"]["Columns"]) == len(fields.KEPT)


def test_a_day_is_where_the_export_writes_it() -> None:
    day = date(2026, 11, 9)
    parameters = api_events.table(STAGE)["Parameters"]
    place = parameters["storage.location.template"]
    for name in ("year", "month", "day"):
        digits = int(parameters.get(f"projection.{name}.digits", 4))
        place = place.replace(f"${{{name}}}", f"{getattr(day, name):0{digits}}")

    assert place == f"s3://sluice-dev-{OWNER}-us-east-1/{exporting.folder(day)}"
    assert re.fullmatch(r"(\d{4}),NOW", parameters["projection.year.range"])


@pytest.mark.parametrize(("stage", "steps"), [(OFF, 1), (STAGE, 2)])
def test_it_is_set_up_with_the_workgroup_of_all_where_the_stage_exports_its_log(stage: Stage, steps: int) -> None:
    with mock_aws():
        found = tables.apply_to_all(stage, lambda service, region: boto3.client(service, region_name=region))

    assert [one.fault for one in found] == [None] * steps
    assert [one.name for one in found] == ["workgroup sluice-dev.all", "table api_events"][:steps]
