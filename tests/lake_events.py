"""A tenant's events, written by hand: small enough to work every answer out on paper, with one of each oddity.

They are records as they are stored, each with `dt`, the day of its partition. Ten days in November 2026 begin on a Monday.
"""

from __future__ import annotations

import json
from typing import Any

from tests.records import fields

SHOP = "https://shop.example"
UNKNOWN = ("Unknown", "Unknown", "Unknown")
# How questions begin that ask other lines than events.
OTHER_LINES = ("access-", "script-", "rejected-")


def who(
    visitor: str | None,
    place: tuple[str | None, ...],
    device: tuple[str | None, ...],
    *,
    session: str | None = None,
    user: str | None = None,
    agent: str | None = "Mozilla/5.0",
) -> dict[str, Any]:
    """What is the same for every event of one visitor."""
    return {
        "sessionId": session,
        "userId": user,
        "ip": visitor and f"ip-{visitor}",
        "visitorId": visitor,
        "location": dict(zip(("country", "region", "city"), place, strict=True)),
        "device": dict(zip(("device_type", "browser", "os"), device, strict=True)),
        "isBot": device[0] == "bot",
        "userAgent": agent,
    }


def crawler(visitor: str, agent: str | None) -> dict[str, Any]:
    return who(visitor, ("US", None, None), ("bot", "Other", "Other"), agent=agent)


def event(
    number: int,
    at: str,
    kind: str,
    path: str | None,
    visitor: dict[str, Any],
    metadata: dict[str, Any] | None = None,
    *,
    received: str | None = None,
    referrer: str | None = None,
    utm: tuple[str | None, ...] | None = None,
) -> dict[str, Any]:
    """A record, at `at` in UTC; it is of the day on which it was received, at once where nothing else is said."""
    source, medium, campaign = utm or (None, None, None)
    return {
        **fields(f"event-{number:010}"),
        "eventType": kind,
        "timestamp": stamp(at),
        "serverTimestamp": stamp(received or at),
        "page": path if path is None or kind == "request" else SHOP + path,
        "viewport": {"width": 1280, "height": 720},
        "referrer": referrer,
        "utm": {"source": source, "medium": medium, "campaign": campaign, "term": None, "content": None},
        "metadata": None if metadata is None else json.dumps(metadata, separators=(",", ":")),
        "dt": f"2026-11-{(received or at)[:2]}",
        **visitor,
    }


def stamp(at: str) -> str:
    """`09 10:00:05` of November 2026 as a record's time; its milliseconds may be left out."""
    day, time = at.split(" ")
    return f"2026-11-{day}T{time if '.' in time else f'{time}.000'}Z"


TORONTO, SEATTLE, LONDON, BERLIN = (
    ("CA", "ON", "Toronto"),
    ("US", "WA", "Seattle"),
    ("GB", "ENG", "London"),
    ("DE", "BE", "Berlin"),
)
PC, MAC, LINUX = ("desktop", "Chrome", "Windows"), ("desktop", "Chrome", "Mac OS X"), ("desktop", "Firefox", "Linux")
ANDROID, IPHONE, IPAD = (
    ("mobile", "Chrome Mobile", "Android"),
    ("mobile", "Mobile Safari", "iOS"),
    ("tablet", "Safari", "iOS"),
)

# A visitor is known for a day: the same person has another id on the next.
ANN = who("a1", TORONTO, PC, session="s-ann", user="ann")
ANN_A_WEEK_LATER = who("a2", TORONTO, PC, session="s-ann2", user="ann")
BEN, BEN_A_WEEK_LATER = who("b1", BERLIN, IPHONE), who("b2", BERLIN, IPHONE)
CLO = who("c1", SEATTLE, LINUX)
DAN, DAN_AFTER_MIDNIGHT = who("d1", LONDON, IPAD, session="s-dan"), who("d2", LONDON, IPAD, session="s-dan")
EVE = who("e1", UNKNOWN, ("other", None, None))
FAY, GUS = who("f1", SEATTLE, MAC), who("g1", SEATTLE, MAC)
HAL = who("h1", TORONTO, ANDROID)
IDA = who("i1", ("DE", "Unknown", "Unknown"), ANDROID)
JOE = who("j1", LONDON, ("desktop", "Edge", "Windows"))
KIM = who("k1", ("BT", None, None), LINUX, session="s-kim")
LEO = who("l1", UNKNOWN, PC)
NOBODY = who(None, UNKNOWN, PC)  # no salt was to be had
GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot"
NEWS, ADS = ("news", "email", "spring"), ("Facebook", "CPC", "autumn")
PAGE, ROOT, PRICING, BLOG = "page_view", "/", "/pricing", "/blog/été"

