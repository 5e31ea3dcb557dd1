"""What has not landed: the operator sees it next to what has, and nobody else does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import monotonic, time_ns
from typing import Any

import boto3
import pandas as pd
import pytest
from moto import mock_aws

from chalicelib.records import day_prefix, iso
from chalicelib.stream.reading import KinesisReader
from chalicelib.tracking.segments import FileStream
from chalicelib.tracking.stream import Message, packed
from sluice.analysis import flow
from sluice.analysis.facade import Data
from sluice.analysis.flow import Flow, OfFolder, OfKinesis
from sluice.analysis.scope import Filters, Scope
from sluice.analysis.viewers import EVERYBODY, User
from sluice.mirror import tenant
from tests.dashboards import BUCKET, OTHER, home, store
from tests.lake_events import ANN, PAGE, SHOP, crawler, event

__all__ = ["home"]  # a fixture
STREAM = "sluice-prod-events"


@pytest.fixture
def stream(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FileStream]:
    monkeypatch.setenv("STREAM", f"dir:{home}/stream")
    monkeypatch.setattr(flow, "pollers", cache(flow.Pollers))
    monkeypatch.setattr(flow, "IDLE", 20.0)
    made = FileStream(home / "stream")
    yield made
    made.close()


def came(number: int, page: str, who: dict[str, Any] = ANN) -> dict[str, Any]:
    """An event of this moment."""
    now = datetime.now(UTC)
    return event(number, "09 10:00:00", PAGE, page, who) | {
        "serverTimestamp": iso(now),
        "timestamp": iso(now),
        "dt": now.date().isoformat(),
    }


def message(record: dict[str, Any], bucket: str = BUCKET) -> bytes:
    fields = {name: value for name, value in record.items() if name != "dt"}
    return packed(Message(bucket, day_prefix(datetime.now(UTC).date()), json.dumps(fields).encode()))


def latest(user: User = EVERYBODY, bots: str = "exclude", filters: Filters = ()) -> tuple[pd.DataFrame, str | None]:
    today = datetime.now(UTC).date()
    days = replace(Scope(BUCKET, today - timedelta(1), today, filters=filters), bots=bots)
    return Data(user).latest(days, iso(datetime.now(UTC) - timedelta(minutes=30)), 100)


def pages(number: int, **given: Any) -> list[str]:
    """The pages, as soon as there are so many; as they are after ten seconds."""
    limit = monotonic() + 10
    while len(found := latest(**given)[0]) != number and monotonic() < limit:
        threading.Event().wait(0.05)
    return shown(found)


def shown(frame: pd.DataFrame) -> list[str]:
    return sorted(page.removeprefix(SHOP) for page in frame["page"])


def test_the_operator_sees_what_has_not_landed_once_with_what_has(home: Path, stream: FileStream) -> None:
    both = came(1, "/both")
    store(home, [both, came(2, "/landed")])
    for record in (both, came(3, "/waits")):
        stream.send(message(record), "key")
    assert pages(3) == ["/both", "/landed", "/waits"]
    frame, fault = latest()
    assert fault is None
    assert frame["arrived"].is_monotonic_decreasing


def test_filters_and_bots_hold_for_what_waits(home: Path, stream: FileStream) -> None:
    store(home, [came(1, "/landed")])
    stream.send(message(came(2, "/waits")), "key")
    stream.send(message(came(3, "/crawled", crawler("x", "bot"))), "key")
    assert pages(2) == ["/landed", "/waits"]
    assert pages(1, bots="only") == ["/crawled"]
    assert pages(1, filters=(("page", f"{SHOP}/waits"),)) == ["/waits"]


def test_a_tenant_s_own_user_sees_what_has_landed_and_starts_no_reading(
    home: Path, stream: FileStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "of", lambda place: pytest.fail("read the stream"))
    store(home, [came(1, "/landed")])
    stream.send(message(came(2, "/waits")), "key")
    for mine in ((BUCKET,), ("*-analytics",)):
        assert shown(latest(User("ann", mine))[0]) == ["/landed"]


def test_what_waits_for_another_tenant_is_not_shown(home: Path, stream: FileStream) -> None:
    store(home, [came(1, "/landed")])
    stream.send(message(came(2, "/other"), OTHER), "key")
    stream.send(message(came(3, "/waits")), "key")
    assert pages(2) == ["/landed", "/waits"]


def test_a_stream_that_fails_leaves_what_has_landed_and_says_why(
    home: Path, stream: FileStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(folder: Path) -> list[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(flow, "segments", denied)
    store(home, [came(1, "/landed")])
    frame, fault = latest()
    assert shown(frame) == ["/landed"]
    assert fault is not None
    assert "Permission denied" in fault


def test_messages_older_than_half_an_hour_and_broken_ones_are_left_out(home: Path, stream: FileStream) -> None:
    stream.send(message(came(1, "/old")), "key")
    stream.send(b"broken", "key")
    found = Flow(OfFolder(home / "stream"), tenant.find("local", BUCKET).settings, home / "held")
    found.look(datetime.now(UTC) + timedelta(minutes=31))
    assert found.place(tenant.find("local", BUCKET)) is None
    assert found.fault is None


def test_what_is_old_is_dropped_and_so_is_what_is_too_much(
    home: Path, stream: FileStream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "MOST", 2)
    monkeypatch.setattr(flow, "SPARE", 1)
    found = Flow(OfFolder(home / "stream"), tenant.find("local", BUCKET).settings, home / "held")
    now = datetime.now(UTC)
    for number in range(4):
        stream.send(message(came(number, f"/{number}")), "key")
        found.look(now)
    assert len(list((home / "held" / BUCKET).rglob("*.gz"))) == 2


@mock_aws
def test_kinesis_gives_each_message_once_and_says_what_it_refuses(home: Path) -> None:
    client = boto3.client("kinesis", "us-east-1")
    client.create_stream(StreamName=STREAM, ShardCount=2)
    reader, since = OfKinesis(KinesisReader(STREAM, client)), datetime.fromtimestamp(time_ns() / 1e9 - 60, UTC)
    sent = [message(came(number, f"/{number}")) for number in range(6)]
    for number, data in enumerate(sent[:4]):
        client.put_record(StreamName=STREAM, Data=data, PartitionKey=str(number))
    assert sorted(one for some in reader.new(since) for one in some) == sorted(sent[:4])
    for number, data in enumerate(sent[4:]):
        client.put_record(StreamName=STREAM, Data=data, PartitionKey=str(number))
    assert sorted(one for some in reader.new(since) for one in some) == sorted(sent[4:])
    found = Flow(OfKinesis(KinesisReader("gone", client)), tenant.find("local", BUCKET).settings, home / "held")
    found.look(datetime.now(UTC))
    assert found.fault == "ListShards: ResourceNotFoundException"


def test_nobody_looks_where_nobody_asks(home: Path, stream: FileStream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "IDLE", 0.0)
    made = flow.Poller(tenant.find("local", BUCKET).settings, OfFolder(home / "stream"))
    made._thread.join(10)
    assert not made.is_running
    assert not made.flow._root.exists()
