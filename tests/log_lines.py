"""Hand-written lines of the service's log and of the dashboard's, and what the questions to the log answer of them, on paper."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any


def line(time: str, outcome: str, status: int, latency: float, **facts: Any) -> dict[str, Any]:
    """A request's line at this time of November 2026, like `09 10:00:05`."""
    day, clock = time.split()
    fixed = {"level": "INFO", "message": "request", "service": "sluice", "stage": "prod", "requestId": f"r-{clock}"}
    said = {"timestamp": f"2026-11-{day}T{clock}.000Z", "outcome": outcome, "statusCode": status, "latencyMs": latency}
    return {**fixed, **said, "route": "/track", "entry": facts.get("bucket", "none"), **facts}


SHOP, NEWS = {"bucket": "shop-analytics"}, {"bucket": "news-analytics"}
VIEW = {**SHOP, "eventName": "page_view"}
BATCH = {
    "eventName": "batch",
    "route": "/track/batch",
    "accepted": 3,
    "duplicate": 1,
    "sampled": 4,
    "rejected_InvalidField": 2,
}
STORE = {"reason": "StorageUnavailable", "cause": "AccessDenied"}
FIRST_DAY = (
    line("09 10:00:00", "accepted", 200, 10.0, **VIEW, sessionHash="s1", coldStart=True),
    line("09 10:00:01", "accepted", 200, 20.0, **VIEW, sessionHash="s1"),
    line("09 10:00:02", "duplicate", 200, 30.0, **VIEW, sessionHash="s2"),
    line("09 10:00:03", "batch", 200, 40.0, **SHOP, **BATCH),
    line("09 10:00:04", "accepted", 200, 400.0, **NEWS, eventName="click", sessionHash="s3"),
    line("09 10:00:05", "unavailable", 503, 50.0, **VIEW, **STORE),
    line("09 10:00:06", "rejected", 403, 1.0, reason="UnknownBucket"),
    line("09 10:00:07", "ok", 204, 0.5),
    line("09 10:00:08", "rejected", 429, 2.0, **SHOP, reason="TooManyEvents"),
)
SECOND_DAY = (
    line("10 00:00:00", "accepted", 200, 301.0, **VIEW, sessionHash="s4", coldStart=True),
    line("10 00:00:01", "fault", 500, 5.0),
    line("10 00:00:02", "dry_run", 200, 3.0),
    line("10 00:00:03", "ok", 200, 0.2, route="/tracker.js"),
)
_DOOR = {"level": "WARNING", "message": "sign_in_failed", "service": "sluice-dashboard", "way": "password"}
SIGN_INS = (
    {
        **_DOOR,
        "timestamp": "2026-11-09T08:00:00.000+00:00",
        "why": "wrong",
        "name": "ann",
        "address": "a",
        "failures": 1,
    },
    {
        **_DOOR,
        "timestamp": "2026-11-09T08:00:01.000+00:00",
        "why": "wrong",
        "name": "ann",
        "address": "b",
        "failures": 2,
    },
    {
        **_DOOR,
        "timestamp": "2026-11-10T08:00:00.000+00:00",
        "why": "crowded",
        "name": None,
        "address": "a",
        "failures": 9,
    },
)
# What else such a file has: what a server says at its start, a bug's line, a job's, and a line that was cut.
OTHERS = (
    "Sluice serves http://127.0.0.1:8000 (stage local, Ctrl-C ends it).",
    "",
    '  curl http://127.0.0.1:8000/track -d \'{"bucket": "demo-analytics"}\'',
    '{"level":"ERROR","message":"fault","timestamp":"2026-11-10T00:00:01.000Z","error":"ValueError","frames":[]}',
    '{"level":"INFO","message":"compact","timestamp":"2026-11-10T03:00:00.000Z","bucket":"shop-analytics","outcome":"done"}',
    '{"message":"request","timestamp":"2026-11-10T00:0',
)

