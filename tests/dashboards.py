"""A project of the test's own for the dashboard to look at, and its pages opened without a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from chalicelib.records import object_key
from sluice.analysis import cache as desk
from sluice.analysis.facade import Data
from sluice.analysis.scope import Filters, Scope
from sluice.analysis.viewers import EVERYBODY
from sluice.dashboard.server import start
from tests.paths import ROOT

BUCKET, OTHER = "shop-analytics", "other-analytics"
FIRST, LAST = date(2026, 11, 8), date(2026, 11, 18)
STAGE = """[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "*-analytics"
goals = [{ name = "signup", eventType = "form_submit" }, { name = "sale", eventType = "purchase" }]
"""
# What a page's address, a referrer or a metadata's value may hold.
CRUEL = "<img src=x onerror=alert(1)>[x](javascript:alert(1)) $$x$$ :red[=1+1]"

OPEN = desk.Desk()  # of the tests that only look

# A page that is opened without a browser looks for components in every installed package; they stay what they are.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def make(folder: Path) -> Path:
    """A project with the library of questions, and a stage with goals."""
    shutil.copytree(ROOT / "sql", folder / "sql")
    shutil.copytree(ROOT / ".chalice", folder / ".chalice", ignore=shutil.ignore_patterns("deployments"))
    (folder / "sluice.toml").write_text(STAGE)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Such a project as the current directory, with an empty store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STORE", f"dir:{tmp_path}/data")
    monkeypatch.delenv("SLUICE_DASHBOARD_USERS", raising=False)
    monkeypatch.setattr(desk, "desk", cache(desk.Desk))
    return make(tmp_path)


@pytest.fixture
def shop(home: Path, stocked: Path) -> Path:
    """The project with the hand-written events in its store, and their mirror."""
    shutil.copytree(stocked, home / "data")
    return home


@pytest.fixture
def looked_at(stocked: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop for all tests of a worker that only look at it: what one of them has opened is open for the next."""
    monkeypatch.chdir(stocked.parent)
    monkeypatch.setenv("STORE", f"dir:{stocked}")
    monkeypatch.delenv("SLUICE_DASHBOARD_USERS", raising=False)
    monkeypatch.setattr(desk, "desk", lambda: OPEN)
    return stocked.parent


def store(home: Path, records: Iterable[dict[str, Any]], bucket: str = BUCKET) -> None:
    """Put the records where the tracker would, each into the day that its `dt` says."""
    for record in records:
        fields = dict(record)
        path = home / "data" / bucket / object_key(date.fromisoformat(fields.pop("dt")), fields["eventId"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(fields))


def scope(**filters: str) -> Scope:
    """All the hand-written days, with these filters."""
    return Scope(BUCKET, FIRST, LAST, filters=pairs(filters))


def pairs(filters: dict[str, str]) -> Filters:
    return tuple(sorted(filters.items()))


def everything() -> Data:
    """What anyone at this machine may see."""
    return Data(EVERYBODY)


def rows(frame: Any) -> list[tuple[Any, ...]]:
    """A frame's rows, None where there is no value."""
    return list(frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None))


def opened(**query: str) -> AppTest:
    """The dashboard as an address opens it."""
    page = AppTest.from_file(str(start.ENTRY), default_timeout=30)
    for name, value in query.items():
        page.query_params["from" if name == "since" else name] = value
    return page.run()


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def table(page: AppTest, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of the first table that has these columns."""
    return next(rows(one.value) for one in page.dataframe if set(columns) <= set(one.value.columns))


def markdown(page: AppTest) -> list[str]:
    """Every text that Streamlit reads as Markdown."""
    texts = [
        one.value for one in (*page.info, *page.warning, *page.error, *page.caption, *page.markdown, *page.subheader)
    ]
    return [*texts, *(one.label for one in (*page.button, *page.tabs, *page.metric))]
