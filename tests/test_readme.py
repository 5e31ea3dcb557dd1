"""The README's commands do what it says; only `make test` is left out, which is what runs this."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import PROVE, SAFARI, Tracker, event_body, stored
from tests.docs.page import blocks, first_cells, section
from tests.paths import ROOT

README = (ROOT / "README.md").read_text()
COMMANDS = blocks(README, "sh")
MAX_LINES = 120
DAYS = 30 if PROVE else 3  # that the demo writes


class Running(NamedTuple):
    """Sluice as `make run` starts it: its port, and the folder of its store."""

    port: str
    folder: Path


LOG_LINE = '192.0.2.7 - - [17/May/2026:10:05:03 +0000] "GET /p HTTP/1.1" 200 5 "-" "curl/8.5.0"\n'


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`make run` as the README says it, over a folder of these tests'."""
    folder, port = tmp_path_factory.mktemp("running"), free_port()
    # The rules of an outer make, as of `make test`, are not for this one.
    others = {name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}
    environment = {**others, "PORT": port, "DASHBOARD": free_port(), "STORE": f"dir:{folder}"}
    command = next(command for command in COMMANDS if command == "make run\n")
    with subprocess.Popen(
        ["sh", "-c", command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as server:
        assert server.stdout is not None
        while "lands under" not in server.stdout.readline():
            assert server.poll() is None
        threading.Thread(target=server.stdout.read).start()  # a full pipe would stop the server
        yield Running(port, folder)
        os.killpg(server.pid, signal.SIGTERM)


def run(command: str, port: str = "0", shell: str = "sh", **variables: str) -> str:
    local = command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    environment = {**os.environ, "PORT": port, **variables}
    options = {"cwd": ROOT, "env": environment, "capture_output": True, "text": True, "timeout": 60}
    return subprocess.run([shell, "-c", local], check=True, **options).stdout


def test_an_event_is_sent_as_the_readme_says(running: Running) -> None:
    plain, dry = (command for command in COMMANDS if command.startswith("curl"))
    before = stored(running.folder)

    receipt, shown = json.loads(run(plain, running.port)), json.loads(run(dry, running.port))

    (new,) = set(stored(running.folder)) - set(before)
    assert new == running.folder / receipt["bucket"] / receipt["key"]
    assert shown["dryRun"] is True


def shape(answer: str) -> str:
    """An answer without what chance, the clock and line breaks make of it."""
    return re.sub(r"[0-9]", "9", re.sub(r"[0-9a-f]{16}", "chance", "".join(answer.split())))


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_the_answer_in_the_readme_is_what_comes_but_for_the_day_and_chance(shell: str, running: Running) -> None:
    (sample,) = blocks(README, "json")
    curl = next(command for command in COMMANDS if command.startswith("curl"))
    others = stored(running.folder)

    before = datetime.now(UTC)
    answer = run(curl, running.port, shell)

    days = {f"/year={day:%Y}/month={day:%m}/day={day:%d}/" for day in (before, datetime.now(UTC))}  # it may be midnight
    assert shape(answer) == shape(sample)
    assert any(day in answer for day in days)
    (record,) = map(Path.read_text, set(stored(running.folder)) - set(others))
    assert datetime.fromisoformat(json.loads(record)["timestamp"]) >= before.replace(microsecond=0)


def test_the_day_in_the_readmes_answer_is_that_of_its_id() -> None:
    sample = json.loads(blocks(README, "json")[0])

    minted = datetime.fromtimestamp(int(sample["eventId"].partition("-")[0]) / 1000, UTC)

    assert sample["key"] == f"analytics/year={minted:%Y}/month={minted:%m}/day={minted:%d}/{sample['eventId']}.json"


def test_the_demo_runs_as_the_readme_says(running: Running) -> None:
    before = stored(running.folder)

    shown = run("make demo", running.port, STORE=f"dir:{running.folder}", DEMO=f"--days {DAYS}")

    new = set(stored(running.folder)) - set(before)
    past = [path for path in new if path.name.startswith("batch.")]
    assert len(past) == DAYS
    assert f"{len(new) - len(past)} events of 200 visits are stored" in shown


def test_logs_are_imported_as_the_readme_says(folder: Path, tmp_path: Path, programs: str) -> None:
    (tmp_path / "access.log").write_text(LOG_LINE)
    (tmp_path / "access.log.1.gz").write_bytes(gzip.compress(LOG_LINE.replace("/p", "/q").encode()))
    command = next(command for command in COMMANDS if "import" in command)

    command = command.replace("access.log", f"{tmp_path}/access.log").replace(".venv/bin/sluice", "sluice")

    shown = run(command, STORE=f"dir:{folder}", PATH=programs)

    assert shown.startswith("2 lines read as combined (2 files): 2 stored, 0 there already")
    assert len(stored(folder)) == 2


def test_questions_are_asked_as_the_readme_says(local: Tracker, programs: str) -> None:
    for page in ("/hello", "/hello", "/bye"):
        local.call(event_body(bucket="demo-analytics", page=page, userAgent=SAFARI))
    command = next(command for command in COMMANDS if "sluice query" in command)

    shown = run(command.replace(".venv/bin/sluice", "sluice"), PATH=programs)

    assert "top-pages" in shown
    assert re.search(r"/hello +│ +2 ", shown)
    assert re.search(r"Mobile Safari +│ +3 ", shown)


def test_every_command_of_the_readme_is_run_here() -> None:
    first_words = [command.split()[:2] for command in COMMANDS]

    assert [words[0] if words[0] == "curl" else " ".join(words) for words in first_words] == [
        *("make run", "make demo", "curl", "curl", ".venv/bin/sluice import", ".venv/bin/sluice query"),
    ]


def test_the_readme_has_at_most_120_lines_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) <= MAX_LINES
    links = re.findall(r"\]\(([^):#]+)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []
    assert {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} <= set(links)


def test_the_readmes_script_tag_loads_the_client_with_options_that_it_has(running: Running) -> None:
    (tag,) = blocks(README, "html")
    address = re.search(r'src="([^"]+)"', tag)
    options = section((ROOT / "docs" / "browser.md").read_text(), "Options")

    assert address is not None
    with urllib.request.urlopen(address[1].replace("8000", running.port), timeout=30) as answer:
        assert "javascript" in answer.headers["Content-Type"]
    assert set(re.findall(r"data-[a-z-]+", tag)) <= set(first_cells(options))
