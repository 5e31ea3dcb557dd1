"""The proof of a deployment: an event that the new stage takes, and stores in its own bucket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.records import iso
from sluice import running
from sluice.aws import explain
from sluice.errors import SluiceError
from sluice.project import stage_own
from sluice.project.config import Stage

# A new endpoint answers 403, or nothing at all, until all of the gateway knows it.
TRIES, PAUSE = 12, 5  # seconds


class Unproven(SluiceError):
    """The stage stored no event; the message says what it answered."""


def prove(stage: Stage, address: str, s3: Any, pause: Callable[[float], None] = time.sleep) -> str:
    """Send an event to the stage's own bucket until it is there, and return its key; raises Unproven."""
    said = ""
    for number in range(TRIES):
        if number:
            pause(PAUSE)
        event = {"bucket": stage_own.bucket(stage), "eventType": "deployed", "timestamp": iso(datetime.now(UTC))}
        status, answer = running.ask(address, "/track", json.dumps(event))
        if status == 200 and isinstance(answer, dict):
            return _stored(stage, str(answer.get("key")), s3)
        said = running.said(status, answer)
    raise Unproven(f"{address}/track stored no event: {said}; see the log group {stage.log_group('tracker')}")


def _stored(stage: Stage, key: str, s3: Any) -> str:
    try:
        s3.head_object(Bucket=stage_own.bucket(stage), Key=key, ExpectedBucketOwner=stage.account)
    except ClientError as error:
        where = f"s3://{stage_own.bucket(stage)}/{key}"
        raise Unproven(f"200 was answered, and {where} is not there: {explain(error)}") from None
    return key
