"""A tenant in a project of its own, at any time: its API, its imports and its questions, as its sluice.toml says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from chalice.config import Config
from typer.testing import CliRunner

import app
from chalicelib.records import iso
from chalicelib.tracking import assembly
from sluice.cli.main import main
from sluice.local import gateway
from sluice.project import environment
from tests import project
from tests.asked import asked
from tests.conftest import BUCKET, Tracker, stored
from tests.served import serving
from tests.sites import Site, serve_site

SITE = "https://shop.example"
TOML = f"""[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "{BUCKET}"
sites = ["shop.example"]
goals = [{{ name = "purchase", eventType = "purchase" }}, {{ name = "signup", eventType = "signup" }}]
"""


@dataclass
class Shop:
    """The tenant's project in a folder, and the time that it is there."""

    folder: Path
    now: datetime = datetime(2026, 11, 9, tzinfo=UTC)

    def track(self, at: datetime, address: str, agent: str, **event: Any) -> None:
        """Post an event, of now where it names no other time, to the app as Lambda calls it at this time."""
        self.now = at
        body = {"bucket": BUCKET, "eventType": "page_view", "timestamp": iso(at), **event}
        answer = Tracker(app).call(body, address=address, headers={"User-Agent": agent})
        assert answer.status == 200, answer.json

    def import_log(self, text: str) -> None:
        """Import an access log with `sluice import`."""
        log = self.folder / "access.log"
        log.write_text(text)
        done = CliRunner().invoke(main, ["import", str(log), "--bucket", BUCKET])
        assert done.exit_code == 0, done.output

    def ask(self, name: str, days: tuple[str, str], *given: str, zone: str = "") -> list[dict[str, Any]]:
        """What `sluice query` answers over these days."""
        return asked(name, BUCKET, days, *given, zone=zone)

    def records(self) -> list[dict[str, Any]]:
        """What is stored, by time."""
        found = [json.loads(path.read_text()) for path in stored(self.folder)]
        return sorted(found, key=lambda record: record["timestamp"])

    @contextmanager
    def site(self) -> Iterator[Site]:
        """The shop's pages, before a local server of the API."""
        assembly.warm()
        application = gateway.Gateway(app.app, Config("local", config_from_disk={}))
        with serving(application) as server, serve_site(int(server.effective_port)) as site:
            site.bucket, site.folder = BUCKET, self.folder / "data"
            yield site


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Shop]:
    """Make the project of a tenant, with days in this time zone."""

    def make(timezone: str = "") -> Shop:
        project.edit(tmp_path, TOML + (f'timezone = "{timezone}"\n' if timezone else ""))
        monkeypatch.chdir(tmp_path)
        made, path = Shop(tmp_path), assembly.assemble(environment.load("local"))
        monkeypatch.setattr(app, "service", lambda: path)
        monkeypatch.setattr(app, "datetime", _Clock(made))
        return made

    return make


@dataclass
class _Clock:
    """The datetime of the app's module: now is when the test says."""

    shop: Shop

    def now(self, zone: Any) -> datetime:
        return self.shop.now.astimezone(zone)
