"""Start the dashboard on this machine: Streamlit behind the door, with every outside request off."""

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
from sluice.dashboard.door import front
from sluice.dashboard.door import settings as door_settings
from sluice.errors import SluiceError
from sluice.local import ports
from sluice.project import config

ROOT = Path(__file__).parents[3]
ENTRY = Path(__file__).parent / "entry" / "run.py"
PORT = 8501
# What the dashboard itself keeps, next to the mirrors, which are as private.
STATE = Path("mirrors")


class ServeError(SluiceError):
    """The dashboard may not be started so; the message says what to do."""


def run(stage: str = settings.LOCAL, host: str = "127.0.0.1", port: int = PORT, engine: str = DUCKDB) -> None:
    """Become the dashboard's server; raises ServeError, UsersError, DoorError or ConfigError where it may not be started."""
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
    """Refuse an address that others can reach, where there are no users; and what the door cannot use."""
    listed = viewers.load()
    door_settings.load(settings.environment())
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
    from sluice.dashboard.server import options

    options.pin(host, int(port))  # before anything of Streamlit reads one
    from sluice.dashboard.server import warm

    if settings.environment().get(ENGINE) == ATHENA:
        warm.settle()
    else:
        threading.Thread(target=warm.up, args=(settings.environment()[STAGE],), daemon=True).start()
    serve(host, int(port))


def serve(host: str, port: int) -> None:
    """Serve until interrupted. Nothing of Streamlit is asked but through the door."""
    import uvicorn
    from streamlit.starlette import App

    from sluice.dashboard.server import options

    given = settings.environment()
    door = front.door(host, door_settings.load(given), STATE, given.get(STAGE) or settings.LOCAL)
    sys.stdout.write(f"The dashboard is on http://{host}:{port}\n")
    sys.stdout.flush()
    uvicorn.run(App(ENTRY, middleware=[door]), host=host, port=port, **options.SERVER)


def end() -> None:
    """End the process at once, with all its threads.

    Python itself would end a thread that comes out of DuckDB by an exception, and C++ says "exception not rethrown".
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
    end()
