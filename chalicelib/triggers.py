"""What starts the jobs that a stage has only where sluice.toml asks for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib import jobs, settings
from chalicelib.jobs import Job
from chalicelib.settings import Asked

Decorator = Callable[[Callable[[Any], Any]], Callable[..., Any]]
# What Lambda takes of a stream at once, next to 6 MB.
BATCH = 10_000


def optional(app: Any, job: Job) -> Decorator:
    """The handler of an optional job in this app of Chalice's; where it is not asked for, the app has no such function."""
    asked = settings.asked()
    return _start(app, job, asked) if job.name in asked.jobs else lambda handler: handler


def _start(app: Any, job: Job, asked: Asked) -> Decorator:
    if job.arrivals:
        started: Decorator = app.on_cw_event(job.arriving(asked.stage_bucket), name=job.name)
    elif job.streamed and asked.stream is not None:
        # From the oldest message: what comes before the function is there counts, too.
        window = asked.stream.flush_seconds
        started = app.on_kinesis_record(
            *(asked.stream.name, BATCH, "TRIM_HORIZON"), name=job.name, maximum_batching_window_in_seconds=window
        )
    else:
        started = app.schedule(asked.doctor_schedule if job is jobs.CHECK else job.schedule, name=job.name)
    return started
