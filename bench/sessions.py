"""Many people at the dashboard: how long a page takes where one, ten and forty look at once, each by a websocket."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any
from urllib.request import urlopen

from bench import processes, questions
from bench.imports import MEMORY
from bench.tables import Row

# One large bucket and ten small ones.
LARGE = int(os.environ.get("RECORDS", 1_000_000))
SMALL = LARGE // 10
BUCKETS = ["shop-analytics", *(f"site{number}-analytics" for number in range(10))]
STAGE = """[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "*-analytics"
"""
# Each opens so many pages, and reads each for so many seconds before the next.
PAGES, READS = 4, 5.0
# At most so many times what one session waits, by how many there are.
LIMITS = {10: 6.0, 40: 20.0}
PEAK_MB = 1024
PATIENCE = 600
QUERY = f"from={questions.DAYS[-7]}&to={questions.DAYS[-1]}"


def run() -> list[Row]:
    with TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        _home(Path(folder))
        taken, peak = _served(Path(folder))
    alone = taken.pop(1)
    rows = [Row("a page of one session", f"{alone:.2f} s", "", "", "", True)]
    for number, seconds in taken.items():
        ratio = seconds / alone
        limit = LIMITS[number]
        rows.append(
            Row(f"of {number} sessions", f"{seconds:.2f} s", "", f"{ratio:.1f} x", f"<= {limit:g} x", ratio <= limit)
        )
    return [*rows, Row("the server's peak memory", f"{peak:.0f} MB", "", "", f"<= {PEAK_MB} MB", peak <= PEAK_MB)]


def _served(home: Path) -> tuple[dict[int, float], float]:
    """The median seconds of a page by the number of sessions, and the server's peak in megabytes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sluice.dashboard", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(processes.REPOSITORY), "STORE": f"dir:{home}/data"}
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)
        try:
            _await(f"http://127.0.0.1:{port}/health")
            asyncio.run(_together(port, len(BUCKETS), 1))  # each bucket once, so that all are there
            return {number: asyncio.run(_together(port, number, PAGES)) for number in (1, *LIMITS)}, _peak(server.pid)
        finally:
            server.terminate()
            server.wait()


async def _together(port: int, number: int, pages: int) -> float:
    """So many sessions at once, spread over the buckets: the median seconds of all their pages."""
    begun = (_session(port, BUCKETS[at % len(BUCKETS)], pages, READS * at / number) for at in range(number))
    return median([seconds for one in await asyncio.gather(*begun) for seconds in one])


async def _session(port: int, bucket: str, pages: int, wait: float) -> list[float]:
    """Seconds of each page until it is drawn; raises RuntimeError for a page that shows an error."""
    import websockets

    taken = []
    await asyncio.sleep(wait)
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with websockets.connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
        for _ in range(pages):
            started = perf_counter()
            await socket.send(_rerun(bucket))
            await asyncio.wait_for(_drawn(socket), PATIENCE)
            taken.append(perf_counter() - started)
            await asyncio.sleep(READS)
    return taken


def _rerun(bucket: str) -> bytes:
    """What a browser sends that opens the first page at this address."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    message.rerun_script.query_string = f"bucket={bucket}&{QUERY}"
    return message.SerializeToString()


async def _drawn(socket: Any) -> None:
    """Wait until the page is there; raises RuntimeError for an error on it."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    elements = 0
    while True:
        message = ForwardMsg.FromString(await socket.recv())
        element = message.delta.new_element
        if element.HasField("exception") or (element.HasField("alert") and element.alert.format == element.alert.ERROR):
            raise RuntimeError(f"the page shows an error: {element}")
        elements += message.HasField("delta")
        if message.HasField("script_finished"):
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and elements:
                return
            raise RuntimeError(f"the page was not drawn: {message}")


def _home(folder: Path) -> None:
    """A project with a store of a large bucket and ten small ones, compacted."""
    for name in ("sql", ".chalice"):
        shutil.copytree(processes.REPOSITORY / name, folder / name)
    (folder / "sluice.toml").write_text(STAGE)
    for bucket in BUCKETS:
        store = folder / "data" / bucket
        for day in questions.DAYS:
            questions.write(store, day, (LARGE if bucket == BUCKETS[0] else SMALL) // len(questions.DAYS))
        (store / "compacted" / "_watermark.json").write_text(f'{{"day":"{questions.DAYS[-1]}"}}')


def _await(address: str) -> None:
    for _ in range(600):
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            sleep(0.1)
    raise RuntimeError(f"the dashboard does not answer at {address}")


def _peak(process: int) -> float:
    """The most memory that the process had, in megabytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
