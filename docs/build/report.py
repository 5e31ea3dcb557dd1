"""Makes docs/report.png again: a week of the sample as its report, on a screen in light and on a telephone in dark mode.

.venv/bin/python -m docs.build.report
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from chalicelib import settings
from chalicelib.reports.periods import week
from docs.build import sample, sample_access
from docs.build.screenshot import CHROMIUM, ROOT
from sluice.mirror.mirror import Mirror
from sluice.mirror.tenant import Place
from sluice.project.config import Allow, Stage
from sluice.reports import local

WEEK = "2026-W46"
# Both pages next to each other, in frames: the outer page is never seen by anybody else.
FRAMES = """<body style="margin:0;display:flex;gap:24px;padding:24px;background:#cbd5e1">
<iframe src="report.html" style="width:640px;height:1040px;border:0;color-scheme:light"></iframe>
<iframe src="dark.html" style="width:360px;height:1040px;border:0;color-scheme:dark"></iframe></body>"""


def main() -> None:
    """Fill, ask, look."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        sample.fill(folder / "data")
        html = _html(folder / "data")
        (folder / "report.html").write_text(html)
        # A frame follows the outer page's mode; here the rules of dark mode hold always.
        (folder / "dark.html").write_text(html.replace("(prefers-color-scheme:dark)", "all"))
        (folder / "both.html").write_text(FRAMES)
        take(folder / "both.html")


def _html(root: Path) -> str:
    allow = Allow(sample.SHOP, sites=("shop.example",), distributions=(sample_access.DISTRIBUTION,), goals=sample.GOALS)
    given = settings.load({"ALLOWED_BUCKETS": sample.SHOP, "STORE": f"dir:{root}"})
    stage = Stage(name="local", store=f"dir:{root}", allow=(allow,))
    place = Place(stage, sample.SHOP, allow, given, Mirror(root / ".lake" / sample.SHOP))
    now = datetime.combine(sample.LAST, time(), UTC) + timedelta(days=3)
    return local.made(place, week(WEEK), now, local.by_duckdb(place, lambda *_: None)).mail.html


def take(page: Path) -> None:
    """A picture of this page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 1072, "height": 1088})
        opened.goto(page.as_uri())
        opened.screenshot(path=ROOT / "docs" / "report.png")
        browser.close()


if __name__ == "__main__":
    main()