EVENTS = (
    # A visit from a search engine to the form, on the 9th.
    event(1, "09 10:00:00", PAGE, ROOT, ANN, referrer="https://www.google.com"),
    event(2, "09 10:00:05", "scroll_depth", ROOT, ANN, {"percent": 25}),
    event(3, "09 10:00:20", "scroll_depth", ROOT, ANN, {"percent": 50}),
    event(4, "09 10:00:30", "time_on_page", ROOT, ANN, {"seconds": 30}),
    event(5, "09 10:01:00", PAGE, PRICING, ANN, referrer=SHOP + ROOT),
    event(6, "09 10:01:10", "scroll_depth", PRICING, ANN, {"percent": 25}),
    event(7, "09 10:02:00", PAGE, "/signup", ANN, referrer=SHOP + PRICING),
    event(8, "09 10:02:30", "form_start", "/signup", ANN),
    event(9, "09 10:03:00", "form_submit", "/signup", ANN, {"plan": "pro"}),
    # A gap of a millisecond less than half an hour, and one of half an hour: two visits.
    event(10, "09 11:10:00", PAGE, ROOT, BEN, utm=NEWS),
    event(11, "09 11:39:59.999", PAGE, PRICING, BEN, referrer=SHOP + ROOT),
    event(12, "09 12:09:59.999", PAGE, ROOT, BEN),
    event(13, "09 12:00:00", PAGE, BLOG, CLO, referrer="https://chatgpt.com"),
    event(14, "09 12:00:10", "cta_click", BLOG, CLO, {"experiment": "hero", "variant": "B"}),
    event(15, "09 12:00:20", "form_submit", BLOG, CLO, {"plan": "free"}),
    event(16, "09 12:00:30", "scroll_depth", BLOG, CLO, {"percent": 100}),
    # A visit over midnight.
    event(17, "09 23:50:00", PAGE, ROOT, DAN, referrer="https://www.reddit.com"),
    event(18, "10 00:05:00", PAGE, PRICING, DAN_AFTER_MIDNIGHT, referrer=SHOP + ROOT),
    event(
        19,
        "10 00:10:00",
        "purchase",
        PRICING,
        DAN_AFTER_MIDNIGHT,
        {"value": 49.9, "currency": "EUR", "plan": "pro"},
    ),
    # Without visitor and session: it belongs to no visit.
    event(20, "10 09:00:00", PAGE, ROOT, NOBODY),
    event(21, "10 09:00:00", PAGE, ROOT, NOBODY),
    # Two pages in one millisecond.
    event(22, "10 09:10:00", PAGE, "/b", EVE, utm=ADS),
    event(23, "10 09:10:00", PAGE, "/a", EVE, utm=ADS),
    event(24, "10 10:00:00", PAGE, ROOT, FAY, utm=NEWS),
    event(25, "10 10:00:05", "experiment_view", ROOT, FAY, {"experiment": "hero", "variant": "A"}),
    event(26, "10 10:01:00", "form_submit", ROOT, FAY, {"plan": "pro"}),
    # The goal is reached before the variant is met.
    event(27, "10 10:10:00", "form_submit", ROOT, GUS),
    event(28, "10 10:15:00", "experiment_view", ROOT, GUS, {"experiment": "hero", "variant": "A"}),
    event(29, "10 11:00:00", PAGE, ROOT, HAL),
    event(30, "10 11:00:03", "experiment_view", ROOT, HAL, {"variant": "red"}),
    # A clock that is nine days behind, and one that is half an hour ahead.
    event(31, "01 08:00:00", PAGE, "/old", IDA, received="10 12:00:00"),
    event(32, "01 08:00:10", "exit_intent", "/old", IDA, received="10 12:00:09"),
    event(33, "10 14:30:00", PAGE, None, JOE, received="10 14:00:00"),
    event(34, "10 15:00:00", "purchase", PRICING, NOBODY, {"value": 5, "currency": "EUR"}),
    # A week later.
    event(35, "16 15:00:00", PAGE, ROOT, ANN_A_WEEK_LATER, referrer="https://duckduckgo.com"),
    event(36, "16 15:01:00", "time_on_page", ROOT, ANN_A_WEEK_LATER, {"seconds": 30}),
    event(37, "16 15:02:00", "time_on_page", ROOT, ANN_A_WEEK_LATER, {"seconds": 60}),
    event(38, "16 15:05:00", PAGE, PRICING, ANN_A_WEEK_LATER, referrer=SHOP + ROOT),
    event(39, "16 15:05:30", "purchase", PRICING, ANN_A_WEEK_LATER, {"value": 100, "currency": "usd"}),
    event(40, "16 15:06:00", "purchase", PRICING, ANN_A_WEEK_LATER, {"value": "19.98", "currency": "USD"}),
    event(41, "16 15:07:00", "purchase", PRICING, ANN_A_WEEK_LATER, {"value": "free", "currency": "USD"}),
    event(42, "17 08:00:00", PAGE, ROOT, KIM, referrer="https://partner.example"),
    event(43, "17 08:00:30", "outbound_click", ROOT, KIM, {"href": "https://github.com"}),
    event(44, "17 08:01:00", "file_download", ROOT, KIM, {"file": "guide.pdf"}),
    # Requests of a server's log, whose pages are paths.
    event(45, "17 09:00:00", "request", "/x", LEO, {"method": "GET", "status": 200}),
    event(46, "17 09:00:01", "request", "/y", LEO, {"method": "GET", "status": 404}),
    event(47, "17 09:00:02", "request", "/x", LEO, {"method": "GET", "status": 200}),
    event(48, "17 09:00:03", "request", "/z", LEO, {"method": "HEAD", "status": 301}),
    event(49, "17 10:00:00", PAGE, PRICING, BEN_A_WEEK_LATER),
    event(50, "17 10:00:00.500", "cta_click", PRICING, BEN_A_WEEK_LATER, {"plan": "pro"}),
    # Crawlers.
    event(51, "09 03:00:00", PAGE, ROOT, crawler("x1", GPTBOT)),
    event(52, "09 03:00:01", PAGE, PRICING, crawler("x1", GPTBOT)),
    event(53, "09 03:10:00", PAGE, ROOT, crawler("x2", "Mozilla/5.0 (compatible; ClaudeBot/1.0)")),
    event(54, "09 03:20:00", PAGE, ROOT, crawler("x3", "Mozilla/5.0 (compatible; Googlebot/2.1)")),
    event(55, "09 03:30:00", PAGE, None, crawler("x4", None)),
    event(56, "09 03:40:00", "request", "/robots.txt", crawler("x5", "curl/8.5.0"), {"method": "GET", "status": 200}),
    event(57, "09 03:50:00", PAGE, ROOT, crawler("x6", "AcmeCrawler/1.0 (+https://acme.example)")),
    event(58, "10 04:00:00", PAGE, "/a", crawler("x7", "Mozilla/5.0 (compatible; Bytespider)")),
    event(59, "10 04:10:00", PAGE, ROOT, crawler("x8", GPTBOT)),
    event(60, "10 04:20:00", PAGE, BLOG, crawler("x9", "facebookexternalhit/1.1")),
    event(61, "10 04:30:00", PAGE, ROOT, crawler("x10", "Mozilla/5.0 (compatible; strange)")),
    # After the range that the tests ask for.
    event(62, "20 10:00:00", PAGE, ROOT, CLO),
)
