"""By which hashes a person is looked for: the tenant's key, the days whose root lives, and what is said without them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib import privacy
from chalicelib.allowlist import Entry
from chalicelib.tracking import modes, salts
from chalicelib.tracking.salts import DynamoSalts
from chalicelib.tracking.tenant_keys import NoKeys
from sluice.subjects import hashes
from sluice.subjects.hashes import Hashes, Place
from tests.conftest import BUCKET

NOW = datetime(2026, 3, 10, 1, tzinfo=UTC)
TABLE = "sluice-prod-salts"


class Key:
    """A tenant's key that is there."""

    cause = None

    def key(self, bucket: str, now: datetime) -> bytes | None:
        return b"k" * 32


def asked(mode: str, roots: hashes.Roots | None = None, zone: str = "UTC", keys: bool = False) -> Hashes:
    entry = Entry(BUCKET, identify=mode, timezone=zone)  # type: ignore[arg-type]
    return hashes.of(Place(BUCKET, entry, Key() if keys else NoKeys(), roots), "user", "u-jane", NOW)


@pytest.fixture
def table() -> Iterator[DynamoSalts]:
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        dynamodb.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": salts.KEY, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": salts.KEY, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield DynamoSalts(TABLE, dynamodb)


def test_a_person_is_looked_for_by_the_days_whose_root_lives_and_no_root_is_made(table: DynamoSalts) -> None:
    for day in (7, 8, 9):
        table.root(date(2026, 3, day), NOW - timedelta(days=2))
    found = asked("day", hashes.roots(TABLE, "us-east-1"))
    stored = {
        day: modes.hashed(privacy.tenant_salt(table.root(date(2026, 3, day), NOW) or b"", BUCKET), "user", "u-jane")
        for day in (8, 9)
    }
    assert set(found.values) == set(stored.values())
    assert "Those of 2026-03-08 and later were looked for" in found.limits[0]
    scanned = boto3.client("dynamodb", region_name="us-east-1").scan(TableName=TABLE)["Items"]
    assert len(scanned) == 3


@pytest.mark.parametrize(
    ("zone", "first"), [("UTC", 8), ("Pacific/Kiritimati", 9), ("America/Los_Angeles", 8), ("Etc/GMT+12", 8)]
)
def test_the_days_that_live_are_those_of_the_tenant_s_zone(zone: str, first: int) -> None:
    living = list(hashes.living(zone, NOW))
    assert living[0] == date(2026, 3, first)
    assert all(salts.forgotten_at(day, zone) > NOW for day in living)
    assert salts.forgotten_at(living[0] - timedelta(days=1), zone) <= NOW


def test_salts_that_cannot_be_read_are_said() -> None:
    def refused(day: date, zone: str) -> bytes | None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetItem")

    assert "(AccessDeniedException)" in asked("day", refused).limits[0]
    assert asked("day", refused).values == ()


def test_by_the_tenant_s_key_all_days_are_found_and_nothing_is_left_to_say_of_it() -> None:
    found = asked("tenant", keys=True)
    assert found.values == (modes.hashed(b"k" * 32, "user", "u-jane"),)
    assert not any('`identify = "tenant"`' in one for one in found.limits)


@pytest.mark.parametrize(("mode", "said"), [("tenant", "TenantKey.None"), ("sent", "another `identify` now")])
def test_without_the_key_it_is_said_why(mode: str, said: str) -> None:
    assert asked(mode).values == ()
    assert said in asked(mode).limits[1]
