"""One visit of the demo's shop: who comes from where, which pages are seen, and what the browser client sends of it."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import Any, NamedTuple, Protocol, TypeVar

from sluice.local.demo_traffic import Act, Agent, City, Page, Source, Traffic, Weights

SITE = "https://shop.example"
SCROLLED, VISIBLE = (25, 50, 75, 100), (30, 60, 180, 300)
HOSTS = 1023  # of each city's network
MAX_STEPS, MIN_STAY, MAX_STAY = 20, 2.0, 900.0
# How much a stay varies, and how much more often the first page is the last one.
SPREAD, BOUNCING = 0.85, 1.55
JOIN = "/account/join"
HOME = "/account"


class _Weighted(Protocol):
    @property
    def weight(self) -> float: ...


_Some = TypeVar("_Some", bound=_Weighted)


class Visitor(NamedTuple):
    """Who visits: a browser with the size of its window, a city, and an address in its network; perhaps a known user."""

    agent: Agent
    viewport: tuple[int, int]
    city: City
    address: IPv4Address
    user: str | None = None


class Hit(NamedTuple):
    """One event as it arrives: the fields of its body without the bucket, and who sends it."""

    fields: dict[str, Any]
    visitor: Visitor
    received: datetime


class Plan(NamedTuple):
    """What is settled of a visit before it begins; `plan` is what a visitor who joins takes."""

    visitor: Visitor
    source: Source
    joining: str | None = None
    plan: str | None = None


class Span(NamedTuple):
    """The time in which a visit begins and ends."""

    since: datetime
    until: datetime


class _Step(NamedTuple):
    page: Page
    seconds: float
    next: str | None


class _Mark(NamedTuple):
    """What happens so many seconds after the page was opened."""

    second: float
    event: str
    metadata: dict[str, Any] | None


def visitor(traffic: Traffic, chance: random.Random, user: str | None = None) -> Visitor:
    """Somebody from somewhere."""
    agent, city = one_of(traffic.agents, chance), one_of(traffic.cities, chance)
    address = city.network.network_address + chance.randrange(1, HOSTS)
    return Visitor(agent, chance.choice(agent.viewports), city, address, user)


def visit(traffic: Traffic, plan: Plan, span: Span, chance: random.Random) -> list[Hit]:
    """All that one visit sends, in order."""
    variant = weighted(dict.fromkeys(traffic.experiment.variants, 1.0), chance)
    steps = list(_steps(traffic, plan, variant, chance))
    moment = _begin(traffic, plan.visitor.city, span, sum(step.seconds for step in steps), chance)
    hits: list[Hit] = []
    before, user, is_shown = plan.source.referrer, plan.visitor.user, False
    for number, step in enumerate(steps):
        address = SITE + step.page.path + (f"?{plan.source.query}" if number == 0 and plan.source.query else "")
        marks = list(_marks(traffic, step, plan, chance))
        if step.page.path == traffic.experiment.page and not is_shown:
            is_shown = True
            shown = {"experiment": traffic.experiment.name, "variant": variant}
            marks.append(_Mark(0.4, "experiment_shown", shown))
        for mark in sorted(marks, key=lambda one: one.second):
            user = plan.joining if mark.event == "signup" else user
            fields = {"page": address, "referrer": before, "userId": user, "fromWebsite": plan.source.code}
            hits.append(_hit(plan.visitor, moment, mark, fields, chance))
        before, moment = address, moment + timedelta(seconds=step.seconds)
    return hits


def weighted(weights: Weights, chance: random.Random) -> str:
    """One of the names."""
    return chance.choices(list(weights), list(weights.values()))[0]


def one_of(some: Sequence[_Some], chance: random.Random) -> _Some:
    """One of these, by their weights."""
    return chance.choices(some, [one.weight for one in some])[0]


def event_id(chance: random.Random) -> str:
    """An id as long as the browser client's."""
    return f"{chance.getrandbits(128):032x}"


def _hit(visitor: Visitor, opened: datetime, mark: _Mark, fields: dict[str, Any], chance: random.Random) -> Hit:
    moment = opened + timedelta(milliseconds=round(mark.second * 1000))
    event = {
        "eventType": mark.event,
        "timestamp": moment,
        "eventId": event_id(chance),
        "viewport": {"width": visitor.viewport[0], "height": visitor.viewport[1]},
        "metadata": mark.metadata,
    }
    kept = {name: value for name, value in (event | fields).items() if value is not None}
    return Hit(kept, visitor, moment + timedelta(milliseconds=chance.randrange(60, 400)))


