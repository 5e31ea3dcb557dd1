"""How much of each service a month uses: for events, nights, questions to Athena and monitoring, by the rates of prices.toml."""

from __future__ import annotations

import math
from collections import Counter

import msgspec

from chalicelib.tracking.batches import PUTTERS
from sluice.cloud.ageing_usage import Ageing, of_deletion
from sluice.cloud.check_usage import Checks, of_checks
from sluice.cloud.client_rates import Client
from sluice.cloud.key_usage import Keys, of_keys
from sluice.cloud.log_usage import Access, of_access_logs
from sluice.cloud.month import GB, HOURS, NIGHTS, TB, Quantities
from sluice.cloud.night_rates import Nights
from sluice.cloud.publishing_usage import Publishing, of_publishing
from sluice.cloud.question_rates import Questions
from sluice.cloud.rejected_usage import Rejected, of_rejected
from sluice.cloud.report_usage import Athena, Reports, of_alerts, of_reports
from sluice.cloud.vault_usage import Vaults, of_vault

PAGE = 1000  # keys that one listing names


class Load(msgspec.Struct, frozen=True):
    """A month's events to a stage; `batch` of them come in one request and, where bundled, become one object.

    `memory` is Lambda's, in MB; `monitoring` is the stage's, lean or full; `refused` requests store nothing; `scripts` are the
    browser client's files that are loaded; `views` are those of the dashboard's first page over Athena, `questions` others.
    `access_views` are of pages of the tenants' sites whose access logs CloudFront delivers, from a distribution of each tenant;
    `rejected` are refused and kept; `reports` are sent. The service's own log is kept for `log_days`, or `exported` each night.
    With `checked` the doctor looks each day; `alerts` tenants get emails of odd days, `deleting` ones have their raw objects
    deleted, and `publishing` ones publish each week's numbers with noise; `audit_reads`: CloudTrail logs reads.
    `keyed` tenants hash ids under keys of their own. `tokenized` tenants have values in the vault, of `token_fields` in all.
    `sample` of the events is kept, and `paced` tenants have a budget of them a minute.
    """

    events: int
    tenants: int
    batch: float = 1
    memory: int = 512
    monitoring: str = "lean"
    bundled: bool = True
    refused: int = 0
    scripts: int = 0
    questions: int = 0
    views: int = 0
    access_views: int = 0
    rejected: int = 0
    reports: int = 0
    log_days: int = 30
    exported: bool = False
    checked: bool = False
    alerts: int = 0
    deleting: int = 0
    audit_reads: bool = False
    publishing: int = 0
    keyed: int = 0
    tokenized: int = 0
    token_fields: int = 0
    sample: float = 1.0
    paced: int = 0

    @property
    def kept(self) -> int:
        return math.ceil(self.events * self.sample)

    @property
    def requests(self) -> int:
        return math.ceil(self.events / self.batch) + self.refused + self.rejected

    @property
    def is_full(self) -> bool:
        return self.monitoring == "full"

    @property
    def objects(self) -> int:
        return math.ceil(self.kept / self.batch) if self.bundled else self.kept

    @property
    def objects_of_day(self) -> float:
        return self.objects / max(1, self.tenants) / NIGHTS


class Rates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a request uses, and monitoring."""

    record_bytes: int
    parquet_bytes: int
    log_bytes: int
    log_bytes_of_batch: int
    log_bytes_of_metrics: int
    log_compression: float
    answer_bytes: int
    answer_bytes_of_batch: int
    gateway_bytes: int
    cpu_ms: float
    cpu_ms_of_event: float
    core_mb: int
    put_ms: float
    cold_share: float
    cold_ms: float
    writes_per_cold_start: int
    metrics_lean: int
    metrics_with_requests: int
    metrics_of_stage: int
    metrics_of_tenant: int
    failing_hours: int
    alarm_metrics: int
    alarm_metrics_lean: int
    alarm_metrics_full: int
    alarm_metrics_per_tenant: int
    dashboards: int
    traced_per_month: int
    traced_share: float


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """All rates of prices.toml."""

    usage: Rates
    client: Client
    nights: Nights
    questions: Questions
    access: Access
    rejected: Rejected
    reports: Reports
    publishing: Publishing
    checks: Checks
    ageing: Ageing
    keys: Keys
    vault: Vaults


def of_month(load: Load, rates: Usage) -> Quantities:
    """All that the month uses, by the prices' names."""
    parts = (
        of_requests(load, rates, rates.usage.traced_per_month),
        of_nights(load, rates.nights),
        of_exports(load, rates.nights),
        of_questions(load, rates),
        of_monitoring(load, rates.usage),
        _of_reports(load, rates),
        of_checks(load.tenants, rates.checks) if load.checked else {},
        of_access_logs(load.access_views, load.tenants, rates.access, rates.usage.core_mb),
        of_rejected(load.rejected, rates.rejected),
        of_deletion(load.deleting, load.objects_of_day, load.batch > 1 and load.bundled, rates.ageing),
        of_publishing(load.publishing, rates.publishing),
        of_keys(load.keyed, load.requests * rates.usage.cold_share, rates.keys),
        _of_vault(load, rates),
    )
    total = Counter[str]()
    for part in parts:
        total.update(part)
    reads = {"read_events": total["s3_get"] - load.objects} if load.audit_reads else {}
    return {**total, **reads, "logs_kept": total["logs"] * rates.usage.log_compression * load.log_days / 30}


