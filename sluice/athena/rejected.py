"""A tenant's table of what was refused on Athena, and the view over it that questions ask."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.refusals import COLUMNS, DAYS, reasons
from chalicelib.prefixes import REJECTED
from sluice.project.config import Stage


def is_kept(stage: Stage, bucket: str) -> bool:
    """Whether the stage keeps what is refused for this tenant."""
    return any(allow.keep_rejected for allow in stage.allow if stage.bucket(allow) == bucket)


def statements(events: Sequence[str], bucket: str, name: str) -> list[str]:
    """The table of the lines and the view `name`, with the days of the table of raw events; `events` are its statements.

    The reasons are listed: Athena would refuse a question that names no reason, if they were to come from the question.
    """
    declared = ",\n".join(f"  `{column.name}` {column.athena}" for column in COLUMNS)
    head, _, properties = events[1].partition("TBLPROPERTIES (\n")
    lines = "ROW FORMAT SERDE" + head.partition("ROW FORMAT SERDE")[2].partition("LOCATION")[0]
    place = f"{REJECTED.path}reason=${{reason}}/"
    listed = ", ".join(f'"{column.name}"' for column in COLUMNS)
    return [
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {name}_raw (\n{declared}\n)\n"
        f"PARTITIONED BY (`reason` string, {', '.join(f'`{part}` string' for part in DAYS)})\n"
        f"{lines}LOCATION 's3://{bucket}/{REJECTED.path}'\n"
        "TBLPROPERTIES (\n"
        "  'projection.reason.type' = 'enum',\n"
        f"  'projection.reason.values' = '{','.join(reasons())}',\n"
        + properties.replace(f"/{EVENTS.raw.path}year=", f"/{place}year="),
        f"CREATE OR REPLACE VIEW {name} AS\n"
        f"SELECT\n  reason, {listed},\n  {', '.join(DAYS)},\n  concat(year, '-', month, '-', day) AS dt\n"
        f"FROM {name}_raw",
    ]
