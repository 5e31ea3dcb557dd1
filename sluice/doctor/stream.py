"""What is checked of the stage's stream: that it is there as in sluice.toml, that it is read, and that nothing waits long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from chalicelib import jobs
from chalicelib.stream.releasing import LONG
from sluice.access import streaming
from sluice.cloud import waiting
from sluice.cloud.stream import RETENTION_HOURS
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service

_MAKING = {"CREATING", "UPDATING"}
_READ = {"Enabled", "Enabling", "Creating", "Updating"}


def checks(service: Service, now: datetime) -> dict[str, Callable[[], Seen]]:
    """The checks by their names; none for a stage without a stream."""
    if service.stage.stream is None:
        return {}
    return {
        "stream": partial(_stream, service),
        "stream's reader": partial(_reader, service),
        "stream's waiting records": partial(_waiting, service, now),
    }


def _stream(service: Service) -> Seen:
    stage = service.stage
    wanted = stage.stream.shards if stage.stream else 0
    found = waiting.summary(stage, service.client)
    if found is None:
        missing = f"there is no stream {stage.stream_name}: events are put one by one"
        return Seen("fault", missing, service.deploy)
    if found["StreamStatus"] not in {"ACTIVE", *_MAKING}:
        return Seen("fault", f"{stage.stream_name} is {found['StreamStatus']}", service.deploy)
    if (hours := found["RetentionPeriodHours"]) != RETENTION_HOURS:
        return Seen("fault", f"keeps records for {hours} hours instead of {RETENTION_HOURS}", service.deploy)
    if (shards := found["OpenShardCount"]) != wanted and found["StreamStatus"] not in _MAKING:
        return Seen("fault", f"{shards} shards instead of {wanted}", service.deploy)
    return Seen("ok", f"{wanted} shards")


def _reader(service: Service) -> Seen:
    """Whether Lambda hands over to the consumer what comes, after as long as sluice.toml says."""
    stage = service.stage
    wanted = stage.stream.flush_seconds if stage.stream else 0
    asked = {"FunctionName": stage.function(jobs.CONSUME.role), "EventSourceArn": streaming.stream(stage)}
    found = (service.ask("lambda", "list_event_source_mappings", **asked) or {}).get("EventSourceMappings", [])
    if not found:
        return Seen("fault", "nothing reads it: what comes is lost after a day", service.deploy)
    if found[0]["State"] not in _READ:
        fix = f"aws lambda update-event-source-mapping --uuid {found[0]['UUID']} --enabled"
        return Seen("fault", f"its reader is {found[0]['State']}: what comes is lost after a day", fix)
    if (window := found[0].get("MaximumBatchingWindowInSeconds", 0)) != wanted:
        return Seen("fault", f"read every {window} seconds instead of {wanted}", f"sluice sync; {service.deploy}")
    return Seen("ok", f"read every {wanted} seconds")


def _waiting(service: Service, now: datetime) -> Seen:
    """Whether something waits that does not go by itself, or should have gone."""
    kept, fix = waiting.kept(service.stage, service.client), f"sluice stream status --stage {service.stage.name}"
    old = sorted(bucket for bucket, one in kept.parked.items() if one.oldest and now - one.oldest > LONG)
    if old:
        others = f" and for {len(old) - 1} more" if len(old) > 1 else ""
        return Seen("fault", f"parked for over an hour for {old[0]}{others}", fix)
    if kept.given_up.number:
        return Seen("fault", f"{kept.given_up.number} batches were given up", fix)
    if kept.unreadable.number:
        return Seen("fault", f"{kept.unreadable.number} messages cannot be read", fix)
    gathered = kept.gathered.oldest
    if gathered is not None and now - gathered > LONG:
        return Seen("fault", "gathered batches wait for over an hour: nothing puts them", fix)
    return Seen("ok", f"{sum(one.number for one in kept.parked.values())} objects are parked, none for long")
