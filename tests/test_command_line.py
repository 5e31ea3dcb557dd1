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
from sluice.cli import main
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
