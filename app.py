"""Routes, schedules and one log line a request: the table of contents. What they do is in chalicelib."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial, wraps
from time import perf_counter
from typing import Any

import msgspec
from chalice.app import Chalice, CloudWatchEvent, KinesisEvent, Request, Response

from chalicelib import answers, botocore_files, jobs, logs, settings, triggers
from chalicelib.answers import Answer, fault, not_found, refused, request_id, reshaped
from chalicelib.logs import Outcome
from chalicelib.rejections import InvalidField, Refusal
from chalicelib.tracking import assembly, deadline, ingest, openapi, outcomes, pixels, proxied, scripts


class Api(Chalice):
    """Chalice, which by itself would answer without a line what did not come by the REST API."""

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """The answer; to a warm-up, a load balancer's or an HTTP API's event that there is no such path."""
        asked = event.get("requestContext") if isinstance(event, dict) else None
        if isinstance(asked, dict) and asked.get("resourcePath"):
            return super().__call__(event, context)
        answer = refused(not_found())
        answer.headers["Access-Control-Allow-Origin"] = "*"
        _log(answer, getattr(context, "aws_request_id", "none"), "unknown", perf_counter())
        return answer.to_dict()


app = Api(app_name=logs.SERVICE, configure_logs=False)
optional = partial(triggers.optional, app)


@cache
def service() -> ingest.Ingest:
    """The stage's path, made once a process; the environment is read at the first call."""
    return assembly.assemble(settings.load())


@app.middleware("http")
def door(request: Request, get_response: Callable[[Request], Response]) -> Response:
    """Every answer, Chalice's own too, leaves in the contract's shape, with CORS headers and one log line."""
    started = perf_counter()
    is_known = request.path in app.routes
    response = get_response(request) if is_known else refused(not_found())
    answer = response if isinstance(response, Answer) else reshaped(request, response)
    answer.headers.update(_cors(request))
    _log(answer, request_id(request), request.path if is_known else "unknown", started)
    return answer


def answering(view: Callable[[Request], Answer]) -> Callable[[], Answer]:
    """The outermost door of a view: a refusal is answered in its own words, a bug as a 500 without detail."""

    @wraps(view)
    def answer() -> Answer:
        request = app.current_request
        assert request is not None  # Chalice calls a view only for a request
        try:
            return view(request)
        except Refusal as refusal:
            return refused(refusal, is_dry_run=proxied.is_dry_run(request.to_original_event()))
        except Exception as error:
            logs.fault(error, request_id=request_id(request))
            return fault(request)

    return answer


@app.route("/track", methods=["POST"], content_types=answers.CONTENT_TYPES)
@answering
def track(request: Request) -> Answer:
    arrived = _arrived(request, proxied.body(request.to_original_event()))
    if proxied.wants_dry_run(request.to_original_event()):
        return Answer(Outcome("dry_run", 200), msgspec.json.encode(service().dry_run(arrived)))
    stored = service().track(arrived)
    return Answer(_outcome(stored), msgspec.json.encode(stored.receipt))


@app.route("/track/batch", methods=["POST"], content_types=answers.CONTENT_TYPES)
@answering
def track_batch(request: Request) -> Answer:
    if proxied.dry_run(request.to_original_event()):
        raise InvalidField("dryRun", "dryRun: a batch has none; send one of its events to /track?dryRun=1")
    stored = service().track_batch(_arrived(request, proxied.body(request.to_original_event())))
    outcome = Outcome(
        "batch",
        202 if stored.receipt.queued else 200,
        entry=stored.entry,
        bucket=stored.bucket,
        sent=stored.sent,
        salted=stored.salted,
        salt_cause=stored.salt_cause,
        counts=stored.counts,
    )
    return Answer(outcome, msgspec.json.encode(stored.receipt))


