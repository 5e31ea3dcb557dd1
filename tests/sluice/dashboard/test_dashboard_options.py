"""Streamlit's options: all of them are ours, whatever a file or a variable says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.paths import ROOT

# Each option of Streamlit to something else, in the way that its type allows.
STRAY = """
import sys
from streamlit import config

def other(value):
    if isinstance(value, bool) or value is None:
        return "false" if value else "true"
    if isinstance(value, (int, float)):
        return "7"
    return '["https://evil.example"]' if isinstance(value, list) else '{"X-A" = "a"}' if isinstance(value, dict) else '"stray"'

for name, option in config._config_options_template.items():
    sys.stdout.write(f"{name} = {other(option.default_val)}\\n")
"""
PINNED = """
from streamlit import config
from sluice.dashboard.server import options

options.pin("127.0.0.1", 8999)
wanted = options.pinned("127.0.0.1", 8999)
changed = [name for name, value in wanted.items() if name != "server.cookieSecret" and config.get_option(name) != value]
assert not changed, changed
assert set(wanted) == set(config._config_options_template)
assert config.get_option("server.enableCORS") and config.get_option("server.enableXsrfProtection")
"""


def run(code: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_option_of_a_stray_file_counts(tmp_path: Path) -> None:
    stray = run(STRAY, tmp_path)
    assert "server.enableCORS = false" in stray
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text(stray)
    run(PINNED, tmp_path)
