"""What the doctor asks of a tenant with distributions: that its access logs end, and that their table is there."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.access_logs.fields import FIELDS
from chalicelib.prefixes import ACCESS, ACCESS_COMPACTED
from sluice.access import people
from sluice.doctor import bucket as doctor_bucket
from sluice.doctor import lifecycle
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Bucket, Service
from sluice.project.config import Allow, Stage

OWNER, NAME = "111122223333", "shop-analytics"
LOGS = ("shop_access", "shop_access_raw", "shop_access_compacted")
LOGS = ("shop_access", "shop_access_raw", "shop_access_compacted")


def rule(days: int, prefix: str = ACCESS.path) -> dict[str, Any]:
    return {"ID": prefix.rstrip("/"), "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": days}}


def seen(*rules: dict[str, Any], distributions: tuple[str, ...] = ("E1ABC",), managed: bool = False) -> Seen:
    class S3:
        def get_bucket_lifecycle_configuration(self, **_: str) -> dict[str, Any]:
            return {"Rules": list(rules)}

    entry = Allow(NAME, distributions=distributions, managed=managed)
    return lifecycle.access_logs(
        Bucket(Stage(name="prod", account=OWNER, allow=(entry,)), NAME, entry, lambda *_: S3())
    )


def test_a_bucket_without_distributions_needs_no_rule() -> None:
    assert seen(distributions=()).verdict == "ok"


@pytest.mark.parametrize("days", [30, 90])
def test_rules_of_90_days_or_fewer_are_well(days: int) -> None:
    assert seen(rule(days), rule(days, ACCESS_COMPACTED.path)).verdict == "ok"


@pytest.mark.parametrize("rules", [[], [rule(91)], [rule(90, "analytics/")]])
def test_without_them_the_doctor_prints_both(rules: list[dict[str, Any]]) -> None:
    found = seen(*rules)
    said = "access logs are kept for ever below access/ and access-compacted/"
    assert (found.verdict, found.found) == ("warning", said)
    assert json.loads(f"[{found.fix.partition(': ')[2]}]") == [rule(90), rule(90, ACCESS_COMPACTED.path)]


def test_without_one_of_them_the_doctor_prints_that() -> None:
    found = seen(rule(90))
    assert json.loads(found.fix.partition(": ")[2]) == rule(90, ACCESS_COMPACTED.path)


def test_in_a_managed_bucket_it_is_the_deployment_s() -> None:
    assert (seen(managed=True).verdict, seen(managed=True).fix) == ("fault", "make deploy STAGE=prod")


def seen_in_glue(*tables: str, columns: int = len(FIELDS), distributions: tuple[str, ...] = ("E1ABC",)) -> Seen:
    entry = Allow(NAME, table="shop", distributions=distributions)
    stage = Stage(name="prod", account=OWNER, region="us-east-1", allow=(entry,))
    with mock_aws():
        glue = boto3.client("glue")
        glue.create_database(DatabaseInput={"Name": stage.database})
        for name in tables:
            listed = [{"Name": one.column, "Type": one.type} for one in FIELDS[:columns]]
            made = {"Name": name, "StorageDescriptor": {"Columns": listed}}
            glue.create_table(DatabaseName=stage.database, TableInput=made)
        service = Service(stage, lambda one, region: boto3.client(one, region_name=region))
        return doctor_bucket.CHECKS["access table"](Bucket(stage, NAME, entry, service.client))


def test_the_table_of_access_logs_is_there_with_each_field_where_the_tenant_has_tables() -> None:
    assert seen_in_glue("shop", *LOGS).found == "a column for each field"
    assert seen_in_glue().found == "not set up"
    assert seen_in_glue("shop", distributions=()).found == "none is asked for"


@pytest.mark.parametrize(
    ("tables", "columns", "said"),
    [
        (("shop", *LOGS[1:]), len(FIELDS), "there is no table shop_access"),
        (("shop", *LOGS[:2]), len(FIELDS), "there is no table shop_access_compacted"),
        (("shop", *LOGS), len(FIELDS) - 1, "; ".join(f"{name} has no {FIELDS[-1].column}" for name in LOGS)),
    ],
)
def test_a_missing_table_or_column_is_found(tables: tuple[str, ...], columns: int, said: str) -> None:
    found = seen_in_glue(*tables, columns=columns)
    assert (found.verdict, found.found) == ("fault", f"{said}: questions of access logs fail")
    assert found.fix == f"sluice athena setup --bucket {NAME} --stage prod --apply"


def test_an_analyst_reads_the_access_logs_and_sees_their_table_where_there_is_one() -> None:
    for distributions in ((), ("E1ABC",)):
        entry = Allow(NAME, table="shop", distributions=distributions)
        policy = json.dumps(people.analyst(Stage(name="prod", account=OWNER, allow=(entry,)), NAME))
        assert f"arn:aws:s3:::{NAME}/access/*" in policy
        assert ("/shop_access" in policy) == bool(distributions)
