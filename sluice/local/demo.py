"""A few hundred believable visits of today, sent over HTTP as browsers would send them, and a look at what landed."""

from __future__ import annotations

import http.client
import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from chalicelib.records import iso
from sluice.local import demo_days, demo_traffic, demo_visits
from sluice.local.demo_days import BUCKET, SEED, DemoError
from sluice.local.demo_visits import SITE, Hit, Plan, Span

VISITS = 200
SENDERS = 8
# Shares of today's visits: of members who come back, and of those who join.
BACK, JOINING = 0.08, 0.02


def visits(now: datetime, chance: random.Random, number: int = VISITS) -> list[Hit]:
    """The hits of this many visits since midnight UTC, or within the last hour where the day is younger."""
    span = Span(min(demo_days.day_of(now.date()).since, now - timedelta(hours=1)), now)
    traffic = demo_traffic.load()
    return [hit for plan in _plans(now, chance, number) for hit in demo_visits.visit(traffic, plan, span, chance)]


def reach(host: str, port: int) -> None:
    """Raise DemoError where no server answers, or one that is not Sluice."""
    with _connected(host, port) as connection:
        connection.request("GET", "/health")
        _answer(connection.getresponse().read())


def send(host: str, port: int, hits: list[Hit]) -> Iterator[dict[str, Any]]:
    """Post the hits over a few connections and yield their receipts; raises DemoError at the first that is refused."""
    shares = [hits[start::SENDERS] for start in range(SENDERS)]
    with ThreadPoolExecutor(SENDERS) as senders:
        for receipts in senders.map(lambda share: list(_post(host, port, share)), shares):
            yield from receipts


def landed(directory: Path, receipts: list[dict[str, Any]]) -> dict[str, Counter[str]]:
    """What the stored records themselves say, counted: events, pages, sources, countries, devices, browsers."""
    counted: dict[str, Counter[str]] = {
        name: Counter() for name in ("event", "page", "source", "country", "device", "browser")
    }
    for receipt in receipts:
        record = json.loads((directory / receipt["bucket"] / receipt["key"]).read_text())
        counted["event"][record["eventType"]] += 1
        counted["page"][record["page"].removeprefix(SITE)] += 1
        if not (record["referrer"] or "").startswith(SITE):
            counted["source"][record["utm"]["source"] or record["referrer"] or "direct"] += 1
        counted["country"][record["location"]["country"]] += 1
        counted["device"][record["device"]["device_type"]] += 1
        counted["browser"][record["device"]["browser"]] += 1
    return counted


def headers(hit: Hit) -> dict[str, str]:
    """What the browser says of itself, and the edge of its address and place."""
    sender = hit.visitor
    return {
        "Content-Type": "text/plain",
        "Origin": SITE,
        "User-Agent": sender.agent.text,
        "CloudFront-Viewer-Address": f"{sender.address}:{1024 + int(sender.address) % 60_000}",
        "CloudFront-Viewer-Country": sender.city.country,
        "CloudFront-Viewer-Country-Region": sender.city.region,
        "CloudFront-Viewer-City": quote(sender.city.city),
    }


def body(hit: Hit) -> bytes:
    """The event as the browser client writes it."""
    return json.dumps({"bucket": BUCKET, **hit.fields, "timestamp": iso(hit.fields["timestamp"])}).encode()


def _plans(now: datetime, chance: random.Random, number: int) -> Iterator[Plan]:
    """Who visits today: members who come back, some who join, and strangers."""
    traffic, members = demo_traffic.load(), demo_days.back(now.date(), SEED)
    for _ in range(number):
        visitor, source = demo_visits.visitor(traffic, chance), demo_visits.one_of(traffic.sources, chance)
        if members and chance.random() < BACK:
            yield Plan(demo_days.member(traffic, members.pop(), SEED), source)
        elif chance.random() < JOINING:
            yield Plan(visitor, source, f"u-{chance.getrandbits(32):08x}", demo_visits.weighted(traffic.plans, chance))
        else:
            yield Plan(visitor, source)


def _post(host: str, port: int, hits: list[Hit]) -> Iterator[dict[str, Any]]:
    with _connected(host, port) as connection:
        for hit in hits:
            connection.request("POST", "/track", body(hit), headers(hit))
            response = connection.getresponse()
            answer = _answer(response.read())
            if response.status != 200:
                raise DemoError(f"The server refused an event: {answer.get('message', response.status)}")
            yield answer


def _answer(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise DemoError("What answers there is not Sluice; name the port of `make run`: make demo PORT=8001")
    return answer


@contextmanager
def _connected(host: str, port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(host, port, timeout=10)
    try:
        yield connection
    except (OSError, http.client.HTTPException) as error:
        raise DemoError(
            f"Nothing answers on {host}:{port} ({error}); start it with `make run`, then try again"
        ) from None
    finally:
        connection.close()
