"""The bill of a month as it was counted: what `tests.month` counts, as often as the month has it, by prices.toml."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from chalicelib.lake.compaction import LATENESS
from sluice.cloud import cost, template
from sluice.cloud.cost import Bill
from sluice.cloud.month import GB, HOURS, NIGHTS, TB, Quantities
from sluice.cloud.usage import PAGE, Load
from tests.month import NOW, STAGE, TENANTS, Requests, View
from tests.watched import measured, selects

WITHIN = 0.01
ACCESS_LINE = 195  # bytes; test_cost.py measures it


@dataclass
class Counted:
    """What was counted of a month: units and log bytes of each thing that it repeats. Looks are of all tenants."""

    cold: Counter[str]
    requests: Requests
    scripts: Requests
    hour: tuple[Counter[str], int]
    forgetting: tuple[Counter[str], int]
    empty_look: tuple[Counter[str], int]
    look: tuple[Counter[str], int]
    day: tuple[Counter[str], int]
    lines: dict[str, list[dict[str, Any]]]  # "all": of each request; "failing": of those that fail
    view: View | None = None


def bill(load: Load, counted: Counted) -> Bill:
    """The month's bill by what was counted."""
    total = Counter[str]()
    for part in (_requests(load, counted), _nights(load, counted), _views(load, counted), _watched(load, counted)):
        total.update(part)
    total["logs_kept"] = total["logs"] * cost.sheet().usage.log_compression
    return cost.billed(load, {name: total[name] for name in cost.sheet().prices})


def apart(counted: Bill, other: Bill) -> list[str]:
    """The lines, and the total, that are more than one in a hundred apart."""
    one, two = ({**{line.item: line.dollars for line in made.lines}, "total": made.total} for made in (counted, other))
    return [
        f"{item}: ${one.get(item, 0):.6f} counted, not ${two.get(item, 0):.6f}"
        for item in {**one, **two}
        if not math.isclose(one.get(item, 0), two.get(item, 0), rel_tol=WITHIN)
    ]


def _requests(load: Load, counted: Counted) -> Quantities:
    usage, each, scripts = cost.sheet().usage, counted.requests, counted.scripts
    requests, core = load.requests + load.scripts, load.memory / usage.core_mb
    computing = (requests * usage.cpu_ms + (load.events - load.requests) * usage.cpu_ms_of_event) / core
    waiting = load.requests * each.units["s3_put"] * usage.put_ms
    starting = requests * usage.cold_share * usage.cold_ms
    lines = load.requests * each.log + load.scripts * scripts.log + requests * ACCESS_LINE
    answers = load.requests * (each.answer + usage.gateway_bytes)
    return {
        **{line: units * load.requests for line, units in each.units.items()},
        "salts": load.requests * usage.cold_share * counted.cold["salts"],
        "api_gateway": requests,
        "lambda_requests": requests,
        "lambda_duration": load.memory / 1024 * (computing + waiting + starting) / 1000,
        "s3_storage": load.events * (each.stored + usage.parquet_bytes) / GB,
        "logs": lines / GB,
        "egress": (answers + load.scripts * (scripts.answer + usage.gateway_bytes)) / GB,
    }


def _nights(load: Load, counted: Counted) -> Quantities:
    nights, days = cost.sheet().nights, TENANTS * NIGHTS if load.events else 0
    total, log = Counter[str](), NIGHTS * counted.empty_look[1] + days * counted.day[1]
    log += (HOURS - NIGHTS) * counted.hour[1] + NIGHTS * counted.forgetting[1]
    # All tenants are alike where there are events; of those that were counted one was filled.
    empty = {line: number / TENANTS for line, number in counted.empty_look[0].items()}
    filled = {line: number - (TENANTS - 1) * empty.get(line, 0) for line, number in counted.look[0].items()}
    looked = (filled if load.events else empty, TENANTS * NIGHTS)
    hours = ((counted.hour[0], HOURS - NIGHTS), (counted.forgetting[0], NIGHTS))
    for units, times in (*hours, looked, (counted.day[0], days)):
        total.update({line: number * times for line, number in units.items()})
    total["nights"] += (NIGHTS if load.events else 0) * nights.states_of_night  # test_nights.py counts them
    planning = NIGHTS * (nights.plan_ms + TENANTS * nights.plan_ms_of_tenant)
    compacting = (days * nights.compact_ms + load.objects * nights.compact_ms_of_object) / 1000
    return {
        **total,
        "lambda_requests": HOURS + NIGHTS + days,
        "lambda_duration": load.memory / 1024 * (HOURS * nights.forget_ms + planning) / 1000
        + nights.compact_mb / 1024 * compacting,
        "lambda_disk": nights.compact_disk_gb * compacting,
        "logs": log / GB,
    }


def _views(load: Load, counted: Counted) -> Quantities:
    if counted.view is None:
        return {}
    view, asked, usage = counted.view, cost.sheet().questions, cost.sheet().usage
    objects, events = load.objects / TENANTS / NIGHTS, load.events / TENANTS / NIGHTS
    # Yesterday, today so far (which is half of it on average, three hours later), and the hours before the night.
    raw = LATENESS.days + (NOW.hour + 12) / 24
    read = (view.raw_scans * raw * usage.record_bytes + view.compacted_days * usage.parquet_bytes) * events
    by_athena = {
        "athena": max(read, view.statements * asked.least_bytes) / TB,
        "s3_list": view.raw_scans * raw * math.ceil(objects / PAGE) + view.compacted_days,
        "s3_get": view.raw_scans * raw * objects + view.compacted_days + view.statements * asked.gets_of_statement,
        "s3_put": view.statements * asked.puts_of_statement,
        "glue": view.statements * asked.glue_of_statement,
        "egress": view.statements * asked.result_bytes / GB,
    }
    tenants = {line: number * load.tenants for line, number in view.for_each.items()}
    total = Counter[str]()
    for part in (by_athena, tenants, view.units):
        total.update({line: number * load.views for line, number in part.items()})
    return total


def _watched(load: Load, counted: Counted) -> Quantities:
    """The stage's alarms and its metrics: each by the hours in which a line is logged that it counts."""
    resources = template.template(STAGE)["Resources"].values()
    of = lambda kind: [one["Properties"] for one in resources if one.get("Type") == kind]  # noqa: E731
    hours = 0
    for filtered in of("AWS::Logs::MetricFilter"):
        always = load.events and any(selects(filtered["FilterPattern"], line) for line in counted.lines["all"])
        rarely = any(selects(filtered["FilterPattern"], line) for line in counted.lines["failing"])
        hours += HOURS if always else rarely * cost.sheet().usage.failing_hours
    return {
        "metrics": hours + HOURS * len(_embedded(counted.lines["all"])),
        "alarms": sum(len(measured(alarm)) for alarm in of("AWS::CloudWatch::Alarm")),
        "dashboard": len(of("AWS::CloudWatch::Dashboard")),
    }


def _embedded(lines: list[dict[str, Any]]) -> set[str]:
    """The metrics that CloudWatch reads of the lines themselves, each with its dimensions' values."""
    directives = [(line, one) for line in lines if "_aws" in line for one in line["_aws"]["CloudWatchMetrics"]]
    return {
        json.dumps([metric["Name"], *(line[name] for name in names)])
        for line, one in directives
        for metric in one["Metrics"]
        for names in one["Dimensions"]
    }