# Prices that are easy to add up: a request a millionth of a dollar, a put ten, a second of 1,024 MB a thousandth.
PRICES = "request_price=1 put_price=10 gb_second_price=0.001 memory_mb=1024"
ANSWERS = (
    (
        "latency",
        "",
        "day requests p50_ms p95_ms p99_ms cold_starts",
        # 1, 2, 10, 20, 30, 40, 50, 400: the fourth of eight is the median.
        [("2026-11-09", 8, 20.0, 400.0, 400.0, 1), ("2026-11-10", 2, 5.0, 301.0, 301.0, 1)],
    ),
    (
        "outcomes",
        "",
        "day outcome status requests stored left_out",
        [
            ("2026-11-09", "accepted", 200, 3, 3, 0),
            ("2026-11-09", "batch", 200, 1, 3, 4),
            ("2026-11-09", "duplicate", 200, 1, 0, 0),
            ("2026-11-09", "ok", 204, 1, 0, 0),
            ("2026-11-09", "rejected", 403, 1, 0, 0),
            ("2026-11-09", "rejected", 429, 1, 0, 0),
            ("2026-11-09", "unavailable", 503, 1, 0, 0),
            ("2026-11-10", "accepted", 200, 1, 1, 0),
            ("2026-11-10", "dry_run", 200, 1, 0, 0),
            ("2026-11-10", "fault", 500, 1, 0, 0),
            ("2026-11-10", "ok", 200, 1, 0, 0),
        ],
    ),
    (
        "tenants",
        "",
        "bucket requests share stored duplicates sessions refused failed",
        [
            ("shop-analytics", 7, 70.0, 6, 2, 3, 1, 1),
            (None, 2, 20.0, 0, 0, 0, 1, 1),
            ("news-analytics", 1, 10.0, 1, 0, 1, 0, 0),
        ],
    ),
    (
        "tenants",
        "limit=1",
        "bucket requests share stored duplicates sessions refused failed",
        [("shop-analytics", 7, 70.0, 6, 2, 3, 1, 1)],
    ),
    (
        "event-names",
        "",
        "event requests stored sessions failed",
        [("page_view", 5, 3, 3, 1), ("batch", 1, 3, 0, 0), ("click", 1, 1, 1, 0)],
    ),
    (
        "refusals",
        "",
        "bucket reason requests batched_events",
        [
            ("shop-analytics", "StorageUnavailable", 1, 0),
            ("shop-analytics", "TooManyEvents", 1, 0),
            (None, "UnknownBucket", 1, 0),
            ("shop-analytics", "InvalidField", 0, 2),
        ],
    ),
    (
        "costs",
        PRICES,
        "bucket requests stored dollars dollars_per_thousand",
        # The shop: 7 requests, 5 puts, 453 ms: 0.000007 + 0.00005 + 0.000453, of six events.
        [
            ("shop-analytics", 7, 6, 0.00051, 0.085),
            ("news-analytics", 1, 1, 0.000411, 0.411),
            (None, 5, 0, 0.000015, None),
        ],
    ),
    (
        "error-budget",
        f"{PRICES} share=0.75 dollars_per_thousand=1",
        "day requests failed slow good budget_used dollars_per_thousand cost_used",
        # The 9th: two of eight are bad, which is all that may be. 9 requests, 5 puts, 553.5 ms: 0.0006125, of six events.
        [
            ("2026-11-09", 8, 1, 1, 75.0, 100.0, 0.102083, 10.2),
            ("2026-11-10", 2, 1, 1, 0.0, 400.0, 0.3232, 32.3),
        ],
    ),
    (
        "slowest",
        "limit=2",
        "logged latency_ms route outcome bucket event cold",
        [
            ("2026-11-09T10:00:04.000Z", 400.0, "/track", "accepted", "news-analytics", "click", False),
            ("2026-11-10T00:00:00.000Z", 301.0, "/track", "accepted", "shop-analytics", "page_view", True),
        ],
    ),
    (
        "sign-ins",
        "",
        "day way why name failed addresses in_a_row",
        [("2026-11-09", "password", "wrong", "ann", 2, 2, 2), ("2026-11-10", "password", "crowded", None, 1, 1, 9)],
    ),
)


def files(folder: Path) -> list[Path]:
    """The lines in two files: what was captured of a server, and a compressed one."""
    captured, compressed = folder / "it's captured.log", folder / "23.json.gz"
    written = [*map(json.dumps, (*FIRST_DAY[:5], *SIGN_INS))]
    captured.write_text("\n".join([*OTHERS[:3], *written, *OTHERS[3:]]))
    compressed.write_bytes(gzip.compress("\n".join(map(json.dumps, (*FIRST_DAY[5:], *SECOND_DAY))).encode()))
    return [captured, compressed]
