"""What is watched of a stage by the metrics that AWS sends anyway: its alarms, and the topic that they tell."""

from __future__ import annotations

from typing import Any, NamedTuple

from chalicelib.jobs import TRACKER, Alarm, Job
from sluice.project.config import Stage

Resource = dict[str, Any]
Resources = dict[str, Resource]
Query = dict[str, Any]

PERIOD = 300
TOPIC = "AlarmTopic"


class Metric(NamedTuple):
    """One metric of CloudWatch."""

    namespace: str
    name: str
    dimensions: dict[str, str]

    @property
    def pairs(self) -> list[dict[str, str]]:
        """Its dimensions, as a template writes them."""
        return [{"Name": name, "Value": value} for name, value in self.dimensions.items()]

    def query(self, identity: str, statistic: str) -> Query:
        """The metric in an expression."""
        metric = {"Namespace": self.namespace, "MetricName": self.name, "Dimensions": self.pairs}
        return {"Id": identity, "MetricStat": {"Metric": metric, "Period": PERIOD, "Stat": statistic}}


def alarms(stage: Stage) -> Resources:
    """The topic, and the alarms that cost one watched metric each."""
    return {
        TOPIC: {"Type": "AWS::SNS::Topic", "Properties": _topic(stage)},
        **_gateway_alarms(stage),
        "Throttles": single(
            stage,
            "throttles",
            "Requests are turned away for want of workers",
            of_function(stage, TRACKER, "Throttles"),
            {"Statistic": "Sum"},
            above=10,
        ),
        **_job_alarms(stage),
    }


def _topic(stage: Stage) -> dict[str, Any]:
    topic: dict[str, Any] = {"TopicName": stage.topic.rpartition(":")[2]}
    if stage.alarm_email:
        topic["Subscription"] = [{"Protocol": "email", "Endpoint": stage.alarm_email}]
    return topic


def _gateway_alarms(stage: Stage) -> Resources:
    return {
        # The average of 5XXError is its share of all requests. One failure in a quiet night must not ring.
        "ServerErrors": single(
            stage,
            "server-errors",
            "More than 1 % of requests are answered 5xx, for ten minutes: events may be lost",
            of_gateway(stage, "5XXError"),
            {"Statistic": "Average"},
            above=0.01,
            periods=2,
        ),
        # A percentile of a few requests says little: the first one of a day is a cold start.
        "Latency": single(
            stage,
            "latency",
            "One request in twenty takes more than a second",
            of_gateway(stage, "Latency"),
            {"ExtendedStatistic": "p95", "EvaluateLowSampleCountPercentile": "ignore"},
            above=1000,
            periods=3,
        ),
    }


def _job_alarms(stage: Stage) -> Resources:
    """Those of the jobs' table. None of compaction loses an event: what is not compacted is read raw, which is dearer."""
    watched = [(job.alarm, job) for job in stage.jobs if job.alarm is not None]
    made: Resources = {}
    for alarm, job in sorted(watched, key=lambda pair: pair[0].rank):
        name = "".join(word.capitalize() for word in alarm.title.split("-"))
        made[name] = _WATCHED[alarm.watches](stage, job, alarm)
    return made


def _errors(stage: Stage, job: Job, alarm: Alarm) -> Resource:
    """A job that ends badly: Lambda tries it twice more, and each try counts."""
    return _sum(stage, alarm, of_function(stage, job, "Errors"))


def _silence(stage: Stage, job: Job, alarm: Alarm) -> Resource:
    """A scheduled job that ends badly whenever it is tried, or that no longer runs.

    Lambda sends an error of 0 for each run that ends well, so the least of a period says whether one did. Where none is sent any
    more, the alarm has too few data, which is an email, too. A job that was never run has had none yet, and does not ring.
    """
    made = single(
        stage,
        alarm.title,
        alarm.description,
        of_function(stage, job, "Errors"),
        {"Statistic": "Minimum"},
        above=0,
        periods=alarm.periods,
        period=alarm.period,
    )
    made["Properties"] |= {"TreatMissingData": "missing", "InsufficientDataActions": [{"Ref": TOPIC}]}
    return made


def _failed(stage: Stage, _: Job, alarm: Alarm) -> Resource:
    """A night in which a day failed, or was refused a worker, which the compactor's own errors do not count."""
    return _sum(stage, alarm, Metric("AWS/States", "ExecutionsFailed", {"StateMachineArn": stage.nights}))


def _age(stage: Stage, job: Job, alarm: Alarm) -> Resource:
    """A batch that came more than a quarter of an hour ago, in three periods: no record waits so long by itself."""
    return single(
        stage,
        alarm.title,
        alarm.description,
        of_function(stage, job, "IteratorAge"),
        {"Statistic": "Maximum"},
        above=1000 * 900,
        periods=3,
        period=alarm.period,
    )


def _sum(stage: Stage, alarm: Alarm, metric: Metric) -> Resource:
    return single(
        stage,
        alarm.title,
        alarm.description,
        metric,
        {"Statistic": "Sum"},
        above=0,
        periods=alarm.periods,
        period=alarm.period,
    )


_WATCHED = {"errors": _errors, "silence": _silence, "nights": _failed, "age": _age}


def of_gateway(stage: Stage, name: str) -> Metric:
    return Metric("AWS/ApiGateway", name, {"ApiName": stage.api, "Stage": stage.name})


def of_function(stage: Stage, job: Job, name: str) -> Metric:
    return Metric("AWS/Lambda", name, {"FunctionName": stage.function(job.role)})


def over(
    stage: Stage, name: str, description: str, expression: str, *metrics: Query, above: float, periods: int = 1
) -> Resource:
    """An alarm over an expression of several metrics, each of which is paid for."""
    queries = [{**metric, "ReturnData": metric["Id"] == expression} for metric in metrics]
    if expression not in {metric["Id"] for metric in metrics}:
        queries.append({"Id": "watched", "Expression": expression, "Label": name, "ReturnData": True})
    return _alarm(stage, name, description, {"Metrics": queries}, above, periods)


def single(
    stage: Stage,
    name: str,
    description: str,
    metric: Metric,
    statistic: dict[str, str],
    *,
    above: float,
    periods: int = 1,
    period: int = PERIOD,
) -> Resource:
    """An alarm over one metric."""
    watched = {
        "Namespace": metric.namespace,
        "MetricName": metric.name,
        "Dimensions": metric.pairs,
        "Period": period,
        **statistic,
    }
    return _alarm(stage, name, description, watched, above, periods)


def _alarm(stage: Stage, name: str, description: str, watched: dict[str, Any], above: float, periods: int) -> Resource:
    """An alarm that rings when what it watches is above this for so many periods; where there is no data, all is well."""
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmName": f"{stage.stack}-{name}",
            "AlarmDescription": description,
            **watched,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": above,
            "EvaluationPeriods": periods,
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": TOPIC}],
            "OKActions": [{"Ref": TOPIC}],
        },
    }
