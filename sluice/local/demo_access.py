"""The access logs of the demo's past, as CloudFront has them: its visits, people with a blocker, and programs."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote, urlsplit

from chalicelib import allowlist
from chalicelib.access_logs import cleaning, files
from chalicelib.access_logs.cleaning import Rules
from chalicelib.access_logs.fields import HEADER, NAMES, NOTHING
from chalicelib.tracking.salts import Salts
from chalicelib.tracking.salts import of as salt_of
from sluice.local import demo_traffic, demo_visits
from sluice.local.demo_visits import SITE, Hit

DISTRIBUTION = "E1DEMO2SHOP3"
# Shares: of people who block the script, and of page views that come from the browser's cache.
BLOCKING, CACHED = 0.16, 0.07
# Who asks without a script, and how often a day.
PROGRAMS = (
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot", 14),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0; +Claude-User@anthropic.com)", 6),
    ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.3; +https://openai.com/gptbot", 22),
    ("Mozilla/5.0 (compatible; Bytespider; spider-feedback@bytedance.com)", 9),
    ("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", 8),
    ("curl/8.14.1", 3),
)
# What else is asked for: a path, its status and bytes, and how often a day.
OTHERS = (
    ("/shop.css", 200, 6_100, 90),
    ("/shop.js", 200, 9_800, 90),
    ("/old-shop", 301, 320, 8),
    ("/wp-login.php", 404, 910, 11),
    ("/cart/total", 502, 640, 1),
)
EDGES = (("YTO50-C1", 12), ("FRA56-P4", 28), ("SIN52-C3", 95))
UNESCAPED = "!$&'()*+,/:;=?@"


def file(bucket: str, day: date, visits: Iterable[list[Hit]], salts: Salts, seed: int) -> tuple[str, bytes]:
    """The key and the bytes of the day's file, cleaned; the visits are those that arrived on the day."""
    noon = datetime.combine(day, time(12), UTC)
    named = files.read(f"{DISTRIBUTION}.{noon:%Y-%m-%d-%H}.{seed:08x}.gz")
    assert named is not None
    lines = sorted(_lines(day, visits, random.Random(f"{seed} {day} access")))
    rules = Rules(lambda of: salt_of(salts, of, allowlist.UTC, bucket, noon), UTC, (), ())
    packed = gzip.compress((HEADER + "".join(lines)).encode(), mtime=0)
    return named.key, cleaning.cleaned(packed, rules).body


def line(at: datetime, given: Mapping[str, str], chance: random.Random) -> str:
    """A request's line; what is not given is usual, or chance's."""
    edge, near = chance.choices(EDGES, (6, 3, 1))[0]
    failed = int(given.get("sc-status", 200)) >= 400
    result = "Error" if failed else chance.choices(("Hit", "Miss", "RefreshHit"), (7, 2, 1))[0]
    taken = (near + chance.randrange(20) + (180 if result == "Miss" else 0)) / 1000
    said = {
        **{"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M:%S}", "x-edge-location": edge, "sc-bytes": "16000"},
        **{"cs-method": "GET", "sc-status": "200", "x-host-header": urlsplit(SITE).netloc},
        **{"x-edge-result-type": result, "time-taken": f"{taken:.3f}"},
        **{"cs-protocol-version": chance.choices(("HTTP/2.0", "HTTP/3.0", "HTTP/1.1"), (6, 3, 1))[0]},
        **given,
    }
    return "\t".join(said.get(name, NOTHING) for name in NAMES) + "\n"


def escaped(text: str) -> str:
    """What a client sent, as CloudFront writes it."""
    return quote(text, UNESCAPED)


def _lines(day: date, visits: Iterable[list[Hit]], chance: random.Random) -> Iterator[str]:
    number = 0
    for hits in visits:
        views = [
            hit for hit in hits if hit.fields["eventType"] == "page_view" and hit.fields["timestamp"].date() == day
        ]
        number += bool(views)
        for hit in views:
            if chance.random() >= CACHED:
                sent, by = hit.fields, hit.visitor
                said = {"cs(Referer)": escaped(sent.get("referrer") or NOTHING)}
                yield _asked(sent["timestamp"], sent["page"], str(by.address), by.agent.text, chance, said)
    yield from _blocking(day, round(number * BLOCKING), chance)
    for text, often in PROGRAMS:
        for _ in range(chance.randrange(often // 2, often * 2)):
            address = f"203.0.113.{chance.randrange(1, 200)}"
            yield _asked(_at(day, chance), _page(chance), address, text, chance)
    for path, status, size, often in OTHERS:
        for _ in range(chance.randrange(often // 2, often * 2)):
            visitor = demo_visits.visitor(demo_traffic.load(), chance)
            said = {"sc-status": str(status), "sc-bytes": str(size), "cs-uri-stem": path, "c-ip": str(visitor.address)}
            yield line(_at(day, chance), {**said, "cs(User-Agent)": escaped(visitor.agent.text)}, chance)


def _blocking(day: date, number: int, chance: random.Random) -> Iterator[str]:
    """People whose script is blocked: each asks for a few pages."""
    for _ in range(number):
        visitor, at = demo_visits.visitor(demo_traffic.load(), chance), _at(day, chance)
        for _ in range(chance.randrange(1, 5)):
            yield _asked(at, _page(chance), str(visitor.address), visitor.agent.text, chance)


def _asked(
    at: datetime, page: str, address: str, text: str, chance: random.Random, given: Mapping[str, str] | None = None
) -> str:
    said = {"cs-uri-stem": urlsplit(page).path, "c-ip": address, "cs(User-Agent)": escaped(text)}
    size = str(chance.randrange(9_000, 26_000))
    return line(at, {**said, "sc-bytes": size, "sc-content-type": "text/html", **(given or {})}, chance)


def _page(chance: random.Random) -> str:
    return SITE + demo_visits.weighted({page.path: page.entry for page in demo_traffic.load().pages}, chance)


def _at(day: date, chance: random.Random) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(seconds=chance.randrange(86_400))
