"""What a month costs: compared with a sheet worked out by hand, with our own sizes, and with the page on costs."""

import io
import json
import math
import re

import msgspec
import pytest
from rich.console import Console

from bench import traffic
from sluice.cloud import cost, template
from sluice.cloud.cost import Load
from sluice.project.config import Allow, Stage
from sluice.project.stages import Throttle
from tests.conftest import stored
from tests.paths import ROOT

PAGE = ROOT / "docs" / "costs.md"
VOLUMES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)

# Worked out by hand for 10 tenants at 512 MB, in dollars. The formulas, for a million events:
#   time     20 ms wait + 1 ms x 1769/512 + 0.5 % x 700 ms = 26.955 ms; x 0.5 GB = 13,477.54 GB-s; x 0.0000133334
#   storage  1,057 MB / 1.073741824 = 0.98441 GB; x 0.023         logs  482 MB / 1.073741824 = 0.44890 GB; x 0.50
#   metrics  3 x 0.30      alarms  (6 + 4) x 0.10      salts  5,000 x 0.625/M
SHEET = {
    "API Gateway, REST": (0.035, 0.35, 3.50, 35.00, 350.00),
    "Lambda, requests": (0.002, 0.02, 0.20, 2.00, 20.00),
    "Lambda, time (arm64)": (0.001797, 0.01797, 0.1797, 1.797, 17.97),
    "S3, PUT": (0.05, 0.50, 5.00, 50.00, 500.00),
    "S3, GET by the compaction": (0.004, 0.04, 0.40, 4.00, 40.00),
    "S3, keeping the month's records": (0.0002264, 0.002264, 0.02264, 0.2264, 2.264),
    "CloudWatch, logs": (0.0022445, 0.022445, 0.22445, 2.2445, 22.445),
    "CloudWatch, metrics": (0.90, 0.90, 0.90, 0.90, 0.90),
    "CloudWatch, alarms": (1.00, 1.00, 1.00, 1.00, 1.00),
    "CloudWatch, dashboard": (0, 0, 0, 0, 0),
    "X-Ray, traces": (0, 0, 0, 0, 0),
    "DynamoDB, salts": (0.00003125, 0.0003125, 0.003125, 0.03125, 0.3125),
}
TOTALS = (1.9953, 2.8530, 11.430, 97.199, 954.89)
# What full monitoring has besides, for a million events of 10 tenants: the metrics' names in each line, 44 metrics in place of
# 3, an alarm's metric each and one more, a dashboard, and a trace of each request.
FULL = {
    "CloudWatch, logs": 220 / 1073.741824 * 0.50,
    "CloudWatch, metrics": (14 + 10 * 3 - 3) * 0.30,
    "CloudWatch, alarms": (10 + 2) * 0.10,
    "CloudWatch, dashboard": 3.00,
    "X-Ray, traces": 5.00,
}


def lines(load):
    return {line.item: line.dollars for line in cost.bill(load).lines}


def quantities(load):
    return {line.item: line.quantity for line in cost.bill(load).lines}


@pytest.mark.parametrize("column", range(5))
def test_each_line_is_within_a_hundredth_of_the_sheet_worked_out_by_hand(column):
    by_hand = {item: dollars[column] for item, dollars in SHEET.items()}

    assert lines(Load(VOLUMES[column], tenants=10)) == pytest.approx(by_hand, rel=0.01)


@pytest.mark.parametrize(("events", "total"), [*zip(VOLUMES, TOTALS, strict=True)])
def test_the_total_is_within_a_hundredth_of_the_sheets(events, total):
    assert cost.bill(Load(events, tenants=10)).total == pytest.approx(total, rel=0.01)


def test_a_line_is_its_quantity_times_its_price():
    bill = cost.bill(Load(123_456, tenants=7))

    assert [line.quantity * line.price / line.per for line in bill.lines] == [line.dollars for line in bill.lines]
    assert math.fsum(line.dollars for line in bill.lines) == bill.total


def test_a_batch_is_one_request_and_one_object_but_stores_every_record():
    single, batched = quantities(Load(1_000_001, 10)), quantities(Load(1_000_001, 10, batch=100))

    assert batched["API Gateway, REST"] == batched["S3, PUT"] == 10_001
    assert batched["S3, keeping the month's records"] == single["S3, keeping the month's records"]


def test_full_monitoring_adds_what_it_says():
    lean, full = lines(Load(1_000_000, 10)), lines(Load(1_000_000, 10, monitoring="full"))

    assert {item: full[item] - lean[item] for item in full if full[item] != lean[item]} == pytest.approx(FULL)


def test_a_tenant_costs_nothing_more_unless_each_is_counted():
    assert lines(Load(1_000_000, 10)) == lines(Load(1_000_000, 11))
    fewer, more = (lines(Load(1_000_000, tenants, monitoring="full")) for tenants in (10, 11))

    assert {item: more[item] - fewer[item] for item in more if more[item] != fewer[item]} == {
        "CloudWatch, metrics": pytest.approx(0.90),
        "CloudWatch, alarms": pytest.approx(0.10),
    }


def test_more_memory_costs_less_than_in_proportion_because_it_computes_faster():
    small, large = (lines(Load(1_000_000, 10, memory=memory))["Lambda, time (arm64)"] for memory in (512, 1024))

    # By hand: (20 + 1769/1024 + 3.5) / (20 + 1769/512 + 3.5) x 2 = 1.872
    assert large / small == pytest.approx(1.872, rel=0.001)


def test_a_month_without_events_costs_what_runs_all_the_time():
    assert cost.bill(Load(0, tenants=10)).total == pytest.approx(3 * 0.30 + 10 * 0.10)
    assert cost.bill(Load(0, tenants=0, monitoring="full")).total == pytest.approx(14 * 0.30 + 12 * 0.10 + 3.00)


