"""What moving a file of CloudFront's uses, counted by the handler itself on moto, against the rates that `sluice cost` takes."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from moto import mock_aws

from bench import access_logs
from chalicelib import settings
from chalicelib.access_logs import arrival, cleaning
from chalicelib.access_logs.cleaning import Rules
from chalicelib.access_logs.requests import KINDS
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.jobs import MOVE_LOGS
from chalicelib.lake import nightly
from chalicelib.lake.reader import Direct
from chalicelib.prefixes import DELIVERED
from sluice.cloud import cost, template
from sluice.project.config import Allow, Stage
from tests import cloudfront, month, movers
from tests.month import Meter, length

HANDLE = movers.handler()
RATES = cost.sheet().access
PLAIN, LOGGED = (
    Stage("prod", "111122223333", allow=(Allow("shop-analytics", distributions=some),)) for some in ((), ("E1ABC",))
)


class Strict(Meter):
    """S3 as it answers those who may list a prefix alone: what is not there is forbidden, and not unknown."""

    def _hear(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        answer = super()._hear(request, event_name)
        bucket, _, key = unquote(urlsplit(request.url).path).removeprefix("/").partition("/")
        if "HeadObject" in event_name and key not in movers.held(bucket):
            return AWSResponse(request.url, 403, {}, month._Body(b""))
        return answer


@pytest.fixture
def meter() -> Iterator[Meter]:
    with movers.staged(1, HANDLE):
        made = Strict()
        made.listen()
        names = {"AttributeName": "pk", "AttributeType": "S"}
        boto3.client("dynamodb", region_name="us-east-1")
        made.during(lambda: None)
        made.unknown.clear()
        boto3.Session().client("dynamodb").create_table(
            TableName="salts",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[names],
            BillingMode="PAY_PER_REQUEST",
        )
        arrival.mover.cache_clear()
        yield made


def deliver(stage: str = "E0AAAA") -> str:
    now = datetime.now(UTC)
    key = f"{DELIVERED.path}{cloudfront.name(now, stage)}"
    lines = [cloudfront.line(now, {"c-ip": f"192.0.2.{number}"}) for number in range(200)]
    movers.s3_backends[movers.OWNER]["aws"].put_object(movers.INBOX, key, cloudfront.packed(lines))
    return key


def test_a_file_uses_what_the_prices_file_says(meter: Meter, log: Any) -> None:
    key = deliver()
    length(log)
    used = meter.during(lambda: HANDLE(movers.event(key), None))
    logged = length(log)

    # One put is CloudFront's own.
    expected = {"s3_put": RATES.puts_of_file - 1, "s3_list": RATES.lists_of_file, "s3_get": RATES.gets_of_file}
    assert +used == Counter({**expected, "salts": RATES.salts_of_file})
    assert 0.5 * RATES.log_bytes_of_file < logged <= RATES.log_bytes_of_file
    assert movers.held(movers.INBOX).keys() == {f"{DELIVERED.path}{name}" for name in movers.FOREIGN}


def test_a_tenant_s_night_asks_what_the_prices_file_says() -> None:
    """The eleventh night of three files a day, against one without distributions."""
    plain, logged = (_nights(some) for some in ((), ("E1ABC",)))
    more = logged - plain
    assert more["ListObjectsV2"] == RATES.lists_of_night
    # The day's three files are read besides.
    assert more["GetObject"] + more["HeadObject"] + more["files"] == RATES.gets_of_night + 3
    assert more["PutObject"] == RATES.puts_of_night


def _nights(distributions: tuple[str, ...]) -> Counter[str]:
    """What the last of some nights asks of S3."""
    stage = settings.load({"STAGE": "dev", "BUCKET_OWNER": movers.OWNER, "SALTS": "dynamodb:salts"})
    entry = Entry("shop-analytics", distributions=frozenset(distributions))
    stage = replace(stage, allowlist=Allowlist([entry]))
    asked: Counter[str] = Counter()
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=entry.bucket)
        call, read = BaseClient._make_api_call, Direct.read

        def called(client: Any, name: str, given: Any) -> Any:
            asked[name] += 1
            return call(client, name, given)

        def body(*given: Any) -> Any:
            asked["files"] += 1
            return read(*given)

        for night in range(11):
            now = datetime(2026, 3, 20 + night, 3, tzinfo=UTC)
            for hour in (1, 9, 17):
                at = (now - timedelta(days=2)).replace(hour=hour)
                key = f"access/year={at:%Y}/month={at:%m}/day={at:%d}/{cloudfront.name(at, 'E1ABC')}"
                s3.put_object(Bucket=entry.bucket, Key=key, Body=cloudfront.packed([cloudfront.line(at, {})]))
            asked.clear()
            with patch.context() as listening:
                listening.setattr(BaseClient, "_make_api_call", called)
                listening.setattr(Direct, "read", body)
                for task in nightly.plan(stage, now, KINDS).tasks:
                    nightly.work(stage, task, now, KINDS)
    return asked


def test_a_worker_that_was_there_asks_for_no_salt_again(meter: Meter) -> None:
    first, second = deliver(), deliver("E0BBBB")
    meter.during(lambda: HANDLE(movers.event(first), None))
    assert meter.during(lambda: HANDLE(movers.event(second), None))["salts"] == 0


def test_a_planted_call_is_found(meter: Meter, monkeypatch: pytest.MonkeyPatch) -> None:
    made = arrival.mover()
    move = made.move

    def after_a_look(*given: Any) -> Any:
        list(made._source.listed())
        return move(*given)

    monkeypatch.setattr(made, "move", after_a_look)
    key = deliver()
    assert meter.during(lambda: HANDLE(movers.event(key), None))["s3_list"] == RATES.lists_of_file + 1


def test_a_cleaned_line_has_as_many_bytes_as_the_prices_file_says() -> None:
    packed = access_logs._packed(20_000)
    made = cleaning.cleaned(packed, Rules(lambda day: b"s" * 32, UTC, (), frozenset({"page"})))
    assert gzip.decompress(made.body).count(b"\n") == 20_002
    assert len(made.body) / 20_000 == pytest.approx(RATES.line_bytes, rel=0.2)


def test_the_mover_has_the_memory_that_is_paid_for_and_no_alarm() -> None:
    assert MOVE_LOGS.memory == RATES.move_mb
    assert MOVE_LOGS.alarm is None


def test_without_distributions_no_resource_is_the_mover_s() -> None:
    plain, logged = (template.template(stage)["Resources"] for stage in (PLAIN, LOGGED))
    assert logged.keys() - plain.keys() == {"MoveLogs", "MoveLogsRole", "MoveLogsLogGroup"}
    assert plain.keys() <= logged.keys()
