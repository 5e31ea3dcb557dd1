"""The access logs of the sample's shop, the same at every run: docs/querying.md shows what they answer."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from chalicelib.access_logs import cleaning, files
from chalicelib.access_logs.fields import HEADER, NAMES
from chalicelib.access_logs.moving import Tenant
from chalicelib.allowlist import Entry
from chalicelib.lake.objects import FolderObjects
from chalicelib.tracking.salts import Salts

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
_EDGES = (("YTO50-C1", 12), ("FRA56-P4", 28), ("SIN52-C3", 95))
_FROM = (
    "-",
    "-",
    "https://www.google.com/",
    "https://news.ycombinator.com/item?id=1",
    f"https://{HOST}/",
    "https://t.co/",
)


def write(root: Path, bucket: str, days: tuple[date, date], salts: Salts, seed: int) -> None:
    """Put CloudFront's files of these days, cleaned, into the bucket's folder of this store."""
    chance, entry = random.Random(seed), Entry(bucket, distributions=frozenset({DISTRIBUTION}))
    tenant = Tenant(bucket, entry, FolderObjects(root / bucket), salts, frozenset())
    for day in (days[0] + timedelta(number) for number in range((days[1] - days[0]).days + 1)):
        noon = datetime.combine(day, time(12), UTC)
        file = files.read(f"{DISTRIBUTION}.{noon:%Y-%m-%d-%H}.{day:%m%d}aaaa.gz")
        assert file is not None
        packed = gzip.compress((HEADER + "".join(_lines(noon, chance))).encode(), mtime=0)
        place = root / bucket / file.key
        place.parent.mkdir(parents=True)
        place.write_bytes(cleaning.cleaned(packed, tenant.rules(noon)).body)


def _lines(hour: datetime, chance: random.Random) -> Iterator[str]:
    for _ in range(REQUESTS):
        at = hour + timedelta(seconds=chance.randrange(3600))
        ((stem, status, size, _),) = chance.choices(_ASKED, [one[3] for one in _ASKED])
        edge, near = chance.choices(_EDGES, (6, 3, 1))[0]
        result = "Error" if status >= 400 else chance.choices(("Hit", "Miss", "RefreshHit"), (7, 2, 1))[0]
        taken = (near + chance.randrange(20) + (180 if result == "Miss" else 0)) / 1000
        said = {
            **{"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M:%S}", "x-edge-location": edge, "sc-bytes": str(size)},
            **{"c-ip": f"198.51.100.{chance.randrange(1, 60)}", "cs-method": "GET", "x-host-header": HOST},
            **{"cs-uri-stem": stem, "sc-status": str(status), "cs(Referer)": chance.choice(_FROM)},
            **{"x-edge-result-type": result, "time-taken": f"{taken:.3f}"},
            **{"cs-protocol-version": chance.choices(("HTTP/2.0", "HTTP/3.0", "HTTP/1.1"), (6, 3, 1))[0]},
        }
        yield "\t".join(said.get(name, "-") for name in NAMES) + "\n"
