"""Twenty journeys whose numbers are worked out on paper, made by posts, by the client in Chromium, and by a log."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from playwright.sync_api import Browser, Page

from chalicelib.records import iso
from tests.browser import let_go
from tests.journeys import JOURNEYS, Journey, Step, Visit, moment
from tests.sites import Site
from tests.sluice.imports.test_importer import combined
from tests.tenants import SITE, Shop

DAYS = ("2026-11-09", "2026-11-10")
FUNNELS = {"form": "page_view,form_start,form_submit", "read": "/blog,/pricing", "buy": "page_view,purchase"}
# The columns that are compared: what is left out follows from them.
COLUMNS = {
    "totals": ("visitors", "visits", "page_views", "events", "bounce_rate", "seconds_per_visit"),
    "visitors-and-visits": ("day", "visitors", "visits", "page_views", "bounce_rate", "seconds_per_visit"),
    "sources": ("channel", "source", "visits", "page_views", "bounce_rate"),
    "entry-pages": ("page", "entries", "bounce_rate"),
    "exit-pages": ("page", "exits", "page_views"),
    "goals": ("goal", "conversions", "converted", "visits"),
    "revenue": ("currency", "channel", "source", "orders", "revenue"),
    "forms": ("form", "visits", "started", "sent", "abandoned"),
}
Answers = dict[str, set[tuple[Any, ...]]]

# All twenty, summed up by hand. 7 of the 20 visits with a page view bounced, 6 of 19 on the 9th; 3,900 seconds in all.
PAPER: Answers = {
    "totals": {(21, 21, 26, 43, 35.0, 185.7)},
    "visitors-and-visits": {("2026-11-09", 19, 20, 24, 31.6, 195.0), ("2026-11-10", 2, 1, 2, 100.0, 0.0)},
    "sources": {
        ("Direct", "(none)", 11, 12, 40.0),
        ("Organic Search", "google", 1, 1, 0.0),
        ("Paid Search", "google", 1, 2, 0.0),
        ("AI Assistants", "chatgpt", 1, 1, 100.0),
        ("Organic Social", "reddit", 1, 2, 0.0),
        ("Email", "news", 1, 2, 0.0),
        ("Organic Search", "bing", 1, 1, 100.0),
        ("Unassigned", "alpha", 1, 2, 0.0),
        ("Organic Search", "duckduckgo", 1, 1, 0.0),
        ("Organic Social", "facebook", 1, 1, 100.0),
        ("Referral", "news.example", 1, 1, 0.0),
    },
    "entry-pages": {
        ("/", 2, 50.0),
        ("/signup", 3, 0.0),
        ("/blog", 7, 42.9),
        ("/pricing", 4, 75.0),
        ("/cart", 3, 0.0),
        ("/account", 1, 0.0),
    },
    "exit-pages": {
        ("/", 1, 2),
        ("/signup", 3, 4),
        ("/pricing", 7, 8),
        ("/blog", 5, 7),
        ("/account", 2, 2),
        ("/cart", 2, 3),
    },
    "goals": {("purchase", 3, 2, 21), ("signup", 1, 1, 21)},
    "revenue": {("EUR", "Direct", "(none)", 1, 12.5), ("USD", "Organic Search", "duckduckgo", 2, 20.1)},
    "forms": {("signup", 3, 3, 2, 2)},
    "form": {(1, 20), (2, 3), (3, 2)},
    "read": {(1, 7), (2, 2)},
    "buy": {(1, 20), (2, 2)},
}


def of_way(way: str) -> list[Journey]:
    return [one for one in JOURNEYS if way in one.ways]


def agent(journey: Journey) -> str:
    """Everybody has a browser of their own, by which the client's visitors behind one address differ."""
    version = 110 + JOURNEYS.index(journey)
    return journey.agent or f"Mozilla/5.0 (X11; Linux x86_64; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"


def address(journey: Journey) -> str:
    return f"192.0.2.{JOURNEYS.index(journey) + 1}"


def answered(shop: Shop) -> Answers:
    """What `sluice query` answers of both days."""
    found: Answers = {
        name: {tuple(row[column] for column in columns) for row in shop.ask(name, DAYS)}
        for name, columns in COLUMNS.items()
    }
    for name, steps in FUNNELS.items():
        found[name] = {(row["step"], row["visits"]) for row in shop.ask("funnel", DAYS, f"steps={steps}")}
    return found


def summed(journeys: list[Journey]) -> Answers:
    """The paper of these journeys, each line of it summed up."""
    visits = [visit for journey in journeys for visit in journey.visits]
    visitors = [sum(journey.visitors[day] for journey in journeys) for day in (0, 1)]
    later = sum(len(visit.pages) if visit.day == 10 else visit.later for visit in visits)
    viewed = Counter(page for visit in visits for page in visit.pages)
    exits = Counter(visit.pages[-1] for visit in visits if visit.pages)
    by_day = [[visit for visit in visits if visit.day == day] for day in (9, 10)]
    views = (viewed.total() - later, later)
    return {
        "totals": {
            (sum(visitors), len(visits), viewed.total(), sum(one.events for one in visits), *rates(visits)),
        },
        "visitors-and-visits": {
            (DAYS[day], visitors[day], len(by_day[day]), views[day], *rates(by_day[day])) for day in (0, 1)
        },
        "sources": {
            (*source, len(some), sum(len(one.pages) for one in some), rates(some)[0])
            for source, some in grouped(visits, lambda one: (one.channel, one.source))
        },
        "entry-pages": {
            (page, len(some), rates(some)[0])
            for page, some in grouped([one for one in visits if one.pages], lambda one: one.pages[0])
        },
        "exit-pages": {(page, number, viewed[page]) for page, number in exits.items()},
        **done(journeys, len(visits)),
        **{name: funnel(name, visits) for name in FUNNELS},
    }


