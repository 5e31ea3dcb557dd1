"""The nightly export: the request lines of closed days, from CloudWatch to objects below `logs/`, each written once.

A day is four objects of six hours, `logs/2026/11/27/00-06.json.gz` and so on, written in their order: the last one says that the
day is whole. Their borders are fixed, so that a run that was killed is gone on with, and two runs at once write no line twice.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import boto3
import msgspec
from botocore.config import Config

from chalicelib.lake.objects import BucketObjects, Objects
from chalicelib.prefixes import LOGS
from chalicelib.service_logs.fields import KEPT
from chalicelib.settings import Settings

# CloudWatch has a line a few seconds after it was written.
ARRIVAL = timedelta(hours=1)
# Days that a night looks at. CloudWatch keeps lines for a month at least.
REACH = 7
PART = timedelta(hours=6)
_NAMES = tuple(field.name for field in KEPT)
# A page has a megabyte at most, and an account's quota is some pages a second.
_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 10, "mode": "adaptive"})

Lines = Callable[[datetime, datetime], Iterator[str]]


class Export(NamedTuple):
    """A day as it was left: its objects that are new, and their lines."""

    day: date
    objects: int
    lines: int


def lines_of(group: str) -> Lines:
    """Reads the lines of this log group, from one moment up to another."""
    pages = boto3.client("logs", config=_CONFIG).get_paginator("filter_log_events")

    def read(start: datetime, end: datetime) -> Iterator[str]:
        # Both ends belong to what CloudWatch gives.
        span = {"startTime": _milliseconds(start), "endTime": _milliseconds(end) - 1}
        for page in pages.paginate(logGroupName=group, **span):
            yield from (event["message"] for event in page["events"])

    return read


def night(stage: Settings, tracker: str, now: datetime) -> Iterator[Export]:
    """Export the days that are missing of the log of the tracker's function into the stage's own bucket; each as it is done."""
    assert stage.stage_bucket is not None  # a deployed stage has one
    objects, lines = BucketObjects(stage.stage_bucket, stage.bucket_owner), lines_of(f"/aws/lambda/{tracker}")
    return (export(lines, objects, day) for day in missing(objects, closed(now)))


def closed(now: datetime) -> list[date]:
    """The days that a night looks at, the newest first."""
    today = (now - ARRIVAL).astimezone(UTC).date()
    return [today - timedelta(days=number + 1) for number in range(REACH)]


def missing(objects: Objects, days: list[date]) -> list[date]:
    """Those of these days that are not exported whole."""
    return [day for day in days if _left(objects, day)]


def export(lines: Lines, objects: Objects, day: date) -> Export:
    """Export what is missing of a closed day; what another run has stored meanwhile stays as it is."""
    stored = written = 0
    for start in _left(objects, day):
        number, body = _compressed(lines(start, start + PART))
        if objects.create(_key(start), body, {}):
            stored, written = stored + 1, written + number
    return Export(day, stored, written)


def folder(day: date) -> str:
    """What the keys of a day's objects begin with."""
    return f"{LOGS.path}{day:%Y/%m/%d}/"


def kept(line: str) -> bytes | None:
    """The line with the fields that are kept; None for what is not a request's."""
    try:
        said: Any = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return None
    if not isinstance(said, dict) or "route" not in said or "outcome" not in said:
        return None
    return msgspec.json.encode({name: said[name] for name in _NAMES if name in said})


def _left(objects: Objects, day: date) -> list[datetime]:
    """When the parts of a day begin that are not stored."""
    there = set(objects.keys(folder(day)))
    begin = datetime.combine(day, time(), UTC)
    starts = [begin + number * PART for number in range(timedelta(days=1) // PART)]
    return [start for start in starts if _key(start) not in there]


def _key(start: datetime) -> str:
    hour = start.hour
    return f"{folder(start.date())}{hour:02}-{hour + PART // timedelta(hours=1):02}.json.gz"


def _compressed(lines: Iterator[str]) -> tuple[int, bytes]:
    """How many of the lines are kept, and these: some 22 bytes each, which a worker holds."""
    number, made = 0, io.BytesIO()
    # Without a name and a time in it, the same lines are the same bytes.
    with gzip.GzipFile("", "wb", fileobj=made, mtime=0) as file:
        for line in filter(None, map(kept, lines)):
            file.write(line + b"\n")
            number += 1
    return number, made.getvalue()


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
