"""What a month costs: compared with a sheet worked out by hand, with our own sizes, and with the page on costs."""

import io
import json
import math
import re

import msgspec
import pytest
from msgspec.structs import replace
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
NAMES = [f"{events:,} events" for events in VOLUMES]

# Worked out by hand for 10 tenants at 512 MB, single events, in dollars; a month has 730 hours, 30.4167 nights, and 304.1667
# for ten tenants. The formulas, for a million events:
#   time     20 ms wait + 1 ms x 1769/512 + 0.5 % x 700 ms = 26.955 ms; x 0.5 GB = 13,477.54 GB-s
#            730 x 1 s + 30.4167 x 1.5 s + 304.1667 x 0.1 s = 806.04 s; x 0.5 GB = 403.02 GB-s
#            304.1667 x 4 s + 1,250 s = 2,466.67 s; x 2 GB = 4,933.33 GB-s
#   disk     2,466.67 s x 9.5 GB                            put  1,000,000 + 4 x 304.1667
#   list     304.1667 x (3 + 8 + 12 months + 4 pages)       get  1,000,000 + 10 x 304.1667
#   states   30.4167 x 4 + 304.1667 = 425.83; x 25/M
#   storage  1,137 MB / 1.073741824 = 1.05891 GB            logs  539 MB and 0.284 MB / 1.073741824 = 0.50225 GB
#   kept     0.15 of the logs                               metrics  3 x 73 hours of 730       alarms  (6 + 4) x 0.10
#   salts    5,000 + 30.4167 writes; 365 reads              glue  3 x 304.1667                 egress  583 MB / 1.073741824
SHEET = {
    "API Gateway, REST": (0.035, 0.35, 3.50, 35.00, 350.00),
    "Lambda, requests": (0.0022129, 0.0202129, 0.2002129, 2.0002129, 20.0002129),
    "Lambda, time (arm64)": (0.0399486, 0.0591217, 0.2508532, 2.168162, 21.341310),
    "Lambda, disk": (0.00036082, 0.00039384, 0.00072409, 0.0040265, 0.037051),
    "S3, PUT": (0.0560833, 0.5060833, 5.0060833, 50.0060833, 500.0060833),
    "S3, LIST": (0.0365, 0.0365, 0.0410625, 0.0851666, 0.5353333),
    "S3, GET and HEAD": (0.0052167, 0.0412167, 0.4012167, 4.0012167, 40.0012167),
    "Step Functions, nights": (0.0106458, 0.0106458, 0.0106458, 0.0106458, 0.0106458),
    "S3, keeping the month's records": (0.00024355, 0.0024355, 0.024355, 0.24355, 2.4355),
    "CloudWatch, logs": (0.00264201, 0.0252313, 0.251123, 2.510046, 25.099276),
    "CloudWatch, logs of a month kept": (0.0000237781, 0.00022708, 0.00226011, 0.0225904, 0.2258933),
    "CloudWatch, metrics": (0.09, 0.09, 0.09, 0.09, 0.09),
    "CloudWatch, alarms": (1.00, 1.00, 1.00, 1.00, 1.00),
    "CloudWatch, dashboard": (0, 0, 0, 0, 0),
    "X-Ray, traces": (0, 0, 0, 0, 0),
    "DynamoDB, writes of salts": (0.00005026, 0.00033151, 0.003144, 0.031269, 0.312519),
    "DynamoDB, reads of salts": (0.00004563, 0.00004563, 0.00004563, 0.00004563, 0.00004563),
    "Glue, catalog": (0.0009125, 0.0009125, 0.0009125, 0.0009125, 0.0009125),
    "Athena, bytes read": (0, 0, 0, 0, 0),
    "Egress": (0.00048867, 0.0048867, 0.048867, 0.48867, 4.8867),
}
# What full monitoring has besides, for a million events of 10 tenants: the metrics' names in each line, two metrics of the stage
# and of each tenant in every hour and 22 in a tenth of them in place of 3, an alarm's metric each and two more, a dashboard, and
# a trace of each request.
FULL = {
    "CloudWatch, logs": 226 / 1073.741824 * 0.50,
    "CloudWatch, logs of a month kept": 226 / 1073.741824 * 0.15 * 0.03,
    "CloudWatch, metrics": (2 + 10 * 2) * 0.30 + (12 + 10 - 3) * 0.03,
    "CloudWatch, alarms": (10 + 2) * 0.10,
    "CloudWatch, dashboard": 3.00,
    "X-Ray, traces": 5.00,
}


