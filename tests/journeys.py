"""Twenty scripted journeys on the shop's site, and on paper what each of them counts as."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.tenants import SITE

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


class Step(NamedTuple):
    """A page view, or what follows on its page; `at` is a time of the 9th, with a + of the 10th. `late`: arrives at that time."""

    at: str
    did: str
    page: str
    referrer: str | None = None
    metadata: dict[str, Any] | None = None
    tab: int = 0
    late: str = ""


class Visit(NamedTuple):
    """A visit on paper: its pages in order, and how far it went in each funnel. `later`: page views after midnight."""

    channel: str
    source: str
    pages: tuple[str, ...]
    events: int
    seconds: int
    bounced: bool = False
    form: int = 1
    read: int = 0
    buy: int = 1
    day: int = 9
    later: int = 0


class Journey(NamedTuple):
    """One person's steps and what they count as; `ways`: by posts, by the browser client, by a log."""

    name: str
    ways: str
    steps: tuple[Step, ...]
    visits: tuple[Visit, ...]
    visitors: tuple[int, int] = (1, 0)  # of the 9th and of the 10th
    goals: tuple[tuple[str, int], ...] = ()  # how often each was reached, in one visit
    revenue: tuple[tuple[str, int, float], ...] = ()  # currency, orders, sum
    form: tuple[int, int, int] = (0, 0, 0)  # visits that started it, sent it, abandoned it
    session: str | None = None
    user: str | None = None
    agent: str = ""


def moment(at: str) -> datetime:
    """The time of a step, of which seconds may be left out."""
    return datetime.fromisoformat(f"2026-11-{'10' if at[0] == '+' else '09'} {at.removeprefix('+')}").replace(
        tzinfo=UTC
    )


def view(at: str, page: str, referrer: str | None = None, tab: int = 0) -> Step:
    return Step(at, "page_view", page, f"{SITE}{referrer}" if (referrer or "").startswith("/") else referrer, tab=tab)


def then(at: str, did: str, page: str, late: str = "", **metadata: Any) -> Step:
    return Step(at, did, page, None, metadata or None, late=late)


