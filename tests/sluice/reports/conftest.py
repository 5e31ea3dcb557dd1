"""A shop with ten weeks of events and a fortnight of access logs, which no test changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sluice.cli.main import main
from sluice.mirror.tenant import Place, find
from tests import cloudfront, project
from tests.sluice.anomalies import weeks
from tests.sluice.anomalies.weeks import BUCKET

TOML = f"""[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "{BUCKET}"
distributions = ["{cloudfront.DISTRIBUTION}"]
goals = [{{ name = "Home", page = "/" }}, {{ name = "Home again", eventType = "page_view" }}]
"""


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with them in its store."""
    folder = project.make(tmp_path_factory.mktemp("shop"), TOML)
    weeks.fill(folder / "data")
    first = datetime(2026, 2, 23, 10, tzinfo=UTC)
    moments = [first + timedelta(hours=7 * number) for number in range(48)]
    lines = [(at, {"cs-uri-stem": f"/{at.hour}", "sc-status": "404" if at.hour == 3 else "200"}) for at in moments]
    cloudfront.write(folder / "cdn-logs", lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(main, ["access", "sync", "--bucket", BUCKET, "--from", "cdn-logs"])
        assert done.exit_code == 0, done.stderr
        yield folder


@pytest.fixture
def here(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project as the current folder."""
    monkeypatch.chdir(shop)
    return shop


@pytest.fixture
def place(here: Path) -> Place:
    """The shop's place."""
    return find("local", BUCKET)
