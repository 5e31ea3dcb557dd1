"""The nightly export of the service's own log: each line once, whatever is killed, missed, late or run twice."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.lake.objects import BucketObjects, FolderObjects
from chalicelib.service_logs import exporting, fields
from tests.conftest import OWNER, Tracker
from tests.log_lines import FIRST_DAY, OTHERS, line

DAY = date(2026, 11, 9)
NIGHT = datetime(2026, 11, 10, 1, 30, tzinfo=UTC)
BUCKET, GROUP = "sluice-prod-123456789012-us-east-1", "/aws/lambda/sluice-prod-tracker"


class Log:
    """A log in memory; it breaks when it is asked for the part that begins at this hour, and says what it was asked for."""

    def __init__(self, *lines: dict[str, Any] | str) -> None:
        self.lines = list(lines)
        self.breaks: str | None = None
        self.asked: list[str] = []

    def __call__(self, start: datetime, end: datetime) -> Iterator[str]:
        self.asked.append(f"{start:%H}")
        if self.breaks == f"{start:%H}":
            raise TimeoutError
        for one in self.lines:
            if isinstance(one, str):
                yield one
            elif start <= datetime.fromisoformat(one["timestamp"]) < end:
                yield json.dumps(one)


def stored(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The lines of each object, by what its key ends in."""
    found = sorted((folder / "logs").rglob("*.json.gz"))
    texts = {"/".join(path.parts[-4:]): gzip.decompress(path.read_bytes()).decode() for path in found}
    return {key: [json.loads(one) for one in text.splitlines()] for key, text in texts.items()}


def a_line_every_hour(number: int = 24) -> Log:
    return Log(*(line(f"09 {hour:02}:07:00", "accepted", 200, 1.5, bucket="b") for hour in range(number)))


@pytest.fixture
def objects(tmp_path: Path) -> FolderObjects:
    return FolderObjects(tmp_path)


def test_a_day_is_four_objects_of_its_requests(objects: FolderObjects, tmp_path: Path) -> None:
    done = exporting.export(Log(*FIRST_DAY), objects, DAY)

    assert (done.objects, done.lines) == (4, len(FIRST_DAY))
    assert {key: len(lines) for key, lines in stored(tmp_path).items()} == {
        "2026/11/09/00-06.json.gz": 0,
        "2026/11/09/06-12.json.gz": len(FIRST_DAY),
        "2026/11/09/12-18.json.gz": 0,
        "2026/11/09/18-24.json.gz": 0,
    }
    assert exporting.missing(objects, [DAY]) == []


def test_a_line_keeps_what_questions_read_and_no_id(objects: FolderObjects, tmp_path: Path) -> None:
    exporting.export(Log(*FIRST_DAY), objects, DAY)

    found = stored(tmp_path)["2026/11/09/06-12.json.gz"]
    assert found == [{name: value for name, value in one.items() if name not in fields.DROPPED} for one in FIRST_DAY]
    assert all(name in FIRST_DAY[0] and name not in found[0] for name in fields.DROPPED)


@pytest.mark.parametrize("other", [*OTHERS, "5", "[]", '{"route": 1}', "{"])
def test_other_lines_are_left_out(other: str) -> None:
    assert exporting.kept(other) is None


def test_a_killed_run_is_gone_on_with(objects: FolderObjects, tmp_path: Path) -> None:
    log = a_line_every_hour()
    for part in ("00", "06", "18"):
        log.breaks = part
        with pytest.raises(TimeoutError):
            exporting.export(log, objects, DAY)
        assert exporting.missing(objects, [DAY]) == [DAY]

    log.breaks, log.asked = None, []
    exporting.export(log, objects, DAY)

    assert log.asked == ["18"]  # what is stored is not read again
    lines = [one["timestamp"] for part in stored(tmp_path).values() for one in part]
    assert lines == [one["timestamp"] for one in a_line_every_hour().lines if isinstance(one, dict)]
    assert exporting.export(log, objects, DAY) == (DAY, 0, 0)


