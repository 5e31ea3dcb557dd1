"""The command line in its first minutes: version, help, completion."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from chalicelib import __version__
from sluice.cli.main import main
from tests.served import SLUICE


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


EVERY_COMMAND = list(commands(typer.main.get_command(main)))


def test_the_version_is_that_of_the_package() -> None:
    shown = CliRunner().invoke(main, ["--version"])

    assert (shown.exit_code, shown.stdout) == (0, f"sluice {__version__}\n")


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=" ".join)
def test_every_command_takes_h_for_help(command: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(main, [*command, option]) for option in ("-h", "--help"))

    assert (short.exit_code, long.exit_code) == (0, 0)
    assert short.stdout == long.stdout
    assert "-h, --help" in short.stdout


# How each command that needs a project may be called; the others work anywhere.
CALLS = {
    **{("allow", name): ["x-analytics"] for name in ("check", "add", "remove")},
    ("geo", "install"): ["GeoLite2-City.mmdb"],
    ("athena", "setup"): ["--all"],
    ("unload",): ["--bucket", "shop-analytics", "--day", "2026-11-27"],
    ("stream", "replay"): ["--from", "2026-11-28T14:00:00Z"],
    ("vault", "reveal"): ["tok_id1_" + "a" * 32, "--bucket", "shop-analytics", "--reason", "a ticket"],
}
ANYWHERE = {
    ("cost",): ["--events", "1e6"],
    ("query",): ["--list"],
    ("key", "new"): [],
    ("collect", "key"): [],
    ("learn", "try"): ["--tenants", "4", "--absent", "1", "--rounds", "1"],
}
WITH_A_FILE = {("collect", "token"), ("collect", "retry"), ("learn", "explain"), ("learn", "imitate")}
# Those that read a stage and edit no project work with the built-in local stage.
READERS = (
    *("serve", "dashboard", "demo", "import", "query", "compact", "reconcile", "mirror", "anomalies"),
    *("report", "report-sources", "publish", "budget"),
)
BUILT_IN = {
    *((name,) for name in READERS),
    *(("audit", name) for name in ("show", "verify", "note")),
    *(("vault", name) for name in ("init", "reveal")),
    *(("rejected", name) for name in ("summary", "show", "replay")),
    *(("person", name) for name in ("find", "export", "erase", "verify", "key")),
    *(("access", "sync"), ("privacy", "scan"), ("key", "identify"), ("learn", "run"), ("learn", "publish")),
}
NEEDS_A_PROJECT = [
    command
    for command in EVERY_COMMAND
    if command not in {*ANYWHERE, *BUILT_IN, *WITH_A_FILE}
    and not any(other[: len(command)] == command != other for other in EVERY_COMMAND)
]


@pytest.mark.parametrize("command", NEEDS_A_PROJECT, ids=" ".join)
def test_outside_a_project_a_command_says_so_in_one_line_and_leaves_nothing(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    said = CliRunner().invoke(main, [*command, *CALLS.get(command, [])])

    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == "sluice: there is no sluice.toml here; run sluice in the project's folder\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["query", "totals", "--stage", "prod"], ["serve", "--stage", "prod"], ["sql", "examples", "--check"]]
)
def test_outside_a_project_no_option_makes_another_answer(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    said = CliRunner().invoke(main, arguments)

    assert (said.exit_code, said.stderr[:37]) == (1, "sluice: there is no sluice.toml here;")


def test_below_a_projects_folder_a_command_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sluice.toml").touch()
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path / "docs")

    assert CliRunner().invoke(main, ["tenants"]).stderr.endswith(f"run sluice in the project's folder: cd {tmp_path}\n")


@pytest.mark.parametrize(("command", "arguments"), ANYWHERE.items())
def test_what_needs_no_project_works_anywhere(
    command: tuple[str, ...], arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert CliRunner().invoke(main, [*command, *arguments]).exit_code == 0


def test_a_project_that_is_not_synced_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sluice.toml").touch()
    monkeypatch.chdir(tmp_path)

    assert "`sluice sync` writes it" in CliRunner().invoke(main, ["serve"]).stderr


def test_bash_completes_a_command_once_completion_is_installed(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": f"{SLUICE.parent}:{os.environ['PATH']}"}

    def bash(script: str) -> str:
        return subprocess.run(
            ["bash", "-c", script], env=environment, capture_output=True, text=True, check=True
        ).stdout

    shown = bash("sluice --show-completion; true")
    bash("sluice --install-completion; true")
    completed = bash(
        "source ~/.bashrc; COMP_WORDS=(sluice tena); COMP_CWORD=1; "
        '$(complete -p sluice | sed "s/.*-F \\([^ ]*\\).*/\\1/") sluice; echo "${COMPREPLY[@]}"'
    )

    assert "complete" in shown
    assert completed.split() == ["tenants"]
