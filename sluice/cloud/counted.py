"""What is counted of a stage's own log lines: alarms over that, the dashboard of full monitoring, and questions to the log."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.jobs import DAY, PLAN_COMPACTION, TRACKER
from chalicelib.logs import NAMESPACE
from sluice.cloud.alarms import PERIOD, Metric, Resource, Resources, of_function, of_gateway, over, single
from sluice.project.config import Stage

TRACKERS = "ApiHandlerLogGroup"  # the log of its function
# CloudWatch takes no more metrics in one alarm.
MAX_METRICS = 10
# The log lines that lean monitoring counts, by the metric that they add to. A pattern's failures are left out: strangers choose
# its buckets, and could ring by naming one that is not ours. No exact entry has a character but these.
FAILURES = '{ $.outcome = "unavailable" && $.entry = %^[a-z0-9.-]+$% }'
ALL_FAILURES = '{ $.outcome = "unavailable" }'
FORBIDDEN = "{ $.statusCode = 403 }"
UNSALTED = "{ $.saltCause = * }"
# Events that the stream did not take, and that went to their bucket by themselves.
UNQUEUED = '{ $.message = "stream_failure" }'
# The nights in which the job that plans the compaction missed a tenant.
UNSEEN = f'{{ $.message = "{PLAN_COMPACTION.name}" && $.unseen > 0 }}'
# Questions to the tracker's log, by name: what a metric by entry would say costs nothing until it is asked.
QUERIES = {
    "tenants": "filter message = 'request' | stats count() as requests, sum(statusCode >= 400) as refused, avg(latencyMs) as ms"
    " by entry, bucket | sort requests desc",
    "refused": "filter statusCode >= 400 | stats count() as requests by bucket, reason, cause, outcome, entry"
    " | sort requests desc",
    "failures": "filter outcome in ['unavailable', 'fault'] | fields @timestamp, cause, bucket, eventName, requestId"
    " | sort @timestamp desc",
    "slowest": "filter message = 'request' | fields @timestamp, latencyMs, route, outcome, bucket, eventName, requestId"
    " | sort latencyMs desc | limit 50",
    "cold": "filter message = 'request' | stats sum(coldStart) as cold, count() as requests, pct(latencyMs, 95) as p95"
    " by bin(1h)",
}


def counted(stage: Stage) -> Resources:
    """Lean monitoring counts three things, full monitoring each outcome by entry, which it draws; both what a stream refuses."""
    made = _by_entry(stage) | _dashboard(stage) if stage.monitoring == "full" else _lean(stage)
    if stage.stream is not None:
        made["CountUnqueued"] = _metric_filter(TRACKERS, "stream_failure", UNQUEUED)
    return made | {f"Ask{name.capitalize()}": _query(stage, name, asked) for name, asked in QUERIES.items()}


def _lean(stage: Stage) -> Resources:
    exact = any(entry.exact for entry in stage.entries)
    return {
        "CountFailures": _metric_filter(TRACKERS, "store_failure", FAILURES if exact else ALL_FAILURES),
        "CountForbidden": _metric_filter(TRACKERS, "forbidden", FORBIDDEN),
        "CountUnsalted": _metric_filter(TRACKERS, "salt_failure", UNSALTED),
        "Forbidden": _forbidden(stage, "forbidden", _own(stage, "forbidden").query("forbidden", "Sum")),
        "StoreFailures": single(
            stage,
            "store-failures",
            "Events are not stored: a bucket is missing, denies the writer or does not answer",
            _own(stage, "store_failure"),
            {"Statistic": "Sum"},
            above=0,
        ),
        "SaltFailures": _salt_failures(stage),
    }


def _by_entry(stage: Stage) -> Resources:
    throttled = of_function(stage, TRACKER, "Throttles").query("workers", "Sum")
    return {
        "Throttles": over(
            stage,
            "throttles",
            "Requests are turned away, by the stage's throttle or for want of workers",
            "SUM(METRICS())",
            throttled,
            _own(stage, "throttled").query("gateway", "Sum"),
            above=10,
        ),
        "ThrottledFilter": _throttled_filter(),
        "UnseenFilter": _metric_filter(f"{PLAN_COMPACTION.resource}LogGroup", "unseen_night", UNSEEN),
        "TenantsUnseen": _tenants_unseen(stage),
        "Forbidden": _forbidden(
            stage,
            "SUM([buckets, origins])",
            _own(stage, "rejected_UnknownBucket").query("buckets", "Sum"),
            _own(stage, "rejected_OriginNotAllowed").query("origins", "Sum"),
        ),
        **_store_failures(stage),
        "SaltFailures": _salt_failures(stage),
    }


def _tenants_unseen(stage: Stage) -> Resource:
    """Apart from the alarm of a job that has stopped, which one bucket that stays unreadable would hide."""
    return single(
        stage,
        "tenants-unseen",
        "The nightly job could not look into some tenants' buckets: its log names them",
        _own(stage, "unseen_night"),
        {"Statistic": "Sum"},
        above=0,
        period=DAY,
    )


def _forbidden(stage: Stage, refused: str, *metrics: dict[str, Any]) -> Resource:
    return over(
        stage,
        "forbidden",
        "More than 10 % of requests are answered 403: a tenant is missing from the allowlist, or somebody is guessing",
        # A percentage, and 0 for fewer than three: one in a quiet night must not ring.
        f"IF({refused} >= 3, 100 * {refused} / requests, 0)",
        *metrics,
        of_gateway(stage, "Count").query("requests", "Sum"),
        above=10,
    )


def _salt_failures(stage: Stage) -> Resource:
    return single(
        stage,
        "salt-failures",
        "Events are stored without visitors or ids: the salts table, or a tenant's key, is not available",
        _own(stage, "salt_failure"),
        {"Statistic": "Sum"},
        above=0,
    )


def _store_failures(stage: Stage) -> Resources:
    """Alarms over the exact entries, ten each; where there are only patterns one counts them all, because nothing else would."""
    exact = [entry.bucket for entry in stage.entries if entry.exact]
    if not exact:
        failures = _own(stage, "store_failure").query("failures", "Sum")
        return {"StoreFailures": _store_failure(stage, "store-failures", "any", failures)}
    groups = [exact[start : start + MAX_METRICS] for start in range(0, len(exact), MAX_METRICS)]
    return {f"StoreFailures{number}": _entries_failures(stage, number, group) for number, group in enumerate(groups, 1)}


def _entries_failures(stage: Stage, number: int, entries: list[str]) -> Resource:
    found = (_own(stage, "store_failure", entry=entry) for entry in entries)
    metrics = [metric.query(f"m{place}", "Sum") for place, metric in enumerate(found)]
    return _store_failure(stage, f"store-failures-{number}", ", ".join(entries), *metrics)


def _store_failure(stage: Stage, name: str, entries: str, *metrics: dict[str, Any]) -> Resource:
    description = (
        f"Events are not stored: a bucket is missing, denies the writer or does not answer. Entries: {entries}"
    )
    return over(stage, name, description, "SUM(METRICS())", *metrics, above=0)


def _own(stage: Stage, name: str, **dimensions: str) -> Metric:
    return Metric(NAMESPACE, name, {"stage": stage.name, **dimensions})


def _throttled_filter() -> Resource:
    """Counts the gateway's 429s from its access log: the gateway has no metric that separates them from other 4xx."""
    return _metric_filter("AccessLog", "throttled", '{ $.statusCode = "429" }')