def of_requests(load: Load, rates: Usage, seconds: int) -> Quantities:
    """What requests use that come in so many seconds."""
    usage, client = rates.usage, rates.client
    requests, is_batch = load.requests + load.scripts, load.batch > 1
    lines = load.requests * (usage.log_bytes + is_batch * usage.log_bytes_of_batch)
    lines += load.scripts * client.script_log_bytes + load.is_full * requests * usage.log_bytes_of_metrics
    answers = load.requests * (usage.answer_bytes_of_batch if is_batch else usage.answer_bytes)
    answers += load.scripts * client.script_bytes + requests * usage.gateway_bytes
    return {
        "api_gateway": requests,
        "lambda_requests": requests,
        "lambda_duration": load.memory / 1024 * _seconds(load, requests, usage),
        "s3_put": load.objects,
        "s3_get": load.objects,  # of each object once, the night after its day has closed
        "s3_storage": load.kept * (usage.record_bytes + usage.parquet_bytes) / GB,
        "logs": lines / GB,
        "traces": load.is_full * (min(requests, seconds) * (1 - usage.traced_share) + usage.traced_share * requests),
        "salts": load.requests * usage.cold_share * usage.writes_per_cold_start,
        # A worker adds what it took to a tenant's rate twice a second at most: where requests are further apart, with each.
        **({"rates": load.requests * load.paced / load.tenants} if load.paced else {}),
        "egress": answers / GB,
    }


def of_nights(load: Load, nights: Nights) -> Quantities:
    """What the scheduled jobs use: every tenant is looked into each night, and has a day to compact where events suffice."""
    looks = load.tenants * NIGHTS
    days = min(looks, load.kept)
    pages = days * math.ceil(load.objects / days / PAGE) if days else 0
    planning = NIGHTS * nights.plan_ms + looks * nights.plan_ms_of_tenant
    compacting = (days * nights.compact_ms + load.objects * nights.compact_ms_of_object) / 1000
    log_bytes = HOURS * nights.log_bytes_of_hour + NIGHTS * nights.log_bytes_of_night + days * nights.log_bytes_of_day
    return {
        "lambda_requests": HOURS + NIGHTS + days,
        "lambda_duration": load.memory / 1024 * (HOURS * nights.forget_ms + planning) / 1000
        + nights.compact_mb / 1024 * compacting,
        "lambda_disk": nights.compact_disk_gb * compacting,
        "s3_put": days * nights.puts_of_day,
        "s3_list": looks * nights.lists_of_look + days * (nights.lists_of_day + nights.months_kept) + pages,
        "s3_get": looks * nights.gets_of_look + days * nights.gets_of_day,
        "logs": log_bytes / GB,
        "salts": NIGHTS * nights.deletes_of_night,
        "salts_read": HOURS * nights.reads_of_hour,
        "glue": days * nights.glue_of_day,
        "nights": min(NIGHTS, days) * nights.states_of_night + days * nights.states_of_day,
    }


