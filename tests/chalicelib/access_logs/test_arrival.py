"""What a worker of the mover does with one event: the file to its tenant, or left, or raised for another try."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib import settings
from chalicelib.access_logs import arrival
from chalicelib.access_logs.arrival import Mover, Unmoved
from chalicelib.access_logs.moving import NoSalt, Outcome
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.settings import Settings
from tests import cloudfront
from tests.conftest import OWNER, keys

SHOP, BLOG, INBOX, TABLE = "shop-analytics", "blog-analytics", "sluice-prod-inbox", "sluice-prod-salts"
HOUR = datetime(2026, 11, 9, 23, tzinfo=UTC)
NOW = datetime(2026, 11, 10, 12, tzinfo=UTC)
LATER = datetime(2026, 12, 24, tzinfo=UTC)
NAME = cloudfront.name(HOUR)
PLACE = f"access/year=2026/month=11/day=09/{NAME}"
ADDRESS = "203.0.113.9"
BODY = cloudfront.packed([cloudfront.line(HOUR, {"c-ip": ADDRESS})])


def stage(**variables: str) -> Settings:
    given = {"STAGE": "prod", "STORE": "s3", "BUCKET_OWNER": OWNER, "SALTS": f"dynamodb:{TABLE}"}
    made = settings.load({**given, "ALLOWED_BUCKETS": SHOP, "STAGE_BUCKET": INBOX, **variables})
    entries = [Entry(SHOP, distributions=frozenset({cloudfront.DISTRIBUTION})), Entry(BLOG), Entry("*-logs")]
    object.__setattr__(made, "allowlist", Allowlist(entries))
    return made


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3")
        for bucket in (SHOP, BLOG, INBOX):
            client.create_bucket(Bucket=bucket)
        names = {"AttributeName": "pk", "AttributeType": "S"}
        boto3.client("dynamodb").create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[names],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


def detail(key: str, bucket: str = INBOX) -> dict[str, Any]:
    """The detail of S3's event, with what it has besides."""
    return {
        **{"version": "0", "bucket": {"name": bucket}, "request-id": "N4N7", "requester": OWNER, "reason": "PutObject"},
        "object": {"key": key, "size": 5, "etag": "b1946ac9", "sequencer": "00617F08299329D189"},
    }


def delivered(s3: Any, key: str, body: bytes = BODY) -> str:
    s3.put_object(Bucket=INBOX, Key=key, Body=body)
    return key


def moved(key: str, now: datetime = NOW, bucket: str = INBOX, **variables: str) -> Outcome:
    return Mover(stage(**variables)).move(detail(key, bucket), now)


@pytest.mark.parametrize("folder", ["", "shop/", "cdn logs/a+b/", "100%25/ü/"])
def test_a_file_goes_to_its_tenant_whatever_folders_it_is_in(s3: Any, folder: str) -> None:
    outcome = moved(delivered(s3, f"access-logs/{folder}{NAME}"))
    assert (outcome.did, outcome.reason) == ("moved", "")
    assert (keys(s3, SHOP), keys(s3, INBOX)) == ([PLACE], [])
    text = gzip.decompress(s3.get_object(Bucket=SHOP, Key=PLACE)["Body"].read()).decode()
    assert (text.count("\n"), ADDRESS in text) == (3, False)


def test_an_event_that_comes_again_changes_nothing(s3: Any) -> None:
    key = delivered(s3, f"access-logs/{NAME}")
    assert [moved(key).did, moved(key).did] == ["moved", "gone"]
    assert moved(delivered(s3, key)).did == "there"
    assert (keys(s3, SHOP), keys(s3, INBOX)) == ([PLACE], [])


@pytest.mark.parametrize(
    ("key", "did"),
    [
        ("access-logs/notes.txt", "foreign"),
        (f"access-logs/{NAME}/", "foreign"),
        (f"access-logs/{cloudfront.name(HOUR, 'E9NOBODY')}", "unknown"),
        (f"code/{NAME}", "foreign"),
    ],
)
def test_what_nobody_owns_is_left_for_the_lifecycle(s3: Any, key: str, did: str) -> None:
    assert moved(delivered(s3, key)).did == did
    assert (keys(s3, INBOX), keys(s3, SHOP)) == ([key], [])


def test_a_file_of_another_bucket_is_not_taken(s3: Any) -> None:
    s3.put_object(Bucket=BLOG, Key=f"access-logs/{NAME}", Body=BODY)
    assert moved(f"access-logs/{NAME}", bucket=BLOG).did == "foreign"
    assert len(keys(s3, BLOG)) == 1


def test_without_a_salt_the_event_is_raised_and_the_file_waits(s3: Any) -> None:
    key = delivered(s3, f"access-logs/{NAME}")
    boto3.client("dynamodb").delete_table(TableName=TABLE)
    with pytest.raises(NoSalt):
        moved(key)
    assert (keys(s3, INBOX), keys(s3, SHOP)) == ([key], [])
    # What is late needs none.
    outcome = moved(key, LATER)
    assert (outcome.did, outcome.cleaned and outcome.cleaned.unhashed) == ("moved", 1)


def test_where_addresses_are_never_hashed_no_salt_is_asked_for(s3: Any) -> None:
    boto3.client("dynamodb").delete_table(TableName=TABLE)
    outcome = moved(delivered(s3, f"access-logs/{NAME}"), IP_HASH="off")
    assert (outcome.did, outcome.cleaned and outcome.cleaned.unhashed) == ("moved", 1)


def test_what_s3_refuses_is_raised_and_the_file_waits(s3: Any) -> None:
    key = delivered(s3, f"access-logs/{NAME}")
    s3.delete_bucket(Bucket=SHOP)
    with pytest.raises(ClientError):
        moved(key)
    assert keys(s3, INBOX) == [key]


@pytest.mark.parametrize(("body", "place"), [(b"plain", None), (BODY, b"of another file")])
def test_a_file_that_somebody_must_look_at_is_raised(s3: Any, body: bytes, place: bytes | None) -> None:
    key = delivered(s3, f"access-logs/{NAME}", body)
    if place:
        s3.put_object(Bucket=SHOP, Key=PLACE, Body=place)
    outcome = moved(key)
    with pytest.raises(Unmoved, match=outcome.did):
        arrival.refuse_fault(outcome)
    assert keys(s3, INBOX) == [key]


def test_what_is_well_or_nobody_s_is_not_raised() -> None:
    for did in ("moved", "there", "gone", "foreign", "unknown"):
        arrival.refuse_fault(Outcome(did))  # type: ignore[arg-type]


def test_a_stage_without_a_bucket_of_its_own_says_so() -> None:
    with pytest.raises(ValueError, match="STAGE_BUCKET is not set"):
        Mover(stage(STAGE_BUCKET=""))


def test_an_event_that_is_none_of_s3_s_is_refused(s3: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        Mover(stage()).move({"bucket": INBOX}, NOW)
