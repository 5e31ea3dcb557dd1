"""The function that puts what waits, called by hand: once for what is parked, or as often as a window of the stream takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import jobs
from chalicelib.days import iso
from chalicelib.stream.releasing import LATER
from sluice.aws import Client, code
from sluice.cloud.waiting import GONE
from sluice.errors import SluiceError
from sluice.project.config import Stage


class StreamError(SluiceError):
    """A stage without a stream, or what its function failed of."""


def release(stage: Stage, client: Client) -> dict[str, Any]:
    """Try everything that is parked, run by run as long as time was short; what the function says of all runs."""
    released = 0
    while True:
        said = _asked(stage, client, {"parked": True})
        released += said["released"]
        if LATER not in said["causes"].values() or not said["released"]:
            return {**said, "released": released}


def replay(stage: Stage, since: datetime, now: datetime, client: Client) -> Iterator[dict[str, Any]]:
    """Put what came into the stream at this time or later once more; what the function says of it, run by run.

    What is in a tenant's bucket already stays one event. Where a run ends before all is done, the next goes on there.
    """
    if since > now:
        raise StreamError(f"{iso(since)} is in the future")
    left: dict[str, Any] | None = {"from": iso(since)}
    while left is not None:
        said = _asked(stage, client, left)
        left = said.pop("left")
        yield said


def _asked(stage: Stage, client: Client, detail: dict[str, Any]) -> dict[str, Any]:
    name = stage.function(jobs.RELEASE.role)
    try:
        answer = client("lambda", stage.region).invoke(FunctionName=name, Payload=json.dumps(_event(detail)))
    except ClientError as error:
        if code(error) != GONE:
            raise
        raise StreamError(f"there is no function {name}: the stage has no stream in AWS") from None
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        reason = said.get("errorMessage", answer["FunctionError"])
        raise StreamError(f"{name} failed: {reason}; more in its log group {stage.log_group(jobs.RELEASE.role)}")
    return said


def _event(detail: dict[str, Any]) -> dict[str, Any]:
    """As EventBridge calls it, with what an operator asks for."""
    head = dict.fromkeys(("account", "id", "region", "source", "time"), "")
    return {**head, "version": "0", "detail-type": "Asked by hand", "resources": [], "detail": detail}
