"""The access logs of the sample's shop, the same at every run: docs/querying.md shows what they answer.

They have the page views of its visits, but for those that came from the browser's cache, and what no script saw.
"""

from __future__ import annotations

import gzip
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from chalicelib.access_logs import cleaning, files
from chalicelib.access_logs.fields import HEADER
from chalicelib.access_logs.moving import Tenant
from chalicelib.allowlist import Entry
from chalicelib.lake.objects import FolderObjects
from chalicelib.tracking.salts import Salts
from docs.build.sample_visits import CRAWLERS, USER_AGENTS, Hit
from sluice.local import demo_access

DISTRIBUTION = "E1ABC2DEF3GHIJ"
REQUESTS = 120  # of a day
HOST = "shop.example"
# What is asked for, how often, with which status and how many bytes.
_ASKED = (
    ("/", 200, 14_200, 9),
    ("/journal/how-we-sew", 200, 22_800, 4),
    ("/bags/day-pack", 200, 18_400, 6),
    ("/style.css", 200, 6_100, 8),
    ("/old-shop", 301, 320, 1),
    ("/wp-login.php", 404, 910, 2),
    ("/checkout", 502, 640, 1),
)
# Who asks where no script runs, and how often: people with a blocker, crawlers, an assistant, a program.
_CHATGPT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot"
_AGENTS = (
    *((agent, 1) for agent in USER_AGENTS[:3]),
    *zip(CRAWLERS, (6, 5, 3, 2, 2), strict=True),
    (_CHATGPT, 2),
)
# The share of visits' page views that ask for nothing.
_CACHED = 0.08
_FROM = (
    "-",
    "-",
    "https://www.google.com/",
    "https://news.ycombinator.com/item?id=1",
    f"https://{HOST}/",
    "https://t.co/",
)


def write(root: Path, bucket: str, days: tuple[date, date], salts: Salts, seed: int, hits: Iterable[Hit]) -> None:
    """Put CloudFront's files of these days, cleaned, into the bucket's folder of this store; `hits` are the visits' events."""
    seen = _by_day(bucket, hits)
    chance, entry = random.Random(seed), Entry(bucket, distributions=frozenset({DISTRIBUTION}))
    tenant = Tenant(bucket, entry, FolderObjects(root / bucket), salts, frozenset())
    for day in (days[0] + timedelta(number) for number in range((days[1] - days[0]).days + 1)):
        noon = datetime.combine(day, time(12), UTC)
        file = files.read(f"{DISTRIBUTION}.{noon:%Y-%m-%d-%H}.{day:%m%d}aaaa.gz")
        assert file is not None
        packed = gzip.compress((HEADER + "".join((*_lines(noon, chance), *_seen(seen[day], chance)))).encode(), mtime=0)
        place = root / bucket / file.key
        place.parent.mkdir(parents=True)
        place.write_bytes(cleaning.cleaned(packed, tenant.rules(noon)).body)


def _by_day(bucket: str, hits: Iterable[Hit]) -> Mapping[date, list[Hit]]:
    """The page views of people in this bucket, by their days."""
    found: dict[date, list[Hit]] = defaultdict(list)
    for hit in hits:
        if hit.body["bucket"] == bucket and hit.body["eventType"] == "page_view":
            found[datetime.fromisoformat(hit.body["timestamp"]).date()].append(hit)
    return found


def _seen(hits: Iterable[Hit], chance: random.Random) -> Iterator[str]:
    """The requests of these page views."""
    for hit in hits:
        if chance.random() < _CACHED:
            continue
        address, agent = hit.headers["CloudFront-Viewer-Address"].rpartition(":")[0], hit.headers["User-Agent"]
        stem = urlsplit(hit.body["page"]).path
        at = datetime.fromisoformat(hit.body["timestamp"])
        yield demo_access.line(
            at, {"c-ip": address, "cs-uri-stem": stem, "cs(User-Agent)": demo_access.escaped(agent)}, chance
        )


def _lines(hour: datetime, chance: random.Random) -> Iterator[str]:
    """What no script saw."""
    for _ in range(REQUESTS):
        at = hour + timedelta(seconds=chance.randrange(3600))
        ((stem, status, size, _),) = chance.choices(_ASKED, [one[3] for one in _ASKED])
        ((agent, _),) = chance.choices(_AGENTS, [one[1] for one in _AGENTS])
        said = {
            **{"sc-bytes": str(size), "c-ip": f"198.51.100.{chance.randrange(1, 60)}", "cs-uri-stem": stem},
            **{
                "sc-status": str(status),
                "cs(User-Agent)": demo_access.escaped(agent),
                "cs(Referer)": chance.choice(_FROM),
            },
        }
        yield demo_access.line(at, said, chance)
