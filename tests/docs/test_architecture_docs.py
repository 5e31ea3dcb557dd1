"""The page of the house is right: its picture is the imports', and its walks lead where it says, in as few files."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest

from docs.build import rooms
from tests.paths import ROOT

PAGE = rooms.PAGE.read_text(encoding="utf-8")
PROGRAM = [sys.executable, "-m", "tests.walked"]


def walk(title: str) -> tuple[dict[str, list[str]], list[str]]:
    """The edits of a walk by their file, each as a diff's lines, and its commands."""
    text = re.split(r"^#{2,3} ", PAGE.partition(f"### {title}\n")[2], flags=re.MULTILINE)[0]
    blocks = re.findall(r"^```(\w+) ?(.*)\n((?s:.)*?)^```$", text, re.MULTILINE)
    edits = {file: body.split("@@\n") for kind, file, body in blocks if kind == "diff"}
    return edits, [line for kind, _, body in blocks if kind == "sh" for line in body.splitlines()]


FIELD, SETTING = walk("A field of the record"), walk("A setting")


def edited(text: str, edit: str) -> str:
    """The file's text with this part of a diff applied, at the one place where it fits."""
    lines = edit.splitlines(keepends=True)
    before, after = ("".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +"))
    assert text.count(before) == 1, f"{text.count(before)} places for:\n{edit}"
    return text.replace(before, after)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a copy of the project says of the field and of the setting once both walks are done."""
    folder = tmp_path_factory.mktemp("walked")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    for file, edits in (*FIELD[0].items(), *SETTING[0].items()):
        for edit in edits:
            (folder / file).write_text(edited((folder / file).read_text(), edit))
    done = subprocess.run(
        [*PROGRAM, *FIELD[1], *SETTING[1]],
        cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(folder)}, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_picture_of_the_rooms_is_that_of_the_imports() -> None:
    assert rooms.page(PAGE) == PAGE, "run: .venv/bin/python -m docs.build.rooms"


def test_a_field_is_at_most_five_files_and_a_setting_two() -> None:
    assert 0 < len(FIELD[0]) <= 5
    assert 0 < len(SETTING[0]) <= 2


def test_a_field_comes_from_an_event_into_the_lake_and_both_engines(walked: Any) -> None:
    field = walked["field"]
    assert (field["record"], field["relation"]) == ("journal", [["journal"]])
    assert field["athena"] == [0, 1, 1, 3]
    assert field["builder"] is None


def test_a_field_comes_into_the_api_s_description_and_the_page(walked: Any) -> None:
    assert walked["field"]["openapi"] == [True, True]
    assert walked["field"]["page"] == ["| `contentgroup` | `string` | the part of the site that the page is in |"]


def test_a_setting_is_synced_loaded_used_and_on_its_page(walked: Any) -> None:
    setting = walked["setting"]
    assert (setting["synced"], setting["loaded"]) == ("X-Trace,X-Id", ["X-Trace", "X-Id"])
    assert walked["header"] == "Date, Retry-After, X-Trace"
    assert setting["page"] == [
        "| `EXPOSE_HEADERS` | more headers that a page may read, separated by commas | none | `expose_headers` |"
    ]