JOURNEYS = (
    # One page view and nothing else: a bounce, with no source.
    Journey("bounce", "pcl", (view("10:00", "/"),), (Visit("Direct", "(none)", ("/",), 1, 0, bounced=True),)),
    # One page view, but the person did something on it.
    Journey(
        "sign-up on the landing page",
        "pc",
        (
            view("10:00", "/signup", "https://www.google.com/"),
            then("10:01", "form_start", "/signup", form="signup"),
            then("10:02", "form_submit", "/signup", form="signup"),
            then("10:02", "signup", "/signup"),
        ),
        (Visit("Organic Search", "google", ("/signup",), 4, 120, form=3),),
        goals=(("signup", 1),),
        form=(1, 1, 0),
    ),
    # Without a session both tabs are one visitor's, and one visit. The medium cpc makes Google paid.
    Journey(
        "two tabs",
        "pcl",
        (
            view("10:00", "/?utm_source=google&utm_medium=cpc&utm_campaign=autumn"),
            view("10:01", "/pricing", "/", tab=1),
        ),
        (Visit("Paid Search", "google", ("/", "/pricing"), 2, 60),),
    ),
    # 31 minutes are a gap: two visits, and each has one page view. The second one came from nowhere.
    Journey(
        "31 minutes",
        "pcl",
        (view("10:20", "/blog", "https://chatgpt.com/"), view("10:51", "/pricing")),
        (
            Visit("AI Assistants", "chatgpt", ("/blog",), 1, 0, bounced=True, read=1),
            Visit("Direct", "(none)", ("/pricing",), 1, 0, bounced=True),
        ),
    ),
    # 29 minutes are none, also from one half hour of the clock to the next.
    Journey(
        "29 minutes",
        "pcl",
        (view("10:20", "/blog", "https://www.reddit.com/r/shops"), view("10:49", "/pricing", "/blog")),
        (Visit("Organic Social", "reddit", ("/blog", "/pricing"), 2, 1740, read=2),),
    ),
    # The session goes on past midnight, so it is one visit, of the 9th; the visitor's hash is another on each day.
    Journey(
        "over midnight with a session",
        "pc",
        (view("23:55", "/cart?utm_source=news&utm_medium=email"), view("+00:05", "/account", "/cart")),
        (Visit("Email", "news", ("/cart", "/account"), 2, 600, later=1),),
        visitors=(1, 1),
        session="s-6",
    ),
    # Without one the visitor's hash ends the visit: the second one begins on the 10th, with the site itself as referrer.
    Journey(
        "over midnight without a session",
        "pcl",
        (view("23:50", "/blog", "https://www.bing.com/"), view("+00:10", "/pricing", "/blog")),
        (
            Visit("Organic Search", "bing", ("/blog",), 1, 0, bounced=True, read=1),
            Visit("Direct", "(none)", ("/pricing",), 1, 0, bounced=True, day=10),
        ),
        visitors=(1, 1),
    ),
    # Someone who views one page twice has not bounced; the site itself is not a source.
    Journey(
        "the same page twice",
        "pcl",
        (view("10:00", "/pricing", "/"), view("10:02", "/pricing", "/pricing")),
        (Visit("Direct", "(none)", ("/pricing", "/pricing"), 2, 120),),
    ),
    # The first campaign counts.
    Journey(
        "two campaigns",
        "pcl",
        (
            view("11:00", "/blog?utm_source=alpha&utm_medium=partner&utm_campaign=one"),
            view("11:10", "/pricing?utm_source=beta&utm_medium=partner&utm_campaign=two"),
        ),
        (Visit("Unassigned", "alpha", ("/blog", "/pricing"), 2, 600, read=2),),
    ),
    # A purchase in the page view's own millisecond follows it.
    Journey(
        "a purchase in EUR",
        "pc",
        (view("12:00", "/cart"), then("12:00", "purchase", "/cart", value=12.5, currency="EUR")),
        (Visit("Direct", "(none)", ("/cart",), 2, 0, buy=2),),
        goals=(("purchase", 1),),
        revenue=(("EUR", 1, 12.5),),
    ),
    # 20 + 0.10, in two orders of one visit.
    Journey(
        "two purchases in USD",
        "pc",
        (
            view("12:00", "/cart", "https://duckduckgo.com/"),
            then("12:01", "purchase", "/cart", value=20, currency="USD"),
            then("12:02", "purchase", "/cart", value="0.10", currency="usd"),
        ),
        (Visit("Organic Search", "duckduckgo", ("/cart",), 3, 120, buy=2),),
        goals=(("purchase", 2),),
        revenue=(("USD", 2, 20.1),),
    ),
    # Started, never sent.
    Journey(
        "an abandoned form",
        "pc",
        (view("13:00", "/signup"), then("13:00:30", "form_start", "/signup", form="signup")),
        (Visit("Direct", "(none)", ("/signup",), 2, 30, form=2),),
        form=(1, 0, 1),
    ),
    # To scroll is not to do something: a bounce, of 60 seconds.
    Journey(
        "scrolling alone",
        "pc",
        (
            view("13:00", "/blog?utm_source=facebook&utm_medium=social"),
            then("13:01", "scroll_depth", "/blog", percent=25),
            then("13:01", "scroll_depth", "/blog", percent=50),
        ),
        (Visit("Organic Social", "facebook", ("/blog",), 3, 60, bounced=True, read=1),),
    ),
    # Nor is to leave.
    Journey(
        "exit intent alone",
        "pc",
        (view("13:00", "/pricing"), then("13:00:10", "exit_intent", "/pricing")),
        (Visit("Direct", "(none)", ("/pricing",), 2, 10, bounced=True),),
    ),
    # A visit without a page view: it is in no bounce rate, has no entry and no exit, and takes no step.
    Journey("no page", "p", (then("14:00", "ping", ""),), (Visit("Direct", "(none)", (), 1, 0, form=0, buy=0),)),
    # Bots are left out of everything.
    Journey("a bot", "pcl", (view("14:00", "/"),), (), visitors=(0, 0), agent=GOOGLEBOT),
    # It arrives five hours later, and counts when it happened.
    Journey(
        "a late event",
        "p",
        (view("09:00", "/blog"), then("09:01", "cta_click", "/blog", late="14:00", name="more")),
        (Visit("Direct", "(none)", ("/blog",), 2, 60, read=1),),
    ),
    # To leave by a link is to do something.
    Journey(
        "an outbound click",
        "pc",
        (
            view("14:00", "/blog", "https://news.example/story"),
            then("14:00:20", "outbound_click", "/blog", url="https://elsewhere.example/x"),
        ),
        (Visit("Referral", "news.example", ("/blog",), 2, 20, read=1),),
    ),
    # Who logs in is still one visitor, and one visit.
    Journey(
        "a login",
        "p",
        (view("14:00", "/account", "/"), then("14:00", "login", "/account")),
        (Visit("Direct", "(none)", ("/account",), 2, 0),),
        user="u-19",
    ),
    # Sent once, begun again and left: both sent and abandoned.
    Journey(
        "a form that is begun again",
        "pc",
        (
            view("15:00", "/signup"),
            then("15:01", "form_start", "/signup", form="signup"),
            then("15:02", "form_submit", "/signup", form="signup"),
            view("15:05", "/signup", "/signup"),
            then("15:06", "form_start", "/signup", form="signup"),
        ),
        (Visit("Direct", "(none)", ("/signup", "/signup"), 5, 360, form=3),),
        form=(1, 1, 1),
    ),
)