def of_exports(load: Load, nights: Nights) -> Quantities:
    """What the nightly export of the service's own log uses, and a month of it in the stage's bucket."""
    if not load.exported:
        return {}
    lines = load.requests + load.scripts
    seconds = (NIGHTS * nights.export_ms + lines * nights.export_ms_of_line) / 1000
    return {
        "lambda_requests": NIGHTS,
        "lambda_duration": nights.export_mb / 1024 * seconds,
        "s3_put": NIGHTS * nights.puts_of_export,
        "s3_list": NIGHTS * nights.lists_of_export,
        "s3_storage": lines * nights.export_bytes / GB,
        "logs": NIGHTS * nights.log_bytes_of_export / GB,
        "alarms": 1,
    }


def of_questions(load: Load, rates: Usage) -> Quantities:
    """What questions to Athena use, each of one tenant of as many events as any other's."""
    asked, usage = rates.questions, rates.usage
    statements = load.views * asked.statements + load.questions
    scans = statements * asked.raw_scans / asked.statements
    days = statements * asked.compacted_days / asked.statements
    objects, events = load.objects_of_day, load.kept / max(1, load.tenants) / NIGHTS
    of_event = asked.raw_scans * asked.raw_days * usage.record_bytes + asked.compacted_days * usage.parquet_bytes
    return {
        "athena": statements * max(of_event * events / asked.statements, asked.least_bytes) / TB,
        "s3_list": scans * asked.raw_days * max(1, math.ceil(objects / PAGE))
        + days
        + load.views * (asked.lists_of_view + load.tenants * asked.lists_of_tenant),
        "s3_get": scans * asked.raw_days * objects
        + days
        + statements * asked.gets_of_statement
        + load.views * load.tenants * asked.gets_of_tenant,
        "s3_put": statements * asked.puts_of_statement,
        "glue": statements * asked.glue_of_statement,
        "egress": statements * asked.result_bytes / GB,
    }


def _of_reports(load: Load, rates: Usage) -> Quantities:
    """What reports use, each of one tenant of as many events as any other's."""
    asked, usage = rates.questions, rates.usage
    events = load.kept / max(1, load.tenants) / NIGHTS
    athena = Athena(
        asked.least_bytes,
        asked.puts_of_statement,
        asked.gets_of_statement,
        asked.glue_of_statement,
        raw_bytes_of_day=events * usage.record_bytes,
        raw_objects_of_day=load.objects_of_day,
        parquet_bytes_of_day=events * usage.parquet_bytes,
    )
    alerts = of_alerts(load.alerts, rates.reports, athena) if load.alerts else {}
    return dict(Counter(of_reports(load.reports, rates.reports, athena)) + Counter(alerts))


def of_monitoring(load: Load, usage: Rates) -> Quantities:
    """What watching the stage uses: a metric is paid in the hours in which it is sent."""
    alarms = usage.alarm_metrics + usage.alarm_metrics_lean
    if not load.is_full:
        return {"metrics": usage.metrics_lean * usage.failing_hours, "alarms": alarms, "dashboard": 0}
    stage, tenant = (min(HOURS, load.requests / among) for among in (1, max(1, load.tenants)))
    sent = usage.metrics_with_requests * (stage + load.tenants * tenant)
    failing = usage.metrics_of_stage + load.tenants * usage.metrics_of_tenant
    own = usage.alarm_metrics_full + load.tenants * usage.alarm_metrics_per_tenant
    return {
        "metrics": sent + failing * usage.failing_hours,
        "alarms": usage.alarm_metrics + own,
        "dashboard": usage.dashboards,
    }


def _of_vault(load: Load, rates: Usage) -> Quantities:
    """What the vault uses where each tenant has as many events as any other, and each event a value in every field."""
    share, workers = 1 / max(1, load.tenants), load.requests * rates.usage.cold_share
    tokens, requests = load.kept * load.token_fields * share, load.requests * load.tokenized * share
    return of_vault(load.tokenized, tokens, requests, workers, load.memory, rates.vault)


def _seconds(load: Load, requests: int, usage: Rates) -> float:
    """The tracker's billed time: waiting for S3, computing on the share of a core that the memory brings, and starting."""
    core, turns = min(1, load.memory / usage.core_mb), 1 if load.bundled else math.ceil(load.batch / PUTTERS)
    waiting = ((load.requests - load.refused - load.rejected) * turns + load.rejected) * usage.put_ms
    computing = (requests * usage.cpu_ms + max(0, load.events - load.requests) * usage.cpu_ms_of_event) / core
    return (waiting + computing + requests * usage.cold_share * usage.cold_ms) / 1000