def test_two_runs_at_once_write_each_line_once(objects: FolderObjects, tmp_path: Path) -> None:
    """The second run begins and ends while the first one reads; by then a line has arrived that the first did not see."""
    log, other = a_line_every_hour(23), a_line_every_hour(24)

    def overtaken(start: datetime, end: datetime) -> Iterator[str]:
        if f"{start:%H}" == "06":
            exporting.export(other, objects, DAY)
        return log(start, end)

    done = exporting.export(overtaken, objects, DAY)

    assert done.objects == 1
    assert sum(len(part) for part in stored(tmp_path).values()) == 24


def test_a_missed_day_is_exported_the_next_night(objects: FolderObjects) -> None:
    days = exporting.closed(NIGHT)
    assert days == [DAY - timedelta(days=number) for number in range(7)]

    for day in days[1:]:
        exporting.export(Log(), objects, day)
    assert exporting.missing(objects, exporting.closed(NIGHT)) == [DAY]
    assert exporting.missing(objects, exporting.closed(NIGHT + timedelta(days=1))) == [DAY + timedelta(days=1), DAY]


def test_a_day_is_not_closed_while_its_lines_may_still_arrive() -> None:
    assert exporting.closed(datetime(2026, 11, 10, 0, 59, tzinfo=UTC))[0] == DAY - timedelta(days=1)
    assert exporting.closed(datetime(2026, 11, 10, 1, 0, tzinfo=UTC))[0] == DAY


@mock_aws
def test_a_day_is_read_from_cloudwatch_page_by_page_with_both_its_ends() -> None:
    s3, logs = boto3.client("s3"), boto3.client("logs")
    s3.create_bucket(Bucket=BUCKET)
    logs.create_log_group(logGroupName=GROUP)
    # CloudWatch takes no line that is older than two weeks.
    day = datetime.now(UTC).date() - timedelta(days=2)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    ends = [
        start - timedelta(milliseconds=1),
        start,
        start + timedelta(days=1, milliseconds=-1),
        start + timedelta(days=1),
    ]
    for stream, moments in {
        "a": ends,
        "b": [start + timedelta(hours=12, milliseconds=n) for n in range(12_000)],
    }.items():
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        for at in range(0, len(moments), 4000):
            events = [event(moment) for moment in moments[at : at + 4000]]
            logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events)
    objects = BucketObjects(BUCKET, OWNER)

    done = exporting.export(exporting.lines_of(GROUP), objects, day)

    assert (done.objects, done.lines) == (4, 12_002)
    text = "".join(gzip.decompress(body or b"").decode() for _, body in objects.read_all(objects.keys("logs/")))
    assert text.count("\n") == len(set(text.splitlines())) == 12_002


def event(moment: datetime) -> dict[str, Any]:
    said = {"route": "/track", "outcome": "accepted", "timestamp": moment.isoformat()}
    return {"timestamp": round(moment.timestamp() * 1000), "message": json.dumps(said)}


@mock_aws
def test_the_nights_job_exports_what_is_missing_and_says_it(tracker: Callable[..., Tracker], log: io.StringIO) -> None:
    s3, logs = boto3.client("s3"), boto3.client("logs")
    s3.create_bucket(Bucket=BUCKET)
    logs.create_log_group(logGroupName=GROUP)
    variables = {"STAGE": "prod", "BUCKET_OWNER": OWNER, "STAGE_BUCKET": BUCKET, "SALTS": "memory"}
    app = tracker(**variables).app
    newest, *others = exporting.closed(datetime.now(UTC))
    for day in others[1:]:
        exporting.export(Log(), BucketObjects(BUCKET, OWNER), day)

    app.export_logs(SimpleNamespace(context=SimpleNamespace(function_name="sluice-prod-export-logs")))

    found = [json.loads(one) for one in log.getvalue().splitlines()]
    assert [(one["message"], one["day"], one["objects"]) for one in found] == [
        ("export_logs", str(newest), 4),
        ("export_logs", str(others[0]), 4),
    ]


@mock_aws
def test_a_night_without_its_log_fails_so_that_its_alarm_rings(tracker: Callable[..., Tracker]) -> None:
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    variables = {"STAGE": "prod", "BUCKET_OWNER": OWNER, "STAGE_BUCKET": BUCKET, "SALTS": "memory"}
    app = tracker(**variables).app

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        app.export_logs(SimpleNamespace(context=SimpleNamespace(function_name="sluice-prod-export-logs")))
