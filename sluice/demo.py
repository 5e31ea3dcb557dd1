"""A few hundred believable visits, sent over HTTP as browsers would send them, and a look at what landed."""

from __future__ import annotations

import http.client
import json
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.records import iso

BUCKET = "demo-analytics"
VISITS = 300
SENDERS = 8
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
VIEWPORTS = ((1920, 1080), (1440, 900), (390, 844), (412, 915), (820, 1180))


class DemoError(RuntimeError):
    """The demo cannot go on; the message says what to do."""


@dataclass(frozen=True)
class Hit:
    """One request of a visit: its body, and the headers that tell who sends it."""

    body: dict[str, Any]
    headers: dict[str, str]


def visits(now: datetime, chance: random.Random, number: int = VISITS) -> list[Hit]:
    """The requests of this many visits within the last 23 hours, so that each counts for the day it happened."""
    return [hit for _ in range(number) for hit in _visit(now, chance)]


def send(host: str, port: int, hits: list[Hit]) -> Iterator[dict[str, Any]]:
    """Post the hits over a few connections and yield their receipts; raises DemoError at the first that is refused."""
    shares = [hits[start::SENDERS] for start in range(SENDERS)]
    with ThreadPoolExecutor(SENDERS) as senders:
        for receipts in senders.map(lambda share: list(_post(host, port, share)), shares):
            yield from receipts


def landed(directory: Path, receipts: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """What the stored records themselves say, counted: days, pages, sources, countries, devices, browsers."""
    counted: dict[str, Counter[str]] = {
        name: Counter() for name in ("day", "page", "source", "country", "device", "browser")
    }
    for receipt in receipts:
        record = json.loads((directory / receipt["bucket"] / receipt["key"]).read_text())
        counted["day"][record["timestamp"][:10]] += 1
        counted["page"][record["page"].removeprefix(SITE)] += 1
        if not (record["referrer"] or "").startswith(SITE):
            counted["source"][record["utm"]["source"] or record["referrer"] or "direct"] += 1
        counted["country"][record["location"]["country"]] += 1
        counted["device"][record["device"]["device_type"]] += 1
        counted["browser"][record["device"]["browser"]] += 1
    return counted


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
        "bucket": BUCKET,
        "eventType": kind,
        "timestamp": iso(moment),
        "eventId": secrets.token_hex(10),
        "page": page,
        "sessionId": session,
        "viewport": {"width": size[0], "height": size[1]},
    }
    return {**event, "referrer": referrer} if referrer else event


def _post(host: str, port: int, hits: list[Hit]) -> Iterator[dict[str, Any]]:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        for hit in hits:
            connection.request("POST", "/track", json.dumps(hit.body), hit.headers)
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
            if response.status != 200:
                raise DemoError(f"The server refused an event: {answer.get('message', response.status)}")
            yield answer
    except (OSError, http.client.HTTPException) as error:
        raise DemoError(
            f"Nothing answers on {host}:{port} ({error}); start it with `make run`, then try again"
        ) from None
    finally:
        connection.close()
