"""The browser client: its sizes, and the milliseconds that its start takes of a page's main thread in Chromium."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from bench.tables import Row

ROOT = Path(__file__).parent.parent
TARGET_BYTES = int(1.8 * 1024)
TARGET_MS = 5
STARTS = 15
CHROMIUM = Path("/usr/bin/chromium")
# An inline script runs where it is put in, so the two readings of the clock enclose its compilation and its run.
START = """(source) => {
  const script = document.createElement("script");
  Object.defineProperty(script, "src", { value: location.origin + "/tracker.js" });
  script.dataset.bucket = "shop-analytics";
  script.text = source;
  const started = performance.now();
  document.head.append(script);
  return performance.now() - started;
}"""


def run() -> list[Row]:
    return [_size("tracker.js", TARGET_BYTES), _size("actions.js"), _size("vitals.js"), _start()]


def _size(name: str, target: int | None = None) -> Row:
    built = (ROOT / "chalicelib" / "tracking" / "static" / name).read_bytes()
    zipped = len(gzip.compress(built, 9, mtime=0))
    ok = None if target is None else zipped <= target
    limit = "" if target is None else f"<= {target:,} B"
    return Row(
        f"{name}, gzipped", f"{zipped:,} B", f"minified {len(built):,} B", f"{zipped / len(built):.2f}", limit, ok
    )


def _start() -> Row:
    source = (ROOT / "chalicelib" / "tracking" / "static" / "tracker.js").read_text()
    with _page() as page:
        spent = [_once(page, source) for _ in range(STARTS)]
    usual, worst = median(spent), max(spent)
    return Row(
        "start in Chromium", f"{usual:.1f} ms", f"worst {worst:.1f} ms", "", f"< {TARGET_MS} ms", usual < TARGET_MS
    )


def _once(page: Page, source: str) -> float:
    """Milliseconds of a start in a page that is new to it."""
    page.goto("http://shop.example/")
    return float(page.evaluate(START, source))


@contextmanager
def _page() -> Iterator[Page]:
    """A page of a browser whose every request is answered here with an empty document."""
    with sync_playwright() as playwright:
        program = CHROMIUM if CHROMIUM.exists() else None
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
        yield page
        browser.close()
