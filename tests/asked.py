"""What `sluice query` answers, in the current folder."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner

from sluice.cli.main import main


def asked(name: str, bucket: str, days: tuple[str, str], *given: str, zone: str = "") -> list[dict[str, Any]]:
    """The rows of a question over these days: the tenant's, where no zone is given."""
    params = [word for one in given for word in ("--param", one)]
    words = ["--bucket", bucket, "--from", days[0], "--to", days[1], *params, *(["--tz", zone] if zone else [])]
    done = CliRunner().invoke(main, ["query", name, *words, "--format", "json"])
    assert done.exit_code == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows
