"""What the doctor sees of a stage's stream."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest

from chalicelib.stream import parking
from sluice.access import streaming
from sluice.doctor import stage as doctor
from tests.sluice.doctor.test_doctor import OWN, SHOP, World, examined_while
from tests.sluice.doctor.test_doctor import address as address
from tests.sluice.doctor.test_doctor import found as finding_of
from tests.sluice.doctor.test_doctor import world as world

CHECKS = {"stream", "stream's reader", "stream's waiting records"}


def put(world: World, key: str) -> None:
    world.at("s3").delete_bucket_policy(Bucket=OWN)  # which lets nobody but the functions put
    world.at("s3").put_object(Bucket=OWN, Key=key, Body=b"{}")


def sources(world: World) -> list[str]:
    return [one["UUID"] for one in world.at("lambda").list_event_source_mappings()["EventSourceMappings"]]


def remove_stream(world: World) -> None:
    world.at("kinesis").delete_stream(StreamName=world.stage.stream_name)


def keep_for_longer(world: World) -> None:
    world.at("kinesis").increase_stream_retention_period(StreamName=world.stage.stream_name, RetentionPeriodHours=48)


def split(world: World) -> None:
    world.at("kinesis").update_shard_count(
        StreamName=world.stage.stream_name, TargetShardCount=2, ScalingType="UNIFORM_SCALING"
    )


def remove_source(world: World) -> None:
    for one in sources(world):
        world.at("lambda").delete_event_source_mapping(UUID=one)


def disable_source(world: World) -> None:
    for one in sources(world):
        world.at("lambda").update_event_source_mapping(UUID=one, Enabled=False)


def read_sooner(world: World) -> None:
    remove_source(world)
    world.at("lambda").create_event_source_mapping(
        EventSourceArn=streaming.stream(world.stage),
        FunctionName=world.stage.function("consume"),
        MaximumBatchingWindowInSeconds=5,
        StartingPosition="TRIM_HORIZON",
    )


def park_for_long(world: World) -> None:
    put(world, f"parked/{SHOP}/year=2026/month=11/day=28/stream.{'a' * 32}.json.gz")
    world.now += timedelta(minutes=61)


def set_aside(world: World) -> None:
    put(world, f"{parking.UNREADABLE}{'a' * 32}")


def give_up(world: World) -> None:
    put(world, "aws/lambda/0f-1a/shardId-000000000000/2026/11/28/a")


def gather_for_long(world: World) -> None:
    put(world, "gathered/1796000000000-abcdef")
    world.now += timedelta(minutes=61)


PLANTED = [
    (remove_stream, "stream", "there is no stream sluice-prod-events", "make deploy STAGE=prod"),
    (keep_for_longer, "stream", "for 48 hours instead of 24", "make deploy STAGE=prod"),
    (split, "stream", "2 shards instead of 1", "make deploy STAGE=prod"),
    (remove_source, "stream's reader", "nothing reads it", "make deploy STAGE=prod"),
    (disable_source, "stream's reader", "its reader is Disabled", "aws lambda update-event-source-mapping --uuid"),
    (read_sooner, "stream's reader", "every 5 seconds instead of 300", "sluice sync; make deploy STAGE=prod"),
    (park_for_long, "stream's waiting records", f"parked for over an hour for {SHOP}", "sluice stream status"),
    (set_aside, "stream's waiting records", "1 messages cannot be read", "sluice stream status --stage prod"),
    (give_up, "stream's waiting records", "1 batches were given up", "sluice stream status --stage prod"),
    (gather_for_long, "stream's waiting records", "nothing puts them", "sluice stream status --stage prod"),
]


@pytest.mark.parametrize(("plant", "check", "message", "fix"), PLANTED, ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_of_the_stream_is_found_and_its_fix_named(
    world: World, plant: Callable[[World], None], check: str, message: str, fix: str
) -> None:
    plant(world)
    finding = finding_of(world, "service", check)
    assert finding.verdict == "fault"
    assert message in finding.found
    assert fix in finding.fix


def test_what_was_parked_a_moment_ago_is_well(world: World) -> None:
    put(world, f"parked/{SHOP}/year=2026/month=11/day=28/stream.{'a' * 32}.json.gz")
    finding = finding_of(world, "service", "stream's waiting records")
    assert (finding.verdict, finding.found) == ("ok", "1 objects are parked, none for long")


def test_a_stage_without_a_stream_is_not_asked_for_one(world: World) -> None:
    plain = msgspec.structs.replace(world.stage, stream=None)
    examined = doctor.examine(plain, world.now, databases=[world.database], client=world.client)
    assert not CHECKS & {one.check for one in examined}


@pytest.mark.parametrize(
    ("call", "check"),
    [
        ("describe_stream_summary", "stream"),
        ("list_event_source_mappings", "stream's reader"),
        ("get_paginator", "stream's waiting records"),
    ],
)
def test_a_check_of_the_stream_that_fails_is_not_checked(world: World, call: str, check: str) -> None:
    finding = examined_while(world, call, ValueError("<html>"))["service", check]
    assert (finding.verdict, finding.found) == ("not checked", "ValueError: <html>")
