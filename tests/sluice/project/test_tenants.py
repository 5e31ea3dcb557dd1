"""The tenants of a stage: which buckets, by which entry, and when their last event came."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from moto.s3.models import s3_backends
from rich.console import Console

from chalicelib.lake import objects
from chalicelib.tracking.stores import DirectoryStore
from sluice import aws
from sluice.project import tenants
from sluice.project.config import Allow, Stage
from sluice.project.tenants import Tenant, TenantsError
from tests.conftest import OWNER

REGION = "ca-central-1"
STRANGER = "999988887777"
DAY = "analytics/year=2025/month=12/day=17/"


@pytest.fixture
def s3() -> Iterator[Any]:
    """moto's S3 in the stage's region."""
    with mock_aws():
        yield boto3.client("s3", region_name=REGION)


def stage(*allow: Allow) -> Stage:
    return Stage(name="dev", account=OWNER, region=REGION, allow=allow)


def local(folder: Path, *buckets: str) -> Stage:
    return Stage(name="local", store=f"dir:{folder}", allow=tuple(Allow(bucket) for bucket in buckets))


def make(s3: Any, *buckets: str) -> None:
    for bucket in buckets:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})


def put(s3: Any, bucket: str, key: str, arrived: datetime) -> None:
    """Put an object that came at this moment."""
    s3.put_object(Bucket=bucket, Key=key, Body=b"{}")
    s3_backends[OWNER]["aws"].buckets[bucket].keys[key].last_modified = arrived.replace(tzinfo=None)


class Listed(list[str]):
    """The clients of a command, with every prefix that they list, and what this call of theirs is answered."""

    def __init__(self, call: str = "", status: int = 0, text: bytes = b"") -> None:
        self.call = call
        self.answer = status, text

    def __call__(self, service: str, region: str) -> Any:
        client = aws.client(service, region)
        client.meta.events.register("provide-client-params.s3.ListObjectsV2", self._note)
        if self.call:
            client.meta.events.register_first(f"before-send.s3.{self.call}", self._answer)
        return client

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        self.append(params["Prefix"])

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, self.answer[0], {}, Raw(self.answer[1]))


class Raw:
    """A body as botocore reads it."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def stream(self) -> Iterator[bytes]:
        yield self._text


def error(code: str) -> bytes:
    return f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()


def names(found: list[Tenant]) -> list[str]:
    return [tenant.bucket for tenant in found]


def test_a_pattern_admits_the_buckets_of_the_account_that_it_matches(s3: Any) -> None:
    make(s3, "shop-analytics", "blog-analytics", "shop-backups")

    found = tenants.find(stage(Allow("*-analytics")))

    assert [(tenant.bucket, tenant.entry) for tenant in found] == [
        ("blog-analytics", "*-analytics"),
        ("shop-analytics", "*-analytics"),
    ]


def test_the_exact_entry_counts_before_the_pattern(s3: Any) -> None:
    make(s3, "shop-analytics")

    (tenant,) = tenants.find(stage(Allow("*-analytics"), Allow("shop-analytics", table="shop")))

    assert (tenant.entry, tenant.table) == ("shop-analytics", "shop")


def test_a_tenant_has_its_owner_and_region(s3: Any) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="far-analytics")
    make(s3, "near-analytics")

    found = tenants.find(stage(Allow("*-analytics")))

    assert [(tenant.region, tenant.owner) for tenant in found] == [("us-east-1", OWNER), (REGION, OWNER)]


def test_exact_entries_alone_need_no_listing_of_the_account(s3: Any) -> None:
    make(s3, "shop-analytics")
    denied = Listed("ListBuckets", 403, error("AccessDenied"))

    assert names(tenants.find(stage(Allow("shop-analytics")), denied)) == ["shop-analytics"]


