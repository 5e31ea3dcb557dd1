"""The most expensive texts that anybody may send: bodies of 16 KiB, batches of 256 KiB, and logs; milliseconds of CPU."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from bench import processes, traffic
from bench.tables import Row

BODY, BODY_TARGET = 16 * 1024, 15
BATCH, BATCH_TARGET = 256 * 1024, 240
TEXT = 1900  # characters of a field, of the 2,000 that may be
IMPORT_TARGET = 20  # MB a second
TRIES = 3
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

# What redaction looks at, one at a time: digits, escapes, what has no width, email addresses, tokens, IP addresses.
SHAPES = [
    *("400.", "333 ", "444-", "1", "1.", "1.1.1.", "41", "4111 1111 1111 1111 ", "4111111111111111", "١", "12 "),
    *("%", "%40", "%41a", "%2541a", "%25", "%2525252540", "%D0%9Fa", "%u0040", "%ff", "&", "&#64;", "&amp;#64;", "&#"),
    *("\\", "\\\\a", "\\n", "\\u0040", "\x7f", "\n", "\xad", "\u200b", "＠", "é", "²", "．"),
    *(
        "@",
        "a@",
        "@b.c",
        "@a.a",
        "@1.1",
        "a@b.c ",
        "a@b.c%2C",
        "a" * 64 + "@",
        '"',
        '"@',
        '"a@a.b',
        '"x y"@b.c ',
        '"a\\"',
    ),
    *("a@[1:2:3] ", "ey", "eyJ", "eyJhbGciOiJI", "eyJhbGciOiJI.", "eyJhbGciOiJI.aaaaa ", ".", "-", "_", "a", " ", "/"),
    *("1.2.3.4 ", "version 1.2.3.4 ", "version", "v", "::", "a::b ", "1:2:3:4:5:6:7:", "1:", ":"),
    *("400%2E\xad", "333 \x7f", "%3333 ", "&utm_a="),
    # The worst that two searches with hypothesis' target found in 17 minutes, for steps and for seconds.
    '1400.\\& @400."x y"@b.c @eyJhbGciOiJI.aaaaa -ea\x7f@400.400.%2525252540',
    "400.400.400.400.400.333 400.;\x7f.%u0040333 400.400.",
    'é333 \x7fn."\x7fn."\x7fa 1%\xad333 %2525252540"',
    '400.444-400.4111 1111 1111 1111 444-＠400.14111 1111 1111 1111 version 1.2.3.4 1400.\\& @400."x y"@b.c '
    "@eyJhbGciOiJI.aaaaa -ea\x7f@400.400.%2525252540@:: ",
]


def run() -> list[Row]:
    environment = {"STORE": "dir:/nowhere", "ALLOWED_BUCKETS": "*-analytics", "KEEP_QUERY": "a"}
    measured = processes.measure("bench.hostile", "milliseconds", environment)
    return [*(_shape_row(*one) for one in measured), *_import_rows()]


def _shape_row(shape: str, body: float, batch: float) -> Row:
    is_met = body <= BODY_TARGET and batch <= BATCH_TARGET
    target = f"<= {BODY_TARGET} ms; {BATCH_TARGET} ms"
    return Row(repr(shape)[:30], f"{body:.1f} ms", f"batch {batch:.0f} ms", "", target, is_met)


def milliseconds() -> list[tuple[str, float, float]]:
    """Each shape with the milliseconds of the worst body and of the worst batch that it fills."""
    return [(shape, _worst(_bodies(shape)), _worst(_batches(shape))) for shape in SHAPES]


def filled(shape: str, length: int) -> str:
    """The shape again and again, to this length."""
    return (shape * (length // len(shape) + 1))[:length]


def _bodies(shape: str) -> list[dict[str, Any]]:
    """All in its fields, or all in short strings of its metadata."""
    short = _event(0, {"metadata": {"a": []}})
    size = _size([shape]) - 1
    short["metadata"]["a"] = [shape] * ((BODY - _size(short)) // size)
    return [_event(0, _fields(shape, "", BODY - 300)), short]


def _batches(shape: str) -> list[dict[str, Any]]:
    """One of events that are as long as may be, one of a hundred whose user agents all differ."""
    room = BATCH - 100
    long = [_event(number, _fields(shape, f"{number:03}", BODY - 300)) for number in range(BATCH // BODY)]
    agents = [_event(number, {"userAgent": f"{number:03}{filled(shape, TEXT)}"}) for number in range(100)]
    return [{"bucket": traffic.BUCKET, "events": _within(events, room)} for events in (long, agents)]


def _within(events: list[dict[str, Any]], room: int) -> list[dict[str, Any]]:
    return events[: room // max(_size(event) + 1 for event in events)]


def _event(number: int, fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "bucket": traffic.BUCKET,
        "eventType": "x",
        "eventId": f"{number:016}",
        "timestamp": NOW.isoformat(),
        **fields,
    }


def _fields(shape: str, tag: str, room: int) -> dict[str, Any]:
    """As many fields full of the shape, and then as many strings of metadata, as there is room for."""
    names = ("page", "referrer", "userAgent", "sessionId", "userId", "fromWebsite")
    text = tag + filled(shape, TEXT - len(tag) - 4)
    sent: dict[str, Any] = {name: f"/?a={text}" if name in ("page", "referrer") else text for name in names}
    while _size(sent) > room:
        sent.popitem()
    more = max(0, room - _size(sent) - 30) // (_size(text) + 1)
    return {**sent, "metadata": {"a": [text] * more}}


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _size(value: Any) -> int:
    return len(_encoded(value))


def _worst(sent: list[dict[str, Any]]) -> float:
    from chalicelib import settings
    from chalicelib.tracking.geo import EdgeHeaders
    from chalicelib.tracking.ingest import Ingest, Request
    from chalicelib.tracking.salts import MemorySalts

    path = Ingest(settings.load(), _Nowhere(), MemorySalts(), EdgeHeaders())
    times = []
    for one in sent:
        take = path.track_batch if "events" in one else path.track
        request = Request(_encoded(one), {"user-agent": "x"}, "192.0.2.1", NOW)
        times.append(min(_spent(take, request) for _ in range(TRIES)))
    return max(times)


def _spent(take: Callable[[Any], Any], request: Any) -> float:
    from chalicelib.tracking import devices

    devices.read.cache_clear()
    devices.library.cache_clear()
    started = process_time()
    taken = take(request)
    spent = 1000 * (process_time() - started)
    assert not getattr(taken.receipt, "rejected", None), taken
    return spent


class _Nowhere:
    """A store that keeps nothing."""

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Any:
        from chalicelib.tracking.stores import Put

        return Put.NEW


def _import_rows() -> list[Row]:
    logs = {
        "log of line feeds, gzipped": (gzip.compress(b"\n" * 10_000_000), 10.0),
        "log of lines of 100 characters": ((b"x" * 99 + b"\n") * 100_000, 10.0),
        "log of one line": (b"x" * 50_000_000, 50.0),
        "log of lines that are too long": ((b"\\n" * 100_000 + b"\n") * 100, 20.0),
    }
    rows = [_import_row(name, _rate(log, size), IMPORT_TARGET) for name, (log, size) in logs.items()]
    for shape in ("tent ", "400."):
        log = b"".join(_line(number, shape) for number in range(300))
        rows.append(_import_row(f"log of events of 6 KB of {shape!r}", _rate(log, len(log) / 1e6)))
    return rows


def _import_row(name: str, rate: float, target: int | None = None) -> Row:
    return Row(
        name, f"{rate:.1f} MB/s", target=f">= {target} MB/s" if target else "", ok=rate >= target if target else None
    )


def _rate(log: bytes, megabytes: float) -> float:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "access.log"
        path.write_bytes(log)
        environment = {"ALLOWED_BUCKETS": "*-analytics", "STORE": f"dir:{folder}/store"}
        return megabytes / float(processes.measure("bench.hostile", "import_seconds", environment, str(path)))


def import_seconds(path: str) -> float:
    """Seconds of CPU that an import of this log takes."""
    from chalicelib import settings
    from sluice.imports import importer

    started = process_time()
    importer.import_logs([path], traffic.BUCKET, settings.load(), format="combined")
    return process_time() - started


def _line(number: int, shape: str) -> bytes:
    """A line of the combined format whose page, referrer and user agent are as long as an event's may be."""
    page, agent = filled(shape.replace(" ", "/"), TEXT), filled(shape, TEXT)
    begins = f'{traffic.address(number)} - - [01/Mar/2026:12:00:{number % 60:02} +0000] "GET /{page} HTTP/1.1" 200 9'
    return f'{begins} "/{page}" "{number} {agent}"\n'.encode()
