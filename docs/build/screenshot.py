"""Makes docs/dashboard.png again: the demo's month on a separate server, and the dashboard's first page.

.venv/bin/python -m docs.build.screenshot
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
SLUICE = str(Path(sys.executable).parent / "sluice")
PORTS = ("8761", "8762")
CHROMIUM = "/usr/bin/chromium"


def main() -> None:
    """Serve, fill, look, and end."""
    with TemporaryDirectory() as folder:
        command = [SLUICE, "serve", "--port", PORTS[0], "--with-dashboard", PORTS[1]]
        environment = {**os.environ, "STORE": f"dir:{folder}/data"}
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            for port in PORTS:
                wait_for(port)
            subprocess.run([SLUICE, "demo", "--port", PORTS[0]], cwd=ROOT, env=environment, check=True)
            take(f"http://127.0.0.1:{PORTS[1]}/")
        finally:
            server.terminate()


def wait_for(port: str) -> None:
    """Until somebody answers there."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", int(port)), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise SystemExit(f"nothing answers on port {port}") from None
            time.sleep(0.1)


def take(address: str) -> None:
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(address)
        page.wait_for_selector("[data-testid=stMetric]", timeout=60_000)
        page.wait_for_selector("[data-testid=stDataFrame]", state="attached", timeout=60_000)
        page.wait_for_timeout(6_000)  # for the charts, which draw themselves last
        page.screenshot(path=ROOT / "docs" / "dashboard.png")
        browser.close()


if __name__ == "__main__":
    main()