def test_a_bucket_of_another_account_is_found_by_its_exact_entry(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as theirs:
        theirs.setenv("MOTO_ACCOUNT_ID", STRANGER)
        make(boto3.client("s3", region_name=REGION), "their-analytics")

    found = tenants.find(stage(Allow("*-analytics"), Allow("their-analytics", owner=STRANGER)))

    assert [(tenant.bucket, tenant.owner) for tenant in found] == [("their-analytics", STRANGER)]


def test_every_look_at_a_bucket_names_the_account_that_must_own_it(s3: Any) -> None:
    make(s3, "their-analytics")
    owners: list[str] = []

    def clients(service: str, region: str) -> Any:
        client = aws.client(service, region)
        client.meta.events.register(
            "before-parameter-build.s3", lambda params, **_: owners.append(params.get("ExpectedBucketOwner"))
        )
        return client

    tenants.find(stage(Allow("their-analytics", owner=STRANGER)), clients)

    assert owners == [STRANGER, STRANGER]


def test_an_account_regional_bucket_is_found_by_its_whole_name(s3: Any) -> None:
    make(s3, name := f"shop-analytics-{OWNER}-{REGION}-an")

    (tenant,) = tenants.find(stage(Allow("shop-analytics", managed=True, account_regional=True)))

    assert tenant.bucket == name


def test_an_exact_entry_without_a_bucket_is_not_a_tenant_and_is_reported(s3: Any) -> None:
    gone = stage(Allow("gone-analytics"))

    assert tenants.find(gone) == []
    assert [tenant.fault for tenant in tenants.survey(gone)] == ["there is no such bucket"]


@pytest.mark.parametrize("call", ["HeadBucket", "ListObjectsV2"])
def test_a_bucket_that_is_denied_is_not_a_tenant_and_is_reported(s3: Any, call: str) -> None:
    make(s3, "shop-analytics")

    (tenant,) = tenants.survey(stage(Allow("shop-analytics")), Listed(call, 403, error("AccessDenied")))

    assert tenant.fault == f"not in the account {OWNER}, or not to be listed"


def test_the_last_event_is_the_newest_object_of_the_newest_day(s3: Any) -> None:
    make(s3, "shop-analytics")
    put(s3, "shop-analytics", f"{DAY}b.json", datetime(2025, 12, 17, 9, tzinfo=UTC))
    put(s3, "shop-analytics", f"{DAY}a.json", datetime(2025, 12, 17, 12, tzinfo=UTC))
    put(s3, "shop-analytics", "analytics/year=2025/month=09/day=30/c.json", datetime(2025, 12, 18, tzinfo=UTC))

    (tenant,) = tenants.find(stage(Allow("shop-analytics")))

    assert tenant.last_event == datetime(2025, 12, 17, 12, tzinfo=UTC)


def test_a_tenant_without_events_has_no_last_one(s3: Any) -> None:
    make(s3, "shop-analytics")
    put(s3, "shop-analytics", "compacted/dt=2025-12-17/events.parquet", datetime(2025, 12, 18, tzinfo=UTC))

    (tenant,) = tenants.find(stage(Allow("shop-analytics")))

    assert tenant.last_event is None


def test_folders_that_hold_no_record_are_passed_over(s3: Any) -> None:
    make(s3, "shop-analytics")
    put(s3, "shop-analytics", f"{DAY}a.json", moment := datetime(2025, 12, 17, 12, tzinfo=UTC))
    for other in ("year=2026/", "year=2025/month=12/day=18/", "year=2025/month=12/day=18/notes.txt", "z/y/x/w.json"):
        put(s3, "shop-analytics", f"analytics/{other}", datetime(2026, 1, 1, tzinfo=UTC))

    (tenant,) = tenants.find(stage(Allow("shop-analytics")))

    assert tenant.last_event == moment


def test_four_listings_find_the_last_event_of_many_days(s3: Any) -> None:
    make(s3, "shop-analytics")
    for month in range(1, 13):
        put(s3, "shop-analytics", f"analytics/year=2025/month={month:02}/day=17/a.json", datetime(2025, 12, 17))

    tenants.find(stage(Allow("shop-analytics")), listed := Listed())

    assert listed == ["analytics/", "analytics/year=2025/", "analytics/year=2025/month=12/", DAY]


def test_a_day_of_many_objects_is_listed_only_in_part(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "MAX_PAGES", 1)
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")  # in a page of a listing
    make(s3, "shop-analytics")
    for number in range(11):
        s3.put_object(Bucket="shop-analytics", Key=f"{DAY}{number:04}.json", Body=b"{}")

    tenants.find(stage(Allow("shop-analytics")), listed := Listed())

    assert listed.count(DAY) == 1


def test_a_folder_has_tenants_as_the_account_has(folder: Path) -> None:
    store = DirectoryStore(folder, durable=False)
    for bucket in ("shop-analytics", "shop-backups"):
        store.put(None, bucket, f"{DAY}a.json", b"{}")
    os.utime(folder / "shop-analytics" / DAY / "a.json", (1765972800, 1765972800))

    (tenant,) = tenants.find(local(folder, "*-analytics"))

    assert (tenant.bucket, tenant.table) == ("shop-analytics", "shop_analytics_events")
    assert tenant.last_event == datetime(2025, 12, 17, 12, tzinfo=UTC)


def test_a_folder_that_is_not_there_has_no_tenants(folder: Path) -> None:
    assert tenants.find(local(folder, "*-analytics")) == []


@pytest.mark.parametrize(
    ("bucket", "table"),
    [
        ("shop-analytics", "shop_analytics_events"),
        ("1shop-analytics", "t_1shop_analytics_fe6cf3b0_events"),
        ("shop.example", "t_shop_example_0f59463c_events"),
        ("a" * 63, f"t_{'a' * 29}_7d3e74a0_events"),
    ],
)
def test_a_bucket_gives_its_table_a_name(bucket: str, table: str) -> None:
    assert tenants.table_name(bucket, Allow(bucket)) == table


def test_no_two_buckets_have_one_table() -> None:
    buckets = ["shop-x", "shop.x", "1shop-x", "t-1shop-x", "shop--x", "a" * 62, "a" * 63]

    tables = {tenants.table_name(bucket, Allow(bucket)) for bucket in buckets}

    assert len(tables) == len(buckets)
    assert max(map(len, tables)) + len("_compacted") <= 60


def test_without_credentials_one_line_says_so(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)

    with pytest.raises(TenantsError, match="there are no AWS credentials; run `aws configure`"):
        tenants.find(stage(Allow("*-analytics")))


def test_a_denied_listing_of_the_account_is_one_line(s3: Any) -> None:
    with pytest.raises(TenantsError, match=r"^ListBuckets: AccessDenied$"):
        tenants.find(stage(Allow("*-analytics")), Listed("ListBuckets", 403, error("AccessDenied")))


def test_without_a_network_one_line_says_so(s3: Any) -> None:
    def clients(service: str, region: str) -> Any:
        client = aws.client(service, region)
        client.meta.events.register_first("before-send.s3", unreachable)
        return client

    with pytest.raises(TenantsError, match=r"^AWS cannot be reached \(EndpointConnectionError\)$"):
        tenants.find(stage(Allow("shop-analytics")), clients)


def unreachable(**_: Any) -> None:
    raise EndpointConnectionError(endpoint_url="https://s3.invalid")


def test_a_tenant_says_whether_its_events_are_sampled_and_its_values_are_tokenized(folder: Path) -> None:
    entries = (
        Allow("shop-analytics", sample=0.1, tokenize=("userId",)),
        Allow("blog-analytics", max_events_per_minute=60),
        Allow("news-analytics"),
    )
    for one in entries:
        DirectoryStore(folder, durable=False).put(None, one.bucket, f"{DAY}a.json", b"{}")

    found = tenants.find(Stage(name="local", store=f"dir:{folder}", allow=entries))

    said = {one.bucket: (one.is_sampled, one.is_tokenized) for one in found}
    assert said == {"shop-analytics": (True, True), "blog-analytics": (True, False), "news-analytics": (False, False)}
    written = io.StringIO()
    Console(width=200, file=written).print(tenants.table(found))
    assert [words in written.getvalue() for words in ("sampled, tokenized", "whole")] == [True, True]


def test_the_table_shows_a_tenant_in_a_line_each() -> None:
    shown = [
        Tenant("shop-analytics", "*-analytics", OWNER, "shop", REGION, datetime(2025, 12, 17, 12, tzinfo=UTC)),
        Tenant("gone-analytics", "gone-analytics", OWNER, "gone", fault="there is no such bucket"),
        Tenant("new-analytics", "*-analytics", OWNER, "new", REGION),
    ]
    written = io.StringIO()
    Console(width=200, file=written).print(tenants.table(shown))
    assert [words in written.getvalue() for words in ("2025-12-17 12:00:00Z", "no such bucket", "none yet")] == [
        True
    ] * 3
