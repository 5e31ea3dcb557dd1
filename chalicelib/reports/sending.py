"""The hourly job: whose report is due now, made and sent once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from time import monotonic, sleep
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from chalicelib import mail, values
from chalicelib.jobs import HOUR
from chalicelib.lake.client import make_client, make_other
from chalicelib.lake.objects import BucketObjects, Objects
from chalicelib.mail import Refused, Unsure
from chalicelib.reports import alerts, making, manifest, marks, packaged
from chalicelib.reports.athena import Asking, Clock
from chalicelib.reports.marks import Claim, NotOurs
from chalicelib.reports.packaged import Reports, Tenant
from chalicelib.reports.parts import Fault
from chalicelib.reports.periods import Period, due, open_from
from chalicelib.reports.story import Subject
from chalicelib.settings import Settings

# Seconds that a report needs at least, and that are left for sending it once the questions have to end.
LEAST, RESERVE = 120.0, 30.0

# `others`: another run has it, or has sent it; `left` for want of time; `unsure`: a run died while it sent.
Did = Literal["sent", "others", "left", "refused", "unsure"]


class Outcome(NamedTuple):
    """What became of a report that was due."""

    bucket: str
    period: str
    did: Did
    reason: str = ""


class Name(NamedTuple):
    """What has a mark besides periods."""

    name: str


class NotSent(RuntimeError):
    """Reports that were refused, or of which nobody knows; the message names them."""


class Services(NamedTuple):
    """What a run works with: the stage's own bucket, clients, and the run's name."""

    own: Objects
    s3: Any
    athena: Any
    ses: Any
    run: str


def services(bucket: str, owner: str | None, run: str, region: str | None = None) -> Services:
    """AWS's, for a stage with this bucket. SES is called once: a call that is tried again may send twice."""
    s3 = make_client()
    return Services(
        BucketObjects(bucket, owner, s3), s3, make_other("athena", region), make_other("sesv2", region, attempts=1), run
    )


def work(stage: Settings, now: datetime, end: float | None) -> list[Outcome]:
    """The stage's reports that are due; `end` is when the function is over, on the monotonic clock."""
    assert stage.stage_bucket is not None  # a deployed stage has one
    given = services(stage.stage_bucket, stage.bucket_owner, uuid4().hex)
    clock = Clock(monotonic, sleep)
    return list(
        run(packaged.load(values.ROOT, stage.stage), given, now, clock, monotonic() + HOUR if end is None else end)
    )


def run(reports: Reports, given: Services, now: datetime, clock: Clock, end: float) -> Iterator[Outcome]:
    """Send each report that is due, one after the other, as long as there is time; `end` is by the clock."""
    for tenant in reports.tenants:
        period = due(tenant.every, tenant.day, tenant.zone, now)
        if period is not None:
            is_late = clock.now() + LEAST > end
            left = Outcome(tenant.bucket, period.name, "left")
            yield left if is_late else send(reports, tenant, period, given, now, clock, end)
        if tenant.alerts and clock.now() + LEAST <= end:
            yield from alert(reports, tenant, given, now, clock, end)


def send(
    reports: Reports, tenant: Tenant, period: Period, given: Services, now: datetime, clock: Clock, end: float
) -> Outcome:
    """Make this report and send it, unless another run has done so or is about to."""
    claimed = marks.claim(given.own, tenant.bucket, period, given.run, now)
    if isinstance(claimed, NotOurs):
        return Outcome(tenant.bucket, period.name, "unsure" if claimed.is_news else "others", claimed.mark.state)
    made = _made(reports, tenant, period, given, now, clock, end)
    return _sent(reports, tenant, period.name, made, claimed, given, now)


def _sent(
    reports: Reports, tenant: Tenant, name: str, made: making.Mail, claimed: Claim, given: Services, now: datetime
) -> Outcome:
    """Send what was claimed, unless another run has taken it over meanwhile."""
    sending = marks.move(claimed, "sending", given.run, now)
    if sending is None:
        return Outcome(tenant.bucket, name, "others", "overtaken")
    try:
        message = mail.send(given.ses, _addressed(reports, tenant, made))
    except Refused as error:
        marks.move(sending, "failed", given.run, now, str(error))
        return Outcome(tenant.bucket, name, "refused", str(error))
    except Unsure as error:
        marks.move(sending, "unsure", given.run, now, str(error))
        return Outcome(tenant.bucket, name, "unsure", str(error))
    marks.move(sending, "sent", given.run, now, message)
    return Outcome(tenant.bucket, name, "sent")


def alert(
    reports: Reports, tenant: Tenant, given: Services, now: datetime, clock: Clock, end: float
) -> Iterator[Outcome]:
    """Judge the day that has closed last, once, and send what is to be said of it."""
    day = alerts.due(tenant.zone, now)
    if day is None:
        return
    judged = marks.claim(given.own, tenant.bucket, Name(alerts.checked(day)), given.run, now)
    if isinstance(judged, NotOurs):
        return
    asking = Asking(given.athena, reports, tenant, clock, end - RESERVE)
    found = alerts.occasions(tenant.bucket, tenant.zone, day, asking.pair)
    if isinstance(found, Fault):
        marks.move(judged, "failed", given.run, now, found.reason)
        yield Outcome(tenant.bucket, alerts.checked(day), "refused", found.reason)
        return
    for one in found:
        if one.after is None or marks.is_sent(given.own, tenant.bucket, Name(one.after)):
            claimed = marks.claim(given.own, tenant.bucket, Name(one.name), given.run, now)
            if not isinstance(claimed, NotOurs):
                yield _sent(reports, tenant, one.name, one.mail, claimed, given, now)
    if (ended := marks.move(judged, "sending", given.run, now)) is not None:
        marks.move(ended, "sent", given.run, now)


def refuse_failures(outcomes: list[Outcome]) -> None:
    """Raise NotSent where a report failed, so that the job's alarm rings; the others are sent by then."""
    failed = [one for one in outcomes if one.did in ("refused", "unsure")]
    if failed:
        raise NotSent("; ".join(f"{one.bucket} {one.period}: {one.did} ({one.reason})" for one in failed))


def _made(
    reports: Reports, tenant: Tenant, period: Period, given: Services, now: datetime, clock: Clock, end: float
) -> making.Mail:
    """The report, which is kept with what it was made of next to its mark."""
    subject = Subject(
        tenant.bucket, period, tenant.zone, tenant.steps, tenant.has_logs, open_from(period, tenant.zone, now)
    )
    objects = BucketObjects(tenant.bucket, tenant.owner, given.s3)
    listed = manifest.of(subject, reports.digest(tenant), objects)
    asking = Asking(given.athena, reports, tenant, clock, end - RESERVE)
    made = making.made(subject, tenant.statements, asking.pair)
    place = f"{marks.folder(tenant.bucket, period)}{given.run}"
    given.own.create(f"{place}.html", made.html.encode(), {})
    given.own.create(f"{place}.json", manifest.encoded(listed).encode(), {})
    return made


def _addressed(reports: Reports, tenant: Tenant, made: making.Mail) -> mail.Mail:
    return mail.Mail(reports.mail_from, tenant.to, made.subject, made.html, made.text, reports.operator)