def worst(entry, tenants=1, **settings):
    throttle = Throttle(rate=50, burst=100)
    bill = cost.worst(Stage("prod", throttle=throttle, allow=(entry,), **settings), tenants)
    return {line.item: line.quantity for line in bill.lines}, {line.item: line.dollars for line in bill.lines}


def test_without_a_quota_a_day_costs_what_the_throttle_lets_in_in_full_batches():
    found, dollars = worst(Allow("shop-analytics"))

    # By hand: 50 x 86,400 requests of 100 events; each event is a PUT at $5 a million.
    assert (found["API Gateway, REST"], found["S3, PUT"]) == (4_320_000, 432_000_000)
    assert dollars["S3, PUT"] == pytest.approx(2160)
    assert "CloudWatch, dashboard" not in found


@pytest.mark.parametrize(
    ("entry", "tenants", "settings", "puts"),
    [
        (Allow("shop-analytics", max_events_per_second=2), 1, {}, 2 * 10 * 86_400),
        (Allow("shop-analytics", max_events_per_second=2), 7, {}, 2 * 10 * 86_400),
        (Allow("shop-analytics", max_events_per_second=2), 1, {"reserved_concurrency": 3}, 2 * 3 * 86_400),
        (Allow("shop-analytics", max_events_per_second=20), 1, {"bundle_batches": True}, 50 * 86_400),
        (Allow("shop-*"), 2, {}, 50 * 10 * 2 * 86_400),
    ],
)
def test_a_quota_times_the_workers_is_the_most_that_a_tenant_stores(entry, tenants, settings, puts):
    found, _ = worst(entry, tenants, **settings)

    assert found["S3, PUT"] == puts
    assert found["API Gateway, REST"] == 50 * 86_400  # refused requests are paid, too


@pytest.mark.parametrize(("monitoring", "bytes"), [("lean", 288), ("full", 508)])
def test_a_record_and_a_log_line_are_as_long_as_the_prices_file_says(tracker, log, folder, monitoring, bytes):
    service = tracker(STORE=f"dir:{folder}", STAGE="prod", SALTS="memory", MONITORING=monitoring)
    for number in range(50):
        assert service.app.app(traffic.proxy_event(number), traffic.Context())["statusCode"] == 200

    records = [path.stat().st_size for path in stored(folder)]
    line = len(log.getvalue().encode()) / 50
    assert sum(records) / len(records) == pytest.approx(1057, rel=0.05)
    assert line == pytest.approx(bytes, rel=0.05)


def test_a_tenants_metrics_are_as_many_as_the_prices_file_says(tracker, folder, log):
    event, service = traffic.proxy_event(1), tracker(STORE=f"dir:{folder}", MONITORING="full")
    for _ in range(2):
        service.app.app(event, traffic.Context())

    written = [msgspec.json.decode(line) for line in log.getvalue().splitlines()]
    directives = [line["_aws"]["CloudWatchMetrics"][0] for line in written]
    names = {metric["Name"] for directive in directives for metric in directive["Metrics"]}
    assert names == {"milliseconds", "accepted", "duplicate"}
    assert directives[0]["Dimensions"] == [["stage", "entry"], ["stage"]]


@pytest.mark.parametrize("monitoring", ["lean", "full"])
def test_the_alarms_that_are_billed_are_those_of_a_stage(monitoring):
    tenants = tuple(Allow(f"shop{number}-analytics") for number in range(25))
    resources = template.template(Stage("prod", "111122223333", monitoring=monitoring, allow=tenants))["Resources"]

    found = [one["Properties"] for one in resources.values() if one.get("Type") == "AWS::CloudWatch::Alarm"]
    watched = [query for alarm in found for query in alarm.get("Metrics", [{"MetricStat": {}}])]
    billed = quantities(Load(1, 25, monitoring=monitoring))["CloudWatch, alarms"]
    assert sum("MetricStat" in query for query in watched) == billed


def test_a_line_of_the_access_log_is_as_long_as_the_prices_file_says():
    request = {
        **{"requestId": "0c1d2e3f-4a5b-4c7d-8e9f-0a1b2c3d4e5f", "time": "1758635825123", "stage": "prod"},
        **{
            "method": "POST",
            "route": "/track",
            "status": "200",
            "refusedBy": "-",
            "milliseconds": "27",
            "bytes": "168",
        },
    }

    assert set(request) == set(template.ACCESS_LOG)
    assert len(json.dumps(request)) == pytest.approx(194, rel=0.1)


def test_a_bill_is_json_with_its_date_and_its_lines():
    bill = msgspec.json.decode(msgspec.json.encode(cost.bill(Load(1_000_000, 10))))

    assert re.fullmatch(r"20\d\d-\d\d-\d\d", bill["priced"])
    assert bill["lines"][0] == {
        **{"item": "API Gateway, REST", "quantity": 1_000_000, "unit": "requests"},
        **{"price": 3.5, "per": 1_000_000, "dollars": 3.5},
    }


def test_the_terminal_shows_each_line_and_the_total():
    terminal = io.StringIO()
    Console(file=terminal, width=120).print(cost.table(cost.bill(Load(1_000_000, 10, batch=100))))
    shown = terminal.getvalue()

    assert "1,000,000 events a month in batches of 100, 10 tenants, 512 MB, lean monitoring" in shown
    assert all(item in shown for item in SHEET)
    assert "$2.04" in shown


def test_the_page_on_costs_has_the_computed_table():
    shown = re.search(r"<!-- cost -->\n(.*)\n<!-- /cost -->", PAGE.read_text(), re.DOTALL)

    assert shown is not None
    assert shown[1] == cost.markdown([cost.bill(Load(events, tenants=10)) for events in VOLUMES])
