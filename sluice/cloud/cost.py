"""What a month costs, line by line, and what a day can cost at most: prices.toml has the prices and what an event uses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
from rich.table import Table

from chalicelib.tracking.batches import MAX_EVENTS, PUTTERS
from chalicelib.tracking.quotas import PATTERN_RATE
from sluice.project.config import Stage

PRICES = Path(__file__).with_name("prices.toml")
GB = 2**30
DAY = 86_400  # seconds
NEW_ACCOUNT = 10  # workers that run at once where the account has asked for no more, and the stage reserves none
ALWAYS = ("metrics", "alarms", "dashboard")  # paid also without events


class Load(msgspec.Struct, frozen=True):
    """A month's events to a stage; `batch` of them come in one request and, where bundled, become one object.

    `memory` is Lambda's, in MB; `monitoring` is the stage's, lean or full; `refused` requests store nothing.
    """

    events: int
    tenants: int
    batch: int = 1
    memory: int = 512
    monitoring: str = "lean"
    bundled: bool = True
    refused: int = 0

    @property
    def requests(self) -> int:
        return math.ceil(self.events / self.batch) + self.refused

    @property
    def is_full(self) -> bool:
        return self.monitoring == "full"

    @property
    def objects(self) -> int:
        return math.ceil(self.events / self.batch) if self.bundled else self.events


class Line(msgspec.Struct, frozen=True):
    """One line of a bill: so many of these, `price` dollars for each `per` of them."""

    item: str
    quantity: float
    unit: str
    price: float
    per: int
    dollars: float


class Bill(msgspec.Struct, frozen=True):
    """A month's bill in US dollars, by the prices of that date."""

    load: Load
    priced: date
    lines: tuple[Line, ...]
    total: float


class _Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: str
    unit: str
    price: float
    per: int


class _Usage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    record_bytes: int
    log_bytes: int
    log_bytes_of_metrics: int
    cpu_ms: float
    core_mb: int
    put_ms: float
    cold_share: float
    cold_ms: float
    writes_per_cold_start: int
    metrics_lean: int
    metrics_per_stage: int
    metrics_per_tenant: int
    alarm_metrics: int
    alarm_metrics_lean: int
    alarm_metrics_full: int
    alarm_metrics_per_tenant: int
    dashboards: int
    traced_per_month: int
    traced_share: float


class _Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    date: date
    prices: dict[str, _Price]
    usage: _Usage


def bill(load: Load) -> Bill:
    """The month's bill, without free tiers and without what queries cost."""
    return _billed(load, _sheet().usage.traced_per_month)


def worst(stage: Stage, tenants: int) -> Bill:
    """What strangers can make the stage cost in a day: as many requests as its throttle lets in, as full as its quotas allow.

    `tenants` buckets are behind each pattern. An exact entry without `max_events_per_second` has the throttle alone.
    """
    requests, workers = stage.throttle.rate, stage.reserved_concurrency or NEW_ACCOUNT
    rates = [
        (one.max_events_per_second or (math.inf if one.exact else PATTERN_RATE), one.exact) for one in stage.entries
    ]
    quotas = sum(rate * workers * (1 if exact else tenants) for rate, exact in rates)
    events = min(requests * MAX_EVENTS, quotas)
    batch = math.ceil(events / requests) or 1
    load = Load(
        round(events * DAY),
        tenants,
        batch=batch,
        memory=stage.memory,
        monitoring=stage.monitoring,
        bundled=stage.bundle_batches,
        refused=max(0, round(requests * DAY) - math.ceil(events * DAY / batch)),
    )
    return _billed(load, DAY, without=ALWAYS)


def table(bill: Bill, title: str | None = None) -> Table:
    """The bill for a terminal: how many of what, at which price."""
    drawn = Table("item", "quantity", "unit", "price", "dollars", title=title or _title(bill), show_footer=True)
    for column in (1, 3, 4):
        drawn.columns[column].justify = "right"
    drawn.columns[0].footer, drawn.columns[4].footer = "total", _dollars(bill.total)
    for line in bill.lines:
        drawn.add_row(line.item, _number(line.quantity), line.unit, _rate(line), _dollars(line.dollars))
    return drawn


