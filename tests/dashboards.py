"""A project of the test's own for the dashboard to look at, and its pages opened without a browser."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from sluice.analysis import cache as desk
from sluice.analysis.facade import Data
from sluice.analysis.scope import Filters, Scope
from sluice.analysis.viewers import EVERYBODY
from sluice.dashboard.server import start
from tests.paths import ROOT
from tests.shops import BUCKET, CRUEL, FIRST, LAST, OTHER, STAGE, make, store

__all__ = ["BUCKET", "CRUEL", "FIRST", "LAST", "OTHER", "ROOT", "STAGE", "make", "store"]

OPEN = desk.Desk()  # of the tests that only look

# A page that is opened without a browser looks for components in every installed package; they stay what they are.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


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
