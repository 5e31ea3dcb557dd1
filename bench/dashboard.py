"""The dashboard over ten million records of 30 days: its first page, and the page with each kind of filter."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench import processes, questions
from bench.imports import MEMORY
from bench.tables import Row

SIZE = 10_000_000
BUCKET = "shop-analytics"
FIRST_VIEW, FILTERED = 3.0, 1.5
STAGE = f"""[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "{BUCKET}"
goals = [{{ name = "sale", eventType = "purchase" }}]
"""
FILTERS = {
    "a country": {"country": "DE"},
    "a source": {"source": "news"},
    "a page": {"page": "https://shop.example/articles/7"},
    "an entry page": {"entry": "https://shop.example/articles/7"},
    "a device": {"device": "mobile"},
    "two filters": {"channel": "Email", "country": "DE"},
}


def run() -> list[Row]:
    with TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None) as folder:
        environment = {**os.environ, "STORE": f"dir:{folder}/data"}
        taken = processes.measure("bench.dashboard", "of_store", environment, str(_home(Path(folder))))
    return [_row(name, *seconds) for name, seconds in taken.items()]


def of_store(home: str) -> dict[str, tuple[float, float]]:
    """Seconds until the first page shows what it shows, and then its changes: of a week, of all days, with each filter."""
    from sluice.analysis.facade import Data
    from sluice.analysis.scope import Scope
    from sluice.analysis.viewers import EVERYBODY
    from sluice.dashboard.server import warm
    from sluice.mirror.tenant import every

    os.chdir(home)
    for tenant in every("local").places:
        tenant.snapshot(questions.DAYS[0], questions.DAYS[-1], lambda *_: None)
    data = Data(EVERYBODY)
    week = Scope(BUCKET, *questions.DAYS[-7::6])
    month = Scope(BUCKET, questions.DAYS[0], questions.DAYS[-1])
    taken = {"first view": _seconds(data, week), "30 days": _seconds(data, month)}
    for name, filters in FILTERS.items():
        taken[name] = _seconds(data, _filtered(week, filters))
        taken[f"{name}, 30 days"] = _seconds(data, _filtered(month, filters))
    warm.up("local")
    taken["first view, asked before"] = _seconds(data, week)
    return taken


def _filtered(scope: Any, filters: dict[str, str]) -> Any:
    for name, value in filters.items():
        scope = scope.filtered(name, value)
    return scope


def _seconds(data: Any, scope: Any) -> tuple[float, float]:
    from sluice.dashboard.pages import overview
    from sluice.dashboard.view import totals

    started = perf_counter()
    overview.ask(data, scope)
    shown = perf_counter()
    totals.before(data, scope)
    return shown - started, perf_counter() - shown


def _home(folder: Path) -> Path:
    """A project with a store of as many compacted records."""
    for name in ("sql", ".chalice"):
        shutil.copytree(processes.REPOSITORY / name, folder / name)
    (folder / "sluice.toml").write_text(STAGE)
    store = folder / "data" / BUCKET
    for day in questions.DAYS:
        questions.write(store, day, SIZE // len(questions.DAYS))
    last = questions.DAYS[-1]
    (store / "compacted" / "_watermark.json").write_text(f'{{"day":"{last}"}}')
    return folder


def _row(name: str, shown: float, then: float) -> Row:
    """What nobody opens by chance, a month of ten million records, has no target."""
    limit = None if "30 days" in name else FIRST_VIEW if name.startswith("first") else FILTERED
    target = f"<= {limit:g} s" if limit else ""
    return Row(name, f"{shown:.2f} s", f"then {then:.2f} s", "", target, limit is None or shown <= limit)
