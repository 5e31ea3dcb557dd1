"""The wheel in a separate environment, in a folder that is not a project and has modules with our names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import pytest

from chalicelib import __version__
from chalicelib.records import iso
from sluice.access import lint
from sluice.access.lint import LintError
from sluice.cloud import generated
from sluice.dashboard.server import start
from sluice.dashboard.server.start import ServeError
from sluice.project import config, environment
from tests.project import ROOT

UV = str(Path(sys.executable).parent / "uv")
BUILT = ("app.py", "chalicelib", "demo", "requirements", "sluice", "pyproject.toml", "setup.py", "README.md", "LICENSE")


@dataclass(frozen=True)
class Installed:
    """The wheel's command, and a folder to run it in."""

    sluice: Path
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.sluice), *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "STORE", "STAGE"}}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this code, with the libraries of the environment that runs the tests and none of its paths to here."""
    home = tmp_path_factory.mktemp("wheel")
    source = home / "source"
    source.mkdir()
    for name in BUILT:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    build = [UV, "build", "--wheel", "--quiet", "--offline", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", str(home), str(source)], check=True)
    (wheel,) = home.glob("*.whl")
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(home / "venv")], check=True)
    python = str(home / "venv" / "bin" / "python")
    subprocess.run(
        [UV, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", python, str(wheel)], check=True
    )
    (packages,) = (home / "venv").glob("lib/python*/site-packages")
    # A path is added as it is: the .pth files in it, by which this code is found, are not read.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    folder = home / "elsewhere"
    (folder / "chalicelib").mkdir(parents=True)
    (folder / "chalicelib" / "__init__.py").write_text("raise RuntimeError('not ours')\n")
    (folder / "app.py").write_text("raise RuntimeError('not ours')\n")
    return Installed(home / "venv" / "bin" / "sluice", folder)


@pytest.fixture(scope="module")
def address(installed: Installed) -> Iterator[str]:
    """A server of the built-in stage."""
    command = [str(installed.sluice), "serve", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=installed.folder, env=installed.environment, **pipes) as process:
        assert process.stdout is not None
        said = next(line for line in process.stdout)
        assert said == (
            "There is no sluice.toml here: this is the built-in stage, any bucket *-analytics, records under ./data.\n"
        )
        found = next(found for line in process.stdout if (found := re.search(r"http://\S+:[0-9]+", line)))
        yield found[0]
        process.terminate()


def test_the_wheels_command_says_its_version(installed: Installed) -> None:
    assert installed.run("--version").stdout == f"sluice {__version__}\n"


def test_the_wheel_has_the_questions(installed: Installed) -> None:
    listed = installed.run("query", "--list")
    assert listed.returncode == 0, listed.stderr
    assert "top-pages" in listed.stdout


def test_an_event_is_stored_and_counted_next_to_foreign_modules(installed: Installed, address: str) -> None:
    event = {"bucket": "shop-analytics", "eventType": "page_view", "page": "/", "timestamp": iso(datetime.now(UTC))}
    with urlopen(f"{address}/track", json.dumps(event).encode()) as answer:
        assert json.load(answer)["status"] == "ok"
    asked = installed.run("query", "stored-events", "--param", "bots=include", "--format", "json")
    assert asked.returncode == 0, asked.stderr
    assert "page_view" in asked.stdout
    assert installed.run("query", "totals").returncode == 0


def test_the_wheels_server_has_the_demo_shop_and_the_client(address: str) -> None:
    for path in ("/demo/", "/tracker.js", "/actions.js", "/vitals.js"):
        with urlopen(f"{address}{path}") as answer:
            assert answer.status == 200


def test_without_its_extras_the_wheel_says_which_one_a_command_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "find_spec", lambda _: None)
    monkeypatch.setitem(sys.modules, "parliament", None)
    with pytest.raises(ServeError, match=r"pip install 'sluice\[dashboard\]'"):
        start.check_installed()
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(LintError, match=r"pip install 'sluice\[dev\]'"):
        lint.lint_folder(tmp_path)


def test_a_command_that_edits_a_project_still_asks_for_one(installed: Installed) -> None:
    assert installed.run("sync").stderr.startswith("sluice: there is no sluice.toml here")


def test_the_wheel_names_what_it_needs(installed: Installed) -> None:
    (metadata,) = installed.sluice.parents[1].glob("lib/python*/site-packages/sluice-*.dist-info/METADATA")
    needed = re.findall(r"^Requires-Dist: (.+)$", metadata.read_text(), re.M)
    base = {re.split(r"[\[=<]", line)[0] for line in needed if "extra ==" not in line}
    dashboard = {line.partition("=")[0] for line in needed if line.endswith('extra == "dashboard"')}
    assert base >= {"boto3", "chalice", "duckdb", "msgspec", "sqlglot", "typer"}
    assert not base & {"streamlit", "moto", "pytest"}
    door = {"argon2-cffi", "authlib", "httpx2", "itsdangerous", "starlette", "uvicorn"}
    assert dashboard == {*door, "cachetools", "pandas", "streamlit"}


def test_a_wheel_installs_no_top_level_module_but_its_two_packages(installed: Installed) -> None:
    (record,) = installed.sluice.parents[1].glob("lib/python*/site-packages/sluice-*.dist-info/RECORD")
    tops = {line.partition("/")[0] for line in record.read_text().splitlines() if ".dist-info" not in line}
    assert tops - {".."} == {"chalicelib", "sluice"}


def test_the_built_in_stage_is_one_that_sync_would_write() -> None:
    assert generated.stage_environment(config.parse(config.BUILT_IN).stage("local")) == environment.BUILT_IN
