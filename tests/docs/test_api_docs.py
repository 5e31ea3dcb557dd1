"""The page on sending events is right: its requests are sent to a real server, and get the answers that it names."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib import events
from chalicelib.records import Record
from chalicelib.tracking import pixels
from tests.conftest import stored
from tests.docs.page import blocks, first_cells, section
from tests.paths import ROOT
from tests.served import Served, served

PAGE = (ROOT / "docs" / "api.md").read_text()
REQUESTS = blocks(PAGE, "sh")
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    folder = tmp_path_factory.mktemp("api") / "data"
    with served(folder) as running:
        yield running, folder


def send(command: str, address: str) -> Any:
    shown = subprocess.run(
        ["sh", "-c", command.replace(LOCAL, address)], capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(shown.stdout)


def test_the_requests_get_the_answers_that_the_page_names(server: tuple[Served, Path]) -> None:
    running, folder = server
    one, dry, batch = (send(command, running.address) for command in REQUESTS)

    assert one["status"] == "ok"
    assert (
        json.loads((folder / one["bucket"] / one["key"]).read_text())["metadata"] == '{"value":49.9,"currency":"EUR"}'
    )
    assert (dry["field"], "under metadata" in dry["message"]) == ("plan", True)
    assert (batch["accepted"], batch["duplicates"]) == (1, 0)
    assert [(fault["index"], fault["field"]) for fault in batch["rejected"]] == [(1, "timestamp")]


def test_the_pixel_of_the_page_stores_an_event(server: tuple[Served, Path]) -> None:
    running, folder = server
    path = section(PAGE, "From mails and pages without scripts").split("`GET ")[1].split("`")[0]
    with urllib.request.urlopen(running.address + path, timeout=30) as answer:
        assert answer.status == 204

    assert "mail_open" in {json.loads(path.read_text())["eventType"] for path in stored(folder)}


def test_the_page_lists_every_field_of_a_pixel() -> None:
    listed = section(PAGE, "From mails and pages without scripts").partition("It takes")[2].partition(";")[0]

    assert tuple(re.findall(r"`(\w+)`", listed)) == pixels.FIELDS


def test_the_page_lists_every_field_of_an_event() -> None:
    assert sorted(first_cells(section(PAGE, "One event"))) == sorted(events.FIELDS)


def test_the_record_has_the_records_fields() -> None:
    (shown,) = blocks(PAGE, "json")

    assert tuple(json.loads(shown)) == Record.__struct_encode_fields__
