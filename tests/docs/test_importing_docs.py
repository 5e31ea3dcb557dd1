"""The page about importing is right: its command says what it shows, and its tables have every format."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from pathlib import Path

from sluice.imports import weblogs
from tests.paths import ROOT

PAGE = (ROOT / "docs/importing.md").read_text()
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
LINE = '192.0.2.7 - - [{}/Mar/2026:10:05:03 +0000] "GET {} HTTP/1.1" 200 12 "-" "' + AGENT + '"\n'


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.M | re.S)
    assert found
    return found[1]


def test_the_command_says_what_the_page_shows(programs: str, tmp_path: Path) -> None:
    (tmp_path / "access.log").write_text(LINE.format("03", "/a") + LINE.format("03", "/a.css"))
    (tmp_path / "access.log.1.gz").write_bytes(gzip.compress(LINE.format("02", "/a").encode()))
    environment = {**os.environ, "PATH": programs, "COLUMNS": "200"}
    done = subprocess.run(["sh", "-ec", block("sh")], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, block("console")), done.stderr


def test_each_format_is_in_the_table() -> None:
    table = PAGE.partition("| `--format` | of |")[2]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.M)) == sorted(weblogs.FORMATS)
