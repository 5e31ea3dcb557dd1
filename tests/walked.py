"""What a copy of the project does after the walks of docs/architecture.md: `python -m tests.walked COMMAND …`, in the copy.

Runs the commands that the walks name, then prints as JSON where the new field and the new setting have come.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

TOML = Path("sluice.toml")


def run(command: str) -> None:
    """A command of the page, in this process: starting Python for each would take seconds."""
    program, *words = command.split()
    if program == "python":
        runpy.run_module(words[1], run_name="__main__")
        return
    from sluice.cli.main import main

    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output


def field() -> dict[str, Any]:
    """Where the field of the event that was tracked is found again."""
    from chalicelib.lake import parquet
    from chalicelib.lake.days import Days
    from chalicelib.tracking import openapi
    from sluice.athena import tables
    from sluice.mirror import visits
    from sluice.questions import dialect
    from sluice.questions.library import Library
    from tests.records import record as made

    (line,) = Path("data").rglob("analytics/**/*.json")
    target = Path("data/dt=2026-11-09/events.parquet")
    target.parent.mkdir()
    parquet.write(line, target)
    asked = "SELECT contentgroup FROM visit_hits"
    prepared = Library().prepare(asked, given={}, days=Days(date.min, date.max))
    with visits.connect() as connection:
        connection.execute(f"CREATE VIEW events AS {parquet.read([target])}")
        rows = connection.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()
    schemas = openapi.document(datetime.now(UTC))["components"]["schemas"]
    return {
        "record": json.loads(line.read_text())["contentGroup"],
        "relation": [list(row) for row in rows],
        "athena": [one.count("contentgroup") for one in tables.statements("shop-analytics", "shop", "sluice_dev")],
        "openapi": [
            "contentGroup" in schemas["Event"]["properties"],
            "contentGroup" in schemas["Record"]["properties"],
        ],
        "builder": made("x" * 16).content_group,  # type: ignore[attr-defined]
        "page": [
            row for row in Path("docs/querying.md").read_text().splitlines() if row.startswith("| `contentgroup`")
        ],
    }


def track() -> str:
    """Send an event with the field to the app of the local stage, with the setting; the header of its answer."""
    os.environ |= {"STAGE": "local", "ALLOWED_BUCKETS": "*-analytics", "STORE": "dir:data", "EXPOSE_HEADERS": "X-Trace"}
    import app
    from tests.conftest import Tracker, event_body

    answer = Tracker(app).call(event_body(contentGroup="journal", sessionId="s1"))
    assert answer.status == 200, answer.json
    return str(answer.headers["access-control-expose-headers"])


def setting() -> dict[str, Any]:
    """Where the key of the stage `dev` in sluice.toml is found again."""
    from chalicelib import settings

    variables = json.loads(Path(".chalice/config.json").read_text())["stages"]["dev"]["environment_variables"]
    rows = Path("docs/settings.md").read_text().splitlines()
    return {
        "synced": variables["EXPOSE_HEADERS"],
        "loaded": list(settings.load(variables).expose_headers),  # type: ignore[attr-defined]
        "page": [row for row in rows if row.startswith("| `EXPOSE_HEADERS`")],
    }


def contract() -> None:
    """The record's own tests, which the walk edits."""
    from tests.chalicelib import test_records

    test_records.test_the_least_event_has_every_field_in_order()
    test_records.test_a_full_event_is_stored_to_the_letter()


if __name__ == "__main__":
    TOML.write_text(TOML.read_text().replace("[stages.dev]\n", '[stages.dev]\nexpose_headers = ["X-Trace", "X-Id"]\n'))
    for command in sys.argv[1:]:
        run(command)
    header = track()
    contract()
    shown = {"field": field(), "setting": setting(), "header": header}
    sys.stdout.write(f"{json.dumps(shown)}\n")
