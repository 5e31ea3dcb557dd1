"""`make check` refuses secrets in tracked files: several planted ones, each in a scratch copy of the project."""

from __future__ import annotations

import base64
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from string import ascii_uppercase

import pytest

from tests.paths import ROOT

TRACKED = (
    "sluice.toml",
    ".chalice/config.json",
    "README.md",
    "docs/settings.md",
    "client/tracker.js",
    ".secrets.baseline",
)
CHANCE = random.Random(7)  # made here, so that this file holds no secret itself
WORD = CHANCE.randbytes(6).hex()
TOKEN = base64.b64encode(CHANCE.randbytes(30)).decode()
AWS_KEY = "AKIA" + "".join(CHANCE.choices(ascii_uppercase, k=16))
PRIVATE_KEY = "\n".join(("-----BEGIN RSA " + "PRIVATE KEY-----", TOKEN, "-----END RSA " + "PRIVATE KEY-----"))


def scanned(project: Path) -> subprocess.CompletedProcess[str]:
    """What `make check` says of the secrets in a project, by the Makefile's own line."""
    line = re.search(r"^SECRETS = (.+)$", (ROOT / "Makefile").read_text(), re.M)
    assert line
    command = line[1].replace("$(BIN)", str(Path(sys.executable).parent))
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    return subprocess.run(["sh", "-c", command], cwd=project, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A scratch copy of some tracked files."""
    for name in TRACKED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    return tmp_path


def test_a_clean_tree_passes(project: Path) -> None:
    done = scanned(project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def appended(text: str) -> Callable[[str], str]:
    return lambda before: before + text


def in_environment(line: str) -> Callable[[str], str]:
    return lambda before: before.replace('"STAGE": "dev",', f'"STAGE": "dev",\n        {line},', 1)


PLANTED = {
    "an AWS key in a document": ("README.md", appended(f"\nAWS_ACCESS_KEY_ID={AWS_KEY}\n")),
    "an AWS secret key": ("docs/settings.md", appended(f'\naws_secret_access_key = "{TOKEN}"\n')),
    "a private key": ("client/tracker.js", appended(f"\n/*\n{PRIVATE_KEY}\n*/\n")),
    "the edge's secret in sluice.toml": (
        "sluice.toml",
        appended(f'\nedge_secret = "{WORD}"\n'),
    ),
    "the edge's secret for Lambda": (".chalice/config.json", in_environment(f'"EDGE_SECRET": "{WORD}"')),
    "a token by its looks": (".chalice/config.json", in_environment(f'"SALTS_HINT": "{TOKEN}"')),
    "a GitHub token": ("README.md", appended(f"\nghp_{CHANCE.randbytes(18).hex()}\n")),
    "a password in an address": (
        "docs/settings.md",
        appended(f"\nhttps://jane:{WORD}@shop.example/\n"),
    ),
    "a password": ("sluice.toml", appended(f'\npassword = "{WORD}"\n')),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_secret_is_refused_with_its_place(planted: tuple[str, Callable[[str], str]], project: Path) -> None:
    name, plant = planted
    before = (project / name).read_text()
    (project / name).write_text(plant(before))
    assert (project / name).read_text() != before

    done = scanned(project)

    assert done.returncode != 0
    assert set(re.findall(r"^Location: +(.+):[0-9]+$", done.stdout, re.M)) == {name}
