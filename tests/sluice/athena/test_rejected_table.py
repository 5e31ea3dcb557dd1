"""The table of what was refused on Athena: where its objects are, with its columns, and only for entries that ask."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import duckdb
import pytest

from chalicelib.lake.refusals import COLUMNS, NAMES, reasons
from chalicelib.tracking.rejected import object_key
from sluice.access import people
from sluice.athena import tables
from sluice.project.config import Allow, Stage
from tests.sluice.athena.test_athena_setup import BLOG, DATABASE, OWNER, REGION, SHOP, Clients, aws, faults, parsed

__all__ = ["aws"]  # a fixture
KEPT = Stage(
    name="dev", account=OWNER, region=REGION, allow=(Allow(SHOP.bucket, keep_rejected=True), Allow(BLOG.bucket))
)


@pytest.mark.usefixtures("aws")
def test_a_tenant_whose_entry_asks_has_the_table_and_its_view_and_no_other_has() -> None:
    clients = Clients()
    steps = tables.apply(KEPT, [SHOP, BLOG], clients, pause=lambda seconds: None)
    made = ["table shop_events_rejected_raw", "view shop_events_rejected"]
    assert [step.name for step in steps if "rejected" in step.name] == made
    assert faults(steps) == []
    sent = [one for one in clients.sent if "_rejected" in one]
    assert tables.of_tenant(KEPT, SHOP)[-2:] == sent


def test_the_table_s_partitions_are_where_the_tracker_puts_what_is_refused() -> None:
    made, _ = tables.of_rejected(KEPT, SHOP)
    assert re.findall(r"^  `(\w+)` (\w+)", made, re.MULTILINE) == [(one.name, one.athena) for one in COLUMNS]
    assert "LOCATION 's3://shop-analytics/rejected/'" in made
    assert "'ignore.malformed.json' = 'true'" in made
    (template,) = re.findall(r"'storage.location.template' = 's3://shop-analytics/(.+)'", made)
    place = template
    for name, value in (("reason", "InvalidField"), ("year", "2026"), ("month", "11"), ("day", "09")):
        place = place.replace(f"${{{name}}}", value)
    key = object_key("InvalidField", datetime(2026, 11, 9, tzinfo=UTC), b"12345678")
    assert key.startswith(place)
    assert "analytics/year" not in made


def test_every_reason_is_listed_so_that_a_question_need_not_name_one() -> None:
    made, _ = tables.of_rejected(KEPT, SHOP)
    assert "'projection.reason.type' = 'enum'" in made
    (listed,) = re.findall(r"'projection.reason.values' = '(.+)'", made)
    assert listed.split(",") == reasons()


def test_the_view_has_the_columns_that_questions_find_here() -> None:
    view = parsed(tables.of_rejected(KEPT, SHOP)[1]).expression.sql(dialect="duckdb")
    with duckdb.connect() as lake:
        lake.execute(f"CREATE SCHEMA {DATABASE}")
        columns = ", ".join(f'"{name}" VARCHAR' for name in (*NAMES, "year", "month", "day"))
        lake.execute(f"CREATE TABLE {DATABASE}.shop_events_rejected_raw ({columns})")
        lake.execute(f"INSERT INTO {DATABASE}.shop_events_rejected_raw (year, month, day) VALUES ('2026', '11', '09')")
        found = lake.execute(view)
        assert [one[0] for one in found.description] == [*NAMES, "year", "month", "day", "dt"]
        assert found.fetchall()[0][-1] == "2026-11-09"


def test_an_analyst_sees_the_table_where_there_is_one() -> None:
    asking, other = (str(people.analyst(KEPT, one.bucket)) for one in (SHOP, BLOG))
    assert "_rejected_raw" in asking
    assert "_rejected" not in other