def lines(load, **how):
    return {line.item: line.dollars for line in cost.bill(load, **how).lines}


def quantities(load):
    return {line.item: line.quantity for line in cost.bill(load).lines}


@pytest.mark.parametrize("column", range(5))
def test_each_line_is_within_a_hundredth_of_the_sheet_worked_out_by_hand(column):
    by_hand = {item: dollars[column] for item, dollars in SHEET.items()}

    assert lines(Load(VOLUMES[column], tenants=10)) == pytest.approx(by_hand, rel=0.01)


def test_a_stage_with_keyed_tenants_pays_for_one_key_and_what_its_new_workers_ask() -> None:
    load = Load(1_000_000, 10)
    plain, keyed = ({one.item: one.dollars for one in cost.bill(each).lines} for each in (load, replace(load, keyed=2)))
    assert keyed["KMS, the key of tenants' keys"] == 1.0
    # 0.5 % of a million requests meet a new worker, which opens two keys: 10,000 at $0.03, and as many GETs.
    assert keyed["KMS, requests"] == pytest.approx(0.03)
    assert keyed["S3, GET and HEAD"] - plain["S3, GET and HEAD"] == pytest.approx(0.004)
    assert len(keyed) == len(plain) + 2


def test_a_stage_with_a_vault_pays_for_two_keys_and_a_write_for_each_token() -> None:
    load = Load(1_000_000, 10)
    vaulted = replace(load, tokenized=2, token_fields=3)
    plain, tokenized = ({one.item: one.dollars for one in cost.bill(each).lines} for each in (load, vaulted))
    added = {item: tokenized[item] - plain.get(item, 0) for item in tokenized if tokenized[item] != plain.get(item)}
    # By hand: of ten tenants two have 100,000 events each, of three fields in all: 300,000 tokens, of 30,000 values of 500 bytes;
    # 5,000 workers x 2 tenants x (2 MACs and a data key), and 150 data keys more; 200,000 requests wait 5 ms with half a GB.
    assert added == pytest.approx(
        {
            "KMS, the keys of the vault": 2.00,
            "KMS, requests": 30_150 * 0.03 / 10_000,
            "DynamoDB, writes of the vault": 0.3 * 0.625,
            "DynamoDB, rows of the vault": 15_000_000 / 2**30 * 0.25,
            "Lambda, time (arm64)": 200_000 * 0.005 * 0.5 * 0.0000133334,
        }
    )


def test_what_is_sampled_saves_puts_and_a_budget_costs_a_write_for_each_request_at_most() -> None:
    load = Load(1_000_000, 10)
    plain, sampled = (
        {one.item: one.dollars for one in cost.bill(each).lines} for each in (load, replace(load, sample=0.1))
    )
    paced = cost.bill(replace(load, paced=2))

    # Nine tenths of a million PUTs, at $5 a million, and of the GETs of the nights.
    assert plain["S3, PUT"] - sampled["S3, PUT"] == pytest.approx(4.5)
    assert plain["S3, GET and HEAD"] - sampled["S3, GET and HEAD"] == pytest.approx(0.36)
    assert plain["API Gateway, REST"] == sampled["API Gateway, REST"]
    # Two of ten tenants: 200,000 requests, at $0.625 a million.
    assert {one.item: one.dollars for one in paced.lines}["DynamoDB, writes of rates"] == pytest.approx(0.125)
    assert "DynamoDB, writes of rates" not in plain


def test_a_line_is_its_quantity_times_its_price():
    bill = cost.bill(Load(123_456, tenants=7))

    assert [line.quantity * line.price / line.per for line in bill.lines] == [line.dollars for line in bill.lines]
    assert math.fsum(line.dollars for line in bill.lines) == bill.total


def test_a_batch_is_one_request_and_one_object_but_stores_every_record():
    single, batched = quantities(Load(1_000_001, 10)), quantities(Load(1_000_001, 10, batch=100))

    assert batched["API Gateway, REST"] == 10_001
    assert single["S3, PUT"] - batched["S3, PUT"] == 1_000_001 - 10_001
    assert batched["S3, keeping the month's records"] == single["S3, keeping the month's records"]


