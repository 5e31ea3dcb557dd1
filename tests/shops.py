"""A project of the test's own for the dashboard to look at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from chalicelib.records import object_key
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


def make(folder: Path) -> Path:
    """A project with the library of questions, and a stage with goals."""
    shutil.copytree(ROOT / "sql", folder / "sql")
    shutil.copytree(ROOT / ".chalice", folder / ".chalice", ignore=shutil.ignore_patterns("deployments"))
    (folder / "sluice.toml").write_text(STAGE)
    return folder


def store(home: Path, records: Iterable[dict[str, Any]], bucket: str = BUCKET) -> None:
    """Put the records where the tracker would, each into the day that its `dt` says."""
    for record in records:
        fields = dict(record)
        path = home / "data" / bucket / object_key(date.fromisoformat(fields.pop("dt")), fields["eventId"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(fields))
