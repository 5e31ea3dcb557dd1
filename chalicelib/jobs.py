"""Every function of a stage: the one table that the app, policies, configuration, template, alarms and doctor follow.

A new job is a line here and a handler of its name in app.py. Its role may write its log, and what `sluice.access.functions`
adds for it.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

HOUR, DAY = 3600, 86_400


class Alarm(NamedTuple):
    """When a job's failure becomes an email: by its errors, by its silence too, by nights that failed, or by a stream's age."""

    title: str
    description: str
    period: int  # seconds
    periods: int = 1
    rank: int = 0  # its place among the alarms of jobs
    watches: Literal["errors", "silence", "nights", "age"] = "errors"


class Job(NamedTuple):
    """One function. `name` is the handler's in app.py, `role` the end of what AWS calls the function and its role."""

    name: str
    role: str
    schedule: str = (
        ""  # as EventBridge writes it; a job without it and without arrivals is called by the machine of a night
    )
    arrivals: str = ""  # a prefix of the stage's own bucket: each new object below it starts the job
    streamed: bool = False  # batches of the stage's stream start it
    timeout: int | None = None  # seconds; the stage's own where None
    memory: int | None = None  # MB; the stage's own where None
    alarm: Alarm | None = None

    def arriving(self, bucket: str) -> dict[str, Any]:
        """The events of EventBridge that start it, where new objects of this bucket do.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
        """
        detail = {"bucket": {"name": [bucket]}, "object": {"key": [{"prefix": self.arrivals}]}}
        return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}

    @property
    def resource(self) -> str:
        """Chalice's name of the function in its template."""
        return _RESOURCES.get(self.name) or "".join(word.capitalize() for word in self.name.split("_"))


# Chalice writes the API's function as no rule of its own would have it.
_RESOURCES = {"api_handler": "APIHandler"}

TRACKER = Job("api_handler", "tracker")
FORGET_SALTS = Job(
    "forget_salts",
    "forget-salts",
    # On the hour, because that is when a root's time comes: 02:00 UTC on the second day after its own.
    schedule="cron(0 * * * ? *)",
    # An hourly job, so three silent hours are a fault: roots live longer than was promised.
    alarm=Alarm(
        "salts-not-forgotten",
        "The job that forgets salts has not ended well for three hours",
        period=HOUR,
        periods=3,
        watches="silence",
    ),
)
PLAN_COMPACTION = Job(
    "plan_compaction",
    "plan-compaction",
    # Three hours after a day has closed.
    schedule="cron(0 3 * * ? *)",
    # Each tenant takes a handful of listings, and there may be hundreds.
    timeout=300,
    # One silent night may be a day's boundary; two are a fault: nothing is compacted any more.
    alarm=Alarm(
        "compaction-not-planned",
        "The nightly job that asks for the days that are due has not ended well for two days",
        period=DAY,
        periods=2,
        rank=1,
        watches="silence",
    ),
)
COMPACT = Job(
    "compact",
    "compact",
    timeout=900,
    # A core and a third, and room for the largest day.
    memory=2048,
    alarm=Alarm(
        "compaction-failed",
        "A tenant's day was tried and not compacted: its queries read raw objects. It is tried again, each time later",
        period=300,
        watches="nights",
    ),
)
EXPORT_LOGS = Job(
    "export_logs",
    "export-logs",
    # When all lines of the day have arrived.
    schedule="cron(30 1 * * ? *)",
    timeout=900,
    # Six hours of compressed lines, 22 bytes each.
    memory=512,
    # Each run goes on where the last one ended, so two nights without one that ends well are a fault.
    alarm=Alarm(
        "logs-not-exported",
        "The nightly export of the service's own log has not ended well for two days",
        period=DAY,
        periods=2,
        rank=3,
        watches="silence",
    ),
)
MOVE_LOGS = Job(
    "move_logs",
    "move-logs",
    # Where CloudFront puts them.
    arrivals="access-logs/",
    # A file may have 128 MB: it is read, cleaned and read back, at half a core.
    timeout=900,
    memory=1024,
)
CHECK = Job(
    "check",
    "check",
    # Its schedule is the stage's own: doctor_schedule in sluice.toml.
    schedule="rate(1 day)",
    # Some ten calls a tenant, one after the other in eight threads.
    timeout=600,
    memory=512,
    alarm=Alarm("check-failed", "The doctor could not look at the stage, or not say what it saw", period=300, rank=2),
)
REPORT = Job(
    "report",
    "report",
    # Each hour, because eight in the morning is another hour in every time zone.
    schedule="cron(5 * * * ? *)",
    # Some thirty questions a tenant, two at once; those who do not fit have theirs an hour later.
    timeout=900,
    memory=512,
    alarm=Alarm(
        "report-failed",
        "A tenant's report was refused by SES, or may have been sent or not: the job's log says which",
        period=300,
        rank=2,
    ),
)
CONSUME = Job(
    "consume",
    "consume",
    streamed=True,
    # A batch is a second's work; a broken bucket takes nine, once a minute.
    timeout=300,
    memory=1024,
    alarm=Alarm(
        "stream-behind",
        "Records wait in the stream for longer than a quarter of an hour: nothing is lost, for a day from their arrival",
        period=300,
        rank=4,
        watches="age",
    ),
)
RELEASE = Job(
    "release",
    "release",
    # Each minute, for records that waited for more of their tenants; what is parked is tried every ten.
    schedule="rate(1 minute)",
    timeout=900,
    memory=2048,
    alarm=Alarm(
        "stream-parked",
        "Records wait next to their tenant's bucket for longer than an hour, because it takes none: `sluice stream status`",
        # Longer than from one try to the next, so that it stays on until all is well.
        period=900,
        rank=4,
    ),
)
# Those that a stage has only where sluice.toml asks for them.
OPTIONAL = (MOVE_LOGS, CHECK, REPORT, EXPORT_LOGS, CONSUME, RELEASE)
JOBS = (TRACKER, FORGET_SALTS, PLAN_COMPACTION, COMPACT, *OPTIONAL)
# The end of what AWS calls the state machine that runs a night's days, and its role.
NIGHTS = "compaction"
