"""The locks of what is installed: pinned, with hashes, as the short lists say; and an install that takes nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.paths import ROOT

LISTS = ROOT / "requirements"
UV = Path(sys.executable).parent / "uv"
LOCKS = {"lambda": ROOT / "requirements.txt", **{path.stem: path for path in sorted(LISTS.glob("*.txt"))}}
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; [^\\]+)? \\((?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?)+)$", re.M)
WEB_CLIENT = {"aiohttp", "requests", "yarl", "attrs", "certifi", "idna", "multidict", "frozenlist"}


def pins(lock: str) -> dict[str, set[str]]:
    """The versions of each package in a lock: more than one where they differ by Python or platform."""
    found: dict[str, set[str]] = {}
    for name, version, _ in PIN.findall(LOCKS[lock].read_text()):
        found.setdefault(name, set()).add(version)
    return found


def listed(name: str) -> dict[str, str]:
    """The packages with their versions that a short list names itself."""
    text = (LISTS / f"{name}.in").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z0-9,]+\])?==(\S+)$", text, re.M))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_a_pin_with_its_hashes(lock: str) -> None:
    text = LOCKS[lock].read_text()
    rest = [line for line in PIN.sub("", text).splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert pins(lock)
    assert rest == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_what_its_list_names(lock: str) -> None:
    assert {name: {version} for name, version in listed(lock).items()}.items() <= pins(lock).items()


@pytest.mark.parametrize("lock", sorted(LOCKS.keys() - {"dev", "spark"}))  # Spark has an environment of its own
def test_every_lock_agrees_with_that_of_the_tests(lock: str) -> None:
    assert pins(lock).items() <= pins("dev").items()


def test_no_lock_and_no_list_names_a_registry() -> None:
    files = (*LOCKS.values(), *LISTS.glob("*.in"))
    assert [path.name for path in files if re.search(r"://|^-i|index-url|find-links", path.read_text(), re.M)] == []


def test_lambda_runs_without_the_web_client_of_geoip2() -> None:
    missing = sorted(set(pins("run")) - set(pins("lambda")) - {"chalice"})
    block = f"import sys\nfor name in {missing!r}: sys.modules[name.replace('-', '_')] = None\n"
    code = block + "from chalicelib.tracking import ingest, city, devices"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert set(missing) >= WEB_CLIENT
    assert run.returncode == 0, run.stderr


def wheel(folder: Path) -> Path:
    """A wheel of nothing."""
    made = folder / "tiny-1.0-py3-none-any.whl"
    with ZipFile(made, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    return made


def installed(folder: Path, digest: str) -> subprocess.CompletedProcess[str]:
    """What `make` runs, with a lock of one wheel that has this hash."""
    (folder / "requirements").mkdir()
    (folder / "requirements" / "run.txt").write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
    subprocess.run([str(UV), "venv", "--quiet", "--python", sys.executable, str(folder / ".venv")], check=True)
    (folder / ".venv" / "bin" / "uv").symlink_to(UV)
    text = (ROOT / "Makefile").read_text()
    command = re.search(r"^INSTALL = (.+?) \|\| ", text, re.M)
    assert command
    line = command[1].replace("$(BIN)", ".venv/bin").replace("$(@F)", "run")
    local = ["--offline", "--no-index", "--find-links", str(folder), "--cache-dir", str(folder / "cache")]
    return subprocess.run([*line.split(), *local], cwd=folder, capture_output=True, text=True, check=False)


def test_an_install_takes_the_file_that_was_locked(tmp_path: Path) -> None:
    assert installed(tmp_path, sha256(wheel(tmp_path).read_bytes()).hexdigest()).returncode == 0


def test_a_changed_hash_fails_the_install(tmp_path: Path) -> None:
    wheel(tmp_path)
    run = installed(tmp_path, "0" * 64)
    assert run.returncode != 0
    assert "Hash mismatch" in run.stderr


@pytest.mark.parametrize("lock", ["lambda", "layer", "doctor", "run"])
def test_what_lambda_and_a_plain_install_have_is_without_opendp(lock: str) -> None:
    assert "opendp" in pins("publish")
    assert "opendp" not in pins(lock)
