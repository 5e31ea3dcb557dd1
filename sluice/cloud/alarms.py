"""What is watched of a stage: its alarms, the topic that they tell, and a dashboard."""

from __future__ import annotations

import json
from typing import Any

from chalicelib import jobs
from chalicelib.jobs import TRACKER, Alarm, Job
from chalicelib.logs import NAMESPACE
from sluice.project.config import Stage

Resources = dict[str, Any]
Query = dict[str, Any]

PERIOD = 300
# CloudWatch takes no more metrics in one alarm.
MAX_METRICS = 10


def alarms(stage: Stage) -> Resources:
    """The alarms, their topic and the dashboard; a stage without metrics of its own has the gateway's and Lambda's alarms."""
    watched = (
        _gateway_alarms(stage)
        | {"Throttles": _throttles(stage)}
        | _job_alarms(stage)
        | (_own_alarms(stage) if stage.metrics else {})
    )
    return {
        "AlarmTopic": {"Type": "AWS::SNS::Topic", "Properties": _topic(stage)},
        **watched,
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {
                "DashboardName": stage.stack,
                "DashboardBody": json.dumps({"widgets": _widgets(stage)}),
            },
        },
        **_throttled_filter(stage),
    }


def _topic(stage: Stage) -> dict[str, Any]:
    topic: dict[str, Any] = {"TopicName": f"{stage.stack}-alarms"}
    if stage.alarm_email:
        topic["Subscription"] = [{"Protocol": "email", "Endpoint": stage.alarm_email}]
    return topic


def _gateway_alarms(stage: Stage) -> Resources:
    return {
        "ServerErrors": _alarm(
            stage,
            "server-errors",
            "More than 1 % of requests are answered 5xx: events may be lost",
            _share("errors", "requests"),
            _gateway(stage, "errors", "5XXError", "Sum"),
            _gateway(stage, "requests", "Count", "Sum"),
            above=1,
        ),
        "Latency": _alarm(
            stage,
            "latency",
            "One request in twenty takes more than a second",
            "p95",
            _gateway(stage, "p95", "Latency", "p95"),
            above=1000,
            periods=3,
        ),
    }


def _throttles(stage: Stage) -> dict[str, Any]:
    return _alarm(
        stage,
        "throttles",
        "Requests are turned away, by the stage's throttle or for want of workers",
        "SUM(METRICS())",
        _lambda(stage, "workers", TRACKER, "Throttles"),
        _own(stage, "gateway", "throttled"),
        above=10,
    )


def _job_alarms(stage: Stage) -> Resources:
    """Those of the jobs' table. None of compaction loses an event: what is not compacted is read raw, which is dearer."""
    watched = [(job.alarm, job) for job in jobs.JOBS if job.alarm is not None]
    made: Resources = {}
    for alarm, job in sorted(watched, key=lambda pair: pair[0].rank):
        name = "".join(word.capitalize() for word in alarm.title.split("-"))
        made[name] = _silence(stage, job, alarm) if job.schedule else _dropped(stage, job, alarm)
    return made


def _silence(stage: Stage, job: Job, alarm: Alarm) -> dict[str, Any]:
    """A scheduled job that has not ended well."""
    return _alarm(
        stage,
        alarm.title,
        alarm.description,
        "1 - (runs - failures)",
        _lambda(stage, "runs", job, "Invocations", alarm.period),
        _lambda(stage, "failures", job, "Errors", alarm.period),
        above=0,
        periods=alarm.periods,
        missing="breaching",
    )


def _dropped(stage: Stage, job: Job, alarm: Alarm) -> dict[str, Any]:
    """A job that was called and given up; Errors would ring for a try that the next one made good."""
    dropped = _lambda(stage, "dropped", job, "AsyncEventsDropped", alarm.period)
    return _alarm(stage, alarm.title, alarm.description, "dropped", dropped, above=0, periods=alarm.periods)


def _own_alarms(stage: Stage) -> Resources:
    """Those over the metrics that the tracker itself counts."""
    return {
        "Forbidden": _alarm(
            stage,
            "forbidden",
            "More than 10 % of requests are answered 403: a tenant is missing from the allowlist, or somebody is guessing",
            _share("SUM([buckets, origins])", "requests"),
            _own(stage, "buckets", "rejected_UnknownBucket"),
            _own(stage, "origins", "rejected_OriginNotAllowed"),
            _gateway(stage, "requests", "Count", "Sum"),
            above=10,
        ),
        **_store_failures(stage),
        "SaltFailures": _alarm(
            stage,
            "salt-failures",
            "Events are stored without their visitors: the salts table does not answer",
            "failures",
            _own(stage, "failures", "salt_failure"),
            above=0,
        ),
    }


def _store_failures(stage: Stage) -> Resources:
    """Alarms over the exact entries, ten each.

    A pattern's failures are left out: strangers choose its buckets, and could ring by naming one that is not ours.
    Where there are only patterns one alarm counts them all, because nothing else would.
    """
    exact = [entry.bucket for entry in stage.entries if entry.exact]
    if not exact:
        return {
            "StoreFailures": _store_failure(stage, "store-failures", "any", _own(stage, "failures", "store_failure"))
        }
    groups = [exact[start : start + MAX_METRICS] for start in range(0, len(exact), MAX_METRICS)]
    return {f"StoreFailures{number}": _entries_failures(stage, number, group) for number, group in enumerate(groups, 1)}