def _metric_filter(log: str, name: str, pattern: str) -> Resource:
    found = {
        "MetricNamespace": NAMESPACE,
        "MetricName": name,
        "MetricValue": "1",
        "Dimensions": [{"Key": "stage", "Value": "$.stage"}],
    }
    properties = {"LogGroupName": {"Ref": log}, "FilterPattern": pattern, "MetricTransformations": [found]}
    return {"Type": "AWS::Logs::MetricFilter", "Properties": properties}


def _query(stage: Stage, name: str, asked: str) -> Resource:
    """A question that is saved in CloudWatch Logs Insights."""
    properties = {
        "Name": f"{stage.stack}/{name}",
        "QueryString": asked,
        "LogGroupNames": [{"Ref": TRACKERS}],
    }
    return {"Type": "AWS::Logs::QueryDefinition", "Properties": properties}


def _dashboard(stage: Stage) -> Resources:
    body = json.dumps({"widgets": _widgets(stage)})
    return {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {"DashboardName": stage.stack, "DashboardBody": body},
        }
    }


def _widgets(stage: Stage) -> list[dict[str, Any]]:
    gateway = ["ApiName", stage.api, "Stage", stage.name]
    tracker = ["FunctionName", stage.function(TRACKER.role)]
    own = ["stage", stage.name]
    charts: list[tuple[str, str, list[list[str]]]] = [
        ("Requests", "Sum", [["AWS/ApiGateway", name, *gateway] for name in ("Count", "4XXError", "5XXError")]),
        ("Latency, p95", "p95", [["AWS/ApiGateway", name, *gateway] for name in ("Latency", "IntegrationLatency")]),
        ("Events", "Sum", [[NAMESPACE, name, *own] for name in ("accepted", "duplicate", "fault")]),
        (
            "Failures",
            "Sum",
            [[NAMESPACE, name, *own] for name in ("store_failure", "salt_failure", "throttled", "unseen_night")],
        ),
        ("Refused", "Sum", [[NAMESPACE, f"rejected_{name}", *own] for name in ("UnknownBucket", "OriginNotAllowed")]),
        ("Workers", "Maximum", [["AWS/Lambda", name, *tracker] for name in ("ConcurrentExecutions", "Throttles")]),
    ]
    return [_widget(stage, number, *chart) for number, chart in enumerate(charts)]


def _widget(stage: Stage, number: int, title: str, statistic: str, metrics: list[list[str]]) -> dict[str, Any]:
    place = {"x": 12 * (number % 2), "y": 6 * (number // 2), "width": 12, "height": 6}
    chart = {"title": title, "stat": statistic, "period": PERIOD, "region": stage.region, "metrics": metrics}
    return {"type": "metric", **place, "properties": chart}