def test_the_client_sends_its_batches_and_loads_its_scripts_once_a_browser_and_day():
    load, client = cost.of_client(1_000_000, 10), cost.sheet().client

    assert load.requests == math.ceil(1_000_000 / client.events_per_batch)
    assert load.scripts == 1_000_000 / client.events_of_browser * client.scripts
    assert quantities(load)["API Gateway, REST"] == load.requests + load.scripts


def test_a_million_events_of_the_client_as_a_module_cost_what_the_page_says():
    total = cost.bill(Load(1_000_000, 10, batch=cost.sheet().client.events_per_batch)).total

    assert f"a million events by it cost ${total:.2f}," in PAGE.read_text()
    assert total < 6.50


def test_access_logs_of_a_hundred_thousand_views_cost_what_was_worked_out_by_hand():
    before, after = lines(Load(0, 1)), lines(Load(0, 1, access_views=100_000))

    # By hand: 730 hours x 12 files = 8,760; 2,000,000 lines, of 65 bytes packed and kept for 90 days of 30.4167;
    # 8,760 x 1.5 s + 2,000,000 x 0.05 ms x 1769/1024 = 13,312.75 s; 30.4167 nights of 18 listings, 14 gets, two puts and four
    # seconds of 2 GB, and each file read once more.
    assert {item: dollars - before.get(item, 0) for item, dollars in after.items()} == pytest.approx(
        {
            **dict.fromkeys(after, 0),
            "Lambda, requests": 0.0017581,
            "Lambda, time (arm64)": 0.180749,
            "S3, PUT": 0.087904,
            "S3, LIST": 0.0465375,
            "S3, GET and HEAD": 0.0176905,
            "Step Functions, nights": 0.00076042,
            "S3, keeping the month's records": 0.0082396,
            "CloudWatch, logs": 0.0010198,
            "CloudWatch, logs of a month kept": 0.00000918,
            "DynamoDB, writes of salts": 0.005475,
            "EventBridge, S3's events": 0.00876,
        },
        rel=0.01,
    )


def test_access_logs_stay_under_a_dollar_and_within_what_aws_always_gives():
    load = Load(0, 1, access_views=100_000)

    assert cost.bill(load).total - cost.bill(Load(0, 1)).total < 1
    # What has an allowance costs nothing at all.
    assert sum(one.dollars for one in cost.bill(load, is_free=True).lines if one.free) == 0


def test_reports_cost_what_was_worked_out_by_hand():
    before, after = lines(Load(0, 1)), lines(Load(0, 1, reports=100))

    # By hand: 3,200 statements of 10 MiB at $5 a TiB; 5 + 64 puts, 8 + 406.4 listings and 8 + 32 x 12.075 gets a report;
    # two mails each at $0.10 a thousand; (100 x 45 + 730) s x 0.5 GB.
    assert {item: dollars - before.get(item, 0) for item, dollars in after.items()} == pytest.approx(
        {
            **dict.fromkeys(after, 0),
            "Lambda, requests": 0.000146,
            "Lambda, time (arm64)": 0.034867,
            "S3, PUT": 0.0345,
            "S3, LIST": 0.2072,
            "S3, GET and HEAD": 0.015776,
            "Glue, catalog": 0.0096,
            "Athena, bytes read": 0.152588,
            "SES, mails": 0.02,
            "CloudWatch, logs": 0.0000116,
            "CloudWatch, alarms": 0.1,
        },
        rel=0.01,
        abs=1e-6,
    )
    assert "SES, mails" not in before


def test_alerts_cost_what_was_worked_out_by_hand():
    before, after = lines(Load(0, 1)), lines(Load(0, 1, alerts=1))

    # By hand: 30.4 mornings of two statements, over 140 days; seven puts: three of marks, two of each statement.
    assert {item: dollars - before.get(item, 0) for item, dollars in after.items() if dollars != before[item]} == {
        "Lambda, time (arm64)": pytest.approx(0.5 * 30.4167 * 45 / 32 * 2 * 0.0000133334, rel=0.01),
        "S3, PUT": pytest.approx(30.4167 * 7 * 5e-6, rel=0.01),
        "S3, LIST": pytest.approx(30.4167 * 140 * 5e-6, rel=0.01),
        "S3, GET and HEAD": pytest.approx(30.4167 * 142 * 4e-7, rel=0.01),
        "Glue, catalog": pytest.approx(30.4167 * 6 * 1e-6, rel=0.01),
        "Athena, bytes read": pytest.approx(30.4167 * 2 * 10 / 2**20 * 5, rel=0.01),
    }


