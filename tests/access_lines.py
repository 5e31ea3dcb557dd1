"""A tenant's access log, written by hand, and what each question answers of it, worked out on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from chalicelib.access_logs import files
from chalicelib.access_logs.fields import FIELDS, NAMES
from chalicelib.access_logs.requests import TYPES
from sluice.mirror import access
from tests import cloudfront

GOOGLE, NEWS = "https://www.google.com", "http://news.example:8080"
# When, the path, the status, the address's hash, the rest.
Request = tuple[str, str, str, str, dict[str, str]]
_REQUESTS: tuple[Request, ...] = (
    ("09 10:00:00", "/", "200", "a1", {"cs(Referer)": GOOGLE, "time-taken": "0.010", "sc-bytes": "1000"}),
    ("09 10:00:01", "/style.css", "200", "a1", {"cs(Referer)": "https://shop.example/", "time-taken": "0.020"}),
    ("09 10:00:09", "/bags", "200", "a1", {"cs(Referer)": "https://www.shop.example/", "time-taken": "0.030"}),
    ("09 23:59:59", "/", "304", "b1", {"cs(Referer)": NEWS, "time-taken": "0.040", "sc-bytes": "200"}),
    (
        "10 00:00:00",
        "/",
        "200",
        "b2",
        {"cs(Referer)": f"{GOOGLE}/x", "x-edge-result-type": "Miss", "time-taken": "1.5"},
    ),
    ("10 08:00:00", "/Photo.JPEG", "200", "b2", {"x-edge-result-type": "Miss", "x-edge-location": "FRA56-P4"}),
    ("10 08:00:01", "/wp-login.php", "404", "c2", {"x-edge-result-type": "Error", "cs-protocol-version": "HTTP/1.1"}),
    ("10 08:00:02", "/wp-login.php", "404", "-", {"x-edge-result-type": "Error", "cs-protocol-version": "HTTP/1.1"}),
    ("10 08:00:03", "/bags", "502", "c2", {"x-edge-result-type": "Error", "x-edge-location": "FRA56-P4"}),
    ("10 08:00:04", "/bags", "200", "c2", {"cs-method": "HEAD", "sc-bytes": "-", "time-taken": "-"}),
    # A day after what is asked for.
    ("19 08:00:00", "/", "200", "d3", {}),
)
# A question, its parameters, the names of its columns, and its answer.
ANSWERS: tuple[tuple[str, str, str, list[tuple[Any, ...]]], ...] = (
    ("access-pages", "", "page hits addresses share", [("/", 3, 3, 75.0), ("/bags", 1, 1, 25.0)]),
    ("access-pages", "limit=1", "page hits addresses share", [("/", 3, 3, 75.0)]),
    (
        "access-days",
        "",
        "day requests page_hits addresses bytes",
        [("2026-11-09", 4, 3, 2, 3248), ("2026-11-10", 6, 1, 2, 5120)],
    ),
    (
        "access-cache",
        "",
        "result requests share bytes",
        [("Hit", 5, 50.0, 3248), ("Error", 3, 30.0, 3072), ("Miss", 2, 20.0, 2048)],
    ),
    (
        "access-statuses",
        "",
        "status requests share",
        [(200, 6, 60.0), (404, 2, 20.0), (304, 1, 10.0), (502, 1, 10.0)],
    ),
    ("access-sources", "", "source hits share", [("google.com", 2, 66.7), ("news.example", 1, 33.3)]),
    ("access-protocols", "", "version requests share", [("HTTP/2.0", 8, 80.0), ("HTTP/1.1", 2, 20.0)]),
    (
        "access-edges",
        "",
        "edge requests mean_ms p95_ms",
        # 10, 10, 10, 20, 30, 40 and 1500 of seven that have a time: 95 of 100 is the last.
        [("YTO50-C1", 8, 231.4, 1500), ("FRA56-P4", 2, 10.0, 10)],
    ),
    (
        "access-errors",
        "",
        "path status requests addresses",
        [("/wp-login.php", 404, 2, 1), ("/bags", 502, 1, 1)],
    ),
)


def write(bucket: Path, requests: Iterable[Request] = _REQUESTS) -> None:
    """Put these requests into the bucket's folder as `sluice access sync` would, a file for each hour."""
    hours: dict[datetime, list[str]] = defaultdict(list)
    for at, stem, status, address, others in requests:
        moment = _moment(at)
        said = {"cs-uri-stem": stem, "sc-status": status, "c-ip": address, **others}
        hours[moment.replace(minute=0, second=0)].append(cloudfront.line(moment, said))
    for hour, lines in hours.items():
        file = files.read(cloudfront.name(hour))
        assert file is not None
        path = bucket / file.key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cloudfront.packed(lines))


def _moment(at: str) -> datetime:
    return datetime.strptime(f"2026-11-{at}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def _rows(requests: Iterable[Request]) -> Iterator[tuple[str, ...]]:
    for at, stem, status, address, others in requests:
        moment = _moment(at)
        given = {"cs-uri-stem": stem, "sc-status": status, "c-ip": address, **others}
        values = cloudfront.line(moment, given).rstrip("\n").split("\t")
        file = files.read(cloudfront.name(moment))
        assert file is not None
        yield (*values, *(part.partition("=")[2] for part in file.key.split("/")[1:4]), f"{moment:%Y-%m-%d}")


def fill(connection: duckdb.DuckDBPyConnection, requests: Iterable[Request] = _REQUESTS) -> None:
    """Make the table `access` of these lines, with the columns that questions find in a lake."""
    connection.execute(f"CREATE TABLE access AS {access.view(())}")
    marks = [f"TRY_CAST(? AS {TYPES[field.column]})" for field in FIELDS] + ["?"] * 4
    for row in _rows(requests):
        assert len(row) == len(NAMES) + 4
        connection.execute(f"INSERT INTO access VALUES ({', '.join(marks)})", row)