def _begin(traffic: Traffic, city: City, span: Span, seconds: float, chance: random.Random) -> datetime:
    """When a visit of so many seconds begins: at an hour at which people of the city are awake, and soon enough to end."""
    room = (span.until - span.since).total_seconds()
    most = max(traffic.hours)
    for _ in range(40):
        begin = span.since + timedelta(milliseconds=chance.randrange(max(1, round(room * 1000))))
        if chance.random() * most < traffic.hours[(begin.hour + city.hours) % 24]:
            break
    return min(begin, span.until - timedelta(seconds=seconds + 1))


def _steps(traffic: Traffic, plan: Plan, variant: str, chance: random.Random) -> Iterator[_Step]:
    """The pages that are seen, each with how long and which comes next."""
    entries = {page.path: page.entry for page in traffic.pages}
    path: str | None = HOME if plan.visitor.user else plan.source.entry or weighted(entries, chance)
    for number in range(MAX_STEPS):
        if path is None:
            return
        page = traffic.page(path)
        path = _next(traffic, page, plan, variant, number, chance)
        stay = page.seconds * math.exp(SPREAD * chance.gauss())
        yield _Step(page, round(min(max(stay, MIN_STAY), MAX_STAY), 3), path)


def _next(traffic: Traffic, page: Page, plan: Plan, variant: str, number: int, chance: random.Random) -> str | None:
    if plan.joining and number == 1:
        return JOIN
    # Nobody who came to join leaves before.
    is_last = chance.random() < page.leave * (BOUNCING if number == 0 else 1)
    if is_last and not (plan.joining and number == 0):
        return None
    weights = page.next
    if page.path == traffic.experiment.page:
        name = traffic.experiment.next
        weights = weights | {name: weights[name] * traffic.experiment.variants[variant]}
    return weighted(weights, chance)


def _marks(traffic: Traffic, step: _Step, plan: Plan, chance: random.Random) -> Iterator[_Mark]:
    """What the client sends of one page view."""
    page, seconds = step.page, step.seconds
    yield _Mark(0, "page_view", None)
    deepest = 100 * min(1.0, chance.random() * (0.25 + 0.6 * seconds / page.seconds))
    for percent in SCROLLED:
        if percent <= deepest:
            yield _Mark(seconds * (0.05 + 0.008 * percent), "scroll_depth", {"percent": percent})
    for reached in VISIBLE:
        if reached <= seconds:
            yield _Mark(reached, "time_on_page", {"seconds": reached})
    joins = bool(plan.joining) and page.path == JOIN
    for act in () if joins else page.acts:
        yield from _acts(traffic, act, seconds * chance.uniform(0.2, 0.6), seconds, chance)
    if joins:
        yield from _joining(plan, seconds)
    if step.next in page.clicks:
        yield _Mark(seconds - 0.1, "cta_click", {"name": page.clicks[step.next]})
    yield from _leaving(step, plan.visitor.agent, chance)


def _acts(traffic: Traffic, act: Act, second: float, seconds: float, chance: random.Random) -> Iterator[_Mark]:
    if chance.random() >= act.chance:
        return
    metadata = act.metadata
    if act.event == "purchase":
        values, weights = zip(*traffic.baskets, strict=True)
        metadata = {"value": chance.choices(values, weights)[0], "currency": "EUR"}
    yield _Mark(second, act.event, metadata)
    for following in act.then:
        yield from _acts(traffic, following, (second + seconds) / 2, seconds, chance)


def _joining(plan: Plan, seconds: float) -> Iterator[_Mark]:
    yield _Mark(seconds * 0.3, "form_start", {"form": "join"})
    yield _Mark(seconds * 0.9, "form_submit", {"form": "join"})
    yield _Mark(seconds * 0.95, "signup", {"plan": plan.plan})


def _leaving(step: _Step, agent: Agent, chance: random.Random) -> Iterator[_Mark]:
    """What is sent as the page is left; only Chromium measures all of the vitals."""
    if agent.device == "desktop" and step.next is None and chance.random() < 0.3:
        yield _Mark(step.seconds * 0.97, "exit_intent", None)
    if step.page.vitals:
        slow = 1.5 if agent.device == "mobile" else 1.0
        ttfb = round(140 * slow * math.exp(0.5 * chance.gauss()))
        fcp = ttfb + round(420 * slow * math.exp(0.45 * chance.gauss()))
        vitals: dict[str, Any] = {"ttfb": ttfb, "fcp": fcp}
        if "Chrome/" in agent.text:
            vitals |= {"lcp": fcp + round(500 * slow * math.exp(0.6 * chance.gauss()))}
            vitals |= {"inp": 8 * chance.randrange(4, 30), "cls": round(chance.expovariate(25), 4)}
        yield _Mark(step.seconds - 0.05, "web_vitals", vitals)
