"""A stream goes only when nothing is in it: its writers stop by one deployment, and it goes by the next."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from chalicelib import jobs
from sluice.aws import Client, code
from sluice.cloud import waiting
from sluice.cloud.formation import DeploymentError, failing
from sluice.cloud.stream import NAME
from sluice.cloud.waiting import GONE
from sluice.project.config import Stage

# A request that began before the function changed ends within 29 seconds, and Lambda hands no later one to what was there.
SETTLED = timedelta(minutes=2)


def require_drained(stage: Stage, now: datetime, client: Client) -> None:
    """Refuse to take the stage's stream away while a record may be in it alone; where there is no stream, nothing is asked."""
    with failing():
        if waiting.summary(stage, client) is None:
            return
        reason = _writes(stage, now, client) or _waits(stage, client)
    if reason is not None:
        raise DeploymentError(f"records may be only in the stream {stage.stream_name}, which would go: {reason}")


def refuse_loss(stage: Stage, now: datetime, client: Client) -> None:
    """Refuse a deployment that takes the stream away before it is drained."""
    if stage.stream is None:
        require_drained(stage, now, client)


def refuse_return(stage: Stage, before: bytes, cause: Exception) -> None:
    """Refuse to go back to a template without the stream that the deployment brought: records may be in it by now."""
    writes = stage.stream is not None and stage.stream.writes
    if writes and NAME not in json.loads(before)["Resources"]:
        raise DeploymentError(
            f"{cause}. The stage stays as it is now, because its new stream may hold records. Fix the cause and deploy, or take "
            f"the stream away: `writes = false` in [stages.{stage.name}.stream] first"
        )


def _writes(stage: Stage, now: datetime, client: Client) -> str | None:
    """Whether what is deployed as the tracker may still put records into the stream, and what to do then."""
    try:
        found = client("lambda", stage.region).get_function(FunctionName=stage.function(jobs.TRACKER.role))
    except ClientError as error:
        if code(error) != GONE:
            raise
        return None
    function = found["Configuration"]
    variables = function.get("Environment", {}).get("Variables", {})
    if variables.get("STREAM") and variables.get("STREAM_WRITES") != "off":
        return (
            f"the tracker still writes into it. Have `writes = false` in [stages.{stage.name}.stream], then `sluice sync` "
            f"and `make deploy STAGE={stage.name}`; it may go when `{_status(stage)}` shows it empty"
        )
    if now - datetime.fromisoformat(function["LastModified"]) < SETTLED:
        return "the tracker has only just stopped writing. Try again in two minutes"
    return None


def _waits(stage: Stage, client: Client) -> str | None:
    """What waits in the stream and behind it, and what to do about it."""
    found = waiting.state(stage, client)
    if found is None or not found.left:
        return None
    left = ", ".join(f"{waits.number} {name}" for name, waits in found.left.items())
    return f"{left}. `{_status(stage)}` says what to do, and shows it empty when it may go"


def _status(stage: Stage) -> str:
    return f"sluice stream status --stage {stage.name}"
