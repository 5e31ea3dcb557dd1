"""What a month costs, line by line, and what a day can cost at most: prices.toml has the prices, `usage` what is used."""

from __future__ import annotations

import math
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
from rich.table import Table

from chalicelib.tracking.batches import MAX_EVENTS
from chalicelib.tracking.quotas import PATTERN_RATE
from sluice.cloud import stream_usage, usage
from sluice.cloud.month import NIGHTS, Quantities
from sluice.cloud.stream_usage import Streams
from sluice.cloud.usage import Load, Usage
from sluice.errors import SluiceError
from sluice.project.config import Stage
from sluice.project.stages import Stream

PRICES = Path(__file__).with_name("prices.toml")
DAY = 86_400  # seconds
NEW_ACCOUNT = 10  # workers that run at once where the account has asked for no more, and the stage reserves none
REGION = "us-east-1"
MILLION = 1_000_000
VIEWS = 100


class UnknownPrices(SluiceError):
    """A region that prices.toml has no prices of."""


class Line(msgspec.Struct, frozen=True):
    """One line of a bill: so many of these, of which `free` cost nothing, `price` dollars for each `per` of the others."""

    item: str
    quantity: float
    unit: str
    price: float
    per: int
    free: int
    dollars: float


class Bill(msgspec.Struct, frozen=True):
    """A month's bill in US dollars, by the prices of a region and that date."""

    load: Load
    region: str
    priced: date
    lines: tuple[Line, ...]
    total: float