def test_publishing_costs_what_was_worked_out_by_hand():
    before, after = lines(Load(0, 1)), lines(Load(0, 1, publishing=1))

    # By hand: 4.345 weeks a month, each 5 puts, 7 + 52 listings and 2 + 52 gets.
    assert {item: dollars - before.get(item, 0) for item, dollars in after.items() if dollars != before[item]} == {
        "S3, PUT": pytest.approx(4.345 * 5 * 5e-6, rel=0.01),
        "S3, LIST": pytest.approx(4.345 * 59 * 5e-6, rel=0.01),
        "S3, GET and HEAD": pytest.approx(4.345 * 54 * 4e-7, rel=0.01),
    }


def test_without_access_logs_no_line_is_theirs():
    assert "EventBridge, S3's events" not in lines(Load(1_000_000, 10))
    assert cost.bill(Load(0, 1, access_views=3)).lines[-3].quantity == 60  # no file without a request


def test_a_view_asks_what_the_prices_file_says_and_a_question_the_average_of_it():
    before, views, questions = (
        quantities(Load(1_000_000, 10, **asked)) for asked in ({}, {"views": 10}, {"questions": 110})
    )
    added = {item: views[item] - before[item] for item in views}

    # By hand: 3,287.67 events and objects of a tenant's day; 12 reads of 1.625 raw days and 126 of compacted days a view, which
    # has 11 statements, and 11 looks into each of 10 buckets.
    gets = 12 * 1.625 * 3287.67 + 126 + 11 + 11 * 10
    assert added["S3, GET and HEAD"] == pytest.approx(10 * gets, rel=0.001)
    assert added["S3, LIST"] == pytest.approx(10 * (12 * 1.625 * 4 + 126 + 16 + 44 * 10))
    read = (12 * 1.625 * 1062 + 126 * 75) * 3287.67
    assert added["Athena, bytes read"] * 2**40 == pytest.approx(10 * max(read, 11 * 10 * 2**20), rel=0.001)
    assert questions["Athena, bytes read"] == pytest.approx(views["Athena, bytes read"])
    assert questions["S3, LIST"] == pytest.approx(views["S3, LIST"] - 10 * (16 + 44 * 10))


def test_athena_bills_ten_megabytes_for_a_statement_that_reads_less():
    assert quantities(Load(1000, 10, questions=7))["Athena, bytes read"] == pytest.approx(7 * 10 * 2**20 / 2**40)


def test_what_aws_gives_every_account_is_left_out_up_to_its_amount():
    paid, free = lines(Load(3_000_000, 10)), lines(Load(3_000_000, 10), is_free=True)

    # By hand: a million requests, 400,000 GB-seconds, five GB of logs, ten metrics in 730 hours, ten alarms, 100 GB.
    assert paid["Lambda, requests"] - free["Lambda, requests"] == pytest.approx(0.20)
    assert {free[item] for item in ("Lambda, time (arm64)", "CloudWatch, logs", "CloudWatch, alarms", "Egress")} == {0}
    assert all(free[item] == paid[item] for item in ("API Gateway, REST", "S3, PUT", "DynamoDB, writes of salts"))


def test_canadas_prices_are_its_own():
    here, there = (lines(Load(1_000_000, 10), region=region) for region in ("us-east-1", "ca-central-1"))

    assert there["S3, PUT"] == pytest.approx(1.1 * here["S3, PUT"])
    with pytest.raises(cost.UnknownPrices, match="no prices of eu-north-1; choose --region ca-central-1 or us-east-1"):
        cost.bill(Load(1, 1), region="eu-north-1")
    assert [cost.nearest(region) for region in ("ca-central-1", "eu-north-1")] == ["ca-central-1", "us-east-1"]


@pytest.mark.parametrize("tenants", [1, 10])
def test_the_reference_months_cost_no_more_than_was_promised(tenants):
    idle, singly, batched, viewed = (cost.bill(load).total for load in cost.references(tenants).values())

    scripts = batched - cost.bill(msgspec.structs.replace(cost.of_client(1_000_000, tenants), scripts=0)).total

    assert idle <= 2.50
    assert singly <= 12.50
    assert batched - scripts <= 6.50
    # Where one tenant has all events, each view reads ten times as many objects.
    assert viewed - batched <= (11 if tenants == 10 else 15)


