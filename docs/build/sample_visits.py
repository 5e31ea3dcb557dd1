"""Visits of the sample's shop, the same at every run: docs/querying.md shows what they answer."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.records import iso

SITE = "https://shop.example"
PAGES = ("/", "/shoes", "/shoes/trail-runner", "/bags", "/bags/day-pack", "/journal/how-we-sew", "/checkout")
CAMPAIGNS = (
    "",
    "",
    "",
    "?utm_source=newsletter&utm_medium=email&utm_campaign=spring",
    "?utm_source=ads&utm_medium=cpc",
)
REFERRERS = ("", "", "https://www.google.com/", "https://duckduckgo.com/", "https://news.ycombinator.com/item?id=1")


class Place(NamedTuple):
    """Where a visitor sits, as CloudFront's headers say it, and the network of the address (for documentation only)."""

    network: str
    country: str
    region: str
    city: str


PLACES = (
    Place("192.0.2", "CA", "ON", "Toronto"),
    Place("192.0.2", "US", "WA", "Seattle"),
    Place("198.51.100", "GB", "ENG", "London"),
    Place("198.51.100", "DE", "BE", "Berlin"),
    Place("203.0.113", "IN", "KA", "Bengaluru"),
    Place("203.0.113", "BR", "SP", "S%C3%A3o%20Paulo"),
)
USER_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Mobile/15E148 "
    "Safari/604.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
)
CRAWLERS = (
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot",
    "Mozilla/5.0 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "curl/8.5.0",
)
VIEWPORTS = ((1920, 1080), (1440, 900), (390, 844), (412, 915), (820, 1180))


@dataclass(frozen=True)
class Hit:
    """One request of a visit: its body, and the headers that say who sends it."""

    body: dict[str, Any]
    headers: dict[str, str]


def visits(now: datetime, chance: random.Random, number: int) -> list[Hit]:
    """The requests of this many visits within the last 23 hours, so that each counts for the day it happened."""
    return [hit for _ in range(number) for hit in _visit(now, chance)]


def _visit(now: datetime, chance: random.Random) -> Iterator[Hit]:
    place, size = chance.choices(PLACES, (8, 5, 4, 3, 2, 2))[0], chance.choice(VIEWPORTS)
    agent = chance.choices(USER_AGENTS, (20, 12, 8, 25, 20, 8, 3))[0]
    headers = {
        "Content-Type": "text/plain",
        "Origin": SITE,
        "User-Agent": agent,
        "CloudFront-Viewer-Address": f"{place.network}.{chance.randrange(1, 255)}:{chance.randrange(1024, 65536)}",
        "CloudFront-Viewer-Country": place.country,
        "CloudFront-Viewer-Country-Region": place.region,
        "CloudFront-Viewer-City": place.city,
    }
    session, moment = secrets.token_hex(8), now - timedelta(seconds=chance.randrange(600, 23 * 3600))
    pages = [chance.choice(PAGES) for _ in range(chance.randint(1, 4))]
    for step, page in enumerate(pages):
        moment += timedelta(seconds=chance.randrange(5, 90))
        address = f"{SITE}{page}{chance.choice(CAMPAIGNS) if step == 0 else ''}"
        referrer = chance.choice(REFERRERS) if step == 0 else f"{SITE}{pages[step - 1]}"
        yield Hit(_event("page_view", moment, address, session, size, referrer), headers)
    if pages[-1] == "/checkout":
        sale = {"value": chance.randrange(20, 200), "currency": "EUR"}
        yield Hit(_event("purchase", moment, f"{SITE}/checkout", session, size, "") | {"metadata": sale}, headers)


def _event(
    kind: str, moment: datetime, page: str, session: str, size: tuple[int, int], referrer: str
) -> dict[str, Any]:
    event = {
        "eventType": kind,
        "timestamp": iso(moment),
        "eventId": secrets.token_hex(10),
        "page": page,
        "sessionId": session,
        "viewport": {"width": size[0], "height": size[1]},
    }
    return {**event, "referrer": referrer} if referrer else event