def markdown(bills: Sequence[Bill]) -> str:
    """Bills side by side as a table in Markdown, a column for each number of events."""
    columns = [[f"{bill.load.events:,} events", *_amounts(bill)] for bill in bills]
    names = ["a month", *(line.item for line in bills[0].lines), "**total**"]
    head, *rows = [f"| {' | '.join(cells)} |" for cells in zip(names, *columns, strict=True)]
    return "\n".join([head, f"|---|{'--:|' * len(bills)}", *rows])


@cache
def _sheet() -> _Sheet:
    return msgspec.toml.decode(PRICES.read_bytes(), type=_Sheet)


def _billed(load: Load, seconds: int, without: Sequence[str] = ()) -> Bill:
    sheet = _sheet()
    quantities = _quantities(load, sheet.usage, seconds)
    lines = tuple(_line(price, quantities[name]) for name, price in sheet.prices.items() if name not in without)
    return Bill(load, sheet.date, lines, math.fsum(line.dollars for line in lines))


def _quantities(load: Load, usage: _Usage, seconds: int) -> dict[str, float]:
    """How many of each thing the prices name, for requests that come in so many seconds."""
    requests = load.requests
    cold_starts = requests * usage.cold_share
    return {
        "api_gateway": requests,
        "lambda_requests": requests,
        "lambda_duration": load.memory / 1024 * _seconds(load, requests, usage),
        "s3_put": load.objects,
        "s3_get": load.objects,  # of each object once, the night after its day has closed
        "s3_storage": load.events * usage.record_bytes / GB,
        "logs": requests * (usage.log_bytes + load.is_full * usage.log_bytes_of_metrics) / GB,
        "metrics": _metrics(load, usage),
        "alarms": usage.alarm_metrics + _own_alarms(load, usage),
        "dashboard": load.is_full * usage.dashboards,
        "traces": load.is_full * _traces(requests, usage, seconds),
        "salts": cold_starts * usage.writes_per_cold_start,
    }


def _metrics(load: Load, usage: _Usage) -> int:
    return usage.metrics_per_stage + load.tenants * usage.metrics_per_tenant if load.is_full else usage.metrics_lean


def _own_alarms(load: Load, usage: _Usage) -> int:
    if not load.is_full:
        return usage.alarm_metrics_lean
    return usage.alarm_metrics_full + load.tenants * usage.alarm_metrics_per_tenant


def _seconds(load: Load, requests: int, usage: _Usage) -> float:
    """Lambda's billed time: waiting for S3, computing on the share of a core that the memory brings, and starting."""
    core = min(1, load.memory / usage.core_mb)
    turns = 1 if load.bundled else math.ceil(load.batch / PUTTERS)
    waiting, computing = (requests - load.refused) * turns * usage.put_ms, load.events * usage.cpu_ms / core
    return (waiting + computing + requests * usage.cold_share * usage.cold_ms) / 1000


def _traces(requests: int, usage: _Usage, seconds: int) -> float:
    each_second = min(requests, seconds)
    return each_second + usage.traced_share * (requests - each_second)


def _line(price: _Price, quantity: float) -> Line:
    return Line(price.item, quantity, price.unit, price.price, price.per, quantity * price.price / price.per)


def _title(bill: Bill) -> str:
    load = bill.load
    batch = f" in batches of {load.batch}" if load.batch > 1 else ""
    stage = f"{load.tenants} tenants, {load.memory} MB, {load.monitoring} monitoring"
    return f"{load.events:,} events a month{batch}, {stage}; prices of {bill.priced}"


def _amounts(bill: Bill) -> list[str]:
    return [*(_dollars(line.dollars) for line in bill.lines), f"**{_dollars(bill.total)}**"]


def _number(quantity: float) -> str:
    return f"{quantity:,.2f}".removesuffix(".00")


def _rate(line: Line) -> str:
    return f"${line.price:.10f}".rstrip("0").rstrip(".") + (f" / {line.per:,}" if line.per > 1 else "")


def _dollars(amount: float) -> str:
    return "<$0.01" if 0 < amount < 0.005 else f"${amount:,.2f}"