def done(journeys: list[Journey], visits: int) -> Answers:
    """What people did on their pages: goals, orders and the form."""
    goals: dict[str, list[int]] = {"purchase": [], "signup": []}
    for goal, times in (one for journey in journeys for one in journey.goals):
        goals[goal].append(times)
    form = [sum(journey.form[part] for journey in journeys) for part in range(3)]
    return {
        "goals": {(goal, sum(times), len(times), visits) for goal, times in goals.items()},
        "revenue": {
            (currency, journey.visits[0].channel, journey.visits[0].source, orders, earned)
            for journey in journeys
            for currency, orders, earned in journey.revenue
        },
        "forms": {("signup", form[0], *form)} if form[0] else set(),
    }


def funnel(name: str, visits: list[Visit]) -> set[tuple[Any, ...]]:
    numbers = range(1, FUNNELS[name].count(",") + 2)
    return {(number, sum(getattr(visit, name) >= number for visit in visits)) for number in numbers}


def grouped(visits: list[Visit], key: Callable[[Visit], Any]) -> Iterable[tuple[Any, list[Visit]]]:
    groups = defaultdict(list)
    for visit in visits:
        groups[key(visit)].append(visit)
    return groups.items()


def rates(visits: list[Visit]) -> tuple[float, float]:
    """The share that bounced of those with a page view, and the seconds of a visit."""
    bounces = [visit.bounced for visit in visits if visit.pages]
    return round(100 * sum(bounces) / len(bounces), 1), round(sum(one.seconds for one in visits) / len(visits), 1)


def test_the_paper_of_the_journeys_sums_up_to_the_paper_of_all() -> None:
    assert summed(list(JOURNEYS)) == PAPER


def test_twenty_journeys_by_posts_are_the_papers(shop: Callable[..., Shop]) -> None:
    tenant = shop()
    for journey in of_way("p"):
        for number, step in enumerate(journey.steps):
            fields = {
                "eventType": step.did,
                "timestamp": iso(moment(step.at)),
                "page": SITE + step.page if step.page else None,
                "referrer": step.referrer,
                "metadata": step.metadata,
                "sessionId": journey.session,
                "userId": journey.user,
                "sequence": number,
            }
            tenant.track(moment(step.late or step.at), address(journey), agent(journey), **fields)

    assert len(of_way("p")) == 20
    assert answered(tenant) == PAPER


def test_journeys_in_a_log_are_the_papers(shop: Callable[..., Shop]) -> None:
    tenant, journeys = shop(), of_way("l")
    lines = [
        (
            moment(step.at),
            combined(address(one), moment(step.at), step.page, referrer=step.referrer or "-", agent=agent(one)),
        )
        for one in journeys
        for step in one.steps
    ]
    tenant.import_log("".join(line for _, line in sorted(lines)))

    assert len(journeys) == 8
    assert answered(tenant) == summed(journeys)


def test_journeys_in_a_browser_are_the_papers(shop: Callable[..., Shop], chromium: Browser) -> None:
    tenant, journeys, sent = shop(), of_way("c"), 0
    with tenant.site() as site:
        # An answer to one step may reach the page in the time of the next one: its Date is to correct no clock.
        site.date = "unknown"
        for journey in journeys:
            context = chromium.new_context(user_agent=agent(journey), viewport={"width": 1000, "height": 600})
            tabs = {tab: context.new_page() for tab in sorted({step.tab for step in journey.steps})}
            for step in journey.steps:
                tenant.now = moment(step.at)
                context.clock.set_fixed_time(tenant.now)
                take(site, tabs[step.tab], step, "data-session=tab" if journey.session else "data-x")
                if step.did in {"scroll_depth", "exit_intent"}:
                    let_go(tabs[step.tab])
                sent += 1
                assert len(site.wait_for_number(sent, tabs[step.tab])) == sent, step
            context.close()

    assert len(journeys) == 17
    assert answered(tenant) == summed(journeys)


BODY = """
<a href="https://elsewhere.example/x" onclick="event.preventDefault()">Out</a>
<form id="signup" onsubmit="event.preventDefault()"><input name="mail"><button>Send</button></form>
<div style="height:4000px"></div>
"""
LEAVE = "document.documentElement.dispatchEvent(new MouseEvent('mouseout', {bubbles: true, clientY: -1}))"


def take(site: Site, page: Page, step: Step, attribute: str) -> None:
    """Do in the browser what the step says."""
    if step.did == "page_view":
        path, _, query = step.page.partition("?")
        referrer = (step.referrer or "").replace(SITE, site.address(""))
        page.goto(f"{site.page(path, BODY, attribute)}?{query}", referer=referrer or None)
    elif step.did == "form_start":
        page.type("input", "a")
    elif step.did == "form_submit":
        page.click("button")
    elif step.did == "outbound_click":
        page.click("a")
    elif step.did == "scroll_depth":
        page.evaluate("(percent) => scrollTo(0, 40 * percent)", (step.metadata or {})["percent"])
    elif step.did == "exit_intent":
        page.evaluate(LEAVE)
    else:
        page.evaluate("([name, metadata]) => sluice(name, metadata)", [step.did, step.metadata])
