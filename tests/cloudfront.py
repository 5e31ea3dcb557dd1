"""CloudFront's log files as tests write them: lines of 33 fields, gzip, and the names that CloudFront gives."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import duckdb

from chalicelib.access_logs.fields import FIELDS, HEADER, NAMES

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


def record(at: datetime, given: Mapping[str, str]) -> dict[str, str]:
    """A request as standard logging v2 writes it in JSON: the fields that it has, by the names of the legacy header."""
    values = dict(zip(NAMES, line(at, given).rstrip("\n").split("\t"), strict=True))
    return {name: value for name, value in values.items() if value != "-"}


def of_json(found: Iterable[tuple[datetime, Mapping[str, str]]], *, is_packed: bool = True) -> bytes:
    """Requests as a file of JSON lines."""
    text = "".join(json.dumps(record(*one)) + "\n" for one in found).encode()
    return gzip.compress(text, mtime=0) if is_packed else text


def of_parquet(found: Iterable[tuple[datetime, Mapping[str, str]]], folder: Path) -> bytes:
    """Requests as a file of Parquet, whose columns are text and in lower case, with _ for what no column's name has."""
    lines, path = folder / "lines.json", folder / "made.parquet"
    names = [field.column for field in FIELDS]
    given = (dict(zip(names, line(*one).rstrip("\n").split("\t"), strict=True)) for one in found)
    lines.write_text("".join(json.dumps(one) + "\n" for one in given))
    typed = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    duckdb.sql(
        f"COPY (FROM read_json('{lines}', format = 'newline_delimited', columns = {{{typed}}})) TO '{path}' (FORMAT parquet)"
    )
    made = path.read_bytes()
    lines.unlink()
    path.unlink()
    return made


def write_v2(folder: Path, found: Iterable[tuple[datetime, Mapping[str, str]]], form: str) -> int:
    """Put these requests into v2's partitions, a file for each hour, and say how many files: `json`, `plain`, or `parquet`."""
    hours: dict[datetime, list[tuple[datetime, Mapping[str, str]]]] = defaultdict(list)
    for at, given in found:
        hours[at.replace(minute=0, second=0, microsecond=0)].append((at, given))
    for hour, some in hours.items():
        place = folder / f"AWSLogs/111122223333/CloudFront/{DISTRIBUTION}/{hour:%Y/%m/%d/%H}"
        place.mkdir(parents=True)
        stem = name(hour).removesuffix(".gz")
        if form == "parquet":
            (place / f"{stem}.parquet").write_bytes(of_parquet(some, place))
        else:
            (place / (f"{stem}.gz" if form == "json" else f"{stem}.json")).write_bytes(
                of_json(some, is_packed=form == "json")
            )
    return len(hours)