class Price(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What something costs in each region, and how many AWS gives an account each month."""

    item: str
    unit: str
    per: int
    price: dict[str, float]
    free: int = 0

    def line(self, region: str, quantity: float, *, is_free: bool) -> Line:
        """So many of it on a bill."""
        price, free = self.price[region], self.free if is_free else 0
        dollars = max(0, quantity - free) * price / self.per
        return Line(self.item, quantity, self.unit, price, self.per, free, dollars)


class Sheet(Usage, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """prices.toml."""

    date: date
    prices: dict[str, Price]
    streams: Streams


def bill(load: Load, region: str = REGION, *, is_free: bool = False, stream: Stream | None = None) -> Bill:
    """The month's bill by list prices, or with what AWS gives every account; raises UnknownPrices.

    With a stream all of its events take that way.
    """
    month = usage.of_month(load, sheet())
    if stream is not None:
        month = stream_usage.streamed(month, load, stream, sheet().streams, sheet().usage.core_mb)
    return billed(load, month, region, is_free=is_free)


def ways(load: Load, region: str = REGION, *, is_free: bool = False) -> dict[str, Bill]:
    """The month by each way that its events can take: an object each, the client's batches, and a stream of as many shards."""
    client = sheet().client
    singly = msgspec.structs.replace(load, batch=1, scripts=0)
    scripts = math.ceil(load.events / client.events_of_browser) * client.scripts
    batched = msgspec.structs.replace(load, batch=client.events_per_batch, scripts=scripts)
    by_way: dict[str, tuple[Load, Stream | None]] = {
        "singly": (singly, None),
        "in the client's batches": (batched, None),
    }
    by_way |= {
        "singly by a stream": (singly, _shards(singly)),
        "in batches by a stream": (batched, _shards(batched)),
    }
    return {name: bill(one, region, is_free=is_free, stream=stream) for name, (one, stream) in by_way.items()}


def cheapest(found: dict[str, Bill]) -> str:
    """Each way with its price, and which is the cheapest, as a sentence."""
    best = min(found, key=lambda name: found[name].total)
    prices = ", ".join(f"{_dollars(one.total)} {name}" for name, one in found.items())
    return f"The same events cost {prices}. The cheapest: {best}."


def _shards(load: Load) -> Stream:
    """A stream for this many requests, of which four times the month's mean come in a busy second."""
    return Stream(shards=math.ceil(load.requests * 4 / (NIGHTS * DAY) / 1000) or 1)


def billed(load: Load, quantities: Quantities, region: str = REGION, *, is_free: bool = False) -> Bill:
    """So many of each thing as a bill; raises UnknownPrices."""
    if region not in (known := regions()):
        raise UnknownPrices(f"{PRICES.name} has no prices of {region}; choose --region {' or '.join(known)}")
    priced = {name: price for name, price in sheet().prices.items() if name in quantities}
    lines = tuple(price.line(region, quantities[name], is_free=is_free) for name, price in priced.items())
    return Bill(load, region, sheet().date, lines, math.fsum(line.dollars for line in lines))


def regions() -> list[str]:
    """Those that everything has a price of."""
    return sorted(set.intersection(*(set(price.price) for price in sheet().prices.values())))


def nearest(region: str) -> str:
    """The region whose prices are taken for a stage in this one: its own, or else us-east-1's, as the bill says."""
    return region if region in regions() else REGION


def of_client(events: int, tenants: int, views: int = 0) -> Load:
    """Events that the browser client sends, with its scripts."""
    client = sheet().client
    scripts = math.ceil(events / client.events_of_browser) * client.scripts
    return Load(events, tenants, batch=client.events_per_batch, scripts=scripts, views=views)


def references(tenants: int) -> dict[str, Load]:
    """The months that bills are compared by."""
    return {
        "no events": Load(0, tenants),
        "1 M events singly": Load(MILLION, tenants),
        "1 M by the client": of_client(MILLION, tenants),
        f"and {VIEWS} views": of_client(MILLION, tenants, views=VIEWS),
    }


def worst(stage: Stage, tenants: int, region: str = REGION) -> Bill:
    """What strangers can make the stage cost in a day: as many requests as its throttle lets in, as full as its quotas allow.

    `tenants` buckets are behind each pattern. An exact entry without `max_events_per_second` has the throttle alone. A sample or
    a budget of events bounds nothing: strangers can send ids that are kept at any share.
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
    used = usage.of_requests(load, sheet(), DAY)
    if fields := max((len(entry.tokenize) for entry in stage.allow), default=0):
        # Each value is new, and goes into the vault.
        tokens = load.events * fields
        used |= {"vault_writes": tokens, "key_requests": tokens / sheet().vault.values_of_data_key}
    if any(entry.max_events_per_minute for entry in stage.allow):
        used |= {"rates": load.requests}
    return billed(load, used, region)


def table(bill: Bill, title: str | None = None) -> Table:
    """The bill for a terminal: how many of what, at which price."""
    drawn = Table("item", "quantity", "unit", "price", "dollars", title=title or _title(bill), show_footer=True)
    for column in (1, 3, 4):
        drawn.columns[column].justify = "right"
    drawn.columns[0].footer, drawn.columns[4].footer = "total", _dollars(bill.total)
    for line in bill.lines:
        drawn.add_row(line.item, _number(line.quantity), line.unit, _rate(line), _dollars(line.dollars))
    return drawn


def side_by_side(bills: dict[str, Bill]) -> Table:
    """Bills next to each other for a terminal, each under its name."""
    first = next(iter(bills.values()))
    stage = f"{first.load.tenants} tenants, {first.load.memory} MB, {first.load.monitoring} monitoring"
    drawn = Table("a month", *bills, title=f"{stage}; {_prices(first)}", show_footer=True)
    drawn.columns[0].footer = "total"
    for column, bill in zip(drawn.columns[1:], bills.values(), strict=True):
        column.justify, column.footer = "right", _dollars(bill.total)
    for lines in zip(*(bill.lines for bill in bills.values()), strict=True):
        drawn.add_row(lines[0].item, *(_dollars(line.dollars) for line in lines))
    return drawn


def markdown(bills: dict[str, Bill]) -> str:
    """Bills side by side as a table in Markdown, each under its name."""
    columns = [[name, *_amounts(bill)] for name, bill in bills.items()]
    names = ["a month", *(line.item for line in next(iter(bills.values())).lines), "**total**"]
    head, *rows = [f"| {' | '.join(cells)} |" for cells in zip(names, *columns, strict=True)]
    return "\n".join([head, f"|---|{'--:|' * len(bills)}", *rows])


def totals(tenants: int) -> str:
    """What the reference months cost in each region, by list prices and less what is free, as a table in Markdown."""
    months = references(tenants)
    rows = [["prices", *months]]
    for region in reversed(regions()):
        for kind, is_free in (("list", False), ("less what is free", True)):
            made = [bill(load, region, is_free=is_free) for load in months.values()]
            rows.append([f"{region}, {kind}", *(_dollars(one.total) for one in made)])
    head, *others = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([head, f"|---|{'--:|' * len(months)}", *others])


@cache
def sheet() -> Sheet:
    """The prices and the rates."""
    return msgspec.toml.decode(PRICES.read_bytes(), type=Sheet)


def _title(bill: Bill) -> str:
    load = bill.load
    batch = f" in batches of {load.batch:g}" if load.batch > 1 else ""
    asked = f", {load.views} views, {load.questions} questions" if load.views or load.questions else ""
    asked += f", access logs of {load.access_views:,} views" if load.access_views else ""
    asked += f", {load.rejected:,} rejected and kept" if load.rejected else ""
    asked += f", {load.reports:,} reports" if load.reports else ""
    stage = f"{load.tenants} tenants, {load.memory} MB, {load.monitoring} monitoring"
    return f"{load.events:,} events a month{batch}{asked}, {stage}; {_prices(bill)}"


def _prices(bill: Bill) -> str:
    free = ", less what AWS gives every account" if any(line.free for line in bill.lines) else ""
    return f"prices of {bill.region}, {bill.priced}{free}"


def _amounts(bill: Bill) -> list[str]:
    return [*(_dollars(line.dollars) for line in bill.lines), f"**{_dollars(bill.total)}**"]


def _number(quantity: float) -> str:
    return f"{quantity:,.2f}".removesuffix(".00")


def _rate(line: Line) -> str:
    return f"${line.price:.10f}".rstrip("0").rstrip(".") + (f" / {line.per:,}" if line.per > 1 else "")


def _dollars(amount: float) -> str:
    return "<$0.01" if 0 < amount < 0.005 else f"${amount:,.2f}"