@app.route("/pixel.gif", methods=["GET"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def pixel(request: Request) -> Answer:
    """For mails and pages without scripts."""
    now = datetime.now(UTC)
    referer = request.headers.get("referer")
    arrived = _arrived(request, pixels.body(proxied.query(request.to_original_event()), referer, now), now)
    stored = service().track(replace(arrived, headers=pixels.with_origin(arrived.headers), posted=False))
    # 204: the gateway would hand out an image's bytes only to who asks for nothing else.
    return Answer(replace(_outcome(stored), status=204), headers={"Cache-Control": "no-store"})


@app.route("/track", methods=["OPTIONS"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def preflight(request: Request) -> Answer:
    return Answer(Outcome("ok", 204), headers=answers.PREFLIGHT)


@app.route("/track/batch", methods=["OPTIONS"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def preflight_batch(request: Request) -> Answer:
    return Answer(Outcome("ok", 204), headers=answers.PREFLIGHT)


@app.route("/tracker.js", methods=["GET"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def tracker_js(request: Request) -> Answer:
    return _script(request, "tracker.js")


@app.route("/actions.js", methods=["GET"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def actions_js(request: Request) -> Answer:
    return _script(request, "actions.js")


@app.route("/vitals.js", methods=["GET"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def vitals_js(request: Request) -> Answer:
    return _script(request, "vitals.js")


@app.route("/health", methods=["GET"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def health(request: Request) -> Answer:
    return Answer(Outcome("ok", 200), b'{"status":"ok"}')


@app.route("/openapi.json", methods=["GET"], content_types=answers.ANY_CONTENT_TYPE)
@answering
def describe(request: Request) -> Answer:
    return Answer(Outcome("ok", 200), msgspec.json.encode(openapi.document(datetime.now(UTC))))


@app.schedule(jobs.FORGET_SALTS.schedule, name=jobs.FORGET_SALTS.name)
def forget_salts(event: CloudWatchEvent) -> None:
    """Every hour: delete the roots whose time has come, and say so in the audit trail."""
    from chalicelib.audit import forgetting

    for done in forgetting.work(settings.load(), datetime.now(UTC)):
        logs.job(jobs.FORGET_SALTS.name, **done)


@app.schedule(jobs.PLAN_COMPACTION.schedule, name=jobs.PLAN_COMPACTION.name)
def plan_compaction(event: CloudWatchEvent) -> None:
    """Every night, when a day has closed: start the night with all tenants' due days."""
    from chalicelib.access_logs.requests import KINDS
    from chalicelib.lake import nightly  # not at import: no answer should wait for it

    stage = settings.load()
    if stage.compaction is not None:
        now = datetime.now(UTC)
        plan = nightly.plan(stage, now, KINDS)
        started = nightly.start(plan, stage.compaction, now)
        logs.job(jobs.PLAN_COMPACTION.name, stage=stage.stage, started=started, **plan.summary)
        nightly.refuse_stop(plan)


@optional(jobs.EXPORT_LOGS)
def export_logs(event: CloudWatchEvent) -> None:
    """Every night: the days of the last week that are not exported whole, the newest first."""
    from chalicelib.service_logs import exporting

    stage, own = settings.load(), event.context.function_name.removesuffix(jobs.EXPORT_LOGS.role)  # type: ignore[union-attr]
    for done in exporting.night(stage, own + jobs.TRACKER.role, datetime.now(UTC)):
        logs.job(jobs.EXPORT_LOGS.name, **done._asdict())


@optional(jobs.MOVE_LOGS)
def move_logs(event: CloudWatchEvent) -> None:
    """For each file that CloudFront puts into the stage's bucket: to its tenant; raised, for another try, where that fails."""
    from chalicelib.access_logs import arrival

    outcome = arrival.mover().move(event.detail, datetime.now(UTC))
    logs.job(jobs.MOVE_LOGS.name, **arrival.said(outcome))
    arrival.refuse_fault(outcome)


@optional(jobs.CHECK)
def check(event: CloudWatchEvent) -> None:
    """On the stage's own schedule: the doctor looks at it, and writes an email of what differs."""
    from sluice.doctor import scheduled  # the command line's, which this function's layer has

    scheduled.run(settings.load().stage, datetime.now(UTC))


@optional(jobs.REPORT)
def report(event: CloudWatchEvent) -> None:
    """Each hour: send the reports that are due, each once."""
    from chalicelib.reports import sending

    outcomes = sending.work(settings.load(), datetime.now(UTC), deadline.of(event.context))
    for one in outcomes:
        logs.job(jobs.REPORT.name, **one._asdict())
    sending.refuse_failures(outcomes)


@optional(jobs.CONSUME)
def consume(event: KinesisEvent) -> None:
    """For each batch of a shard of the stream: into the tenants' buckets."""
    from chalicelib.stream import handling

    handling.consume(event.to_dict(), datetime.now(UTC))


@optional(jobs.RELEASE)
def release(event: CloudWatchEvent) -> dict[str, Any]:
    """Each minute: what waited for more; every ten what is parked; and by hand (`detail`) that, or a window again."""
    from chalicelib.stream import handling

    return handling.release(event.detail, datetime.now(UTC), deadline.of(event.context))


@app.lambda_function(name=jobs.COMPACT.name)
def compact(event: dict[str, str], context: object) -> None:
    """One tenant's day, as `plan_compaction` or an operator names it: `{"bucket": …, "day": "2026-11-19"}`.

    With `"kind": "requests"` that of its access logs; with `"kind": "ageing"` its old days alone are aged.
    """
    from chalicelib.access_logs.requests import KINDS
    from chalicelib.lake import nightly

    if settings.works_for("app.compact"):
        nightly.clear_disk()
    stage, task = settings.load(), msgspec.convert(event, nightly.Task)
    # First, because a worker that runs out of time or memory says nothing more.
    logs.job("compact_try", bucket=task.bucket, day=task.day, kind=task.kind)
    if task.kind != nightly.AGEING:
        outcome, watermark = nightly.work(stage, task, datetime.now(UTC), KINDS)
        said = msgspec.to_builtins(outcome)
        logs.job(jobs.COMPACT.name, bucket=task.bucket, kind=task.kind, watermark=watermark, **said)
    for aged in nightly.age(stage, task, datetime.now(UTC)):
        logs.job("age", bucket=task.bucket, **aged._asdict())


def _arrived(request: Request, body: bytes, now: datetime | None = None) -> ingest.Request:
    return ingest.Request(
        body=body,
        headers={name.lower(): value for name, value in (request.to_original_event()["headers"] or {}).items()},
        source_ip=request.context["identity"]["sourceIp"],
        received=now or datetime.now(UTC),
        deadline=deadline.of(request.lambda_context),
    )


def _outcome(stored: outcomes.Stored) -> Outcome:
    bucket, sent, salted, cause = stored.receipt.bucket, stored.sent, stored.salted, stored.salt_cause
    return Outcome(*stored.outcome, entry=stored.entry, bucket=bucket, sent=sent, salted=salted, salt_cause=cause)


def _script(request: Request, name: str) -> Answer:
    script = scripts.script(name)
    headers = {"ETag": script.etag, "Cache-Control": "public, max-age=86400"}
    if script.etag in request.headers.get("if-none-match", ""):
        return Answer(Outcome("ok", 304), headers=headers)
    return Answer(Outcome("ok", 200), script.body, {**headers, "Content-Type": "text/javascript; charset=utf-8"})


def _cors(request: Request) -> dict[str, str]:
    allowed = service().settings.allowlist.cors_origin(request.headers.get("origin"))
    if allowed is None:
        return {"Vary": "Origin"}
    headers = {"Access-Control-Allow-Origin": allowed, "Access-Control-Expose-Headers": answers.EXPOSED}
    return headers if allowed == "*" else {**headers, "Vary": "Origin"}


def _log(answer: Answer, request_id: str, route: str, started: float) -> None:
    stage, took = service().settings, round(1000 * (perf_counter() - started), 3)
    named = {"stage": stage.stage, "request_id": request_id, "route": route}
    logs.request(answer.outcome, metrics=stage.metrics, latency_ms=took, **named)


if settings.works_for("app.app"):
    botocore_files.read_fast()
    service()
    assembly.warm()