def test_full_monitoring_adds_what_it_says():
    lean, full = lines(Load(1_000_000, 10)), lines(Load(1_000_000, 10, monitoring="full"))

    assert {item: full[item] - lean[item] for item in full if full[item] != lean[item]} == pytest.approx(FULL)


def test_a_tenant_costs_its_nights_and_with_full_monitoring_its_metrics():
    fewer, more = (cost.bill(Load(1_000_000, tenants)).total for tenants in (10, 11))
    assert 0 < more - fewer < 0.01
    fewer, more = (lines(Load(1_000_000, tenants, monitoring="full")) for tenants in (10, 11))

    assert more["CloudWatch, metrics"] - fewer["CloudWatch, metrics"] == pytest.approx(2 * 0.30 + 0.03)
    assert more["CloudWatch, alarms"] - fewer["CloudWatch, alarms"] == pytest.approx(0.10)


def test_a_metric_is_paid_in_the_hours_in_which_it_is_sent():
    quiet, busy = (
        quantities(Load(events, 10, monitoring="full"))["CloudWatch, metrics"] for events in (100, 1_000_000)
    )

    # By hand: a request is in one hour of the stage's and in one of its tenant's; two metrics each.
    assert quiet == pytest.approx(2 * 100 + 2 * 100 + 22 * 73)
    assert busy == pytest.approx((2 + 20) * 730 + 22 * 73)


def test_more_memory_costs_less_than_in_proportion_because_it_computes_faster():
    small, large = (lines(Load(1_000_000, 10, memory=memory))["Lambda, time (arm64)"] for memory in (512, 1024))

    # By hand: 1 GB x (20 + 1769/1024 + 3.5) ms and 0.5 GB x (20 + 1769/512 + 3.5) ms, each a million times; the hourly and the
    # nightly job 403 GB-s and twice as much, the compaction 4,933 GB-s.
    assert large / small == pytest.approx((25_227.5 + 806 + 4933) / (13_477.5 + 403 + 4933), rel=0.001)


def test_a_month_without_events_costs_what_runs_all_the_time():
    # By hand: 806.04 s of jobs at half a GB, 304.17 x 4 listings, and what is below a cent.
    assert cost.bill(Load(0, tenants=10)).total == pytest.approx(3 * 0.03 + 10 * 0.10 + 0.0054 + 0.0046, abs=0.001)
    assert cost.bill(Load(0, tenants=0, monitoring="full")).total == pytest.approx(
        12 * 0.03 + 12 * 0.10 + 3.00, abs=0.01
    )


def worst(entry, tenants=1, **settings):
    throttle = Throttle(rate=50, burst=100)
    bill = cost.worst(Stage("prod", throttle=throttle, allow=(entry,), **settings), tenants)
    return {line.item: line.quantity for line in bill.lines}, {line.item: line.dollars for line in bill.lines}


def test_strangers_can_fill_a_vault_as_fast_as_the_throttle_lets_events_in():
    found, dollars = worst(Allow("shop-analytics", tokenize=("userId", "metadata.email")))

    # By hand: 50 x 86,400 requests of 100 events, two values each.
    assert found["DynamoDB, writes of the vault"] == 864_000_000
    assert dollars["DynamoDB, writes of the vault"] == pytest.approx(540)
    assert found["KMS, requests"] == 432_000


def test_a_budget_bounds_nothing_of_what_strangers_send_and_costs_a_write_for_each_request() -> None:
    plain, _ = worst(Allow("shop-analytics"))
    paced, dollars = worst(Allow("shop-analytics", sample=0.1, max_events_per_minute=60))

    # By hand: 50 x 86,400 requests, at $0.625 a million.
    assert paced == {**plain, "DynamoDB, writes of rates": 4_320_000}
    assert dollars["DynamoDB, writes of rates"] == pytest.approx(2.7)


def test_without_a_quota_a_day_costs_what_the_throttle_lets_in_in_full_batches():
    found, dollars = worst(Allow("shop-analytics"))

    # By hand: 50 x 86,400 requests of 100 events; each batch is a PUT at $5 a million.
    assert (found["API Gateway, REST"], found["S3, PUT"]) == (4_320_000, 4_320_000)
    assert dollars["S3, PUT"] == pytest.approx(21.6)
    assert "CloudWatch, dashboard" not in found


