"""`sluice serve` as a process: the API on this machine, and the dashboard next to it."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

from botocore.exceptions import NoRegionError
from chalice.config import Config

from chalicelib import settings
from chalicelib.prefixes import OWN_FOLDER, RECORDS
from chalicelib.settings import Settings, SettingsError
from chalicelib.tracking import assembly
from chalicelib.vault.keyring import FOLDER, PUBLIC
from sluice.errors import SluiceError
from sluice.local import gateway, ports, request_log, shipped, streaming, wire
from sluice.local import shop as demo_site
from sluice.project import environment

EXAMPLE_BUCKET = "demo-analytics"
NOW = "'$(date -u +%FT%TZ)'"  # within a text in single quotes


class NoVault(SluiceError):
    """An entry puts values into a vault that is not there; the message says what makes it."""


class PortRefused(SluiceError):
    """The dashboard cannot be served on its port; the message says what to do."""


def serve(stage: str, host: str, port: int, dashboard: str, log: request_log.Kind) -> None:
    """Serve the app until interrupted; says where once it answers."""
    # Not by chalice.cli, which imports inquirer: that asks the terminal what it can do, and waits ten seconds for a silent one.
    written = json.loads(environment.CONFIG.read_bytes()) if environment.CONFIG.exists() else {}
    app = shipped.app()
    request_log.show_as(log)
    given = environment.load(stage)
    assembly.assemble(given)  # so that what it refuses is refused before a request comes
    require_vault(given)
    assembly.warm()
    listening = ports.listening(host, port)
    if dashboard:
        check_dashboard(host, int(dashboard))
    application = gateway.Gateway(app, Config(stage, config_from_disk=written), given.store_directory)
    server = wire.Server(application, listening)
    with streaming.consuming(given):
        say(greeting(stage, host, listening.getsockname()[1]))
        with dashboard_process(stage, host, dashboard) if dashboard else nullcontext():
            server.run()


def require_vault(given: Settings) -> None:
    """Refuse entries whose values need a vault where there is none, as each of their events would be; raises NoVault."""
    names = [entry.bucket for entry in given.allowlist.entries if entry.tokenize]
    if names and given.store_directory is not None:
        folder = given.store_directory / OWN_FOLDER / FOLDER
        if not (folder / PUBLIC).is_file():
            raise NoVault(
                f"{', '.join(names)} has tokenize, and there is no vault in {folder}: run `sluice vault init`"
            )


def check_dashboard(host: str, port: int) -> None:
    """Refuse a port for the dashboard that something has, the API itself included; raises PortRefused."""
    refusal = ports.refusal(host, port)
    if refusal:
        raise PortRefused(
            f"the dashboard's {refusal}. Free it, or take another: make run DASHBOARD={port + 1} "
            f"(sluice serve --with-dashboard {port + 1})"
        )


@contextmanager
def dashboard_process(stage: str, host: str, port: str) -> Iterator[subprocess.Popen[bytes]]:
    """The dashboard as a second process, which ends with the server."""
    command = [sys.executable, "-P", "-m", "sluice.dashboard", "--stage", stage, "--host", host, "--port", port]
    # Ctrl-C reaches both: the server ends the dashboard, which would else show where in its start it was met.
    deaf = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with _held(signal.SIGTERM, signal.SIGINT) as waiting:
        process = subprocess.Popen(command, env=settings.environment(), stdout=subprocess.DEVNULL, preexec_fn=deaf)
    with process:
        try:
            for number in waiting:
                signal.raise_signal(number)
            say(f"The dashboard is on http://{host}:{port}")
            yield process
        finally:
            process.terminate()


@contextmanager
def _held(*numbers: signal.Signals) -> Iterator[list[int]]:
    """The signals that come meanwhile, for later: one between a process's start and our hold on it would leave it behind."""
    waiting: list[int] = []
    before = {number: signal.signal(number, lambda number, _: waiting.append(number)) for number in numbers}
    try:
        yield waiting
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def greeting(stage: str, host: str, port: int) -> str:
    """What a developer needs first: the address, a request that works as pasted, where its record lands."""
    given = environment.load(stage)
    store = given.store_directory
    # The shell writes the time, so that the line works however long the server has run by then.
    event = f'{{"bucket": "{EXAMPLE_BUCKET}", "eventType": "page_view", "page": "/hello", "timestamp": "{NOW}"}}'
    shop = f"\nA demo shop to click through: http://{host}:{port}{demo_site.PREFIX}" if store else ""
    place = f"{store}/<bucket>/" if store else "s3://<bucket>/"
    is_held = given.stream is not None and given.stream.writes
    late = (
        f", some {given.stream.flush_seconds} seconds later: the answer is 202 until then"
        if is_held and given.stream
        else ""
    )
    return (
        f"Sluice serves http://{host}:{port} (stage {stage}, Ctrl-C ends it). Send it an event:\n\n"
        f"  curl http://{host}:{port}/track -d '{event}'\n\n"
        f"Its record lands under {place}{RECORDS.path}{late}; `make demo` makes a month of visits.{shop}"
    )


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    stage, host, port, dashboard, log = arguments
    # As Ctrl-C does: it ends the dashboard's process too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        serve(stage, host, int(port), dashboard, "json" if log == "json" else "text")
    except (SluiceError, SettingsError) as error:
        sys.stderr.write(f"sluice: {error}\n")
        return 1
    except NoRegionError:
        sys.stderr.write(
            f'sluice: stage {stage} has no store here, and its events go to AWS: write store = "dir:data" below '
            f"[stages.{stage}] and run `sluice sync`, or set AWS_DEFAULT_REGION\n"
        )
        return 1
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            sys.stderr.write(f"Port {port} is taken. Free it, or take another: make run PORT=8001\n")
        else:
            sys.stderr.write(f"Cannot serve on {host}:{port}: {ports.reason(error)}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
