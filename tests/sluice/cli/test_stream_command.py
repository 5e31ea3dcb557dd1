"""`sluice stream`: what it prints of a stage on moto, and what it exits with."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from chalicelib.records import iso
from sluice import aws
from sluice.cli.main import main
from tests.conftest import Tracker, event_body
from tests.sluice.cloud.test_draining import APP, OWN, SHOP, TEXT, Functions
from tests.sluice.cloud.test_draining import break_bucket as break_bucket
from tests.sluice.cloud.test_draining import live as live
from tests.sluice.cloud.test_draining import there as there
from tests.sluice.cloud.test_draining import tracker as tracker
from tests.streams import Stage


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: Functions) -> None:
    """A project with a stage that has a stream, one without, and the local one."""
    without = TEXT.replace("stages.prod", "stages.dev").replace("*-analytics", "dev-analytics")
    local = '[stages.local]\nstore = "dir:data"\n'
    (tmp_path / "sluice.toml").write_text(f"{local}{TEXT}[stages.prod.stream]\n{without}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(aws, "patient", there.client)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def ask(*arguments: str, stage: str = "prod") -> Result:
    return CliRunner().invoke(main, ["stream", *arguments, "--stage", stage])


def test_an_empty_stream_is_said_to_be_empty(live: Stage) -> None:
    asked = ask("status")
    assert (asked.exit_code, asked.stdout) == (0, "sluice-prod-events is empty, and nothing waits behind it.\n")


def test_what_waits_is_listed_with_what_to_do(
    live: Stage, tracker: Tracker, break_bucket: Callable[[str], set[str]]
) -> None:
    tracker.call(event_body(bucket=SHOP))
    break_bucket(SHOP)
    live.drain()
    tracker.call(event_body(bucket=APP))
    live.s3.put_object(Bucket=OWN, Key="parked/_unreadable/ab", Body=b"")
    live.s3.put_object(Bucket=OWN, Key="aws/lambda/0a/shardId-0/2026/11/28/x", Body=b"")

    asked = ask("status")
    assert asked.exit_code == 1
    rows = [line for line in asked.stdout.splitlines() if "parked objects" in line]
    assert SHOP in rows[0]
    for said in ("unread messages", "stream release --stage prod", "stays below aws/lambda/", "parked/_unreadable/"):
        assert said in asked.stdout

    found = json.loads(ask("status", "--json").stdout)
    assert found["kept"]["parked"][SHOP]["number"] == 1
    assert sum(one["number"] for one in found["unread"].values()) == 1


def test_a_stage_without_a_stream_has_none(live: Stage) -> None:
    asked = ask("status", stage="dev")
    assert (asked.exit_code, asked.stdout) == (0, "dev has no stream in AWS.\n")
    assert json.loads(ask("status", "--json", stage="dev").stdout) is None


def test_what_is_parked_is_released(live: Stage, tracker: Tracker, break_bucket: Callable[[str], set[str]]) -> None:
    tracker.call(event_body(bucket=SHOP))
    broken = break_bucket(SHOP)
    live.drain()
    first = ask("release")
    assert (first.exit_code, first.stdout) == (1, f"0 objects released, 1 still parked.\n  {SHOP}: AccessDenied\n")
    broken.clear()
    second = ask("release", "--json")
    assert (second.exit_code, json.loads(second.stdout)["released"]) == (0, 1)


def test_a_window_is_sent_again(live: Stage, tracker: Tracker) -> None:
    tracker.call(event_body(bucket=SHOP))
    start = iso(datetime.now(UTC) - timedelta(minutes=1))
    asked = ask("replay", "--from", start)
    assert asked.exit_code == 0 and "1 records" in asked.stdout
    assert json.loads(ask("replay", "--from", start, "--json").stdout)["records"] == 1
    assert len(live.records(SHOP)) == 1


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("yesterday", "--from 'yesterday' is not a time; write it like 2026-11-28T14:00:00Z"),
        ("2026-11-28T14:00:00", "has no time zone"),
        ("2999-01-01T00:00:00Z", "is in the future"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(live: Stage, moment: str, said: str) -> None:
    asked = ask("replay", "--from", moment)
    assert asked.exit_code == 1
    assert said in asked.stderr


@pytest.mark.parametrize("command", [("status",), ("release",), ("replay", "--from", "2026-11-28T14:00:00Z")])
def test_the_local_server_does_it_itself(command: tuple[str, ...]) -> None:
    asked = ask(*command, stage="local")
    assert asked.exit_code == 0
    assert asked.stdout.startswith("The local server itself puts what its stream holds")
