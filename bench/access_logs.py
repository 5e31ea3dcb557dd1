"""4,000,000 lines of access logs through one worker of the mover, in files of 100,000: lines a second, and peak memory.

The reference unpacks, splits and packs the same files. Both are by the processor's time, because the run takes minutes.
`LINES=400000` is a quick one.
"""

from __future__ import annotations

import gzip
import os
import zlib
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha512
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from bench import processes, traffic
from bench.imports import MEMORY
from bench.tables import Row
from chalicelib.access_logs.fields import HEADER, NAMES

LINES = int(os.environ.get("LINES", "4_000_000"))
OF_FILE = 100_000
FEW = 2  # files after which the worker's memory is looked at first
TARGET_RATIO, TARGET_MB, FLAT = 8.0, 300, 1.10
DISTRIBUTION = "E1ABC2DEF3GHIJ"
START = datetime(2026, 11, 9, tzinfo=UTC)
USUAL = {
    **{"x-edge-location": "YTO50-C1", "cs-method": "GET", "cs(Host)": "d111111abcdef8.cloudfront.net"},
    **{"sc-status": "200", "cs(Referer)": "https://www.example.org/search", "x-edge-result-type": "Hit"},
    **{"x-host-header": "shop.example", "cs-protocol": "https", "cs-bytes": "400", "time-taken": "0.010"},
    **{"ssl-protocol": "TLSv1.3", "ssl-cipher": "TLS_AES_128_GCM_SHA256", "x-edge-response-result-type": "Hit"},
    **{"cs-protocol-version": "HTTP/2.0", "time-to-first-byte": "0.009", "x-edge-detailed-result-type": "Hit"},
    **{"sc-content-type": "text/html", "sc-content-len": "900", "sc-range-start": "-", "sc-range-end": "-"},
}


def run() -> list[Row]:
    with TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        source = Path(folder) / "file.gz"
        source.write_bytes(_packed(OF_FILE))
        files = max(FEW, LINES // OF_FILE)
        bare = processes.measure("bench.access_logs", "of_bare", {}, str(source))
        environment = {"ALLOWED_BUCKETS": traffic.BUCKET, "STORE": f"dir:{folder}"}
        rate, few, all_ = processes.measure("bench.access_logs", "of_mover", environment, folder, files)
    ratio, grown = bare / rate, all_ / few
    lines = files * OF_FILE
    return [
        Row(
            f"moving {lines:,} lines",
            f"{rate:,.0f} lines/s",
            f"unpacked, split, packed {bare:,.0f}/s",
            f"1/{ratio:.1f}",
            f">= 1/{TARGET_RATIO:.0f}",
            ratio <= TARGET_RATIO,
        ),
        Row("its peak memory", f"{all_:.0f} MB", "", "", f"<= {TARGET_MB} MB", all_ <= TARGET_MB),
        Row(
            f"after {FEW * OF_FILE:,} lines",
            f"{few:.0f} MB",
            "",
            f"{grown:.2f} times that at the end",
            f"<= {FLAT:.2f}",
            grown <= FLAT,
        ),
    ]


def of_bare(source: str) -> float:
    """Lines a second of the file unpacked, split at its tabs and packed again."""
    packed = Path(source).read_bytes()
    started = process_time()
    lines = gzip.decompress(packed).decode().splitlines(keepends=True)
    gzip.compress("".join("\t".join(line.split("\t")) for line in lines).encode(), mtime=0)
    return OF_FILE / (process_time() - started)


def of_mover(folder: str, files: int) -> tuple[float, float, float]:
    """Lines a second of one worker that moves so many files, and its peak megabytes after a few and after all."""
    from bench.memory import peak_mb
    from chalicelib.access_logs import moving
    from chalicelib.access_logs.sources import FolderSource
    from chalicelib.allowlist import Entry
    from chalicelib.lake.objects import FolderObjects
    from chalicelib.tracking.salts import MemorySalts

    packed, inbox = (Path(folder) / "file.gz").read_bytes(), Path(folder) / "inbox"
    inbox.mkdir()
    entry = Entry(traffic.BUCKET, distributions=frozenset({DISTRIBUTION}))
    objects = FolderObjects(Path(folder) / "bucket")
    tenant = moving.Tenant(traffic.BUCKET, entry, objects, MemorySalts(), frozenset({"page"}))
    source, few, spent = FolderSource(inbox), 0.0, 0.0
    for number in range(files):
        name = f"{DISTRIBUTION}.{START:%Y-%m-%d-%H}.{number:08x}.gz"
        (inbox / name).write_bytes(packed)
        started = process_time()
        outcome = moving.move(source, name, tenant, moving.distributions([entry]), START, delete=True)
        spent += process_time() - started
        assert outcome.cleaned is not None, outcome
        assert (outcome.cleaned.lines, outcome.cleaned.unhashed) == (OF_FILE, 0), outcome
        for key in list(objects.keys("")):
            (Path(folder) / "bucket" / key).unlink()  # a folder in memory has no room for all of them
        few = few or (peak_mb() if number + 1 == FEW else 0)
    return files * OF_FILE / spent, few, peak_mb()


def _packed(size: int) -> bytes:
    """A file of so many lines, as CloudFront writes them; thousands of addresses, a fifth of the user agents new."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    parts = [packer.compress(HEADER.encode())]
    parts += [packer.compress(_line(number).encode()) for number in range(size)]
    return b"".join([*parts, packer.flush()])


def _line(number: int) -> str:
    at = START + timedelta(milliseconds=36 * number)
    agent = traffic.USER_AGENTS[number % len(traffic.USER_AGENTS)].replace(" ", "%20")
    said = {
        **USUAL,
        **{"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M:%S}", "sc-bytes": str(1000 + number % 9000)},
        **{"c-ip": traffic.address(number), "cs-uri-stem": f"/articles/{number % 500}"},
        **{"cs-uri-query": f"page={number % 7}&session=s{number}", "c-port": str(1024 + number % 60_000)},
        **{"cs(User-Agent)": f"{agent}%20v{number}" if number % 5 == 0 else agent},
        "x-edge-request-id": urlsafe_b64encode(sha512(str(number).encode()).digest()[:40]).decode(),
    }
    return "\t".join(said.get(name, "-") for name in NAMES) + "\n"
