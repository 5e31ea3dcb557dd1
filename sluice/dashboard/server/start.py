"""Start the dashboard on this machine: Streamlit with every outside request off, and no open door to other machines."""

from __future__ import annotations

import os
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

from chalicelib import settings
from sluice.analysis import viewers
from sluice.analysis.engines import ATHENA, DUCKDB, ENGINE, ENGINES, STAGE
from sluice.analysis.viewers import VARIABLE, is_loopback
from sluice.errors import SluiceError
from sluice.local import ports
from sluice.project import config

ROOT = Path(__file__).parents[3]
ENTRY = Path(__file__).parent / "entry" / "run.py"
PORT = 8501
# Every text has a contrast of 4.5 at least (WCAG 2.2, AA), also a caption, which has six tenths of the text's strength.
LIGHT = {
    "primaryColor": "#0b5f58",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f4f6f5",
    "textColor": "#070f0d",
    "codeTextColor": "#0b5f58",
    "codeBackgroundColor": "#eaf0ee",
}
DARK = {
    "primaryColor": "#2bbfb0",
    "backgroundColor": "#101514",
    "secondaryBackgroundColor": "#1a2220",
    "textColor": "#e6edeb",
    "codeTextColor": "#7fe3d4",
    "codeBackgroundColor": "#1f2a27",
}


class ServeError(SluiceError):
    """The dashboard may not be started so; the message says what to do."""


def run(stage: str = settings.LOCAL, host: str = "127.0.0.1", port: int = PORT, engine: str = DUCKDB) -> None:
    """Become the dashboard's server; raises ServeError, UsersError or ConfigError where it may not be started."""
    check_installed()
    check(host)
    check_engine(engine, stage)
    check_port(host, port)
    # The server replaces this process, so that its parent can end it.
    os.execve(sys.executable, command(host, port), environment(stage, engine))


def check_installed() -> None:
    """Refuse where the wheel was installed without what only the dashboard needs."""
    if find_spec("streamlit") is None:
        raise ServeError("the dashboard needs more packages: pip install 'sluice[dashboard]'")


def check(host: str) -> None:
    """Refuse an address that others can reach, where there are no users; and a file of users that cannot be used."""
    listed = viewers.load()
    if listed is None and not is_loopback(host):
        raise ServeError(
            f"on {host} anyone who can reach this machine would see every tenant; name the users in {VARIABLE} (lines of it: "
            "`sluice dashboard --hash-password`), or take --host 127.0.0.1"
        )


def check_engine(engine: str, stage: str) -> None:
    """Refuse an engine that is none, or that cannot see the stage; raises ConfigError where sluice.toml cannot be used."""
    if engine not in ENGINES:
        raise ServeError(f"--engine is {' or '.join(ENGINES)}, and not {engine!r}")
    if engine == ATHENA and not config.load().stage(stage).is_deployed:
        raise ServeError(f"the stage {stage!r} is a folder, which Athena cannot see; take --engine {DUCKDB}")


def check_port(host: str, port: int) -> None:
    """Refuse a port that something else has, which the server would say in a page of its log."""
    refusal = ports.refusal(host, port)
    if refusal:
        raise ServeError(f"{refusal}; free it, or take another: sluice dashboard --port {port + 1}")


def command(host: str, port: int) -> list[str]:
    """The command of the server."""
    return [sys.executable, "-P", "-m", "sluice.dashboard.server.start", host, str(port)]


def environment(stage: str, engine: str = DUCKDB) -> dict[str, str]:
    """The server's environment: ours, which stage is looked at, and who answers."""
    # The project's folder is where `sluice.toml` and `dashboard` are; Streamlit adds only the script's own.
    return settings.environment() | {STAGE: stage, ENGINE: engine, "PYTHONPATH": str(ROOT)}


def main(host: str, port: str) -> None:
    """Serve, with everything loaded and the first pages' answers under way before anybody asks; Athena is paid, and waits."""
    from streamlit.web import bootstrap

    from sluice.dashboard.server import warm

    if settings.environment().get(ENGINE) == ATHENA:
        warm.settle()
    else:
        threading.Thread(target=warm.up, args=(settings.environment()[STAGE],), daemon=True).start()
    options = _options(host, int(port))
    bootstrap.load_config_options(options)
    bootstrap.run(str(ENTRY), False, [], options)


def end() -> None:
    """End the process at once, with all its threads.

    Python itself would end a thread that comes out of DuckDB by an exception, and C++ says "exception not rethrown".
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _options(host: str, port: int) -> dict[str, str | int | bool]:
    themes = {
        f"theme_{name}_{key}": colour
        for name, colours in (("light", LIGHT), ("dark", DARK))
        for key, colour in colours.items()
    }
    return {
        "server.address": host,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        # An unexpected error is shown without its code; the server's log has it.
        "client.showErrorDetails": "none",
        **themes,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
    end()
