"""A port that something else has: one line says so and what to do, and nothing is started."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator

import pytest

from sluice.local import ports
from tests.paths import ROOT
from tests.served import SLUICE


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that something else has."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def failed(*arguments: str) -> list[str]:
    """The lines of a command that fails."""
    ended = subprocess.run([str(SLUICE), *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    return ended.stderr.splitlines()


def test_the_dashboard_on_a_taken_port_is_one_line_that_names_another(taken: int) -> None:
    (said,) = failed("dashboard", "--port", str(taken))
    assert said == f"sluice: port {taken} is taken; free it, or take another: sluice dashboard --port {taken + 1}"


def test_the_dashboard_on_an_address_of_another_machine_is_one_line() -> None:
    assert ports.refusal("192.0.2.1", 8501) == "192.0.2.1:8501 cannot be served on (Cannot assign requested address)"


def test_a_server_with_a_dashboard_on_a_taken_port_does_not_start(taken: int) -> None:
    (said,) = failed("serve", "--port", "0", "--with-dashboard", str(taken))
    assert said.startswith(
        f"sluice: the dashboard's port {taken} is taken. Free it, or take another: make run DASHBOARD="
    )
