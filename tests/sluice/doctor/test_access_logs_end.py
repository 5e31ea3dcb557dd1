"""Access logs end: the doctor asks for it where an entry has distributions, and says how."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.prefixes import ACCESS
from sluice.access import people
from sluice.doctor import lifecycle
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Bucket
from sluice.project.config import Allow, Stage

OWNER, NAME = "111122223333", "shop-analytics"


def rule(days: int, prefix: str = ACCESS.path) -> dict[str, Any]:
    return {"ID": "access", "Status": "Enabled", "Filter": {"Prefix": prefix}, "Expiration": {"Days": days}}


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
def test_a_rule_of_90_days_or_fewer_is_well(days: int) -> None:
    assert seen(rule(days)).verdict == "ok"


@pytest.mark.parametrize("rules", [[], [rule(91)], [rule(90, "analytics/")]])
def test_without_one_the_doctor_prints_it(rules: list[dict[str, Any]]) -> None:
    found = seen(*rules)
    assert (found.verdict, found.found) == ("warning", "access logs are kept for ever below access/")
    assert json.loads(found.fix.partition(": ")[2]) == rule(90)


def test_in_a_managed_bucket_it_is_the_deployment_s() -> None:
    assert (seen(managed=True).verdict, seen(managed=True).fix) == ("fault", "make deploy STAGE=prod")


def test_an_analyst_reads_the_access_logs_and_sees_their_table_where_there_is_one() -> None:
    for distributions in ((), ("E1ABC",)):
        entry = Allow(NAME, table="shop", distributions=distributions)
        policy = json.dumps(people.analyst(Stage(name="prod", account=OWNER, allow=(entry,)), NAME))
        assert f"arn:aws:s3:::{NAME}/access/*" in policy
        assert ("/shop_access" in policy) == bool(distributions)