@pytest.mark.parametrize(
    ("entry", "tenants", "settings", "puts"),
    [
        (Allow("shop-analytics", max_events_per_second=2), 1, {}, 2 * 10 * 86_400),
        (Allow("shop-analytics", max_events_per_second=2), 7, {}, 2 * 10 * 86_400),
        (Allow("shop-analytics", max_events_per_second=2), 1, {"reserved_concurrency": 3}, 2 * 3 * 86_400),
        (Allow("shop-analytics", max_events_per_second=20), 1, {}, 50 * 86_400),
        (Allow("shop-*"), 2, {"bundle_batches": False}, 50 * 10 * 2 * 86_400),
    ],
)
def test_a_quota_times_the_workers_is_the_most_that_a_tenant_stores(entry, tenants, settings, puts):
    found, _ = worst(entry, tenants, **settings)

    assert found["S3, PUT"] == puts
    assert found["API Gateway, REST"] == 50 * 86_400  # refused requests are paid, too


@pytest.mark.parametrize(("monitoring", "bytes"), [("lean", 339), ("full", 565)])
def test_a_record_and_a_log_line_are_as_long_as_the_prices_file_says(tracker, log, folder, monitoring, bytes):
    service = tracker(STORE=f"dir:{folder}", STAGE="prod", SALTS="memory", MONITORING=monitoring)
    for number in range(50):
        assert service.app.app(traffic.proxy_event(number), traffic.Context())["statusCode"] == 200

    records = [path.stat().st_size for path in stored(folder)]
    line = len(log.getvalue().encode()) / 50
    assert sum(records) / len(records) == pytest.approx(1062, rel=0.05)
    assert line == pytest.approx(bytes, rel=0.05)


def test_a_tenants_metrics_are_as_many_as_the_prices_file_says(tracker, folder, log):
    event, service = traffic.proxy_event(1), tracker(STORE=f"dir:{folder}", MONITORING="full")
    for _ in range(2):
        service.app.app(event, traffic.Context())

    written = [msgspec.json.decode(line) for line in log.getvalue().splitlines()]
    directives = [line["_aws"]["CloudWatchMetrics"][0] for line in written]
    names = {metric["Name"] for directive in directives for metric in directive["Metrics"]}
    assert names == {"latencyMs", "accepted", "duplicate"}
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
            "statusCode": "200",
            "refusedBy": "-",
            "latencyMs": "27",
            "bytes": "168",
        },
    }

    assert set(request) == set(template.ACCESS_LOG)
    assert len(json.dumps(request)) == pytest.approx(195, rel=0.1)


def test_a_bill_is_json_with_its_date_and_its_lines():
    bill = msgspec.json.decode(msgspec.json.encode(cost.bill(Load(1_000_000, 10))))

    assert re.fullmatch(r"20\d\d-\d\d-\d\d", bill["priced"])
    assert bill["lines"][0] == {
        **{"item": "API Gateway, REST", "quantity": 1_000_000, "unit": "requests"},
        **{"price": 3.5, "per": 1_000_000, "free": 0, "dollars": 3.5},
    }


def test_the_terminal_shows_each_line_and_the_total():
    terminal = io.StringIO()
    Console(file=terminal, width=140).print(cost.table(cost.bill(Load(1_000_000, 10, batch=100))))
    shown = terminal.getvalue()

    assert "1,000,000 events a month in batches of 100, 10 tenants, 512 MB, lean monitoring" in shown
    assert all(item in shown for item in SHEET)
    assert "prices of us-east-1" in " ".join(shown.split())
    assert re.search(r"total .* \$1\.\d\d ", shown)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        (
            "cost",
            lambda: cost.markdown(
                {name: cost.bill(Load(events, 10)) for name, events in zip(NAMES, VOLUMES, strict=True)}
            ),
        ),
        ("months", lambda: cost.totals(10)),
    ],
)
def test_the_page_on_costs_has_the_computed_tables(name, table):
    shown = re.search(rf"<!-- {name} -->\n(.*)\n<!-- /{name} -->", PAGE.read_text(), re.DOTALL)

    assert shown is not None
    assert shown[1] == table()


def test_the_readme_says_what_the_reference_months_cost():
    _, singly, batched, viewed = (f"{cost.bill(load).total:.2f}" for load in cost.references(10).values())

    assert f"| {batched}; {viewed}; {singly} |" in (ROOT / "README.md").read_text()