def _entries_failures(stage: Stage, number: int, entries: list[str]) -> dict[str, Any]:
    metrics = [_own(stage, f"m{place}", "store_failure", entry=entry) for place, entry in enumerate(entries)]
    return _store_failure(stage, f"store-failures-{number}", ", ".join(entries), *metrics)


def _store_failure(stage: Stage, name: str, entries: str, *metrics: Query) -> dict[str, Any]:
    description = (
        f"Events are not stored: a bucket is missing, denies the writer or does not answer. Entries: {entries}"
    )
    return _alarm(stage, name, description, "SUM(METRICS())", *metrics, above=0)


def _share(part: str, whole: str) -> str:
    """A percentage, and 0 for fewer than three: one failure in a quiet night must not alarm."""
    return f"IF({part} >= 3, 100 * {part} / {whole}, 0)"


def _alarm(
    stage: Stage,
    name: str,
    description: str,
    expression: str,
    *metrics: Query,
    above: float,
    periods: int = 1,
    missing: str = "notBreaching",
) -> dict[str, Any]:
    """An alarm over an expression of these metrics, which rings when it is above this for so many periods."""
    queries = [{**metric, "ReturnData": metric["Id"] == expression} for metric in metrics]
    if expression not in {metric["Id"] for metric in metrics}:
        queries.append({"Id": "watched", "Expression": expression, "Label": name, "ReturnData": True})
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"{stage.stack}-{name}",
            "AlarmDescription": description,
            "Metrics": queries,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": above,
            "EvaluationPeriods": periods,
            "TreatMissingData": missing,
            "AlarmActions": [{"Ref": "AlarmTopic"}],
            "OKActions": [{"Ref": "AlarmTopic"}],
        },
    }


def _gateway(stage: Stage, identity: str, name: str, statistic: str) -> Query:
    return _metric(identity, "AWS/ApiGateway", name, {"ApiName": stage.api, "Stage": stage.name}, statistic)


def _lambda(stage: Stage, identity: str, job: Job, name: str, period: int = PERIOD) -> Query:
    return _metric(identity, "AWS/Lambda", name, {"FunctionName": stage.function(job.role)}, "Sum", period)


def _own(stage: Stage, identity: str, name: str, **dimensions: str) -> Query:
    return _metric(identity, NAMESPACE, name, {"stage": stage.name, **dimensions}, "Sum")


def _metric(
    identity: str, namespace: str, name: str, dimensions: dict[str, str], statistic: str, period: int = PERIOD
) -> Query:
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    metric = {"Namespace": namespace, "MetricName": name, "Dimensions": pairs}
    return {"Id": identity, "MetricStat": {"Metric": metric, "Period": period, "Stat": statistic}}


def _throttled_filter(stage: Stage) -> Resources:
    """Counts the gateway's 429s from its access log: the gateway has no metric that separates them from other 4xx."""
    counted = {
        "MetricNamespace": NAMESPACE,
        "MetricName": "throttled",
        "MetricValue": "1",
        "Dimensions": [{"Key": "stage", "Value": "$.stage"}],
    }
    properties = {
        "LogGroupName": {"Ref": "AccessLog"},
        "FilterPattern": '{ $.status = "429" }',
        "MetricTransformations": [counted],
    }
    return {"ThrottledFilter": {"Type": "AWS::Logs::MetricFilter", "Properties": properties}}


def _widgets(stage: Stage) -> list[dict[str, Any]]:
    gateway = ["ApiName", stage.api, "Stage", stage.name]
    tracker = ["FunctionName", stage.function(TRACKER.role)]
    own = ["stage", stage.name]
    charts: list[tuple[str, str, list[list[str]]]] = [
        ("Requests", "Sum", [["AWS/ApiGateway", name, *gateway] for name in ("Count", "4XXError", "5XXError")]),
        ("Latency, p95", "p95", [["AWS/ApiGateway", name, *gateway] for name in ("Latency", "IntegrationLatency")]),
        ("Events", "Sum", [[NAMESPACE, name, *own] for name in ("accepted", "duplicate", "fault")]),
        ("Failures", "Sum", [[NAMESPACE, name, *own] for name in ("store_failure", "salt_failure", "throttled")]),
        ("Refused", "Sum", [[NAMESPACE, f"rejected_{name}", *own] for name in ("UnknownBucket", "OriginNotAllowed")]),
        ("Workers", "Maximum", [["AWS/Lambda", name, *tracker] for name in ("ConcurrentExecutions", "Throttles")]),
    ]
    return [_widget(stage, number, *chart) for number, chart in enumerate(charts)]


def _widget(stage: Stage, number: int, title: str, statistic: str, metrics: list[list[str]]) -> dict[str, Any]:
    place = {"x": 12 * (number % 2), "y": 6 * (number // 2), "width": 12, "height": 6}
    chart = {"title": title, "stat": statistic, "period": PERIOD, "region": stage.region, "metrics": metrics}
    return {"type": "metric", **place, "properties": chart}
