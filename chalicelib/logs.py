"""One line a request, which may be CloudWatch metrics (EMF), too. No line holds a body, an address or a user agent."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import chain, repeat
from typing import Any, NamedTuple

from msgspec import json

from chalicelib.days import iso

NAMESPACE = "Sluice"
NO_ENTRY = "none"
REQUEST = "request"  # the message of a request's line
BATCH = "batch"  # the name of the events of a batch that has several

SERVICE = "sluice"  # also the name of the app, so that what Chalice itself logs passes through here


class _Discreet(logging.Filter):
    """The type and place of an exception, and nothing else: its message may quote what the client sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            kind, _, trace = record.exc_info
            frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
            record.facts = {**facts(record), "error": kind and kind.__name__, "frames": frames}
            record.exc_info = None
        return True


class _Json(logging.Formatter):
    """Each record as one line of JSON: level, message, time and service, then its facts."""

    def format(self, record: logging.LogRecord) -> str:
        written = iso(datetime.fromtimestamp(record.created, UTC))
        head = {"level": record.levelname, "message": record.getMessage(), "timestamp": written, "service": SERVICE}
        return json.encode(head | facts(record)).decode()


def _ours() -> logging.Logger:
    """The service's logger, apart from the root's, whose handler on Lambda would write each line again."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Json())
    logger = logging.getLogger(SERVICE)
    logger.setLevel(logging.INFO)
    logger.filters, logger.handlers, logger.propagate = [_Discreet()], [handler], False
    # Lambda's JSON format lets in what any library says at INFO, for example where it found credentials.
    logging.getLogger("botocore").setLevel(logging.WARNING)
    return logger


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says besides its message."""
    return getattr(record, "facts", {})


_logger = _ours()
_is_cold = chain([True], repeat(None))  # whether a request is the process's first


class Sent(NamedTuple):
    """What the line says of the events in a request: their name, and whose they are."""

    event_name: str
    session_hash: str | None = None  # where there is a session and a salt, and all events are of that session


@dataclass(frozen=True)
class Outcome:
    """How a request ended: `name` is accepted, duplicate, queued, batch, not_stored, sampled, rejected,
    unavailable, fault, dry_run or ok.

    The entry is a metric's dimension and the bucket only a property: under a pattern strangers choose the bucket, and every
    new value of a dimension is a metric that is billed.
    """

    name: str
    status: int
    reason: str | None = None
    entry: str | None = None
    bucket: str | None = None
    cause: str | None = None
    sent: Sent | None = None  # only where the allowlist admitted the bucket
    salted: bool = True
    salt_cause: str | None = None
    counts: Mapping[str, int] = field(
        default_factory=dict
    )  # of a batch: accepted, duplicate, queued, not_stored, sampled, rejected_<reason>


def request(
    outcome: Outcome,
    *,
    stage: str,
    request_id: str,
    route: str,
    latency_ms: float,
    metrics: bool = False,
) -> None:
    """Write the line of a request; with `metrics` CloudWatch counts what it says, by stage and by entry."""
    line = {
        "requestId": request_id,
        "route": route,
        "outcome": outcome.name,
        "eventName": outcome.sent and outcome.sent.event_name,
        "reason": outcome.reason,
        "cause": outcome.cause,
        "saltCause": outcome.salt_cause,
        "bucket": outcome.bucket,
        "entry": outcome.entry or NO_ENTRY,
        "sessionHash": outcome.sent and outcome.sent.session_hash,
        "statusCode": outcome.status,
        "stage": stage,
        "latencyMs": latency_ms,
        "coldStart": next(_is_cold),
    }
    line = {name: value for name, value in line.items() if value is not None}
    counted: Mapping[str, object] = _metrics(outcome) if metrics else outcome.counts
    _write(REQUEST, {**line, **counted})


def fault(error: Exception, *, request_id: str) -> None:
    """Write where a bug of ours struck."""
    _logger.error("fault", exc_info=error, extra={"facts": {"requestId": request_id}})


def job(name: str, **facts: object) -> None:
    """Write the line of a scheduled job."""
    _write(name, facts)


def _write(message: str, facts: Mapping[str, object]) -> None:
    # By `info`, logging would look for its caller, which no line says: 3 µs of a request.
    record = logging.LogRecord(SERVICE, logging.INFO, __file__, 0, message, None, None)
    record.facts = facts
    _logger.handle(record)


def _metrics(outcome: Outcome) -> dict[str, object]:
    counted = counters(outcome)
    timestamp = int(time.time() * 1000)
    return {"_aws": {"Timestamp": timestamp, "CloudWatchMetrics": _directive(tuple(counted))}, **counted}


@cache
def _directive(names: tuple[str, ...]) -> list[object]:
    """What CloudWatch reads of a line with these counters, each by stage and entry and by stage alone.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    units = {"latencyMs": "Milliseconds", **dict.fromkeys(names, "Count")}
    metrics = [{"Name": name, "Unit": unit} for name, unit in units.items()]
    return [{"Namespace": NAMESPACE, "Dimensions": [["stage", "entry"], ["stage"]], "Metrics": metrics}]


def counters(outcome: Outcome) -> dict[str, int]:
    """What a request adds to which counters: its events' outcomes, rejections by reason, and failures of store and salts."""
    counted = {
        "accepted": {"accepted": 1},
        "duplicate": {"duplicate": 1},
        "queued": {"queued": 1},
        "not_stored": {"not_stored": 1},
        "sampled": {"sampled": 1},
        "batch": {name: number for name, number in outcome.counts.items() if number},
        "rejected": {f"rejected_{outcome.reason}": 1},
        "unavailable": {"store_failure": 1},
        "fault": {"fault": 1},
    }.get(outcome.name, {})
    return counted if outcome.salted else {**counted, "salt_failure": 1}
