"""CloudFront's log files as tests write them: lines of 33 fields, gzip, and the names that CloudFront gives."""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from chalicelib.access_logs.fields import HEADER, NAMES

DISTRIBUTION = "E1ABC2DEF3GHIJ"
SITE = "shop.example"
# What a field says where a test says nothing else of it.
USUAL = {
    **{"x-edge-location": "YTO50-C1", "sc-bytes": "1024", "c-ip": "192.0.2.7", "cs-method": "GET"},
    **{"cs(Host)": "d111111abcdef8.cloudfront.net", "cs-uri-stem": "/", "sc-status": "200"},
    **{"cs(User-Agent)": "Mozilla/5.0%20(X11)", "x-edge-result-type": "Hit", "x-edge-request-id": "AbC=="},
    **{"x-host-header": SITE, "cs-protocol": "https", "cs-bytes": "400", "time-taken": "0.010"},
    **{"ssl-protocol": "TLSv1.3", "ssl-cipher": "TLS_AES_128_GCM_SHA256", "x-edge-response-result-type": "Hit"},
    **{"cs-protocol-version": "HTTP/2.0", "c-port": "50100", "time-to-first-byte": "0.009"},
    **{"x-edge-detailed-result-type": "Hit", "sc-content-type": "text/html", "sc-content-len": "900"},
}


def line(at: datetime, given: Mapping[str, str]) -> str:
    """A request's line."""
    said = {**USUAL, "date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M:%S}", **given}
    assert said.keys() <= set(NAMES)
    return "\t".join(said.get(name, "-") for name in NAMES) + "\n"


def packed(lines: Iterable[str]) -> bytes:
    return gzip.compress((HEADER + "".join(lines)).encode(), mtime=0)


def name(hour: datetime, distribution: str = DISTRIBUTION, part: str = "") -> str:
    """What CloudFront calls the file of this hour."""
    digest = sha256(f"{distribution} {hour} {part}".encode()).hexdigest()[:8]
    return f"{distribution}.{hour:%Y-%m-%d-%H}.{digest}.gz"


def write(folder: Path, lines: Iterable[tuple[datetime, Mapping[str, str]]], distribution: str = DISTRIBUTION) -> int:
    """Put these requests into a file for each hour, and say how many files."""
    hours: dict[datetime, list[str]] = defaultdict(list)
    for at, given in lines:
        hours[at.replace(minute=0, second=0, microsecond=0)].append(line(at, given))
    folder.mkdir(parents=True, exist_ok=True)
    for hour, texts in hours.items():
        (folder / name(hour, distribution)).write_bytes(packed(texts))
    return len(hours)


def escaped(text: str) -> str:
    """As CloudFront writes what a client sent: blanks, quotes, controls and what is not ASCII."""
    return re.sub(r"[^!$&-;=?-Z_a-z~]", lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)
