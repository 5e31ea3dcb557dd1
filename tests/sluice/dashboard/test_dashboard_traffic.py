"""The dashboard's numbers are those of `sluice query`: of demo traffic, of a web server's log, and of a real one."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from docs.build import sample
from sluice.cli.main import main
from sluice.mirror import tenant
from tests.dashboards import BUCKET, home, metrics, opened, table
from tests.sluice.imports.test_importer import synthetic_log

__all__ = ["home"]  # a fixture
REAL_LOG = os.environ.get("SLUICE_REAL_LOG")


class Traffic(NamedTuple):
    """What is in the store: of these days, with or without bots."""

    first: date
    last: date
    bots: str

    def queried(self, name: str, *params: str) -> list[dict[str, Any]]:
        """What `sluice query` answers, as a person would ask it."""
        days = ("--from", str(self.first), "--to", str(self.last), "--param", f"bots={self.bots}")
        given = [word for param in params for word in ("--param", param)]
        done = CliRunner().invoke(main, ["query", name, "--bucket", BUCKET, *days, *given, "--format", "json"])
        assert done.exit_code == 0, done.stderr
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows


@pytest.fixture(
    params=[
        "demo",
        "log",
        pytest.param("real", marks=pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")),
    ]
)
def traffic(request: pytest.FixtureRequest, home: Path) -> Traffic:
    """A store with such traffic."""
    if request.param == "demo":
        sample.fill(home / "data")
        days = tenant.find("local", BUCKET).days()
        return Traffic(days[0], days[-1], "exclude")
    log = home / "access.log"
    log.write_text(synthetic_log() if request.param == "log" else Path(str(REAL_LOG)).read_text())
    done = CliRunner().invoke(main, ["import", str(log), "--bucket", BUCKET])
    assert done.exit_code == 0, done.stderr
    return Traffic(date(2015, 5, 17), date(2015, 5, 20), "include")


def test_the_first_page_shows_what_the_command_answers(traffic: Traffic) -> None:
    page = opened(bucket=BUCKET, since=str(traffic.first), to=str(traffic.last), bots=traffic.bots)
    assert not page.exception
    shown, (totals,) = metrics(page), traffic.queried("totals")
    for label, column in (("Visitors", "visitors"), ("Visits", "visits"), ("Page views", "page_views")):
        assert shown[label] == f"{totals[column]:,}"
    for question, keys in {
        "top-pages": ("page", "page_views", "visitors"),
        "sources": ("source", "channel", "visits", "bounce_rate"),
        "countries": ("country", "visitors", "page_views", "share"),
        "devices": ("device_type", "visitors", "page_views", "share"),
    }.items():
        asked = traffic.queried(question, "limit=10") if question != "devices" else traffic.queried(question)
        assert table(page, *keys) == [tuple(row[key] for key in keys) for row in asked]
    days = traffic.queried("visitors-and-visits")
    assert [row[1:4] for row in table(page, "day", "visits")] == [
        (row["visitors"], row["visits"], row["page_views"]) for row in days
    ]
