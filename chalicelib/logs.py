"""One line a request, which is log and CloudWatch metrics (EMF) at once. No line holds a body, an address or a user agent."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from msgspec import json

NAMESPACE = "Sluice"
NO_ENTRY = "none"

SERVICE = "sluice"  # also the name of the app, so that what Chalice itself logs passes through here


class _Discreet(logging.Filter):
    """The type and place of an exception, and nothing else: its message may quote what the client sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            kind, _, trace = record.exc_info
            record.error = kind and kind.__name__
            record.frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
            record.exc_info = None
        return True


_logger = Logger(
    service=SERVICE, location=None, use_rfc3339=True, json_serializer=lambda line: json.encode(line).decode()
)
logging.getLogger(SERVICE).addFilter(_Discreet())


@dataclass(frozen=True)
class Outcome:
    """How a request ended: `name` is accepted, duplicate, batch, rejected, unavailable, fault, dry_run or ok.

    The entry is a metric's dimension and the bucket only a property: under a pattern strangers choose the bucket, and every
    new value of a dimension is a metric that is billed.
    """

    name: str
    status: int
    reason: str | None = None
    entry: str | None = None
    bucket: str | None = None
    cause: str | None = None
    salted: bool = True
    salt_cause: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)  # of a batch: accepted, duplicate, rejected_<reason>


def request(
    outcome: Outcome, *, stage: str, request_id: str, route: str, milliseconds: float, metrics: bool = True
) -> None:
    """Write the line of a request; without `metrics` CloudWatch counts nothing of it."""
    line = {
        "request_id": request_id,
        "route": route,
        "outcome": outcome.name,
        "reason": outcome.reason,
        "cause": outcome.cause,
        "salt_cause": outcome.salt_cause,
        "bucket": outcome.bucket,
        "entry": outcome.entry or NO_ENTRY,
        "status": outcome.status,
        "stage": stage,
        "milliseconds": milliseconds,
        "events": dict(outcome.counts) or None,
    }
    line = {name: value for name, value in line.items() if value is not None}
    _logger.info(outcome.name, extra=line | (_metrics(outcome) if metrics else {}))


def fault(error: Exception, *, request_id: str) -> None:
    """Write where a bug of ours struck."""
    _logger.error("fault", exc_info=error, extra={"request_id": request_id})


def job(name: str, **facts: object) -> None:
    """Write the line of a scheduled job."""
    _logger.info(name, extra=facts)


def _metrics(outcome: Outcome) -> dict[str, object]:
    counted = counters(outcome)
    timestamp = int(time.time() * 1000)
    return {"_aws": {"Timestamp": timestamp, "CloudWatchMetrics": _directive(tuple(counted))}, **counted}


@cache
def _directive(names: tuple[str, ...]) -> object:
    """What CloudWatch reads of a line with these counters: there are a few, and Powertools takes 35 µs to make one."""
    metrics = AmazonCloudWatchEMFProvider(namespace=NAMESPACE)
    metrics.add_dimension("stage", "-")
    metrics.add_dimension("entry", "-")
    metrics.add_dimensions(stage="-")
    metrics.add_metric("milliseconds", "Milliseconds", 0)
    for name in names:
        metrics.add_metric(name, "Count", 1)
    return metrics.serialize_metric_set()["_aws"]["CloudWatchMetrics"]


def counters(outcome: Outcome) -> dict[str, int]:
    """What a request adds to which counters: its events' outcomes, rejections by reason, and failures of store and salts."""
    counted = {
        "accepted": {"accepted": 1},
        "duplicate": {"duplicate": 1},
        "batch": {name: number for name, number in outcome.counts.items() if number},
        "rejected": {f"rejected_{outcome.reason}": 1},
        "unavailable": {"store_failure": 1},
        "fault": {"fault": 1},
    }.get(outcome.name, {})
    return counted if outcome.salted else {**counted, "salt_failure": 1}
